"""How often people are right is estimated from their votes; the votes they cast from then on carry it."""

from datetime import timedelta

import pytest

from tests.conftest import MINUTE, NOON
from tests.factories import make_batch, make_golden, make_photo, make_style
from truther.flow import weigh
from truther.models import Audit, Player, Serve, Vote
from truther.models.evidence import evidence

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
PEOPLE = ("ann", "ben", "gus")


def vote(person: str, photo_id: str, answer: str = "style:red-wrap", **values: object) -> Vote:
    choice, _, style = answer.partition(":")
    given = {"cast_at": NOON, "batch_id": "batch-00001", "serve_id": f"{person}-{photo_id}"} | values
    name = str(given.pop("pk", f"vote-{person}-{photo_id}"))
    return Vote.objects.create(pk=name, photo_id=photo_id, person=person, choice=choice, style=style, **given)


@pytest.fixture(autouse=True)
def shop() -> None:
    make_batch()
    make_style("red-wrap")


def test_people_who_agree_are_trusted_and_the_one_who_does_not_is_less() -> None:
    for number in range(12):
        for person in PEOPLE:
            vote(person, f"p{number}", "style:red-wrap" if person != "gus" else f"style:other-{number}")

    estimated = weigh.estimate(now=NOON)

    assert estimated == weigh.Estimated(people=3, known=0)
    players = Player.objects.by_person(PEOPLE)
    assert players["ann"].accuracy == pytest.approx(21 / 22, abs=0.01)
    assert players["gus"].accuracy == pytest.approx(9 / 22, abs=0.01)
    assert {player.answers_known for player in players.values()} == {12}
    assert {player.accuracy_at for player in players.values()} == {NOON}


def test_the_same_votes_give_the_same_estimate_and_stored_votes_keep_theirs() -> None:
    for number in range(5):
        vote("ann", f"p{number}")
        vote("ben", f"p{number}")
    weigh.estimate(now=NOON)
    first = Player.objects.accuracy_of("ann")

    weigh.estimate(now=NOON + timedelta(days=1))

    assert Player.objects.accuracy_of("ann") == first != 0.9
    assert {one.accuracy for one in Vote.objects.all()} == {0.9}


def test_what_experts_and_audits_and_many_have_said_is_not_outvoted() -> None:
    for number in range(3):
        photo_id = make_photo(f"p{number}").pk
        for person in PEOPLE:
            vote(person, photo_id, "style:red-wrap" if person == "gus" else "not_dress")
    make_golden("p0", known=True, by_expert=True)
    make_golden("p1", known=True, votes=3)
    make_golden("p2")
    Audit.objects.create(
        pk="p2", lot=0.5, answer="style:red-wrap", state="confirmed", drawn_at=NOON, closed_at=NOON
    )

    ground = evidence(100)
    estimated = weigh.estimate(now=NOON)

    assert ground.known == dict.fromkeys(["p0", "p1", "p2"], "style:red-wrap")
    assert estimated.known == 3
    assert Player.objects.accuracy_of("gus") == pytest.approx(12 / 13)
    assert Player.objects.accuracy_of("ann") == pytest.approx(9 / 13)


def test_a_dress_that_is_none_of_ours_confirms_who_said_none_of_these() -> None:
    make_photo("p0")
    vote("ann", "p0", "none")
    make_golden("p0", verdict="unlisted", style="", known=True, by_expert=True)

    assert evidence(100).known == {"p0": "none"}
    weigh.estimate(now=NOON)

    assert Player.objects.accuracy_of("ann") == pytest.approx(10 / 11)


def test_what_says_nothing_about_a_person_is_left_out() -> None:
    make_golden("p0", known=True)
    vote("ann", "p0", "cant_tell")
    Serve.objects.create(
        pk="ben-p0",
        session_id="s",
        number=0,
        person="ben",
        photo_id="p0",
        reason="walk",
        propensity=1.0,
        options=["blue-column"],
        served_at=NOON,
    )
    vote("ben", "p0", "none")  # the red wrap was not among the options
    vote("sam", "p0", expert=True)
    vote("cem", "p0", "not_dress", live=False, undone_at=NOON + MINUTE, audit=True, reason="gold")
    vote("cem", "p0", pk="again", audit=True, reason="gold", cast_at=NOON + 2 * MINUTE)  # had been told
    vote("dora", "p0", audit=True, reason="gold")
    vote("eve", "p9", "cant_tell")

    assert evidence(100).votes == (("p0", "dora", "style:red-wrap"),)


def test_only_so_many_votes_are_read_the_latest_first() -> None:
    for number in range(6):
        vote("ann", f"p{number}", cast_at=NOON + number * MINUTE)

    assert {photo for photo, _, _ in evidence(2).votes} == {"p4", "p5"}


def test_an_estimate_stays_when_somebody_has_not_voted_for_long() -> None:
    Player.objects.note("ann", accuracy=0.7, answers_known=30, accuracy_at=NOON)
    vote("ben", "p0")

    weigh.estimate(now=NOON + timedelta(days=1))

    assert (Player.objects.of("ann").accuracy, Player.objects.of("ann").accuracy_at) == (0.7, NOON)
