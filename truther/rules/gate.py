"""The promotion gate: whether a challenger may take the champion's place."""

from dataclasses import dataclass

MIN_PHOTOS = 20  # of styles on offer in the holdout: below that a difference is noise
MIN_NEGATIVES = 5  # non-dresses in the holdout: below that one photo moves the share by more than 20 points
NEGATIVES_MARGIN = 0.02  # how much worse at non-dresses a challenger may be, as a share


@dataclass(frozen=True, slots=True)
class Sheet:
    """How one model did on the frozen golden holdout; shares in [0, 1], None where no photo could tell."""

    photos: int  # of styles on offer
    top1: float | None
    top3: float | None
    negatives: int  # photos without a dress
    not_dress_recall: float | None
    chance: float  # top-3 share of a guess
    colour_top3: float | None  # top-3 share of looking at colours alone


@dataclass(frozen=True, slots=True)
class Ruling:
    """The gate's word and its reasons, as sentences for people."""

    promoted: bool
    reasons: tuple[str, ...]


def weigh(champion: Sheet, challenger: Sheet) -> Ruling:
    """Promote a challenger whose top-3 is better and which is not worse on photos without a dress.

    With fewer than MIN_PHOTOS photos nobody can tell, and the champion stays.
    """
    if challenger.photos < MIN_PHOTOS or champion.top3 is None or challenger.top3 is None:
        return Ruling(
            False,
            (f"Only {challenger.photos} golden photos in the holdout; it takes {MIN_PHOTOS} to tell.",),
        )
    better = challenger.top3 > champion.top3
    floor = max(challenger.chance, challenger.colour_top3 or 0.0)
    above_floor = challenger.top3 > floor
    word = "better than" if better else "no better than"
    mine, theirs = f"{challenger.top3:.3f}", f"{champion.top3:.3f}"
    reasons = [f"Top-3 {mine} is {word} the champion's {theirs} on {challenger.photos} photos."]
    if not above_floor:
        reasons.append(f"Top-3 {mine} does not beat guessing by colour or chance ({floor:.3f}).")
    sure_of_negatives, sentence = _negatives(champion, challenger)
    return Ruling(better and above_floor and sure_of_negatives, (*reasons, sentence))


def _negatives(champion: Sheet, challenger: Sheet) -> tuple[bool, str]:
    before, after = champion.not_dress_recall, challenger.not_dress_recall
    if challenger.negatives < MIN_NEGATIVES or before is None or after is None:
        return True, f"Only {challenger.negatives} photos without a dress in the holdout: not judged on them."
    held = after >= before - NEGATIVES_MARGIN
    word = "no more than" if held else "more than"
    return held, (
        f"It recognises {after:.3f} of {challenger.negatives} photos without a dress, {word} "
        f"{NEGATIVES_MARGIN:.2f} below the champion's {before:.3f}."
    )
