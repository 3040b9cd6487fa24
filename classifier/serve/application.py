"""What the model process answers, always in JSON: one picture, a batch, a stream of lines, its health."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

import torch
from PIL import Image

from classifier.decode import BrokenImage, NotAnImage, TooManyPixels, decode
from classifier.serve.batching import Answer, Batcher, Coming
from classifier.serve.bodies import (
    FORM_BYTES,
    MAX_BATCH_BYTES,
    MAX_BYTES,
    Item,
    item_in,
    items_in,
    picture_in_form,
    still,
)
from classifier.serve.champion import Champion, Pair
from classifier.serve.config import ServeConfig
from classifier.serve.explain import explain
from classifier.serve.http import NDJSON, Gone, Held, Receive, Refused, Request, Send, answer, begin
from classifier.serve.lines import InOrder, everything, lines_of

Document = dict[str, Any]
STATUS_OF = {
    NotAnImage: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    BrokenImage: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyPixels: HTTPStatus.UNPROCESSABLE_ENTITY,
}
NAMES = ("sku", "without")  # parameters of /explain
MOST_NAMES, LONGEST_NAME = 12, 64
BATCHES = 4  # requests with many pictures that are answered at once
HELD_BYTES = 384 * 1024 * 1024  # of all bodies in memory


class Application:
    """The ASGI application."""

    def __init__(self, config: ServeConfig) -> None:
        torch.set_num_threads(config.threads)
        self.config, self.champion, self.batcher = config, Champion(config), Batcher(config)
        self._places = asyncio.Semaphore(config.queue)
        self._batches = asyncio.Semaphore(BATCHES)
        self._held = Held(HELD_BYTES)
        self._routes: dict[str, tuple[str, Callable[[Request, Send], Awaitable[None]]]] = {
            "/predict": ("POST", self._predict),
            "/explain": ("POST", self._explain),
            "/healthz": ("GET", self._health),
        }

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            request = Request(scope, receive, self._held)
            try:
                await self._answer(request, send)
            except Refused as refused:
                await answer(send, refused.status, {"error": refused.detail})
            except Gone:
                return
            finally:
                request.let_go()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep an eye on the champion meanwhile, and end all threads afterwards."""
        self.champion.start()
        try:
            yield
        finally:
            await asyncio.to_thread(self.champion.stop)
            self.batcher.close()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with self.running():
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, request: Request, send: Send) -> None:
        if request.path not in self._routes:
            raise Refused(HTTPStatus.NOT_FOUND, "POST a picture to /predict or /explain, or GET /healthz")
        method, respond = self._routes[request.path]
        if request.method != method:
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, f"{request.path} takes {method}")
        await respond(request, send)

    async def _health(self, request: Request, send: Send) -> None:
        """Which model answers, and what it did so far; 503 while there is none."""
        pair = self._serving()
        document = {
            "model_version": pair.model.version,
            "styles": len(pair.index),
            "precision": pair.precision,
            "pictures": self.batcher.pictures,
            "batches": self.batcher.batches,
        }
        await answer(send, HTTPStatus.OK, document)

    async def _predict(self, request: Request, send: Send) -> None:
        """The likeliest styles of one picture, or of many: the type of the body decides."""
        self._serving()
        if request.content_type == "application/json":
            await self._predict_batch(request, send)
        elif request.content_type == NDJSON:
            await self._predict_lines(request, send)
        else:
            coming = self.batcher.announce()
            try:
                picture = await self._picture(request)
                async with _place(self._places, "too many pictures at once"):
                    await answer(send, HTTPStatus.OK, await self._see(picture, coming))
            finally:
                coming.over()

    async def _explain(self, request: Request, send: Send) -> None:
        """What an answer about one picture rests on: of the styles `sku`, without the pictures `without`."""
        self._serving()
        named = {name: request.asked(name, most=MOST_NAMES, longest=LONGEST_NAME) for name in NAMES}
        picture = await self._picture(request)
        async with _place(self._places, "too many pictures at once"):
            with _words():
                image = await self.batcher.aside(decode, picture)
            found = await self.batcher.alone(_explained, self._serving(), image, named)
        await answer(send, HTTPStatus.OK, found)

    async def _predict_batch(self, request: Request, send: Send) -> None:
        body = await request.body(MAX_BATCH_BYTES, self.config.read_seconds)
        async with _place(self._batches, "too many batches at once"):
            items = await self.batcher.aside(items_in, body)
            results = [result async for result in InOrder(everything(items), self._item).results()]
        await answer(send, HTTPStatus.OK, {"results": results})

    async def _predict_lines(self, request: Request, send: Send) -> None:
        """A result a line while more is read; whatever ends the reading early is the last line."""
        async with _place(self._batches, "too many batches at once"):
            lines = lines_of(request, self.config.idle_seconds)
            write = Writer(send, self.config.idle_seconds)
            try:
                async for result in InOrder(lines, self._line, _length).results():
                    await write(result)
            except Refused as refused:
                await write({"id": None} | _refusal(refused))
            if not write.begun:
                raise Refused(HTTPStatus.BAD_REQUEST, "the batch is empty: send an item a line")
            await send({"type": "http.response.body", "body": b""})

    async def _line(self, line: bytes | Refused) -> Document:
        if isinstance(line, Refused):
            return {"id": None} | _refusal(line)
        return await self._item(await self.batcher.aside(item_in, line))

    async def _item(self, item: Item) -> Document:
        """What is in one picture of a batch; unlike a single one, it waits for its place."""
        try:
            if isinstance(item.found, Refused):
                raise item.found
            async with self._places:
                return {"id": item.id} | await self._see(item.found)
        except Refused as refused:
            return {"id": item.id} | _refusal(refused)

    async def _picture(self, request: Request) -> bytes:
        form = request.content_type == "multipart/form-data"
        body = await request.body(MAX_BYTES + FORM_BYTES * form, self.config.read_seconds)
        return still(picture_in_form(body, request.headers[b"content-type"]) if form else body)

    async def _see(self, picture: bytes, coming: Coming | None = None) -> Document:
        try:
            with _words():
                async with asyncio.timeout(self.config.patience_seconds):
                    return document_of(await self.batcher.ask(picture, self._serving(), coming))
        except TimeoutError as error:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "no answer in time") from error

    def _serving(self) -> Pair:
        if self.champion.pair is None:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "no model with a matching index yet")
        return self.champion.pair


