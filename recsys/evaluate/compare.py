"""Is one model better than another? Paired by user, corrected for how many were asked about."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from recsys.evaluate.metrics import mean_over_users
from recsys.evaluate.pool import Pooled, plain
from recsys.evaluate.statistics import LEVEL, bootstrap_means, flip_p, holm, interval


def compare(
    pools: Mapping[str, Pooled], baseline: str, main_n: int, *, draws: int, seed: int
) -> list[dict[str, Any]]:
    """Each model's difference from the baseline, with an interval and a p value of flipped signs.

    Holm's correction runs over the models, for each metric apart. Users without a value are left out.
    """
    others = [spec for spec in pools if spec != baseline]
    if not others:
        return []
    answer = []
    for metric in (f"ndcg@{main_n}", f"precision@{main_n}", f"recall@{main_n}", "auc"):
        base = pools[baseline].column(metric)
        gaps = np.column_stack([pools[spec].column(metric) - base for spec in others])
        means = mean_over_users(gaps.T)
        low, high = interval(bootstrap_means(gaps, draws=draws, seed=seed), level=LEVEL)
        p = flip_p(gaps, seed=seed)
        corrected = holm(p)
        answer += [
            {
                "metric": metric,
                "model": spec,
                "baseline": baseline,
                "users": int((~np.isnan(gaps[:, at])).sum()),
                "mean": plain(means[at]),
                "low": plain(low[at]),
                "high": plain(high[at]),
                "p": plain(p[at]),
                "p_holm": plain(corrected[at]),
            }
            for at, spec in enumerate(others)
        ]
    return answer
