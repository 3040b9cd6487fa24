"""One table for every retrieval benchmark: the floors, what people would try first, and ours."""

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from classifier.bench.baselines import (
    chance_of,
    find_by_histogram,
    find_by_mean_colour,
    find_by_prototype,
)
from classifier.bench.intervals import paired_difference
from classifier.bench.logistic import fit_linear
from classifier.bench.parts import Parts
from classifier.bench.task import Found, Task, judged
from classifier.snapshot import Snapshot, read_snapshot
from classifier.tables import Row, Table, Value

OURS = "ours"


@dataclass(frozen=True, slots=True)
class Method:
    """A way to find styles, once per training."""

    name: str
    finds: Sequence[
        tuple[Mapping[str, Any], Callable[[Task], Found]]
    ]  # what identifies a training, and itself
    taught_s: float | None = None  # CPU seconds spent before, per training; what `finds` spends comes on top


@dataclass(frozen=True, slots=True)
class Part:
    """A method with what was judged of each training."""

    name: str
    results: Sequence[Mapping[str, Any]]
    taught_s: float | None = None

    def ranks(self) -> Any:
        """Places (trainings, N) of the photos' own styles."""
        return np.array([result["ranks"] for result in self.results])

    def mean(self, key: str) -> float | None:
        """The mean of one number over trainings."""
        values = [result[key] for result in self.results]
        return None if None in values else float(np.mean(values))


def floors() -> list[Method]:
    """Mean colour and the colour histogram."""
    return [
        Method("mean colour", [({}, find_by_mean_colour)]),
        Method("colour histogram", [({}, find_by_histogram)]),
    ]


def frozen(name: str, teacher: Path | None = None, *, device: str = "auto") -> Method:
    """Frozen features of a published network and the nearest prototype: what one would try first.

    Args:
        teacher: the snapshot whose training split teaches dress / not a dress by a logistic regression;
            without it the likeness to the nearest style has to do.
    """
    settings = {"features": name, "teacher": teacher.name if teacher else ""}
    return Method(
        f"frozen {name}", [(settings, partial(find_by_features, name=name, teacher=teacher, device=device))]
    )


def find_by_features(task: Task, name: str, teacher: Path | None = None, device: str = "auto") -> Found:
    """Compare the pictures by published features."""
    from classifier.model.features import PretrainedFeatures
    from classifier.predict import choose_device

    model = PretrainedFeatures(name, choose_device(device))
    gallery = model.embed_files(task.paths(task.gallery))
    photos = model.embed_files(task.paths([photo.image for photo in task.photos]))
    found = find_by_prototype(task, gallery, photos)
    if teacher is None:
        return found
    shown = teaching_photos(read_snapshot(teacher))
    features = model.embed_files([path for path, _ in shown])
    linear = fit_linear(features, np.array([int(dress) for _, dress in shown]), 2)
    return Found(found.similarities, linear.probabilities(photos)[:, 1])


