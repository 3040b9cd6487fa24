"""The wire to the model process: pictures go in unopened, what it saw comes out."""

import functools
import json
import logging
from collections.abc import Sequence
from typing import Any

import httpx

from truther.config import config

logger = logging.getLogger(__name__)

# A busy model process answers "too many" at once; ten seconds of silence mean that it is gone.
PATIENCE = httpx.Timeout(10, connect=2)
RETRY_AFTER_SECONDS = 2
LINES = "application/x-ndjson"


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


def model_answers() -> bool:
    """Say whether the model process is there; half a second of silence means that it is not."""
    try:
        return httpx.get(f"{config.predictor_url}/healthz", timeout=0.5, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def ask(image: bytes, kind: str) -> Any:
    """Return what the model process says of one picture, as it came.

    Raises:
        TooManyBytes, Unreadable, ModelAway.
    """
    response = _post(image, kind)
    if response.status_code == 413:
        raise TooManyBytes
    answer = _json(response)
    if response.status_code in (400, 415, 422):
        raise unreadable(answer)
    if response.status_code != 200:
        raise _away(response, answer)
    return answer


def ask_lines(lines: Sequence[bytes]) -> list[Any]:
    """Return what it says of many pictures, one answer for each line.

    Raises:
        ModelAway: ask again later.
    """
    response = _post(b"\n".join(lines), LINES)
    if response.status_code != 200:
        raise _away(response, _json(response))
    try:
        answers = [json.loads(line) for line in response.content.splitlines()]
    except ValueError as error:
        raise ModelAway from error
    if len(answers) != len(lines):
        logger.error("The model process answered %d lines with %d", len(lines), len(answers))
        raise ModelAway
    return answers


def unreadable(answer: Any) -> Unreadable:
    """What a refusal of the model process means in words."""
    words = answer.get("error") if isinstance(answer, dict) else None
    return Unreadable(f"The picture cannot be read: {str(words or 'it said no more').rstrip('.')}.")


@functools.cache
def _client() -> httpx.Client:
    # No connection is kept: a restarted model process would otherwise break the next request on each of them.
    return httpx.Client(timeout=PATIENCE, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))


def _post(body: bytes, kind: str) -> httpx.Response:
    try:
        return _client().post(f"{config.predictor_url}/predict", content=body, headers={"content-type": kind})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        logger.warning("The model process cannot be asked: %s", error)
        raise ModelAway from error


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError as error:
        logger.warning("The model process answered %d and no JSON", response.status_code)
        raise ModelAway from error


def _away(response: httpx.Response, answer: Any) -> ModelAway:
    logger.warning("The model process answered %d: %s", response.status_code, unreadable(answer))
    wait = response.headers.get("retry-after", "")
    right = wait.isascii() and wait.isdigit() and 0 < int(wait) <= 600
    return ModelAway(int(wait) if right else RETRY_AFTER_SECONDS)
