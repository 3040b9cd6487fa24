"""One post a line; a bad line says why and stops no other."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import NOON
from truther.sources.jsonl import read_jsonl
from truther.sources.posts import Rejection, SourcePost

GOOD = {
    "id": "p1",
    "shortcode": "Cabc",
    "taken_at": "2026-03-01T10:00:00+02:00",
    "media": [{"path": "a.jpg"}],
}


def read(folder: Path, *lines: object) -> list[SourcePost | Rejection]:
    path = folder / "posts.jsonl"
    rows = (line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    path.write_bytes(b"\n".join(rows))
    found = list(read_jsonl(path, now=NOON))
    assert all(isinstance(entry, SourcePost | Rejection) for entry in found)
    return found  # type: ignore[return-value]


def test_a_post_is_read_whole(tmp_path):
    extra = {
        "caption": "At last! #Gown #gown2 #Gown",
        "owner": "dora",
        "likes": 4,
        "rights": "granted",
        "x": [1],
    }

    [post] = read(tmp_path, GOOD | extra)

    assert isinstance(post, SourcePost)
    assert (post.id, post.shortcode, post.owner, post.likes, post.rights) == (
        "p1",
        "Cabc",
        "dora",
        4,
        "granted",
    )
    assert post.taken_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert post.hashtags == ("Gown", "gown2")
    assert post.raw == GOOD | extra
    assert [(m.position, m.kind, m.path) for m in post.media] == [
        (0, "image", (tmp_path / "a.jpg").resolve())
    ]


def test_an_id_is_the_shortcode_when_there_is_none(tmp_path):
    bare = {key: GOOD[key] for key in ("taken_at", "media")}

    posts = read(
        tmp_path,
        bare | {"shortcode": "Cabc"},
        bare | {"permalink": "https://www.instagram.com/p/Cx-_1/"},
        GOOD | {"id": 17},
    )

    assert [post.id for post in posts if isinstance(post, SourcePost)] == ["Cabc", "Cx-_1", "17"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": "../../etc"}, "id must be"),
        ({"id": "x" * 57}, "id must be"),
        ({"id": True}, "id must be"),
        ({"id": None, "shortcode": None}, "neither id nor shortcode"),
        ({"taken_at": None}, "taken_at is not a time"),
        ({"taken_at": "soon"}, "taken_at is not a time"),
        ({"taken_at": 10**30}, "taken_at is not a time"),
        ({"taken_at": [1]}, "taken_at is not a time"),
        ({"taken_at": (NOON + timedelta(days=2)).isoformat()}, "lies in the future"),
        ({"taken_at": "1970-01-01"}, "before 2000"),
        ({"owner": 7}, "owner is not a text"),
        ({"owner": "x" * 65}, "owner is longer than 64"),
        ({"caption": ["a"]}, "caption is not a text"),
        ({"hashtags": "gown"}, "hashtags must be a list"),
        ({"rights": "mine"}, "rights must be one of"),
        ({"media": []}, "media must be a list"),
        ({"media": {"path": "a.jpg"}}, "media must be a list"),
        ({"media": [{"path": "a.jpg"}] * 51}, "more than 50 pictures"),
    ],
)
def test_wrong_fields_are_named_and_other_lines_are_read(tmp_path, change: dict[str, object], reason: str):
    refused, post = read(tmp_path, GOOD | change, GOOD)

    assert isinstance(refused, Rejection)
    assert refused.line == 1
    assert reason in refused.reason
    assert isinstance(post, SourcePost)


def test_lines_that_are_no_posts_are_counted_by_their_number(tmp_path):
    found = read(tmp_path, b"", b"nonsense", b"[]", b'{"id":"' + b"x" * 2_000_000 + b'"}', b"\xff", GOOD)

    assert [entry.line for entry in found] == [2, 3, 4, 5, 6]
    assert isinstance(found[-1], SourcePost)


@pytest.mark.parametrize("path", ["../secret.jpg", "/etc/passwd", "a/../../b.jpg"])
def test_a_path_that_leaves_the_folder_costs_that_picture_only(tmp_path, path: str):
    [post] = read(tmp_path, GOOD | {"media": [{"path": path}, {"path": "a.jpg"}]})

    assert isinstance(post, SourcePost)
    assert post.media[0].path is None
    assert "leaves the folder" in post.media[0].problem
    assert not post.media[1].problem


def test_a_link_out_of_the_folder_is_a_way_out_too(tmp_path):
    folder = tmp_path / "posts"
    folder.mkdir()
    (folder / "out").symlink_to(tmp_path)

    [post] = read(folder, GOOD | {"media": [{"path": "out/a.jpg"}]})

    assert isinstance(post, SourcePost)
    assert "leaves the folder" in post.media[0].problem


def test_media_that_say_nothing_useful_have_a_reason(tmp_path):
    [post] = read(
        tmp_path, GOOD | {"media": [7, {}, {"type": "song", "path": "a"}, {"type": "video", "url": "b"}]}
    )

    assert isinstance(post, SourcePost)
    assert [bool(medium.problem) for medium in post.media] == [True, True, True, False]
    assert post.media[3].kind == "video"
