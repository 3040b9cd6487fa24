"""Another recommender takes over only where it is surely better."""

from truther.rules.contest import Rival, choose


def rival(spec: str, difference: float | None, low: float | None, p: float | None = 0.01) -> Rival:
    high = None if difference is None or low is None else 2 * difference - low
    return Rival(spec, difference, low, high, p)


def test_the_champion_stays_among_rivals_that_are_not_surely_better():
    choice = choose("popular", [rival("ease", 0.02, -0.01), rival("ials", 0.03, 0.001, p=0.06)])

    assert (choice.spec, choice.replaced) == ("popular", False)
    assert choice.reasons == (
        "popular stays: no other is surely better.",
        "The nearest is ials: +0.0300 NDCG@10 (+0.0010 to +0.0590, p 0.06).",
    )


def test_the_best_of_several_better_ones_takes_over():
    choice = choose(
        "popular", [rival("ease", 0.02, 0.01), rival("ials", 0.03, 0.002), rival("knn", -0.1, -0.2)]
    )

    assert (choice.spec, choice.replaced) == ("ials", True)
    assert choice.reasons[0].startswith("ials takes over from popular: +0.0300")
    assert choice.reasons[1].startswith("ease would be better as well")
    assert len(choice.reasons) == 2


def test_where_nobody_could_be_asked_the_champion_stays():
    assert choose("popular", []).reasons == ("popular stays: no other is surely better.",)
    assert choose("popular", [rival("ease", None, None, None)]).spec == "popular"
