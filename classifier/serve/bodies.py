"""What is in a body: one picture, a form with one, or items of a batch; strict, and never trusted."""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from classifier.serve.http import Refused
from classifier.sniff import is_animated, media_type

MAX_BYTES = 15 * 1024 * 1024  # of one picture
FORM_BYTES = 65_536  # what a form may put around one
MOST_ITEMS = 100  # of a JSON batch
MAX_BATCH_BYTES = 32 * 1024 * 1024  # of a JSON batch
MAX_LINE_BYTES = 4 * ((MAX_BYTES + 2) // 3) + 1024  # a picture in base64, and what stands around it
LONGEST_ID = 128

DATA_URI = re.compile(r"data:[\w.+-]+/[\w.+-]+;base64,", re.ASCII)
ITEM = 'an item is a picture in base64, or {"id": "…", "image": "… in base64"}'


@dataclass(frozen=True, slots=True)
class Item:
    """One picture of a batch, or why it is none."""

    id: str | None
    found: bytes | Refused


def still(data: bytes) -> bytes:
    """A picture, if it is one that is answered.

    Raises:
        Refused: it is empty, neither JPEG, PNG nor WebP, or it moves.
    """
    if not data:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "the picture is empty")
    if len(data) > MAX_BYTES:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the picture has more than {MAX_BYTES} bytes")
    if media_type(data) is None:
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not a JPEG, PNG or WebP")
    if is_animated(data):
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "the picture moves; send a single still frame")
    return data


def picture_in_form(body: bytes, content_type: str) -> bytes:
    """The file `image` of a form as of RFC 7578.

    Raises:
        Refused: the form is torn, or holds anything else.
    """
    found = re.search(r'boundary="?([^";,\s]{1,70})"?', content_type)
    if found is None:
        raise Refused(HTTPStatus.BAD_REQUEST, "the form names no boundary")
    # A line break before the first boundary makes all of them alike.
    parts = (b"\r\n" + body).split(b"\r\n--" + found[1].encode("latin-1"))
    if len(parts) != 3 or not parts[2].startswith(b"--"):
        raise Refused(HTTPStatus.BAD_REQUEST, "send a whole form with one file, image")
    head, gap, content = parts[1].partition(b"\r\n\r\n")
    name = re.search(rb'(?i)content-disposition:[^\r\n]*[;\s]name="?image"?(?=[;\r\n]|$)', head)
    if not gap or name is None:
        raise Refused(HTTPStatus.BAD_REQUEST, "the form has no file called image")
    return content


def items_in(body: bytes) -> list[Item]:
    """The items of a JSON batch: {"items": [ITEM, …]}.

    Raises:
        Refused: it is no batch, or one of no or too many items.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(HTTPStatus.BAD_REQUEST, "the batch is no JSON") from error
    if not isinstance(document, dict) or list(document) != ["items"]:
        raise Refused(HTTPStatus.BAD_REQUEST, 'a batch is {"items": […]}')
    items = document["items"]
    if not isinstance(items, list) or not items:
        raise Refused(HTTPStatus.BAD_REQUEST, "a batch has a list of items, one at least")
    if len(items) > MOST_ITEMS:
        raise Refused(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a batch has {MOST_ITEMS} items at most; send NDJSON"
        )
    return [item_of(item) for item in items]


def item_in(line: bytes) -> Item:
    """The item on one line of NDJSON."""
    try:
        return item_of(json.loads(line))
    except (ValueError, RecursionError):
        return Item(None, Refused(HTTPStatus.BAD_REQUEST, "the line is no JSON"))


def item_of(value: Any) -> Item:
    """The picture that an item of a batch holds, or why there is none."""
    if isinstance(value, str):
        return Item(None, _picture(value))
    if not isinstance(value, dict) or "image" not in value or value.keys() - {"id", "image"}:
        return Item(_id(value), Refused(HTTPStatus.BAD_REQUEST, ITEM))
    if value.get("id") is not None and _id(value) is None:
        return Item(
            None, Refused(HTTPStatus.BAD_REQUEST, f"an id is a text of at most {LONGEST_ID} characters")
        )
    return Item(_id(value), _picture(value["image"]))


def _id(value: Any) -> str | None:
    said = value.get("id") if isinstance(value, dict) else None
    return said if isinstance(said, str) and len(said) <= LONGEST_ID else None


def _picture(text: Any) -> bytes | Refused:
    if not isinstance(text, str):
        return Refused(HTTPStatus.BAD_REQUEST, ITEM)
    try:
        prefix = DATA_URI.match(text)
        data = base64.b64decode(text[prefix.end() :] if prefix else text, validate=True)
    except (binascii.Error, ValueError):
        return Refused(HTTPStatus.BAD_REQUEST, "the image is not base64")
    try:
        return still(data)
    except Refused as refused:
        return refused
