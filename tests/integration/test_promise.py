"""A model gets lanes from photos that taught nothing: when it is trained, or at night while it serves."""

from dataclasses import asdict

import pytest

from classifier.calibrate import fit
from classifier.calibrate.lanes import Lane, Lanes
from classifier.runs import read_facts
from classifier.snapshot import SnapshotPhoto, SnapshotStyle, Split, split_of, write_snapshot
from tests import small_world
from tests.conftest import MINUTE, NOON
from truther import night
from truther.flow import classify, freeze, lanes, promise, retrain
from truther.models import ModelRun, Photo, Snapshot
from truther.models.photos import State
from truther.night import words
from truther.rules.lanes import confidence_of, keep
from truther.shelf import champion_id, run_folder, snapshot_folder

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
NIGHT = NOON + MINUTE
ERROR = 0.2  # the most that may be allowed: 23 held-out photos are enough to try


def hold_out(count: int, *, name: str = "2026-03-14", mislabelled: bool = False) -> None:
    """Freeze a snapshot of so many photos that taught nothing, plain ones; as many of the training split."""
    folder = snapshot_folder(name)
    (folder / "images").mkdir(parents=True)

    def draw(style: int, seed: int) -> str:
        small_world.dress(style, seed, 245).save(folder / "images" / f"{style}-{seed}.png")
        return f"images/{style}-{seed}.png"

    styles = [
        SnapshotStyle(sku, True, (draw(number, 0), draw(number, 1)))
        for number, sku in enumerate(small_world.STYLES)
    ]
    photos = []
    for number in range(2 * count):
        split: Split = "holdout" if number % 2 else "train"
        style = number // 2 % len(styles)
        said = small_world.STYLES[(style + mislabelled) % len(styles)]
        image = draw(style, 100 + number)
        photos.append(SnapshotPhoto(f"s{number}", image, f"only{number}", split, "style", said))
    write_snapshot(folder, id=name, created_at=NOON.isoformat(), styles=styles, photos=photos)
    Snapshot.objects.register(name, sha256="", photos=len(photos), styles=len(styles), created_at=NOON)


def kept() -> dict:
    return ModelRun.objects.lanes_of(champion_id())


def test_nothing_is_tried_while_no_error_is_allowed(small_shop):
    classify.champion(now=NOON)
    hold_out(30)

    assert promise.promise(now=NIGHT) == promise.Promised(0, (), 0)
    assert kept() == {}


def test_before_there_is_a_snapshot_nothing_is_tried(small_shop, allow):
    allow(ERROR)
    classify.champion(now=NOON)

    assert promise.promise(now=NIGHT) == promise.Promised(0, (), 0)


def test_with_too_few_photos_no_lane_opens_and_the_night_says_so(small_shop, allow):
    allow(ERROR)
    classify.champion(now=NOON)
    hold_out(22)

    looked, found = lanes.look_back("2026-03-14", now=NIGHT), promise.promise(now=NIGHT)

    assert found == promise.Promised(0, (), 23)
    assert kept() == {}
    assert words.sentences("lanes", asdict(looked) | asdict(found)) == [
        "No lane can open yet: it takes 23 held-out photos."
    ]


def test_the_model_that_serves_gets_a_lane_from_what_is_held_out(small_shop, allow):
    allow(ERROR)
    classify.champion(now=NOON)
    hold_out(40)

    found = promise.promise(now=NIGHT)

    assert found == promise.Promised(40, ("accept",), 0)
    tested = Lanes.from_json(kept())
    assert (tested.error, tested.confidence) == (ERROR, confidence_of(1))
    assert tested.accept.n >= 23
    assert tested.accept.bound is not None
    assert tested.accept.wrong / tested.accept.n < tested.accept.bound <= ERROR
    assert (kept()["source"], kept()["photos"], kept()["tries"]) == ("2026-03-14", 40, 1)
    assert promise.promise(now=NIGHT) == promise.Promised(0, (), 0)  # once is enough
    said = words.sentences("lanes", asdict(lanes.look_back("n", now=NIGHT)) | asdict(found))
    assert said == ["Lanes were tested on 40 held-out photos; open: accept."]


