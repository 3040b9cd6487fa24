"""Which verified labels are likely wrong: what the model says of a photo when that photo taught it nothing.

Owners are dealt into folds. The photos of one fold are judged by prototypes of styles and of non-dresses that
were made of the other folds' photos and the studio shots. Photos are ranked by the margin by which another
class is likelier than the label. Flagged are those in which the other class reaches what is usual for it, and
the label falls short: usual for a class is its mean probability over the photos that bear its label, so that
a class of which the model is never sure is not suspected for that.

Source: Northcutt, Jiang and Chuang, Confident Learning, JAIR 2021 (arXiv 1911.00068): class thresholds, here
small classes drawn to all, and the normalised margin. Thresholds in the ranking itself made it worse, and the
label's probability alone finds labels that are absurd, but not those that name a look-alike (bench suspects).
"""

import copy
import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from classifier.embedded import EmbeddedSnapshot
from classifier.index.prototypes import negative_prototypes
from classifier.predict import DeepDress
from classifier.refusal import Refusal
from classifier.snapshot import SnapshotPhoto

NOT_DRESS = "not_dress"
FOLDS = 5
KEPT = 12  # classes remembered for each photo, the likeliest
PRIOR = 4.0  # photos that the mean threshold counts for
CHUNK = 512
NEGATIVES = 64

Truths = Mapping[str, str]  # label by photo: a sku, or NOT_DRESS
Floats = npt.NDArray[np.float64]


class TooFewOwners(Refusal, ValueError):
    """Photos of one owner cannot be judged by others'."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """One photo whose label the model does not believe."""

    photo: str
    image: str
    label: str  # a sku, or "not_dress"
    suggested: str  # the same
    p_label: float
    p_suggested: float
    score: float  # p_suggested - p_label
    flagged: bool  # the suggestion is as likely as is usual for it, and the label is not


def labels_of(photos: Sequence[SnapshotPhoto]) -> dict[str, str]:
    """The label of each photo that names a style or no dress; what experts called unlisted has none."""
    named = (photo for photo in photos if photo.label != "unlisted")
    return {photo.photo: photo.sku if photo.label == "style" else NOT_DRESS for photo in named}


def find_suspects(
    model: DeepDress, embedded: EmbeddedSnapshot, *, folds: int = FOLDS, labels: Truths | None = None
) -> list[Suspect]:
    """Rank all labelled photos of a snapshot, the likeliest wrong first.

    Args:
        folds: how many groups the owners are dealt into, at least 2.
        labels: other labels than the snapshot's own, for experiments.

    Raises:
        TooFewOwners: all photos fall into one fold.
    """
    known = labels_of(embedded.snapshot.photos) if labels is None else labels
    photos = [photo for photo in embedded.snapshot.photos if photo.photo in known]
    fold_of = np.array([fold(photo, folds) for photo in photos], dtype=np.int64)
    if len(set(fold_of.tolist())) < min(2, len(photos)):
        raise TooFewOwners("the photos are of too few owners: each is judged by what others' photos taught")
    guesses: dict[str, dict[str, float]] = {}
    for number in range(folds):
        mine = [photo for photo, own in zip(photos, fold_of, strict=True) if own == number]
        rest = [photo for photo, own in zip(photos, fold_of, strict=True) if own != number]
        guesses |= _guesses(model, embedded, mine, rest, known)
    return ranked(photos, known, guesses)


def fold(photo: SnapshotPhoto, folds: int) -> int:
    """The fold of a photo: the same for all of its owner's, whatever the snapshot."""
    digest = hashlib.sha256(f"fold:{photo.owner or photo.photo}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % folds


def ranked(
    photos: Sequence[SnapshotPhoto], labels: Truths, guesses: Mapping[str, Mapping[str, float]]
) -> list[Suspect]:
    """Rank photos by their margins, and flag by the thresholds of confident learning.

    Args:
        guesses: out-of-fold probabilities by class, by photo; a photo whose label none of the others bears,
            so that nothing could speak for it, is not among them.
    """
    judged = [photo for photo in photos if photo.photo in guesses]
    usual = thresholds(
        {photo.photo: labels[photo.photo] for photo in judged},
        {photo.photo: guesses[photo.photo].get(labels[photo.photo], 0.0) for photo in judged},
    )
    middle = float(np.mean([*usual.values()])) if usual else 0.0
    suspects = [_suspect(photo, labels[photo.photo], guesses[photo.photo], usual, middle) for photo in judged]
    return sorted(suspects, key=lambda suspect: (-suspect.score, suspect.photo))


def thresholds(labels: Truths, own: Mapping[str, float]) -> dict[str, float]:
    """What is usual: the mean probability of each class over its photos, small classes drawn to all."""
    counts, sums = Counter(labels.values()), defaultdict[str, float](float)
    for photo, label in labels.items():
        sums[label] += own[photo]
    overall = sum(own.values()) / max(1, len(own))
    return {label: (sums[label] + PRIOR * overall) / (counts[label] + PRIOR) for label in counts}


def average_precision(suspects: Sequence[str], wrong: set[str]) -> float:
    """Mean over the wrong labels of the precision where each is found; photos in the order of suspicion."""
    hits = np.array([photo in wrong for photo in suspects], dtype=np.float64)
    if not hits.any():
        return 0.0
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits > 0].sum() / len(wrong))


def _suspect(
    photo: SnapshotPhoto, label: str, guess: Mapping[str, float], usual: Mapping[str, float], middle: float
) -> Suspect:
    others = [(p, name) for name, p in guess.items() if name != label]
    p_other, other = max(others, default=(0.0, label))
    p_label = guess.get(label, 0.0)
    flagged = p_other > p_label and p_other >= usual.get(other, middle) and p_label < usual[label]
    return Suspect(photo.photo, photo.image, label, other, p_label, p_other, p_other - p_label, flagged)


def _guesses(
    model: DeepDress,
    embedded: EmbeddedSnapshot,
    mine: Sequence[SnapshotPhoto],
    rest: Sequence[SnapshotPhoto],
    labels: Truths,
) -> dict[str, dict[str, float]]:
    """The likeliest classes of each photo, its own label always among them, by what the rest taught."""
    verified: dict[str, list[str]] = {}
    for photo in rest:
        verified.setdefault(labels[photo.photo], []).append(photo.image)
    negatives = embedded.of(verified.pop(NOT_DRESS, []))
    judge = copy.copy(model)
    clusters = negative_prototypes(negatives, NEGATIVES, seed=0) if len(negatives) else None
    if clusters is not None:
        judge.serving = replace(model.serving, negatives=clusters)
    index = model.new_index()
    for style in embedded.snapshot.styles:
        photos = verified.get(style.sku, [])
        if style.images or photos:
            index.add(style.sku, studio=embedded.of(style.images), verified=embedded.of(photos))
    places, skus = {sku: row for row, sku in enumerate(index.skus)}, index.skus
    judged = [photo for photo in mine if labels[photo.photo] in places or labels[photo.photo] == NOT_DRESS]
    found: dict[str, dict[str, float]] = {}
    for start in range(0, len(judged), CHUNK):
        chunk = judged[start : start + CHUNK]
        scores = judge.score(embedded.photos(chunk), index)
        answers = scores.p_answer
        for row, photo in enumerate(chunk):
            best = np.argsort(-answers[row], kind="stable")[:KEPT]
            guess = {skus[place]: float(answers[row, place]) for place in best}
            guess[NOT_DRESS] = float(1 - scores.p_dress[row])
            label = labels[photo.photo]
            if label != NOT_DRESS:
                guess[label] = float(answers[row, places[label]])
            found[photo.photo] = guess
    return found
