"""Findings claim what the numbers say, and no more."""

from recsys.report.findings import findings, verdict
from tests.unit.recsys.results import compared, model, result, value


def told(*models, tests=()):
    return " ".join(findings(result(*models, tests=tests)))


def test_a_winner_needs_an_interval_without_zero_and_a_small_p():
    sure = compared("ease", "popular", 0.05, 0.15, 0.01)
    zero_inside = compared("ease", "popular", -0.01, 0.15, 0.01)
    large_p = compared("ease", "popular", 0.01, 0.15, 0.2)

    assert verdict(sure) == "better"
    assert verdict(zero_inside) == verdict(large_p) == "undecided"
    models = (model("popular", 0.3), model("ease", 0.4))
    assert "It wins: the next, popular, has 0.3000" in told(*models, tests=(sure,))
    for unsure in (zero_inside, large_p):
        text = told(*models, tests=(unsure,))
        assert "not enough to call it the winner" in text
        assert "Not told apart from popular: ease (+0." in text


def test_the_baseline_can_win_too():
    text = told(
        model("popular", 0.4), model("ease", 0.3), tests=(compared("ease", "popular", -0.15, -0.05, 0.01),)
    )

    assert "It wins: the next, ease" in text
    assert "Worse than popular: ease (-0.100)." in text


def test_what_was_not_tested_is_not_claimed():
    tests = (compared("ease", "popular", 0.1, 0.2, 0.01), compared("ials", "popular", 0.1, 0.2, 0.01))

    text = told(model("popular", 0.3), model("ease", 0.45), model("ials", 0.44), tests=tests)

    assert "Largest NDCG@10: ease" in text
    assert "Whether the two differ was not tested" in text
    assert "wins" not in text
    assert "Better than popular in NDCG@10, user by user: ease (+0.150) and ials (+0.150)." in text


def test_rmse_is_told_with_what_it_covers():
    text = told(
        model("popular", 0.4), model("biasmf", 0.1, rmse=0.94), model("ibcf", 0.1, rmse=1.2, coverage=0.02)
    )

    assert "Smallest RMSE: biasmf with 0.9400 (0.9200 to 0.9600), over 100.0% of the hidden pairs." in text
    assert "an NDCG of 0.100: values and lists are different tasks" in text
    assert "only the pairs that they answer: ibcf (2.0%)" in text


def test_nobody_leads_where_there_was_nothing_to_find():
    assert findings(result(model("popular", None))) == [
        "No tested user had anything relevant to find: lists cannot be compared."
    ]


def test_one_model_alone_is_compared_with_nobody():
    text = told(model("popular", 0.3))

    assert "Largest NDCG@10: popular with 0.3000 (0.2800 to 0.3200)." in text
    assert "Next" not in text


def test_an_unseen_group_is_claimed_only_above_zero():
    def with_unseen(low):
        one = model("popular", 0.3)
        found = value(low + 0.02)
        one["groups"] = {"unseen_items": {"users": 9, "metrics": {"ndcg@10": found | {"users": 9}}}}
        return one

    assert "For unseen items (9 users), popular has the largest NDCG: 0.0300" in told(with_unseen(0.01))
    assert "For unseen items (9 users), no model surely finds any" in told(with_unseen(0.0))
