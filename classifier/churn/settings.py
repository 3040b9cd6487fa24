"""All that decides a simulation."""

from dataclasses import dataclass

from classifier.refusal import Refusal


class WrongSimulation(Refusal, ValueError):
    """A setting is out of its range."""


class OtherSimulation(Refusal, ValueError):
    """The folder holds a simulation of other settings."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Sizes, people and the recipe of a night; the same settings give the same nights."""

    seed: int = 0
    styles: int = 200  # on offer before the first night
    arrivals: int = 6  # new styles a night
    retirements: int = 5  # styles a night that go out of stock
    archive: int = 700  # photos settled before the first night
    photos: int = 80  # posted on a day
    others: float = 0.25  # share of them that show no dress
    unlisted: float = 0.06  # share of them that show a dress nobody rents out
    exam: int = 2  # photos of each style, with the truth known, that measure every night
    exam_others: int = 180  # and photos of no style in stock
    accuracy: float = 0.9  # how often a person is right
    drift: float = 0.6  # share of people's errors that follow the model's first guess
    audits: float = 0.1  # share of the settled photos that an expert looks at again
    steps: int = 60  # of a night's training
    lr: float = 3e-4
    gated: bool = True  # without the gate every challenger is promoted

    def __post_init__(self) -> None:
        """Refuse what cannot be simulated.

        Raises:
            WrongSimulation: names the settings and what they may be.
        """
        wrong = [sentence for is_right, sentence in self._rules() if not is_right]
        if wrong:
            raise WrongSimulation("; ".join(wrong))

    def _rules(self) -> tuple[tuple[bool, str], ...]:
        shares = (self.others, self.unlisted, self.accuracy, self.drift, self.audits)
        counts = (self.arrivals, self.retirements, self.archive, self.photos)
        return (
            (self.styles >= 4, "styles start at 4"),
            (min(self.exam, self.exam_others, self.steps) >= 1, "exam, exam_others and steps start at 1"),
            (
                self.seed >= 0 and min(counts) >= 0,
                "seed, arrivals, retirements, archive and photos start at 0",
            ),
            (all(0 <= share <= 1 for share in shares), "shares are in [0, 1]"),
            (self.others + self.unlisted <= 1, "others and unlisted together are at most 1"),
            (self.lr > 0, "lr has to be above 0"),
        )
