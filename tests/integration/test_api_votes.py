"""Batches of votes from an outbox: kept once, in order, each judged alone, whatever else is in them."""

import json
import random
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from tests.conftest import NOON
from tests.factories import make_golden, make_photo, make_style
from tests.posting import URL, item, receipts, send, serve, states, undo
from truther.flow import settle, verify
from truther.flow.verify import Verdict
from truther.models import Batch, Golden, Photo, Serve, Style, Undo, Vote
from truther.models.batches import BatchState
from truther.models.photos import State
from truther.models.standing import drift_in

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


def test_a_batch_is_kept_and_each_vote_gets_a_receipt(ann_client, photos):
    answer = send(ann_client, item("p0", fit=True, seconds=1.5), item("p1", choice="not_dress", style=None))

    assert answer.status_code == 200
    assert answer.json() == {
        "receipts": [
            {"id": "vote-of-p0", "photo": "p0", "state": "kept", "news": None},
            {"id": "vote-of-p1", "photo": "p1", "state": "kept", "news": None},
        ],
        "today": 2,
        "goal": 20,
        "settled_today": 0,
    }
    first, second = Vote.objects.order_by("cast_at", "pk")
    assert (first.photo_id, first.style, first.fit, first.seconds, first.person) == (
        "p0",
        "red-wrap",
        True,
        1.5,
        "ann",
    )
    assert (second.choice, second.style, second.fit) == ("not_dress", "", None)
    assert [Photo.objects.get(pk=name).tally for name in ("p0", "p1")] == [
        {"style:red-wrap": 1},
        {"not_dress": 1},
    ]
    assert not Serve.objects.get(photo_id="p0").waiting


def test_a_token_is_as_good_as_a_session(ann, photos):
    _, token = AuthToken.objects.create(ann)
    api = Client(headers={"authorization": f"Token {token}"}, enforce_csrf_checks=True)

    assert states(api, item("p0")) == ["kept"]


def test_a_browser_needs_its_token_against_forged_requests(ann, photos):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ann)
    refused = send(browser, item("p0"))
    browser.cookies["csrftoken"] = "c" * 32
    kept = browser.post(
        URL,
        json.dumps({"votes": [item("p0")]}),
        content_type="application/json",
        headers={"X-CSRFToken": "c" * 32},
    )

    assert (refused.status_code, kept.status_code) == (403, 200)
    assert Vote.objects.count() == 1


def test_a_stranger_keeps_nothing(db, photos):
    assert send(Client(), item("p0")).status_code == 401
    assert not Vote.objects.exists()


def test_a_batch_sent_again_changes_nothing(ann_client, photos):
    second = item("p1", id="second-thoughts", style="blue-column")
    batch = [item("p0"), item("p1"), undo("vote-of-p1"), second]
    first = states(ann_client, *batch)
    stored = list(Vote.objects.order_by("pk").values())

    again = states(ann_client, *batch)

    assert first == ["kept", "kept", "undone", "kept"]
    assert again == ["already", "undone", "undone", "already"]
    assert list(Vote.objects.order_by("pk").values()) == stored
    assert Photo.objects.get(pk="p1").tally == {"style:blue-column": 1}


def test_lines_of_json_are_a_batch_too(ann_client, photos):
    lines = f"{json.dumps(item('p0'))}\n\n{{torn\n{json.dumps(item('p1'))}\n"

    answer = ann_client.post(URL, lines, content_type="application/x-ndjson")

    assert [receipt["state"] for receipt in answer.json()["receipts"]] == ["kept", "refused", "kept"]
    assert Vote.objects.count() == 2


def test_a_second_answer_in_the_same_batch_is_refused_with_the_first(ann_client, photos):
    _, second, same = receipts(
        ann_client, item("p0"), item("p0", id="a-second-id", choice="none", style=None), item("p0")
    )

    assert (second["state"], second["code"], same["state"]) == ("refused", "answered", "already")
    assert second["kept"] == {"id": "vote-of-p0", "choice": "style", "style": "red-wrap"}
    assert Vote.objects.get().pk == "vote-of-p0"


