"""Every way of searching finds what a plain loop finds; those that may miss say how much."""

import numpy as np
import pytest
import torch

from classifier import refusal
from classifier.index.prototypes import unit
from classifier.index.search import SEARCHES, UnknownSearch, best, make_search
from classifier.refusal import MissingExtra

EXACT = ("exact", "fp32", "faiss")
DIM = 24


def vectors(count: int, seed: int) -> np.ndarray:
    """Directions of which a few carry most, as embeddings have them."""
    drawn = np.random.default_rng(seed).normal(size=(count, DIM)) * np.arange(1, DIM + 1) ** -0.5
    return unit(drawn.astype(np.float32))


@pytest.fixture(scope="module")
def matrix() -> np.ndarray:
    made = vectors(4200, 1)
    made[70] = made[7]  # the same style twice: a tie
    return made


@pytest.fixture(scope="module")
def queries(matrix) -> np.ndarray:
    return unit(np.concatenate([matrix[5:45] + 0.3 * vectors(40, 2), matrix[7:8], vectors(30, 3)]))


def plain(matrix: np.ndarray, queries: np.ndarray, k: int) -> list[list[int]]:
    """The rows that a loop over everything finds."""
    found = []
    for query in queries:
        similarities = [float(np.dot(query.astype(np.float64), row)) for row in matrix]
        found.append(sorted(range(len(matrix)), key=lambda row: (-similarities[row], row))[:k])
    return found


@pytest.mark.parametrize("name", EXACT)
def test_exact_searches_find_what_a_loop_finds(name, matrix, queries):
    similarities, rows = make_search(name, matrix).nearest(queries, 5)

    assert rows.tolist() == plain(matrix, queries, 5)
    assert rows[40, :2].tolist() == [7, 70]
    assert np.allclose(similarities, np.einsum("nd,nkd->nk", queries, matrix[rows]), atol=1e-6)


@pytest.mark.parametrize(("name", "recall"), [("bf16", 1.0), ("faiss-ivf", 0.9), ("usearch", 0.95)])
def test_searches_that_may_miss_find_nearly_everything(name, recall, matrix, queries):
    similarities, rows = make_search(name, matrix).nearest(queries, 5)

    truth = plain(matrix, queries, 5)
    shared = [len(set(mine) & set(theirs)) / 5 for mine, theirs in zip(rows.tolist(), truth, strict=True)]
    assert np.mean(shared) >= recall
    assert np.all(np.diff(similarities, axis=1) <= 0)
    assert np.allclose(similarities, np.einsum("nd,nkd->nk", queries, matrix[rows]), atol=1e-6)


@pytest.mark.parametrize("name", SEARCHES)
@pytest.mark.parametrize("rows", [0, 1, 2, 65])
def test_few_rows_give_few_columns(name, rows):
    search = make_search(name, vectors(rows, 4))

    assert search.nearest(vectors(3, 5), 4)[1].shape == (3, min(4, rows))
    assert search.nearest(vectors(0, 5), 4)[0].shape == (0, min(4, rows))
    assert search.nearest(vectors(3, 5), 0)[0].shape == (3, 0)


@pytest.mark.parametrize("name", SEARCHES)
def test_one_query_gets_the_answer_it_gets_among_others(name, matrix, queries):
    search = make_search(name, matrix)

    together, alone = search.nearest(queries, 3)[1], search.nearest(queries[9:10], 3)[1]

    assert together[[9]].tolist() == alone.tolist()


def test_ties_go_to_the_first_row_as_in_a_stable_sort():
    similarities = torch.tensor([[0.5, 0.1, 0.5, 0.9, 0.5, 0.5], [0.2] * 6])

    found, columns = best(similarities, 3)

    assert columns.tolist() == [[3, 0, 2], [0, 1, 2]]
    assert found.tolist()[0] == pytest.approx([0.9, 0.5, 0.5])


def test_a_search_nobody_knows_is_refused(matrix):
    with pytest.raises(UnknownSearch, match=r"magic.*faiss"):
        make_search("magic", matrix)


@pytest.mark.parametrize(("name", "package"), [("faiss", "faiss-cpu"), ("usearch", "usearch")])
def test_a_missing_package_is_named(name, package, matrix, monkeypatch):
    monkeypatch.setattr(refusal, "find_spec", lambda module: None)

    with pytest.raises(MissingExtra, match=f"pip install {package}"):
        make_search(name, matrix)


def test_faiss_usearch_and_torch_take_turns_with_many_threads_in_one_process(matrix, queries):
    torch.set_num_threads(2)
    searches = {name: make_search(name, matrix) for name in SEARCHES}

    for _ in range(3):
        found = {name: search.nearest(queries, 3)[1] for name, search in searches.items()}
        torch.nn.functional.conv2d(torch.randn(4, 3, 32, 32), torch.randn(16, 3, 3, 3))

    assert found["faiss"].tolist() == found["exact"].tolist() == found["bf16"].tolist()
