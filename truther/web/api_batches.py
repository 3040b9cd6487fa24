"""Many pictures in one request, read strictly: what is no batch is refused whole, what is no item alone."""

import json
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from truther.config import config
from truther.flow.identify import Asked, Failed
from truther.web.api_errors import TooLarge

MOST_ITEMS = 100  # of a JSON batch
MOST_BYTES = 32 * 1024 * 1024  # of a JSON batch
MOST_LINES = 1_000  # of an NDJSON stream: it keeps one of the few web processes busy
LONGEST_ID = 128
CHUNK = 65_536  # bytes read at once
AROUND = 1_024  # what a line may hold beside the picture

Items = Iterator[Asked | Failed]
ITEM = 'An item is a picture in base64, or {"id": "…", "image": "… in base64"}.'


class ItemsParser(BaseParser):
    """Read a batch as one JSON document."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None
    ) -> dict[str, list[Asked | Failed]]:
        """Return the items of the batch, whatever they are.

        Raises:
            ParseError: it is no batch at all, or an empty one.
            TooLarge: too many bytes, or too many items.
        """
        sent = stream.read(MOST_BYTES + 1)
        if len(sent) > MOST_BYTES:
            raise TooLarge(f"A batch holds at most {MOST_BYTES} bytes; send it in parts.")
        try:
            document = json.loads(sent)
        except (ValueError, RecursionError) as error:
            raise ParseError("The batch is no JSON.") from error
        items = document.get("items") if isinstance(document, dict) and len(document) == 1 else None
        if not isinstance(items, list) or not items:
            raise ParseError('Send one JSON object with a list of items, one at least: {"items": [...]}.')
        if len(items) > MOST_ITEMS:
            raise TooLarge(f"A batch holds at most {MOST_ITEMS} pictures; send it in parts, or as NDJSON.")
        return {"items": [item_of(item) for item in items]}


def items_in(request: Request) -> list[Asked | Failed]:
    """The items of a JSON batch.

    Raises:
        ParseError: the request carries nothing at all, or no batch.
        TooLarge: too much.
    """
    sent: Any = request.data
    if "items" not in sent:  # without a body no parser is asked
        raise ParseError("The request is empty.")
    return list(sent["items"])


def lines_in(request: Request) -> Items:
    """The items of a stream of NDJSON, an item a line; each is read only when it is asked for."""
    stream = request.stream
    if stream is None and request.META.get("wsgi.input_terminated"):
        stream = request.META["wsgi.input"]  # sent in chunks, without a length: Django would read nothing
    return _items(_lines(stream)) if stream is not None else iter(())


def item_of(value: Any) -> Asked | Failed:
    """The picture that an item holds, or why there is none."""
    if isinstance(value, str):
        return _sized(None, value)
    said = value if isinstance(value, dict) else {}
    id_ = said.get("id")
    if id_ is not None and not _is_id(id_):
        return Failed(None, HTTPStatus.BAD_REQUEST, f"An id is a text of at most {LONGEST_ID} characters.")
    if not isinstance(said.get("image"), str) or said.keys() - {"id", "image"}:
        return Failed(id_, HTTPStatus.BAD_REQUEST, ITEM)
    return _sized(id_, said["image"])


def _sized(id_: str | None, image: str) -> Asked | Failed:
    if not image:
        return Failed(id_, HTTPStatus.BAD_REQUEST, "The image is empty.")
    if len(image) * 3 // 4 > config.max_image_bytes + AROUND:
        return Failed(id_, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The image is too large.")
    return Asked(id_, image)


def _is_id(value: Any) -> bool:
    if not isinstance(value, str) or len(value) > LONGEST_ID:
        return False
    return value == value.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be sent back


def _items(lines: Iterable[bytes | None]) -> Items:
    for number, line in enumerate(lines):
        if number == MOST_LINES:
            detail = f"A stream holds at most {MOST_LINES} pictures; send the rest in another."
            yield Failed(None, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
            return
        if line is None:
            yield Failed(None, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The image is too large.")
            continue
        try:
            yield item_of(json.loads(line))
        except (ValueError, RecursionError):
            yield Failed(None, HTTPStatus.BAD_REQUEST, "The line is no JSON.")


def _lines(stream: IO[Any]) -> Iterator[bytes | None]:
    """The lines that are not blank; None for one that is too long, which is read over.

    Only read() is used: granian's readline() loses what came with a line.
    """
    longest = config.max_image_bytes * 4 // 3 + AROUND
    kept, length = list[bytes](), 0
    while chunk := stream.read(CHUNK):
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            if length + len(piece) > longest:
                yield None
            elif line := b"".join([*kept, piece]).strip():
                yield line
            kept, length = [], 0
        length += len(rest)
        kept = [*kept, rest] if length <= longest else []
    if length > longest:
        yield None
    elif line := b"".join(kept).strip():
        yield line
