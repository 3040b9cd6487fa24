from datetime import timedelta

import pytest

from tests import small_world
from tests.conftest import MINUTE, NOON
from tests.factories import make_photo
from truther.config import config
from truther.flow import freeze
from truther.flow.freeze.manifest import LINES, ManifestMismatch
from truther.models import Batch, Golden, Photo
from truther.shelf import snapshot_folder

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
HOUR = timedelta(hours=1)


@pytest.fixture
def size_ten(monkeypatch):
    """Batches of ten photos."""
    small = config.model_copy(update={"batch_size": 10})
    monkeypatch.setattr(freeze, "config", small)


@pytest.fixture
def archive(empty_shelf, size_ten) -> list[str]:
    """Twenty-five classified photos that no batch has, newest first."""
    return [
        make_photo(f"p{number:03d}", taken_at=NOON - number * HOUR, batch_id="").id for number in range(25)
    ]


def batch_of(photo_ids: list[str]) -> set[str]:
    return set(Photo.objects.filter(pk__in=photo_ids).values_list("batch_id", flat=True))


def test_the_first_batch_takes_the_newest_photos(archive):
    assert freeze.top_up(now=NOON) == 10

    assert batch_of(archive[:10]) == {"batch-00001"}
    assert batch_of(archive[10:]) == {""}
    assert Batch.objects.get().oldest_taken_at == NOON - 9 * HOUR
    assert freeze.top_up(now=NOON) == 0


def test_a_frozen_batch_keeps_what_is_settled_and_carries_the_rest_over(archive):
    freeze.top_up(now=NOON)
    small_world.play(archive[:10], at=NOON)  # p000 gets one vote, p001 two "none": both stay undecided

    frozen = freeze.freeze_batch(at=NOON + MINUTE)

    assert (frozen.batch_id, frozen.golden, frozen.carried) == ("batch-00001", 8, 2)
    assert batch_of(archive[2:10]) == {"batch-00001"}
    assert batch_of([*archive[:2], *archive[10:18]]) == {"batch-00002"}
    assert batch_of(archive[18:]) == {""}
    assert (frozen.back_from, frozen.back_to) == (NOON - 9 * HOUR, NOON - 17 * HOUR)


def test_arrivals_come_before_the_walk_back(archive):
    freeze.top_up(now=NOON)
    small_world.play(archive[:10], at=NOON)
    arrived = [make_photo(f"q{n}", taken_at=NOON + (n + 1) * MINUTE, batch_id="").id for n in range(3)]

    freeze.freeze_batch(at=NOON + MINUTE)

    assert batch_of(arrived) == {"batch-00002"}
    assert Photo.objects.filter(batch_id="batch-00002").count() == 10
    assert batch_of(archive[15:]) == {""}


def test_freezing_the_same_moment_twice_answers_the_same(archive):
    freeze.top_up(now=NOON)
    small_world.play(archive[:10], at=NOON)

    first = freeze.freeze_batch(at=NOON + MINUTE)
    again = freeze.freeze_batch(at=NOON + MINUTE)

    assert first == again
    assert Batch.objects.count() == 2


def test_a_moment_before_the_last_cut_is_refused_and_changes_nothing(archive):
    freeze.top_up(now=NOON)
    freeze.freeze_batch(at=NOON + MINUTE)

    with pytest.raises(freeze.AlreadyFrozen):
        freeze.freeze_batch(at=NOON)

    assert Batch.objects.count() == 2


def test_a_photo_settled_after_the_cut_belongs_to_the_next_batch(archive):
    freeze.top_up(now=NOON)
    small_world.play(archive[2:5], at=NOON)
    small_world.play(archive[5:7], at=NOON + 2 * MINUTE)

    frozen = freeze.freeze_batch(at=NOON + MINUTE)

    assert frozen.golden == 3
    assert set(Golden.objects.filter(batch_id="batch-00001").values_list("pk", flat=True)) == set(
        archive[2:5]
    )
    assert batch_of(archive[5:7]) == {"batch-00002"}


def test_an_altered_manifest_is_noticed(archive):
    freeze.top_up(now=NOON)
    small_world.play(archive[:10], at=NOON)
    freeze.freeze_batch(at=NOON + MINUTE)
    lines = snapshot_folder("batch-00001") / LINES
    lines.chmod(0o644)
    lines.write_text(lines.read_text().replace("S2", "S3"))
    Batch.objects.filter(pk="batch-00001").update(state="freezing")

    with pytest.raises(ManifestMismatch):
        freeze.freeze_batch(at=NOON + MINUTE)


def test_nothing_open_is_said_not_invented(empty_shelf):
    with pytest.raises(freeze.NothingToFreeze):
        freeze.freeze_batch(at=NOON)
    assert not Batch.objects.exists()
