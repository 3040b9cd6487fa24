"""The model process: `granian --interface wsgi classifier.serve.app:app --workers 1 --blocking-threads 16`.

POST /predict takes the bytes of one picture; GET /healthz says which model answers. CLASSIFIER_CHAMPION (a
run folder, or a link to one) and CLASSIFIER_INDEX (the index file; "{run}" in it is the champion's id) say
what serves. Either may change at any time: the old pair answers until the new one is in memory.
"""

import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import torch

from classifier.decode import BrokenImage, NotAnImage, TooManyPixels, decode
from classifier.index import StyleIndex
from classifier.predict import DeepDress
from classifier.runs import SHIPPED, RunError

logger = logging.getLogger(__name__)
MAX_BYTES = 15 * 1024 * 1024
STATUS_OF = {
    NotAnImage: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    BrokenImage: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyPixels: HTTPStatus.UNPROCESSABLE_ENTITY,
}


class Refused(Exception):
    """A request that gets an error document instead of a prediction."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


@dataclass(frozen=True, slots=True)
class Pair:
    """A model and an index made with it; one object, so that a request never sees one without the other."""

    model: DeepDress
    index: StyleIndex


@dataclass(frozen=True, slots=True)
class ServeConfig:
    champion: Path
    index: str  # may hold "{run}"
    threads: int = 1
    queue: int = 8  # requests being answered or waiting; one more is told to come back

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "ServeConfig":
        """Read CLASSIFIER_CHAMPION, CLASSIFIER_INDEX, CLASSIFIER_THREADS and CLASSIFIER_QUEUE."""
        return cls(
            champion=Path(environment.get("CLASSIFIER_CHAMPION", str(SHIPPED))),
            index=environment.get("CLASSIFIER_INDEX", "index-{run}.safetensors"),
            threads=int(environment.get("CLASSIFIER_THREADS", "1")),
            queue=int(environment.get("CLASSIFIER_QUEUE", "8")),
        )


class Champion:
    """The pair that serves, renewed when the files behind it change."""

    def __init__(self, config: ServeConfig) -> None:
        self.config = config
        self._pair: Pair | None = None
        self._model_stamp: object = None
        self._seen: object = None
        self._loading = threading.Lock()

    def pair(self) -> Pair | None:
        """What serves now; one request loads a change, while the old pair answers the others."""
        if self._pair is None:
            with self._loading:
                self._renew()
        elif self._loading.acquire(blocking=False):
            try:
                self._renew()
            finally:
                self._loading.release()
        return self._pair

    def _renew(self) -> None:
        run = self.config.champion.resolve()
        index_path = Path(self.config.index.format(run=run.name))
        found = (run, _stamp(run / "weights.safetensors"), index_path, _stamp(index_path))
        if found == self._seen:
            return
        self._seen = found  # remembered even when loading fails: it is tried again when something changes
        try:
            index = StyleIndex.load(index_path)
            old = self._pair
            same = old is not None and self._model_stamp == found[:2]
            model = old.model if old is not None and same else DeepDress.load(run)
        except RunError as error:
            logger.warning("not serving %s yet: %s", run.name, error)
            return
        if index.version != model.version:
            logger.warning("not serving %s yet: its index is of model %s", model.version, index.version)
            return
        self._model_stamp, self._pair = found[:2], Pair(model, index)
        logger.info("serving %s with %d styles", model.version, len(index))


class Application:
    """The WSGI application: one prediction at a time, a short queue, and JSON for every answer."""

    def __init__(self, config: ServeConfig) -> None:
        torch.set_num_threads(config.threads)
        self.champion = Champion(config)
        self._places = threading.BoundedSemaphore(config.queue)
        self._turn = threading.Lock()
        self._routes: dict[str, tuple[str, Callable[[WSGIEnvironment], dict[str, Any]]]] = {
            "/predict": ("POST", self.predict),
            "/healthz": ("GET", self.health),
        }

    def __call__(self, environment: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            status, document = HTTPStatus.OK, self._answer(environment)
        except Refused as refused:
            status, document = refused.status, {"error": refused.detail}
        body = json.dumps(document).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
            headers.append(("Retry-After", "1"))
        start_response(f"{status.value} {status.phrase}", headers)
        return [body]

    def health(self, environment: WSGIEnvironment) -> dict[str, Any]:
        """Which model answers; 503 while there is none."""
        pair = self._serving()
        return {"model_version": pair.model.version, "styles": len(pair.index)}

    def predict(self, environment: WSGIEnvironment) -> dict[str, Any]:
        """The three likeliest styles of one picture."""
        if not self._places.acquire(blocking=False):
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, "too many requests at once")
        try:
            pair, data, started = self._serving(), read_body(environment), time.perf_counter()
            try:
                image = decode(data)
            except tuple(STATUS_OF) as error:
                raise Refused(STATUS_OF[type(error)], str(error)) from error
            with self._turn:
                [prediction] = pair.model.predict([image], pair.index)
        finally:
            self._places.release()
        return {
            "candidates": [asdict(candidate) for candidate in prediction.candidates],
            "p_dress": prediction.p_dress,
            "model_version": prediction.version,
            "milliseconds": round((time.perf_counter() - started) * 1000, 1),
        }

    def _answer(self, environment: WSGIEnvironment) -> dict[str, Any]:
        path, method = environment.get("PATH_INFO", ""), environment["REQUEST_METHOD"]
        if path not in self._routes:
            raise Refused(HTTPStatus.NOT_FOUND, "POST a picture to /predict, or GET /healthz")
        expected, answer = self._routes[path]
        if method != expected:
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, f"{path} takes {expected}")
        return answer(environment)

    def _serving(self) -> Pair:
        pair = self.champion.pair()
        if pair is None:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "no model with a matching index yet")
        return pair


def read_body(environment: WSGIEnvironment) -> bytes:
    """The request's body.

    Raises:
        Refused: it is longer than MAX_BYTES, or shorter than it says.
    """
    length = environment.get("CONTENT_LENGTH") or ""
    if length and not length.isdecimal():
        raise Refused(HTTPStatus.BAD_REQUEST, "Content-Length is not a number")
    if length and int(length) > MAX_BYTES:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the picture is larger than {MAX_BYTES} bytes")
    data: bytes = environment["wsgi.input"].read(int(length) if length else MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the picture is larger than {MAX_BYTES} bytes")
    return data


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is replaced; None while it is missing."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


app = Application(ServeConfig.from_environment(os.environ))
