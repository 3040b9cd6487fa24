"""A snapshot is read as it was written, or refused with the reason."""

import json
from collections import Counter

import pytest

from classifier.snapshot import SnapshotError, read_snapshot, split_of, write_snapshot


def test_what_was_written_is_read_back(make_snapshot):
    snapshot = read_snapshot(make_snapshot(styles=3, others=2))

    assert [style.sku for style in snapshot.styles] == ["S0", "S1", "S2"]
    assert Counter(photo.label for photo in snapshot.photos) == {"style": 12, "not_dress": 2}
    assert snapshot.of("train", "not_dress")[0].kind == "noise"


def test_the_order_of_rows_does_not_change_the_hash(make_snapshot):
    snapshot = read_snapshot(make_snapshot())

    again = write_snapshot(
        snapshot.folder,
        id=snapshot.id,
        created_at=snapshot.created_at,
        styles=snapshot.styles[::-1],
        photos=snapshot.photos[::-1],
    )

    assert again.sha256 == snapshot.sha256


def test_an_altered_row_is_found(make_snapshot):
    folder = make_snapshot()
    rows = (folder / "photos.jsonl").read_text()
    (folder / "photos.jsonl").write_text(rows.replace("S1", "S2", 1))

    with pytest.raises(SnapshotError, match="altered"):
        read_snapshot(folder)


def test_a_missing_picture_is_named(make_snapshot):
    folder = make_snapshot()
    (folder / "images/photo-1-0.png").unlink()

    with pytest.raises(SnapshotError, match=r"1 pictures are missing .*photo-1-0"):
        read_snapshot(folder)


@pytest.mark.parametrize("name", ["snapshot.json", "styles.jsonl", "photos.jsonl"])
def test_a_missing_file_is_named(make_snapshot, name):
    folder = make_snapshot()
    (folder / name).unlink()

    with pytest.raises(SnapshotError, match=name):
        read_snapshot(folder)


def test_another_format_is_refused(make_snapshot):
    folder = make_snapshot()
    manifest = json.loads((folder / "snapshot.json").read_text())
    (folder / "snapshot.json").write_text(json.dumps(manifest | {"format": "deepdress-snapshot/2"}))

    with pytest.raises(SnapshotError, match="format deepdress-snapshot/1"):
        read_snapshot(folder)


def test_owners_stay_on_one_side_and_the_sides_have_their_shares():
    sides = Counter(split_of(f"owner-{n}", "p") for n in range(10_000))

    assert sides["train"] == pytest.approx(7000, abs=150)
    assert sides["calibration"] == pytest.approx(1000, abs=100)
    assert split_of("ann", "p1") == split_of("ann", "p2")
    assert len({split_of("", f"p{n}") for n in range(50)}) == 3
