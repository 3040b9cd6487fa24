"""The simulator's own eyes: what must hold is looked at in the database, and a fault is found."""

from datetime import timedelta

import pytest

from tests.conftest import NOON
from tests.factories import make_batch, make_photo, make_style
from truther.models import Photo, Vote
from truther.models.compared import Cast
from truther.rules.consensus import Rule
from truther.simulate.answers import anchoring, judgeable
from truther.simulate.checks import broken
from truther.simulate.play import Ledger
from truther.simulate.world import Truth

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
RULE = Rule("test.v1", cap=3)
RED = Truth("p1", "dress", "red-wrap", False, NOON, 0.9, (("blue-column", 0.5), ("red-wrap", 0.3)))
SHOWN = ["red-wrap", "blue-column", "green-swing"]


def vote(vote_id: str, person: str, photo_id: str = "p1", **values) -> Vote:
    fields = {"choice": "style", "style": "red-wrap", "batch_id": "batch-00001", "cast_at": NOON}
    return Vote.objects.create(pk=vote_id, person=person, photo_id=photo_id, **(fields | values))


@pytest.fixture(autouse=True)
def photo() -> Photo:
    make_style("red-wrap")
    make_batch()
    return make_photo("p1")


def test_play_of_which_everything_holds_breaks_nothing():
    vote("vote-1", "ann")
    vote("vote-2", "ann", "p2", live=False, undone_at=NOON)
    ledger = Ledger(acknowledged={"vote-1": "kept", "vote-2": "kept"}, undone={"vote-2"})

    assert broken(ledger, rule=RULE, drifts=0) == []


def test_an_acknowledged_vote_that_is_not_there_is_found():
    vote("vote-1", "ann")
    ledger = Ledger(acknowledged={"vote-1": "kept", "vote-2": "kept"})

    assert broken(ledger, rule=RULE, drifts=0) == ["1 acknowledged votes are not in the database."]


def test_an_undo_that_did_nothing_is_found():
    vote("vote-1", "ann")
    ledger = Ledger(acknowledged={"vote-1": "kept"}, undone={"vote-1"})

    assert broken(ledger, rule=RULE, drifts=0) == ["1 votes that were taken back still stand."]


def test_a_photo_over_its_cap_is_found_and_late_votes_and_experts_are_not_counted():
    for number, person in enumerate(("ann", "ben", "cem")):
        vote(f"vote-{number}", person)
    vote("vote-late", "dora", late=True)
    vote("vote-expert", "sam", expert=True)
    assert broken(Ledger(), rule=RULE, drifts=0) == []

    vote("vote-4", "eve", cast_at=NOON + timedelta(minutes=1))

    assert broken(Ledger(), rule=RULE, drifts=0) == ["1 photos were counted past the cap of 3 votes."]


def test_repeats_refusals_and_drifts_are_told():
    ledger = Ledger(repeats=[("ann", "p1")])
    ledger.refused.update({"frozen": 2, "answered": 1})

    assert broken(ledger, rule=RULE, drifts=4) == [
        "1 photos were shown again to somebody who had them already.",
        "3 votes were refused: answered, frozen.",
        "4 tallies, states or golden records had drifted from their votes.",
    ]


def cast(style: str, place: int, *, choice: str = "style") -> Cast:
    return Cast(
        *("vote-1", "p1", "ann", "session-1", "serve-1", choice, style, place, 3.0),
        audit=False,
        late=False,
        live=True,
        reason="walk",
        cast_at=NOON,
    )


def test_anchoring_counts_places_and_wrong_choices_of_the_models_favourite():
    votes = [cast("red-wrap", 0), cast("blue-column", 1), cast("green-swing", 2), cast("blue-column", 1)]

    found = anchoring(votes, {"p1": RED}, {"serve-1": SHOWN})

    assert found.places == (1, 2, 1)
    assert (found.to_favourite.right, found.to_favourite.n) == (2, 3)
    assert found.by_chance == 0.5


def test_what_was_found_by_search_stands_nowhere():
    assert anchoring([cast("red-wrap", -1)], {"p1": RED}, {"serve-1": SHOWN}).places == (0, 0, 0)


def test_none_of_these_is_judged_only_where_the_style_was_offered():
    said = cast("", -1, choice="none")

    assert judgeable(said, RED, SHOWN)
    assert not judgeable(said, RED, ["blue-column"])
    assert not judgeable(cast("", -1, choice="cant_tell"), RED, SHOWN)
