"""The promotion gate: whether a challenger may take the champion's place, and why.

The rules and what they cost are argued in docs/adr/0004-promotion-gate.md.
"""

from classifier.gate.checks import calibration, colour_floor, latency, overall, slices
from classifier.gate.ruling import Answers, Limits, NotComparable, Ruling


def weigh(champion: Answers, challenger: Answers, limits: Limits | None = None, *, seed: int = 0) -> Ruling:
    """Promote a challenger that is surely no worse in top 3, surely better somewhere, and bad nowhere.

    Raises:
        NotComparable: they did not answer the same photos.
    """
    limits = limits or Limits()
    if champion.photos != challenger.photos or champion.negatives != challenger.negatives:
        raise NotComparable(
            f"{champion.run} and {challenger.run} were not measured on the same photos: use one snapshot"
        )
    number = len(set(filter(None, challenger.owners))) + challenger.owners.count("")
    if len(challenger.photos) < limits.photos or number < limits.owners:
        return Ruling(False, (_too_few(len(challenger.photos), number, limits),))
    checks = (
        *overall(champion, challenger, seed),
        *slices(champion, challenger, limits, seed),
        colour_floor(challenger),
        calibration(champion, challenger, limits),
        latency(champion, challenger, limits),
    )
    promoted = all(check.passed is not False for check in checks)
    failed = [check.reason for check in checks if check.passed is False]
    passed = [check.reason for check in checks if check.passed is not False]
    return Ruling(promoted, (*failed, *passed), checks)


def _too_few(photos: int, owners: int, limits: Limits) -> str:
    return (
        f"Only {photos} golden photos of {owners} owners in the holdout; it takes {limits.photos} photos of "
        f"{limits.owners} owners to tell two models apart."
    )
