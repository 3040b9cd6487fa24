"""recommend, explain, similar, factors, fit and models, as typed by a person."""

import numpy as np
import pytest

from recsys.cli import main
from recsys.models.registry import MODELS


def test_everybody_gets_a_list_without_what_they_had(ratings, ask):
    had = {tuple(line.split(",")[:2]) for line in ratings.read_text().splitlines()[1:]}

    found = ask("recommend", "--all", "--data", ratings, "--model", "itemknn", "--n", 3)

    assert len(found["lists"]) == 40
    for one in found["lists"]:
        assert len(one["items"]) == 3
        assert one["reason"] == "from the user's own history"
        assert not {(one["user"], entry["item"]) for entry in one["items"]} & had


def test_a_list_is_short_rather_than_filled_with_what_may_not_be_listed(ratings, tmp_path, ask):
    only = tmp_path / "only.txt"
    only.write_text("d1\nd2\nd3\n")

    found = ask("recommend", "u0", "--data", ratings, "--model", "ease", "--n", 5, "--only", only, "--again")

    [one] = found["lists"]
    assert {entry["item"] for entry in one["items"]} == {"d1", "d2", "d3"}
    assert one["short"]


def test_a_new_user_is_answered_from_what_they_had(ratings, ask):
    had = ("--had", "d0=5", "d2=5", "d1=1")

    found = ask("recommend", *had, "--data", ratings, "--model", "itemknn:above=2", "--n", 3, "--why")

    [one] = found["lists"]
    assert one["user"] is None
    assert {entry["item"] for entry in one["items"]} <= {"d4", "d6", "d8", "d10"}
    assert all(part["item"] in ("d0", "d2") for entry in one["items"] for part in entry["because"])


def test_reasons_are_refused_by_models_that_have_none(ratings, capsys):
    assert main(["recommend", "u0", "--data", str(ratings), "--model", "random", "--why"]) == 1

    assert "random does not explain" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["u99"], "user 'u99' is not among the 40 known"),
        ([], "say for whom"),
        (["--had", "d1"], "item=value"),
        (["--had", "d1=much"], "with a number"),
        (["u1", "--n", "13"], "N=13"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_exit_code_1(ratings, capsys, words, told):
    assert main(["recommend", *words, "--data", str(ratings), "--model", "popular"]) == 1

    output = capsys.readouterr()
    assert told in output.err
    assert output.err.count("\n") == 1
    assert output.out == ""


@pytest.mark.parametrize("model", ["itemknn", "biasmf:k=3", "svd:k=3"])
def test_an_explanation_sums_to_the_score(ratings, ask, model):
    found = ask("explain", "u3", "d5", "--data", ratings, "--model", model)

    assert found["base"] + sum(part["adds"] for part in found["parts"]) == pytest.approx(
        found["score"], abs=1e-5
    )
    assert found["sum"] == pytest.approx(found["score"], abs=1e-5)


def test_items_of_one_taste_are_alike(ratings, ask):
    found = ask("similar", "d0", "--data", ratings, "--model", "als:k=2", "--n", 3)

    assert {one["item"] for one in found["similar"]} <= {"d2", "d4", "d6", "d8", "d10"}


def test_users_can_be_alike_too(ratings, ask):
    found = ask("similar", "u0", "--users", "--data", ratings, "--model", "als:k=2", "--n", 4)

    assert len(found["similar"]) == 4
    assert "u0" not in {one["user"] for one in found["similar"]}


def test_a_saved_model_answers_as_it_did(ratings, tmp_path, ask):
    model = "ials:k=4"
    ask("fit", "--data", ratings, "--model", model, "--out", tmp_path / "kept" / "one")

    before = ask("recommend", "u1", "u2", "--data", ratings, "--model", model, "--n", 3)
    after = ask("recommend", "u1", "u2", "--data", ratings, "--saved", tmp_path / "kept" / "one", "--n", 3)

    assert after == before


def test_factors_are_told_by_items_and_attributes(ratings, tmp_path, ask):
    attributes = tmp_path / "attributes.csv"
    rows = [f"d{item},{'red' if item % 2 else 'blue'}" for item in range(12)]
    attributes.write_text("\n".join(["item,colour", *rows]) + "\n")
    words = ("--n", 4, "--most", 1, "--attributes", attributes)

    [factor] = ask("factors", "--data", ratings, "--model", "als:k=2", *words)["factors"]

    ends = [factor[end]["traits"][0]["attribute"] for end in ("low", "high")]
    assert sorted(ends) == ["colour: blue", "colour: red"]
    assert 0.5 < factor["share"] <= 1


def test_a_model_without_factors_says_so(ratings, capsys):
    assert main(["factors", "--data", str(ratings), "--model", "ease"]) == 1

    assert "ease has no latent factors" in capsys.readouterr().err


def test_all_models_are_listed(ask):
    found = {one["name"]: one for one in ask("models")["models"]}

    assert list(found) == list(MODELS)
    assert found["ease"]["explains"]
    assert found["ease"]["implicit"]
    assert not found["random"]["explains"]


def test_a_new_item_is_recommended_by_its_features(ratings, tmp_path, ask):
    features = tmp_path / "features.npz"
    names = np.array([f"d{item}" for item in range(12)] + ["new-even", "new-odd"])
    tastes = np.array([[1.0, 0.0] if item % 2 == 0 else [0.0, 1.0] for item in range(14)])
    np.savez(features, items=names, features=tastes)
    words = ("--data", ratings, "--model", "content:above=2", "--features", features, "--n", 14)

    [one] = ask("recommend", "--had", "d0=5", "d2=5", *words)["lists"]

    order = [entry["item"] for entry in one["items"]]
    assert order.index("new-even") < order.index("new-odd")


def test_a_model_that_looks_at_items_asks_for_features(ratings, capsys):
    assert main(["recommend", "u0", "--data", str(ratings), "--model", "content"]) == 1

    assert "give --features" in capsys.readouterr().err


def test_features_of_another_shape_are_refused(ratings, tmp_path, capsys):
    features = tmp_path / "features.npz"
    np.savez(features, items=np.array(["d0"]), vectors=np.ones((1, 2)))

    code = main(
        ["fit", "--data", str(ratings), "--model", "content", "--features", str(features), "--out", "x"]
    )

    assert code == 1
    assert "is not an npz with items" in capsys.readouterr().err
