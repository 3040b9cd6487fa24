"""Many pictures at once: a few at a time go to the model process, so that never all are in memory."""

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from truther.flow.identify import wire
from truther.flow.identify.words import Identification, named

GROUP = 16  # pictures sent to the model process in one request, at most
GROUP_BYTES = 8 * 1024 * 1024  # and their size; a larger picture goes alone
TRIES = 3  # of one group, while the model process is busy
AWAY = "The model is busy or starting; ask again."


@dataclass(frozen=True, slots=True)
class Asked:
    """One picture of a batch."""

    id: str | None
    image: str  # base64


@dataclass(frozen=True, slots=True)
class Found:
    id: str | None
    found: Identification


@dataclass(frozen=True, slots=True)
class Failed:
    """Why one picture of a batch has no answer, as the status that it would have got alone."""

    id: str | None
    status: HTTPStatus
    detail: str


def identify_many(items: Iterable[Asked | Failed]) -> Iterator[Found | Failed]:
    """Answer every item in its place; what failed already stays as it is.

    When the model process goes away meanwhile, the rest fails with 503 and is asked no more.

    Raises:
        ModelAway: at the very first pictures.
    """
    begun, away = False, False
    for group in _groups(items):
        pictures = [item for item in group if isinstance(item, Asked)]
        try:
            # At the very first the client waits, not we: this process has other clients.
            answers = iter(_answers(pictures, tries=TRIES if begun else 1) if not away else [])
        except wire.ModelAway:
            if not begun:
                raise
            away = True
        for item in group:
            if isinstance(item, Failed):
                yield item
            else:
                gone = Failed(item.id, HTTPStatus.SERVICE_UNAVAILABLE, AWAY)
                yield gone if away else next(answers)
        begun = True


def _groups(items: Iterable[Asked | Failed]) -> Iterator[list[Asked | Failed]]:
    group, size = list[Asked | Failed](), 0
    for item in items:
        length = len(item.image) if isinstance(item, Asked) else 0
        if group and (len(group) == GROUP or size + length > GROUP_BYTES):
            yield group
            group, size = [], 0
        group.append(item)
        size += length
    if group:
        yield group


def _answers(pictures: Sequence[Asked], tries: int) -> list[Found | Failed]:
    lines = [json.dumps(item.image).encode() for item in pictures]
    answers = _patiently(lines, tries) if lines else []
    seen = iter(named([answer for answer in answers if not _is_refusal(answer)]))
    return [
        _failed(item, answer) if _is_refusal(answer) else Found(item.id, next(seen))
        for item, answer in zip(pictures, answers, strict=True)
    ]


def _patiently(lines: Sequence[bytes], tries: int) -> list[Any]:
    try:
        return wire.ask_lines(lines)
    except wire.ModelAway as error:
        if tries == 1:
            raise
        time.sleep(min(error.retry_after, wire.RETRY_AFTER_SECONDS))
    return _patiently(lines, tries - 1)


def _is_refusal(answer: Any) -> bool:
    return isinstance(answer, dict) and "error" in answer


def _failed(item: Asked, answer: Any) -> Failed:
    status = answer.get("status")
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return Failed(item.id, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The image is too large.")
    if status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
        return Failed(item.id, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send a JPEG, PNG or WebP.")
    if status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY):
        return Failed(item.id, HTTPStatus(status), str(wire.unreadable(answer)))
    return Failed(item.id, HTTPStatus.SERVICE_UNAVAILABLE, AWAY)
