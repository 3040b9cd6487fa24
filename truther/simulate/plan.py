"""What is to be simulated: how many people and photos, by which rule, from which seed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

LOOKS = 2.4  # votes a photo: 3,281 votes were cast on some 1,370 photos in the proof of concept
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)  # the first working day of every simulation
CAPS = {"first_to": 5, "posterior": 7}


class WrongPlan(ValueError):
    """Nothing can be simulated like that; the text is a sentence for people."""


@dataclass(frozen=True, slots=True)
class RuleVariant:
    """A rule as it is named on the command line, and as it is stored."""

    text: str
    parameters: dict[str, Any]

    @property
    def version(self) -> str:
        """Name of the stored version."""
        return f"simulated-{self.text.replace(':', '-').replace('.', '')}.v1"


@dataclass(frozen=True, slots=True)
class Plan:
    """One simulation; the same plan gives the same walk and the same figures."""

    people: int = 200
    days: int = 10  # working days
    seed: int = 1
    votes: int = 3281
    photos: int = 0  # 0: as many as make LOOKS votes a photo
    styles: int = 300
    hard: float = 0.15  # share of photos on which people err more, and with the model
    rule: str = "first_to:2"

    def __post_init__(self) -> None:
        least = {"people": 2, "days": 1, "votes": 1, "photos": 0, "styles": 20}
        for name, value in least.items():
            if getattr(self, name) < value:
                raise WrongPlan(f"--{name} must be at least {value}.")
        if not 0 <= self.hard <= 1:
            raise WrongPlan("--hard is a share between 0 and 1.")
        rule_variant(self.rule)

    @property
    def size(self) -> int:
        """How many photos are open at the beginning, all in one batch."""
        return self.photos or max(20, round(self.votes / LOOKS))

    def working_day(self, number: int) -> datetime:
        """Midnight at which a working day begins; the first is number 0, weekends lie between."""
        return MONDAY + timedelta(days=number // 5 * 7 + number % 5)


def rule_variant(text: str) -> RuleVariant:
    """Read a rule such as "first_to:3", "posterior:.99" or, with its cap, "posterior:.99:9".

    Raises:
        WrongPlan: no rule is written like that.
    """
    name, _, rest = text.partition(":")
    number, _, cap = rest.partition(":")
    try:
        if name == "first_to":
            wanted = int(number)
            most = int(cap or max(CAPS[name], 2 * wanted + 1))
            parameters = {"rule": name, "first_to": wanted, "min_humans": 2, "cap": most, "tie": "expert"}
            fine = 1 <= wanted <= most and most >= 2
        elif name == "posterior":
            certainty = float(number)
            most = int(cap or CAPS[name])
            parameters = {"rule": name, "posterior": certainty, "min_humans": 2, "cap": most, "tie": "expert"}
            fine = 0.5 < certainty < 1 and most >= 2
        else:
            fine = False
    except ValueError:
        fine = False
    if not fine:
        raise WrongPlan(f"A rule is written first_to:2 or posterior:.99, not {text}.")
    return RuleVariant(text, parameters)
