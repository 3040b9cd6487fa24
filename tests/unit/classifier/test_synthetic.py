"""The dress studio keeps its promises: the same from the same seed, distinct, and in the agreed formats."""

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PIL import Image

from classifier.synthetic import (
    design_posts,
    design_styles,
    design_unlisted,
    picture,
    studio_shot,
    write_catalogue,
    write_posts,
)
from classifier.synthetic.posts import KINDS, PictureSpec
from classifier.synthetic.spec import COLOURS, parity

NEWEST_AT = datetime(2026, 9, 30, 20, tzinfo=UTC)
SMALL = (48, 60)


@pytest.fixture(scope="module")
def styles():
    return design_styles(600, seed=7)


@pytest.fixture(scope="module")
def posts(styles):
    return design_posts(2000, styles, seed=7, newest_at=NEWEST_AT)


def test_the_same_seed_designs_the_same_styles(styles):
    again = design_styles(600, seed=7)
    other = design_styles(600, seed=8)

    assert again == styles
    assert other != styles


@pytest.mark.parametrize("count", [0, 1, 5, 13, 240])
def test_a_longer_list_starts_with_the_shorter_one(styles, count):
    assert design_styles(count, seed=7) == styles[:count]


def test_every_style_has_a_look_a_name_and_a_sku_of_its_own():
    many = design_styles(3000, seed=11)

    assert len({style.look for style in many}) == 3000
    assert len({style.name for style in many}) == 3000
    assert len({style.sku for style in many}) == 3000


def test_a_family_differs_in_exactly_one_attribute(styles):
    families = {
        style.family: [s for s in styles if s.family == style.family] for style in styles if style.family
    }

    for members in families.values():
        keys = {key for member in members for key in member.attributes}
        differing = [key for key in keys if len({member.attributes.get(key) for member in members}) > 1]
        assert len(differing) <= 1
    assert {len(members) for members in families.values()} == {2, 3, 4}
    assert 0.2 < sum(len(members) for members in families.values()) / len(styles) < 0.3


def test_attributes_tell_the_colours_that_are_drawn(styles):
    assert all(style.attributes["colour"] in COLOURS for style in styles)
    assert all("accent" not in style.attributes for style in styles if style.look.pattern == "solid")


def test_a_few_percent_are_retired_and_never_before_they_came(styles):
    retired = [style for style in styles if style.retired_on is not None]

    assert 0.01 < len(retired) / len(styles) < 0.08
    assert all(style.retired_on > style.acquired_on for style in retired)


def test_a_dress_that_is_not_in_stock_is_in_no_catalogue(styles):
    unlisted = {design_unlisted(seed) for seed in range(400)}

    assert len(unlisted) > 395
    assert all(parity(look) == 1 for look in unlisted)
    assert all(parity(style.look) == 0 for style in styles)


def test_posts_come_newest_first_over_eighteen_months(posts):
    moments = [post.taken_at for post in posts]

    assert moments == sorted(moments, reverse=True)
    assert moments[0] <= NEWEST_AT
    assert NEWEST_AT - timedelta(days=550) < moments[-1] < NEWEST_AT - timedelta(days=500)
    assert all(moment.utcoffset() == timedelta(0) for moment in moments)


def test_kinds_come_in_their_shares(posts):
    kinds = Counter(spec.kind for post in posts for spec in post.pictures)
    total = sum(kinds.values())

    assert set(kinds) == set(KINDS)
    assert 0.035 < kinds["unlisted"] / total < 0.065
    assert 0.12 < 1 - (kinds["dress"] + kinds["unlisted"]) / total < 0.16


def test_posts_have_ids_of_their_own_and_owners_who_come_back(posts):
    owners = Counter(post.owner for post in posts)

    assert len({post.post_id for post in posts}) == len(posts)
    assert len({post.shortcode for post in posts}) == len(posts)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,56}", post.post_id) for post in posts)
    assert all({"renttherunway", "myRTR"} & set(post.hashtags) for post in posts)
    assert {post.rights for post in posts} == {"unknown", "granted", "refused"}
    assert 200 < len(owners) <= 500
    assert max(owners.values()) >= 4


def test_a_dress_is_worn_only_after_it_came(posts, styles):
    came = {style.sku: style.acquired_on for style in styles}
    worn = [(post.taken_at.date(), spec.sku) for post in posts for spec in post.pictures if spec.sku]

    assert all(came[sku] <= day for day, sku in worn)


