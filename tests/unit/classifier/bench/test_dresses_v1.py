"""dresses-v1 is the same for everybody, and tests only dresses that no training has seen."""

import json
from collections import Counter
from dataclasses import astuple, fields, replace

import numpy as np
import pytest
from PIL import Image

from classifier.bench.draft import sku_of
from classifier.bench.dresses_v1 import (
    FAR,
    NEAR,
    BenchPlan,
    plan_of,
    twins_of,
    write_dresses_v1,
    write_test,
)
from classifier.bench.looks import PALETTE, Design, design_dresses, role_of
from classifier.snapshot import read_snapshot, split_of
from classifier.synthetic.colours import DRESS
from classifier.synthetic.rough import rough_other, rough_photo
from classifier.synthetic.spec import Look

TINY = BenchPlan(
    skus=6, holdout=2, calibration=1, verified=2, far=1, near=2, twin_share=0.5,
    teach_styles=4, teach_photos=1, teach_others=3,
)  # fmt: skip
SMALL = (48, 60)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    write_dresses_v1(folder, TINY)
    return folder


@pytest.fixture(scope="module")
def dresses():
    return design_dresses(400, role="test", seed=1, twin_share=1 / 3)


def test_the_same_plan_gives_the_same_spec_in_two_processes(written, tmp_path):
    write_test(tmp_path, TINY, processes=2)

    assert (tmp_path / "spec.json").read_bytes() == (written / "test-6" / "spec.json").read_bytes()
    assert (tmp_path / "twins.json").read_bytes() == (written / "test-6" / "twins.json").read_bytes()


def test_another_seed_gives_other_rows_and_other_pixels(written, tmp_path):
    write_test(tmp_path, replace(TINY, seed=2))

    ours, theirs = (
        json.loads((folder / "spec.json").read_text()) for folder in (written / "test-6", tmp_path)
    )

    assert ours["pixels_sha256"] != theirs["pixels_sha256"]
    assert ours["id"] != theirs["id"]


def test_a_picture_that_was_changed_changes_the_hash(written, tmp_path):
    before = json.loads((written / "test-6" / "spec.json").read_text())
    (tmp_path / "images").mkdir()
    Image.new("RGB", (256, 320)).save(tmp_path / "images" / "test-00000-studio-0.webp")

    write_test(tmp_path, TINY)

    after = json.loads((tmp_path / "spec.json").read_text())
    assert after["rows_sha256"] == before["rows_sha256"]
    assert after["pixels_sha256"] != before["pixels_sha256"]


def test_both_snapshots_are_whole_and_share_no_style(written):
    train, test = read_snapshot(written / "train"), read_snapshot(written / "test-6")

    assert {style.sku for style in train.styles}.isdisjoint({style.sku for style in test.styles})
    assert all(style.active and len(style.images) == 2 for style in test.styles)
    assert not any(style.active for style in train.styles)  # of four styles none is held out yet
    assert {photo.split for photo in train.photos} == {"train"}


def test_a_test_has_its_counts_and_owners_who_belong_to_their_split(written):
    test = read_snapshot(written / "test-6")

    counts = Counter((photo.split, photo.label) for photo in test.photos)

    assert counts[("holdout", "style")] == 12
    assert counts[("calibration", "style")] == 6
    assert counts[("train", "style")] == 6
    assert counts[("holdout", "not_dress")] == counts[("calibration", "not_dress")] == len(FAR) + 2
    assert counts[("holdout", "unlisted")] == 2
    assert {photo.kind for photo in test.of("holdout")} == {"dress", *FAR, *NEAR}
    assert all(split_of(photo.owner, photo.photo) == photo.split for photo in test.photos)
    assert len({photo.owner for photo in test.photos}) == len(test.photos)


def test_exactly_half_of_the_skus_are_warm(written):
    test = read_snapshot(written / "test-6")

    assert Counter(Counter(photo.sku for photo in test.of("train")).values()) == {2: 3}


def test_the_plan_of_a_published_size_has_enough_photos_to_calibrate_with():
    for skus in (400, 2000):
        plan = plan_of(skus, seed=3)

        assert min(plan.holdout, plan.calibration) * skus >= 2000
        assert len(FAR) * plan.far + plan.near >= 1000  # not a dress


def test_no_look_is_both_taught_and_tested(dresses):
    taught = design_dresses(400, role="teach", seed=9, twin_share=1 / 2)

    assert {role_of(design.look) for design in dresses} == {"test"}
    assert {role_of(design.look) for design in taught} == {"teach"}
    assert len({design.look for design in dresses}) == 400


def test_a_longer_list_starts_with_the_shorter_one(dresses):
    shorter = design_dresses(97, role="test", seed=1, twin_share=1 / 3)

    assert [design.look for design in shorter] == [design.look for design in dresses[:97]]


def test_a_list_that_cuts_a_family_down_to_one_has_no_twin_alone(dresses):
    for count in range(1, 40):
        families = Counter(
            d.twins for d in design_dresses(count, role="test", seed=1, twin_share=1 / 3) if d.twins
        )
        assert all(size > 1 for size in families.values())


def test_twins_share_colours_shape_length_and_fabric_and_differ_in_one_thing(dresses):
    families: dict[int, list[Design]] = {}
    for design in dresses:
        if design.twins:
            families.setdefault(design.twins, []).append(design)

    for members in families.values():
        what = members[0].differ_in
        words = [{getattr(m.look, field.name) for m in members} for field in fields(Look)]
        assert [field.name for field, seen in zip(fields(Look), words, strict=True) if len(seen) > 1] == [
            what
        ]
        assert what in ("neckline", "sleeve", "trim", "scale", "waist")
    assert sum(len(members) for members in families.values()) >= 100


def test_twins_are_written_beside_the_snapshot(written):
    twins = json.loads((written / "test-6" / "twins.json").read_text())
    designs = design_dresses(6, role="test", seed=1, twin_share=0.5)

    assert set(twins) == {sku_of("test", n) for n, design in enumerate(designs) if design.twins}
    assert all(sku in twins[other]["twins"] for sku, row in twins.items() for other in row["twins"])
    assert twins_of(written / "test-6") == {sku: row["differ_in"] for sku, row in twins.items()}


def test_a_third_of_the_dresses_are_dark(dresses):
    dark = {"black", "navy", "charcoal", "wine", "forest", "plum", "chocolate"}

    share = sum(design.look.colour in dark for design in dresses) / len(dresses)

    assert set(PALETTE) == set(DRESS)
    assert 0.3 < share < 0.45


@pytest.mark.parametrize("kind", ["dress", "unlisted", *FAR, "separates"])
def test_a_rough_picture_is_drawn_the_same_again(dresses, kind):
    look = dresses[0].look if kind in ("dress", "unlisted") else None

    def draw():
        if look is not None:
            return rough_photo(look, seed=5, size_px=SMALL)
        return rough_other(kind, seed=5, size_px=SMALL)

    assert draw().tobytes() == draw().tobytes()
    assert draw().size == SMALL
    assert np.asarray(draw()).std() > 3


def test_every_field_of_a_look_is_a_word(dresses):
    assert all(isinstance(word, str) for design in dresses for word in astuple(design.look))
