"""What is taken down is gone everywhere and does not come back."""

import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from classifier.runs import SHIPPED, write_whole
from classifier.snapshot import SnapshotPhoto, read_snapshot, write_snapshot
from tests.conftest import NOON
from tests.factories import make_golden, make_style
from tests.pictures import packed, scene, write_jpeg
from truther.config import config
from truther.flow.ingest import ingest_path
from truther.flow.takedown import take_down
from truther.models import Golden, ModelRun, Photo, Post, Takedown
from truther.models.photos import State
from truther.shelf import champion_id, index_file, run_folder, vectors_file
from truther.sources.media import MediaStore

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    """Three posts: two pictures, a copy of the first packed again, and one with the very same bytes."""
    shutil.rmtree(config.data_dir / "media", ignore_errors=True)
    write_jpeg(tmp_path / "a.jpg", 1)
    write_jpeg(tmp_path / "b.jpg", 2)
    (tmp_path / "c.jpg").write_bytes(packed(scene(1), "JPEG", quality=40))
    rows = [
        {"id": name, "owner": "dora", "caption": "Me", "taken_at": "2026-03-01", "rights": "granted",
         "media": [{"path": path} for path in paths]}
        for name, paths in (("p1", ["a.jpg", "b.jpg"]), ("p2", ["c.jpg"]), ("p3", ["a.jpg"]))
    ]  # fmt: skip
    path = tmp_path / "posts.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    ingest_path(path, now=NOON)
    scored = {"state": State.OPEN, "candidates": [{"sku": "a", "probability": 0.9}], "p_dress": 0.9}
    Photo.objects.filter(state=State.NEW).update(batch_id="batch-00001", **scored)
    return path


def files() -> set[str]:
    return {path.name[:64] for path in (config.data_dir / "media").rglob("*") if path.is_file()}


def test_a_picture_goes_with_its_copies_and_nothing_else(posts):
    sha = Photo.objects.get(pk="p1-0").sha256
    kept = Photo.objects.get(pk="p1-1").sha256
    make_golden("p1-0", verdict="not_dress", sha256=sha)
    snapshot = config.data_dir / "snapshots" / "s1" / "images" / f"{sha}-256.webp"
    snapshot.parent.mkdir(parents=True)
    snapshot.hardlink_to(MediaStore(config.data_dir / "media").web(sha, 256))

    report = take_down(["p3-0", "nope"], reason="she asked", now=NOON)

    assert (report.removed, report.already, report.unknown) == (("p1-0", "p2-0", "p3-0"), (), ("nope",))
    assert report.files == 7  # two pictures of three files, and the snapshot's
    assert files() == {kept}
    assert not snapshot.exists()
    gone = Photo.objects.get(pk="p1-0")
    assert (gone.state, gone.rights, gone.candidates, gone.p_dress) == (State.REMOVED, "refused", [], None)
    assert (gone.batch_id, gone.phash, gone.rev) == ("", "", 1)
    assert not Golden.objects.exists()
    assert Photo.objects.get(pk="p1-1").state == State.OPEN


def test_a_snapshot_loses_the_photo_and_the_models_of_it_say_so(posts):
    for name in ("snapshots", "runs", "models"):
        shutil.rmtree(config.data_dir / name, ignore_errors=True)
    gone, kept = (Photo.objects.get(pk=name).sha256 for name in ("p1-0", "p1-1"))
    for name in ("s1", "s2"):
        snapshot_of(
            config.data_dir / "snapshots" / name,
            {"p1-0": gone, "p1-1": kept} if name == "s1" else {"p1-1": kept},
        )
    for name, parent, snapshot in (("v0", "", ""), ("m1", "v0", "s1"), ("m2", "m1", "s2")):
        run = shutil.copytree(SHIPPED, run_folder(name))
        facts = json.loads((run / "facts.json").read_text())
        (run / "facts.json").write_text(json.dumps(facts | {"id": name, "parent": parent}))
        ModelRun.objects.register(name, parent=parent, snapshot_id=snapshot, trained_at=NOON)

    report = take_down(["p1-0"], reason="she asked", now=NOON)
    again = take_down(["p1-0"], reason="she asked", now=NOON)

    assert (report.snapshots, report.models) == (("s1",), ("m1", "m2"))
    assert (again.snapshots, again.models) == ((), ())
    left = read_snapshot(config.data_dir / "snapshots" / "s1")
    assert [photo.photo for photo in left.photos] == ["p1-1"]
    assert json.loads((left.folder / "snapshot.json").read_text())["lost"] == 1
    said = {run.pk: run.taken_down.get("sentences", []) for run in ModelRun.objects.all()}
    assert said == {
        "v0": [],
        "m1": ["Trained with 1 photo since taken down."],
        "m2": ["Its ancestor m1 was trained with 1 photo since taken down."],
    }
    assert said["m1"][0] in (run_folder("m1") / "card.md").read_text()
    marks = (run_folder("m1") / "marks.json").read_text()
    assert gone not in marks
    assert "p1-0" not in marks