def test_an_undo_that_overtook_its_vote_ends_as_in_order(ann_client, photos):
    early = states(ann_client, undo("vote-of-p0"))
    late = states(ann_client, item("p0"), item("p1"))

    assert (early, late) == (["undone"], ["undone", "kept"])
    assert [vote.live for vote in Vote.objects.order_by("pk")] == [False, True]
    assert Undo.objects.get().pk == "vote-of-p0"
    assert Photo.objects.get(pk="p0").votes == 0
    assert Serve.objects.get(photo_id="p0").waiting


def test_the_answer_after_an_overtaking_undo_stands(ann_client, photos):
    states(ann_client, undo("vote-of-p0"), item("p0", id="second-thoughts", style="blue-column"))

    assert states(ann_client, item("p0")) == ["undone"]
    assert Photo.objects.get(pk="p0").tally == {"style:blue-column": 1}


def test_a_vote_in_a_removed_photo_harms_no_other(ann_client, photos):
    Photo.objects.filter(pk="p1").update(state=State.REMOVED)

    assert states(ann_client, item("p0"), item("p1"), item("p2")) == ["kept", "removed", "kept"]


def test_votes_keep_the_order_they_were_sent_in(ann_client, photos):
    receipts(ann_client, *(item(name) for name in reversed(photos)))

    ordered = Vote.objects.order_by("cast_at").values_list("photo_id", flat=True)
    assert list(ordered) == list(reversed(photos))


def test_two_answers_settle_a_photo_and_the_day_is_counted(ann_client, photos):
    serve("p0", "ben")
    verify.cast_vote(Verdict("vote-of-ben", "p0", "style", "red-wrap"), person_id="ben", now=timezone.now())

    answer = send(ann_client, item("p0"), item("p1"))

    assert (answer.json()["today"], answer.json()["settled_today"]) == (2, 1)
    assert Golden.objects.get().pk == "p0"


def test_a_late_vote_is_kept_and_says_so(ann_client, photos):
    Photo.objects.filter(pk="p0").update(state=State.CONTESTED)

    assert states(ann_client, item("p0"), item("p1")) == ["late", "kept"]
    assert Vote.objects.get(photo_id="p0").late


def test_a_batch_frozen_meanwhile_keeps_late_votes_and_lets_nothing_be_undone(ann_client, photos):
    receipts(ann_client, item("p0"))
    Batch.objects.update(state=BatchState.FROZEN, frozen_at=timezone.now())

    late, refused, unseen = receipts(ann_client, item("p1"), undo("vote-of-p0"), undo("vote-of-p1"))

    assert (late["state"], refused["code"], unseen["state"]) == ("late", "frozen", "undone")
    assert "last night's records" in refused["detail"]
    assert Vote.objects.get(photo_id="p0").live
    assert not Vote.objects.get(photo_id="p1").live  # nothing rests on a late vote


def test_a_style_retired_since_it_was_offered_can_still_be_chosen(ann_client, photos):
    Style.objects.filter(pk="red-wrap").delete()
    Style.objects.filter(pk="blue-column").update(retired_on=NOON.date())
    make_style("found-by-search", retired_on=NOON.date())

    assert states(
        ann_client,
        item("p0"),
        item("p1", style="blue-column"),
        item("p2", style="found-by-search"),
        item("p3", style="never-heard-of"),
    ) == ["kept", "kept", "kept", "unknown_style"]


def test_an_undo_brings_its_photo_back_and_undoing_it_again_changes_nothing(ann_client, photos):
    receipts(ann_client, item("p0"))

    first, second = receipts(ann_client, undo("vote-of-p0"), undo("vote-of-p0"))

    assert first == second == {"id": "vote-of-p0", "photo": "p0", "state": "undone", "news": None}
    assert Serve.objects.get(photo_id="p0").waiting
    assert Undo.objects.count() == 1


def test_who_takes_an_undo_back_answers_again_under_a_new_id(ann_client, photos):
    batch = [item("p0"), undo("vote-of-p0"), item("p0"), item("p0", id="answered-again")]

    assert states(ann_client, *batch) == ["kept", "undone", "undone", "kept"]
    assert Photo.objects.get(pk="p0").tally == {"style:red-wrap": 1}


