"""Photos come in once, whatever is run again, killed in between, or told by two sources."""

import json
import lzma
import shutil
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.forms.models import model_to_dict

from tests.conftest import NOON
from tests.factories import make_golden
from tests.pictures import jpeg, packed, scene, write_jpeg
from truther.config import config
from truther.flow.ingest import NothingToIngest, ingest_path
from truther.models import Golden, Photo, Post
from truther.models.photos import State
from truther.sources.media import MediaStore

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


@pytest.fixture(autouse=True)
def media_folder() -> None:
    """Begin with an empty media folder: it outlives a test, the database does not."""
    shutil.rmtree(config.data_dir / "media", ignore_errors=True)


def post(number: int, *pictures: str, **changes: Any) -> dict[str, Any]:
    row = {
        "id": f"p{number}",
        "shortcode": f"C{number}",
        "owner": "dora",
        "taken_at": "2026-03-01T10:00:00.123456Z",
        "caption": "At the ball #gown",
        "likes": 3,
        "media": [{"path": name} for name in pictures or (f"{number}.jpg",)],
    }
    return row | changes


def write(folder: Path, *posts: object) -> Path:
    path = folder / "posts.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in posts))
    return path


def everything() -> list[Any]:
    rows = [*Post.objects.order_by("pk"), *Photo.objects.order_by("pk")]
    return [model_to_dict(row) for row in rows]


def test_a_post_becomes_photos_with_all_that_the_rooms_need(tmp_path):
    write_jpeg(tmp_path / "1.jpg", 1)

    report = ingest_path(write(tmp_path, post(1, rights="granted")), now=NOON)

    assert (report.posts, report.photos, report.rejected) == (1, 1, ())
    stored, photo = Post.objects.get(), Photo.objects.get()
    assert (stored.pk, stored.source, stored.shortcode, stored.hashtags) == ("p1", "jsonl", "C1", ["gown"])
    assert stored.raw["jsonl"]["media"] == [{"path": "1.jpg"}]
    assert (photo.pk, photo.post_id, photo.owner, photo.rights) == ("p1-0", "p1", "dora", "granted")
    assert (photo.state, photo.batch_id, photo.duplicate_of) == (State.NEW, "", "")
    assert (photo.width, photo.height) == (320, 400)
    assert photo.taken_at == stored.taken_at
    assert photo.taken_at.microsecond == 123_000
    assert 0 <= photo.lot < 1
    assert MediaStore(config.data_dir / "media").has(photo.sha256)


def test_running_it_again_changes_nothing(tmp_path):
    for number in range(4):
        write_jpeg(tmp_path / f"{number}.jpg", number)
    path = write(tmp_path, *(post(number) for number in range(4)))
    ingest_path(path, now=NOON)
    before = everything()

    report = ingest_path(path, now=NOON + timedelta(days=1))

    assert (report.posts, report.photos, report.unchanged, report.joined) == (0, 0, 4, 0)
    assert everything() == before


def test_a_run_that_died_half_way_is_completed_by_the_next(tmp_path):
    for number in range(4):
        write_jpeg(tmp_path / f"{number}.jpg", number)
    path = write(tmp_path, post(0, "0.jpg", "1.jpg"), post(1, "2.jpg", "3.jpg"))
    ingest_path(path, now=NOON)
    whole = everything()
    Photo.objects.filter(pk="p0-1").delete()  # died between two photos of one post
    Photo.objects.filter(pk__startswith="p1").delete()  # died after the post's row
    Post.objects.filter(pk="p1").delete()

    report = ingest_path(path, now=NOON)

    assert (report.posts, report.photos, report.unchanged) == (1, 3, 1)
    assert everything() == whole


def test_pictures_of_one_post_are_photos_of_it_and_videos_are_counted(tmp_path):
    write_jpeg(tmp_path / "a.jpg", 1)
    write_jpeg(tmp_path / "b.jpg", 2)
    media = [{"path": "a.jpg"}, {"path": "film.mp4", "type": "video"}, {"path": "b.jpg"}]

    report = ingest_path(write(tmp_path, post(1, media=media)), now=NOON)

    assert (report.posts, report.photos, report.videos_skipped) == (1, 2, 1)
    assert list(Photo.objects.order_by("pk").values_list("pk", "position")) == [("p1-0", 0), ("p1-2", 2)]


