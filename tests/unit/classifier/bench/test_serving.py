"""The bench of serving starts the real model process and says what it costs beside a bare loop."""

import json

import pytest

from classifier.bench.serving import scene
from classifier.cli import main

ASKED = ["bench", "serving", "--count", "2", "--requests", "24", "--rounds", "1", "--styles", "20", "--json"]


def test_the_served_model_is_held_against_bare_loops_and_changed_under_load(capsys):
    assert main([*ASKED, "--trunk", "resnet-nano", "--size", "32", "--swap", "--swaps", "2"]) == 0

    answer = json.loads(capsys.readouterr().out)
    throughput, waiting, swapped = (table["rows"] for table in answer["tables"])
    assert [row[""] for row in throughput] == [
        "one after the other",
        "decoding in threads",
        "served, clients: 1",
        "served, clients: 32",
    ]
    assert all(row["a second"] > 0 and row["CPU ms"] > 0 for row in throughput)
    assert [row["clients"] for row in waiting] == [1, 32]
    assert all(0 < row["p50"] <= row["p95"] for row in waiting)
    assert [(row["swaps"], row["failed"], row["versions"]) for row in swapped] == [(2, 0, 2)]
    assert (answer["served"]["failed"], answer["served"]["pictures"] >= 44) == (0, True)
    assert answer["served"]["peak_mb"] > 50


def test_nothing_is_written_beside_the_run_that_is_measured(trained, capsys):
    before = sorted(trained.rglob("*"))

    assert main([*ASKED, "--run", str(trained / "run"), "--swap", "--swaps", "2"]) == 0

    assert sorted(trained.rglob("*")) == before


def test_a_folder_without_pictures_is_refused(tmp_path):
    with pytest.raises(scene.NoPictures, match="holds no JPEG"):
        scene.pictures(tmp_path, 2, 1)
