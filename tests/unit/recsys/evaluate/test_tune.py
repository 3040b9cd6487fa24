"""Tuning finds what is better, says what it tried, and never looks at what the scheme tests."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from recsys.data import Interactions, interactions
from recsys.evaluate.schemes import Cross, LeaveLast, Scheme, Split, Temporal
from recsys.evaluate.tune import tune
from recsys.refusal import BadParameter

DAY = 86_400
GRID = {"half_life_days": [1.0, 10.0, 100.0]}


def fading_tastes(seed: int = 0) -> Interactions:
    """What is popular moves along the items as time passes: recent counts are the better ones."""
    rng = np.random.default_rng(seed)
    time = rng.integers(0, 300 * DAY, 6000)
    item = (time / (300 * DAY) * 60 + rng.normal(0, 2, 6000)).clip(0, 64).astype(int)
    return interactions(rng.integers(0, 400, 6000), item, rng.integers(1, 6, 6000), time, duplicates="last")


def test_the_better_half_life_is_found_and_every_try_is_told():
    found = tune(fading_tastes(), "popular", GRID | {"window_days": [None, 200]}, rungs=2)

    assert found.spec.startswith("popular:half_life_days=1")
    assert found.spec != "popular:half_life_days=100.0,window_days=None"
    assert [len(rung.entries) for rung in found.rungs] == [6, 2]
    assert found.rungs[0].users < found.rungs[1].users
    assert found.score == found.rungs[-1].entries[0].score
    assert json.loads(json.dumps(found.json(), allow_nan=False))["spec"] == found.spec
    assert len(found.table().rows) == 8


@pytest.mark.parametrize("kind", [Temporal(), Split(given=2), LeaveLast()], ids=lambda kind: kind.name)
@given(seed=st.integers(0, 10_000))
@settings(max_examples=5, deadline=None)
def test_other_test_values_do_not_change_the_choice(kind: Scheme, seed: int):
    data = fading_tastes()
    [fold] = kind.folds(data, 0)
    rows = np.repeat(fold.users, np.diff(fold.hidden.indptr))
    is_hidden = csr_array((np.ones(len(rows)), (rows, fold.hidden.indices)), shape=data.csr.shape).toarray()
    cells = is_hidden[data.user_rows, data.csr.indices] > 0
    values = data.csr.data.copy()
    values[cells] = np.random.default_rng(seed).integers(1, 6, cells.sum())
    other = replace(data, csr=csr_array((values, data.csr.indices, data.csr.indptr), shape=data.csr.shape))

    one = tune(data, "popular", GRID, scheme=kind, good=4, rungs=2)

    assert other.sha256 != data.sha256
    assert tune(other, "popular", GRID, scheme=kind, good=4, rungs=2) == one


def test_smaller_errors_are_better():
    found = tune(
        fading_tastes(), "random", {"seed": [0, 1, 2]}, scheme=Split(given=2), metric="rmse", rungs=1
    )

    scores = [entry.score for entry in found.rungs[0].entries]
    assert scores == sorted(scores)
    assert found.score == scores[0]


def test_progress_counts_candidates():
    told: list[tuple[int, int]] = []

    tune(fading_tastes(), "popular", GRID, rungs=2, progress=lambda done, of: told.append((done, of)))

    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_candidate_that_is_refused_is_told_and_not_chosen():
    without_times = interactions([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3], [0, 1, 2] * 4, items=range(5))
    found = tune(
        without_times, "popular", {"window_days": [5, None]}, scheme=Split(given=1), metric="auc", rungs=1
    )

    assert found.spec == "popular:window_days=None"
    assert "needs times" in found.rungs[0].entries[-1].refusal


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"scheme": Cross(given=2)}, "scheme of one run"),
        ({"metric": "ndcg"}, "with @n"),
        ({"metric": "beauty@3"}, "metric='beauty@3'"),
        ({"metric": "rmse"}, "no candidate has a rmse"),
        ({"rungs": 0}, "rungs=0"),
        ({"keep": 1.0}, "keep=1.0"),
        ({"grid": {"k": [1]}}, "no parameter 'k'"),
        ({"grid": {"window_days": []}}, "no value for window_days"),
        ({"grid": {"window_days": [-1]}}, "window_days=-1"),
    ],
)
def test_what_makes_no_sense_is_refused(more, words):
    with pytest.raises(BadParameter, match=words):
        tune(fading_tastes(), "popular", **{"grid": GRID, **more})
