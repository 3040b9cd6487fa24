"""`bench not-dress`: what tells a dress from anything else, each score alone and combined, far and near.

Three kinds of knowledge are kept apart: scores that have seen no negative at all, a combination fitted
against noise alone (which costs nobody a look), and what verified negatives add. Dresses that are not in
stock are dresses: they have a table of their own.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.tables import Row, Table

if TYPE_CHECKING:
    from classifier.calibrate import Evidence
    from classifier.calibrate.links import Bools, Floats
    from classifier.predict import DeepDress
    from classifier.snapshot import SnapshotPhoto

DRAWS = 200
NEIGHBOURS = (1, 5, 20)
PROTOTYPES = (1, 16, 64)
BLIND = ("style", "energy", "stock")  # the columns that know nothing of negatives


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which runs on which snapshot; its calibration split fits, its holdout measures."""
    parser.add_argument("snapshot", type=Path)
    parser.add_argument("runs", type=Path, nargs="+")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure all scores for every run."""
    from classifier.embedded import embed_snapshot
    from classifier.predict import DeepDress
    from classifier.snapshot import read_snapshot

    frozen, dress, stock = read_snapshot(options.snapshot), [], []
    for folder in options.runs:
        model = DeepDress.load(folder, options.device)
        embedded = embed_snapshot(model, frozen)
        index = embedded.index(model)
        sides = []
        for split in ("calibration", "holdout"):
            photos = frozen.of(split)
            described = embedded.photos(photos)
            near = {k: index.exemplars.nearest(described.embeddings, k)[0][:, -1] for k in NEIGHBOURS}
            evidence = model.evidence(described, index)
            sides.append(Side.of(photos, index.skus, evidence, near, described.embeddings, model))
        rows, apart = dress_rows(*sides), stock_rows(*sides)
        dress += [{"run": model.version, **row} for row in rows]
        stock += [{"run": model.version, **row} for row in apart]
    title = f"A dress or not: {frozen.id}, AUROC with a 95 % interval, and FPR at 95 % of the dresses"
    tables = [Table(title, dress), Table("A dress in stock or not: the same, apart", stock)]
    return {"snapshot": frozen.id, "tables": [table.json() for table in tables]}


@dataclass(frozen=True, slots=True)
class Side:
    """One split as the scores see it; arrays are (N,) or (N, columns)."""

    evidence: "Evidence"
    is_dress: "Bools"
    listed: "Bools"
    near: "Bools"  # not a dress, but nearly
    far: "Bools"
    noise: "Bools"
    single: Mapping[str, "Floats"]

    @classmethod
    def of(
        cls,
        photos: "list[SnapshotPhoto]",
        skus: tuple[str, ...],
        evidence: "Evidence",
        neighbours: Mapping[int, "Floats"],
        embeddings: "Floats",
        model: "DeepDress",
    ) -> "Side":
        """Compute all single scores; higher is more like a dress."""
        from classifier.calibrate.links import softmax
        from classifier.evaluate.measure import NEAR_KINDS
        from classifier.index.prototypes import negative_prototypes
        from classifier.truth import truth_of

        truth, columns = truth_of(photos, skus), evidence.features
        kinds = np.array([photo.kind for photo in photos])
        near = ~truth.is_dress & np.isin(kinds, NEAR_KINDS)
        sharp = model.serving.calibration.sharpness.base
        single: dict[str, Floats] = {
            "MSP": softmax(sharp * evidence.similarities).max(axis=1),
            "best similarity": columns[:, 0],
            "energy": columns[:, 2],
        }
        single |= {f"kNN to stock, k {k}": found for k, found in neighbours.items()}
        known = model.serving.negatives
        for count in PROTOTYPES if len(known) else ():
            prototypes = negative_prototypes(known, min(count, len(known)), seed=0)
            single[f"negatives, nearest of {len(prototypes)}"] = -(embeddings @ prototypes.T).max(axis=1)
        single["feature head"] = columns[:, 3]
        far = ~truth.is_dress & ~near & (kinds != "")
        return cls(evidence, truth.is_dress, truth.listed, near, far, kinds == "noise", single)


def dress_rows(fit: Side, test: Side) -> list[Row]:
    """A row per score: what it knows of negatives, and how it does against far and near ones."""
    from classifier.calibrate.dress import FEATURES
    from classifier.calibrate.logistic import MIN_EXAMPLES, fit_logistic

    rows = []
    for name, scores in test.single.items():
        knows = "verified" if name.startswith(("negatives", "feature")) else "none"
        rows.append(_dress_row(name, knows, scores, test))
    blind = [FEATURES.index(name) for name in BLIND]
    for knows, columns, among in (
        ("noise", blind, fit.is_dress | fit.noise),
        ("verified", blind, np.ones(len(fit.is_dress), dtype=bool)),
        ("verified", list(range(len(FEATURES))), np.ones(len(fit.is_dress), dtype=bool)),
    ):
        classes = fit.is_dress[among]
        if min(classes.sum(), (~classes).sum()) < MIN_EXAMPLES:
            continue
        fitted = fit_logistic(fit.evidence.features[among][:, columns], classes)
        name = "combined, all columns" if len(columns) == len(FEATURES) else "combined, " + " + ".join(BLIND)
        rows.append(_dress_row(name, knows, fitted(test.evidence.features[:, columns]), test))
    return rows


def stock_rows(fit: Side, test: Side) -> list[Row]:
    """In stock against dresses that are not, by the scores that could tell."""
    from classifier.calibrate.dress import stock_features
    from classifier.calibrate.logistic import MIN_EXAMPLES, fit_logistic

    fit_columns, test_columns = (
        stock_features(side.evidence.similarities, side.evidence.features) for side in (fit, test)
    )
    asked, listed = test.is_dress, test.listed[test.is_dress]
    scores = {name: test.single[name] for name in ("MSP", "best similarity", "energy")}
    scores |= {name: found for name, found in test.single.items() if name.startswith("kNN")}
    scores["lead over the second"] = test_columns[:, 1]
    classes = fit.listed[fit.is_dress]
    if min(classes.sum(), (~classes).sum()) >= MIN_EXAMPLES:
        scores["fitted P(in stock | dress)"] = fit_logistic(fit_columns[fit.is_dress], classes)(test_columns)
    counts = {"in stock": int(listed.sum()), "not in stock": int((~listed).sum())}
    return [{"score": name} | _pair("", found[asked], listed) | counts for name, found in scores.items()]


def _dress_row(name: str, knows: str, scores: "Floats", side: Side) -> Row:
    row: dict[str, Any] = {"score": name, "negatives known": knows}
    for against, negative in (("far", side.far), ("near", side.near)):
        among = side.is_dress | negative
        row |= _pair(against, scores[among], side.is_dress[among])
    return row


def _pair(against: str, scores: "Floats", positive: "Bools") -> dict[str, Any]:
    from classifier.calibrate.measures import auroc, false_positive_rate

    before = f"{against} " if against else ""
    found = {f"{before}AUROC": auroc(scores, positive), f"{before}interval": _interval(scores, positive)}
    return found | {f"{before}FPR@95": false_positive_rate(scores, positive)}


def _interval(scores: "Floats", positive: "Bools") -> str | None:
    """Percentile bootstrap over photos, dresses and the others apart (Efron and Tibshirani 1993)."""
    from classifier.calibrate.measures import auroc

    if not positive.any() or positive.all():
        return None
    chance, (yes, no) = np.random.default_rng(0), (np.flatnonzero(positive), np.flatnonzero(~positive))
    found = []
    for _ in range(DRAWS):
        rows = np.concatenate([chance.choice(yes, len(yes)), chance.choice(no, len(no))])
        found.append(auroc(scores[rows], positive[rows]) or 0.0)
    low, high = np.quantile(found, [0.025, 0.975])
    return f"{low:.3f}-{high:.3f}"
