"""Choose parameters by successive halving on a validation window; the test part is never read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.data import Interactions
from recsys.evaluate.by_time import Temporal
from recsys.evaluate.by_users import Split
from recsys.evaluate.folds import Fold, Lesson, Scheme
from recsys.evaluate.judge import judge, recommend
from recsys.evaluate.metrics import mean_over_users
from recsys.evaluate.run import model_of
from recsys.evaluate.tuned import Entry, Rung, Tuned
from recsys.models.base import Progress, quiet
from recsys.models.registry import make
from recsys.refusal import BadParameter, Refusal

ERRORS = ("rmse", "mse", "mae")  # the smaller the better
WHOLE_RANKING = ("auc", "mrr")
OF_LISTS = ("precision", "recall", "f", "ndcg", "hr", "arhr")
FEWEST_USERS = 200  # a rung has at least so many, where there are
VALIDATION_SHARE = 0.25  # of the users of a rung: a tenth of a small one would choose by chance


def tune(
    data: Interactions,
    spec: str,
    grid: Mapping[str, Sequence[Any]],
    *,
    scheme: Scheme | None = None,
    metric: str = "ndcg@10",
    good: float | None = None,
    seed: int = 0,
    features: NDArray[Any] | None = None,
    rungs: int = 3,
    keep: float = 1 / 3,
    progress: Progress = quiet,
) -> Tuned:
    """Try every combination of a grid on a share of the users, keep the best, and go on with more users.

    The last rung has all users of the scheme's training part. A scheme of the same kind hides the validation
    window within that part.

    Args:
        spec: a model and the parameters that stay, "ials:k=32".
        grid: parameter -> the values to try.
        scheme: the one that will judge the result; its test part is not read. None: Temporal().
        metric: "ndcg@10", "precision@5", "auc", "mrr", "rmse", "mae" ...
        rungs: how often the field is narrowed; keep: the share that goes on, in (0, 1).

    Raises:
        BadParameter: a parameter, metric or scheme makes no sense, or no candidate could be judged.
    """
    scheme = Temporal() if scheme is None else scheme
    if scheme.n_runs != 1:
        raise BadParameter(
            f"{scheme.name} has {scheme.n_runs} runs, and what one trains on another tests: "
            "tune with a scheme of one run"
        )
    if rungs < 1 or not 0 < keep < 1:
        raise BadParameter(f"rungs={rungs}, keep={keep}: at least 1, and a share in (0, 1)")
    _split_metric(metric)
    left = _candidates(spec, grid)
    learn = next(iter(scheme.folds(data, seed))).train
    sizes = [max(1, ceil(len(left) * keep**rung)) for rung in range(rungs)]
    done: list[Rung] = []
    for rung, size in enumerate(sizes):
        left = left[:size]
        fold = _validation(scheme, learn, keep ** (rungs - 1 - rung), seed)
        entries = []
        for candidate in left:
            entries.append(_entry(candidate, fold, metric, good, features))
            progress(sum(sizes[:rung]) + len(entries), sum(sizes))
        done.append(Rung(fold.train.n_users, _best_first(entries, metric)))
        left = [entry.spec for entry in done[-1].entries]
    best = done[-1].entries[0]
    if np.isnan(best.score):
        raise BadParameter(f"no candidate has a {metric}: {best.refusal or 'nothing relevant was hidden'}")
    return Tuned(best.spec, best.score, metric, tuple(done))


def _candidates(spec: str, grid: Mapping[str, Sequence[Any]]) -> list[str]:
    """Every combination, in the grid's order; each is made once, so that mistakes show before any fit."""
    make(spec)
    for name, values in grid.items():
        if not values:
            raise BadParameter(f"the grid has no value for {name}")
    answer = []
    for values in product(*grid.values()):
        rest = ",".join(f"{name}={value}" for name, value in zip(grid, values, strict=True))
        answer.append(spec if not rest else f"{spec}{',' if ':' in spec else ':'}{rest}")
        make(answer[-1])
    return answer


def _validation(scheme: Scheme, learn: Interactions, share: float, seed: int) -> Fold:
    """The fold that judges one rung: a share of the users, and the same ones again in every larger share."""
    size = min(learn.n_users, max(round(share * learn.n_users), FEWEST_USERS))
    users = np.random.default_rng(seed).permutation(learn.n_users)[:size]
    # A cut said for test is after all that may be learnt: the window before it starts elsewhere.
    inner = replace(scheme, cut=None) if isinstance(scheme, Temporal) else scheme
    if isinstance(inner, Split):
        inner = replace(inner, test=max(inner.test, VALIDATION_SHARE))
    return next(iter(inner.folds(learn.take_users(users), seed)))


def _entry(spec: str, fold: Fold, metric: str, good: float | None, features: NDArray[Any] | None) -> Entry:
    try:
        return Entry(spec, _score(spec, fold, metric, good, features))
    except Refusal as refusal:  # such as more factors than a small rung has users
        return Entry(spec, float("nan"), str(refusal))


def _score(spec: str, fold: Fold, metric: str, good: float | None, features: NDArray[Any] | None) -> float:
    name, n = _split_metric(metric)
    model = model_of(spec, features)
    lesson = Lesson.of(fold, model, good)
    model.fit(lesson.train)
    lists = recommend(model, fold, lesson, n)
    judged = judge(model, fold, lesson, lists, ns=(n,), good=good, main_n=n)
    if name in ERRORS:
        if judged.errors is None:
            raise BadParameter(f"{spec} does not predict values: {name} is not for it")
        return judged.errors.overall()[name]
    return float(mean_over_users(judged.values[metric]))


def _split_metric(metric: str) -> tuple[str, int]:
    """The metric's name and its n; 1 where it has none."""
    name, at, n = metric.partition("@")
    if not at and name in ERRORS + WHOLE_RANKING:
        return name, 1
    if name in OF_LISTS and n.isdecimal() and int(n) > 0:
        return name, int(n)
    raise BadParameter(
        f"metric={metric!r}: {', '.join(ERRORS + WHOLE_RANKING)}, or one of {', '.join(OF_LISTS)} with @n"
    )


def _best_first(entries: Sequence[Entry], metric: str) -> tuple[Entry, ...]:
    """Best first; NaN last; equal ones in the grid's order."""
    sign = 1 if metric in ERRORS else -1
    return tuple(sorted(entries, key=lambda entry: np.inf if np.isnan(entry.score) else sign * entry.score))
