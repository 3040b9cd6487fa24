"""Fixtures every test may use: a clock that stands still, and people called ann, ben and cem."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

if TYPE_CHECKING:
    from tests.serving import Serve

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Keep SQLite in files, one set per worker, as the product does.

    In memory, Django lends a live server's threads the test's own connection: two requests at once then share
    one transaction, and the first that fails takes every later test of the worker with it.
    """
    from tests.databases import documents  # starts them: processes that only read a constant here must not

    for alias, database in django_settings.DATABASES.items():
        if database["ENGINE"] == "django.db.backends.sqlite3":
            database["TEST"]["NAME"] = documents.folder / f"{alias}.sqlite3"


@pytest.fixture(autouse=True)
def plain_static_files(settings) -> None:
    """Serve static files by their plain names: tests need no collectstatic."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    """Hash passwords weakly: the strong way is meant to take a third of a second each time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def no_memory_of_other_tests() -> None:
    """Forget how often people asked: rates are counted in the cache."""
    cache.clear()


@pytest.fixture(scope="session")
def tiny_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of six styles, trained once per session."""
    from tests import small_world  # loads torch: only where a model is wanted

    return small_world.train_tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def serve(tmp_path: Path) -> "Iterator[Callable[..., Serve]]":
    """Start `manage.py serve` with these options and variables, as often as wanted; all end with the test."""
    from tests.serving import Serve

    running: list[Serve] = []

    def start(*options: str, **environment: str) -> Serve:
        running.append(Serve(tmp_path, *options, **environment))
        return running[-1]

    yield start
    for one in running:
        one.stop()


@pytest.fixture
def ann(db) -> User:
    """An employee."""
    return User.objects.create_user("ann", password="a long walk back")


@pytest.fixture
def staff(db) -> User:
    """An admin who judges contested photos."""
    return User.objects.create_user("sam", password="a long walk back", is_staff=True, is_superuser=True)


@pytest.fixture
def ann_client(ann: User) -> Client:
    """A browser in which ann is signed in."""
    client = Client()
    client.force_login(ann)
    return client


@pytest.fixture
def staff_client(staff: User) -> Client:
    """A browser in which that admin is signed in."""
    client = Client()
    client.force_login(staff)
    return client
