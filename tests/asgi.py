"""Speak to an ASGI application as a server does, without a socket: body chunks in, one answer out."""

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Answered:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.body.splitlines()]


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run to the end in a thread of its own: browser tests leave a running loop in the main one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


async def ask(
    app: Any,
    body: bytes | Iterable[bytes] | AsyncIterator[bytes] = b"",
    kind: str = "image/png",
    *,
    path: str = "/predict",
    method: str = "POST",
    length: str | None = None,
    hang_up: bool = False,
) -> Answered | None:
    """Send one request; None when the application answered nothing.

    Args:
        length: what the header Content-Length says; it is left out otherwise.
        hang_up: the client goes away where its body ends.
    """
    chunks = _chunks(body)
    path, _, query = path.partition("?")
    headers = [(b"content-type", kind.encode())] if kind else []
    if length is not None:
        headers.append((b"content-length", length.encode()))

    async def receive() -> dict[str, Any]:
        chunk = await anext(chunks, None)
        if chunk is None and hang_up:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}

    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": headers}
    await app(scope | {"query_string": query.encode()}, receive, send)
    if not sent:
        return None
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answered(sent[0]["status"], told, b"".join(message["body"] for message in sent[1:]))


async def _chunks(body: bytes | Iterable[bytes] | AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if isinstance(body, AsyncIterator):
        async for chunk in body:
            yield chunk
    else:
        for chunk in [body] if isinstance(body, bytes) else body:
            yield chunk
            await asyncio.sleep(0)
