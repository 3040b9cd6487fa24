"""The figures of the quality page, from rows that people and nights leave behind."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.conftest import MINUTE, NOON
from tests.factories import make_golden, make_photo, make_style
from truther.models import Audit, DaySum, NightRun, Photo, PlaySession, Serve, Vote, quality
from truther.models.quality import guesses, people
from truther.rules.quality import Share

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
DAY = timedelta(days=1)
SINCE, NOW = NOON - 30 * DAY, NOON + DAY
OFFERED = ["red-wrap", "blue-column", "green-swing"]


def audit(number: int, state: str, *, pattern: str = "2-0", **values: Any) -> None:
    defaults = {"lot": 0.5, "answer": "style:red-wrap", "drawn_at": NOON}
    Audit.objects.create(pk=f"a{number}", state=state, pattern=pattern, **(defaults | values))


def cast(photo_id: str, person: str, answer: str, *, minute: int = 0, **values: Any) -> None:
    """Store a card and the vote on it; options stand as OFFERED says."""
    choice, _, style = answer.partition(":")
    serve = Serve.objects.create(
        pk=f"s-{photo_id}-{person}",
        session_id="x",
        person=person,
        photo_id=photo_id,
        number=0,
        reason=values.get("reason") or "walk",
        options=OFFERED,
        model_version="v0",
        served_at=NOON,
    )
    defaults = {
        "place": OFFERED.index(style) if style in OFFERED else -1,
        "serve_id": serve.pk,
        "reason": "walk",
    }
    Vote.objects.create(
        pk=f"v-{photo_id}-{person}",
        photo_id=photo_id,
        person=person,
        choice=choice,
        style=style,
        cast_at=NOON + minute * MINUTE,
        **(defaults | values),
    )


def guess(first: str, probability: float = 0.5) -> list[dict[str, Any]]:
    rest = [sku for sku in OFFERED if sku != first]
    return [{"sku": sku, "probability": probability if sku == first else 0.1} for sku in (first, *rest)]


def test_an_empty_house_has_no_figures():
    measured = quality.measured(SINCE)
    crowd = quality.crowd(SINCE, now=NOW)

    assert (measured.patterns, measured.overall.share.value, measured.voted.claim) == ((), None, None)
    assert (quality.calibration(SINCE).n, quality.calibration(SINCE).error) == (0, None)
    assert quality.anchoring(SINCE, now=NOW).n == 0
    assert (crowd.answers, crowd.people, crowd.marked) == (0, 0, ())
    assert quality.weeks(now=NOW, time_zone="UTC") == []
    assert (quality.arms(SINCE, now=NOW).sittings, quality.contested()) == ((), {})


def test_accuracy_is_measured_by_pattern_and_never_without_what_is_not_known_yet():
    states = ["confirmed"] * 6 + ["upheld", "corrected", "disputed", "open", "gone"]
    for number, state in enumerate(states):
        audit(number, state)
    audit(20, "confirmed", pattern="expert")
    audit(21, "confirmed", drawn_at=SINCE - DAY)

    measured = quality.measured(SINCE)

    first, second = measured.patterns
    assert (first.pattern, first.share, first.disputed, first.open) == ("2-0", Share(7, 8), 1, 1)
    assert first.claim == pytest.approx(0.9969, abs=1e-4)
    assert first.interval.low == Share(7, 9).interval.low
    assert first.interval.high == Share(8, 9).interval.high
    assert (second.pattern, second.share, second.claim) == ("expert", Share(1, 1), None)
    assert measured.overall.share == Share(8, 9)
    assert (measured.voted.share, measured.voted.claim) == (first.share, first.claim)


def test_the_model_is_measured_on_photos_drawn_at_random_once_there_are_enough(monkeypatch):
    monkeypatch.setattr(guesses, "ENOUGH", 2)
    for number in range(4):
        first = "red-wrap" if number < 3 else "blue-column"
        make_photo(f"p{number}", candidates=guess(first, 0.8))
        make_golden(f"p{number}")
    make_photo("open", candidates=guess("red-wrap", 0.8))
    cast("p0", "ann", "style:red-wrap")

    assert (quality.calibration(SINCE).random, quality.calibration(SINCE).n) == (False, 4)
    for photo_id in ("p1", "p3", "open"):
        cast(photo_id, "ann", "style:red-wrap", reason="random")
    found = quality.calibration(SINCE)

    assert (found.random, found.n, found.drawn) == (True, 2, 2)
    assert [(each.mean, each.share) for each in found.bins] == [(0.8, Share(1, 2))]
    assert found.error == pytest.approx(0.3)


def test_places_and_first_guesses_are_compared_with_what_became_golden():
    for number, (first, said) in enumerate(
        [
            ("red-wrap", "red-wrap"),
            ("blue-column", "red-wrap"),
            ("blue-column", "blue-column"),
            ("blue-column", "green-swing"),
        ]
    ):
        make_photo(f"p{number}", candidates=guess(first))
        make_golden(f"p{number}")
        cast(f"p{number}", "ann", f"style:{said}")
    make_photo("later", candidates=guess("red-wrap"), model_version="v1")
    make_golden("later")
    cast("later", "ann", "style:red-wrap")  # another model has looked since: its first guess was not this

    found = quality.anchoring(SINCE, now=NOW)

    assert (found.places, found.n) == ((3, 1, 1), 5)
    assert found.even.p == pytest.approx(0.4493, abs=1e-4)
    assert (found.chosen_first, found.golden_first) == (Share(2, 4), Share(1, 4))
    assert found.wrong_first == Share(1, 2)


def test_anchoring_looks_only_at_cards_with_three_styles():
    make_photo("p0", candidates=guess("red-wrap"))
    cast("p0", "ann", "style:red-wrap")
    Serve.objects.update(options=OFFERED[:2])

    assert quality.anchoring(SINCE, now=NOW).n == 0


def test_somebody_who_presses_anything_is_shown_and_somebody_careful_is_not(monkeypatch):
    monkeypatch.setattr(people, "MOST", 150)
    for number in range(60):
        make_photo(f"p{number:02d}")
        make_golden(f"p{number:02d}")
        cast(f"p{number:02d}", "ann", f"style:{OFFERED[0]}", seconds=4.0, place=number % 3)
        cast(f"p{number:02d}", "ben", f"style:{OFFERED[number % 3]}", seconds=0.3, reason="gold", audit=True)
        if number < 30:
            cast(f"p{number:02d}", "cem", f"style:{OFFERED[2]}")

    crowd = quality.crowd(SINCE, now=NOW)

    assert (crowd.answers, crowd.people, crowd.whole) == (150, 2, False)
    [marked] = crowd.marked
    assert (marked.behaviour.person, marked.behaviour.answers) == ("ben", 60)
    assert marked.behaviour.agreement == marked.behaviour.gold == Share(20, 60)
    assert len(marked.signs) == 3
    assert Vote.objects.live().count() == 150  # nothing happens to anybody


def test_answers_that_nobody_can_judge_are_no_agreement():
    for number in range(50):
        make_photo(f"p{number:02d}")
        cast(f"p{number:02d}", "ann", "cant_tell" if number % 2 else "style:red-wrap", place=number % 3)

    crowd = quality.crowd(SINCE, now=NOW)

    assert (crowd.people, crowd.marked) == (1, ())


def test_a_place_is_favoured_only_where_three_styles_were_offered():
    for number in range(60):
        make_photo(f"p{number:02d}")
        make_golden(f"p{number:02d}")
        cast(f"p{number:02d}", "ann", "style:red-wrap")

    [marked] = quality.crowd(SINCE, now=NOW).marked
    assert marked.signs == ["Favours one place."]
    Serve.objects.update(options=["red-wrap"])
    assert quality.crowd(SINCE, now=NOW).marked == ()


def test_weeks_hold_votes_audits_and_what_nights_had_to_mend():
    DaySum.objects.create(
        pk="2026-03-09", day=date(2026, 3, 9), votes=10, compared=8, right=7, counted_at=NOON
    )
    DaySum.objects.create(
        pk="2026-03-15", day=date(2026, 3, 15), votes=5, compared=2, right=2, counted_at=NOON
    )
    audit(1, "confirmed")
    audit(2, "corrected", drawn_at=NOON - 7 * DAY)
    stages = [{"name": "rederive", "result": {"photos": 5, "drifts": [{}, {}]}}]
    NightRun.objects.create(pk="2026-03-14", at=NOON, stages=stages, lease_until=NOON, started_at=NOON)
    NightRun.objects.create(
        pk="2026-03-13",
        at=NOON - DAY,
        stages=[{"name": "rederive", "result": None}],
        lease_until=NOON,
        started_at=NOON,
    )

    before, this = quality.weeks(now=NOW, time_zone="UTC")

    assert (before.monday, this.monday) == (date(2026, 3, 2), date(2026, 3, 9))
    assert (this.votes, this.agreement, this.nights, this.mended) == (15, Share(9, 10), 1, 2)
    assert (before.accuracy.share, this.accuracy.share) == (Share(0, 1), Share(1, 1))


def test_sittings_are_compared_by_arm():
    for number in range(12):
        arm = ("plain", "dosed")[number % 2]
        PlaySession.objects.create(
            pk=f"s{number}",
            person=f"p{number % 4}",
            seed=1,
            arm=arm,
            votes=number + 10 * (number % 2),
            began_at=NOON,
            seen_at=NOON,
        )
    PlaySession.objects.create(pk="old", person="ann", seed=1, votes=99, began_at=NOON, seen_at=NOON)

    found = quality.arms(SINCE, now=NOW)

    plain, dosed = found.sittings
    assert (plain.arm, plain.n, plain.people, plain.mean, plain.median) == ("plain", 5, 2, 6.0, 6.0)
    assert (dosed.arm, dosed.n, dosed.people, dosed.mean) == (
        "dosed",
        6,
        2,
        16.0,
    )
    assert found.longer is not None
    assert found.longer.value == 10.0
    assert found.longer.interval.low > 0


def test_contested_photos_are_counted_by_why():
    make_style("red-wrap")
    for number, why in enumerate(["split", "split", "none"]):
        make_photo(f"p{number}", state="contested", why=why)

    assert quality.contested() == {"split": 2, "none": 1}
    assert Photo.objects.count() == 3
