"""What schemes hide is hidden, everybody is tested as often as promised, and the future never trains."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.data import Interactions, interactions
from recsys.evaluate.schemes import SCHEMES, Bootstrap, Cross, Fold, LeaveLast, Split, Temporal, scheme
from recsys.refusal import BadInteractions, BadParameter, UnknownId

DAY = 86_400


def drawn_data(seed: int = 0, *, users: int = 30, items: int = 12, share: float = 0.5) -> Interactions:
    rng = np.random.default_rng(seed)
    user, item = np.nonzero(rng.random((users, items)) < share)
    values, times = rng.integers(0, 6, len(user)), rng.integers(0, 100 * DAY, len(user))
    return interactions(user, item, values, times, users=range(users), items=range(items))


def pairs_of(fold: Fold, cells) -> set[tuple[int, int]]:
    rows = np.repeat(fold.users, np.diff(cells.indptr))
    return set(zip(rows.tolist(), cells.indices.tolist(), strict=True))


EVERY = [
    Temporal(),
    Temporal(windows=3),
    Temporal(window_days=20, windows=2, new_users_show=1, items="all"),
    Split(given=2, runs=2),
    Split(all_but=1),
    Cross(given=3, k=4),
    Cross(all_but=2),
    Bootstrap(given=2, runs=3),
    LeaveLast(),
]


@pytest.mark.parametrize("kind", EVERY, ids=repr)
@given(seed=st.integers(0, 50))
@settings(max_examples=10, deadline=None)
def test_no_hidden_pair_is_shown_or_learnt(kind, seed):
    data = drawn_data(seed)
    folds = list(kind.folds(data, seed))

    assert len(folds) == kind.n_runs
    for fold in folds:
        hidden, shown = pairs_of(fold, fold.hidden), pairs_of(fold, fold.shown)
        everything = set(zip(data.user_rows.tolist(), data.csr.indices.tolist(), strict=True))
        assert not hidden & shown
        assert hidden | shown <= everything
        assert (np.diff(fold.hidden.indptr) > 0).all()
        seen = fold.fitted >= 0
        learnt = fold.train.csr[fold.fitted[seen]]
        assert np.array_equal(learnt.indices, fold.shown[np.flatnonzero(seen)].indices)
        assert np.array_equal(learnt.indptr, fold.shown[np.flatnonzero(seen)].indptr)
        assert np.array_equal(data.csr[fold.users].shape, fold.hidden.shape)


@pytest.mark.parametrize("kind", EVERY, ids=repr)
def test_the_same_seed_gives_the_same_folds(kind):
    data = drawn_data()

    for one, other in zip(kind.folds(data, 3), kind.folds(data, 3), strict=True):
        assert np.array_equal(one.users, other.users)
        assert np.array_equal(one.shown.indices, other.shown.indices)
        assert one.train.sha256 == other.train.sha256


@given(seed=st.integers(0, 100), k=st.integers(2, 7))
@settings(max_examples=20, deadline=None)
def test_cross_validation_tests_everybody_once(seed, k):
    data = drawn_data(seed, users=31)
    long = np.flatnonzero(np.diff(data.csr.indptr) > 3)

    folds = list(Cross(given=3, k=k).folds(data, seed))

    tested = Counter(np.concatenate([fold.users for fold in folds]).tolist())
    assert tested == Counter(long.tolist())
    sizes = [len(fold.users) for fold in folds]
    assert max(sizes) - min(sizes) <= 1
    assert all(fold.train.n_users + len(fold.users) == 31 for fold in folds)


def test_test_users_show_exactly_what_was_asked():
    data = drawn_data()

    for fold in Cross(given=3).folds(data, 0):
        assert set(np.diff(fold.shown.indptr)) == {3}
    for fold in Cross(all_but=2).folds(data, 0):
        assert set(np.diff(fold.hidden.indptr)) == {2}


def test_users_with_too_few_pairs_train_and_are_not_tested():
    data = interactions([0, 1, 1, 1, 2, 2, 2], [0, 0, 1, 2, 0, 1, 2])

    [fold] = Split(given=2, test=0.9).folds(data, 0)

    assert 0 not in fold.users
    assert fold.train.n_users + len(fold.users) == 3


def test_the_bootstrap_tests_those_it_never_drew():
    data = drawn_data(users=40)

    for fold in Bootstrap(given=2, runs=4).folds(data, 1):
        assert fold.train.n_users == 36  # nine tenths of 40, some of them more than once
        rows = {row.tobytes() for row in data.csr[fold.users].toarray()}
        assert not rows & {row.tobytes() for row in fold.train.csr.toarray()}
    drawn = next(Bootstrap(given=2, runs=1).folds(data, 1)).train.csr.toarray()
    assert len({row.tobytes() for row in drawn}) < len(drawn)


def test_stored_zeros_are_hidden_as_values():
    data = drawn_data(3)
    [fold] = Split(given=1, test=0.5).folds(data, 0)

    assert (fold.hidden.data == 0).any()
    assert fold.hidden.nnz + fold.shown.nnz == sum(np.diff(data.csr.indptr)[fold.users])


def test_one_cut_in_time_holds_for_everybody():
    data = drawn_data()
    [fold] = Temporal(cut=60 * DAY).folds(data, 0)

    assert fold.train.times.max() < 60 * DAY
    assert fold.train.nnz + fold.hidden.nnz == data.nnz
    assert pairs_of(fold, fold.hidden) == {
        (user, item)
        for user, item, time in zip(data.user_rows, data.csr.indices, data.times, strict=True)
        if time >= 60 * DAY
    }


def test_a_cut_is_a_day_or_seconds():
    data = drawn_data()
    [by_text] = Temporal(cut="1970-03-02").folds(data, 0)
    [by_seconds] = Temporal(cut=60 * DAY).folds(data, 0)

    assert by_text.train.sha256 == by_seconds.train.sha256
    assert by_text.name == "from 1970-03-02"


def test_windows_follow_each_other_and_end_with_the_data():
    data = drawn_data()
    first, second = Temporal(window_days=20, windows=2).folds(data, 0)
    end = data.times.max() + 1

    assert first.train.times.max() < end - 40 * DAY <= second.train.times.max() < end - 20 * DAY
    assert first.train.nnz + first.hidden.nnz == second.train.nnz


def test_new_users_show_nothing_or_their_first_pairs():
    times = [0, 1, 10, 12, 11, 13]
    data = interactions(["ann", "ann", "ann", "ben", "ben", "cem"], [0, 1, 2, 0, 1, 0], time=times)

    [nothing] = Temporal(cut=5).folds(data, 0)
    [first] = Temporal(cut=5, new_users_show=1).folds(data, 0)

    assert nothing.fitted.tolist() == [0, -1, -1]
    assert np.diff(nothing.shown.indptr).tolist() == [2, 0, 0]
    assert first.users.tolist() == [0, 1]  # cem has nothing left to hide
    assert first.shown[[1]].indices.tolist() == [1]
    assert first.hidden[[1]].indices.tolist() == [0]


def test_only_items_that_were_there_may_be_listed():
    data = interactions([0, 0, 1, 1], ["old", "late", "late", "new"], time=[0, 9 * DAY, 10 * DAY, 11 * DAY])
    allowed = {
        name: next(Temporal(cut=10 * DAY, **more).folds(data, 0)).may_list.tolist()
        for name, more in {
            "seen": {}, "active": {"active_days": 2}, "all": {"items": "all"}, "given": {"items": ["new"]},
        }.items()
    }  # fmt: skip

    assert data.items.names.tolist() == ["late", "new", "old"]
    assert allowed["seen"] == [True, False, True]
    assert allowed["active"] == [True, False, False]
    assert allowed["all"] == [True, True, True]
    assert allowed["given"] == [False, True, False]


def test_leave_last_hides_the_last_pair_and_warns():
    data = interactions([0, 0, 1, 1, 2], [0, 1, 0, 1, 0], time=[5, 4, 1, 2, 9])
    [fold] = LeaveLast().folds(data, 0)

    assert pairs_of(fold, fold.hidden) == {(0, 0), (1, 1)}
    assert fold.train.nnz == 3
    assert "models learn from other users' later pairs" in LeaveLast().warnings[0]
    assert Temporal().warnings == []


def test_candidates_are_the_catalogue_without_what_is_shown():
    data = drawn_data(items=12)
    [fold] = Split(given=3, test=0.5).folds(data, 0)

    assert set(fold.candidates(fold.relevant(4)).tolist()) == {9}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tomorrow", "no scheme 'tomorrow'"),
        ("split", "given=X or all_but=X"),
        ("split:given=0", "at least 1"),
        ("split:given=2,all_but=1", "given=X or all_but=X"),
        ("split:given=2,test=2", "test=2"),
        ("cross:given=2,k=1", "k=1"),
        ("bootstrap:given=2,train=0", "train=0"),
        ("cross:fold=3", "cross takes"),
        ("temporal:windows=0", "windows=0"),
        ("temporal:items=some", "items='some'"),
        ("temporal:window_days=-1", "window_days=-1"),
        ("temporal:cut=5,windows=2", "window_days"),
        ("temporal:items=all,active_days=3", "active_days narrows"),
        ("leave-last:x=1", "takes nothing"),
        ("split:given=many", "wrong kind"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(text, words):
    with pytest.raises(BadParameter, match=words):
        scheme(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("split:given=12", "fewer than two users have more than 12 pairs"),
        ("cross:given=2,k=99", "only 30 users"),
        ("temporal:cut=0", "no pair before"),
        ("temporal:cut=99999999", "no pair in"),
    ],
)
def test_data_that_cannot_be_hidden_so_is_refused(text, words):
    with pytest.raises(BadParameter, match=words):
        list(scheme(text).folds(drawn_data(share=0.9), 0))


@pytest.mark.parametrize("text", ["temporal", "leave-last"])
def test_cuts_in_time_need_times(text):
    with pytest.raises(BadInteractions, match="needs times"):
        list(scheme(text).folds(interactions([0, 0], [0, 1]), 0))


def test_items_that_nobody_knows_cannot_be_listed():
    with pytest.raises(UnknownId, match="'hat'"):
        list(Temporal(items=["hat"]).folds(drawn_data(), 0))


def test_schemes_are_read_as_the_command_line_spells_them():
    assert scheme("temporal:window_days=30,windows=3") == Temporal(window_days=30, windows=3)
    assert scheme("temporal:cut=2026-10-11") == Temporal(cut="2026-10-11")
    assert scheme("split:given=15,test=.2") == Split(given=15, test=0.2)
    assert all(kind.sentence.endswith(".") for kind in EVERY)
    assert set(SCHEMES) == {"temporal", "split", "cross", "bootstrap", "leave-last"}
