"""`manage.py token`: made once, shown once, taken back."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from knox.models import AuthToken

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


def run(*words: str) -> str:
    """Run the command and return what it wrote for machines."""
    out = io.StringIO()
    call_command("token", *words, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def knock(token: str) -> int:
    """Ask the API with a token."""
    return Client().get("/api/v1/styles", headers={"authorization": f"Token {token}"}).status_code


def test_a_token_opens_the_api_until_it_is_taken_back(ann):
    token = run("create", "ann").strip()
    before = knock(token)

    run("revoke", token[:15])

    assert (before, knock(token)) == (200, 401)


def test_the_list_shows_whose_it_is_but_not_the_token(ann):
    token = run("create", "ann", "--days", "7").strip()

    [listed] = json.loads(run("list", "--json"))["tokens"]

    assert listed["user"] == "ann"
    assert token.startswith(listed["token"])
    assert token not in run("list")
    assert "ann" in run("list")


def test_a_token_lasts_as_many_days_as_asked(ann):
    run("create", "ann", "--days", "7")

    row = AuthToken.objects.get()

    assert (row.expiry - row.created).days in (6, 7)


@pytest.mark.parametrize(
    "words",
    [("create", "eve"), ("create", "ann", "--days", "0"), ("revoke", "abc"), ("revoke", "")],
)
def test_what_cannot_be_done_is_said(ann, words):
    with pytest.raises(CommandError):
        run(*words)

    assert AuthToken.objects.count() == 0


def test_machines_get_one_document(ann):
    made = json.loads(run("create", "ann", "--json"))
    gone = json.loads(run("revoke", made["token"], "--json"))

    assert made["user"] == gone["user"] == "ann"
    assert AuthToken.objects.count() == 0
