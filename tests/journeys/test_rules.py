"""An admin tries another rule on the stored votes and puts it in force; mistakes lose nothing."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from kombu.exceptions import OperationalError

from tests.conftest import MINUTE, NOON
from truther import tasks
from truther.celery import app
from truther.models import Photo, Vote, VoteRule
from truther.models.photos import State

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
RULES, PREVIEW, ACTIVATE = "/control/rules/", "/control/rules/preview/", "/control/rules/activate/"
FIRST_TO_3 = {"rule": "first_to", "first_to": "3", "posterior": "", "min_humans": "2", "cap": "7"}
SURE = {"rule": "posterior", "first_to": "", "posterior": "0.99", "min_humans": "2", "cap": "7"}
WHY = "Every tenth audit disagreed."


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    """What was queued for the worker."""
    queued: list[str] = []
    monkeypatch.setattr(app, "send_task", queued.append)
    return queued


@pytest.fixture
def voted(world) -> list[str]:
    """Two people agree on the first photo; a third doubts them on the second; the third is begun."""
    answers = {world[0]: ["red", "red"], world[1]: ["red", "blue", "red"], world[2]: ["red"]}
    skus = {"red": "red-wrap", "blue": "blue-column"}
    for photo_id, said in answers.items():
        for number, (person, colour) in enumerate(zip(("ann", "ben", "cem"), said, strict=False)):
            Vote.objects.create(
                pk=f"vote-{person}-{photo_id}",
                photo_id=photo_id,
                person=person,
                choice="style",
                style=skus[colour],
                batch_id="batch-00001",
                cast_at=NOON + number * MINUTE,
            )
        Photo.objects.recount(photo_id, now=NOON)
    return world


def test_a_rule_is_tried_then_put_in_force(voted, staff_client, sent):
    assert "first-to-2.v1" in staff_client.get(RULES).content.decode()

    tried = staff_client.get(PREVIEW, SURE | {"why": WHY}).content.decode()

    assert "99 % sure, by at least 2 alike, of at most 7 people" in tried
    assert "1 would not be settled" in tried
    assert "Red Wrap × 2, Blue Column × 1" in tried
    assert WHY in tried
    assert VoteRule.objects.count() == 1

    answer = staff_client.post(
        ACTIVATE, SURE | {"why": WHY, "based_on": "first-to-2.v1", "agreed": "on"}, follow=True
    )

    assert answer.redirect_chain == [(RULES, 302)]
    page = answer.content.decode()
    assert "posterior-99.v2 is in force" in page
    assert "follow in the background" in page
    assert WHY in page
    row = VoteRule.objects.get(active=True)
    assert (row.pk, row.author, row.why) == ("posterior-99.v2", "sam", WHY)
    assert row.parameters == {
        "rule": "posterior",
        "first_to": 2,
        "min_humans": 2,
        "cap": 7,
        "posterior": 0.99,
        "tie": "expert",
    }
    assert Photo.objects.get(pk=voted[1]).state == State.SETTLED
    assert sent == [tasks.follow_rule.name]


def test_the_task_brings_open_photos_in_step(voted, staff_client, sent):
    staff_client.post(ACTIVATE, FIRST_TO_3 | {"why": WHY, "based_on": "first-to-2.v1", "agreed": "on"})

    tasks.follow_rule()

    needs = dict(Photo.objects.values_list("pk", "need"))
    assert [needs[photo_id] for photo_id in voted[:4]] == [0, 0, 2, 3]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"first_to": "9"}, "More people must agree than are ever asked"),
        ({"first_to": ""}, "Give a whole number"),
        ({"cap": "many"}, "Enter a whole number."),
        ({"min_humans": "8"}, "More people must answer than are ever asked"),
        (SURE | {"posterior": "99"}, "Give a share above 0.5 and below 1"),
        (SURE | {"posterior": "nan"}, "Enter a number."),
        (SURE | {"posterior": ""}, "Give a share above 0.5 and below 1"),
        (SURE | {"min_humans": "1"}, "At least two people must agree"),
        ({"rule": "majority"}, "Select a valid choice"),
    ],
)
def test_a_rule_that_can_settle_nothing_is_told_in_a_sentence_and_kept(
    world, staff_client, changed, sentence
):
    page = staff_client.get(PREVIEW, FIRST_TO_3 | {"why": WHY} | changed).content.decode()

    assert sentence in page
    assert "Nothing was tried yet" in page
    assert WHY in page
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ({"why": ""}, "Say why"),
        ({"agreed": ""}, "Tick the box"),
        ({"first_to": "2", "cap": "5"}, "is in force and says just that"),
        ({"based_on": "first-to-1.v0"}, "came into force meanwhile"),
        ({"based_on": ""}, "came into force meanwhile"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(voted, staff_client, sent, missing, sentence):
    form = FIRST_TO_3 | {"why": WHY, "based_on": "first-to-2.v1", "agreed": "on"} | missing

    answer = staff_client.post(ACTIVATE, form)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in page
    assert (WHY in page) == bool(form["why"])
    assert 'name="based_on" value="first-to-2.v1"' in page
    assert VoteRule.objects.count() == 1
    assert sent == []


def test_parameters_forged_on_the_way_come_back_to_the_form(world, staff_client, sent):
    page = staff_client.post(ACTIVATE, FIRST_TO_3 | {"cap": "1", "why": WHY, "based_on": "first-to-2.v1"})

    assert "raise the cap" in page.content.decode()
    assert not VoteRule.objects.exclude(pk="first-to-2.v1").exists()


def test_a_broker_away_holds_nothing_up(voted, staff_client, monkeypatch):
    def away(name: str) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(app, "send_task", away)

    page = staff_client.post(
        ACTIVATE, FIRST_TO_3 | {"why": WHY, "based_on": "first-to-2.v1", "agreed": "on"}, follow=True
    )

    assert "follow at their next vote or tonight" in page.content.decode()
    assert VoteRule.objects.get(active=True).pk == "first-to-3.v2"


def test_rules_are_for_staff(world, ann_client, sent):
    assert ann_client.get(RULES).status_code == 403
    assert ann_client.get(PREVIEW, SURE).status_code == 403
    form = FIRST_TO_3 | {"why": WHY, "based_on": "first-to-2.v1", "agreed": "on"}
    assert ann_client.post(ACTIVATE, form).status_code == 403
    assert not VoteRule.objects.exists()


def test_nobody_puts_a_rule_in_force_by_a_link(world, staff_client):
    assert staff_client.get(ACTIVATE, FIRST_TO_3).status_code == 405


def test_the_command_does_the_same(voted):
    out = StringIO()
    call_command("rules", "preview", "posterior", "--cap", "7", stdout=out)
    call_command("rules", "activate", "first_to", "--first-to", "3", "--cap", "7", "--why", WHY, stdout=out)
    call_command("rules", "list", stdout=out)

    said = out.getvalue()
    assert "1 would not be settled" in said
    assert f"{voted[1]}: Red Wrap -> open, 1 more vote at best" in said
    assert "first-to-3.v2 is in force" in said
    assert "* first-to-3.v2 " in said
    assert Photo.objects.get(pk=voted[2]).need == 2
    with pytest.raises(CommandError, match="--min-humans: At least two"):
        call_command("rules", "preview", "posterior", "--min-humans", "1")
    with pytest.raises(CommandError, match="says just that"):
        call_command("rules", "activate", "first_to", "--first-to", "3", "--cap", "7", "--why", WHY)


@pytest.mark.parametrize(
    "command",
    [
        ["list"],
        ["table", "--photos", "20"],
        ["crowd", "--votes", "200", "--seeds", "1"],
        ["preview", "posterior"],
        ["activate", "posterior", "--why", WHY],
    ],
)
def test_machines_read_one_document(voted, command):
    out = StringIO()

    call_command("rules", "--json", *command, stdout=out)

    assert json.loads(out.getvalue())


def test_the_tables_stand_beside_our_first_figures():
    out = StringIO()

    call_command("rules", "table", "--photos", "300", stdout=out)
    call_command("rules", "crowd", "--votes", "400", "--seeds", "1", stdout=out)

    said = out.getvalue()
    assert "first to 2, cap 5" in said
    assert "2.2 votes, 0.992" in said
    assert "full Dawid-Skene" in said
    with pytest.raises(CommandError, match="at least one photo"):
        call_command("rules", "table", "--photos", "0")
