"""The table of scores that tell a dress from anything else, on pictures anybody can tell apart."""

import json

from classifier.cli import main


def test_every_score_is_measured_alone_and_combined(trained, capsys):
    assert main(["bench", "not-dress", str(trained / "snapshot"), str(trained / "run"), "--json"]) == 0

    dress, stock = json.loads(capsys.readouterr().out, parse_constant=int)["tables"]
    rows = {(row["score"], row["negatives known"]): row for row in dress["rows"]}
    assert len(rows) == len(dress["rows"]) == 13
    assert {name for name, knows in rows if knows == "noise"} == {"combined, style + energy + stock"}
    combined = rows["combined, all columns", "verified"]
    assert combined["far AUROC"] > 0.98
    assert combined["far FPR@95"] < 0.1
    low, high = map(float, combined["far interval"].split("-"))
    assert low <= combined["far AUROC"] <= high
    assert combined["near AUROC"] is None  # this snapshot has noise alone
    assert {row["not in stock"] for row in stock["rows"]} == {0}


def test_it_is_a_table_for_people(trained, capsys):
    assert main(["bench", "not-dress", str(trained / "snapshot"), str(trained / "run")]) == 0

    assert "feature head" in capsys.readouterr().out
