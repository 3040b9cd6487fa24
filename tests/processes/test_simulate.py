"""`manage.py simulate` from end to end: a world, a web process, people at play, a report."""

import io
import json
import os
import subprocess
import sys
from typing import Any

import pytest
from rich.console import Console

from truther.config import ROOT
from truther.simulate.client import NOW_HEADER
from truther.simulate.report import share_of, tables
from truther.web.clock import HEADER

pytestmark = pytest.mark.slow
SMALL = ("--people", "8", "--days", "2", "--votes", "90", "--photos", "40", "--styles", "30", "--seed", "3")


def simulate(*options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "manage.py", "simulate", *SMALL, *options]
    return subprocess.run(
        command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False
    )


def results(*options: str) -> list[dict[str, Any]]:
    done = simulate("--json", *options)
    assert done.returncode == 0, done.stderr[-2000:]
    answer: list[dict[str, Any]] = json.loads(done.stdout)
    return answer


def unhurried(result: dict[str, Any]) -> dict[str, Any]:
    """Everything but how long it took."""
    return {name: value for name, value in result.items() if name != "pace"}


@pytest.fixture(scope="module")
def two_rules() -> list[dict[str, Any]]:
    """The same people on the same world, once for each rule."""
    return results("--rule", "first_to:2", "--rule", "first_to:3")


def test_every_promise_is_kept(two_rules):
    for result in two_rules:
        assert (result["broken"], result["repeats"]) == ([], 0)
        assert result["figures"]["votes"] >= 60
        assert result["serves"] >= result["figures"]["votes"]
        assert result["figures"]["labels"]["settled"] > 3


def test_the_same_seed_gives_the_same_walk_and_the_same_figures(two_rules):
    [again] = results("--rule", "first_to:2")

    assert unhurried(again) == unhurried(two_rules[0])


def test_a_rule_that_asks_for_more_gets_more(two_rules):
    quick, sure = (result["figures"]["labels"]["votes_each"] for result in two_rules)

    assert 2 <= quick < 3 <= sure


def test_the_tables_for_people_say_what_the_document_for_machines_says(two_rules):
    out = io.StringIO()
    console = Console(file=out, width=200)
    for table in tables(two_rules):
        console.print(table)
    said = out.getvalue()

    assert "8 people, 2 working days, 90 votes, seed 3" in said
    assert share_of(two_rules[1]["figures"]["labels"]["by_people"]) in said
    assert two_rules[0]["figures"]["walk"] in said


def test_a_rule_that_nobody_knows_is_refused_before_anything_starts():
    done = simulate("--rule", "majority")

    assert done.returncode == 1
    assert "A rule is written first_to:2 or posterior:.99, not majority." in done.stderr


def test_the_client_names_the_header_that_the_server_reads():
    assert NOW_HEADER == HEADER
