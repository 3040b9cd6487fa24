"""`python -m classifier predict`: thousands of files in one call, a broken one among them."""

import io
import json
import shutil
import sys
from pathlib import Path

import pytest

from classifier.cli import main, serving
from classifier.embedded import embed_snapshot
from classifier.predict import DeepDress
from classifier.snapshot import read_snapshot
from classifier.transforms import Frames


@pytest.fixture
def asked(trained, tmp_path) -> list[str]:
    """The command, as far as the pictures."""
    run = trained / "run"
    model = DeepDress.load(run, "cpu")
    embed_snapshot(model, read_snapshot(trained / "snapshot")).index(model).save(tmp_path / "index")
    return ["predict", str(run), str(tmp_path / "index")]


@pytest.fixture
def photos(trained, tmp_path) -> Path:
    """A folder of five photos, one of each style."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for style in range(5):
        shutil.copy(trained / f"snapshot/images/photo-{style}-0.png", folder / f"{style}.png")
    return folder


def lines_of(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_file_has_a_line_in_order_though_some_are_broken(asked, photos, capsys, monkeypatch):
    monkeypatch.setattr(serving, "AT_ONCE", 3)
    (photos / "1.png").write_bytes(b"words")
    (photos / "3.png").write_bytes((photos / "3.png").read_bytes()[:80])

    code = main([*asked, str(photos), str(photos / "gone.png"), "--json"])

    said = capsys.readouterr()
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert [Path(line["picture"]).name for line in lines] == [*(f"{n}.png" for n in range(5)), "gone.png"]
    assert [line.get("error", "").partition(":")[0] for line in lines] == [
        "",
        "NotAnImage",
        "",
        "BrokenImage",
        "",
        "FileNotFoundError",
    ]
    assert [line["candidates"][0]["sku"] for line in lines[:5:2]] == ["S0", "S2", "S4"]
    assert code == 1
    assert "3 of 6 files could not be read" in said.err


def test_people_read_a_line_for_each_file(asked, photos, capsys):
    assert main([*asked, str(photos / "2.png"), "--top", "1"]) == 0

    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{photos / '2.png'}  dress ")
    assert "S2" in line


def test_a_list_of_files_may_come_on_standard_input(asked, photos, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{photos / '4.png'}\n\n{photos / '0.png'}\n"))

    assert main([*asked, "-", "--json"]) == 0

    assert [line["candidates"][0]["sku"] for line in lines_of(capsys)] == ["S4", "S0"]


def test_no_more_files_are_open_or_in_memory_than_fit(asked, trained, photos, monkeypatch, capsys):
    read: list[int] = []
    told: list[int] = []
    frame = DeepDress.frame

    def count(model: DeepDress, data: bytes) -> Frames:
        read.append(1)
        return frame(model, data)

    monkeypatch.setattr(DeepDress, "frame", count)
    monkeypatch.setattr(serving, "AT_ONCE", 16)
    monkeypatch.setattr("tqdm.tqdm.write", lambda line: told.append(len(read) - len(told)))

    assert main([*asked, *[str(photos / "0.png")] * 2_000, "--json"]) == 0

    assert len(told) == 2_000
    assert max(told) <= 16 + 128 + 2


def test_a_folder_without_pictures_is_refused(asked, tmp_path, capsys):
    (tmp_path / "empty").mkdir()

    assert main([*asked, str(tmp_path / "empty")]) == 1

    assert "NoPictures" in capsys.readouterr().err