def test_a_named_vote_can_be_undone_after_a_whole_batch_overtook_the_undo(ann_client, shop):
    names = [make_photo(f"q{number}").pk for number in range(112)]
    for name in names:
        serve(name)
    receipts(ann_client, *(item(name) for name in names[:12]))
    receipts(ann_client, *(item(name) for name in names[12:]))

    assert states(ann_client, undo("vote-of-q1"), undo("vote-of-q2")) == ["nothing_to_undo", "undone"]


@pytest.mark.parametrize("seed", range(4))
def test_batches_repeated_and_out_of_order_end_as_one_in_order(ann_client, photos, seed):
    said = [item(name, style=None, choice="not_dress") for name in photos]
    said += [undo("vote-of-p1"), undo("vote-of-p4")]
    dice = random.Random(seed)
    for _ in range(3):
        dice.shuffle(said)
        for start in range(0, len(said), 3):
            assert {"refused"}.isdisjoint(states(ann_client, *said[start : start + 3]))

    live = Vote.objects.live().order_by("photo_id").values_list("photo_id", flat=True)
    assert list(live) == ["p0", "p2", "p3", "p5"]
    assert drift_in(list(Photo.objects.all()), now=NOON) == []
    assert settle.rederive(now=NOON).undos_mended == 0
    waiting = Serve.objects.filter(waiting=True).order_by("photo_id").values_list("photo_id", flat=True)
    assert list(waiting) == ["p1", "p4"]


def test_other_peoples_votes_are_out_of_reach(ann_client, photos):
    serve("p0", "ben")
    verify.cast_vote(Verdict("vote-of-ben", "p0", "style", "red-wrap"), person_id="ben", now=NOON)

    assert states(ann_client, item("p0", id="vote-of-ben"), undo("vote-of-ben")) == [
        "forged",
        "nothing_to_undo",
    ]
    assert states(ann_client, item("p1", id="vote-of-ben")) == ["forged"]
    [vote] = Vote.objects.all()
    assert (vote.person, vote.live) == ("ben", True)
    assert not Undo.objects.exists()


def test_an_undo_ahead_of_another_persons_vote_takes_nothing_back(ann_client, photos):
    receipts(ann_client, undo("vote-of-ben"))
    serve("p0", "ben")

    verify.cast_vote(Verdict("vote-of-ben", "p0", "style", "red-wrap"), person_id="ben", now=NOON)

    assert settle.rederive(now=NOON).undos_mended == 0
    assert Vote.objects.get().live
    assert verify.undo(person_id="ben", now=NOON, vote_id="vote-of-ben").comes_back
    assert not Vote.objects.get().live


def test_a_gold_question_is_answered_in_the_same_words(ann_client, photos):
    Serve.objects.filter(photo_id="p0").update(reason="gold")
    Photo.objects.filter(pk="p0").update(state=State.SETTLED)
    make_golden("p0", known=True)

    gold, plain = receipts(ann_client, item("p0"), item("p1"))

    assert (gold["state"], list(gold)) == (plain["state"], list(plain))
    assert Vote.objects.get(photo_id="p0").audit


def test_votes_of_somebody_who_has_signed_out_are_not_taken_for_those_of_who_is_in(photos):
    User.objects.create_user("bén 100%")
    ben = Client()
    ben.force_login(User.objects.get(username="bén 100%"))
    serve(photos[0], "bén 100%")
    body = json.dumps({"votes": [item(photos[0])]})

    def sent_as(person: str) -> Any:
        headers = {"X-Truther-Person": quote(person)}
        return ben.post(URL, body, content_type="application/json", headers=headers)

    refused = sent_as("ann")

    assert (refused.status_code, Vote.objects.count()) == (403, 0)
    assert "Somebody else is signed in" in refused.json()["detail"]
    assert sent_as("bén 100%").json()["receipts"][0]["state"] == "kept"
    assert Vote.objects.get().person == "bén 100%"