def test_models_that_do_not_serve_forget_what_they_saw_in_it(posts):
    for name in ("snapshots", "runs", "models"):
        shutil.rmtree(config.data_dir / name, ignore_errors=True)
    serving = champion_id()
    gone, kept = (Photo.objects.get(pk=name).sha256 for name in ("p1-0", "p1-1"))
    remembered = {
        path: sha
        for run in (serving, "old", "other")
        for path in (index_file(run), vectors_file(run))
        for sha in ((gone,) if run != "other" else (kept,))
    }
    for path, sha in remembered.items():
        path.write_bytes(f"names: {sha}".encode())

    take_down(["p1-0"], reason="she asked", now=NOON)

    left = {path.name for path in remembered if path.exists()}
    assert left == {path.name for run in (serving, "other") for path in (index_file(run), vectors_file(run))}


def test_a_takedown_that_was_killed_is_ended_by_the_next(posts, monkeypatch):
    for name in ("snapshots", "runs", "models"):
        shutil.rmtree(config.data_dir / name, ignore_errors=True)
    gone, kept = (Photo.objects.get(pk=name).sha256 for name in ("p1-0", "p1-1"))
    folder = snapshot_of(config.data_dir / "snapshots" / "s1", {"p1-0": gone, "p1-1": kept})

    def cut_off(path: Path, body: bytes) -> None:
        if path.name == "photos.jsonl":
            raise KeyboardInterrupt
        write_whole(path, body)

    with monkeypatch.context() as patch:
        patch.setattr("classifier.registry.forgetting.write_whole", cut_off)
        with pytest.raises(KeyboardInterrupt):
            take_down(["p1-0"], reason="she asked", now=NOON)
    assert len(read_snapshot(folder).photos) == 2  # the manifest was first: old rows are still read

    take_down(["p1-0"], reason="she asked", now=NOON)

    assert len(read_snapshot(folder).photos) == 1
    assert json.loads((folder / "snapshot.json").read_text())["lost"] == 1


def snapshot_of(folder: Path, photos: dict[str, str]) -> Path:
    """A snapshot of these photos, by the sha256 of their pictures."""
    (folder / "images").mkdir(parents=True)
    rows = []
    for name, sha in photos.items():
        (folder / "images" / f"{sha}-256.webp").hardlink_to(
            MediaStore(config.data_dir / "media").web(sha, 256)
        )
        rows.append(SnapshotPhoto(name, f"images/{sha}-256.webp", "dora", "train", "not_dress"))
    write_snapshot(folder, id=folder.name, created_at="2026", styles=[], photos=rows)
    return folder


def test_a_post_without_pictures_keeps_nothing_personal(posts):
    take_down(["p2-0"], reason="she asked", now=NOON)

    emptied, kept = Post.objects.get(pk="p2"), Post.objects.get(pk="p1")
    assert (emptied.owner, emptied.caption, emptied.raw, emptied.rights) == ("", "", {}, "refused")
    assert (kept.owner, kept.rights) == ("dora", "granted")


def test_only_a_keyed_hash_is_remembered(posts):
    shas = set(Photo.objects.values_list("sha256", flat=True))

    take_down(["p1-0"], reason="x" * 300, now=NOON)

    rows = list(Takedown.objects.all())
    assert {len(row.pk) for row in rows} == {64}
    assert not shas & {row.pk for row in rows}
    assert all(len(row.reason) == 256 and row.removed_at == NOON for row in rows)


def test_it_never_comes_back_not_even_in_another_post(posts):
    take_down(["p1-0"], reason="she asked", now=NOON)
    before = files()
    row = {"id": "p9", "taken_at": "2026-03-02", "media": [{"path": "a.jpg"}]}

    again = ingest_path(posts, now=NOON)
    posts.write_text(json.dumps(row))
    other = ingest_path(posts, now=NOON)

    assert (again.photos, again.unchanged, other.photos, other.taken_down) == (0, 4, 0, 1)
    assert files() == before
    assert not Post.objects.filter(pk="p9").exists()
    assert Post.objects.get(pk="p2").caption == ""


def test_taking_down_twice_is_once(posts):
    take_down(["p1-0"], reason="she asked", now=NOON)
    count = Takedown.objects.count()

    report = take_down(["p1-0"], reason="again", now=NOON)

    assert (report.removed, report.already, report.files) == ((), ("p1-0", "p2-0", "p3-0"), 0)
    assert Takedown.objects.count() == count


def test_a_studio_shot_with_the_same_bytes_stays_in_the_catalogue(posts):
    sha = Photo.objects.get(pk="p1-1").sha256
    make_style("red-wrap", images=[sha])

    report = take_down(["p1-1"], reason="she asked", now=NOON)

    assert (report.removed, report.files) == (("p1-1",), 0)
    assert MediaStore(config.data_dir / "media").has(sha)


def test_the_command_says_what_went_and_fails_when_nothing_is_known(posts):
    out = StringIO()
    call_command("takedown", "p1-1", "--reason", "she asked", "--json", stdout=out)
    assert json.loads(out.getvalue())["removed"] == ["p1-1"]

    with pytest.raises(SystemExit) as ended:
        call_command("takedown", "nope", "--reason", "she asked", stdout=StringIO())
    assert ended.value.code == 1
