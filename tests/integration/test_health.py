"""What balancers and supervisors are told."""

import pytest
from django.db import OperationalError

from truther.models.styles import StyleQuerySet

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


def test_healthz_answers_anybody(client):
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"ok": True})


def test_readyz_asks_both_databases(client):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"accounts": True, "documents": True})


def test_readyz_says_which_database_is_away(client, monkeypatch):
    def away(self):
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(StyleQuerySet, "exists", away, raising=False)

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (503, {"accounts": True, "documents": False})
    assert client.get("/healthz").status_code == 200
