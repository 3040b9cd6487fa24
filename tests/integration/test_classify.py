from datetime import timedelta

import numpy as np
import pytest

from classifier.index import StyleIndex
from classifier.runs import SHIPPED
from tests import small_world
from tests.conftest import MINUTE, NOON
from truther.flow import classify, freeze
from truther.models import ModelRun, Photo, Style, VoteRule
from truther.models.photos import State
from truther.shelf import index_file, picture_file

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


def test_new_photos_are_scored_and_opened(small_shop):
    photo_ids = small_world.post(7)

    opened = classify.classify_new(now=NOON)

    assert opened == 7
    for photo in Photo.objects.filter(pk__in=photo_ids):
        assert (photo.state, photo.model_version, photo.classified_at) == (State.OPEN, "v0", NOON)
        assert {candidate["sku"] for candidate in photo.candidates} == set(small_world.STYLES)
        shares = [candidate["probability"] for candidate in photo.candidates]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) <= (photo.p_dress or 0) + 1e-5


def test_a_photo_that_is_opened_lacks_what_the_rule_in_force_asks_for(small_shop):
    [photo_id] = small_world.post(1)
    VoteRule.objects.add("first-to-3.v2", {"first_to": 3, "cap": 7}, author="sam", why="to try", now=NOON)

    classify.classify_new(now=NOON)

    assert Photo.objects.get(pk=photo_id).need == 3


def test_the_model_finds_most_dresses_of_a_world_this_plain(small_shop):
    photo_ids = small_world.post(30)

    classify.classify_new(now=NOON)

    dresses = [pk for pk in photo_ids if small_world.truth_of(int(pk[1:])) != "not_dress"]
    photos = Photo.objects.in_bulk(dresses)
    hits = [photos[pk].candidates[0]["sku"] == small_world.truth_of(int(pk[1:])) for pk in dresses]
    assert sum(hits) > len(hits) / 2  # a guess finds one of six


def test_nothing_is_loaded_or_written_when_nothing_is_new(small_shop):
    assert classify.classify_new(now=NOON) == 0
    assert not index_file("v0").exists()


def test_a_limit_takes_the_newest_and_the_next_call_the_rest(small_shop):
    photo_ids = small_world.post(5)

    assert classify.classify_new(now=NOON, limit=2) == 2
    assert set(Photo.objects.filter(state=State.OPEN).values_list("pk", flat=True)) == set(photo_ids[:2])
    assert classify.classify_new(now=NOON) == 3


def test_a_photo_whose_picture_is_broken_stays_new_and_stops_nobody(small_shop):
    broken, gone, whole = small_world.post(3)
    picture_file(Photo.objects.get(pk=broken).sha256).write_bytes(b"RIFF")
    picture_file(Photo.objects.get(pk=gone).sha256).unlink()

    assert classify.classify_new(now=NOON) == 1

    assert Photo.objects.get(pk=whole).state == State.OPEN
    assert set(Photo.objects.filter(state=State.NEW).values_list("pk", flat=True)) == {broken, gone}


def test_scoring_again_leaves_votes_leases_and_revisions_alone(small_shop):
    [photo_id] = small_world.post(1)
    classify.classify_new(now=NOON)
    small_world.vote(photo_id, "ann", "S0", at=NOON)
    lent = {"leased_by": "ben", "leased_until": NOON + MINUTE, "model_version": "older"}
    Photo.objects.filter(pk=photo_id).update(**lent)
    before = Photo.objects.get(pk=photo_id)

    assert classify.classify_again(now=NOON + MINUTE) == 1

    after = Photo.objects.get(pk=photo_id)
    assert (after.model_version, after.classified_at) == ("v0", NOON + MINUTE)
    for name in ("tally", "votes", "need", "rev", "leased_by", "leased_until", "state"):
        assert getattr(after, name) == getattr(before, name), name


def test_scoring_again_passes_over_what_is_settled_or_up_to_date(small_shop):
    settled, fresh = small_world.post(2)
    classify.classify_new(now=NOON)
    Photo.objects.filter(pk=settled).update(state=State.SETTLED, model_version="older")

    assert classify.classify_again(now=NOON + MINUTE) == 0

    assert Photo.objects.get(pk=settled).model_version == "older"
    assert Photo.objects.get(pk=fresh).classified_at == NOON


def test_a_new_style_is_offered_at_once_even_on_photos_scored_before_it_came(small_shop):
    newcomer = Style.objects.get(pk="S2")
    Style.objects.filter(pk="S2").delete()
    small_world.post(3)  # the third shows S2
    classify.keep_up(now=NOON)
    assert "S2" not in {c["sku"] for c in Photo.objects.get(pk="p002").candidates}
    newcomer.save(force_insert=True)

    assert classify.keep_up(now=NOON + MINUTE) == 3

    assert "S2" in {c["sku"] for c in Photo.objects.get(pk="p002").candidates}
    assert classify.keep_up(now=NOON + 2 * MINUTE) == 0


def test_verified_photos_of_a_frozen_batch_sharpen_the_prototypes_and_undecided_photos_meet_them(small_shop):
    photo_ids = small_world.post(12)
    classify.keep_up(now=NOON)
    freeze.top_up(now=NOON)
    small_world.play(photo_ids[:6], at=NOON)
    before = StyleIndex.load(index_file("v0")).matrix.copy()
    assert classify.keep_up(now=NOON + MINUTE) == 0  # settled, but not frozen yet

    freeze.freeze_batch(at=NOON + MINUTE)
    undecided = Photo.objects.filter(state__in=[State.OPEN, State.CONTESTED]).count()

    assert classify.keep_up(now=NOON + 2 * MINUTE) == undecided > 0
    assert not np.allclose(StyleIndex.load(index_file("v0")).matrix, before)
    assert classify.keep_up(now=NOON + 3 * MINUTE) == 0


def test_a_retired_style_leaves_the_index(small_shop):
    assert classify.refresh_index(now=NOON) == 6
    Style.objects.filter(pk="S1").update(retired_on=NOON.date())

    assert classify.refresh_index(now=NOON + MINUTE) == 5

    assert "S1" not in StyleIndex.load(index_file("v0"))


def test_an_index_that_is_up_to_date_is_not_written_again(small_shop):
    classify.refresh_index(now=NOON)
    written_at = index_file("v0").stat().st_mtime_ns

    assert classify.refresh_index(now=NOON + timedelta(days=1)) == 6

    assert index_file("v0").stat().st_mtime_ns == written_at


def test_a_style_without_a_readable_picture_is_left_out(small_shop):
    for picture in Style.objects.get(pk="S3").images:
        picture_file(picture).unlink()

    assert classify.refresh_index(now=NOON) == 5


def test_the_shipped_model_serves_a_new_installation(db, empty_shelf):
    assert classify.champion(now=NOON) == SHIPPED.name
    assert classify.champion(now=NOON) == SHIPPED.name

    assert [(run.id, run.role) for run in ModelRun.objects.all()] == [(SHIPPED.name, "champion")]
