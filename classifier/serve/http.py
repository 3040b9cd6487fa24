"""Requests read with limits in bytes and in time, and answers in JSON, over ASGI."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]

NDJSON = "application/x-ndjson"
RETRY_AFTER_SECONDS = 1


class Refused(Exception):
    """A request, or an item of one, that gets an error document instead of a prediction."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


class Gone(Exception):
    """The client hung up before it had said everything; nobody is left to answer."""


@dataclass(slots=True)
class Held:
    """Bytes of bodies in memory, of all requests together."""

    most: int
    now: int = 0

    def take(self, count: int) -> None:
        """Count more bytes.

        Raises:
            Refused: they are too many; this many are counted all the same, until they are given back.
        """
        self.now += count
        if self.now > self.most:
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, "too many bytes at once")


class Request:
    """One request; its body is read only when asked for."""

    def __init__(self, scope: MutableMapping[str, Any], receive: Receive, held: Held) -> None:
        self.method, self.path = str(scope["method"]), str(scope["path"])
        self.headers: dict[bytes, str] = {
            name.lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        self._query = bytes(scope.get("query_string") or b"")
        self._receive, self._held, self._taken = receive, held, 0

    @property
    def content_type(self) -> str:
        """The media type without its parameters; empty when the client named none."""
        named: str = self.headers.get(b"content-type", "")
        return named.partition(";")[0].strip().lower()

    def asked(self, name: str, *, most: int, longest: int) -> list[str]:
        """The values of one parameter of the address, in their order.

        Raises:
            Refused: more than `most`, or one of more than `longest` characters.
        """
        try:
            values = parse_qs(self._query.decode("ascii"), max_num_fields=100).get(name, [])
        except ValueError as error:
            raise Refused(HTTPStatus.BAD_REQUEST, "the address has no right parameters") from error
        if len(values) > most or any(len(value) > longest for value in values):
            raise Refused(HTTPStatus.BAD_REQUEST, f"{name}: at most {most}, of {longest} characters at most")
        return values

    async def body(self, most: int, seconds: float) -> bytes:
        """The whole body.

        Raises:
            Refused: it is longer than `most` bytes, shorter than announced, or takes longer than `seconds`.
            Gone: the client hung up.
        """
        announced = self._announced()
        if announced is not None and announced > most:
            raise too_long(most)
        chunks, length = [], 0
        try:
            async with asyncio.timeout(seconds):
                async for chunk in self.chunks():
                    length += len(chunk)
                    if length > most:
                        raise too_long(most)
                    self.hold(len(chunk))
                    chunks.append(chunk)
        except TimeoutError as error:
            raise Refused(HTTPStatus.REQUEST_TIMEOUT, f"the body took longer than {seconds:g} s") from error
        if announced is not None and length != announced:
            raise Refused(HTTPStatus.BAD_REQUEST, f"{announced} bytes were announced, {length} came")
        return b"".join(chunks)

    async def chunks(self, idle_seconds: float | None = None) -> AsyncIterator[bytes]:
        """The body as it comes.

        Raises:
            Refused: nothing came for `idle_seconds`.
            Gone: the client hung up.
        """
        more = True
        while more:
            try:
                async with asyncio.timeout(idle_seconds):
                    message = await self._receive()
            except TimeoutError as error:
                raise Refused(HTTPStatus.REQUEST_TIMEOUT, f"nothing came for {idle_seconds:g} s") from error
            if message["type"] != "http.request":
                raise Gone
            more = bool(message.get("more_body"))
            if chunk := message.get("body", b""):
                yield chunk

    def hold(self, count: int) -> None:
        """Count bytes of this request that stay in memory; negative ones are given back.

        Raises:
            Refused: all requests together hold too many.
        """
        self._taken += count
        self._held.take(count)

    def let_go(self) -> None:
        """Give back all that this request held."""
        self._held.now -= self._taken
        self._taken = 0

    def _announced(self) -> int | None:
        text = self.headers.get(b"content-length")
        if text is None:
            return None
        if not (text.isascii() and text.isdecimal()):
            raise Refused(HTTPStatus.BAD_REQUEST, "Content-Length is not a number")
        return int(text)


def too_long(most: int) -> Refused:
    """The refusal of a body, or a line, of too many bytes."""
    return Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"more than {most} bytes")


async def answer(send: Send, status: HTTPStatus, document: dict[str, Any]) -> None:
    """Send one JSON document."""
    body = json.dumps(document).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers.append((b"retry-after", b"%d" % RETRY_AFTER_SECONDS))
    await begin(send, status, headers)
    await send({"type": "http.response.body", "body": body})


async def begin(send: Send, status: HTTPStatus, headers: Iterable[Header]) -> None:
    """Send the status and the headers."""
    await send({"type": "http.response.start", "status": status.value, "headers": list(headers)})
