"""Every method sees the same gallery and photos; floors and intervals are exact on cases done by hand."""

import json

import numpy as np
import pytest
from PIL import Image

from classifier.bench.baselines import chance_of, find_by_prototype, mean_colours
from classifier.bench.intervals import paired_difference
from classifier.bench.logistic import L2, choose_l2, fit_linear
from classifier.bench.parts import Parts
from classifier.bench.retrieval import floors, measure_all, ours, tables_of
from classifier.bench.softmax_cnn import SoftmaxPlan, find_by_softmax
from classifier.bench.task import Found, NothingToMeasure, judged, ranks_of, task_of, told_from_twins
from classifier.cli import main
from classifier.colour import colour_histograms
from classifier.snapshot import SnapshotPhoto, SnapshotStyle, read_snapshot, write_snapshot

RED, GREEN, BLUE = (200, 0, 0), (0, 200, 0), (0, 0, 200)


@pytest.fixture
def plain(tmp_path):
    """Three styles of one colour each, S0 is warm; photos in their colours, a grey dog, a yellow dress."""
    (tmp_path / "plain/images").mkdir(parents=True)

    def paint(name, colour):
        Image.new("RGB", (20, 25), colour).save(tmp_path / f"plain/images/{name}.png")
        return f"images/{name}.png"

    styles, photos = [], []
    for number, colour in enumerate((RED, GREEN, BLUE)):
        shot = paint(f"studio{number}", colour)
        styles.append(SnapshotStyle(f"S{number}", True, (shot,)))
        image = paint(f"photo{number}", colour)
        photos.append(SnapshotPhoto(f"p{number}", image, "ann", "holdout", "style", f"S{number}"))
    image = paint("warm", (210, 10, 10))
    photos.append(SnapshotPhoto("w", image, "ben", "train", "style", "S0"))
    photos.append(SnapshotPhoto("c", paint("c", GREEN), "cem", "calibration", "style", "S1"))
    photos.append(SnapshotPhoto("dog", paint("dog", (90, 90, 90)), "ann", "holdout", "not_dress", kind="pet"))
    near = SnapshotPhoto("top", paint("top", (60, 90, 90)), "ann", "holdout", "not_dress", kind="separates")
    photos += [near, SnapshotPhoto("y", paint("y", (200, 200, 0)), "ann", "holdout", "unlisted")]
    folder = tmp_path / "plain"
    write_snapshot(folder, id="plain", created_at="2026-11-24T04:00:00Z", styles=styles, photos=photos)
    (folder / "twins.json").write_text(json.dumps({"S1": {"twins": ["S2"], "differ_in": "trim"}}))
    return folder


def test_the_gallery_is_the_same_for_all(plain):
    task = task_of(read_snapshot(plain))

    assert task.skus == ("S0", "S1", "S2")
    assert task.gallery == (
        "images/studio0.png",
        "images/warm.png",
        "images/studio1.png",
        "images/studio2.png",
    )
    assert task.owner.tolist() == [0, 0, 1, 2]
    assert (task.n, task.answers.tolist(), task.warm.tolist()) == (3, [0, 1, 2], [True, False, False])
    assert [photo.photo for photo in task.photos[3:]] == ["dog", "top", "y"]


def test_a_cold_task_searches_all_photos_with_studio_shots(plain):
    task = task_of(read_snapshot(plain), cold=True)

    assert (len(task.gallery), task.n, task.warm.sum()) == (3, 5, 0)


def test_no_photo_to_find_is_refused(plain):
    snapshot = read_snapshot(plain)
    kept = [photo for photo in snapshot.photos if photo.split != "holdout"]
    write_snapshot(plain, id="x", created_at="", styles=snapshot.styles, photos=kept)

    with pytest.raises(NothingToMeasure, match="no holdout photo shows one of the 3 styles"):
        task_of(read_snapshot(plain))


def test_colours_find_styles_of_one_colour(plain):
    task = task_of(read_snapshot(plain))

    found = measure_all(task, floors(), Parts(None), lambda _: None)

    assert tables_of(task, found)[0].rows[0]["own before twin"] == 0.5  # a pair
    assert [part.name for part in found] == ["mean colour", "colour histogram"]
    assert all(part.results[0]["ranks"] == [0, 0, 0] for part in found)
    assert found[0].results[0]["told"] == [1]
    assert found[0].results[0]["auroc_unlisted"] == 1.0  # yellow is far from red, green and blue


def test_mean_colour_by_hand():
    frames = np.zeros((1, 3, 10, 8), np.uint8)
    frames[0, 0] = 255
    frames[0, 1, 2:8, 2:4] = 51  # half of the middle, which is rows 2 to 8 and columns 2 to 6

    assert mean_colours(frames) == pytest.approx(np.array([[1.0, 0.1, 0.0]]))


def test_histogram_by_hand():
    frames = np.zeros((1, 3, 10, 8), np.uint8)  # black: code 0
    frames[0, 0, 2:8, 2:4] = 255  # half of the middle is pure red: code 5 * 36
    frames[0, :, 2:5, 4:6] = 255  # a quarter is white, which does not count

    [found] = colour_histograms(frames)

    assert found[0] == pytest.approx((1 / 3) ** 0.5)
    assert found[180] == pytest.approx((2 / 3) ** 0.5)
    assert found.sum() == pytest.approx(found[0] + found[180])


def test_prototypes_are_means_of_a_style(plain):
    task = task_of(read_snapshot(plain))
    gallery = np.array([[1, 0], [0, 1], [0, -1], [-1, 0]], np.float32)  # S0 has two pictures

    found = find_by_prototype(task, gallery, np.array([[0.6, 0.8]] * 6, np.float32))

    assert found.similarities[0] == pytest.approx([1.4 / 2**0.5, -0.8, -0.6])


