"""bench, as typed by a person."""

import pytest

from recsys.cli import main


def test_cold_items_are_ranked_by_every_way_and_by_the_truth(ask):
    [table] = ask("bench", "cold", "--seeds", 1)["tables"]

    means = {row["model"]: row["auc"] for row in table["rows"]}
    assert means["truth"] == max(means.values())
    assert {"visual", "content", "popular", "random"} <= means.keys()


@pytest.mark.parametrize(
    ("words", "told"),
    [(["--seeds", "0"], "--seeds 0: at least 1"), (["--data", "a.csv"], "needs both --data and --features")],
)
def test_half_a_question_is_refused(capsys, words, told):
    assert main(["bench", "cold", *words]) == 1

    assert told in capsys.readouterr().err
