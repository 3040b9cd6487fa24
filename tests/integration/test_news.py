"""What a person is told after a vote: what it came to, kindly, and nothing that helps with the next photo."""

from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from tests.conftest import MINUTE, NOON
from tests.factories import make_batch, make_golden, make_photo, make_style
from truther.config import config
from truther.flow import verify
from truther.flow.verify import Verdict
from truther.models import Photo, Player, Serve, Vote
from truther.models.news import News, news_of
from truther.models.photos import State
from truther.rules.walk import serve_id

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


@pytest.fixture
def photo() -> str:
    """One open photo of the Red Wrap."""
    make_style("red-wrap", attributes={"colour": "red", "neckline": "V", "length": "midi"})
    make_style("blue-column", attributes={"colour": "blue", "neckline": "boat", "length": "midi"})
    make_style("green-swing", name="")
    make_batch()
    return make_photo("p1").pk


def say(
    person: str, choice: str = "style", style: str = "red-wrap", *, minute: int = 0, **serve: Any
) -> Vote:
    """Let a person see the photo, answer it, and return the vote."""
    facts = {"person": person, "photo_id": "p1", "session_id": "s", "number": 0, "served_at": NOON}
    facts |= {"reason": "walk", "options": ["red-wrap", "blue-column"]}
    Serve.objects.create(pk=serve_id("p1", person), **(facts | serve))
    verdict = Verdict(f"vote-of-{person}", "p1", choice, style if choice == "style" else "")
    verify.cast_vote(verdict, person_id=person, now=NOON + minute * MINUTE)
    return Vote.objects.get(pk=f"vote-of-{person}")


def told(vote: Vote) -> News | None:
    """Return the news about a vote."""
    return news_of([vote], vote.person).get(vote.pk)


def settle(**golden: Any) -> None:
    """Make the photo one whose answer is known: by default the Red Wrap, by two votes."""
    style = golden.get("style", "red-wrap" if golden.get("verdict", "style") == "style" else "")
    answer = f"style:{style}" if style else "not_dress"
    Photo.objects.update(state=State.SETTLED, tally={answer: 2}, votes=2)
    make_golden("p1", **golden)


def test_the_first_to_answer_has_no_news(photo):
    assert told(say("ann")) is None


def test_who_settles_a_photo_is_told_its_name(photo):
    say("ann")

    assert told(say("ben", minute=1)) == News("settled", "You settled this one: the Red Wrap.")


def test_who_settles_that_it_is_no_dress_is_told_too(photo):
    say("ann", "not_dress")

    assert told(say("ben", "not_dress", minute=1)) == News("settled", "You settled this one: not a dress.")


def test_a_style_named_by_search_that_turns_out_right_is_a_find(photo):
    say("ann", style="green-swing")

    news = told(say("ben", style="green-swing", minute=1))

    assert news == News("find", "Your find: nobody had offered the green-swing.")


@pytest.mark.parametrize(
    ("tally", "words"),
    [
        ({"style:red-wrap": 1}, "One other person saw the Red Wrap too."),
        ({"style:red-wrap": 2, "none": 1}, "Two others saw the Red Wrap too."),
        ({"style:red-wrap": 12}, "12 others saw the Red Wrap too."),
    ],
)
def test_who_comes_late_and_agrees_is_told_by_how_many(photo, tally, words):
    Photo.objects.update(state=State.CONTESTED, tally=tally)

    assert told(say("ann")) == News("agreed", words)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ("none", "One other person found none of these too."),
        ("not_dress", "One other person saw no dress here too."),
    ],
)
def test_agreeing_without_a_style_has_words_of_its_own(photo, choice, words):
    Photo.objects.update(state=State.CONTESTED, tally={choice: 1})

    assert told(say("ann", choice)) == News("agreed", words)


@pytest.mark.parametrize("reason", ["walk", "audit"])
def test_a_blind_second_look_is_answered_like_any_late_vote(photo, reason):
    settle()

    agreeing = told(say("ann", reason=reason))
    minority = told(say("ben", style="blue-column", reason=reason))

    assert agreeing == News("agreed", "Two others saw the Red Wrap too.")
    assert minority is None


