"""parity, as typed by a person: exit 0 within tolerance, 1 beyond, with every difference in a table."""

import json

import pytest

from recsys.cli import main

RATINGS = """user,item,rating,part
0,0,5,train
0,1,3,train
0,2,1,train
1,0,4,train
1,2,2,train
2,0,4,known
2,1,5,unknown
2,2,2,unknown
"""
# By hand: centred on users' means, items have the means 1.5, 0, -1.5 and the sums 3, 0, -3; the user's is 4.
PREDICTED = """user,item,prediction,fitted
2,0,NA,5.5
2,1,4,4
2,2,2.5,2.5
"""
LISTS = """user,rank,item,score
2,1,1,4
2,2,2,2.5
"""


@pytest.fixture
def folder(tmp_path):
    """Three users, three items, and what POPULAR says of the last user, worked out by hand."""
    answers = tmp_path / "expected" / "POPULAR"
    answers.mkdir(parents=True)
    (tmp_path / "ratings.csv").write_text(RATINGS)
    (answers / "ratings.csv").write_text(PREDICTED)
    (answers / "topn.csv").write_text(LISTS)
    said = {
        "ratings": {"overall": {"MAE": 0.75, "coverage": 1.0}, "by_user": {"2": {"MSE": 0.625}}},
        "topn": {"2": {"overall": {"precision": 0.5, "recall": 1.0, "TN": 0}, "by_user": {}}},
    }
    metrics = {"good_rating": 4, "n_items": 3, "test_users": [2, 2], "methods": {"POPULAR": said}}
    (tmp_path / "metrics.json").write_text(json.dumps(metrics))
    return tmp_path


def test_answers_that_agree_are_within_tolerance(folder, capsys):
    assert main(["parity", str(folder)]) == 0

    told = capsys.readouterr().out
    assert "All answers are within tolerance." in told
    assert {"ratings", "fitted", "lists", "metrics"} <= set(told.split())


def test_one_answer_that_is_far_makes_exit_code_1(folder, capsys):
    answers = folder / "expected" / "POPULAR" / "ratings.csv"
    answers.write_text(PREDICTED.replace("2,1,4,4", "2,1,4,4.001"))

    assert main(["parity", str(folder), "--json"]) == 1

    document = json.loads(capsys.readouterr().out)
    far = {one["what"]: one["largest"] for one in document["differences"] if not one["within"]}
    assert far == {"fitted": pytest.approx(0.001)}
    assert not document["within"]


def test_a_method_that_the_folder_lacks_is_refused(folder, capsys):
    assert main(["parity", str(folder), "--methods", "UBCF"]) == 1

    assert "it has POPULAR" in capsys.readouterr().err
