"""What single answers say of people: whether they can be judged, and what they follow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from truther.models.compared import Cast
from truther.rules.quality import Odds, Share, evenness
from truther.simulate.world import Truth

OPTIONS = 3


@dataclass(frozen=True, slots=True)
class Anchoring:
    """Whether people follow the place of an option, or the model."""

    places: tuple[int, ...]  # votes for one of three options, by where it stood
    even: Odds  # against a fair shuffle
    to_favourite: Share  # wrong choices of an option: those of the model's first candidate
    by_chance: float  # what that share would be if wrong options were chosen blindly


def answer_of(vote: Cast) -> str:
    """Return an answer as a tally counts it."""
    return f"style:{vote.style}" if vote.choice == "style" else vote.choice


def anchoring(
    votes: Iterable[Cast], truths: Mapping[str, Truth], options: Mapping[str, Sequence[str]]
) -> Anchoring:
    """Compare where the chosen options stood, and how often a wrong choice was the model's favourite.

    Args:
        options: the skus of each serve in the order shown.
    """
    places, favourites, chances = [0] * OPTIONS, [0, 0], list[float]()
    for vote in votes:
        shown, truth = options.get(vote.serve_id, ()), truths.get(vote.photo_id)
        if vote.place < 0 or len(shown) != OPTIONS or truth is None:
            continue
        places[vote.place] += 1
        wrong = [sku for sku in shown if sku != truth.sku]
        if vote.style in wrong and truth.favourite in wrong:
            favourites[vote.style == truth.favourite] += 1
            chances.append(1 / len(wrong))
    return Anchoring(
        places=tuple(places),
        even=evenness(places),
        to_favourite=Share(favourites[1], sum(favourites)),
        by_chance=mean(chances) if chances else 0.0,
    )


def judgeable(vote: Cast, truth: Truth, shown: Sequence[str]) -> bool:
    """Whether an answer says anything about how well somebody sees: "none of these" of none does not."""
    honest_none = vote.choice == "none" and truth.kind == "dress" and truth.sku not in shown
    return vote.choice != "cant_tell" and not honest_none
