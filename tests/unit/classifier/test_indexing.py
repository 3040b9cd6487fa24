"""The command `index`: styles come and go one at a time, and the last good file stays."""

import json
import resource
import signal
import threading
from pathlib import Path

import numpy as np
import pytest

from classifier.ahead import ahead
from classifier.cli import main
from classifier.index import StyleIndex
from classifier.index.keeping import changing
from classifier.snapshot import SnapshotStyle, read_snapshot, write_snapshot


@pytest.fixture
def run(trained) -> Path:
    return trained / "run"


@pytest.fixture
def index(run, trained, tmp_path, capsys) -> Path:
    path = tmp_path / "index.safetensors"
    answer_of(capsys, "build", run, trained / "snapshot", "--out", path)
    return path


def answer_of(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict:
    assert main(["index", *map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refusal_of(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["index", *map(str, arguments)]) == 1
    [line] = capsys.readouterr().err.splitlines()
    return line


def studio_shots(trained: Path, style: int) -> list[Path]:
    return [trained / f"snapshot/images/studio-{style}-{view}.png" for view in range(2)]


def test_a_style_goes_and_comes_back_as_a_rebuilding_would_have_it(index, run, trained, capsys):
    built = StyleIndex.load(index)
    photos = [trained / "snapshot" / name for name in verified_names(built, "S2")]

    gone = answer_of(capsys, "retire", index, "S2", "S4")
    assert (gone["retired"], gone["styles"]) == (["S2", "S4"], 3)
    for sku, style in (("S4", 4), ("S2", 2)):
        shown = ("--studio", *studio_shots(trained, style))
        known = ("--photos", *photos) if sku == "S2" else ("--photos", *paths(trained, built, "S4"))
        answer_of(capsys, "add", run, index, sku, *shown, *known)

    changed = StyleIndex.load(index)
    assert changed.skus == built.skus
    assert changed.counts.tolist() == built.counts.tolist()
    assert np.allclose(changed.matrix, built.matrix, atol=1e-5)
    again = answer_of(capsys, "rebuild", run, trained / "snapshot", index)
    assert (again["came"], again["went"], again["styles"]) == ([], [], 5)
    assert np.array_equal(StyleIndex.load(index).matrix, built.matrix)


def verified_names(index: StyleIndex, sku: str) -> list[str]:
    return [index.exemplars.names[row] for row in index.exemplars.of(sku, "verified")]


def paths(trained: Path, index: StyleIndex, sku: str) -> list[Path]:
    return [trained / "snapshot" / name for name in verified_names(index, sku)]


def test_the_list_says_how_well_each_style_is_known(index, capsys):
    listed = answer_of(capsys, "list", index)

    assert (listed["version"], listed["styles"], listed["pictures"]) == ("run", 5, 5 * 18)
    first = {"sku": "S0", "verified photos": 16, "studio shots": 2}
    assert listed["tables"][0]["rows"][0] == first


def test_a_style_is_renewed_by_what_is_given_alone(index, run, trained, capsys):
    answer = answer_of(capsys, "add", run, index, "S1", "--studio", *studio_shots(trained, 1))

    assert (answer["renewed"], answer["styles"]) == (True, 5)
    assert dict(zip(StyleIndex.load(index).skus, StyleIndex.load(index).counts, strict=True))["S1"] == 0


def test_what_cannot_be_done_is_said_in_a_line_and_changes_nothing(index, run, trained, tmp_path, capsys):
    before = index.read_bytes()
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG no more")
    shot = studio_shots(trained, 1)[0]

    assert "offers no style 'S9'" in refusal_of(capsys, "retire", index, "S1", "S9")
    assert "needs a studio shot" in refusal_of(capsys, "add", run, index, "NEW")
    assert "broken.png" in refusal_of(capsys, "add", run, index, "NEW", "--studio", shot, broken)
    assert "nowhere.png" in refusal_of(capsys, "add", run, index, "NEW", "--studio", shot, "nowhere.png")
    assert "missing" in refusal_of(capsys, "retire", tmp_path / "no-index", "S1")

    assert index.read_bytes() == before


def test_an_index_of_another_model_must_be_rebuilt(index, run, trained, capsys):
    other = StyleIndex("another", np.zeros(16, np.float32))
    other.add("OLD", studio=np.eye(16, dtype=np.float32)[:1])
    other.save(index)

    said = refusal_of(capsys, "add", run, index, "NEW", "--studio", *studio_shots(trained, 1))
    again = answer_of(capsys, "rebuild", run, trained / "snapshot", index)

    assert "rebuild it" in said
    assert (again["before"], again["version"], again["went"]) == ("another", "run", ["OLD"])
    assert again["came"] == ["S0", "S1", "S2", "S3", "S4"]


def with_styles(folder: Path, *styles: SnapshotStyle) -> Path:
    folder.mkdir()
    write_snapshot(folder, id=folder.name, created_at="2026-11-24T04:00:00Z", styles=styles, photos=[])
    return folder


def test_an_empty_catalogue_offers_nothing_and_a_bare_style_is_named(run, tmp_path, capsys):
    empty = with_styles(tmp_path / "empty", SnapshotStyle("OLD", active=False, images=()))
    bare = with_styles(tmp_path / "bare", SnapshotStyle("BARE", active=True, images=()))
    out = tmp_path / "index"

    assert "no active style" in refusal_of(capsys, "build", run, empty, "--out", out)
    assert "(BARE)" in refusal_of(capsys, "build", run, bare, "--out", out)
    assert "(BARE)" in refusal_of(capsys, "build", run, bare, "--out", out, "--skip-bare")
    assert not out.exists()


def test_bare_styles_are_left_out_when_asked(run, trained, tmp_path, capsys):
    snapshot = read_snapshot(trained / "snapshot")
    folder = tmp_path / "some-bare"
    folder.mkdir()
    (folder / "images").symlink_to(trained / "snapshot/images")
    styles = [*snapshot.styles, SnapshotStyle("BARE", active=True, images=())]
    write_snapshot(folder, id="some-bare", created_at="", styles=styles, photos=snapshot.photos)

    built = answer_of(capsys, "build", run, folder, "--out", tmp_path / "index", "--skip-bare")

    assert built["styles"] == 5


def test_on_a_full_disk_the_last_good_index_stays(index):
    before = index.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with pytest.raises(OSError, match="File too large"), changing(index) as opened:
            opened.retire("S1")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)

    assert index.read_bytes() == before


def test_two_changes_at_once_are_both_kept(index):
    def retire(sku: str) -> None:
        with changing(index) as opened:
            opened.retire(sku)

    threads = [threading.Thread(target=retire, args=(f"S{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert StyleIndex.load(index).skus == ("S4",)


def test_ten_thousand_files_in_one_call_are_read_a_few_at_a_time(run, index, trained, tmp_path, capsys):
    shot = studio_shots(trained, 1)[0]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(list(Path("/proc/self/fd").iterdir())) + 40, hard))
    try:
        answer = answer_of(capsys, "add", run, index, "MANY", "--photos", *[shot] * 10_000)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert (answer["photos"], answer["styles"]) == (10_000, 6)
    assert len(StyleIndex.load(index).exemplars.of("MANY")) == 32


def test_work_is_done_ahead_but_never_far_ahead():
    begun: list[int] = []

    def work(item: int) -> int:
        begun.append(item)
        return item

    for done, result in enumerate(ahead(work, range(100), most=8)):
        assert result == done
        assert len(begun) <= done + 9


def test_an_error_ahead_rises_in_its_turn_and_ends_the_work():
    begun: list[int] = []

    def work(item: int) -> int:
        begun.append(item)
        return 1 // (item - 5)

    results = ahead(work, range(1000), most=4)
    assert [next(results) for _ in range(5)] == [1 // (n - 5) for n in range(5)]
    with pytest.raises(ZeroDivisionError):
        next(results)

    assert len(begun) < 20
