"""Folders that instaloader wrote, in the shapes its versions left behind."""

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NOON
from truther.sources.instaloader import read_folder
from truther.sources.posts import Rejection, Skipped, SourcePost

STEM = "2026-03-01_10-00-00_UTC"
TAKEN = 1_772_359_200


def write(
    folder: Path, node: object, *, stem: str = STEM, kind: str = "Post", files: tuple[str, ...] = (".jpg",)
) -> None:
    whole = {"node": node, "instaloader": {"version": "4.15", "node_type": kind}}
    (folder / f"{stem}.json.xz").write_bytes(lzma.compress(json.dumps(whole).encode()))
    for suffix in files:
        (folder / f"{stem}{suffix}").write_bytes(b"picture")


def only(folder: Path) -> SourcePost:
    [post] = read_folder(folder, now=NOON)
    assert isinstance(post, SourcePost), post
    return post


def media(post: SourcePost) -> list[tuple[int, str, str]]:
    return [(m.position, m.kind, m.path.name if m.path else m.problem) for m in post.media]


def test_a_graph_image_is_read(tmp_path):
    node = {
        "__typename": "GraphImage",
        "shortcode": "Cabc",
        "id": "123",
        "is_video": False,
        "date": TAKEN,
        "edge_media_to_caption": {"edges": [{"node": {"text": "At the ball #gown"}}]},
        "edge_media_preview_like": {"count": 12},
        "owner": {"id": "77", "username": "dora"},
    }
    write(tmp_path, node)

    post = only(tmp_path)

    assert (post.id, post.owner, post.caption, post.likes) == ("Cabc", "dora", "At the ball #gown", 12)
    assert post.permalink == "https://www.instagram.com/p/Cabc/"
    assert post.taken_at.isoformat() == "2026-03-01T10:00:00+00:00"
    assert media(post) == [(0, "image", f"{STEM}.jpg")]
    assert post.raw["instaloader"]["version"] == "4.15"


@pytest.mark.parametrize("taken", ["date", "taken_at_timestamp", "taken_at"])
@pytest.mark.parametrize("caption", ["words", {"text": "words"}])
def test_other_versions_name_things_otherwise(tmp_path, taken: str, caption: object):
    write(tmp_path, {"code": "Cabc", taken: TAKEN, "caption": caption, "owner": {"id": 77}, "like_count": -1})

    post = only(tmp_path)

    assert (post.id, post.caption, post.owner, post.likes) == ("Cabc", "words", "77", 0)


def test_an_album_yields_its_pictures_in_place_and_its_videos_as_such(tmp_path):
    children = [{"node": {"is_video": is_video}} for is_video in (False, True, False, False)]
    node: dict[str, Any] = {
        "shortcode": "Cabc",
        "date": TAKEN,
        "edge_sidecar_to_children": {"edges": children},
    }
    write(tmp_path, node, files=("_1.jpg", "_2.jpg", "_2.mp4", "_3.webp"))

    assert media(only(tmp_path)) == [
        (0, "image", f"{STEM}_1.jpg"),
        (1, "video", ""),
        (2, "image", f"{STEM}_3.webp"),
        (3, "image", f"{STEM}_4.jpg is missing"),
    ]


def test_an_album_whose_payload_lists_nothing_is_read_from_the_files(tmp_path):
    write(tmp_path, {"shortcode": "Cabc", "date": TAKEN}, files=("_1.jpg", "_2.mp4", "_2.jpg", "_3.jpg"))

    assert [kind for _, kind, _ in media(only(tmp_path))] == ["image", "video", "image"]


def test_a_video_is_a_video_although_a_picture_lies_beside_it(tmp_path):
    write(tmp_path, {"shortcode": "Cabc", "date": TAKEN, "is_video": True}, files=(".jpg", ".mp4"))

    assert media(only(tmp_path)) == [(0, "video", "")]


def test_profiles_and_stories_are_skipped_not_rejected(tmp_path):
    write(tmp_path, {"username": "dora"}, stem="dora_77", kind="Profile", files=())

    assert list(read_folder(tmp_path, now=NOON)) == [Skipped("dora_77.json.xz")]


def test_broken_files_are_named_and_others_are_read(tmp_path):
    write(tmp_path, {"shortcode": "Cabc", "date": TAKEN})
    (tmp_path / "1.json.xz").write_bytes(b"not packed")
    (tmp_path / "2.json.xz").write_bytes(lzma.compress(b"{}" * 400)[:60])
    (tmp_path / "3.json.xz").write_bytes(lzma.compress(b" " * 50_000_000))
    write(tmp_path, [], stem="4", files=())
    write(tmp_path, {"date": TAKEN}, stem="5", files=())

    found = list(read_folder(tmp_path, now=NOON))

    assert [entry.name for entry in found if isinstance(entry, Rejection)] == [
        f"{n}.json.xz" for n in range(1, 6)
    ]
    assert sum(isinstance(entry, SourcePost) for entry in found) == 1
