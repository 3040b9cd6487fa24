"""Our models give the answers of the originals, and a folder that says otherwise is caught."""

import csv
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from recsys.cli import main
from recsys.parity import compare
from recsys.parity.folder import read
from tests.unit.recsys.parity.writing import write_folder

CHECKOUT = Path(__file__).parents[4]
OURS = CHECKOUT / "tests" / "fixtures" / "parity"
ELSEWHERE = Path(os.environ.get("TRUTHER_PARITY_DIR") or CHECKOUT.parent / "shared" / "data" / "parity")
FOLDERS = [folder for folder in (OURS, ELSEWHERE) if (folder / "metrics.json").is_file()]
METHODS = {"POPULAR", "UBCF", "UBCF_2014", "UBCF_2014_newproxy", "IBCF", "SVDF", "ALS", "RSVD", "RSVD_SPLIT"}


@pytest.fixture
def folder(tmp_path):
    """A copy of our own folder that a test may spoil."""
    return shutil.copytree(OURS, tmp_path / "parity")


@pytest.mark.parametrize("directory", FOLDERS, ids=lambda path: "ours" if path == OURS else "elsewhere")
def test_every_answer_of_every_method_is_within_tolerance(directory):
    found = compare(directory)

    assert [(one.method, one.what, one.largest) for one in found.differences if not one.within] == []
    assert {one.method.split()[0] for one in found.differences} >= METHODS
    kinds = {
        "ratings",
        "lists",
        "metrics",
        "leave-one-out",
        "cost",
        "neighbours",
        "popularity",
        "fit of train",
    }
    assert kinds <= {one.what for one in found.differences}


def test_the_committed_answers_are_those_of_the_reference(tmp_path):
    write_folder(tmp_path)

    for path in sorted(tmp_path.rglob("*.csv")):
        again, committed = (_rows(one) for one in (path, OURS / path.relative_to(tmp_path)))
        assert [len(row) for row in again] == [len(row) for row in committed]
        for new, old in zip(again, committed, strict=True):
            assert [_number(cell) for cell in new] == pytest.approx(
                [_number(cell) for cell in old], abs=1e-9, nan_ok=True
            )


def test_the_fixture_has_a_dress_nobody_rated_and_a_user_who_rates_all_alike():
    ours = read(OURS)

    assert (np.diff(ours.train.csc.indptr) == 0).sum() == 1
    assert any(len(set(row.data)) == 1 for row in (ours.train.csr[[user]] for user in range(19)))
    assert (np.diff(ours.known.indptr) == 6).all()


def _rows(path):
    """The rows of a CSV file, its header first."""
    return list(csv.reader(path.read_text().splitlines()))


def _number(cell):
    """A cell to compare: NaN for NA, and words by what they say."""
    try:
        return float("nan") if cell == "NA" else float(cell)
    except ValueError:
        return float(int.from_bytes(cell.encode(), "big") % 2**31)


def _edit(path, row, column, change):
    """Change one cell of a CSV file."""
    rows = _rows(path)
    place = rows[0].index(column)
    rows[row][place] = change(rows[row][place])
    path.write_text("\n".join(",".join(cells) for cells in rows) + "\n")


def _far(capsys):
    """(method, what) of each difference beyond tolerance that was printed as JSON."""
    found = json.loads(capsys.readouterr().out)["differences"]
    return {(one["method"], one["what"]) for one in found if not one["within"]}


@pytest.mark.parametrize("method", sorted(METHODS | {"SVD_k3", "SVD_k5"}))
def test_one_digit_beyond_the_tolerance_makes_exit_code_1(folder, capsys, method):
    answers = folder / "expected" / method / "ratings.csv"
    header, *rows = _rows(answers)
    part, said = header.index("part"), header.index("prediction")
    # One that nobody knows: metrics do not hang on it.
    at = next(n for n, row in enumerate(rows) if row[part] == "unrated" and row[said] != "NA")
    _edit(answers, at + 1, "prediction", lambda cell: repr(float(cell) + 2e-5))

    assert main(["parity", str(folder), "--methods", method, "--json"]) == 1

    far = _far(capsys)
    assert {what for _, what in far} == {"ratings"}
    assert {label.split()[0] for label, _ in far} == {method}


