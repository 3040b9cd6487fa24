"""Votes as a client of the API posts them, in batches."""

import json
from typing import Any

from django.test import Client

from tests.conftest import NOON
from truther.models import Serve
from truther.rules.walk import serve_id

URL = "/api/v1/votes"


def serve(photo_id: str, person: str = "ann", **values: Any) -> Serve:
    """Put a photo before a person."""
    facts = {"session_id": "s", "number": 0, "reason": "walk", "served_at": NOON}
    facts["options"] = ["red-wrap", "blue-column", "green-swing"]
    key = serve_id(photo_id, person)
    return Serve.objects.create(pk=key, photo_id=photo_id, person=person, **(facts | values))


def item(photo_id: str, **values: Any) -> dict[str, Any]:
    """One vote as a client sends it."""
    said = {"id": f"vote-of-{photo_id}", "photo": photo_id, "choice": "style", "style": "red-wrap"}
    return said | values


def undo(vote_id: str) -> dict[str, Any]:
    """One undo as a client sends it."""
    return {"id": vote_id, "undo": True}


def send(client: Client, *items: Any) -> Any:
    """Send a batch and return the whole answer."""
    return client.post(URL, json.dumps({"votes": items}), content_type="application/json")


def receipts(client: Client, *items: Any) -> list[dict[str, Any]]:
    """Send a batch that is taken and return its receipts."""
    answer = send(client, *items)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["receipts"]
    return found


def states(client: Client, *items: Any) -> list[str]:
    """Send a batch and return what became of each item: the state, or the code of its refusal."""
    return [receipt.get("code", receipt["state"]) for receipt in receipts(client, *items)]
