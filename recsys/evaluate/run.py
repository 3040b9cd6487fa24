"""Judge models under one scheme: fit once in each run, rank the full catalogue, say how sure one may be."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.data import Interactions
from recsys.evaluate.compare import compare
from recsys.evaluate.cost import Cost, measured
from recsys.evaluate.folds import Fold, Lesson, Scheme
from recsys.evaluate.judge import Judged, Lists, judge, recommend
from recsys.evaluate.metrics import catalogue_coverage, novelty
from recsys.evaluate.pool import pooled
from recsys.evaluate.result import Result, facts_of_data, facts_of_fold, facts_of_model, unreachable
from recsys.evaluate.statistics import DRAWS, LEVEL
from recsys.kernels.top import top_n
from recsys.models.base import Progress, Recommender, quiet
from recsys.models.registry import make
from recsys.refusal import BadParameter

NS = (1, 3, 5, 10, 15, 20)
USUAL_N = 10
TICKS = 100  # steps of progress for one model in one run; the fit has the first 80
FIT_TICKS = 80


@dataclass(eq=False)
class Trial:
    """What the runs of one model gave so far."""

    spec: str
    model: Recommender
    judged: list[Judged] = field(default_factory=list)
    fit: list[Cost] = field(default_factory=list)
    predict: list[Cost] = field(default_factory=list)
    lists: dict[str, int] = field(default_factory=lambda: {"all": 0, "short": 0, "popular": 0})
    coverage: list[list[float]] = field(default_factory=list)  # by run, by n
    novelty: list[list[float]] = field(default_factory=list)


def evaluate(
    data: Interactions,
    specs: Sequence[str],
    scheme: Scheme,
    *,
    ns: Sequence[int] = NS,
    good: float | None = None,
    seed: int = 0,
    features: NDArray[Any] | None = None,
    baseline: str | None = None,
    draws: int = DRAWS,
    progress: Progress = quiet,
) -> Result:
    """Judge models on what a scheme hides.

    Args:
        specs: models as the registry spells them, "ease:lam=100"; no two alike.
        ns: lengths of lists.
        good: hidden pairs of at least this value are relevant, and models that do not predict values learn
            from such pairs only; None: all are.
        seed: decides the scheme's draws and the bootstrap's.
        features: (I, d) of the items, for models that take any.
        baseline: the spec that all others are tested against; None: the first.
        draws: of the bootstrap.

    Raises:
        BadParameter: a spec, n, good or baseline makes no sense; BadInteractions: the data does not suit.
    """
    ns = tuple(sorted(set(ns)))
    baseline = baseline if baseline is not None else next(iter(specs), "")
    _check(data, specs, ns, good, baseline)
    trials = [Trial(spec, model_of(spec, features)) for spec in specs]
    main_n = USUAL_N if USUAL_N in ns else ns[-1]
    runs: list[dict[str, Any]] = []
    _warm()
    steps = scheme.n_runs * len(trials)
    for fold in scheme.folds(data, seed):
        for at, trial in enumerate(trials):
            tell = _ticks(progress, len(runs) * len(trials) + at, steps)
            _one_run(trial, model_of(trial.spec, features), fold, ns, good, main_n, tell)
        runs.append(facts_of_fold(fold, good))
    pools = [pooled(trial.judged) for trial in trials]
    document = {
        "format": 1,
        "scheme": {"name": scheme.name, "params": scheme.params(), "sentence": scheme.sentence},
        "warnings": scheme.warnings + unreachable(runs),
        "data": facts_of_data(data),
        "good": good,
        "seed": seed,
        "ns": list(ns),
        "draws": draws,
        "level": LEVEL,
        "runs": runs,
        "models": [
            facts_of_model(trial, pool, ns=ns, main_n=main_n, good=good, draws=draws, seed=seed)
            for trial, pool in zip(trials, pools, strict=True)
        ],
        "main_n": main_n,
        "baseline": baseline,
        "tests": compare(dict(zip(specs, pools, strict=True)), baseline, main_n, draws=draws, seed=seed),
    }
    return Result(document)


def model_of(spec: str, features: NDArray[Any] | None) -> Recommender:
    """A model that is not fitted yet; those that take features of items get them."""
    model = make(spec)
    take = getattr(model, "with_features", None)
    if take is None or features is None:
        return model
    with_them: Recommender = take(features)
    return with_them


def _warm() -> None:
    """Load the kernel that all models share, so that its seconds do not fall on the first one."""
    for dtype in (np.float32, np.float64):
        top_n(np.zeros((1, 2), dtype), 1)


def _check(
    data: Interactions, specs: Sequence[str], ns: Sequence[int], good: float | None, baseline: str
) -> None:
    if not specs or len(set(specs)) < len(specs):
        raise BadParameter("give at least one model, and none twice")
    if baseline not in specs:
        raise BadParameter(f"baseline={baseline!r} is not among the models: {', '.join(specs)}")
    if not ns or not 1 <= ns[0] <= ns[-1] <= data.n_items:
        raise BadParameter(f"ns={list(ns)}: between 1 and {data.n_items}, the number of items")
    if good is not None and not data.valued:
        raise BadParameter(f"good={good:g}: these interactions have no values; leave good out")
    if good is not None and not (data.csr.data >= good).any():
        raise BadParameter(f"good={good:g}: no value is so large (the largest is {data.csr.data.max():g})")


def _one_run(
    trial: Trial,
    model: Recommender,
    fold: Fold,
    ns: Sequence[int],
    good: float | None,
    main_n: int,
    tell: Progress,
) -> None:
    lesson = Lesson.of(fold, model, good)

    def fit() -> Recommender:
        return model.fit(lesson.train, progress=lambda done, of: tell(FIT_TICKS * done, max(1, of) * TICKS))

    def ask() -> Lists:
        return recommend(model, fold, lesson, ns[-1])

    _, fitted = measured(fit)
    tell(FIT_TICKS, TICKS)
    lists, asked = measured(ask)
    trial.fit.append(fitted)
    trial.predict.append(asked)
    trial.judged.append(judge(model, fold, lesson, lists, ns=ns, good=good, main_n=main_n))
    trial.lists["all"] += len(lists.items)
    trial.lists["short"] += int((lists.items[:, -1] < 0).sum())
    trial.lists["popular"] += lists.popular
    counts = np.bincount(fold.train.csr.indices, minlength=fold.train.n_items)
    trial.coverage.append([catalogue_coverage(lists.items, fold.train.n_items, n) for n in ns])
    trial.novelty.append([novelty(lists.items, counts, n) for n in ns])
    tell(TICKS, TICKS)


def _ticks(progress: Progress, step: int, steps: int) -> Progress:
    def tell(done: int, of: int) -> None:
        progress(step * TICKS + done * TICKS // of, steps * TICKS)

    return tell