def test_an_answer_where_there_should_be_none_is_infinitely_far(folder, capsys):
    _edit(folder / "expected" / "POPULAR" / "ratings.csv", 3, "prediction", lambda cell: "3.0")

    assert main(["parity", str(folder), "--methods", "POPULAR", "--json"]) == 1

    differences = json.loads(capsys.readouterr().out)["differences"]
    assert next(one for one in differences if one["what"] == "ratings")["largest"] is None


def test_two_dresses_of_a_list_swapped_make_exit_code_1(folder, capsys):
    lists = folder / "expected" / "SVD_k3" / "topn.csv"
    rows = lists.read_text().splitlines()
    one, other = (row.split(",") for row in rows[1:3])
    rows[1], rows[2] = ",".join(one[:2] + other[2:]), ",".join(other[:2] + one[2:])
    lists.write_text("\n".join(rows) + "\n")

    assert main(["parity", str(folder), "--methods", "SVD_k3", "--json"]) == 1

    assert ("SVD_k3", "lists") in _far(capsys)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda said: said["methods"]["ALS"]["topn"]["3"]["overall"].update(precision=0.9), "metrics"),
        (lambda said: said["methods"]["ALS"]["ratings"]["overall"].update(RMSE=0.9), "metrics"),
    ],
)
def test_a_metric_that_does_not_follow_from_the_answers_makes_exit_code_1(folder, capsys, change, what):
    said = json.loads((folder / "metrics.json").read_text())
    change(said)
    (folder / "metrics.json").write_text(json.dumps(said))

    assert main(["parity", str(folder), "--methods", "ALS", "--json"]) == 1

    assert ("ALS", what) in _far(capsys)


def test_another_hidden_dress_found_makes_exit_code_1(folder, capsys):
    said = json.loads((folder / "metrics.json").read_text())
    said["leave_one_out"]["POPULAR"]["HR"] += 0.2
    (folder / "metrics.json").write_text(json.dumps(said))

    assert main(["parity", str(folder), "--methods", "POPULAR", "--json"]) == 1

    assert _far(capsys) == {("POPULAR", "leave-one-out")}


def test_a_cost_above_the_least_makes_exit_code_1(folder, capsys):
    said = json.loads((folder / "metrics.json").read_text())
    said["rsvd"]["RSVD_SPLIT"]["best_J"] *= 1 + 1e-7
    (folder / "metrics.json").write_text(json.dumps(said))

    assert main(["parity", str(folder), "--methods", "RSVD_SPLIT", "--json"]) == 1

    assert {what for _, what in _far(capsys)} == {"cost"}


@pytest.mark.parametrize(
    "file", ["ratings.csv", "metrics.json", "expected/UBCF/ratings.csv", "expected/UBCF/topn.csv"]
)
def test_a_missing_file_is_named(folder, capsys, file):
    (folder / file).unlink()

    assert main(["parity", str(folder), "--methods", "UBCF"]) == 1

    assert file in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("ratings.csv", "rating"),
        ("expected/SVDF/ratings.csv", "prediction"),
        ("expected/SVDF/topn.csv", "score"),
    ],
)
def test_a_wrong_column_is_named(folder, capsys, file, column):
    path = folder / file
    path.write_text(path.read_text().replace(column, "marks", 1))

    assert main(["parity", str(folder), "--methods", "SVDF"]) == 1

    told = capsys.readouterr().err
    assert f"has no column '{column}'" in told
    assert file in told


def test_a_part_that_is_none_of_the_three_is_named(folder, capsys):
    path = folder / "ratings.csv"
    path.write_text(path.read_text().replace("unknown", "hidden", 1))

    assert main(["parity", str(folder)]) == 1

    assert "the part 'hidden'" in capsys.readouterr().err
