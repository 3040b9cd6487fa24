"""People at play: each with a hand, an outbox and a pace; many of them to a process, without Django."""

import asyncio
import random
import time
from collections import Counter, deque
from collections.abc import Awaitable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any, TypeVar

from truther.load.browser import Broken, Browser, Seen, fresh_id

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
    """What a crowd did, and how long the server took for it once everybody had come; times in seconds."""

    since: float = 0.0  # on the monotonic clock: from when on times are taken
    votes: list[float] = field(default_factory=list)  # a batch each
    refills: list[float] = field(default_factory=list)
    asked: int = 0  # refills
    dealt: int = 0  # cards that they brought
    given: Counter[str] = field(default_factory=Counter)  # receipts by state
    repeats: int = 0  # cards that the person had in hand, or had answered
    errors: list[str] = field(default_factory=list)
    dry: int = 0  # refills that brought nothing while the hand was empty

    def add(self, other: "Log") -> None:
        """Take in what another crowd did."""
        self.votes += other.votes
        self.refills += other.refills
        self.asked += other.asked
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

    async def play(self, begins: float, ends: float) -> None:
        """Play until the end, and send what is left in the outbox; an error ends this person's game."""
        await asyncio.sleep(max(begins - time.monotonic(), 0))
        try:
            self._take(await self._browser.open())
            while time.monotonic() < ends:
                await self._turn()
            if self._outbox:
                await self._send()
        except (Broken, OSError) as error:
            self._log.errors.append(str(error))
        await self._browser.close()

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
        self._log.asked += 1
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
        if began >= self._log.since:
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
    """Let these people play in this process."""
    now = time.monotonic()
    spread = min(pace.seconds / 4, pace.think * 4)  # people do not all come in the same second
    log = Log(since=now + spread)

    async def everybody() -> None:
        await asyncio.gather(
            *(
                Player(port, session, pace, 1_000 * seed + number, log).play(
                    now + spread * number / len(sessions), now + pace.seconds
                )
                for number, session in enumerate(sessions)
            )
        )

    asyncio.run(everybody())
    return log
