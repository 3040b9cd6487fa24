"""Many pictures in one request, with few of them in memory: results come in order while more is read."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Generic, TypeVar

from classifier.serve.bodies import MAX_LINE_BYTES
from classifier.serve.http import Refused, Request, too_long

Thing = TypeVar("Thing")
Result = TypeVar("Result")

AHEAD = 8  # items of one request that are being answered
HELD_BYTES = 48 * 1024 * 1024  # of lines of one request; a longer line waits until it is alone


async def lines_of(request: Request, idle_seconds: float) -> AsyncIterator[bytes | Refused]:
    """The lines of a body that are not blank; one of more than MAX_LINE_BYTES is read over.

    Raises:
        Refused: nothing came for too long.
        Gone: the client hung up.
    """
    kept, length = list[bytes](), 0
    async for chunk in request.chunks(idle_seconds):
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            if length + len(piece) > MAX_LINE_BYTES:
                yield too_long(MAX_LINE_BYTES)
            elif line := b"".join([*kept, piece]).strip():
                yield line
            kept, length = [], 0
        length += len(rest)
        if length > MAX_LINE_BYTES:
            kept = []
        elif rest:
            kept.append(rest)
    if length > MAX_LINE_BYTES:
        yield too_long(MAX_LINE_BYTES)
    elif line := b"".join(kept).strip():
        yield line


async def everything(things: Iterable[Thing]) -> AsyncIterator[Thing]:
    """The same, one after the other."""
    for thing in things:
        yield thing


class InOrder(Generic[Thing, Result]):
    """Do something to each of many things, AHEAD at a time, and hand the results on in the things' order."""

    def __init__(
        self,
        things: AsyncIterator[Thing],
        do: Callable[[Thing], Awaitable[Result]],
        size: Callable[[Thing], int] = lambda _: 0,
    ) -> None:
        self._things, self._do, self._size = things, do, size
        self._begun = asyncio.Queue[asyncio.Task[Result] | None](AHEAD)
        self._bytes, self._room = 0, asyncio.Event()

    async def results(self) -> AsyncIterator[Result]:
        """The results; what reading the things raises comes after those of the things before it."""
        reader = asyncio.create_task(self._read())
        try:
            while (task := await self._begun.get()) is not None:
                yield await task
            await reader
        finally:
            reader.cancel()
            while not self._begun.empty():
                if (task := self._begun.get_nowait()) is not None:
                    task.cancel()

    async def _read(self) -> None:
        try:
            async for thing in self._things:
                size = self._size(thing)
                while self._bytes and self._bytes + size > HELD_BYTES:
                    self._room.clear()
                    await self._room.wait()
                self._bytes += size
                await self._begun.put(asyncio.create_task(self._one(thing, size)))
        finally:
            await self._begun.put(None)

    async def _one(self, thing: Thing, size: int) -> Result:
        try:
            return await self._do(thing)
        finally:
            self._bytes -= size
            self._room.set()