@pytest.mark.parametrize("reason", ["walk", "audit"])
def test_a_second_look_that_finds_by_search_is_a_find_like_any(photo, reason):
    settle(style="green-swing")

    news = told(say("ann", style="green-swing", reason=reason))

    assert news == News("find", "Your find: nobody had offered the green-swing.")


def test_nobody_is_told_that_others_saw_it_differently(photo):
    Photo.objects.update(state=State.CONTESTED, tally={"style:red-wrap": 2, "style:blue-column": 1})

    assert told(say("ann", "not_dress")) is None


def test_a_wrong_answer_that_others_gave_too_is_not_confirmed(photo):
    settle()
    Photo.objects.update(tally={"style:red-wrap": 2, "style:blue-column": 1})

    assert told(say("ann", style="blue-column")) is None


@pytest.mark.parametrize(
    ("golden", "answer", "words"),
    [
        ({"by_expert": True}, ("style", "red-wrap"), "The stylists say so too: the Red Wrap."),
        ({}, ("style", "red-wrap"), "Everybody asked says so too: the Red Wrap."),
        ({"verdict": "not_dress"}, ("not_dress", ""), "Everybody asked says so too: not a dress."),
        (
            {},
            ("style", "blue-column"),
            "This one is known: it is the Red Wrap. The neckline tells the two apart.",
        ),
        ({}, ("style", "green-swing"), "This one is known: it is the Red Wrap."),
        ({}, ("not_dress", ""), "This one is known: it is the Red Wrap."),
        ({}, ("none", ""), "This one is known: it is the Red Wrap."),
        ({"style": "green-swing"}, ("none", ""), "None of these, indeed. It is the green-swing."),
        ({"verdict": "not_dress"}, ("style", "red-wrap"), "This one is known: it is not a dress."),
        (
            {"verdict": "unlisted", "by_expert": True},
            ("none", ""),
            "The stylists say so too: a dress, but none of ours.",
        ),
        (
            {"verdict": "unlisted", "by_expert": True},
            ("style", "red-wrap"),
            "This one is known: it is a dress, but none of ours.",
        ),
    ],
)
def test_a_gold_question_teaches_after_the_vote(photo, golden, answer, words):
    settle(**golden)

    assert told(say("ann", *answer, reason="gold")) == News("known", words)


def test_a_gold_question_that_was_unsettled_meanwhile_is_a_vote_like_any(photo):
    assert told(say("ann", reason="gold")) is None
    assert told(say("ben", reason="gold", minute=1)) == News("settled", "You settled this one: the Red Wrap.")


@pytest.mark.parametrize("reason", ["walk", "gold", "audit"])
def test_who_cannot_tell_is_told_nothing(photo, reason):
    settle()

    assert told(say("ann", "cant_tell", reason=reason)) is None


def test_an_undone_vote_is_no_news(photo):
    say("ann")
    say("ben", minute=1)
    verify.undo(person_id="ben", now=NOON + 2 * MINUTE)

    assert told(Vote.objects.get(person="ben")) is None


def test_a_photo_taken_down_is_no_news(photo):
    say("ann")
    vote = say("ben", minute=1)
    Photo.objects.remove(photo)

    assert told(vote) is None


def test_who_wants_no_news_gets_none(photo):
    say("ann")
    Player.objects.note("ben", wishes={"off": ["news"]})

    assert told(say("ben", minute=1)) is None


def test_an_installation_without_news_has_none(photo, monkeypatch):
    monkeypatch.setattr("truther.models.players.config", config.model_copy(update={"game": ("points",)}))
    say("ann")

    assert told(say("ben", minute=1)) is None


def test_more_votes_ask_no_more_of_the_database(photo):
    votes = [say(person, minute=number) for number, person in enumerate(("ann", "ben", "cem"))]
    counts = []
    for some in (votes[:1], votes):
        with CaptureQueriesContext(connections["documents"]) as asked:
            news_of(some, "ann")
        counts.append(len(asked))

    assert counts == [4, 4]
