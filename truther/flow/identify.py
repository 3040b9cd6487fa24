"""Ask the model process which styles a picture may show; the bytes pass through here unopened."""

import functools
import logging
from dataclasses import dataclass
from typing import Any

import httpx

from truther.config import config
from truther.models import Style

logger = logging.getLogger(__name__)

# A busy model process answers "too many" at once; ten seconds of silence mean that it is gone.
PATIENCE = httpx.Timeout(10, connect=2)
RETRY_AFTER_SECONDS = 2
MAGIC = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "image/webp": b"RIFF"}


class NotAPicture(Exception):
    """The bytes are no JPEG, PNG or WebP, whatever they were called."""


class TooManyBytes(Exception):
    """The model process takes smaller files than we do."""


class Unreadable(Exception):
    """The picture is damaged, moving, or unfolds to too many pixels; the text says which."""


class ModelAway(Exception):
    """The model process is busy, starting or gone.

    Attributes:
        retry_after: when to ask again, in seconds.
    """

    def __init__(self, retry_after: int = RETRY_AFTER_SECONDS) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Candidate:
    """One style that the picture may show."""

    sku: str
    name: str
    designer: str
    probability: float


@dataclass(frozen=True, slots=True)
class Identification:
    """What the model sees in one picture; candidates are the best first and at most three."""

    candidates: tuple[Candidate, ...]
    p_dress: float
    model_version: str
    milliseconds: float


def model_answers() -> bool:
    """Say whether the model process is there; half a second of silence means that it is not."""
    try:
        return httpx.get(f"{config.predictor_url}/healthz", timeout=0.5, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def identify(image: bytes) -> Identification:
    """Return what the champion sees in one JPEG, PNG or WebP.

    Raises:
        NotAPicture: the bytes are in none of the three formats.
        TooManyBytes: the model process does not take as many.
        Unreadable: the picture is animated, damaged or too large once unfolded.
        ModelAway: ask again later.
    """
    kind = media_type(image)
    if is_animated(image, kind):
        raise Unreadable("The picture moves; send a single still frame.")
    answer = _ask(image, kind)
    try:
        return _named(answer)
    except (KeyError, TypeError, ValueError) as error:
        logger.error("The model process answered something else: %r", answer)
        raise ModelAway from error


def media_type(image: bytes) -> str:
    """Name the format that the first bytes give away.

    Raises:
        NotAPicture: they give away none of ours.
    """
    for name, magic in MAGIC.items():
        if image.startswith(magic) and (name != "image/webp" or image[8:12] == b"WEBP"):
            return name
    raise NotAPicture


def is_animated(image: bytes, kind: str) -> bool:
    """Read from the header whether there is more than one frame.

    Source: WebP container specification (VP8X flags, bit 1); PNG third edition (acTL comes before IDAT).
    """
    if kind == "image/webp":
        return image[12:16] == b"VP8X" and len(image) > 20 and bool(image[20] & 0b10)
    return kind == "image/png" and b"acTL" in image[: max(image.find(b"IDAT"), 0)]


@functools.cache
def _client() -> httpx.Client:
    # No connection is kept: a restarted model process would otherwise break the next request on each of them.
    return httpx.Client(timeout=PATIENCE, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))


def _ask(image: bytes, kind: str) -> Any:
    try:
        response = _client().post(
            f"{config.predictor_url}/predict", content=image, headers={"content-type": kind}
        )
        answer = response.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        logger.warning("The model process cannot be asked: %s", error)
        raise ModelAway from error
    if response.status_code == 413:
        raise TooManyBytes
    if response.status_code in (400, 415, 422):
        raise Unreadable(f"The picture cannot be read: {_reason(answer)}.")
    if response.status_code != 200:
        logger.warning("The model process answered %d: %s", response.status_code, _reason(answer))
        raise ModelAway(_seconds(response.headers.get("retry-after", "")))
    return answer


def _reason(answer: Any) -> str:
    words = answer.get("error") if isinstance(answer, dict) else None
    return str(words or "it said no more").rstrip(".")


def _seconds(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text) <= 600 else RETRY_AFTER_SECONDS


def _named(answer: Any) -> Identification:
    """Put the catalogue's words beside the skus; what left the catalogue meanwhile is not offered."""
    styles = Style.objects.active().in_bulk([str(found["sku"]) for found in answer["candidates"]])
    return Identification(
        candidates=tuple(
            Candidate(style.id, style.name, style.designer, float(found["probability"]))
            for found in answer["candidates"]
            if (style := styles.get(found["sku"]))
        ),
        p_dress=float(answer["p_dress"]),
        model_version=str(answer["model_version"]),
        milliseconds=float(answer["milliseconds"]),
    )