def test_the_same_bytes_are_a_duplicate_of_the_first(tmp_path):
    write_jpeg(tmp_path / "1.jpg", 1)

    report = ingest_path(write(tmp_path, *(post(number, "1.jpg") for number in (1, 2, 3))), now=NOON)

    assert (report.photos, report.duplicates) == (3, 2)
    copies = Photo.objects.filter(state=State.DUPLICATE).order_by("pk")
    assert [(copy.pk, copy.duplicate_of) for copy in copies] == [("p2-0", "p1-0"), ("p3-0", "p1-0")]


def test_a_picture_packed_again_is_a_duplicate_even_in_a_later_run(tmp_path):
    write_jpeg(tmp_path / "1.jpg", 1)
    write_jpeg(tmp_path / "2.jpg", 2)
    ingest_path(write(tmp_path, post(1), post(2)), now=NOON)
    (tmp_path / "3.jpg").write_bytes(packed(scene(1).resize((240, 300)), "JPEG", quality=50))

    report = ingest_path(write(tmp_path, post(3)), now=NOON)

    assert report.duplicates == 1
    assert Photo.objects.get(pk="p3-0").duplicate_of == "p1-0"
    assert Photo.objects.get(pk="p2-0").state == State.NEW


def test_pictures_without_any_structure_are_no_duplicates_of_each_other(tmp_path):
    for number in (1, 2):
        flat = scene(1).resize((1, 1)).resize((100 + number, 100))
        (tmp_path / f"{number}.jpg").write_bytes(packed(flat, "JPEG"))

    assert ingest_path(write(tmp_path, post(1), post(2)), now=NOON).duplicates == 0
    assert set(Photo.objects.values_list("phash", flat=True)) == {""}


def instaloader(folder: Path, code: str, seed: int, **node: Any) -> Path:
    stem = "2026-03-01_10-00-00_UTC"
    whole = {"shortcode": code, "id": "998877", "date": 1_772_359_200} | node
    document = {"node": whole, "instaloader": {"version": "4.15", "node_type": "Post"}}
    write_jpeg(folder / f"{stem}.jpg", seed)
    (folder / f"{stem}.json.xz").write_bytes(lzma.compress(json.dumps(document).encode()))
    return folder


def test_a_post_told_by_two_sources_is_one_post_with_both_payloads(tmp_path):
    folder = instaloader(tmp_path / "loader", "C1", 1, owner={"username": "dora"}, caption="Ball #gown")
    write_jpeg(tmp_path / "1.jpg", 7)  # another rendition: other bytes
    ingest_path(write(tmp_path, post(1, owner=None, caption="", likes=9)), now=NOON)

    first = ingest_path(folder, now=NOON)
    again = ingest_path(folder, now=NOON)

    assert (first.posts, first.joined, first.photos, first.unchanged) == (0, 1, 0, 1)
    assert (again.joined, again.unchanged) == (0, 1)
    stored = Post.objects.get()
    assert (stored.pk, stored.owner, stored.caption, stored.likes) == ("p1", "dora", "Ball #gown", 9)
    assert sorted(stored.raw) == ["instaloader", "jsonl"]
    assert Photo.objects.get().owner == "dora"


def test_two_lines_about_one_post_are_one_post(tmp_path):
    write_jpeg(tmp_path / "1.jpg", 1)
    write_jpeg(tmp_path / "2.jpg", 2)

    report = ingest_path(write(tmp_path, post(1), post(1), post(2, shortcode="C1")), now=NOON)

    assert (report.posts, report.photos, report.unchanged) == (1, 1, 2)


def test_an_id_that_belongs_to_another_post_is_rejected(tmp_path):
    write_jpeg(tmp_path / "1.jpg", 1)
    ingest_path(write(tmp_path, post(1)), now=NOON)

    [rejection] = ingest_path(write(tmp_path, post(1, shortcode="Cother")), now=NOON).rejected

    assert (rejection.line, rejection.reason) == (1, "the id belongs to another post, C1")


def test_rights_grow_but_a_refusal_is_final(tmp_path):
    write_jpeg(tmp_path / "1.jpg", 1)
    seen = []
    for rights in ("requested", "granted", "requested", "unknown", "refused", "granted"):
        ingest_path(write(tmp_path, post(1, rights=rights)), now=NOON)
        seen.append((Post.objects.get().rights, Photo.objects.get().rights))

    assert [post_rights for post_rights, _ in seen] == [
        "requested",
        "granted",
        "granted",
        "granted",
        "refused",
        "refused",
    ]
    assert all(one == other for one, other in seen)