class Writer:
    """Sends results as NDJSON; a client that takes none for `seconds` is gone."""

    def __init__(self, send: Send, seconds: float) -> None:
        self.begun, self._send, self._seconds = False, send, seconds

    async def __call__(self, result: Document) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                if not self.begun:
                    await begin(self._send, HTTPStatus.OK, [(b"content-type", NDJSON.encode())])
                    self.begun = True
                line = json.dumps(result).encode() + b"\n"
                await self._send({"type": "http.response.body", "body": line, "more_body": True})
        except TimeoutError as error:
            raise Gone from error


def document_of(found: Answer) -> Document:
    """The JSON of one answer: all of the prediction, and where the time went."""
    document = asdict(found.prediction)
    version, timings = document.pop("version"), asdict(found.timings)
    return document | {"model_version": version, "milliseconds": timings["total"], "timings": timings}


def _explained(pair: Pair, image: Image.Image, named: Mapping[str, Sequence[str]]) -> Document:
    return explain(pair.model, pair.index, image, skus=named["sku"], without=named["without"])


@contextmanager
def _words() -> Iterator[None]:
    """Say of what cannot be decoded why."""
    try:
        yield
    except tuple(STATUS_OF) as error:
        raise Refused(STATUS_OF[type(error)], str(error)) from error


def _length(line: bytes | Refused) -> int:
    return len(line) if isinstance(line, bytes) else 0


def _refusal(refused: Refused) -> Document:
    return {"status": refused.status.value, "error": refused.detail}


@asynccontextmanager
async def _place(places: asyncio.Semaphore, otherwise: str) -> AsyncIterator[None]:
    """Take a place at once or refuse."""
    if places.locked():
        raise Refused(HTTPStatus.TOO_MANY_REQUESTS, otherwise)
    async with places:
        yield
