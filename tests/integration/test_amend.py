"""A rule is tried on the stored votes before it counts, and added without touching what is settled."""

from datetime import timedelta

import pytest

from tests.conftest import MINUTE, NOON
from tests.factories import make_batch, make_photo, make_style
from truther.flow import amend, settle
from truther.models import Golden, Photo, Vote, VoteRule
from truther.models.photos import State
from truther.models.standing import drift_in
from truther.rules.consensus import FIRST_TO_2, Rule

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
FIRST_TO_3 = Rule("tried", first_to=3, cap=7)
SURE = Rule("tried", "posterior", cap=7, posterior=0.99)
PEOPLE = ("ann", "ben", "cem", "dora", "eve")


@pytest.fixture(autouse=True)
def shop() -> None:
    make_batch()
    for sku in ("red-wrap", "blue-column"):
        make_style(sku)


def voted(photo_id: str, *answers: str, accuracy: float = 0.9) -> str:
    """Make a photo and let people answer it, one after the other."""
    make_photo(photo_id)
    for number, (person, answer) in enumerate(zip(PEOPLE, answers, strict=False)):
        choice, _, style = answer.partition(":")
        Vote.objects.create(
            pk=f"vote-{person}-{photo_id}",
            photo_id=photo_id,
            person=person,
            choice=choice,
            style=style,
            accuracy=accuracy,
            batch_id="batch-00001",
            cast_at=NOON + number * MINUTE,
        )
        Photo.objects.recount(photo_id, now=NOON)
    return photo_id


def put_in_force(rule: Rule, *, why: str = "to try", based_on: str = FIRST_TO_2.version) -> Rule:
    return amend.activate(rule, author="sam", why=why, based_on=based_on, now=NOON + timedelta(hours=1))


RED, BLUE = "style:red-wrap", "style:blue-column"


def test_a_preview_says_what_each_photo_would_do_and_changes_nothing() -> None:
    voted("agreed", RED, RED)
    voted("torn", RED, BLUE, RED)
    voted("begun", RED)
    voted("none", "none", "none")
    voted("split", RED, BLUE, "not_dress", "none", "cant_tell")
    before = list(Photo.objects.order_by("pk").values())

    found = amend.preview(SURE, now=NOON)

    assert (found.photos, found.of) == (5, 5)
    assert found.counts == {"differently": 0, "no_longer": 1, "newly": 0, "to_experts": 0, "reopened": 1}
    [torn] = found.examples["no_longer"]
    assert (torn.photo_id, torn.before, torn.after) == ("torn", "Red Wrap", "open, 1 more vote at best")
    assert torn.said == (("Red Wrap", 2), ("Blue Column", 1))
    assert (found.before.settled, found.before.contested, found.before.open) == (2, 2, 1)
    assert (found.before.votes, found.after.votes) == (2.5, 2.0)
    assert found.against.version == FIRST_TO_2.version
    assert list(Photo.objects.order_by("pk").values()) == before
    assert [row.pk for row in VoteRule.objects.all()] == [FIRST_TO_2.version]


def test_a_looser_rule_would_settle_what_waits() -> None:
    voted("begun", RED)
    voted("doubted", RED, BLUE)

    found = amend.preview(Rule("tried", first_to=1, min_humans=1, cap=5), now=NOON)

    assert found.counts["newly"] == 2
    assert [change.after for change in found.examples["newly"]] == ["Red Wrap", "Red Wrap"]


def test_people_weighed_by_their_accuracy_may_settle_differently() -> None:
    make_photo("p1")
    for number, (person, answer, accuracy) in enumerate(
        [("ann", RED, 0.4), ("ben", BLUE, 0.99), ("cem", BLUE, 0.99), ("dora", RED, 0.4)]
    ):
        Vote.objects.create(
            pk=f"vote-{person}",
            photo_id="p1",
            person=person,
            choice="style",
            style=answer.removeprefix("style:"),
            accuracy=accuracy,
            batch_id="batch-00001",
            cast_at=NOON + (number if answer == RED else number + 10) * MINUTE,
        )
    Photo.objects.recount("p1", now=NOON)
    assert Golden.objects.get().style == "red-wrap"

    found = amend.preview(SURE, now=NOON)

    [change] = found.examples["differently"]
    assert (change.before, change.after) == ("Red Wrap", "Blue Column")


def test_an_experts_word_stays_under_any_rule() -> None:
    voted("none", "none", "none")
    settle.judge("none", "style", style="red-wrap", person_id="sam", now=NOON + 5 * MINUTE)

    found = amend.preview(FIRST_TO_3, now=NOON)

    assert (found.changed, found.after.settled, found.after.votes) == (0, 1, None)


def test_of_many_photos_a_fair_sample_is_looked_at_and_said_so() -> None:
    for number in range(12):
        voted(f"p{number}", RED, RED)
    Photo.objects.filter(pk__in=["p3", "p7"]).update(lot=0.01)
    Photo.objects.exclude(pk__in=["p3", "p7"]).update(lot=0.9)

    found = amend.preview(FIRST_TO_3, now=NOON, most=6)

    assert (found.photos, found.of) == (2, 12)
    assert found.counts["no_longer"] == 2