def test_a_withdrawn_consent_reaches_the_golden_record(tmp_path):
    write_jpeg(tmp_path / "1.jpg", 1)
    ingest_path(write(tmp_path, post(1, rights="granted")), now=NOON)
    make_golden("p1-0", verdict="not_dress", rights="granted")

    ingest_path(write(tmp_path, post(1, rights="refused")), now=NOON)

    assert Golden.objects.get().rights == "refused"


def test_bad_pictures_and_bad_lines_stop_no_good_ones(tmp_path):
    write_jpeg(tmp_path / "1.jpg", 1)
    (tmp_path / "2.jpg").write_bytes(jpeg(2)[:-300])
    (tmp_path / "3.jpg").write_bytes(b"")
    hostile = post(5, id=["p5"])
    path = write(tmp_path, post(1, "1.jpg", "2.jpg"), post(3), hostile, post(4), post(6, url="x"))

    report = ingest_path(path, now=NOON)

    assert (report.posts, report.photos) == (1, 1)
    told = {(rejection.line, rejection.name): rejection.reason for rejection in report.rejected}
    assert told[(2, "p3-0")] == "the file is empty"
    assert told[(4, "p4-0")] == "4.jpg cannot be read: No such file or directory"
    assert "cut off or damaged" in told[(1, "p1-1")]
    assert told[(3, "")].startswith("id must be")


def test_strange_payloads_are_kept_and_given_back_alike(tmp_path):
    write_jpeg(tmp_path / "1.jpg", 1)
    strange = {"$where": "1", "a.b": {"": 1}, "big": 2**70, "deep": [[{"x": [None, True]}]], "emoji": "👗\0"}

    ingest_path(write(tmp_path, post(1, extra=strange)), now=NOON)
    again = ingest_path(write(tmp_path, post(1, extra=strange)), now=NOON)

    kept = Post.objects.get().raw["jsonl"]["extra"]
    assert kept == {
        "＄where": "1",
        "a．b": {"": 1},
        "big": f"{2**70:#x}",
        "deep": [[{"x": [None, True]}]],
        "emoji": "👗\ufffd",
    }
    assert again.unchanged == 1


def test_an_instaloader_folder_is_recognised_and_its_other_records_skipped(tmp_path):
    instaloader(tmp_path, "C1", 1)
    profile = {"node": {}, "instaloader": {"node_type": "Profile"}}
    (tmp_path / "dora.json.xz").write_bytes(lzma.compress(json.dumps(profile).encode()))

    report = ingest_path(tmp_path, now=NOON)

    assert (report.posts, report.photos, report.skipped, report.rejected) == (1, 1, 1, ())
    assert Photo.objects.get().pk == "C1-0"


def test_several_processes_bring_in_the_same_as_one(tmp_path):
    for number in range(12):
        write_jpeg(tmp_path / f"{number}.jpg", number)
    path = write(tmp_path, *(post(number) for number in range(12)))
    ingest_path(path, now=NOON)
    alone = everything()
    Photo.objects.all().delete()
    Post.objects.all().delete()

    report = ingest_path(path, now=NOON, processes=2)

    assert report.photos == 12
    assert everything() == alone


def test_a_path_without_posts_is_refused(tmp_path):
    with pytest.raises(NothingToIngest, match=r"holds no \.json\.xz"):
        ingest_path(tmp_path, now=NOON)
    with pytest.raises(NothingToIngest, match="there is no"):
        ingest_path(tmp_path / "gone.jsonl", now=NOON)


def test_the_command_prints_one_document_and_fails_when_all_was_rejected(tmp_path):
    write_jpeg(tmp_path / "1.jpg", 1)
    out = StringIO()

    call_command("ingest", str(write(tmp_path, post(1), post(2))), "--json", "--processes", "1", stdout=out)
    document = json.loads(out.getvalue())
    assert (document["photos"], document["rejected"][0]["line"]) == (1, 2)

    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("ingest", str(write(tmp_path, post(3, "[red]3.jpg"))), "--processes", "1", stdout=out)
    assert ended.value.code == 1
    assert "[red]3.jpg cannot be read" in out.getvalue()

    with pytest.raises(CommandError, match="there is no"):
        call_command("ingest", str(tmp_path / "gone"))
