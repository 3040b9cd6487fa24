"""The command line as a process, its tables, and its columns of other names."""

import subprocess
import sys

import pytest

from recsys.cli import main


def test_it_runs_as_a_module_and_refuses_in_one_line(tmp_path):
    words = ["recommend", "ann", "--data", str(tmp_path / "none.csv"), "--model", "ease"]

    done = subprocess.run(
        [sys.executable, "-m", "recsys", *words], capture_output=True, text=True, check=False, timeout=120
    )

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == f"BadFile: there is no file {tmp_path / 'none.csv'}\n"


def test_a_table_is_what_people_read(tmp_path, capsys):
    data = tmp_path / "rentals.tsv"
    data.write_text("who\tdress\nann\tred\nann\tblue\nben\tred\nben\tgreen\ncem\tblue\n")
    columns = ["--user", "who", "--item", "dress", "--value", "none", "--time", "none"]

    assert main(["recommend", "cem", "--data", str(data), *columns, "--model", "popular", "--n", "1"]) == 0

    assert capsys.readouterr().out == (
        "Recommended by popular\n"
        "user  rank  item   score  reason\n"
        "cem      1  red   2.0000  from the user's own history\n"
    )  # fmt: skip


def test_a_column_that_is_missing_is_named_with_those_there(ratings, capsys):
    assert main(["fit", "--data", str(ratings), "--user", "who", "--model", "ease", "--out", "x"]) == 1

    assert "there is no column 'who'; the columns are user, item, value, time" in capsys.readouterr().err


def test_pairs_that_come_twice_are_refused_until_told_what_to_do(tmp_path, capsys, ask):
    data = tmp_path / "twice.csv"
    data.write_text("user,item\nann,red\nann,red\nben,red\nben,blue\n")

    assert main(["recommend", "ann", "--data", str(data), "--model", "popular", "--n", "1"]) == 1
    assert "rows 0 and 1 are the same pair" in capsys.readouterr().err

    found = ask("recommend", "ann", "--data", data, "--model", "popular", "--n", 1, "--duplicates", "last")
    assert [entry["item"] for entry in found["lists"][0]["items"]] == ["blue"]


def test_threads_below_one_are_refused(capsys):
    assert main(["models", "--threads", "0"]) == 1

    assert "threads=0: at least 1" in capsys.readouterr().err


def test_a_folder_without_answers_is_refused(tmp_path, capsys):
    assert main(["parity", str(tmp_path)]) == 1

    assert capsys.readouterr().err.startswith("BadFile: ")


def test_an_unknown_command_is_told_by_the_parser(capsys):
    with pytest.raises(SystemExit):
        main(["guess"])

    assert "invalid choice: 'guess'" in capsys.readouterr().err
