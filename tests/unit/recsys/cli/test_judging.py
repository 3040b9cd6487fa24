"""evaluate, tune and report, as typed by a person."""

import json
import shlex

from recsys.cli import main

SPLIT = ("--scheme", "split", "--given", "4", "--test", "0.5", "--good", "4", "--n", "1,3,5")


def test_an_evaluation_is_kept_drawn_and_told(ratings, tmp_path, capsys):
    out, plots, page = tmp_path / "kept" / "out.json", tmp_path / "plots", tmp_path / "page.html"
    models = ("--models", "popular", "itemknn:nearest=5")
    kept = ("--json", str(out), "--plots", str(plots), "--report", str(page))

    code = main(["evaluate", "--data", str(ratings), *models, *SPLIT, *kept])

    assert code == 0
    document = json.loads(out.read_text())
    assert [model["spec"] for model in document["models"]] == ["popular", "itemknn:nearest=5"]
    assert document["scheme"]["params"]["given"] == 4
    assert document["ns"] == [1, 3, 5]
    assert {path.name for path in plots.iterdir()} == {
        "roc.svg",
        "precision-recall.svg",
        "hits.svg",
        "quality-time.svg",
    }
    assert page.read_text().startswith("<!doctype html>")
    assert "Lists from the full catalogue" in capsys.readouterr().out


def test_the_command_that_a_result_names_gives_the_same_result(ratings, ask, monkeypatch):
    first = ask("evaluate", "--data", ratings, "--models", "random", "popular", *SPLIT, "--seed", 3)
    monkeypatch.chdir(ratings.parent)

    again = ask(*shlex.split(first["command"])[3:])

    assert again["data"] == first["data"]
    assert [model["at"] for model in again["models"]] == [model["at"] for model in first["models"]]
    assert again["command"] == first["command"]


def test_options_say_the_parameters_of_a_scheme(ratings, ask):
    words = ("evaluate", "--data", ratings, "--models", "random", "--n", "3", "--scheme")

    cross = ask(*words, "cross", "--given", 2, "--folds", 3)["scheme"]
    late = ask(*words, "leave-last-out")

    assert cross["params"] == {"given": 2, "all_but": None, "k": 3}
    assert late["scheme"]["name"] == "leave-last"
    assert "later pairs" in late["warnings"][0]


def test_warnings_stand_with_the_tables(ratings, capsys):
    main(["evaluate", "--data", str(ratings), "--models", "random", "--n", "3", "--scheme", "leave-last"])

    assert "Warning: leave-last hides" in capsys.readouterr().out


def test_an_option_of_another_scheme_is_refused(ratings, capsys):
    code = main(["evaluate", "--data", str(ratings), "--models", "random", "--given", "3"])

    assert code == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "'given=3'" in told
    assert "temporal takes" in told


def test_lengths_of_lists_are_whole_numbers(ratings, capsys):
    assert main(["evaluate", "--data", str(ratings), "--models", "random", "--n", "1,x"]) == 1

    assert "whole numbers with commas" in capsys.readouterr().err


def test_tuning_names_the_best_candidate(ratings, ask):
    words = ("tune", "--data", ratings, "--model", "itemknn", "--grid", "nearest=1,5", "shrinkage=0,10")

    found = ask(*words, *SPLIT[:6], "--metric", "ndcg@3", "--rungs", 2)

    assert found["spec"].startswith("itemknn:nearest=")
    assert len(found["rungs"]) == 2
    assert len(found["rungs"][0]["entries"]) == 4


def test_a_grid_without_values_is_refused(ratings, capsys):
    assert main(["tune", "--data", str(ratings), "--model", "ease", "--grid", "lam"]) == 1

    assert "a parameter and its values" in capsys.readouterr().err


def test_a_report_needs_the_result_of_an_evaluation(tmp_path, capsys):
    other = tmp_path / "other.json"
    other.write_text('{"format": 1}')

    assert main(["report", str(other)]) == 1
    assert main(["report", str(tmp_path / "none.json")]) == 1

    wrong, none = capsys.readouterr().err.splitlines()
    assert "not the result of an evaluation" in wrong
    assert "there is no file" in none
