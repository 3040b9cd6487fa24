"""The index offers exactly the active styles."""

import numpy as np
import pytest
import torch

from classifier.checkpoint import read_tensors, write_tensors
from classifier.index import StyleIndex, UnknownStyle, count_styles
from classifier.index.exemplars import KEPT
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

    assert (loaded.version, loaded.prior, len(loaded)) == ("v0", 6.0, 71)
    for sku, row in zip(index.skus, index.matrix, strict=True):
        assert np.array_equal(loaded.prototype(sku), row)


def test_half_an_index_is_refused(index, tmp_path):
    path = tmp_path / "index.safetensors"
    index.save(path)
    path.write_bytes(path.read_bytes()[:500])

    with pytest.raises(RunError, match="damaged"):
        StyleIndex.load(path)


def pictures(sku: str, studio: int, verified: int) -> dict:
    """What add() takes for one style, always the same for the same sku."""
    chance = np.random.default_rng(sum(map(ord, sku)))
    made = [unit(chance.normal(size=(count, 8)).astype(np.float32)) for count in (studio, verified)]
    return {
        "studio": made[0],
        "verified": made[1],
        "studio_names": [f"{sku}-shot-{number}" for number in range(studio)],
        "verified_names": [f"{sku}-photo-{number}" for number in range(verified)],
    }


def test_verified_photos_are_counted_and_each_picture_kept_by_name():
    index = StyleIndex("v0", np.zeros(8, np.float32))
    index.add("A", **pictures("A", 2, 3))
    index.add("B", **pictures("B", 1, 0))

    similarities, rows = index.exemplars.nearest(pictures("A", 2, 3)["verified"][1:2], k=2)

    assert index.counts.tolist() == [3, 0]
    assert index.exemplars.names[rows[0, 0]] == "A-photo-1"
    assert (index.exemplars.skus[rows[0, 0]], index.exemplars.kinds[rows[0, 0]]) == ("A", "verified")
    assert similarities[0, 0] == pytest.approx(1, abs=1e-3)
    assert similarities[0, 0] > similarities[0, 1]


def test_the_nearest_of_few_pictures_are_few():
    index = StyleIndex("v0", np.zeros(8, np.float32))
    assert index.exemplars.nearest(shots(3), 5)[0].shape == (3, 0)

    index.add("A", studio=shots(2))

    assert index.exemplars.nearest(shots(3), 5)[1].shape == (3, 2)
    assert index.exemplars.nearest(shots(0), 5)[1].shape == (0, 2)


def test_a_style_that_everybody_wears_keeps_its_last_photos_and_its_whole_count():
    index = StyleIndex("v0", np.zeros(8, np.float32))

    index.add("A", **pictures("A", 1, KEPT + 9))

    assert index.counts.tolist() == [KEPT + 9]
    assert index.exemplars.names[index.exemplars.of("A", "verified")[0]] == "A-photo-9"
    assert len(index.exemplars) == KEPT + 1


def test_names_that_do_not_match_are_refused():
    index = StyleIndex("v0", np.zeros(8, np.float32))

    with pytest.raises(ValueError, match="1 names for 2 studio"):
        index.add("A", studio=shots(2), studio_names=["one"])


def test_styles_that_came_and_went_leave_the_same_file_as_a_rebuilt_index(tmp_path):
    changed, rebuilt = (StyleIndex("v0", np.full(8, 0.1, np.float32)) for _ in range(2))
    for number in range(40):
        changed.add(f"S{number}", **pictures(f"S{number}", 2, number % 5))
    for number in range(0, 40, 3):
        changed.retire(f"S{number}")
    changed.add("S6", **pictures("S6", 2, 9))  # comes back, better known
    changed.add("S7", **pictures("S7", 1, 0))  # is renewed, less known
    left = {sku: (2, int(sku[1:]) % 5) for sku in changed.skus} | {"S6": (2, 9), "S7": (1, 0)}
    for sku, (studio, verified) in sorted(left.items(), reverse=True):
        rebuilt.add(sku, **pictures(sku, studio, verified))

    for name, index in {"changed": changed, "rebuilt": rebuilt}.items():
        index.save(tmp_path / name)
        StyleIndex.load(tmp_path / name).save(tmp_path / f"{name}-again")

    files = [read_tensors(path) for path in tmp_path.iterdir()]
    for file in files[1:]:
        assert file.notes == files[0].notes
        assert all(torch.equal(file.tensors[name], each) for name, each in files[0].tensors.items())
    assert count_styles(tmp_path / "changed") == len(left)


def test_an_empty_index_is_empty_again(tmp_path):
    StyleIndex("v0", np.zeros(16, np.float32)).save(tmp_path / "index")

    loaded = StyleIndex.load(tmp_path / "index")

    assert (len(loaded), len(loaded.exemplars)) == (0, 0)


def test_a_loaded_index_finds_the_same_pictures(tmp_path):
    index = StyleIndex("v0", np.zeros(8, np.float32))
    for sku in "CAB":
        index.add(sku, **pictures(sku, 2, 4))
    index.save(tmp_path / "index")
    asked = shots(5)

    loaded = StyleIndex.load(tmp_path / "index")
    found = {
        each: [each.exemplars.names[row] for row in each.exemplars.nearest(asked, 4)[1].flatten().tolist()]
        for each in (index, loaded)
    }

    assert found[index] == found[loaded]
    assert np.allclose(index.exemplars.nearest(asked, 4)[0], loaded.exemplars.nearest(asked, 4)[0], atol=1e-6)


def test_an_index_of_an_older_release_is_read_without_pictures(index, tmp_path):
    index.save(tmp_path / "new")
    new = read_tensors(tmp_path / "new")
    notes = {name: new.notes[name] for name in ("version", "prior", "skus")}
    tensors = {name: new.tensors[name] for name in ("matrix", "shift")}
    write_tensors(tmp_path / "old", tensors, {**notes, "format": "deepdress-index/1"})

    old = StyleIndex.load(tmp_path / "old")

    assert np.array_equal(old.prototype("S3"), index.prototype("S3"))
    assert (old.counts.sum(), len(old.exemplars)) == (0, 0)
