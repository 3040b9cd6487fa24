import hashlib
import json

import numpy as np
import pytest

from recsys.data import interactions
from recsys.models import make
from recsys.models.storing import load, save
from recsys.refusal import BadFile, NotFitted
from tests.unit.recsys.fitting import fitted, small_world, unfitted


@pytest.fixture
def stored(tmp_path):
    save(fitted("ease"), tmp_path / "model")
    return tmp_path / "model"


def test_a_model_is_an_npz_and_a_json_that_names_its_data(stored):
    facts = json.loads(stored.with_name("model.json").read_text())

    assert facts["model"] == "ease"
    assert facts["params"]["lam"] == 5
    assert facts["data_sha256"] == small_world().sha256
    with np.load(stored.with_name("model.npz"), allow_pickle=False) as arrays:
        assert "model.weights" in arrays


def test_nothing_else_is_left_behind(stored):
    assert sorted(file.name for file in stored.parent.iterdir()) == ["model.json", "model.npz"]


def test_an_unfitted_model_is_not_kept(tmp_path):
    with pytest.raises(NotFitted):
        save(unfitted("ease"), tmp_path / "model")

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["model.json", "model.npz"])
def test_a_missing_file_is_named(stored, name):
    stored.with_name(name).unlink()

    with pytest.raises(BadFile, match=f"no file .*{name}"):
        load(stored)


def test_arrays_cut_short_are_refused(stored):
    arrays = stored.with_name("model.npz")
    arrays.write_bytes(arrays.read_bytes()[:-100])

    with pytest.raises(BadFile, match=r"not the file that model.json describes"):
        load(stored)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "is not JSON"),
        ('{"format": 99}', "has format 99"),
        ("[1]", "has format 'list'"),
        ('{"format": 1, "model": "ease"}', "does not say arrays_sha256, data_sha256, params"),
    ],
)
def test_a_description_that_cannot_be_read_is_refused(stored, text, sentence):
    stored.with_name("model.json").write_text(text)

    with pytest.raises(BadFile, match=sentence):
        load(stored)


def test_other_interactions_than_those_of_the_fit_are_refused(stored):
    with pytest.raises(BadFile, match="fitted on other interactions"):
        load(stored, train=small_world(seed=1))


def test_a_model_that_knows_no_hash_of_its_data_takes_the_same_users_and_items(stored):
    save(load(stored), stored)  # without the interactions, as after a fit on Spark
    same, others = small_world(), interactions(["ann"], ["red"], [3.0])

    assert load(stored, train=same).recommend([0], N=1).items.shape == (1, 1)
    with pytest.raises(BadFile, match="fitted on other users or items"):
        load(stored, train=others)


def test_questions_about_fitted_users_need_the_interactions(stored):
    with pytest.raises(NotFitted, match="load the model with them"):
        load(stored).recommend([0])


def test_a_description_that_is_not_even_text_is_refused(stored):
    stored.with_name("model.json").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(BadFile, match="is not JSON"):
        load(stored)


def rewrite(stored, *, arrays=None, **changed):
    """Change what the two files say so that they still belong together."""
    facts = json.loads(stored.with_name("model.json").read_text())
    if arrays is not None:
        np.savez(stored.with_name("model.npz"), **arrays)
        changed["arrays_sha256"] = hashlib.sha256(stored.with_name("model.npz").read_bytes()).hexdigest()
    stored.with_name("model.json").write_text(json.dumps({**facts, **changed}))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"model": "oracle"}, "there is no model 'oracle'"),
        ({"params": {"lam": -1}}, "lam=-1: above 0"),
        ({"params": {"taste": 1}}, "no parameter 'taste'"),
    ],
)
def test_a_description_of_something_else_is_refused(stored, changed, sentence):
    rewrite(stored, **changed)

    with pytest.raises(BadFile, match=sentence):
        load(stored)


def test_an_array_that_is_missing_is_named(stored):
    rewrite(stored, arrays={"model.weights": np.zeros((2, 2))})

    with pytest.raises(BadFile, match=r"no model that this version can read: .*seen"):
        load(stored)


def test_a_pickle_among_the_arrays_is_never_opened(stored):
    rewrite(stored, arrays={"model.weights": np.array([{"a": "pickle"}], dtype=object)})

    with pytest.raises(BadFile, match="Object arrays cannot be loaded"):
        load(stored)


def test_a_save_that_fails_leaves_what_was_saved_before(stored):
    model = fitted("ease").set_params(lam=7.0).fit(small_world())
    model.fallback = np.array([object()])  # nothing that a file without pickles can hold

    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        save(model, stored)

    assert load(stored).get_params()["lam"] == 5
    assert sorted(file.name for file in stored.parent.iterdir()) == ["model.json", "model.npz"]


def test_a_crash_between_the_two_files_is_told_from_a_whole_model(stored):
    before = stored.with_name("model.json").read_text()
    save(fitted("ease").set_params(lam=7.0).fit(small_world()), stored)
    stored.with_name("model.json").write_text(before)  # the new description never came

    with pytest.raises(BadFile, match="save the model again"):
        load(stored)


def test_parameters_of_numpy_are_kept_as_numbers(tmp_path):
    model = make("als", k=np.int64(2), lam=np.float32(0.5)).fit(small_world())

    save(model, tmp_path / "v1.2")

    assert load(tmp_path / "v1.2").get_params()["k"] == 2
    assert load(tmp_path / "v1.2").get_params()["lam"] == 0.5


@pytest.mark.parametrize("names", [["007", "7", "rot è"], [-1, 7, 2**40]])
def test_ids_come_back_as_they_were(tmp_path, names):
    data = interactions(names, names)

    save(fitted("popular", data), tmp_path / "model")

    again = load(tmp_path / "model", train=data)
    assert again.users == data.users
    assert again.items.rows(names).tolist() == data.items.rows(names).tolist()
