"""People at play: each with a hand, an outbox and a pace; many of them to a process, without Django."""

import asyncio
import random
import time
from collections import Counter, deque
from collections.abc import Awaitable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any, TypeVar

from truther.load.browser import Broken, Browser, Seen, fresh_id

COMING_SECONDS = 0.05  # between two people, at least: the page is opened by one after the other
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Pace:
    """How people play."""

    seconds: float  # the whole of it
    think: float  # mean time for an answer in seconds; 0 is as fast as the server lets them
    outbox: int  # votes that are sent together
    low: int  # cards left in the hand when more are asked for


@dataclass(slots=True)
class Log:
    """What a crowd did once everybody had come, and how long the server took for it; times in seconds."""

    votes: list[float] = field(default_factory=list)  # a batch each
    refills: list[float] = field(default_factory=list)
    dealt: int = 0  # cards that refills brought
    given: Counter[str] = field(default_factory=Counter)  # receipts by state
    repeats: int = 0  # cards that the person had in hand, or had answered
    errors: list[str] = field(default_factory=list)
    dry: int = 0  # refills that brought nothing while the hand was empty

    def add(self, other: "Log") -> None:
        """Take in what another crowd did."""
        self.votes += other.votes
        self.refills += other.refills
        self.dealt += other.dealt
        self.given += other.given
        self.repeats += other.repeats
        self.errors += other.errors
        self.dry += other.dry


class Player:
    """One person with the page open."""

    def __init__(self, port: int, session_key: str, pace: Pace, seed: int, log: Log) -> None:
        self._browser, self._pace, self._log = Browser(port, session_key), pace, log
        self._chance = random.Random(seed)
        self._hand: deque[Seen] = deque()
        self._met: set[str] = set()
        self._outbox: list[dict[str, Any]] = []

    async def come(self, at: float) -> None:
        """Open the page at a moment of the monotonic clock."""
        await asyncio.sleep(max(at - time.monotonic(), 0))
        with self._noted():
            self._take(await self._browser.open())

    async def play(self, begins: float, ends: float) -> None:
        """Play between two moments, and send what is left in the outbox."""
        await asyncio.sleep(max(begins - time.monotonic(), 0))
        with self._noted():
            while time.monotonic() < ends:
                await self._turn()
            if self._outbox:
                await self._send()
        await self._browser.close()

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """Write an error down; it ends this person's game."""
        try:
            yield
        except (Broken, OSError) as error:
            self._log.errors.append(str(error))

    async def _turn(self) -> None:
        if len(self._hand) <= self._pace.low:
            await self._refill()
        if not self._hand:
            self._log.dry += 1
            if self._outbox:
                await self._send()
            await asyncio.sleep(0.25)
            return
        if self._pace.think:
            await asyncio.sleep(self._chance.uniform(0.5, 1.5) * self._pace.think)
        self._answer(self._hand.popleft())
        if len(self._outbox) >= self._pace.outbox:
            await self._send()

    def _answer(self, card: Seen) -> None:
        """Say what most people see: two thirds take the first style by name, so that photos settle."""
        agrees = card.options and self._chance.random() < 0.67
        said = {"choice": "style", "style": min(card.options)} if agrees else {"choice": "not_dress"}
        one = {"id": fresh_id(), "photo": card.photo_id, "fit": True, "seconds": 2.5}
        self._outbox.append(one | said)

    async def _refill(self) -> None:
        have = [card.photo_id for card in self._hand] + [one["photo"] for one in self._outbox]
        cards = await self._timed(self._browser.refill(have), self._log.refills)
        self._log.dealt += len(cards)
        self._take(cards)

    def _take(self, cards: Sequence[Seen]) -> None:
        for card in cards:
            if card.photo_id in self._met:
                self._log.repeats += 1
            else:
                self._met.add(card.photo_id)
                self._hand.append(card)

    async def _send(self) -> None:
        receipts = await self._timed(self._browser.send(self._outbox), self._log.votes)
        if [receipt["id"] for receipt in receipts] != [one["id"] for one in self._outbox]:
            raise Broken("the receipts are for other votes than were sent")
        self._log.given.update(receipt["state"] for receipt in receipts)
        self._outbox.clear()

    async def _timed(self, answer: Awaitable[Answer], times: list[float]) -> Answer:
        began = time.monotonic()
        result = await answer
        times.append(time.monotonic() - began)
        return result


def play(port: int, sessions: Sequence[str], pace: Pace, *, processes: int) -> Log:
    """Let people play in a few processes at once, and return what they did."""
    shares = [sessions[number::processes] for number in range(processes)]
    log = Log()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        begun = [pool.submit(crowd, port, share, pace, number) for number, share in enumerate(shares)]
        for one in begun:
            log.add(one.result())
    return log


def crowd(port: int, sessions: Sequence[str], pace: Pace, seed: int) -> Log:
    """Let these people come, and play once all are there, in this process."""
    log = Log()
    people = [Player(port, key, pace, 1_000 * seed + number, log) for number, key in enumerate(sessions)]

    async def everybody() -> None:
        now = time.monotonic()
        coming = max(pace.think * 4, len(people) * COMING_SECONDS)
        await asyncio.gather(*(one.come(now + coming * n / len(people)) for n, one in enumerate(people)))
        now = time.monotonic()
        ends = now + pace.seconds
        # Nobody's first answer comes in the same moment as everybody's.
        await asyncio.gather(
            *(one.play(now + pace.think * n / len(people), ends) for n, one in enumerate(people))
        )

    asyncio.run(everybody())
    return log
