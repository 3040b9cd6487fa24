"""The single checks of the gate: one figure each, with its sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import NormalDist

import numpy as np

from classifier.gate.difference import Difference, paired_difference
from classifier.gate.ruling import Answers, Bools, Check, Limits

COLOUR = "colour:"  # a slice of this name holds the photos of styles of one colour
TITLES = {
    "cold": "Cold start",
    "audit": "Photos confirmed by audits",
    "seen": "Dresses taken for dresses",
    "negatives": "Photos without a dress",
}


def overall(champion: Answers, challenger: Answers, seed: int) -> Iterator[Check]:
    """Top 3 must surely be no worse; top 3 or top 1 must surely be better."""
    top3 = _difference(champion.top3, challenger.top3, challenger.owners, seed)
    top1 = _difference(champion.top1, challenger.top1, challenger.owners, seed)
    held = top3.low >= 0
    word = "is surely no worse than" if held else "may be worse than"
    yield _check(
        "top3",
        "Top 3, all photos",
        (champion.top3, challenger.top3),
        top3,
        least=0.0,
        passed=held,
        reason=f"Top 3 {word} the champion's: {_figures(champion.top3, challenger.top3, top3)}.",
    )
    better = [name for name, found in (("top 3", top3), ("top 1", top1)) if found.low > 0]
    gain = f"It is surely better in {' and '.join(better)}" if better else "No gain is certain"
    yield _check(
        "top1",
        "A gain, in top 3 or here in top 1",
        (champion.top1, challenger.top1),
        top1,
        least=0.0,
        passed=bool(better),
        reason=f"{gain}; top 1: {_figures(champion.top1, challenger.top1, top1)}.",
    )


def slices(champion: Answers, challenger: Answers, limits: Limits, seed: int) -> Iterator[Check]:
    owners = challenger.owners
    for name in ("cold", "audit"):
        members = challenger.slices.get(name, np.zeros(len(owners), dtype=bool))
        sides = champion.top3[members], challenger.top3[members]
        yield _slice(name, TITLES[name], sides, _of(owners, members), limits, seed)
    yield _worst_colour(champion, challenger, limits, seed)
    sides = champion.found, challenger.found
    negatives = _slice("negatives", TITLES["negatives"], sides, challenger.negative_owners, limits, seed)
    yield negatives
    if champion.seen is not None and challenger.seen is not None:
        seen = _slice("seen", TITLES["seen"], (champion.seen, challenger.seen), owners, limits, seed)
        yield _made_up_for(seen, negatives)


def _made_up_for(seen: Check, negatives: Check) -> Check:
    """Let dresses be lost where more is won on photos without one: a threshold trades the two."""
    if seen.passed is not False or not negatives.passed:
        return seen
    if (seen.difference or 0.0) + (negatives.difference or 0.0) <= 0:
        return seen
    reason = f"{seen.reason[:-1]}; more is won on photos without a dress."
    return replace(seen, passed=True, reason=reason)


def _slice(
    name: str,
    title: str,
    sides: tuple[Bools, Bools],
    owners: Sequence[str],
    limits: Limits,
    seed: int,
    among: int = 1,
) -> Check:
    """No worse by more than the margin, as far as so few photos can tell.

    Args:
        among: how many slices this one was picked from as the worst; the doubt is shared out among them.
    """
    count = len(owners)
    if count < limits.slice:
        reason = f"{title}: only {count} in the holdout, {limits.slice} are needed; not judged."
        return _unjudged(name, title, sides, count, reason)
    found = _difference(*sides, owners, seed)
    doubt = 1 - (1 - limits.doubt) ** (1 / among)  # Sidak
    least = -(limits.margin + NormalDist().inv_cdf(1 - doubt) * found.spread)
    held = found.mean >= least
    word = "no worse" if found.low >= -limits.margin else "not shown to be worse" if held else "worse"
    reason = f"{title}: {word}, {_figures(*sides, found)}."
    return _check(name, title, sides, found, least=least, passed=held, reason=reason)


def _worst_colour(champion: Answers, challenger: Answers, limits: Limits, seed: int) -> Check:
    """Of all colours with enough photos one that is worse, or else the one that lost most."""
    members = {
        name.removeprefix(COLOUR): inside
        for name, inside in sorted(challenger.slices.items())
        if name.startswith(COLOUR) and inside.sum() >= limits.slice
    }
    if not members:
        reason = f"Worst colour: no colour has {limits.slice} photos in the holdout; not judged."
        nobody = np.zeros(0, dtype=bool)
        return _unjudged("colour", "Worst colour", (nobody, nobody), 0, reason)
    judged = [
        _slice(
            "colour",
            f"Worst colour ({colour})",
            (champion.top3[inside], challenger.top3[inside]),
            _of(challenger.owners, inside),
            limits,
            seed,
            among=len(members),
        )
        for colour, inside in members.items()
    ]
    return min(judged, key=lambda check: (bool(check.passed), check.difference or 0.0))


def colour_floor(challenger: Answers) -> Check:
    top3 = float(challenger.top3.mean())
    floor = max(challenger.chance, challenger.colour_top3 or 0.0)
    above = top3 > floor
    word = "beats" if above else "does not beat"
    return Check(
        name="floor",
        title="Colour or chance alone",
        unit="share",
        n=len(challenger.photos),
        owners=0,
        champion=floor,
        challenger=top3,
        difference=top3 - floor,
        low=None,
        high=None,
        least=0.0,
        passed=above,
        reason=f"Top 3 {top3:.3f} {word} guessing by colour or chance ({floor:.3f}).",
    )


def calibration(champion: Answers, challenger: Answers, limits: Limits) -> Check:
    """A champion that knows nothing and is sure of nothing is well calibrated: it is no measure."""
    more = challenger.ece - champion.ece
    held: bool | None = more <= limits.ece
    word = "no more than" if held else "more than"
    if champion.top3.mean() <= max(champion.chance, champion.colour_top3 or 0.0):
        held, word = None, "not judged, since colour or chance alone beat the champion, against"
    return Check(
        name="ece",
        title="Calibration error (lower is better)",
        unit="share",
        n=len(challenger.photos) + len(challenger.negatives),
        owners=0,
        champion=champion.ece,
        challenger=challenger.ece,
        difference=more,
        low=None,
        high=None,
        least=limits.ece,
        passed=held,
        reason=f"Calibration error {challenger.ece:.3f}, {word} "
        + ("" if held is None else f"{limits.ece:.2f} above ")
        + f"the champion's {champion.ece:.3f}.",
    )


def latency(champion: Answers, challenger: Answers, limits: Limits) -> Check:
    """In the budget, or no slower than the champion where the machine lets neither keep it."""
    mine, theirs = challenger.p95_ms, champion.p95_ms
    title = "p95 for one picture (lower is better)"
    if mine is None or theirs is None:
        reason = "Speed: not measured, not judged."
        return Check("p95", title, "ms", 0, 0, theirs, mine, None, None, None, None, None, reason)
    most = max(limits.p95_ms, limits.slower * theirs)
    held = mine <= most
    reason = (
        f"95 of 100 pictures are answered within {mine:.0f} ms (the champion: {theirs:.0f} ms), "
        f"{'inside' if held else 'over'} the budget of {most:.0f} ms."
    )
    return Check("p95", title, "ms", 0, 0, theirs, mine, mine - theirs, None, None, most, held, reason)


def _difference(before: Bools, after: Bools, owners: Sequence[str], seed: int) -> Difference:
    return paired_difference(after.astype(np.float64) - before, owners, seed=seed)


def _check(
    name: str,
    title: str,
    sides: tuple[Bools, Bools],
    found: Difference,
    *,
    least: float,
    passed: bool,
    reason: str,
) -> Check:
    before, after = (float(side.mean()) for side in sides)
    return Check(
        name,
        title,
        "share",
        found.n,
        found.owners,
        before,
        after,
        found.mean,
        found.low,
        found.high,
        least,
        passed,
        reason,
    )


def _unjudged(name: str, title: str, sides: tuple[Bools, Bools], count: int, reason: str) -> Check:
    before, after = (float(side.mean()) if count else None for side in sides)
    return Check(name, title, "share", count, 0, before, after, None, None, None, None, None, reason)


def _figures(before: Bools, after: Bools, found: Difference) -> str:
    return (
        f"{after.mean():.3f} against {before.mean():.3f} on {found.n} photos of {found.owners} owners, "
        f"difference {found.mean:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"
    )


def _of(owners: Sequence[str], members: Bools) -> list[str]:
    return [owner for owner, inside in zip(owners, members, strict=True) if inside]
