"""Real photos of clothes: senders stay on one side, numbers are right, the command runs on a few."""

import json

import numpy as np
import pytest
from PIL import Image

from classifier.bench.clothing import add_arguments
from classifier.bench.clothing.dress_or_not import (
    auroc_difference,
    average_precision,
    base_rate,
    by_linear,
    class_by_linear,
    confusion,
    measures,
)
from classifier.bench.clothing.halves import Halves, left_half, places, right_half
from classifier.bench.clothing.photos import Photos, SendersOverlap, TooFewSenders, apart, folds, rows_of
from classifier.bench.clothing.sheet import Tile, write_sheet
from classifier.bench.clothing.tail import TailPlan, fine_tune, maps_before_last, p_dress
from classifier.bench.logistic import fit_linear
from classifier.cli import main
from classifier.layouts import LayoutError
from tests.tiny import COLOURS, dress, noise

SENDERS = np.array([str(n % 40) for n in range(400)])


def some_photos(senders, labels):
    images = [Image.new("RGB", (8, 8))] * len(labels)
    return Photos(images, [str(n) for n in range(len(labels))], np.array(senders), np.array(labels))


def test_folds_keep_senders_together_and_are_of_a_size():
    senders = np.repeat([f"s{n}" for n in range(12)], [40, 20, 20, 10, 10, 10, 10, 10, 5, 5, 5, 5])
    labels = np.where(np.arange(150) % 5 == 0, "Dress", "Hat")
    photos = some_photos(senders, labels)

    splits = folds(photos, 3, seed=0)

    assert rows_of(splits).tolist() == list(range(150))
    for split in splits:
        assert not set(photos.senders[split.train]) & set(photos.senders[split.test])
        assert len(split.train) + len(split.test) == 150
        assert 45 <= len(split.test) <= 55
    assert folds(photos, 3, seed=1)[0].test.tolist() != splits[0].test.tolist()


def test_a_sender_on_both_sides_is_refused():
    photos = some_photos(["7", "8", "8"], ["Dress", "Hat", "Hat"])

    with pytest.raises(SendersOverlap, match=r"1 senders are in both folders \(8\)"):
        apart(photos, np.array([0, 1]), np.array([2]))


def test_too_few_senders_of_dresses_are_refused():
    photos = some_photos(["1", "2", "3", "4"], ["Dress", "Hat", "Hat", "Hat"])

    with pytest.raises(TooFewSenders, match="1 senders of dresses cannot be dealt to 3 folds"):
        folds(photos, 3, seed=0)


def test_numbers_by_hand():
    p_dress = np.array([0.9, 0.8, 0.7, 0.1])
    dresses = np.array([True, False, True, False])

    found = measures(p_dress, dresses)

    assert found["AUROC"] == 0.75
    assert found["AP"] == pytest.approx((1 + 2 / 3) / 2)
    assert found["FPR@95"] == 0.5
    assert average_precision(np.full(4, 0.5), dresses) == 0.5  # equal scores: the base rate
    assert average_precision(p_dress, np.zeros(4, bool)) is None


def test_linear_methods_learn_from_others_only():
    chance = np.random.default_rng(0)
    labels = np.array(["Dress", "Hat", "Shoes"] * 40)
    photos = some_photos([str(n % 8) for n in range(120)], labels)
    features = np.eye(3, dtype=np.float32)[np.arange(120) % 3]
    features += chance.normal(0, 0.1, (120, 3)).astype(np.float32)
    splits = folds(photos, 4, seed=0)

    assert measures(by_linear(features, photos, splits), photos.dress)["AUROC"] == 1.0
    assert base_rate(photos, splits) == pytest.approx(np.full(120, 1 / 3), abs=0.02)
    found = confusion(class_by_linear(features, photos, splits), photos, rows_of(splits))
    assert (found["classes"], found["accuracy"]) == (["Dress", "Hat", "Shoes"], 1.0)
    assert found["counts"] == [[40, 0, 0], [0, 40, 0], [0, 0, 40]]


def test_a_difference_of_auroc_has_an_interval_over_senders():
    chance = np.random.default_rng(0)
    dresses = np.arange(400) % 4 == 0
    good = dresses + chance.normal(0, 0.3, 400)

    gap = auroc_difference([good], [chance.normal(size=400)], dresses, SENDERS)

    assert 0.3 < gap.low < gap.mean < gap.high < 0.65
    same = auroc_difference([good], [good], dresses, SENDERS)
    assert (same.low, same.high) == (0.0, 0.0)


def test_halves_share_no_pixel():
    picture = Image.new("RGB", (21, 10), (250, 0, 0))
    picture.paste((0, 0, 250), (10, 0, 21, 10))

    assert left_half(picture).getextrema() == ((250, 250), (0, 0), (0, 0))
    assert np.asarray(right_half(picture, seed=1))[:, :, 0].max() <= 160  # blue, and grey corners


