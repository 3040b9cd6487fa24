"""Votes from clients that keep an outbox: many in one request, each judged alone, sent again without harm."""

import json
from typing import IO, Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, parser_classes, throttle_classes
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from truther.config import config
from truther.flow import verify
from truther.flow.verify import Receipt, Refusal, Retraction, Verdict
from truther.models import house
from truther.models.mine import pace_of
from truther.web import serializers
from truther.web.api import REFUSALS
from truther.web.api_cards import PlayThrottle
from truther.web.api_errors import TooLarge
from truther.web.clock import now_for
from truther.web.serializers_game import BatchAnswer, VoteBatch

MOST_ITEMS = 100
MOST_BYTES = 65_536  # what a browser sends after its page is closed (fetch with keepalive)
LONGEST_ECHO = 64

VOTE_FIELDS: dict[str, tuple[type, ...]] = {
    "id": (str,),
    "photo": (str,),
    "choice": (str,),
    "style": (str, type(None)),
    "fit": (bool, type(None)),
    "seconds": (int, float, type(None)),
}
NEEDED = ("id", "photo", "choice")

Parsed = dict[str, list[Any]]


class Doubled(dict[str, Any]):
    """A JSON object that says the same key twice, so that nobody knows what it means."""


class VotesParser(BaseParser):
    """Read a batch as one JSON document."""

    media_type = "application/json"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Parsed:
        """Return the items of the batch, whatever they are.

        Raises:
            ParseError: it is no batch at all.
            TooLarge: too many bytes, or too many items.
        """
        sent = _loads(_text(stream))
        if type(sent) is not dict or list(sent) != ["votes"] or not isinstance(sent["votes"], list):
            raise ParseError('Send one JSON object with a list of votes: {"votes": [...]}.')
        return {"items": _few(sent["votes"])}


class VoteLinesParser(BaseParser):
    """Read a batch as NDJSON, an item a line."""

    media_type = "application/x-ndjson"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Parsed:
        """Return the items; a line that is no JSON is None, and refused alone.

        Raises:
            ParseError: the text is not UTF-8.
            TooLarge: too many bytes, or too many lines.
        """
        lines = [line for line in _text(stream).split("\n") if line.strip()]
        return {"items": [_loads_line(line) for line in _few(lines)]}


@extend_schema(
    operation_id="send_votes",
    summary="Cast votes and take votes back",
    request={"application/json": VoteBatch, "application/x-ndjson": OpenApiTypes.STR},
    responses={200: BatchAnswer} | dict.fromkeys((413, 415), serializers.Refusal) | REFUSALS,
)
@api_view(["POST"])
@parser_classes([VotesParser, VoteLinesParser])
@throttle_classes([PlayThrottle])
def votes(request: Request) -> Response:
    """Take votes and undos in the order sent; each gets a receipt, and one that is refused harms no other.

    Send a batch again whenever no answer came: every vote is kept once.
    """
    person_id, now = request.user.get_username(), now_for(request)
    items = _items_in(request)
    read = [_attempt(item) for item in items]
    taken = verify.take([one for one in read if not isinstance(one, Refusal)], person_id=person_id, now=now)
    receipts = iter(taken)
    pace = pace_of(person_id, now=now, time_zone=config.time_zone)
    return Response(
        {
            "receipts": [
                _refused(item, one) if isinstance(one, Refusal) else _told(next(receipts))
                for item, one in zip(items, read, strict=True)
            ],
            "today": pace.goal.done,
            "goal": pace.goal.target,
            "settled_today": house.settled_today(now=now, time_zone=config.time_zone),
        }
    )


def _items_in(request: Request) -> list[Any]:
    sent: Any = request.data
    if "items" not in sent:  # without a body no parser is asked
        raise ParseError("The request is empty.")
    return list(sent["items"])


def _text(stream: IO[Any]) -> str:
    sent = stream.read(MOST_BYTES + 1)
    if len(sent) > MOST_BYTES:
        raise TooLarge(f"A batch holds at most {MOST_BYTES} bytes; send it in parts.")
    try:
        return str(sent, "utf-8")
    except UnicodeDecodeError as error:
        raise ParseError("The batch is not UTF-8.") from error


def _few(items: list[Any]) -> list[Any]:
    if len(items) > MOST_ITEMS:
        raise TooLarge(f"A batch holds at most {MOST_ITEMS} votes; send it in parts.")
    return items


def _loads(text: str) -> Any:
    """Read JSON; NaN and numbers without end are let through, for only `seconds` may hold one."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_int=_number)
    except (ValueError, RecursionError) as error:
        raise ParseError("The batch is no JSON.") from error


def _loads_line(line: str) -> Any:
    try:
        return _loads(line)
    except ParseError:
        return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(pairs) if len(dict(pairs)) == len(pairs) else Doubled(pairs)


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) < 19 else float(digits)


def _attempt(item: Any) -> Verdict | Retraction | Refusal:
    """Return what an item says, or why it says nothing."""
    try:
        return _item(item)
    except verify.InvalidVote as refusal:
        return refusal


def _item(item: Any) -> Verdict | Retraction:
    if type(item) is not dict:
        raise verify.InvalidVote("Each vote is a JSON object that says every field once.")
    if "undo" in item:
        if item.keys() != {"id", "undo"} or item["undo"] is not True or not isinstance(item["id"], str):
            raise verify.InvalidVote('An undo is {"id": the vote\'s id, "undo": true}.')
        return Retraction(item["id"])
    for name in NEEDED:
        if name not in item:
            raise verify.InvalidVote(f"A vote needs the field {name}.")
    for name, value in item.items():
        if name not in VOTE_FIELDS:
            raise verify.InvalidVote(f"A vote has no field {_echo(name)!r}.")
        if type(value) not in VOTE_FIELDS[name] or (isinstance(value, str) and value != _echo(value)):
            raise verify.InvalidVote(f"The field {name} has no value it may have.")
    return Verdict(
        vote_id=item["id"],
        photo_id=item["photo"],
        choice=item["choice"],
        style=item.get("style") or "",
        fit=item.get("fit"),
        seconds=item.get("seconds"),
    )


def _echo(value: Any) -> str:
    """Return the beginning of a text, without what no database and no answer can hold."""
    said = value if isinstance(value, str) else ""
    return said[:LONGEST_ECHO].replace("\0", "?").encode("utf-8", "replace").decode()


def _refused(item: Any, refusal: Refusal) -> dict[str, Any]:
    said = item if isinstance(item, dict) else {}
    return _told(Receipt(_echo(said.get("id")), "refused", _echo(said.get("photo")), refusal))


def _told(receipt: Receipt) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": receipt.vote_id,
        "photo": receipt.photo_id,
        "state": receipt.state,
        "news": None,
    }
    if receipt.refusal is not None:
        told |= {"code": receipt.refusal.code, "detail": str(receipt.refusal)}
    if isinstance(receipt.refusal, verify.AlreadyVoted):
        kept = receipt.refusal
        told["kept"] = {"id": kept.vote_id, "choice": kept.choice, "style": kept.style}
    return told
