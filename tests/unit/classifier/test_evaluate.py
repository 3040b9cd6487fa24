"""What is measured, what is not, and how people read it."""

import json

from classifier.cli import main
from classifier.evaluate import evaluate
from classifier.evaluate.tables import metrics_tables


def test_people_get_tables_and_reasons(trained, capsys):
    assert main(["evaluate", str(trained / "run"), str(trained / "snapshot")]) == 0

    shown = capsys.readouterr().out
    for words in ("Which dress: run on holdout", "Is it a dress", "Is it in stock", "as sure as it is right"):
        assert words in shown
    assert "they need 400 calibration photos, there are 70" in shown


def test_machines_get_one_document_without_nan(trained, capsys):
    assert main(["evaluate", str(trained / "run"), str(trained / "snapshot"), "--json"]) == 0

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    found = json.loads(capsys.readouterr().out, parse_constant=refuse)
    assert (found["warm_n"], found["cold_n"], found["warm_top3"], found["cold_top3"]) == (40, 0, 1.0, None)
    assert found["why"]["cold_*"] == "no photo of a style that nobody verified"
    assert found["auroc_far"] > 0.98
    assert found["auroc_near"] is None
    assert found["fpr95"] < 0.1
    assert 0 <= found["brier"] < 0.2
    assert 0 <= found["nll"] < 1


def test_the_confidence_of_each_photo_makes_the_reliability(trained):
    metrics = evaluate(trained / "run", trained / "snapshot")

    bins = metrics.reliability()

    assert sum(each.n for each in bins) == len(metrics.per_answer.confidence) == 70
    gap = sum(each.n * abs((each.confidence or 0) - (each.accuracy or 0)) for each in bins) / 70
    assert abs(gap - (metrics.ece or 0)) < 0.05  # fifteen bins there, ten here


def test_one_class_alone_has_reasons_and_no_numbers(trained, make_snapshot):
    dresses = make_snapshot("dresses", styles=4, others=0, splits=("train", "holdout"))

    metrics = evaluate(trained / "run", dresses)

    assert (metrics.auroc, metrics.fpr95, metrics.not_dress_recall) == (None, None, None)
    assert metrics.why["auroc, fpr95, not_dress_recall"] == "no photo that is not a dress"
    assert all(table.text() for table in metrics_tables(metrics))
