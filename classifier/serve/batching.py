"""Pictures of requests that come at the same time go through the network together.

Decoders work in threads beside the network's. A picture that is ready goes at once when the network is free
and no other is being received or decoded; otherwise it waits for those, for `wait_ms` or a full batch.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from classifier.predict import Prediction
from classifier.serve.champion import Pair
from classifier.serve.config import ServeConfig
from classifier.transforms import Frames

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Timings:
    """Where a picture's time went, in milliseconds; forward and search are those of its whole batch."""

    decode: float
    queue: float  # waiting for a decoder, and for the network
    forward: float
    search: float
    total: float


@dataclass(frozen=True, slots=True)
class Answer:
    prediction: Prediction
    timings: Timings


@dataclass(slots=True)
class Waiting:
    """A picture that is ready for the network."""

    frame: Frames
    pair: Pair
    asked_at: float
    decode_ms: float
    ready_at: float
    answered: "asyncio.Future[Answer]" = field(init=False)

    def __post_init__(self) -> None:
        self.answered = asyncio.get_running_loop().create_future()


@dataclass(frozen=True, slots=True)
class Batch:
    """What one pass through the network and the index found."""

    predictions: Sequence[Prediction]
    began: float
    described: float
    ended: float


@dataclass(slots=True)
class Coming:
    """A picture on its way."""

    arrived: Callable[[], None]
    is_over: bool = False

    def over(self) -> None:
        """It is here, or will never be; said once or more often."""
        if not self.is_over:
            self.is_over = True
            self.arrived()


class Batcher:
    """Belongs to one event loop; the threads it starts never touch its state."""

    def __init__(self, config: ServeConfig) -> None:
        self.size, self.wait_s = config.batch, config.wait_ms / 1000
        self.pictures, self.batches = 0, 0
        self._decoders = ThreadPoolExecutor(config.decoders, "decode")
        self._network = ThreadPoolExecutor(1, "network")
        self._coming = 0  # pictures that are being received or decoded
        self._waiting: deque[Waiting] = deque()
        self._busy = False
        self._timer: asyncio.TimerHandle | None = None

    def announce(self) -> "Coming":
        """Say that a picture is on its way, so that others wait for it; over() takes it back."""
        self._coming += 1
        return Coming(self._arrived)

    async def ask(self, data: bytes, pair: Pair, coming: "Coming | None" = None) -> Answer:
        """What the pair sees in one picture, which may have been announced before.

        Raises:
            Undecodable: it is no picture.
        """
        asked_at, coming = time.perf_counter(), coming or self.announce()
        try:
            waiting = Waiting(*await self.aside(_unpack, data, pair, asked_at))
            self._waiting.append(waiting)
        finally:
            coming.over()
        return await waiting.answered

    async def aside(self, work: Callable[..., Result], *arguments: object) -> Result:
        """Let one of the decoders do something."""
        return await asyncio.get_running_loop().run_in_executor(self._decoders, work, *arguments)

    async def alone(self, work: Callable[..., Result], *arguments: object) -> Result:
        """Let the network's thread do something between two batches."""
        return await asyncio.get_running_loop().run_in_executor(self._network, work, *arguments)

    def close(self) -> None:
        """End the threads."""
        self._decoders.shutdown()
        self._network.shutdown()

    def _arrived(self) -> None:
        self._coming -= 1
        self._consider()

    def _consider(self) -> None:
        """Send a batch on its way, or see to it that somebody considers again."""
        while self._waiting and self._waiting[0].answered.done():  # its request gave up
            self._waiting.popleft()
        if self._busy or not self._waiting:
            return
        left = self._waiting[0].ready_at + self.wait_s - time.perf_counter()
        if not self._coming or len(self._waiting) >= self.size or left <= 0:
            self._go()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(left, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._consider()

    def _go(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        pair, batch = self._waiting[0].pair, list[Waiting]()
        while self._waiting and len(batch) < self.size and self._waiting[0].pair is pair:
            waiting = self._waiting.popleft()
            if not waiting.answered.done():
                batch.append(waiting)
        self._busy = True
        loop, frames = asyncio.get_running_loop(), [waiting.frame for waiting in batch]
        found = self._network.submit(_together, pair, frames)
        found.add_done_callback(lambda done: loop.call_soon_threadsafe(self._came, batch, done))

    def _came(self, batch: Sequence[Waiting], found: "Future[Batch]") -> None:
        self._busy = False
        self.batches, self.pictures = self.batches + 1, self.pictures + len(batch)
        error = found.exception()
        for number, waiting in enumerate(batch):
            if waiting.answered.done():
                continue
            if error is not None:
                waiting.answered.set_exception(error)
            else:
                waiting.answered.set_result(_answer(waiting, found.result(), number))
        self._consider()


def _unpack(data: bytes, pair: Pair, asked_at: float) -> tuple[Frames, Pair, float, float, float]:
    began = time.perf_counter()
    frame = pair.model.frame(data)
    ready_at = time.perf_counter()
    return frame, pair, asked_at, (ready_at - began) * 1000, ready_at


def _together(pair: Pair, frames: Sequence[Frames]) -> Batch:
    began = time.perf_counter()
    described = pair.model.describe_frames(frames)
    forward = time.perf_counter()
    predictions = pair.model.rank(described, pair.index)
    return Batch(predictions, began, forward, time.perf_counter())


def _answer(waiting: Waiting, batch: Batch, number: int) -> Answer:
    total = (batch.ended - waiting.asked_at) * 1000
    forward, search = (batch.described - batch.began) * 1000, (batch.ended - batch.described) * 1000
    queue = max(0.0, total - waiting.decode_ms - forward - search)
    times = (round(each, 2) for each in (waiting.decode_ms, queue, forward, search, total))
    return Answer(batch.predictions[number], Timings(*times))
