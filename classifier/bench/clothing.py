"""`bench clothing`: real photos; is it a dress, which class, is a garment found again by its half."""

import argparse
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from classifier.bench.folder import say
from classifier.bench.parts import Parts
from classifier.refusal import Refusal
from classifier.runs import SHIPPED
from classifier.tables import Row, Table, Value

if TYPE_CHECKING:  # torch takes seconds to load
    from classifier.bench.photos import Photos, Rows, Split

MOST_HALVES: Final = 1000  # garments, evenly picked: two pictures of each go through every network
HELP: Final = "Tell dresses from other clothes on real photos, with senders on one side each."
Floats = npt.NDArray[np.float64]


class NoSides(Refusal, ValueError):
    """Neither two folders nor one folder to be dealt into folds."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Two folders, or one and how many folds."""
    parser.add_argument("--train", type=Path, help="a folder in the clothing format, to learn from")
    parser.add_argument("--test", type=Path, help="another one, of other senders, to be measured on")
    parser.add_argument("--data", type=Path, help="or one folder, dealt into folds by sender")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=3, help="ways to deal senders, and trainings")
    parser.add_argument("--features", default="efficientnet-lite0", help="published network")
    parser.add_argument("--fine-tune-steps", type=int, default=60, help="0 leaves fine-tuning out")
    parser.add_argument("--run", type=Path, default=SHIPPED, help="a training of ours, as it is (v0)")
    parser.add_argument("--sheet", type=Path, help="where to write the worst errors, as WebP")
    parser.add_argument(
        "--out", type=Path, help="where finished parts are kept, so that a killed run goes on"
    )


