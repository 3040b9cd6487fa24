"""`snapshot` makes a whole snapshot or none, and names everything that is wrong."""

import json
import resource
from contextlib import contextmanager

import numpy as np
import pytest
from PIL import Image

from classifier.cli import main
from classifier.layouts import Item, LayoutError, write_collection
from classifier.layouts.collection import Collection, FileSource, summed_up
from classifier.snapshot import read_snapshot, split_of


@pytest.fixture
def shop(put, tmp_path):
    """Two skus with a studio shot and photos of three people, and two dogs."""
    for sku in ("RW-1", "RW-2"):
        put(f"shop/studio/{sku}/front.png")
        for who in ("ann", "ben", "cem"):
            put(f"shop/street/{sku}/{who}.png")
    for number in range(2):
        put(f"shop/not_dress/dog{number}.png")
    people = [f"street/{sku}/{who}.png,{who}\n" for sku in ("RW-1", "RW-2") for who in ("ann", "ben", "cem")]
    (tmp_path / "shop/owners.csv").write_text("file,owner\n" + "".join(people))
    return tmp_path / "shop"


def answer(capsys, *arguments):
    assert main(["snapshot", *map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_shop_becomes_a_snapshot(shop, tmp_path, capsys):
    made = answer(capsys, shop, "--out", tmp_path / "out")

    snapshot = read_snapshot(tmp_path / "out")
    assert (snapshot.id, snapshot.sha256) == ("out", made["sha256"])
    assert [(style.sku, style.active, len(style.images)) for style in snapshot.styles] == [
        ("RW-1", True, 1),
        ("RW-2", True, 1),
    ]
    assert len(snapshot.photos) == 8
    assert all(photo.split == split_of(photo.owner, photo.photo) for photo in snapshot.photos)
    assert {photo.owner for photo in snapshot.photos} == {"ann", "ben", "cem", ""}
    assert made["counts"]["photos"] == 8
    assert (made["left_out"], made["duplicates"]) == ([], [])


def test_a_dry_run_counts_the_same_and_writes_nothing(shop, tmp_path, capsys):
    dry = answer(capsys, shop, "--dry-run", "--out", tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shop"]

    assert dry["counts"] == answer(capsys, shop, "--out", tmp_path / "out")["counts"]


def test_everything_wrong_is_named_and_nothing_is_written(shop, put, tmp_path, capsys):
    (shop / "street/RW-1/cut.jpg").write_bytes(put("x.jpg").read_bytes()[:200])
    (shop / "street/RW-1/text.jpg").write_text("no picture")
    put("shop/stray.png")
    same = (shop / "street/RW-1/ann.png").read_bytes()
    (shop / "street/RW-2/again.png").write_bytes(same)
    (shop / "studio/RW-3").mkdir()
    (shop / "studio/RW-3/front.heic").write_bytes(b"heic")

    assert main(["snapshot", str(shop), "--out", str(tmp_path / "out")]) == 1

    said = capsys.readouterr().err
    for name in (
        "cut.jpg",
        "text.jpg",
        "stray.png",
        "again.png",
        "front.heic",
        "sku without a picture: RW-3",
    ):
        assert name in said
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".*partial"))


def test_what_is_wrong_can_be_left_out(shop, tmp_path, capsys):
    (shop / "street/RW-1/text.jpg").write_text("no picture")

    made = answer(capsys, shop, "--skip-bad", "--out", tmp_path / "out")

    assert [line.partition(":")[0] for line in made["left_out"]] == ["unreadable"]
    assert made["counts"]["photos"] == 8


def test_the_same_picture_again_is_kept_once(shop, tmp_path, capsys):
    same = (shop / "street/RW-1/ann.png").read_bytes()
    (shop / "street/RW-1/repost.png").write_bytes(same)

    made = answer(capsys, shop, "--out", tmp_path / "out")

    assert len(made["duplicates"]) == 1
    assert made["counts"]["photos"] == 8


@pytest.mark.parametrize("kept", ["studio/RW-1", "not_dress"])
def test_one_class_is_refused(shop, tmp_path, kept):
    for path in sorted(shop.rglob("*.png")):
        if kept not in str(path):
            path.unlink()
    (shop / "owners.csv").unlink()

    with pytest.raises(LayoutError, match="only one"):
        write_collection(tmp_path / "out", _read(shop))


def test_another_folder_is_never_overwritten(shop, tmp_path):
    (tmp_path / "out").mkdir()

    with pytest.raises(LayoutError, match="there already"):
        write_collection(tmp_path / "out", _read(shop))


def test_on_a_full_disk_nothing_is_kept(shop, tmp_path, put):
    chance = np.random.default_rng(0)
    noise = Image.fromarray(chance.integers(0, 256, (90, 90, 3), dtype=np.uint8))
    noise.save(shop / "not_dress/noise.png")

    with _files_up_to(8192), pytest.raises(LayoutError, match="nothing was kept"):
        write_collection(tmp_path / "out", _read(shop))

    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".*"))


def test_a_box_is_cut_out_of_the_picture(tmp_path):
    picture = Image.new("RGB", (100, 80), (0, 0, 0))
    picture.paste((250, 10, 10), (20, 30, 60, 70))
    picture.save(tmp_path / "a.png")
    picture.rotate(180).save(tmp_path / "b.png")
    items = [
        Item(FileSource(tmp_path / "a.png"), "style", "RW-1", "p1", "ann", "train", box=(20, 30, 60, 70)),
        Item(FileSource(tmp_path / "b.png"), "studio", "RW-2"),
    ]

    made = write_collection(tmp_path / "out", Collection("boxes", tuple(items)))

    assert made.snapshot
    with Image.open(tmp_path / "out" / made.snapshot.photos[0].image) as cut:
        assert cut.size == (40, 40)
        assert np.abs(np.asarray(cut.convert("RGB")).astype(int) - (250, 10, 10)).max() < 12


def test_a_box_outside_of_the_picture_is_named(put, tmp_path):
    item = Item(FileSource(put("a.png")), "style", "RW-1", "p1", box=(50, 50, 90, 90))

    with pytest.raises(LayoutError, match=r"its box \(50, 50, 90, 90\) leaves nothing of 20 x 25"):
        write_collection(tmp_path / "out", Collection("boxes", (item,)))


def test_ten_thousand_problems_fit_on_a_page():
    said = summed_up(f"missing picture: {n}" for n in range(10_000))

    assert said.startswith("missing picture: 0; missing picture: 1;")
    assert said.endswith("and 9990 more such")


def _read(shop):
    from classifier.layouts import read_layout

    return read_layout(shop)


@contextmanager
def _files_up_to(size_bytes):
    """No file of this process may grow larger, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