def test_the_clock_must_have_a_time_zone(styles):
    with pytest.raises(ValueError, match="time zone"):
        design_posts(1, styles, seed=7, newest_at=datetime(2026, 9, 30))  # noqa: DTZ001


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("size_px", [SMALL, (96, 96), (150, 220)])
def test_every_kind_is_drawn_in_rgb_at_the_size_wanted_and_the_same_again(styles, kind, size_px):
    spec = PictureSpec(kind, styles[3].sku if kind == "dress" else "", seed=5, person=9)
    by_sku = {style.sku: style for style in styles}

    first = picture(spec, by_sku, size_px=size_px)
    again = picture(spec, by_sku, size_px=size_px)

    assert (first.mode, first.size) == ("RGB", size_px)
    assert first.tobytes() == again.tobytes()
    assert np.asarray(first).std() > 5


def test_an_unknown_kind_or_sku_is_refused(styles):
    with pytest.raises(KeyError):
        picture(PictureSpec("hat", "", seed=1), {}, size_px=SMALL)
    with pytest.raises(KeyError):
        picture(PictureSpec("dress", "NO-00000", seed=1), {}, size_px=SMALL)


def test_a_studio_shot_stands_on_near_white_and_has_two_views(styles):
    for style in styles[:12]:
        front = np.asarray(studio_shot(style, view=0, size_px=(96, 120)))
        back = np.asarray(studio_shot(style, view=1, size_px=(96, 120)))

        corners = front[[0, 0, -1, -1], [0, -1, 0, -1]]
        assert corners.min() >= 235
        assert front.shape == back.shape == (120, 96, 3)
        assert np.abs(front.astype(int) - back.astype(int)).mean() > 0.5


def test_the_drawing_of_a_solid_dress_has_the_colour_it_names(styles):
    plain = [s for s in styles if s.look.pattern == "solid" and s.look.colour in ("red", "emerald", "cobalt")]
    strongest = {"red": 0, "emerald": 1, "cobalt": 2}

    assert plain
    for style in plain:
        shot = np.asarray(studio_shot(style, view=0, size_px=(96, 120)))[45:60, 44:52].reshape(-1, 3)
        assert shot.mean(axis=0).argmax() == strongest[style.look.colour]


def test_files_are_written_in_the_import_formats(tmp_path, monkeypatch):
    monkeypatch.setattr("classifier.synthetic.write.STUDIO_PX", SMALL)
    monkeypatch.setattr("classifier.synthetic.write.POST_PX", SMALL)
    some = design_styles(4, seed=7)
    posts = design_posts(6, some, seed=7, newest_at=NEWEST_AT)

    catalogue = write_catalogue(tmp_path / "one", some, processes=1)
    feed = write_posts(tmp_path / "one", posts, some, processes=1)

    rows = [json.loads(line) for line in catalogue.read_text().splitlines()]
    assert [row["sku"] for row in rows] == [style.sku for style in some]
    assert set(rows[0]) == {
        "sku",
        "name",
        "designer",
        "category",
        "acquired_on",
        "retired_on",
        "images",
        "attributes",
    }
    assert all(Image.open(tmp_path / "one" / name).size == SMALL for row in rows for name in row["images"])
    sent = [json.loads(line) for line in feed.read_text().splitlines()]
    keys = "id shortcode permalink owner taken_at caption hashtags likes rights media"
    assert set(sent[0]) == set(keys.split())
    assert datetime.fromisoformat(sent[0]["taken_at"]) == posts[0].taken_at
    assert all((tmp_path / "one" / item["path"]).is_file() for row in sent for item in row["media"])
    truth = [json.loads(line) for line in (tmp_path / "one" / "truth.jsonl").read_text().splitlines()]
    assert [row["photo"] for row in truth] == [
        f"{p.post_id}-{n}" for p in posts for n in range(len(p.pictures))
    ]
    assert not list((tmp_path / "one").glob("*.part"))


def test_two_processes_write_the_same_bytes_as_one(tmp_path):
    some = design_styles(4, seed=7)

    write_catalogue(tmp_path / "one", some, processes=1)
    write_catalogue(tmp_path / "two", some, processes=2)

    names = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert len(names) == 9
    assert all(
        (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in names
    )


WORN = PictureSpec("dress", "SL-00005", 5, person=9)
PET = PictureSpec("pet", "", 5)


@pytest.mark.parametrize(
    ("spec", "tones"),
    [
        (WORN, [[107, 81, 87], [71, 106, 128], [79, 124, 101], [62, 76, 62]]),
        (PET, [[223, 220, 207], [214, 129, 206], [130, 103, 166], [104, 98, 119]]),
    ],
)
def test_the_drawings_that_the_shipped_model_learnt_from_have_not_changed(styles, spec, tones):
    drawn = picture(spec, {style.sku: style for style in styles}, size_px=(96, 120))

    seen = np.asarray(drawn.convert("L").resize((3, 4), Image.Resampling.BOX), dtype=int)

    assert np.abs(seen - np.array(tones)).max() <= 2
