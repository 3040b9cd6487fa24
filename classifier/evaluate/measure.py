"""How good a run is on one split of a snapshot, beside chance and the colour floor."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from classifier.calibrate import (
    Evidence,
    Scores,
    adaptive_calibration_error,
    auroc,
    brier,
    expected_calibration_error,
    false_positive_rate,
    surprise,
)
from classifier.calibrate.links import Bools, Floats
from classifier.colour import colour_ranks
from classifier.embedded import EmbeddedSnapshot, embed_snapshot, verified_pictures
from classifier.evaluate.metrics import Metrics, PerAnswer, PerNegative, PerPhoto
from classifier.evaluate.promises import coverage_of, lanes_of
from classifier.predict import DeepDress
from classifier.snapshot import Snapshot, SnapshotPhoto, Split, read_snapshot
from classifier.truth import Truth, truth_of

NEAR_KINDS = ("separates",)  # what is nearly a dress: a skirt and a top, trousers and a blouse


def evaluate(run: Path, snapshot: Path, split: Split = "holdout", *, device: str = "auto") -> Metrics:
    """Serve the split as the run would, with prototypes from studio shots and the training split.

    Raises:
        RunError, SnapshotError, BrokenImage: the run or the snapshot cannot be read.
    """
    model = DeepDress.load(run, device)
    return measure(model, embed_snapshot(model, read_snapshot(snapshot)), split)


def measure(model: DeepDress, embedded: EmbeddedSnapshot, split: Split) -> Metrics:
    """The same for a model and a snapshot already in memory."""
    index, calibration = embedded.index(model), model.serving.calibration
    photos = embedded.snapshot.of(split)
    evidence = model.evidence(embedded.photos(photos), index)
    scores, truth = calibration.judge(evidence), truth_of(photos, index.skus)
    labels = np.array([photo.label for photo in photos], dtype="U9")
    listed, not_dress = truth.listed, ~truth.is_dress
    ranks = own_ranks(scores, truth)
    best = scores.similarities.max(axis=1, initial=-1.0)
    confidence, correct = scores.p_first, listed & (ranks < 1)
    shown = [photo for photo, is_listed in zip(photos, listed, strict=True) if is_listed]
    slices = slices_of(embedded.snapshot, shown)
    cold, warm = slices["cold"], slices["warm"]
    colours = colour_ranks(embedded.snapshot, index.skus, shown)
    passed = scores.p_dress >= calibration.threshold
    in_question = listed | (labels == "unlisted")
    near = not_dress & np.isin([photo.kind for photo in photos], NEAR_KINDS)
    far = not_dress & np.array([photo.kind not in ("", *NEAR_KINDS) for photo in photos], dtype=bool)
    own, sure = ranks[listed], scores.p_style[listed].max(axis=1, initial=0.0)
    # the group of the candidate, not of the right style: an honest model can only know the first
    known = evidence.counts[evidence.similarities[listed].argmax(axis=1)] > 0 if len(index) else own < 0
    return Metrics(
        run=model.version,
        snapshot=embedded.snapshot.id,
        split=split,
        styles=len(index),
        n=len(shown),
        top1=share(own < 1),
        top3=share(own < 3),
        chance=min(1.0, 3 / max(1, len(index))),
        colour_top1=share(colours < 1),
        colour_top3=share(colours < 3),
        cold_n=int(cold.sum()),
        cold_top1=share(own[cold] < 1),
        cold_top3=share(own[cold] < 3),
        warm_n=int(warm.sum()),
        warm_top1=share(own[warm] < 1),
        warm_top3=share(own[warm] < 3),
        n_not_dress=int(not_dress.sum()),
        auroc=auroc(scores.p_dress, ~not_dress),
        fpr95=false_positive_rate(scores.p_dress, ~not_dress),
        auroc_far=auroc(*_against(scores.p_dress, truth.is_dress, far)),
        fpr95_far=false_positive_rate(*_against(scores.p_dress, truth.is_dress, far)),
        auroc_near=auroc(*_against(scores.p_dress, truth.is_dress, near)),
        fpr95_near=false_positive_rate(*_against(scores.p_dress, truth.is_dress, near)),
        not_dress_recall=share(~passed[not_dress]),
        dress_recall=share(passed[~not_dress]),
        recall_by_kind=_by_kind(photos, ~passed, not_dress),
        n_unlisted=int((labels == "unlisted").sum()),
        unlisted_auroc=auroc(best[in_question], listed[in_question]),
        unlisted_fpr95=false_positive_rate(best[in_question], listed[in_question]),
        unlisted_auroc_fitted=auroc(scores.p_listed[in_question], listed[in_question])
        if calibration.stock
        else None,
        unlisted_fpr95_fitted=false_positive_rate(scores.p_listed[in_question], listed[in_question])
        if calibration.stock
        else None,
        ece=expected_calibration_error(confidence, correct),
        ece_in_stock=expected_calibration_error(sure, own < 1),
        ece_cold=expected_calibration_error(sure[~known], own[~known] < 1),
        ece_warm=expected_calibration_error(sure[known], own[known] < 1),
        ece_adaptive=adaptive_calibration_error(confidence, correct),
        brier=brier(confidence, correct),
        nll=surprise(scores.p_style[np.flatnonzero(listed), truth.own[listed]]),
        ece_dress=expected_calibration_error(scores.p_dress, truth.is_dress),
        brier_dress=brier(scores.p_dress, truth.is_dress),
        threshold=calibration.threshold,
        coverage=coverage_of(calibration, evidence, scores, truth) if calibration.sets else None,
        lanes=lanes_of(calibration.lanes, scores, correct, truth.is_dress) if calibration.lanes else None,
        why=_reasons(model, truth, near, far, evidence),
        per_photo=PerPhoto(tuple(photo.photo for photo in shown), own < 1, own < 3, slices, passed[listed]),
        per_negative=PerNegative(
            tuple(photo.photo for photo in photos if photo.label == "not_dress"), ~passed[not_dress]
        ),
        per_answer=PerAnswer(confidence, correct),
    )


def slices_of(snapshot: Snapshot, photos: Sequence[SnapshotPhoto]) -> dict[str, Bools]:
    """Which of the photos (N,) belong to each part that a gate looks at apart; empty parts are there too.

    "cold": nobody has verified a photo of the style, "warm": somebody has, "audit": a second, blind look
    confirmed the label, "colour:<word>": the catalogue's word for the style's colour.
    """
    verified = verified_pictures(snapshot)
    colours = {style.sku: style.colour for style in snapshot.styles}
    warm = np.array([photo.sku in verified for photo in photos], dtype=bool)
    slices = {"cold": ~warm, "warm": warm}
    slices["audit"] = np.array(["audit" in photo.tags for photo in photos], dtype=bool)
    own = np.array([colours.get(photo.sku, "") for photo in photos], dtype=object)
    return slices | {f"colour:{word}": own == word for word in sorted(set(own) - {""})}


def own_ranks(scores: Scores, truth: Truth) -> npt.NDArray[np.int64]:
    """Place (N,), from 0, of each photo's own style; past the end for a photo without one on offer."""
    ranks = np.full(len(truth.own), scores.similarities.shape[1] + 3)
    rows = np.flatnonzero(truth.listed)
    own = scores.similarities[rows, truth.own[rows]]
    ranks[rows] = (scores.similarities[rows] > own[:, None]).sum(axis=1)
    return ranks


