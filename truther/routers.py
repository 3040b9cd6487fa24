"""Which database holds what: accounts, sessions and admin on "default", the domain on "documents"."""

from typing import Any

from django.db.models import Model

DOCUMENT_APPS = frozenset({"truther"})


class DocumentRouter:
    """Send Truther's own models to "documents"; no relation crosses over (people are usernames)."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        """Name the database to read a model from."""
        return "documents" if model._meta.app_label in DOCUMENT_APPS else "default"

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        """Name the database to write a model to."""
        return self.db_for_read(model)

    def allow_relation(self, left: Model, right: Model, **hints: Any) -> bool:
        """Allow relations inside one database only."""
        return self.db_for_read(type(left)) == self.db_for_read(type(right))

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Create each table in its own database only."""
        return (db == "documents") == (app_label in DOCUMENT_APPS)
