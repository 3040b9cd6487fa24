"""The supervisor's children, one moment at a time: started, restarted later and later, checked, done."""

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from truther.engine import supervise
from truther.engine.supervise import Child, Part

HERE = Path(__file__).parent
FAIL = (sys.executable, "-c", "raise SystemExit(3)")
SUCCEED = (sys.executable, "-c", "")
STAY = (sys.executable, "-c", "import time; time.sleep(60)")


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def run_out(child: Child, now: float) -> None:
    """Let the child's process end, and let the child notice at that moment."""
    wait_until(lambda: not child.alive)
    child.look_after(now)


@pytest.fixture
def staying():
    children = []

    def start(**options) -> Child:
        child = Child(Part("stay", STAY, **options), HERE)
        children.append(child)
        child.look_after(0.0)
        return child

    yield start
    for child in children:
        child.signal_group(signal.SIGKILL)


def test_a_part_that_keeps_failing_is_started_later_and_later():
    child = Child(Part("fail", FAIL), HERE)
    now, pauses = 100.0, []
    for _ in range(4):
        child.look_after(now)
        run_out(child, now)
        start = now
        while child.process is None:
            now += 0.25
            child.look_after(now)
        pauses.append(now - start)

    child.signal_group(signal.SIGKILL)
    assert pauses == [0.5, 1.0, 2.0, 4.0]


def test_a_part_that_ran_steadily_is_started_again_at_once(staying):
    child = staying()
    child.signal_group(signal.SIGKILL)
    run_out(child, supervise.STEADY_SECONDS * 10)

    child.look_after(supervise.STEADY_SECONDS * 10 + supervise.FIRST_PAUSE_SECONDS)

    assert child.alive


def test_a_part_for_once_is_done_when_it_succeeds_and_tried_again_when_not():
    good, bad = Child(Part("good", SUCCEED, once=True), HERE), Child(Part("bad", FAIL, once=True), HERE)
    for child in (good, bad):
        child.look_after(0.0)
        run_out(child, 0.1)

    assert (good.done, bad.done) == (True, False)


def test_a_part_that_stops_answering_is_killed_but_not_while_it_warms_up(staying):
    child = staying(healthy=lambda: False)
    moments = [check * supervise.CHECK_SECONDS for check in range(1, 40)]

    for now in [moment for moment in moments if moment < supervise.WARM_UP_SECONDS]:
        child.look_after(now)
    assert child.alive
    for now in [moment for moment in moments if moment >= supervise.WARM_UP_SECONDS][:1]:
        child.look_after(now)

    wait_until(lambda: not child.alive)


def test_one_good_answer_forgives_the_bad_ones_before(staying):
    answers = iter([False] * (supervise.SICK_CHECKS - 1) + [True] + [False] * (supervise.SICK_CHECKS - 1))
    child = staying(healthy=lambda: next(answers))

    for check in range(2 * supervise.SICK_CHECKS - 1):
        child.look_after(supervise.WARM_UP_SECONDS + check * supervise.CHECK_SECONDS)

    assert next(answers, "used up") == "used up"
    assert child.alive


def test_a_low_priority_is_kept(tmp_path):
    program = "import os, pathlib, sys; pathlib.Path(sys.argv[1]).write_text(str(os.nice(0)))"
    target = tmp_path / "niceness"
    child = Child(Part("nice", (sys.executable, "-c", program, str(target)), niceness=7, once=True), HERE)
    child.look_after(0.0)
    wait_until(lambda: not child.alive)

    assert int(target.read_text()) >= 7
