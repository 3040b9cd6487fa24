"""`bench promises`: whether conformal sets and lanes keep their word, over many ways to part the same photos.

One calibration and one holdout of a thousand photos a group stray by more than a point each by chance alone:
only the mean over many partings shows whether a promise is kept, and the spread what one night may see.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.tables import Row, Table

if TYPE_CHECKING:
    from classifier.calibrate import Calibration, Evidence
    from classifier.snapshot import SnapshotPhoto
    from classifier.truth import Truth

HELP = "Whether conformal sets and lanes keep their word."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which runs on which snapshot; the calibration split and the holdout are parted anew each time."""
    parser.add_argument("snapshot", type=Path)
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--partings", type=int, default=20)
    parser.add_argument("--miss", type=float, default=0.1)
    parser.add_argument("--lane-error", type=float, nargs="+", default=[0.01, 0.05])
    parser.add_argument("--seed", type=int, default=0)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Part the photos again and again, a quarter each to fit and to promise, and half to test."""
    from classifier.embedded import embed_snapshot
    from classifier.predict import DeepDress
    from classifier.snapshot import read_snapshot
    from classifier.truth import truth_of

    frozen, sets, lanes = read_snapshot(options.snapshot), [], []
    photos = [*frozen.of("calibration"), *frozen.of("holdout")]
    for folder in options.runs:
        model = DeepDress.load(folder, options.device)
        embedded = embed_snapshot(model, frozen)
        index = embedded.index(model)
        evidence, truth = model.evidence(embedded.photos(photos), index), truth_of(photos, index.skus)
        found = [
            parted(model.serving.calibration, evidence, truth, photos, options, options.seed + number)
            for number in range(options.partings)
        ]
        sets += [{"run": model.version, **row} for row in sets_rows([each for each, _ in found])]
        lanes += [{"run": model.version, **row} for row in lanes_rows([each for _, each in found])]
    title = f"Conformal sets over {options.partings} partings: {frozen.id}, promised {1 - options.miss:g}"
    tables = [Table(title, sets), Table("Lanes past the people, confidence .95", lanes)]
    return {"snapshot": frozen.id, "tables": [table.json() for table in tables]}


def parted(
    before: "Calibration",
    evidence: "Evidence",
    truth: "Truth",
    photos: "Sequence[SnapshotPhoto]",
    options: argparse.Namespace,
    seed: int,
) -> tuple[list[Row], list[Row]]:
    """One parting, owners whole: a row per group of the sets, and a row per lane."""
    from dataclasses import replace

    from classifier.calibrate.conformal import fit_conformal
    from classifier.calibrate.fit import CalibrationPlan, fit_probabilities, fit_promises
    from classifier.evaluate.promises import coverage_of, lanes_of

    fit, promise, test = quarters([photo.owner or photo.photo for photo in photos], seed)
    plan = CalibrationPlan(miss=options.miss)
    fitted = fit_promises(
        fit_probabilities(before, evidence[fit], truth[fit], plan), evidence[promise], truth[promise], plan
    )
    scores, ours = fitted.judge(evidence[test]), truth[test]
    own: list[Row] = []
    if fitted.sets:
        told = fitted.judge(evidence[promise]).of_truth(truth[promise].own, truth[promise].is_dress)
        asked = np.ones(len(told), dtype=bool) if fitted.stock else ~truth[promise].unlisted
        pooled = fit_conformal(told[asked], np.full(asked.sum(), "all"), options.miss)
        for how, sets in (("by group", fitted.sets), ("pooled", pooled)):
            covered = coverage_of(replace(fitted, sets=sets), evidence[test], scores, ours)
            own += [
                {"quantile": how, "group": name, "n": each.n, "covered": each.covered, "size": each.size}
                for name, each in covered.items()
            ]
    lanes: list[Row] = []
    right = evidence[test].similarities.argmax(axis=1) == ours.own
    for error in options.lane_error:
        asked_for = replace(plan, lane_error=error)
        found = fit_promises(fitted, evidence[promise], truth[promise], asked_for).lanes
        assert found is not None
        for name, each in lanes_of(found, scores, right, ours.is_dress).items():
            if name != "ask":
                lanes.append({"promised": error, "lane": name, "share": each.share, "error": each.error})
    return own, lanes


def quarters(owners: Sequence[str], seed: int) -> tuple["np.ndarray[Any, Any]", ...]:
    """Masks (N,) of about a quarter, another quarter and half of the photos; an owner's stay together."""
    _, owner = np.unique(np.array(owners), return_inverse=True)
    lot = np.random.default_rng(seed).random(owner.max() + 1)[owner]
    return lot < 0.25, (lot >= 0.25) & (lot < 0.5), lot >= 0.5


def sets_rows(partings: Sequence[Sequence[Row]]) -> list[Row]:
    """Mean and spread of the coverage over partings."""
    rows: list[Row] = []
    for same in zip(*partings, strict=True):
        covered = np.array([row["covered"] for row in same], dtype=np.float64)
        sizes = np.array([row["size"] for row in same], dtype=np.float64)
        first = same[0]
        rows.append(
            {
                "quantile": first["quantile"],
                "group": first["group"],
                "photos": int(np.mean([int(row["n"] or 0) for row in same])),
                "covered": _mean(covered),
                "spread": float(np.nanstd(covered)) if _mean(covered) is not None else None,
                "mean size": _mean(sizes),
            }
        )
    return rows


def lanes_rows(partings: Sequence[Sequence[Row]]) -> list[Row]:
    """How much each lane decides, how often it is wrong, and how often more than promised."""
    rows: list[Row] = []
    for same in zip(*partings, strict=True):
        first, n = same[0], len(same)
        promised = float(first["promised"] or 0)
        errors = [float(row["error"]) for row in same if row["error"] is not None]
        rows.append(
            {
                "promised": promised,
                "lane": first["lane"],
                "open in": f"{len(errors)} of {n}",
                "decides": float(np.mean([float(row["share"] or 0) for row in same])),
                "error": float(np.mean(errors)) if errors else None,
                "measured above": f"{sum(error > promised for error in errors)} of {n}",
            }
        )
    return rows


def _mean(values: "np.ndarray[Any, Any]") -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None