def test_a_model_that_is_wrong_gets_none_and_tries_again_on_twice_as_many_only(small_shop, allow):
    allow(ERROR)
    classify.champion(now=NOON)
    hold_out(30, mislabelled=True)

    assert promise.promise(now=NIGHT) == promise.Promised(30, (), 0)
    hold_out(40, name="2026-03-15")
    Snapshot.objects.filter(pk="2026-03-14").delete()
    found = promise.promise(now=NIGHT)
    assert found == promise.Promised(0, (), 0)
    idle = asdict(lanes.look_back("n", now=NIGHT)) | asdict(found)
    assert words.sentences("lanes", idle) == ["The lanes stay as they are."]
    Snapshot.objects.filter(pk="2026-03-15").delete()
    hold_out(60, name="2026-03-16")

    assert promise.promise(now=NIGHT) == promise.Promised(60, ("accept",), 0)
    assert (kept()["tries"], kept()["confidence"]) == (2, confidence_of(2))


def test_another_promise_gives_back_what_was_passed_by_under_the_last_one(small_shop, allow):
    classify.champion(now=NOON)
    hold_out(40)
    before = Lanes(0.1, 0.95, Lane(0.0), Lane(None))
    ModelRun.objects.note_lanes("v0", keep(before, source="2026-03-01"))
    small_world.post(8)
    allow(0.1)
    classify.classify_new(now=NOON)
    passed = Photo.objects.passed().count()
    allow(ERROR)

    promise.promise(now=NIGHT)

    assert passed == 5
    assert not Photo.objects.passed().exists()
    assert (kept()["error"], kept()["tries"]) == (ERROR, 2)


@pytest.mark.parametrize("error", [0.0, ERROR])
def test_a_challenger_is_calibrated_with_lanes_where_errors_are_allowed(
    small_shop, allow, monkeypatch, error
):
    monkeypatch.setattr(fit, "WORTH_HALVING", 8)  # the house would need four thousand golden records
    allow(error)
    photo_ids, owners = small_world.post(60), calibrating(30)
    for photo_id, owner in zip(photo_ids[::2], owners, strict=True):
        Photo.objects.filter(pk=photo_id).update(owner=owner)
    classify.classify_new(now=NOON)
    freeze.top_up(now=NOON)
    small_world.play(photo_ids, at=NOON)
    freeze.freeze_batch(at=NIGHT)
    retrain.take_snapshot("2026-03-14", at=NIGHT)

    run_id = retrain.train_candidate("2026-03-14", now=NIGHT)

    tested = read_facts(run_folder(run_id)).calibration.lanes
    if not error:
        assert (tested, ModelRun.objects.lanes_of(run_id)) == (None, {})
        return
    assert tested is not None
    assert (tested.error, tested.confidence) == (error, confidence_of(1))
    assert ModelRun.objects.lanes_of(run_id) == keep(tested, source="2026-03-14")


def calibrating(count: int) -> list[str]:
    """Customers whose photos calibrate."""
    names = (f"only{number}" for number in range(100 * count))
    return [name for name in names if split_of(name, "") == "calibration"][:count]


def test_a_night_tests_lanes_before_it_classifies_and_says_what_was_passed_by(small_shop, allow):
    allow(ERROR)
    classify.champion(now=NOON)
    small_world.post(8)
    hold_out(40)

    run = night.run_night(NIGHT)

    found = {entry["name"]: entry["result"] for entry in run.stages}
    assert (found["lanes"]["tested_on"], found["lanes"]["opened"]) == (40, ["accept"])
    passed = Photo.objects.filter(state=State.PASSED).count()
    assert found["classify"]["passed"] == passed > 0
    assert Photo.objects.filter(state=State.OPEN).count() == 8 - passed
    said = words.sentences("classify", found["classify"])[-1]
    assert said.startswith(f"Lanes pass {passed} photos by")


def test_a_night_without_lanes_says_so(small_shop):
    run = night.run_night(NIGHT)

    found = {entry["name"]: entry["result"] for entry in run.stages}
    assert words.sentences("lanes", found["lanes"]) == ["People see everything: lanes are off."]
    assert found["classify"]["passed"] == 0
