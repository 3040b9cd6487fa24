import json

import numpy as np
import pytest

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


@pytest.mark.parametrize(("text", "sentence"), [("{", "is not JSON"), ('{"format": 99}', "has format 99")])
def test_a_description_that_cannot_be_read_is_refused(stored, text, sentence):
    stored.with_name("model.json").write_text(text)

    with pytest.raises(BadFile, match=sentence):
        load(stored)


def test_other_interactions_than_those_of_the_fit_are_refused(stored):
    with pytest.raises(BadFile, match="fitted on other interactions"):
        load(stored, train=small_world(seed=1))


def test_questions_about_fitted_users_need_the_interactions(stored):
    with pytest.raises(NotFitted, match="load the model with them"):
        load(stored).recommend([0])