def test_ranks_ties_and_twins_by_hand(plain):
    task = task_of(read_snapshot(plain))
    rows = np.array([[0.9, 0.1, 0.1], [0.5, 0.5, 0.5], [0.7, 0.1, 0.3], *[[0.2] * 3] * 3], np.float32)
    found = Found(rows, rows.max(axis=1))

    assert ranks_of(task, found).tolist() == [0, 1, 1]  # among three equals the middle place
    assert told_from_twins(task, found) == [0]  # S1 is no nearer than its twin S2
    assert judged(task, found)["auroc_near"] == 0.875  # one of the four dresses is a tie


def test_chance_is_exact(plain):
    assert chance_of(task_of(read_snapshot(plain))) == {
        "R@1": pytest.approx(1 / 3),
        "R@3": 1.0,
        "R@20": 1.0,
        "MRR": pytest.approx((1 + 1 / 2 + 1 / 3) / 3),
    }


def test_an_interval_over_whole_groups_is_wider():
    better = np.r_[np.ones(60), np.zeros(40)][None]
    none = np.zeros((1, 100))

    alone = paired_difference(better, none, range(100))
    in_tens = paired_difference(better, none, np.arange(100) // 10)

    assert alone.mean == in_tens.mean == pytest.approx(0.6)
    assert alone.low == pytest.approx(0.6 - 1.96 * (0.24 / 100) ** 0.5, abs=0.015)
    assert in_tens.low == pytest.approx(0.6 - 1.96 * (0.24 / 10) ** 0.5, abs=0.06)


def test_trainings_that_differ_widen_the_interval():
    chance = np.random.default_rng(0)
    runs = np.stack([chance.random(200) < p for p in (0.3, 0.5, 0.7)]).astype(float)
    same = np.zeros((1, 200))

    fixed, drawn = (paired_difference(runs, same, range(200), seeds=seeds) for seeds in (False, True))

    assert drawn.high - drawn.low > 2 * (fixed.high - fixed.low)
    assert paired_difference(runs, runs, range(200)).high == 0.0


def test_a_linear_classifier_learns_a_line():
    chance = np.random.default_rng(0)
    features = chance.normal(size=(300, 5)).astype(np.float32) * 7 + 3
    classes = (features[:, 2] > 3).astype(np.int64)

    found = fit_linear(features[:200], classes[:200], 2).probabilities(features[200:])

    assert found.sum(axis=1) == pytest.approx(np.ones(100))
    assert (found.argmax(axis=1) == classes[200:]).mean() > 0.93


def test_weight_decay_is_chosen_by_what_is_held_back():
    chance = np.random.default_rng(0)
    classes = np.arange(160) % 2
    groups = np.array([str(n // 8) for n in range(160)])
    noise = chance.normal(size=(160, 60)).astype(np.float32)
    sure = noise.copy()
    sure[:, 0] = classes * 20

    assert choose_l2(noise, classes, 2, groups) == max(L2)  # nothing to learn: as little as possible
    assert choose_l2(sure, classes, 2, groups) == min(L2)
    assert choose_l2(sure, classes, 2, np.array(["one"] * 160)) == 0.1


def test_the_convnet_of_the_story_learns_its_gallery(trained):
    task = task_of(read_snapshot(trained / "snapshot"))
    plan = SoftmaxPlan(trunk="resnet-nano", steps=30, batch=24, size_px=32, lr=5e-3)

    found = find_by_softmax(task, plan, device="cpu")

    assert (ranks_of(task, found) < 1).mean() > 0.8
    again = find_by_softmax(task, plan, device="cpu")
    np.testing.assert_array_equal(found.similarities, again.similarities)


def test_ours_beside_the_floors_with_intervals(trained, tmp_path):
    task = task_of(read_snapshot(trained / "snapshot"))
    methods = [*floors(), ours([trained / "run"] * 2, device="cpu")]

    found = measure_all(task, methods, Parts(tmp_path), lambda _: None)
    which, doubt, minus = tables_of(task, found)

    assert [row["method"] for row in which.rows] == ["chance", "mean colour", "colour histogram", "ours"]
    assert (which.rows[-1]["seeds"], which.rows[-1]["R@1"]) == (2, 1.0)
    assert {row["method"] for row in doubt.rows} == {"mean colour", "colour histogram", "ours"}
    assert [row["of"] for row in minus.rows] == ["R@1", "R@3"] * 2


def test_a_folder_per_sku_is_measured_from_the_command_line(plain, tmp_path, capsys):
    shop = tmp_path / "shop"
    for number in range(3):
        for use in ("studio", "street"):
            (shop / use / f"S{number}").mkdir(parents=True)
        source = plain / f"images/studio{number}.png"
        (shop / f"studio/S{number}/a.png").write_bytes(source.read_bytes())
        with Image.open(source) as shot:
            shot.resize((24, 30)).save(shop / f"street/S{number}/b.png")
    call = ["bench", "folder", str(shop), "--cold", "--features", "", "--softmax-steps", "0"]
    assert main([*call, "--runs", "--json"]) == 1
    assert "--out" in capsys.readouterr().err

    assert main([*call, "--out", str(tmp_path / "out"), "--runs", "--json"]) == 0
    [table] = json.loads(capsys.readouterr().out)["tables"]

    assert [(row["method"], row["R@1"]) for row in table["rows"][1:]] == [
        ("mean colour", 1.0),
        ("colour histogram", 1.0),
    ]
    assert len(list((tmp_path / "out/parts").iterdir())) == 2
