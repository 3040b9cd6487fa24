"""Whose answers look like chance: signs to look at together with the person, never a verdict on anybody."""

from collections.abc import Mapping
from dataclasses import dataclass

from truther.rules.game import ENOUGH
from truther.rules.quality import Haste, Odds, Share

CHANCE = 1 / 3  # somebody who takes one of three dresses blind, when one of them is right, is right so often
ENOUGH_GOLD = 20  # gold questions before their share of right answers means anything
RARE = 0.001  # of a thousand people who choose their places fairly, one is marked
APART_BITS = 0.5  # from the house: between somebody careful and somebody who presses anything lies about one
MANY_HASTY = 0.15  # about .03 are expected of times that are log-normal with a spread of .5
MANY_INSTANT = 0.10


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How one person answers, from at least ENOUGH answers."""

    person: str
    answers: int
    bits: float  # entropy of the kinds of answers
    places: Odds  # of the places chosen, against a fair shuffle
    place_counts: tuple[int, ...]
    agreement: Share  # with golden records
    gold: Share  # of questions that had been settled before
    haste: Haste | None

    def signs(self, house_bits: float) -> list[str]:
        """Return what looks like chance or haste, each as a sentence; mostly nothing.

        Args:
            house_bits: the entropy of everybody's kinds of answers together.
        """
        slow = Haste(0.0, 0.0, 0.0, 0)
        haste = self.haste if self.haste and self.haste.n >= ENOUGH else slow
        told: Mapping[str, bool] = {
            "Agrees with golden records as if picking blind.": self._blind(self.agreement, ENOUGH),
            "Answers known photos as if picking blind.": self._blind(self.gold, ENOUGH_GOLD),
            "Favours one place.": self.places.p < RARE,
            "Mixes kinds of answers more than the house.": self.bits > house_bits + APART_BITS,
            "Gives nearly always the same kind of answer.": self.bits < house_bits - APART_BITS,
            "Is often far faster than usual.": haste.hasty > MANY_HASTY,
            "Is often faster than anybody can look.": haste.instant > MANY_INSTANT,
        }
        return [sentence for sentence, holds in told.items() if holds]

    @staticmethod
    def _blind(share: Share, least: int) -> bool:
        return share.n >= least and share.interval.low <= CHANCE
