"""What has to stand before the doors open: tables, static files, an admin, a model on the shelf."""

import hashlib
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from truther.shelf import champion_id

ADMIN = "admin"


def migrate() -> int:
    """Bring both databases up to date and return how many migrations that took."""
    count = 0
    for alias in connections:
        pending = pending_migrations(alias)
        if pending:
            call_command("migrate", database=alias, interactive=False, verbosity=0)
        count += pending
    return count


def pending_migrations(alias: str) -> int:
    """Count the migrations that one database still misses."""
    executor = MigrationExecutor(connections[alias])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def collect_static() -> bool:
    """Gather, hash and compress the static files; False when none has changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".gathered"
    print_of_all = _static_print()
    if stamp.exists() and stamp.read_text() == print_of_all:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(print_of_all)
    return True


def make_admin() -> str | None:
    """Create the first admin and return the password, which is kept nowhere; None when there is one."""
    if User.objects.filter(is_superuser=True).exists():
        return None
    password = secrets.token_urlsafe(12)
    User.objects.create_superuser(ADMIN, password=password)
    return password


def put_model_on_shelf() -> str:
    """Make sure that some model serves, the shipped one at first, and return its id."""
    return champion_id()


def _static_print() -> str:
    digest = hashlib.sha256()
    for finder in finders.get_finders():
        for path, storage in finder.list(["CVS", ".*", "*~"]):
            digest.update(f"{path}:{storage.size(path)}:{storage.get_modified_time(path)}".encode())
    return digest.hexdigest()
