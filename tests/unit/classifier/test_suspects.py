"""Labels made wrong on purpose are found; who taught the model a label is not asked whether it is right."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from classifier.cli import main
from classifier.embedded import EmbeddedSnapshot, embed_snapshot
from classifier.predict import DeepDress
from classifier.snapshot import Snapshot, SnapshotPhoto, read_snapshot, write_snapshot
from classifier.suspects import (
    NOT_DRESS,
    TooFewOwners,
    average_precision,
    find_suspects,
    fold,
    labels_of,
    ranked,
    thresholds,
)


@pytest.fixture(scope="module")
def model(trained) -> DeepDress:
    return DeepDress.load(trained / "run", "cpu")


@pytest.fixture(scope="module")
def embedded(model, trained) -> EmbeddedSnapshot:
    """The snapshot of the training, as if every photo had an owner of its own."""
    snapshot = read_snapshot(trained / "snapshot")
    photos = tuple(replace(photo, owner="") for photo in snapshot.photos)
    return embed_snapshot(model, replace(snapshot, photos=photos))


def photo_of(name: str, **fields) -> SnapshotPhoto:
    return SnapshotPhoto(name, f"images/{name}.png", fields.pop("owner", ""), "train", "style", **fields)


def test_wrong_labels_come_first_with_what_they_should_be(model, embedded):
    truth = labels_of(embedded.snapshot.photos)
    wrong = {"p0-3": "S1", "p2-9": "S4", "p3-0": NOT_DRESS, "n5": "S0"}

    suspects = find_suspects(model, embedded, labels=truth | wrong)

    assert {suspect.photo for suspect in suspects[:4]} == set(wrong)
    assert {s.photo: s.suggested for s in suspects[:4]} == {name: truth[name] for name in wrong}
    assert 3 <= sum(suspect.flagged for suspect in suspects) <= 8
    assert len(suspects) == len(truth)


def test_labels_that_are_right_raise_hardly_a_flag(model, embedded):
    suspects = find_suspects(model, embedded)

    assert sum(suspect.flagged for suspect in suspects) <= 0.02 * len(suspects)


def test_a_photo_does_not_vouch_for_itself(model, embedded):
    """A style known by one wrong photo alone is judged by its studio shots, not by that photo."""
    photos = [photo for photo in embedded.snapshot.photos if photo.sku != "S1"]
    lone = next(photo for photo in photos if photo.photo == "p2-9")
    few = replace(embedded, snapshot=replace(embedded.snapshot, photos=tuple(photos)))

    suspects = find_suspects(model, few, labels=labels_of(photos) | {lone.photo: "S1"})

    assert (suspects[0].photo, suspects[0].suggested) == ("p2-9", "S2")


def test_one_owners_photos_are_judged_together_by_others():
    photos = [photo_of(f"p{number}", sku="A", owner="ann") for number in range(9)]

    assert len({fold(photo, 5) for photo in photos}) == 1
    assert len({fold(photo_of(f"p{number}"), 5) for number in range(40)}) == 5


def test_photos_of_a_single_owner_cannot_be_judged(model, trained):
    one = read_snapshot(trained / "snapshot")
    photos = tuple(replace(photo, owner="ann") for photo in one.photos)

    with pytest.raises(TooFewOwners):
        find_suspects(model, embed_snapshot(model, replace(one, photos=photos)))


def test_thresholds_are_class_means_and_small_classes_lean_on_all():
    labels = {f"a{n}": "A" for n in range(96)} | {"b": "B"}
    own = dict.fromkeys(labels, 0.9) | {"b": 0.1}

    found = thresholds(labels, own)

    overall = (96 * 0.9 + 0.1) / 97
    assert found["A"] == pytest.approx((96 * 0.9 + 4 * overall) / 100)
    assert found["B"] == pytest.approx((0.1 + 4 * overall) / 5)


def test_a_class_that_is_always_unsure_is_not_suspected_for_that():
    sure = {f"s{n}": {"A": 0.95, "B": 0.05} for n in range(50)}
    unsure = {f"u{n}": {"C": 0.4, "B": 0.35} for n in range(50)}
    labels = dict.fromkeys(sure, "A") | dict.fromkeys(unsure, "C") | {"odd": "A"}
    guesses = sure | unsure | {"odd": {"A": 0.3, "C": 0.6}}
    photos = [photo_of(name) for name in labels]

    suspects = ranked(photos, labels, guesses)

    assert [suspect.photo for suspect in suspects if suspect.flagged] == ["odd"]
    assert suspects[0].photo == "odd"


def test_average_precision_is_the_mean_precision_at_each_hit():
    assert average_precision(["x", "a", "b", "y"], {"x", "y"}) == pytest.approx((1 / 1 + 2 / 4) / 2)
    assert average_precision(["a", "b"], {"c"}) == 0.0


def test_a_snapshot_without_photos_has_no_suspects(model, embedded):
    none: Snapshot = replace(embedded.snapshot, photos=())

    assert find_suspects(model, replace(embedded, snapshot=none)) == []


def snapshot_on_disk(trained: Path, folder: Path, **changed: str) -> Path:
    source = read_snapshot(trained / "snapshot")
    folder.mkdir()
    (folder / "images").symlink_to(trained / "snapshot/images")
    photos = [
        replace(photo, owner="", sku=changed.get(photo.photo.replace("-", "_"), photo.sku))
        for photo in source.photos
    ]
    write_snapshot(folder, id=folder.name, created_at="", styles=source.styles, photos=photos)
    return folder


def test_suspects_are_listed_by_the_command(trained, tmp_path, capsys):
    folder = snapshot_on_disk(trained, tmp_path / "one-wrong", p1_4="S3")

    assert main(["suspects", str(trained / "run"), str(folder), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)

    first = answer["tables"][0]["rows"][0]
    assert (first["photo"], first["label"], first["suggested"]) == ("p1-4", "S3", "S1")
    assert answer["flagged"] >= 1


def test_the_bench_finds_labels_made_wrong_sooner_than_chance(trained, tmp_path, capsys):
    folder = snapshot_on_disk(trained, tmp_path / "clean")
    asked = ["bench", "suspects", str(trained / "run"), str(folder), "--seeds", "0", "1", "--json"]

    assert main(asked) == 0
    rows = json.loads(capsys.readouterr().out)["tables"][0]["rows"]

    precision = {(row["labels went wrong"], row["ranking"]): row["AP"] for row in rows}
    assert precision["random", "margin (ours)"] > 0.9
    assert precision["look-alike", "margin (ours)"] > 0.9
    assert precision["random", "random"] < 0.3
    assert np.isfinite(list(precision.values())).all()