def teaching_photos(snapshot: Snapshot, most: int = 1000) -> list[tuple[Path, bool]]:
    """Up to so many photos of dresses, and of anything else, of the training split; evenly picked."""
    found = []
    for labels, dress in ((("style", "unlisted"), True), (("not_dress",), False)):
        photos = snapshot.of("train", *labels)  # type: ignore[arg-type]
        step = max(1, -(-len(photos) // most))
        found += [(snapshot.path(photo.image), dress) for photo in photos[::step]]
    return found


def softmax(seeds: int, *, steps: int, device: str = "auto") -> Method:
    """The story's convnet."""
    from classifier.bench.softmax_cnn import SoftmaxPlan, find_by_softmax

    plans = [SoftmaxPlan(steps=steps, seed=seed) for seed in range(seeds)]
    finds = [(asdict(plan), partial(find_by_softmax, plan=plan, device=device)) for plan in plans]
    return Method(f"softmax {plans[0].trunk}" if plans else "softmax", finds)


def ours(
    runs: Sequence[Path], *, name: str = OURS, device: str = "auto", taught_s: Sequence[float] = ()
) -> Method:
    """Runs of this library, one per training, served as a promotion would; `taught_s`: what each has cost."""
    from classifier.runs import read_facts

    finds = [
        ({"run": read_facts(run).id, "weights": _digest(run)}, partial(find_by_run, run=run, device=device))
        for run in runs
    ]
    return Method(name, finds, float(np.mean(taught_s)) if taught_s else None)


def find_by_run(task: Task, run: Path, device: str = "auto") -> Found:
    """What a run says, with prototypes from the task's gallery."""
    from classifier.embedded import embed_snapshot
    from classifier.predict import DeepDress

    model = DeepDress.load(run, device)
    embedded = embed_snapshot(model, task.snapshot)
    index = embedded.index(model)
    scores = model.score(embedded.photos(task.photos), index)
    column = {sku: row for row, sku in enumerate(index.skus)}
    return Found(scores.similarities[:, [column[sku] for sku in task.skus]], scores.p_dress)


def measure_all(
    task: Task, methods: Iterable[Method], parts: Parts, on_part: Callable[[str], None]
) -> list[Part]:
    """Judge every training of every method, those kept before without doing them again."""
    found = []
    for method in methods:
        results = []
        for settings, find in method.finds:
            on_part(f"{method.name} {settings.get('seed', settings.get('run', ''))}".strip())
            key = {"task": task.snapshot.sha256, "gallery": len(task.gallery), "photos": len(task.photos)}
            name = method.name.replace(" ", "-")
            results.append(parts.once(name, key | dict(settings), partial(_timed, task, find)))
        if results:
            found.append(Part(method.name, results, method.taught_s))
    return found


def tables_of(task: Task, found: Sequence[Part]) -> list[Table]:
    """Which style; is it one of ours, is it a dress; and ours minus each other method."""
    tables = [Table(_title(task), [_chance_row(task), *(_row(task, part) for part in found)])]
    if len(task.photos) > task.n:
        tables.append(
            Table("Is it one of ours, is it a dress at all (AUROC)", [_doubt_row(p) for p in found])
        )
    by_name = {part.name: part for part in found}
    if OURS in by_name and len(found) > 1:
        rows = [
            _difference_row(task, by_name[OURS], part, k)
            for part in found
            if part.name != OURS
            for k in (1, 3)
        ]
        tables.append(Table("Ours minus the others: 95 % over dresses, and over dresses and trainings", rows))
    return tables


def _title(task: Task) -> str:
    shots = len(task.gallery)
    return f"{task.snapshot.id}: {task.n} photos, {len(task.skus)} styles, {shots} pictures of them"


def _row(task: Task, part: Part) -> Row:
    ranks, twins = part.ranks(), np.array([task.skus[row] in task.twins for row in task.answers])
    row: dict[str, Value] = {"method": part.name, "seeds": len(part.results)}
    row |= {f"R@{k}": float((ranks < k).mean()) for k in (1, 3, 20)}
    row |= {"MRR": float((1 / (ranks + 1)).mean())}
    row |= {"R@1 sd": float((ranks < 1).mean(axis=1).std(ddof=1)) if len(ranks) > 1 else None}
    for name, among in (("cold", ~task.warm), ("warm", task.warm)):
        if among.any() and task.warm.any():
            row |= {f"{name} R@{k}": float((ranks[:, among] < k).mean()) for k in (1, 3)}
    if twins.any():
        row |= {"twins R@1": float((ranks[:, twins] < 1).mean())}
        row |= {"own before twin": float(np.mean([result["told"] for result in part.results]))}
    row |= {"CPU s": (part.mean("cpu_s") or 0.0) + (part.taught_s or 0.0), "wall s": part.mean("wall_s")}
    return row


def _chance_row(task: Task) -> Row:
    known = chance_of(task)
    row: dict[str, Value] = {"method": "chance", "seeds": None, **known}
    if task.warm.any() and not task.warm.all():
        row |= {f"{name} R@{k}": known[f"R@{k}"] for name in ("cold", "warm") for k in (1, 3)}
    if any(sku in task.twins for sku in task.skus):
        families = [1 + len(task.twins[sku]["twins"]) for sku in task.skus if sku in task.twins]
        row |= {"twins R@1": known["R@1"], "own before twin": float(np.mean(1 / np.array(families)))}
    return row


def _doubt_row(part: Part) -> Row:
    names = {"unlisted": "in stock / unlisted dress", "far": "dress / far", "near": "dress / near"}
    return {"method": part.name} | {shown: part.mean(f"auroc_{key}") for key, shown in names.items()}


def _difference_row(task: Task, ours: Part, other: Part, k: int) -> Row:
    hits, theirs = ours.ranks() < k, other.ranks() < k
    groups = [task.skus[row] for row in task.answers]
    photos = paired_difference(hits, theirs, groups)
    both = paired_difference(hits, theirs, groups, seeds=True)
    told = {"low": photos.low, "high": photos.high, "low, seeds": both.low, "high, seeds": both.high}
    return {"ours minus": other.name, "of": f"R@{k}", "difference": photos.mean, **told}


def _timed(task: Task, find: Callable[[Task], Found]) -> dict[str, Any]:
    cpu, wall = time.process_time(), time.monotonic()
    found = find(task)
    spent = {"cpu_s": time.process_time() - cpu, "wall_s": time.monotonic() - wall}
    return judged(task, found) | spent


def _digest(run: Path) -> str:
    return hashlib.sha256((run / "weights.safetensors").read_bytes()).hexdigest()[:16]
