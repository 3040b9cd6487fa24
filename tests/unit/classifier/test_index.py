"""The index offers exactly the active styles."""

import numpy as np
import pytest

from classifier.index import StyleIndex, UnknownStyle
from classifier.index.prototypes import unit
from classifier.runs import RunError

CHANCE = np.random.default_rng(1)


def shots(count: int = 2) -> np.ndarray:
    return unit(CHANCE.normal(size=(count, 8)).astype(np.float32))


@pytest.fixture
def index() -> StyleIndex:
    made = StyleIndex("v0", np.zeros(8, np.float32))
    for number in range(70):  # past the first growth
        made.add(f"S{number}", studio=shots())
    return made


def test_a_new_style_is_nearest_to_its_own_picture_at_once(index):
    picture = shots(1)

    index.add("NEW", studio=picture)

    assert index.skus[int(index.similarities(picture)[0].argmax())] == "NEW"


def test_a_retired_style_is_gone_and_the_others_stay(index):
    before = dict(zip(index.skus, index.matrix.copy(), strict=True))

    for sku in ("S0", "S40", "S69"):
        index.retire(sku)

    assert set(index.skus) == set(before) - {"S0", "S40", "S69"}
    assert "S0" not in index
    for sku, row in zip(index.skus, index.matrix, strict=True):
        assert np.array_equal(row, before[sku])


def test_retiring_an_unknown_style_is_refused(index):
    with pytest.raises(UnknownStyle):
        index.retire("S99")


def test_the_last_style_may_retire_and_another_come(index):
    for sku in index.skus:
        index.retire(sku)
    assert index.similarities(shots(3)).shape == (3, 0)

    index.add("BACK", studio=shots())

    assert index.skus == ("BACK",)


def test_adding_again_renews_the_prototype(index):
    verified = np.repeat(shots(1), 50, axis=0)

    index.add("S3", studio=shots(), verified=verified)

    assert len(index) == 70
    assert float(index.matrix[3] @ unit(verified.mean(axis=0))) > 0.9


def test_a_saved_index_is_the_same_and_can_grow(index, tmp_path):
    index.save(tmp_path / "index.safetensors")

    loaded = StyleIndex.load(tmp_path / "index.safetensors")
    loaded.add("NEW", studio=shots())

    assert (loaded.version, loaded.prior, loaded.skus[:-1]) == ("v0", 6.0, index.skus)
    assert np.array_equal(loaded.matrix[:-1], index.matrix)


def test_half_an_index_is_refused(index, tmp_path):
    path = tmp_path / "index.safetensors"
    index.save(path)
    path.write_bytes(path.read_bytes()[:500])

    with pytest.raises(RunError, match="damaged"):
        StyleIndex.load(path)
