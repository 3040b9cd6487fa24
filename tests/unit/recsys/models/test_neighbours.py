"""Models that remember, against loops over dense tables."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from recsys.data import interactions
from recsys.kernels import alike
from recsys.models import make
from tests.unit.recsys.parity import reference

USERS, ITEMS = 18, 10
COMBINATIONS = [(rules, norms) for rules in ("1.0.7", "2014", "sparse") for norms in ("full", "corated")]


def drawn(seed):
    """Train (18, 10) and test (5, 10) ratings, gaps NaN; train user 0 and test user 0 rate all alike."""
    random = np.random.default_rng(seed)
    shape = (USERS + 5, ITEMS)
    table = np.where(random.random(shape) < 0.6, random.integers(1, 6, shape), np.nan)
    table[:, :2] = random.integers(1, 6, (len(table), 2))  # nobody is without a rating
    for user in (0, USERS):
        table[user] = np.where(np.isnan(table[user]), np.nan, 3)
    return table[:USERS], table[USERS:]


def sparse(table):
    """The same as CSR."""
    rows, columns = np.nonzero(~np.isnan(table))
    return csr_array((table[rows, columns], (rows, columns)), shape=table.shape)


def model(spec, train, **params):
    """Fitted in float64 on a dense table."""
    rows, columns = np.nonzero(~np.isnan(train))
    data = interactions(
        rows, columns, train[rows, columns], users=range(USERS), items=range(ITEMS), dtype="float64"
    )
    return make(spec, dtype="float64", **params).fit(data)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("rules", "norms"), [pair for pair in COMBINATIONS if pair[0] != "sparse"])
def test_ubcf_is_a_loop_over_neighbours(rules, norms, seed):
    train, known = drawn(seed)
    ubcf = model("ubcf:nn=18", train, rules=rules, norms=norms)  # all of them: no tie at an edge

    said, _ = reference.ubcf(train, known, nn=18, norms=norms, old=rules == "2014")

    np.testing.assert_allclose(ubcf.rate(ubcf.fold_in(sparse(known))), said, atol=1e-9)


@pytest.mark.parametrize("binary", [True, False])
def test_sparse_rules_order_by_the_weighted_sum_of_the_nearest(binary):
    train, known = drawn(4)
    if binary:
        train, known = np.where(np.isnan(train), np.nan, 1), np.where(np.isnan(known), np.nan, 1)
    ubcf = model("ubcf:nn=6,shrinkage=3", train, rules="sparse")
    full, mine = np.nan_to_num(train), np.nan_to_num(known)

    for row, scores in enumerate(ubcf.score(ubcf.fold_in(sparse(known)))):
        lengths = np.linalg.norm(full, axis=1) * np.linalg.norm(mine[row]) + 3
        weights = np.round(full @ mine[row] / lengths, 12)
        near = np.argsort(-weights, kind="stable")[:6]
        np.testing.assert_allclose(np.nan_to_num(scores), weights[near] @ full[near], atol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_ibcf_is_a_loop_over_the_nearest_items(seed):
    train, known = drawn(seed)
    ibcf = model("ibcf:k=10", train)

    said = reference.ibcf(train, known, k=10)

    np.testing.assert_allclose(ibcf.score(ibcf.fold_in(sparse(known))), said, atol=1e-9)


@pytest.mark.parametrize(
    "spec", ["ibcf:k=4", "ubcf:nn=5", "ubcf:nn=5,rules='2014'", "ubcf:nn=5,rules='sparse'"]
)
def test_small_blocks_change_nothing(monkeypatch, spec):
    train, known = drawn(7)
    whole = model(spec, train)
    answers = whole.rate(whole.fold_in(sparse(known)))

    monkeypatch.setattr(alike, "CELLS_AT_ONCE", 40)
    again = model(spec, train)

    assert again.rate(again.fold_in(sparse(known))).tobytes() == answers.tobytes()


def test_itemknn_sums_the_shrunk_cosines_of_what_was_had():
    train, known = drawn(5)
    knn = model("itemknn:nearest=10,shrinkage=2", train)
    columns, mine = np.nan_to_num(train), np.nan_to_num(known)

    lengths = np.linalg.norm(columns, axis=0)
    likeness = columns.T @ columns / (np.outer(lengths, lengths) + 2)
    np.fill_diagonal(likeness, 0)

    np.testing.assert_allclose(knn.score(knn.fold_in(sparse(known))), mine @ likeness, atol=1e-9)


def test_itemknn_keeps_only_the_nearest_of_each_item():
    train, _ = drawn(5)
    knn = model("itemknn:nearest=2", train)

    assert (np.diff(knn.near.indptr) == 2).all()
    for item in range(ITEMS):
        assert set(knn.similar_items(item, N=2).items[0]) == set(knn.near[[item]].indices)


def test_popular_rated_lists_by_sums_and_predicts_by_means():
    train, known = drawn(6)
    popular = model("popular-rated", train)
    said, sums, _ = reference.popular(train, known)

    state = popular.fold_in(sparse(known))

    np.testing.assert_allclose(popular.rate(state), said, atol=1e-12)
    np.testing.assert_allclose(popular.score(state), np.broadcast_to(sums, said.shape), atol=1e-12)


@pytest.mark.parametrize("k", [1, 4, 10])
def test_svd_projects_the_filled_table(k):
    train, known = drawn(8)
    svd = model("svd", train, k=k)
    said, strengths = reference.svd(train, known, k=k)

    np.testing.assert_allclose(svd.score(svd.fold_in(sparse(known))), said, atol=1e-9)
    np.testing.assert_allclose(svd.singular_values, strengths, atol=1e-7)


def test_svdf_folds_all_in_together_as_the_loop_does():
    train, known = drawn(9)
    svdf = model("svdf:k=2", train, together=True)

    said = reference.svdf(train, known, k=2)

    np.testing.assert_allclose(svdf.score(svdf.fold_in(sparse(known))), said, atol=1e-9)


def test_als_solves_ridges_in_turn_from_the_same_start():
    train, known = drawn(10)
    start = np.random.default_rng(0).random((ITEMS, 3))
    rows, columns = np.nonzero(~np.isnan(train))
    data = interactions(rows, columns, train[rows, columns], users=range(USERS), items=range(ITEMS))
    als = make("als:k=3,refit=True", dtype="float64").start_from(start).fit(data)

    said = reference.als(train, known, start=start)

    np.testing.assert_allclose(als.score(als.fold_in(sparse(known))), said, atol=1e-9)


EXPLAINING = [("ubcf:nn=6", {"rules": rules, "norms": norms}) for rules, norms in COMBINATIONS]
EXPLAINING += [("ibcf:k=4", {}), ("itemknn", {}), ("svd:k=3", {}), ("als:k=3", {})]
MODELS = [(spec, model(spec, drawn(11)[0], **params)) for spec, params in EXPLAINING]


@pytest.mark.parametrize("place", range(len(MODELS)), ids=lambda place: str(EXPLAINING[place]))
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_parts_sum_to_the_score_also_of_those_who_rate_all_alike(place, data):
    _, explaining = MODELS[place]
    constant = data.draw(st.booleans())
    rating = st.just(3.0) if constant else st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0])
    cells = data.draw(st.dictionaries(st.integers(0, ITEMS - 1), rating, min_size=1))
    columns = sorted(cells)
    history = csr_array(([cells[c] for c in columns], columns, [0, len(columns)]), shape=(1, ITEMS))

    scores = explaining.score(explaining.fold_in(history))[0]
    for item in np.flatnonzero(~np.isnan(scores)).tolist():
        told = explaining.explain(item, history=history)
        assert told.base + told.parts.sum() == pytest.approx(scores[item], abs=1e-5)