def test_a_rule_in_force_counts_new_votes_and_leaves_the_settled_alone() -> None:
    voted("agreed", RED, RED)

    named = put_in_force(FIRST_TO_3, why="  a quarter of the audits disagreed  ")

    assert named.version == "first-to-3.v2"
    row = VoteRule.objects.get(pk="first-to-3.v2")
    assert (row.author, row.why, row.active) == ("sam", "a quarter of the audits disagreed", True)
    assert row.parameters["cap"] == 7
    old = VoteRule.objects.get(pk=FIRST_TO_2.version)
    assert (old.active, old.parameters["cap"]) == (False, 5)
    voted("later", RED, RED)
    assert (Photo.objects.get(pk="later").state, Photo.objects.get(pk="later").need) == (State.OPEN, 1)
    assert Golden.objects.get(pk="agreed").rule_version == FIRST_TO_2.version
    assert settle.rederive(now=NOON).drifts == ()


def test_open_and_contested_photos_follow_in_the_background() -> None:
    voted("agreed", RED, RED)
    voted("begun", RED)
    voted("split", RED, BLUE, "not_dress", "none", "cant_tell")
    for name in ("fresh", "waiting"):
        make_photo(name, batch_id="" if name == "waiting" else "batch-00001")
    put_in_force(FIRST_TO_3)

    assert amend.bring_in_step(now=NOON) == 4

    stands = {photo.pk: (photo.state, photo.need) for photo in Photo.objects.all()}
    assert stands == {
        "agreed": (State.SETTLED, 0),
        "begun": (State.OPEN, 2),
        "split": (State.OPEN, 2),
        "fresh": (State.OPEN, 3),
        "waiting": (State.OPEN, 3),
    }
    assert drift_in(list(Photo.objects.all()), now=NOON) == []
    assert amend.bring_in_step(now=NOON) == 2


def test_photos_settle_at_once_when_a_looser_rule_comes_into_force() -> None:
    voted("begun", RED)
    named = put_in_force(Rule("tried", first_to=1, min_humans=1, cap=5))

    amend.bring_in_step(now=NOON)

    assert Golden.objects.get().rule_version == named.version


@pytest.mark.parametrize(
    ("rule", "why", "based_on", "refusal"),
    [
        (FIRST_TO_3, " ", FIRST_TO_2.version, amend.Unexplained),
        (Rule("tried"), "no idea", FIRST_TO_2.version, amend.NothingNew),
        (FIRST_TO_3, "to try", "first-to-1.v9", amend.Overtaken),
    ],
)
def test_a_rule_that_cannot_come_into_force_changes_nothing(rule, why, based_on, refusal) -> None:
    VoteRule.objects.active_rule(now=NOON)

    with pytest.raises(refusal):
        put_in_force(rule, why=why, based_on=based_on)

    assert [row.pk for row in VoteRule.objects.filter(active=True)] == [FIRST_TO_2.version]
    assert VoteRule.objects.count() == 1


def test_a_form_sent_twice_adds_one_version() -> None:
    VoteRule.objects.active_rule(now=NOON)
    put_in_force(FIRST_TO_3)

    with pytest.raises(amend.NothingNew):
        put_in_force(FIRST_TO_3)

    assert VoteRule.objects.count() == 2


def test_an_older_rule_comes_back_as_a_new_version() -> None:
    VoteRule.objects.active_rule(now=NOON)
    put_in_force(FIRST_TO_3)

    named = put_in_force(Rule("tried"), based_on="first-to-3.v2")

    assert named.version == "first-to-2.v3"
    assert VoteRule.objects.active_rule(now=NOON).version == "first-to-2.v3"


def test_a_clock_that_runs_behind_does_not_bring_back_an_old_rule() -> None:
    VoteRule.objects.active_rule(now=NOON + timedelta(days=1))

    put_in_force(SURE)

    assert VoteRule.objects.active_rule(now=NOON).version == "posterior-99.v2"


def test_versions_tell_how_much_rests_on_them() -> None:
    voted("agreed", RED, RED)
    put_in_force(SURE)
    voted("also", RED, RED)
    voted("more", RED, RED)

    found = [(version.rule.version, version.active, version.golden) for version in amend.versions(now=NOON)]

    assert found == [("posterior-99.v2", True, 2), (FIRST_TO_2.version, False, 1)]


def test_parameters_stored_before_there_was_a_posterior_still_make_a_rule() -> None:
    VoteRule.objects.create(
        pk="old.v1",
        parameters={"first_to": 2, "min_humans": 2, "cap": 5, "tie": "expert"},
        active=True,
        created_at=NOON,
    )

    assert VoteRule.objects.active_rule(now=NOON) == Rule("old.v1")
