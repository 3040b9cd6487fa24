"""About the MongoDB engine alone: a session whose documents live in SQLite does not collect these tests."""

from django.conf import settings

collect_ignore_glob = [] if settings.DATABASES["documents"]["ENGINE"] == "truther.mongodb" else ["test_*.py"]
