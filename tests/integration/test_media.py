"""The media folder: what is written, once, whole, and readable by whom."""

import hashlib
import resource
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from tests.pictures import jpeg
from truther.sources.decode import decode
from truther.sources.develop import Darkroom
from truther.sources.media import (
    MediaStore,
    NoOriginal,
    Picture,
    PictureRefused,
    StorageFull,
    digest,
    read_picture,
)


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


def files_in(store: MediaStore) -> list[str]:
    return sorted(str(path.relative_to(store.root)) for path in store.root.rglob("*") if path.is_file())


def test_a_picture_is_kept_as_original_and_two_webps(store):
    data = jpeg(1, (1_000, 900))

    picture = store.keep(data)

    sha = hashlib.sha256(data).hexdigest()
    assert (picture.sha256, picture.width, picture.height) == (sha, 1_000, 900)
    assert len(picture.phash) == 64
    assert files_in(store) == [
        f"originals/{sha[:2]}/{sha}",
        f"web/{sha[:2]}/{sha}-256.webp",
        f"web/{sha[:2]}/{sha}-640.webp",
    ]
    assert store.original(sha).read_bytes() == data
    assert Image.open(store.web(sha, 640)).size == (640, 576)
    assert Image.open(store.web(sha, 256)).size == (256, 230)
    assert store.has(sha)


def test_tall_pictures_fit_and_small_ones_are_not_blown_up(store):
    tall, small = store.keep(jpeg(1, (800, 2_000))), store.keep(jpeg(2, (120, 150)))

    assert Image.open(store.web(tall.sha256, 640)).size == (320, 800)
    assert Image.open(store.web(small.sha256, 640)).size == (120, 150)


@pytest.mark.parametrize(
    ("size_px", "of", "made"),
    [
        (1080, (2_400, 3_000), (1080, 1350)),
        (1080, (3_000, 1_500), (1080, 540)),
        (1080, (500, 400), (500, 400)),
        (320, (2_400, 3_000), (320, 400)),
        (320, (120, 150), (120, 150)),
    ],
)
def test_other_sizes_are_made_when_asked_for_and_never_larger_than_the_original(store, size_px, of, made):
    picture = store.keep(jpeg(1, of))
    assert not store.web(picture.sha256, size_px).exists()

    path = store.developed(picture.sha256, size_px)

    assert Image.open(path).size == made
    written = path.stat().st_mtime_ns
    assert store.developed(picture.sha256, size_px).stat().st_mtime_ns == written
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_many_who_ask_first_get_one_whole_file(store):
    picture = store.keep(jpeg(1, (1_600, 2_000)))

    with ThreadPoolExecutor(8) as pool:
        paths = set(pool.map(lambda _: store.developed(picture.sha256, 1080), range(16)))

    [path] = paths
    assert Image.open(path).size == (1080, 1350)
    assert [name for name in files_in(store) if "1080" in name] == [str(path.relative_to(store.root))]


def test_a_size_of_nothing_cannot_be_made(store):
    picture = store.keep(jpeg(1))
    store.original(picture.sha256).unlink()

    with pytest.raises(NoOriginal):
        store.developed(picture.sha256, 1080)
    with pytest.raises(NoOriginal):
        store.developed("0" * 64, 320)
    assert store.developed(picture.sha256, 320).exists()


def test_a_size_that_is_made_during_a_takedown_is_deleted_too(store, monkeypatch):
    picture = store.keep(jpeg(1))

    def decode_late(data: bytes) -> tuple[Image.Image, tuple[int, int]]:
        store.forget(picture.sha256)
        return decode(data)

    monkeypatch.setattr("truther.sources.media.decode", decode_late)

    with pytest.raises(NoOriginal):
        store.developed(picture.sha256, 1080)
    assert files_in(store) == []


def test_originals_are_ours_alone(store):
    picture = store.keep(jpeg(1))

    assert stat.S_IMODE(store.original(picture.sha256).stat().st_mode) == 0o600


def test_no_place_and_no_profile_leaves_with_a_webp(store):
    exif = Image.Exif()
    exif[0x010F] = "ann's phone"
    exif.get_ifd(0x8825)[1] = "N"

    picture = store.keep(jpeg(1, exif=exif, icc_profile=b"nonsense"))

    data = store.web(picture.sha256, 640).read_bytes()
    assert not any(mark in data for mark in (b"EXIF", b"ICCP", b"XMP ", b"ann's phone"))


def test_the_same_bytes_are_stored_once(store):
    first = store.keep(jpeg(1))
    written = {path: path.stat().st_mtime_ns for path in store.files(first.sha256) if path.exists()}

    second = store.keep(jpeg(1))

    assert second == first
    assert len(written) == 3
    assert {path: path.stat().st_mtime_ns for path in written} == written


def test_a_refused_picture_leaves_nothing(store):
    with pytest.raises(PictureRefused):
        store.keep(jpeg(1)[:900])

    assert not store.root.exists()


def test_a_full_disk_is_told_and_leaves_nothing_half_written(store):
    whole = store.keep(jpeg(1))
    before, data = files_in(store), jpeg(2, (900, 900))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, hard))  # no file may grow beyond 2 kB
    try:
        with pytest.raises(StorageFull, match="no room on the disk"):
            store.keep(data)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert files_in(store) == before
    assert store.has(whole.sha256)
    assert store.keep(data).width == 900


def test_a_picture_is_forgotten_whole(store):
    picture = store.keep(jpeg(1))
    store.developed(picture.sha256, 320)
    store.developed(picture.sha256, 1080)

    assert store.forget(picture.sha256) == 5
    assert store.forget(picture.sha256) == 0
    assert files_in(store) == []


def test_files_too_large_or_missing_are_refused_by_name(tmp_path):
    (tmp_path / "huge.jpg").write_bytes(bytes(1_001))

    with pytest.raises(PictureRefused, match=r"huge\.jpg is larger than 1,000 bytes"):
        read_picture(tmp_path / "huge.jpg", max_bytes=1_000)
    with pytest.raises(PictureRefused, match=r"gone\.jpg cannot be read"):
        read_picture(tmp_path / "gone.jpg", max_bytes=1_000)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_darkroom_answers_in_order_and_says_what_was_refused(store, processes):
    jobs = [(seed, jpeg(seed) if seed % 4 else b"nothing") for seed in range(12)]

    with Darkroom(store, processes=processes) as darkroom:
        outcomes = list(darkroom.develop(jobs))

    assert [seed for seed, _ in outcomes] == list(range(12))
    for (seed, data), (_, outcome) in zip(jobs, outcomes, strict=True):
        if seed % 4:
            assert isinstance(outcome, Picture)
            assert outcome.sha256 == digest(data)
        else:
            assert isinstance(outcome, PictureRefused)
