from dataclasses import replace

from truther.rules.gate import MIN_NEGATIVES, MIN_PHOTOS, NEGATIVES_MARGIN, Sheet, weigh

CHAMPION = Sheet(
    photos=100, top1=0.5, top3=0.7, negatives=50, not_dress_recall=0.9, chance=0.01, colour_top3=0.3
)
BETTER = replace(CHAMPION, top3=0.8)


def test_a_better_challenger_is_promoted():
    ruling = weigh(CHAMPION, BETTER)

    assert ruling.promoted
    assert ruling.reasons[0] == "Top-3 0.800 is better than the champion's 0.700 on 100 photos."


def test_an_equal_challenger_is_not():
    assert not weigh(CHAMPION, CHAMPION).promoted


def test_too_few_photos_keep_the_champion_and_say_so():
    ruling = weigh(CHAMPION, replace(BETTER, photos=MIN_PHOTOS - 1))

    assert not ruling.promoted
    assert ruling.reasons == (f"Only {MIN_PHOTOS - 1} golden photos in the holdout; it takes 20 to tell.",)


def test_negatives_may_be_worse_by_the_margin_and_no_more():
    at_margin = replace(BETTER, not_dress_recall=0.9 - NEGATIVES_MARGIN + 1e-9)
    beyond = replace(BETTER, not_dress_recall=0.9 - NEGATIVES_MARGIN - 0.001)

    assert weigh(CHAMPION, at_margin).promoted
    assert not weigh(CHAMPION, beyond).promoted


def test_too_few_negatives_are_not_judged_and_the_reason_says_so():
    ruling = weigh(CHAMPION, replace(BETTER, negatives=MIN_NEGATIVES - 1, not_dress_recall=0.0))

    assert ruling.promoted
    assert "not judged on them" in ruling.reasons[-1]


def test_a_challenger_that_looking_at_colours_beats_is_refused():
    ruling = weigh(CHAMPION, replace(BETTER, colour_top3=0.85))

    assert not ruling.promoted
    assert "does not beat guessing" in ruling.reasons[1]


def test_a_model_nobody_could_measure_is_refused():
    assert not weigh(replace(CHAMPION, top3=None), BETTER).promoted
    assert not weigh(CHAMPION, replace(BETTER, top3=None)).promoted
