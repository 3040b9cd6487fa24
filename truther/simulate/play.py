"""The play itself: everybody's sittings as one stream of requests, in the order of simulated time."""

import heapq
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from truther.rules.walk import digest_of
from truther.simulate.client import Api
from truther.simulate.furnish import Invitation
from truther.simulate.people import Said, Sitting, say
from truther.simulate.world import Truth

FRESH = 6  # cards asked for at a time, as the page does
REFILL_AT = 3  # cards left in hand when the next are fetched
SEND_AT = 5  # votes in the outbox when it is emptied
SECOND_THOUGHT = timedelta(seconds=1.5)  # until a wrong key is taken back


@dataclass(slots=True)
class Ledger:
    """What the clients saw, to be compared with what the database holds."""

    delivered: set[tuple[str, str]] = field(default_factory=set)  # person, photo
    repeats: list[tuple[str, str]] = field(default_factory=list)  # shown again after an answer, or in hand
    acknowledged: dict[str, str] = field(default_factory=dict)  # vote id -> state
    undone: set[str] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)  # by code
    ended_early: int = 0  # sittings that ended because nothing was left for the person


@dataclass(frozen=True, slots=True)
class Table:
    """What everybody at play shares."""

    api: Api
    truths: Mapping[str, Truth]
    invitations: Mapping[str, Invitation]
    answered: dict[str, set[str]]  # by person: photos with an answer that stands
    ledger: Ledger
    seed: int


def play(sittings: Iterable[Sitting], table: Table) -> None:
    """Play sittings side by side: whoever's next moment comes first asks the server first.

    One request at a time, so that the same seed makes the same requests in the same order.
    """
    queue: list[tuple[datetime, str, Iterator[datetime]]] = [
        (sitting.begins_at, sitting.person.name, Seat(sitting, table).sit()) for sitting in sittings
    ]
    heapq.heapify(queue)
    while queue:
        _, name, steps = heapq.heappop(queue)
        moment = next(steps, None)
        if moment is not None:
            heapq.heappush(queue, (moment, name, steps))


class Seat:
    """One person at play: a hand of cards, an outbox, and the habits that rule both."""

    def __init__(self, sitting: Sitting, table: Table) -> None:
        self.sitting, self.table, self.person = sitting, table, sitting.person
        self.token = table.invitations[self.person.name].token
        self.answered = table.answered.setdefault(self.person.name, set())
        self.hand: deque[dict[str, Any]] = deque()
        self.outbox: list[dict[str, Any]] = []
        self.now = sitting.begins_at

    def sit(self) -> Iterator[datetime]:
        """Play to the end of the sitting; yields the moment of each next step."""
        yield self.now
        self._refill()
        for _ in range(self.sitting.votes):
            if not self.hand:
                self._send()
                self._refill()
            if not self.hand:
                self.table.ledger.ended_early += 1
                break
            yield from self._look(self.hand.popleft())
            if len(self.outbox) >= SEND_AT:
                self._send()
            if len(self.hand) <= REFILL_AT:
                self._refill()
        self._send()

    def _look(self, card: dict[str, Any]) -> Iterator[datetime]:
        """Answer one card, now and then twice: a slip is taken back and the card looked at again."""
        said = self._say(card, again=False)
        yield self._pass(said.seconds)
        vote_id = self._put(card, said, again=False)
        if said.slip:
            self.now += SECOND_THOUGHT
            yield self.now
            self.outbox.append({"id": vote_id, "undo": True})
            said = self._say(card, again=True)
            yield self._pass(said.seconds)
            self._put(card, said, again=True)

    def _say(self, card: dict[str, Any], *, again: bool) -> Said:
        shown = [option["sku"] for option in card["options"]]
        return say(self.person, self.table.truths[card["photo"]], shown, seed=self.table.seed, again=again)

    def _pass(self, seconds: float) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now

    def _put(self, card: dict[str, Any], said: Said, *, again: bool) -> str:
        """Lay an answer into the outbox, under an id that this client makes."""
        vote_id = digest_of("simulated", str(self.table.seed), self.person.name, card["photo"], str(again))
        choice, _, style = said.answer.partition(":")
        item = {"id": vote_id, "photo": card["photo"], "choice": choice, "fit": said.fit}
        self.outbox.append(item | {"seconds": said.seconds} | ({"style": style} if style else {}))
        self.answered.add(card["photo"])
        return vote_id

    def _refill(self) -> None:
        """Fetch cards for the reserve; what comes although it was answered, or lies in hand, is a repeat."""
        held = {card["photo"] for card in self.hand}
        have = [*held, *(item["photo"] for item in self.outbox if "photo" in item)]
        dealt = self.table.api.cards(
            self.token, sitting=self.sitting.name, count=FRESH, have=sorted(have), now=self.now
        )
        for card in dealt["cards"]:
            pair = (self.person.name, card["photo"])
            if card["photo"] in held or card["photo"] in self.answered:
                self.table.ledger.repeats.append(pair)
            else:
                self.table.ledger.delivered.add(pair)
                self.hand.append(card)

    def _send(self) -> None:
        """Empty the outbox and note what the server says it has kept."""
        if not self.outbox:
            return
        ledger = self.table.ledger
        for receipt in self.table.api.votes(self.token, self.outbox, now=self.now):
            if receipt["state"] == "undone":
                ledger.undone.add(receipt["id"])
            elif receipt["state"] == "refused":
                ledger.refused[receipt["code"]] += 1
            else:
                ledger.acknowledged[receipt["id"]] = receipt["state"]
        self.outbox.clear()
