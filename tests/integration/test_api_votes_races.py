"""Batches of votes while something else happens: a lost database, a rival, an undo; what a batch costs."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connections
from django.test.utils import CaptureQueriesContext

from tests.conftest import NOON
from tests.factories import make_photo
from tests.posting import item, receipts, send, serve
from truther.flow import verify
from truther.flow.verify import Verdict
from truther.flow.verify.judge import Known
from truther.models import Photo, Serve, Vote
from truther.models.photos import PhotoQuerySet
from truther.models.standing import drift_in

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


def test_a_database_lost_in_the_middle_loses_nothing_that_is_sent_again(ann_client, photos, monkeypatch):
    def away(*args: Any, **values: Any) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as broken:
        broken.setattr(PhotoQuerySet, "recount_all", away)
        lost = send(ann_client, item("p0"), item("p1"))
    again = receipts(ann_client, item("p0"), item("p1"))

    assert (lost.status_code, lost["Retry-After"]) == (503, "5")
    assert {receipt["state"] for receipt in again} <= {"kept", "already"}
    assert Vote.objects.count() == 2
    assert drift_in(list(Photo.objects.all()), now=NOON) == []
    assert not Serve.objects.filter(photo_id__in=["p0", "p1"], waiting=True).exists()


def test_a_rival_that_is_faster_by_a_moment_wins_and_the_rest_is_kept(ann_client, photos, monkeypatch):
    about, rivals = Known.about, [Verdict("another-tab", "p1", "not_dress")]

    def rivalled(verdicts: Any, person_id: str) -> Known:
        known = about(verdicts, person_id)
        if rivals:
            verify.cast_vote(rivals.pop(), person_id=person_id, now=NOON)
        return known

    monkeypatch.setattr(Known, "about", rivalled)

    first, second, third = receipts(ann_client, item("p0"), item("p1"), item("p2"))

    assert {first["state"], third["state"]} <= {"kept", "already"}
    assert second["kept"]["id"] == "another-tab"
    assert Vote.objects.count() == 3
    assert drift_in(list(Photo.objects.all()), now=NOON) == []


def test_an_undo_that_comes_with_its_vote_at_the_same_moment_wins(ann_client, photos, monkeypatch):
    about = Known.about

    def overtaken(verdicts: Any, person_id: str) -> Known:
        known = about(verdicts, person_id)
        verify.undo(person_id=person_id, now=NOON, vote_id="vote-of-p0")
        return known

    monkeypatch.setattr(Known, "about", overtaken)
    receipts(ann_client, item("p0"), item("p1"))

    assert set(Vote.objects.live().values_list("photo_id", flat=True)) == {"p1"}
    assert Photo.objects.get(pk="p0").votes == 0
    assert Serve.objects.get(photo_id="p0").waiting


def test_a_longer_batch_asks_the_database_once_more_for_each_photo(ann_client, shop):
    counts = []
    for size in (1, 4, 14):  # the first vote of all also stores the rule
        names = [make_photo(f"q{size}-{number}").pk for number in range(size)]
        for name in names:
            serve(name)
        cache.clear()  # what is counted every few seconds is counted each time, on slow machines too
        with CaptureQueriesContext(connections["documents"]) as asked:
            receipts(ann_client, *(item(name) for name in names))
        counts.append(len(asked))

    assert counts[2] - counts[1] == 10
