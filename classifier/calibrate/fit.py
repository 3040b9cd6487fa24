"""Fit a calibration on the calibration split, and nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np

from classifier.calibrate.calibration import Calibration
from classifier.calibrate.conformal import TooFewPhotos, fit_conformal
from classifier.calibrate.dress import stock_features, threshold_for
from classifier.calibrate.evidence import Evidence, Scores
from classifier.calibrate.lanes import Lanes, fit_lanes
from classifier.calibrate.links import Bools
from classifier.calibrate.logistic import MIN_EXAMPLES, fit_logistic
from classifier.calibrate.temperature import fit_sharpness
from classifier.refusal import Refusal
from classifier.snapshot import SnapshotPhoto
from classifier.truth import Truth

WORTH_HALVING = 400  # calibration photos; with fewer all of them fit probabilities, and nothing is promised


class NothingToCalibrate(Refusal, ValueError):
    """The calibration split has too little of everything."""


class WrongPlan(Refusal, ValueError):
    """A share is out of range."""


@dataclass(frozen=True, slots=True)
class CalibrationPlan:
    """What to fit for."""

    false_positives: float = 0.02  # share of the dresses that may be called "not a dress"
    miss: float = 0.1  # share of the photos whose conformal set may lack the right answer
    lane_error: float | None = None  # share of automatic decisions that may be wrong; None: no lanes
    lane_confidence: float = 0.95

    def __post_init__(self) -> None:
        shares = {"false_positives": self.false_positives, "miss": self.miss}
        shares |= {"lane_error": self.lane_error or 0.5, "lane_confidence": self.lane_confidence}
        wrong = [f"{name} {share}" for name, share in shares.items() if not 0 < share < 1]
        if wrong:
            raise WrongPlan(f"these must lie between 0 and 1: {', '.join(wrong)}")


def fit_calibration(
    before: Calibration,
    evidence: Evidence,
    truth: Truth,
    photos: Sequence[SnapshotPhoto],
    plan: CalibrationPlan | None = None,
) -> Calibration:
    """Fit what there are photos enough for; the rest stays as it was, and the notes say why.

    From WORTH_HALVING photos on one half, by owner, fits the probabilities, and the other half what is
    promised on top of them: sets and lanes must be tested on photos that taught nothing.
    """
    plan = plan or CalibrationPlan()
    apart = np.array([_kept_apart(photo) for photo in photos], dtype=bool)
    refusal = _not_halved(apart)
    if refusal:
        fitted = fit_probabilities(before, evidence, truth, plan)
        notes = (*fitted.notes, f"no sets and no lanes: {refusal}")
        return replace(fitted, sets=None, lanes=None, notes=notes)
    fitted = fit_probabilities(before, evidence[~apart], truth[~apart], plan)
    return fit_promises(fitted, evidence[apart], truth[apart], plan)


def fit_probabilities(
    before: Calibration, evidence: Evidence, truth: Truth, plan: CalibrationPlan
) -> Calibration:
    """Temperature, P(dress) with its threshold, and P(in stock | dress), each only with enough photos."""
    fitted, notes, listed = before, [], truth.listed
    styles, counts = evidence.similarities.astype(np.float64), evidence.counts
    if listed.sum() >= MIN_EXAMPLES and styles.shape[1] > 1:
        tops = counts[styles[listed].argmax(axis=1)]
        sharpness = fit_sharpness(styles[listed], truth.own[listed], tops, before.sharpness)
        fitted = replace(fitted, sharpness=sharpness)
    else:
        notes.append(_stays("the temperature", "photos of two styles on offer", int(listed.sum())))
    if _both(truth.is_dress):
        learned = before.dress if before.dress != Calibration().dress else None
        dress = fit_logistic(evidence.features, truth.is_dress, before=learned)
        threshold = threshold_for(dress(evidence.features), truth.is_dress, plan.false_positives)
        fitted = replace(fitted, dress=dress, threshold=threshold)
    else:
        notes.append(_stays("P(dress)", "dresses and as many other things", *_counts(truth.is_dress)))
    if _both(listed[truth.is_dress]) and styles.shape[1]:
        columns = stock_features(styles, evidence.features)[truth.is_dress]
        fitted = replace(fitted, stock=fit_logistic(columns, listed[truth.is_dress], before=before.stock))
    else:
        counts_of_both = _counts(listed[truth.is_dress])
        notes.append(_stays("P(in stock)", "dresses in stock and as many that are not", *counts_of_both))
    return replace(fitted, notes=tuple(notes))


def fit_promises(
    calibration: Calibration, evidence: Evidence, truth: Truth, plan: CalibrationPlan
) -> Calibration:
    """Conformal sets, and lanes when they are asked for, from photos that taught nothing."""
    scores, notes, sets, lanes = calibration.judge(evidence), list(calibration.notes), None, None
    told = scores.of_truth(truth.own, truth.is_dress)
    # where P(in stock) was never learned, "not in stock" is no answer that a set could hold
    asked = np.ones(len(told), dtype=bool) if calibration.stock else ~truth.unlisted
    try:
        sets = fit_conformal(told[asked], truth.groups(evidence.counts)[asked], plan.miss)
        short = [name for name, each in sets.quantiles.items() if not each.own]
        if short:
            notes.append(f"sets: too few photos of {', '.join(short)}, the quantile of all groups stands in")
    except TooFewPhotos as error:
        notes.append(f"no sets: {error}")
    if plan.lane_error is not None:
        lanes = lanes_from(scores, truth, error=plan.lane_error, confidence=plan.lane_confidence)
    return replace(calibration, sets=sets, lanes=lanes, notes=tuple(notes))


def lanes_from(scores: Scores, truth: Truth, *, error: float, confidence: float) -> Lanes:
    """Both lanes, from photos that taught nothing; see fit_lanes().

    Raises:
        ValueError: error or confidence is out of range.
    """
    similarities = scores.similarities
    first = similarities.argmax(axis=1) if similarities.shape[1] else truth.own * 0 - 2
    right = np.asarray(first == truth.own)
    return fit_lanes(
        scores.p_first, right, scores.p_dress, truth.is_dress, error=error, confidence=confidence
    )


def _kept_apart(photo: SnapshotPhoto) -> bool:
    digest = sha256(f"apart:{photo.owner or photo.photo}".encode()).digest()
    return digest[0] % 2 == 1


def _not_halved(apart: Bools) -> str:
    """Why the photos cannot be parted; nothing where they can."""
    if len(apart) < WORTH_HALVING:
        return f"they need {WORTH_HALVING} calibration photos, there are {len(apart)}"
    if not 0.25 < apart.mean() < 0.75:
        return "one owner has nearly all photos, whose halves would know each other"
    return ""


def _both(classes: Bools) -> bool:
    return min(_counts(classes)) >= MIN_EXAMPLES


def _counts(classes: Bools) -> tuple[int, int]:
    return int(classes.sum()), int((~classes).sum())


def _stays(what: str, needed: str, *there: int) -> str:
    return f"{what} stays: it needs {MIN_EXAMPLES} {needed}; there are {' and '.join(map(str, there))}"
