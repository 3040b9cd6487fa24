"""Whether the model is as sure as it is right: what it claimed of photos that people have settled since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from truther.models.golden import Golden
from truther.models.photos import Photo
from truther.models.sessions import ServeReason
from truther.models.votes import Vote
from truther.rules.quality import Bin, calibration_error, reliability

MOST = 2000  # photos looked at
ENOUGH = 200  # photos drawn at random, before they alone are looked at
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Calibration:
    """The model's first guess against what became golden."""

    bins: tuple[Bin, ...]
    error: float | None  # expected calibration error, in [0, 1]
    n: int
    random: bool  # only photos that were drawn at random; otherwise whatever was settled last
    drawn: int  # photos drawn at random that are settled


def calibration(since: datetime) -> Calibration:
    """Return how the first guess of each settled photo turned out.

    Photos that a random place of a session drew stand for all open ones alike, whatever the queue preferred;
    while those are few, the photos settled last are taken.
    """
    votes = Vote.objects.live().filter(cast_at__gte=since, reason=ServeReason.RANDOM)
    drawn = votes.order_by("-cast_at", "-pk").values_list("photo_id", flat=True)[:MOST]
    guesses = _guesses(_records(sorted(set(drawn))))
    at_random = len(guesses)
    if at_random < ENOUGH:
        last = Golden.objects.settled_since(since).values_list("pk", "verdict", "style")
        guesses = _guesses(last[:MOST])
    bins = reliability(guesses)
    return Calibration(
        tuple(bins), calibration_error(bins), len(guesses), at_random >= ENOUGH, drawn=at_random
    )


def _records(photo_ids: Sequence[str]) -> list[tuple[str, str, str]]:
    chunks = (photo_ids[start : start + CHUNK] for start in range(0, len(photo_ids), CHUNK))
    rows = (Golden.objects.filter(pk__in=chunk).values_list("pk", "verdict", "style") for chunk in chunks)
    return [row for chunk in rows for row in chunk]


def _guesses(records: Iterable[tuple[str, str, str]]) -> list[tuple[float, bool]]:
    """Return what the model claimed of its first guess, and whether that became golden."""
    styles = {photo_id: style for photo_id, _, style in records}
    names, guesses = sorted(styles), list[tuple[float, bool]]()
    for start in range(0, len(names), CHUNK):
        chunk = Photo.objects.filter(pk__in=names[start : start + CHUNK])
        for photo_id, candidates in chunk.values_list("pk", "candidates"):
            if candidates:
                best = candidates[0]
                guesses.append((best["probability"], best["sku"] == styles[photo_id]))
    return guesses
