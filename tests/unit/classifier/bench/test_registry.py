"""A benchmark that is registered is a command, with tables for people and JSON for machines."""

import json

import pytest

from classifier.bench.parts import Parts
from classifier.bench.registry import BENCHES, Bench
from classifier.cli import main
from classifier.tables import Row, Table

ROWS: list[Row] = [
    {"method": "chance", "R@1": 0.0025, "n": 400},
    {"method": "ours", "R@1": 0.7, "n": 400, "low": None},
]


@pytest.fixture
def counting(monkeypatch):
    """A benchmark that says what it was given."""

    def run(options):
        return {"given": options.skus, "threads": options.threads, "tables": [Table("Found", ROWS).json()]}

    def skus(parser):
        parser.add_argument("--skus", type=int, default=3)

    bench = Bench("counting", "Count.", skus, run)
    monkeypatch.setattr("classifier.cli.benching.BENCHES", [*BENCHES, bench])


@pytest.mark.usefixtures("counting")
def test_a_benchmark_is_a_command(capsys):
    assert main(["bench", "counting", "--skus", "5", "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    assert (answer["given"], answer["threads"], Table(**answer["tables"][0]).rows) == (5, 0, ROWS)


@pytest.mark.usefixtures("counting")
def test_options_may_stand_before_the_name(capsys):
    assert main(["bench", "--json", "--threads", "1", "counting"]) == 0

    assert json.loads(capsys.readouterr().out)["threads"] == 1


@pytest.mark.usefixtures("counting")
def test_people_see_the_table(capsys):
    assert main(["bench", "counting"]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "given    3",
        "threads  0",
        "",
        "Found",
        "method    R@1    n  low",
        "chance  0.003  400",
        "ours    0.700  400",
    ]


def test_a_table_for_the_documentation():
    assert Table("Found", ROWS).markdown().splitlines()[:3] == [
        "| method | R@1 | n | low |",
        "| --- | ---: | ---: | ---: |",
        "| chance | 0.003 | 400 |  |",
    ]


def test_a_finished_part_is_kept_and_other_settings_are_another_part(tmp_path):
    parts, made = Parts(tmp_path / "out"), []

    def make():
        made.append(1)
        return {"top1": (0.5, len(made))}

    first = parts.once("ours", {"seed": 1}, make)
    assert parts.once("ours", {"seed": 1}, make) == first == {"top1": [0.5, 1]}
    assert parts.once("ours", {"seed": 2}, make) == {"top1": [0.5, 2]}
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_a_part_that_failed_is_made_again(tmp_path):
    parts = Parts(tmp_path)
    with pytest.raises(ZeroDivisionError):
        parts.once("ours", {}, lambda: {"top1": 1 / 0})

    assert list(tmp_path.iterdir()) == []
    assert parts.once("ours", {}, lambda: {"top1": 1}) == {"top1": 1}