@dataclass
class Given:
    """What the parts share, each loaded or computed when first asked for."""

    options: argparse.Namespace
    photos: "Photos"
    deals: "list[list[Split]]"  # a list of splits per seed
    parts: Parts
    key: dict[str, Any]
    kept: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """Compute an array at most once: kept in memory and, with --out, as a file."""
        if name not in self.kept:
            self.kept[name] = self._array(name, make)
        return self.kept[name]

    def _array(self, name: str, make: Callable[[], npt.NDArray[Any]]) -> npt.NDArray[Any]:
        if self.options.out is None:
            return make()
        path = self.options.out / f"{name}-{self.key['photos']}.npy"
        if not path.is_file():
            say(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".partial.npy")
            np.save(partial, make())
            partial.replace(path)
        found: npt.NDArray[Any] = np.load(path)
        return found

    def features(self) -> npt.NDArray[np.float32]:
        """Published features of all photos."""

        def make() -> npt.NDArray[np.float32]:
            from classifier.model.features import PretrainedFeatures

            return PretrainedFeatures(self.options.features).embed(self.photos.images)

        found: npt.NDArray[np.float32] = self.once(f"features-{self.options.features}", make)
        return found


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure and return the tables."""
    from classifier.bench.logistic import L2

    given = gather(options)
    methods = [
        ("base rate", given.deals, lambda deal, _: _base_rate(given, deal)),
        ("colour histogram + logistic", given.deals, lambda deal, _: _histogram(given, deal)),
        (f"{options.run.name} as it is", given.deals[:1], lambda _, __: _as_it_is(given)),
        (f"frozen {options.features} + logistic", given.deals, lambda deal, _: _frozen(given, deal)),
    ]
    if options.fine_tune_steps:
        methods.append((f"fine-tuned {options.features}", given.deals, lambda d, n: _fine_tuned(given, d, n)))
    found = {name: _judge(given, name, deals, find) for name, deals, find in methods}
    classes = given.parts.once("classes", given.key | {"l2": L2}, lambda: _classes(given))
    again = given.parts.once("halves", given.key | {"run": str(options.run)}, lambda: _halves(given))
    tables = [
        Table(_title(given), [_row(name, results) for name, results in found.items()]),
        Table("AUROC minus that of the frozen network: 95 % over senders", _differences(given, found)),
        Table(f"{len(classes['classes'])} classes, accuracy {classes['accuracy']:.3f}", _class_rows(classes)),
        Table("A garment's right half found by its left half (easy: see the documentation)", again["rows"]),
    ]
    sheet = _sheet(given, found) if options.sheet else 0
    told = {"photos": given.key["photos"], "confusion": classes, "sheet_bytes": sheet}
    return told | {"tables": [table.json() for table in tables]}


def gather(options: argparse.Namespace) -> Given:
    """Read the photos and deal them.

    Raises:
        NoSides, LayoutError, SendersOverlap, TooFewSenders: the folders cannot be used so.
    """
    from classifier.bench.photos import apart, folds, load_photos, rows_of

    if options.data:
        photos, _ = load_photos(options.data)
        deals = [folds(photos, options.folds, seed) for seed in range(options.seeds)]
    elif options.train and options.test:
        photos, (train, test) = load_photos(options.train, options.test)
        deals = [[apart(photos, train, test)]] * options.seeds
    else:
        raise NoSides("name two folders (--train and --test), or one (--data) to be dealt into --folds")
    names = "\n".join(f"{n} {s} {label}" for n, s, label in zip(
        photos.names, photos.senders, photos.labels, strict=True))  # fmt: skip
    digest = hashlib.sha256(names.encode()).hexdigest()[:12]
    key = {"photos": digest, "folds": len(deals[0]), "tested": len(rows_of(deals[0]))}
    return Given(options, photos, deals, Parts(options.out / "parts" if options.out else None), key)


def _judge(
    given: Given, name: str, deals: "Sequence[list[Split]]", find: "Callable[[list[Split], int], Floats]"
) -> list[dict[str, Any]]:
    """P(dress) of every tested photo, once per deal, with what it cost."""
    from classifier.bench.dress_or_not import measures
    from classifier.bench.logistic import L2
    from classifier.bench.photos import rows_of

    results = []
    for seed, deal in enumerate(deals):
        say(f"{name} {seed}")
        rows = rows_of(deal)

        def make(deal: "list[Split]" = deal, seed: int = seed, rows: "Rows" = rows) -> dict[str, Any]:
            cpu = time.process_time()
            p_dress = find(deal, seed)[rows]
            cost = {"cpu_s": time.process_time() - cpu}
            return {"p_dress": p_dress.tolist()} | measures(p_dress, given.photos.dress[rows]) | cost

        steps = given.options.fine_tune_steps if name.startswith("fine-tuned") else 0
        settings = given.key | {"seed": seed, "steps": steps, "name": name, "l2": L2}
        results.append(given.parts.once(name.replace(" ", "-"), settings, make))
    return results


def _base_rate(given: Given, deal: "list[Split]") -> Floats:
    from classifier.bench.dress_or_not import base_rate

    return base_rate(given.photos, deal)


def _histogram(given: Given, deal: "list[Split]") -> Floats:
    from classifier.bench.dress_or_not import by_linear
    from classifier.bench.halves import frames
    from classifier.colour import colour_histograms

    found = given.once("histograms", lambda: colour_histograms(frames(given.photos.images)))
    return by_linear(found, given.photos, deal)


def _frozen(given: Given, deal: "list[Split]") -> Floats:
    from classifier.bench.dress_or_not import by_linear

    return by_linear(given.features(), given.photos, deal)


def _as_it_is(given: Given) -> Floats:
    """P(dress) of a run that never saw such photos, with an empty catalogue."""
    from classifier.predict import DeepDress

    model = DeepDress.load(given.options.run)
    return np.asarray(model.score(model.describe(given.photos.images), model.new_index()).p_dress)


def _fine_tuned(given: Given, deal: "list[Split]", seed: int) -> Floats:
    import torch

    from classifier.bench.logistic import fit_linear
    from classifier.bench.tail import TailPlan, fine_tune, maps_before_last, p_dress

    name, dress, features = given.options.features, given.photos.dress, given.features()
    maps = given.once(
        f"maps-{name}", lambda: maps_before_last(name, given.photos.images).view(torch.int16).numpy()
    )
    tensor = torch.from_numpy(maps).view(torch.bfloat16)
    found = np.full(len(dress), np.nan)
    for number, split in enumerate(deal):
        start = fit_linear(features[split.train], dress[split.train].astype(np.int64), 2)
        plan = TailPlan(steps=given.options.fine_tune_steps, seed=seed * 100 + number)
        found[split.test] = p_dress(
            fine_tune(name, tensor, dress, split.train, start, plan), tensor[split.test]
        )
    return found


def _classes(given: Given) -> dict[str, Any]:
    from classifier.bench.dress_or_not import class_by_linear, confusion
    from classifier.bench.photos import rows_of

    deal = given.deals[0]
    return confusion(class_by_linear(given.features(), given.photos, deal), given.photos, rows_of(deal))


def _halves(given: Given) -> dict[str, Any]:
    """How often the right half of a garment finds its left half, among dresses and among any garments."""
    from classifier.bench.halves import Halves, places
    from classifier.bench.intervals import paired_difference
    from classifier.bench.photos import rows_of
    from classifier.model.features import PretrainedFeatures
    from classifier.predict import DeepDress

    tested = rows_of(given.deals[0])
    rows: list[dict[str, Value]] = []
    dresses, some_garments = tested[given.photos.dress[tested]], tested[:: max(1, len(tested) // MOST_HALVES)]
    for among, some in (("dresses", dresses), ("garments", some_garments)):
        halves = Halves.of([given.photos.images[row] for row in some], seed=0)
        frozen, model = PretrainedFeatures(given.options.features), DeepDress.load(given.options.run)
        say(f"halves of {among}")
        found = {
            "mean colour": halves.by_mean_colour(),
            "colour histogram": halves.by_histogram(),
            f"{given.options.run.name} as it is": places(
                model.embed(halves.gallery), model.embed(halves.queries)
            ),
            f"frozen {given.options.features}": places(
                frozen.embed(halves.gallery), frozen.embed(halves.queries)
            ),
        }
        for name, places_found in found.items():
            row: dict[str, Value] = {"among": f"{len(some)} {among}", "method": name}
            row |= {f"R@{k}": float((places_found < k).mean()) for k in (1, 3, 20)}
            floor = paired_difference(
                places_found < 1, found["colour histogram"] < 1, given.photos.senders[some].tolist()
            )
            rows.append(row | {"R@1 minus histogram": floor.mean, "low": floor.low, "high": floor.high})
    return {"rows": rows}


def _title(given: Given) -> str:
    rows, photos = given.key["tested"], given.photos
    how = f"{given.key['folds']} folds by sender" if given.options.data else "another folder's senders"
    return f"Dress or not: {rows} photos tested, {photos.dress.sum()} dresses in all, {how}"


def _row(name: str, results: Sequence[dict[str, Any]]) -> Row:
    row: dict[str, Value] = {"method": name, "seeds": len(results)}
    for key in ("AUROC", "AP", "FPR@95", "ECE"):
        row[key] = float(np.mean([result[key] for result in results]))
    spread = [result["AUROC"] for result in results]
    row["AUROC sd"] = float(np.std(spread, ddof=1)) if len(spread) > 1 else None
    return row | {"CPU s": float(np.mean([result["cpu_s"] for result in results]))}


def _differences(given: Given, found: dict[str, list[dict[str, Any]]]) -> list[Row]:
    from classifier.bench.dress_or_not import auroc_difference
    from classifier.bench.photos import rows_of

    rows = rows_of(given.deals[0])
    dress, senders = given.photos.dress[rows], given.photos.senders[rows]
    scores = {name: [np.array(one["p_dress"]) for one in results] for name, results in found.items()}
    frozen = f"frozen {given.options.features} + logistic"
    told: list[Row] = []
    for name in scores:
        if name != frozen:
            gap = auroc_difference(scores[name], scores[frozen], dress, senders)
            told.append({"method": name, "difference": gap.mean, "low": gap.low, "high": gap.high})
    return told


def _class_rows(classes: dict[str, Any]) -> list[Row]:
    """For each class its recall, precision, and what it is taken for most often."""
    names, counts = classes["classes"], np.array(classes["counts"])
    rows: list[Row] = []
    for row in np.argsort(-counts.sum(axis=1), kind="stable"):
        total, found, right = int(counts[row].sum()), int(counts[:, row].sum()), int(counts[row, row])
        wrong = counts[row].copy()
        wrong[row] = 0
        taken = f"{names[wrong.argmax()]} ({wrong.max()})" if wrong.any() else ""
        recall, precision = (right / n if n else None for n in (total, found))
        rows.append({"class": names[row], "photos": total, "recall": recall, "precision": precision,
                     "most often taken for": taken})  # fmt: skip
    return rows


def _sheet(given: Given, found: dict[str, list[dict[str, Any]]], across: int = 10) -> int:
    """The worst errors of the frozen network: what it takes for dresses, and dresses that it misses."""
    from classifier.bench.photos import rows_of
    from classifier.bench.sheet import Tile, write_sheet

    [result, *_] = found[f"frozen {given.options.features} + logistic"]
    rows, p_dress = rows_of(given.deals[0]), np.array(result["p_dress"])
    photos, order = given.photos, np.argsort(-p_dress)
    taken = [place for place in order if not photos.dress[rows[place]]][: 2 * across]
    missed = [place for place in order[::-1] if photos.dress[rows[place]]][: 2 * across]

    def tiles(places: list[Any]) -> list[Tile]:
        return [Tile(photos.images[rows[n]], f"{photos.labels[rows[n]]} {p_dress[n]:.2f}") for n in places]

    lines = [
        ("taken for a dress, P(dress) below each", tiles(taken[:across])),
        ("", tiles(taken[across:])),
        ("dresses that were missed", tiles(missed[:across])),
        ("", tiles(missed[across:])),
    ]
    return write_sheet(given.options.sheet, lines)