def test_halves_of_plain_garments_are_found_by_colour():
    halves = Halves.of([Image.new("RGB", (40, 50), colour) for colour in COLOURS], seed=0)

    assert halves.by_mean_colour().tolist() == [0] * 6
    assert places(np.eye(3, dtype=np.float32), np.eye(3, dtype=np.float32)[[1, 1, 1]]).tolist() == [
        1.5,
        0,
        1.5,
    ]


def test_fine_tuning_starts_from_the_linear_optimum_and_improves():
    chance = np.random.default_rng(0)
    images = [dress(n % 6, chance, 120) if n % 2 else noise(chance) for n in range(8)]
    maps = maps_before_last("efficientnet-lite0", images)
    dresses, rows = np.arange(8) % 2 == 1, np.arange(8)
    features = chance.normal(size=(8, 1280)).astype(np.float32)
    start = fit_linear(features, dresses.astype(np.int64), 2, iterations=3)

    untouched = fine_tune("efficientnet-lite0", maps, dresses, rows, start, TailPlan(steps=0))
    tuned = fine_tune("efficientnet-lite0", maps, dresses, rows, start, TailPlan(steps=2, lr=1e-3))

    before, after = (np.log(np.abs(p_dress(net, maps) - ~dresses)).mean() for net in (untouched, tuned))
    assert after > before


def test_a_sheet_is_small(tmp_path):
    tiles = [Tile(noise(np.random.default_rng(n)), f"Hat {n}") for n in range(4)]

    size = write_sheet(tmp_path / "docs/sheet.webp", [("wrong", tiles), ("", tiles[:2])])

    with Image.open(tmp_path / "docs/sheet.webp") as sheet:
        assert sheet.size == (4 * 112, 2 * 140)
    assert size == (tmp_path / "docs/sheet.webp").stat().st_size < 60_000


def write_clothing(folder, senders, seed):
    chance, lines = np.random.default_rng(seed), ["image,sender_id,label,kids"]
    (folder / "images").mkdir(parents=True)
    for number in range(6):
        label = ("Dress", "Hat", "Shoes")[number % 3]
        image = dress(number, chance, 120) if label == "Dress" else noise(chance)
        image.save(folder / f"images/{seed}-{number}.jpg")
        lines.append(f"{seed}-{number},{senders[number % len(senders)]},{label},False")
    (folder / "images.csv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture
def run(trained):
    """A training of ours."""
    return trained / "run"


def test_two_folders_from_the_command_line(tmp_path, capsys, run):
    sides = [write_clothing(tmp_path / name, senders, n) for n, (name, senders) in enumerate(
        {"a": ("1", "2"), "b": ("3", "4")}.items())]  # fmt: skip
    call = [
        "bench",
        "clothing",
        "--train",
        sides[0],
        "--test",
        sides[1],
        "--seeds",
        2,
        "--fine-tune-steps",
        1,
    ]
    call += ["--run", run, "--sheet", tmp_path / "sheet.webp", "--out", tmp_path / "out", "--json"]

    assert main([*map(str, call)]) == 0
    answer = json.loads(capsys.readouterr().out)

    which, minus, classes, halves = answer["tables"]
    assert [row["seeds"] for row in which["rows"]] == [2, 2, 1, 2, 2]
    assert which["rows"][0]["AUROC"] == 0.5
    assert len(minus["rows"]) == 4
    assert sum(row["photos"] for row in classes["rows"]) == 6  # the other folder's photos alone
    assert len(halves["rows"]) == 8
    assert (tmp_path / "sheet.webp").stat().st_size == answer["sheet_bytes"]

    kept = sorted((tmp_path / "out/parts").iterdir())
    assert main([*map(str, call)]) == 0
    assert json.loads(capsys.readouterr().out)["tables"] == answer["tables"]
    assert sorted((tmp_path / "out/parts").iterdir()) == kept


def test_refusals_name_what_to_do(tmp_path, capsys):
    assert main(["bench", "clothing", "--train", str(tmp_path)]) == 1
    assert "--folds" in capsys.readouterr().err

    folder = write_clothing(tmp_path / "a", ("1", "2"), 0)
    (folder / "images/0-3.jpg").write_bytes(b"no picture")
    (folder / "images/0-4.jpg").unlink()
    assert main(["bench", "clothing", "--data", str(folder)]) == 1
    said = capsys.readouterr().err
    assert LayoutError.__name__ in said
    assert "0-3.jpg" in said
    assert "0-4.jpg" in said


def test_the_arguments_have_defaults():
    import argparse

    parser = argparse.ArgumentParser()
    add_arguments(parser)

    assert parser.parse_args([]).folds == 5
