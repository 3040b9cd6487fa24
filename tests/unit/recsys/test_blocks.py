from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import random_array

from recsys.blocks import TILE, Block, Lists, blocks, cut, joined, recommend_all, recommend_block
from recsys.data import Interactions, interactions
from recsys.models import MODELS, Reason, make
from recsys.models.storing import load, save
from recsys.refusal import BadFile, BadParameter

USERS, ITEMS = 2 * TILE + 61, 37
TASTES = [name for name in ("popular", "itemknn", "svd", "rsvd-split", "ials", "ease") if name in MODELS]


def some_interactions(seed: int = 0) -> Interactions:
    random = np.random.default_rng(seed)
    cells = random_array((USERS, ITEMS), density=0.15, rng=random, data_sampler=lambda size: np.ones(size))
    users, columns = cells.tocoo().coords
    values = random.integers(1, 6, len(users))
    names = [f"user{row:04}" for row in users]
    everyone = [f"user{row:04}" for row in range(USERS)]
    return interactions(names, columns, values, users=everyone, items=range(ITEMS))


DATA = some_interactions()


def same(one: Lists, other: Lists) -> bool:
    return (
        one.users.tolist() == other.users.tolist()
        and one.ranked.items.tobytes() == other.ranked.items.tobytes()
        and one.ranked.scores.tobytes() == other.ranked.scores.tobytes()
        and one.ranked.reasons == other.ranked.reasons
    )


@given(count=st.integers(0, 1000), rows=st.integers(1, 300))
def test_blocks_cover_every_user_once_and_in_order(count, rows):
    cuts = blocks(count, rows)

    assert [row for start, stop in cuts for row in range(start, stop)] == list(range(count))
    assert all(0 < stop - start <= rows for start, stop in cuts)


@pytest.mark.parametrize("name", TASTES)
def test_a_model_answers_the_same_bits_however_users_are_cut_into_blocks(name):
    model = make(name).fit(DATA)
    whole = recommend_all(model, DATA)

    for rows in (7, 100, TILE, TILE + 1, USERS):
        parts = [recommend_block(model, cut(DATA, start, stop)) for start, stop in blocks(USERS, rows)]
        assert same(joined(parts[::-1]), whole), rows


@settings(max_examples=20, deadline=None)
@given(edges=st.lists(st.integers(1, USERS - 1), max_size=4, unique=True))
def test_blocks_of_any_sizes_make_one_run(edges):
    places = [0, *sorted(edges), USERS]
    parts = [recommend_block(EASE, cut(DATA, a, b), 5) for a, b in pairwise(places)]

    assert same(joined(parts), recommend_all(EASE, DATA, 5))


EASE = make("ease").fit(DATA)


def test_lists_of_blocks_are_those_of_recommend():
    ranked = EASE.recommend(None, DATA.csr)
    lists = recommend_all(EASE, DATA)

    assert np.array_equal(lists.ranked.items, ranked.items)
    assert np.allclose(lists.ranked.scores, ranked.scores, rtol=1e-5, atol=1e-6, equal_nan=True)
    assert lists.ranked.reasons == ranked.reasons


def test_a_block_handed_over_in_files_gives_the_same_bits(tmp_path):
    save(EASE, tmp_path / "ease")
    cut(DATA, 100, 400).save(tmp_path / "block.npz")

    answered = recommend_block(load(tmp_path / "ease"), Block.load(tmp_path / "block.npz"))
    answered.save(tmp_path / "lists.npz")

    assert same(Lists.load(tmp_path / "lists.npz"), recommend_block(EASE, cut(DATA, 100, 400)))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "block.npz",
        "ease.json",
        "ease.npz",
        "lists.npz",
    ]


def test_masks_count_in_every_block():
    available = [1, 2, 3, 5, 8, 13, 21, 34]

    lists = recommend_all(EASE, DATA, 5, items=available, exclude=[13])

    assert set(np.unique(lists.ranked.items)) <= {-1, 1, 2, 3, 5, 8, 21, 34}


def test_cells_excluded_for_single_users_go_with_their_rows():
    block = cut(DATA, 50, TILE + 50)
    first = recommend_block(EASE, block, 3)
    refused = block.histories.copy()
    rows = np.repeat(np.arange(len(block.users)), 3)
    refused = type(refused)((np.ones(rows.size), (rows, first.ranked.items.ravel())), shape=refused.shape)

    second = recommend_block(EASE, block, 3, exclude=refused)

    for before, after in zip(first.ranked.items, second.ranked.items, strict=True):
        assert not set(before) & set(after)


def test_a_user_with_nothing_gets_what_is_popular_and_the_list_says_so():
    nobody = DATA.keep(DATA.user_rows != 3)

    [(user, pairs, reason)] = recommend_block(EASE, cut(nobody, 3, 4), 4).named(DATA.items)

    assert (user, reason, len(pairs)) == ("user0003", Reason.POPULAR, 4)
    assert pairs[0][0] == int(np.argmax(EASE.fallback))


def test_a_missing_block_is_named():
    parts = [recommend_block(EASE, cut(DATA, a, b)) for a, b in ((0, 10), (20, 30))]

    with pytest.raises(BadParameter, match="ends before row 10, the next begins at 20"):
        joined(parts)


@pytest.mark.parametrize(("count", "rows"), [(3, 0), (-1, 5)])
def test_blocks_without_rows_are_refused(count, rows):
    with pytest.raises(BadParameter, match=f"{count} users in blocks of {rows}"):
        blocks(count, rows)


def test_a_file_that_is_no_block_is_refused(tmp_path):
    (tmp_path / "block.npz").write_text("not a block")

    with pytest.raises(BadFile, match=r"block.npz is not a block's file"):
        Block.load(tmp_path / "block.npz")
    with pytest.raises(BadFile, match="there is no file"):
        Lists.load(tmp_path / "lists.npz")
