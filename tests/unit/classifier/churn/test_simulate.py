"""Two nights, end to end: settled, trained, judged, served; and a killed simulation goes on where it was."""

import json
import shutil
from dataclasses import asdict, replace
from itertools import chain

import pytest
import torch

from classifier.churn import OtherSimulation, Settings
from classifier.churn import night as night_module
from classifier.churn.night import Night
from classifier.churn.report import draw, night_table, seeds_table, why_table
from classifier.churn.simulate import simulate
from classifier.cli import main
from classifier.index import StyleIndex
from classifier.runs import read_facts
from classifier.snapshot import read_snapshot

SIZES = Settings(
    seed=5,
    styles=5,
    arrivals=1,
    retirements=1,
    archive=12,
    photos=5,
    exam=1,
    exam_others=6,
    steps=3,
    gated=False,
)


@pytest.fixture(scope="module")
def lived(trained, tmp_path_factory):
    """A folder with two nights without a gate, to read only, and what was written down of them."""
    torch.set_num_threads(1)  # before any other fixture could
    folder = tmp_path_factory.mktemp("churn")
    return folder, simulate(folder, SIZES, nights=2, start=trained / "run", device="cpu")


def plain(value):
    """Without the time it took; figures to six places: how pictures share a batch moves the eighth."""
    if isinstance(value, Night):
        return plain(asdict(replace(value, cpu_s=0.0)))
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return round(value, 6) if isinstance(value, float) else value


def copy_of(lived, tmp_path):
    """The first night of a simulation, without its second."""
    folder = tmp_path / "copy"
    shutil.copytree(lived[0], folder, symlinks=True)
    shutil.rmtree(folder / "nights/02")
    shutil.rmtree(folder / "runs/night-02")
    return folder


def test_each_night_is_settled_trained_and_served(lived):
    folder, nights = lived

    assert [night.number for night in nights] == [0, 1, 2]
    assert [night.decision for night in nights] == ["", "promoted", "promoted"]
    assert [night.serving for night in nights] == ["", "night-01", "night-02"]
    assert read_facts(folder / "runs/night-02").parent == "night-01"
    assert [night.styles for night in nights] == [5, 5, 5]
    counts = [len(read_snapshot(folder / f"nights/{night.number:02d}").photos) for night in nights]
    assert counts == [12, 17, 22]
    assert nights[2].marks["serving"] == nights[2].marks["challenger"]
    assert nights[2].marks["serving"].n == 5


def test_the_index_is_renewed_every_night_and_leaves_out_what_is_retired(lived):
    folder, _ = lived

    snapshot = read_snapshot(folder / "nights/02")
    index = StyleIndex.load(folder / "nights/02/index.safetensors")

    assert set(index.skus) == {style.sku for style in snapshot.styles if style.active}
    assert len([style for style in snapshot.styles if not style.active]) == 2
    assert index.version == "night-02"


def test_a_finished_simulation_is_returned_as_it_is(lived, trained):
    folder, nights = lived

    assert simulate(folder, SIZES, nights=2, start=trained / "run", device="cpu") == nights


@pytest.mark.parametrize("where", ["train", "rule", "write_whole"])
def test_a_killed_night_is_lived_through_again(lived, trained, tmp_path, monkeypatch, where):
    folder = copy_of(lived, tmp_path)

    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(night_module, where, killed)
        with pytest.raises(KeyboardInterrupt):
            simulate(folder, SIZES, nights=2, start=trained / "run", device="cpu")
    assert sorted(path.name for path in (folder / "nights").iterdir()) == ["00", "01", "02.partial"]

    nights = simulate(folder, SIZES, nights=2, start=trained / "run", device="cpu")

    assert plain(nights) == plain(lived[1])
    again, before = (root / "nights/02/photos.jsonl" for root in (folder, lived[0]))
    assert again.read_bytes() == before.read_bytes()
    assert not (folder / "nights/02.partial").exists()


def test_a_full_disk_costs_the_night_and_nothing_else(lived, trained, tmp_path, monkeypatch):
    folder = copy_of(lived, tmp_path)

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(night_module, "write_whole", full)
        with pytest.raises(OSError, match="No space"):
            simulate(folder, SIZES, nights=2, start=trained / "run", device="cpu")

    assert not (folder / "nights/02").exists()
    assert plain(simulate(folder, SIZES, nights=2, start=trained / "run", device="cpu")) == plain(lived[1])


def test_the_gate_keeps_the_champion_and_renews_its_prototypes(trained, tmp_path):
    nights = simulate(tmp_path, replace(SIZES, gated=True), nights=1, start=trained / "run", device="cpu")

    assert (nights[1].decision, nights[1].serving) == ("kept", "")
    assert nights[1].reasons[0].startswith("Only ")
    index = StyleIndex.load(tmp_path / "nights/01/index.safetensors")
    assert index.version == "run"
    assert index.counts.sum() == sum(
        photo.sku in index for photo in read_snapshot(tmp_path / "nights/01").of("train", "style")
    )


def test_a_folder_of_other_settings_is_refused(lived, trained):
    with pytest.raises(OtherSimulation, match="another steps: choose another folder"):
        simulate(lived[0], replace(SIZES, steps=4), nights=2, start=trained / "run")


def test_tables_and_curves_tell_the_nights(lived, tmp_path):
    nights = lived[1]

    assert [row["decision"] for row in night_table(nights).rows] == ["", "promoted", "promoted"]
    assert [row["night"] for row in why_table(nights).rows] == [1, 2]
    rows = seeds_table({1: nights, 2: nights}).rows
    assert [row["seed"] for row in rows] == ["1", "2", "mean"]
    assert rows[2]["top 3"] == rows[0]["top 3"] == nights[-1].marks["serving"].top3

    for name in ("one", "two"):
        draw(tmp_path / f"{name}.svg", {1: nights, 2: nights})
    drawn = (tmp_path / "one.svg").read_text()
    assert drawn == (tmp_path / "two.svg").read_text()
    assert "never trained, prototypes renewed" in drawn


def option(name: str) -> list[str]:
    return [f"--{name.replace('_', '-')}", str(getattr(SIZES, name))]


def test_the_command_reports_and_goes_on_after_ctrl_c(lived, trained, tmp_path, capsys, monkeypatch):
    shutil.copytree(copy_of(lived, tmp_path), tmp_path / "out/seed-5", symlinks=True)
    sizes = ("styles", "arrivals", "retirements", "archive", "photos", "exam", "exam_others", "steps")
    options = ["simulate", "--seed", "5", "--out", str(tmp_path / "out"), "--no-gate", "--nights", "2"]
    options += ["--start", str(trained / "run"), "--device", "cpu", *chain.from_iterable(map(option, sizes))]

    def pressed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(night_module, "train", pressed)
        assert main(options) == 1
    assert "Interrupted: " in capsys.readouterr().err

    assert main([*options, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [night["serving"] for night in answer["seeds"]["5"]] == ["", "night-01", "night-02"]
    assert (tmp_path / "out/churn.svg").is_file()
    assert "| night | styles |" in (tmp_path / "out/churn.md").read_text()
