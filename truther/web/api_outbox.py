"""What an outbox sends, read strictly: a batch that is none is refused whole, an item that is none alone."""

import json
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from truther.flow.verify import InvalidVote, Retraction, Verdict
from truther.web.api_errors import TooLarge

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


def items_in(request: Request) -> list[Any]:
    """Return the items that a request carries, whatever they are.

    Raises:
        ParseError: it carries nothing at all, or no batch.
        TooLarge: too much.
    """
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


def said_by(item: Any) -> Verdict | Retraction:
    """Return what an item says.

    Raises:
        InvalidVote: nothing; the text says why.
    """
    if type(item) is not dict:
        raise InvalidVote("Each vote is a JSON object that says every field once.")
    if "undo" in item:
        if item.keys() != {"id", "undo"} or item["undo"] is not True or not _is_text(item["id"]):
            raise InvalidVote('An undo is {"id": the vote\'s id, "undo": true}.')
        return Retraction(item["id"])
    for name in NEEDED:
        if name not in item:
            raise InvalidVote(f"A vote needs the field {name}.")
    for name, value in item.items():
        if name not in VOTE_FIELDS:
            raise InvalidVote(f"A vote has no field {echo(name)!r}.")
        if type(value) not in VOTE_FIELDS[name] or (isinstance(value, str) and not _is_text(value)):
            raise InvalidVote(f"The field {name} has no value it may have.")
    return Verdict(
        vote_id=item["id"],
        photo_id=item["photo"],
        choice=item["choice"],
        style=item.get("style") or "",
        fit=item.get("fit"),
        seconds=item.get("seconds"),
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value == echo(value)


def echo(value: Any) -> str:
    """Return the beginning of a text, without what no database and no answer can hold."""
    said = value if isinstance(value, str) else ""
    return said[:LONGEST_ECHO].replace("\0", "?").encode("utf-8", "replace").decode()
