"""One model's runs brought together: each user counts once, means get intervals, and JSON gets no NaN."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.evaluate.folds import Ints
from recsys.evaluate.judge import Judged
from recsys.evaluate.metrics import Floats, RatingErrors, mean_over_users
from recsys.evaluate.statistics import LEVEL, bootstrap_means, bootstrap_ratios, interval

Value = dict[str, Any]  # {"mean", "low", "high", "users", "runs"}


@dataclass(frozen=True, eq=False)
class Pooled:
    """The values of all users tested in any run."""

    users: Ints  # (P,) rows of the whole data, in order
    names: list[str]
    values: Floats  # (P, M): the mean over the runs that tested the user; NaN where none has a value
    runs: Floats  # (R, M): means over each run's users

    def column(self, name: str) -> Floats:
        """(P,) one of the values."""
        return self.values[:, self.names.index(name)]


def pooled(runs: Sequence[Judged]) -> Pooled:
    """Bring runs together, which have the same names of values."""
    names = list(runs[0].values)
    users = np.unique(np.concatenate([run.users for run in runs]))
    sums, counts = np.zeros((len(users), len(names))), np.zeros((len(users), len(names)))
    for run in runs:
        rows = np.searchsorted(users, run.users)
        table = np.column_stack([run.values[name] for name in names])
        sums[rows] += np.nan_to_num(table)
        counts[rows] += ~np.isnan(table)
    values = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
    means = [[mean_over_users(run.values[name]) for name in names] for run in runs]
    return Pooled(users, names, values, np.array(means))


def values_of(pool: Pooled, *, draws: int, seed: int) -> dict[str, Value]:
    """Each name's mean over users with its interval."""
    means = mean_over_users(pool.values.T)
    low, high = interval(bootstrap_means(pool.values, draws=draws, seed=seed), level=LEVEL)
    users = (~np.isnan(pool.values)).sum(axis=0)
    return {
        name: value(means[at], low[at], high[at], int(users[at]), pool.runs[:, at])
        for at, name in enumerate(pool.names)
    }


def errors_of(pool: Pooled, runs: Sequence[Judged], *, draws: int, seed: int) -> dict[str, Any] | None:
    """RMSE, MSE and MAE pooled over all cells of all runs, with intervals over users; None for no values."""
    parts = [(run.users, run.errors) for run in runs if run.errors is not None]
    if not parts:
        return None
    sums = RatingErrors(*(_summed(pool, parts, name) for name in ("squared", "absolute", "scored", "hidden")))
    overall = sums.overall()
    above = np.column_stack([sums.squared, sums.absolute])
    below = np.column_stack([sums.scored, sums.scored]).astype(float)
    low, high = interval(bootstrap_ratios(above, below, draws=draws, seed=seed), level=LEVEL)
    per_run = [errors.overall() for _, errors in parts]
    users = int((sums.scored > 0).sum())
    ends = {"rmse": (low[0] ** 0.5, high[0] ** 0.5), "mse": (low[0], high[0]), "mae": (low[1], high[1])}
    answer: dict[str, Any] = {
        name: value(overall[name], lower, upper, users, [run[name] for run in per_run])
        for name, (lower, upper) in ends.items()
    }
    counts = {"scored": int(overall["scored"]), "hidden": int(overall["hidden"])}
    return answer | counts | {"coverage": plain(overall["coverage"])}


def value(mean: float, low: float, high: float, users: int, runs: Sequence[float] | Floats) -> Value:
    """A mean as JSON has it."""
    return {
        "mean": plain(mean),
        "low": plain(low),
        "high": plain(high),
        "users": users,
        "runs": [plain(run) for run in runs],
    }


def plain(number: float) -> float | None:
    """A number that JSON has; NaN becomes null."""
    return None if np.isnan(number) else float(number)


def _summed(pool: Pooled, parts: Sequence[tuple[Ints, RatingErrors]], name: str) -> NDArray[Any]:
    first = getattr(parts[0][1], name)
    answer = np.zeros(len(pool.users), first.dtype)
    for users, errors in parts:
        answer[np.searchsorted(pool.users, users)] += getattr(errors, name)
    return answer
