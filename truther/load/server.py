"""The house under load: its database, people with open sessions, and the real web process before it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import connections

from truther.config import config
from truther.engine import parts
from truther.engine.alone import running


def sign_in(names: list[str]) -> list[str]:
    """Make accounts where they are missing, and a fresh session for each; returns the sessions' keys."""
    known = set(User.objects.filter(username__in=names).values_list("username", flat=True))
    User.objects.bulk_create(
        [User(username=name, password=make_password(None)) for name in names if name not in known]
    )
    store = import_module(settings.SESSION_ENGINE).SessionStore
    keys = []
    for user in User.objects.filter(username__in=names).order_by("username"):
        session = store()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        keys.append(session.session_key)
    return keys


@contextmanager
def served() -> Iterator[int]:
    """Run the web process over the folder that the settings name while the body runs; yields its port.

    Raises:
        PartAway: it did not answer in time.
    """
    connections.close_all()
    port = _free_port()
    [web] = parts.build(config.model_copy(update={"port": port, "host": "127.0.0.1"}), ("web",))
    with running(web):
        yield port


def database() -> Path:
    """Return the file of the documents."""
    return Path(str(connections["documents"].settings_dict["NAME"]))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