def share(hits: Bools) -> float | None:
    """Mean of the hits; None of no hits at all."""
    return float(hits.mean()) if len(hits) else None


def _against(scores: Floats, positive: Bools, negative: Bools) -> tuple[Floats, Bools]:
    among = positive | negative
    return scores[among], positive[among]


def _reasons(model: DeepDress, truth: Truth, near: Bools, far: Bools, evidence: Evidence) -> dict[str, str]:
    """Why something is None; what is measured is not named."""
    calibration, counts = model.serving.calibration, evidence.counts
    own = counts[truth.own[truth.listed]] if len(counts) else np.zeros(0)
    nothing = {
        "top1, top3, ece_in_stock, nll": ("no photo of a style on offer", not truth.listed.any()),
        "cold_*": ("no photo of a style that nobody verified", not (own == 0).any()),
        "warm_*": ("no photo of a style that somebody verified", not (own > 0).any()),
        "ece, brier": ("no photo at all", not len(truth.own)),
        "auroc, fpr95, not_dress_recall": ("no photo that is not a dress", truth.is_dress.all()),
        "auroc, fpr95, dress_recall": ("no photo of a dress", not truth.is_dress.any()),
        "*_near": ("no negative known to be nearly a dress", not near.any()),
        "*_far": ("no negative known to be nothing like a dress", not far.any()),
        "unlisted_*": ("no dress that is not in stock", not truth.unlisted.any()),
    }
    reasons = {name: reason for name, (reason, missing) in nothing.items() if missing}
    notes = "; ".join(calibration.notes) or "the run was calibrated before there were any"
    if calibration.sets is None:
        reasons["coverage"] = notes
    if calibration.lanes is None:
        reasons["lanes"] = "off: calibrate with a share of errors to allow"
    if calibration.stock is None:
        reasons["unlisted_*_fitted"] = notes
    return reasons


def _by_kind(photos: Sequence[SnapshotPhoto], hits: Bools, among: Bools) -> dict[str, float]:
    kinds = np.array([photo.kind for photo in photos], dtype=object)
    return {kind: float(hits[among & (kinds == kind)].mean()) for kind in sorted(set(kinds[among]) - {""})}
