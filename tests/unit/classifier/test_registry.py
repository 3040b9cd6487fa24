"""Champion, challenger, history: what serves is always whole, whatever is killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from classifier.registry import (
    NameTaken,
    NoChampion,
    NoEarlierChampion,
    Registry,
    RunMissing,
    UnsafeRun,
)
from classifier.registry.marks import Marks, mark, marks_of
from classifier.runs import SHIPPED, RunError

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
WRITES = {"os.rename", "os.symlink", "os.remove", "os.rmdir", "os.mkdir"}


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """Three runs, each trained on from the one before; the first serves."""
    registry = Registry(tmp_path / "data")
    for name, parent in (("a", ""), ("b", "a"), ("c", "b")):
        registry.install(run(tmp_path / "elsewhere", name, parent))
    registry.promote("a", at=NOON, by="ann", why="the first")
    return registry


def run(folder: Path, name: str, parent: str = "") -> Path:
    """A run folder with next to nothing in it."""
    (folder / name).mkdir(parents=True)
    facts = json.loads((SHIPPED / "facts.json").read_text())
    (folder / name / "facts.json").write_text(json.dumps(facts | {"id": name, "parent": parent}))
    save_file({"net.x": np.zeros(3, np.float32)}, folder / name / "weights.safetensors")
    return folder / name


def test_promoting_moves_the_alias_and_writes_down_who_and_why(registry):
    registry.enter("b")
    assert (registry.champion(), registry.challenger()) == ("a", "b")

    registry.promote("b", at=NOON, by="the night", why="Top 3 is surely better.")
    registry.promote("b", at=NOON, by="nobody", why="again")

    assert (registry.champion(), registry.challenger()) == ("b", "")
    last = registry.history()[-1]
    assert len(registry.history()) == 2
    assert (last.event, last.run, last.before, last.by) == ("promoted", "b", "a", "the night")
    assert registry.alias.resolve() == registry.run_folder("b").resolve()


def test_rolling_back_goes_down_the_line_of_champions(registry):
    registry.promote("b", at=NOON)
    registry.promote("c", at=NOON)

    assert registry.rollback(at=NOON, by="sam", why="it names nothing") == "b"
    assert registry.rollback(at=NOON) == "a"
    with pytest.raises(NoEarlierChampion):
        registry.rollback(at=NOON)

    assert registry.champion() == "a"
    assert [(entry.event, entry.run) for entry in registry.history()] == [
        ("promoted", "a"), ("promoted", "b"), ("promoted", "c"), ("rolled back", "b"), ("rolled back", "a"),
    ]  # fmt: skip


def test_a_rollback_to_a_named_run_and_a_new_champion_after_it(registry):
    registry.promote("b", at=NOON)
    registry.rollback("a", at=NOON)
    registry.promote("c", at=NOON)

    assert registry.earlier() == "a"


def test_a_folder_that_never_kept_a_list_goes_back_along_the_parents(registry):
    (registry.models / "history.jsonl").unlink()
    registry.alias.unlink()
    registry.alias.symlink_to(Path("..") / "runs" / "c")

    assert [entry.run for entry in registry.history()] == ["a", "b", "c"]
    assert registry.rollback(at=NOON) == "b"


def test_what_cannot_serve_is_refused_and_changes_nothing(registry, tmp_path):
    cut = run(tmp_path / "bad", "cut")
    (cut / "weights.safetensors").write_bytes((cut / "weights.safetensors").read_bytes()[:40])
    pickled = run(tmp_path / "bad", "pickled")
    (pickled / "best.pth").write_bytes(b"\x80\x04.")
    other = run(tmp_path / "bad", "b", "other")
    walker = run(tmp_path / "bad", "walker")
    facts = json.loads((walker / "facts.json").read_text())
    (walker / "facts.json").write_text(json.dumps(facts | {"id": "../../etc"}))

    refusals: list[tuple[Callable[[], object], type[Exception]]] = [
        (lambda: registry.install(cut), RunError),
        (lambda: registry.install(pickled), UnsafeRun),
        (lambda: registry.install(other), NameTaken),
        (lambda: registry.install(walker), RunError),
        (lambda: registry.install(tmp_path), RunMissing),
        (lambda: registry.promote("nobody", at=NOON), RunMissing),
        (lambda: registry.rollback("../runs/a", at=NOON), RunMissing),
        (lambda: registry.enter("nobody"), RunMissing),
    ]
    for ask, refusal in refusals:
        with pytest.raises(refusal):
            ask()

    assert registry.champion() == "a"
    assert registry.names() == ["a", "b", "c"]
    assert len(registry.history()) == 1


def test_an_empty_folder_and_a_lost_champion_say_so(registry, tmp_path):
    with pytest.raises(NoChampion):
        Registry(tmp_path / "nothing").champion()
    assert Registry(tmp_path / "nothing").history() == []
    shutil.rmtree(registry.run_folder("a"))
    with pytest.raises(RunMissing, match="champion is run a"):
        registry.champion()


def killed_before(write: int, do: Callable[[], object]) -> bool:
    """Do something in a process that is killed before its n-th write to disk; False when it ended first."""
    child = os.fork()
    if child == 0:
        left = write

        def count(event: str, arguments: tuple) -> None:
            nonlocal left
            writes = event in WRITES or (event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR))
            if writes and (left := left - 1) == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        do()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize("deed", ["promote", "rollback", "install"])
def test_kill_9_before_any_write_leaves_a_whole_champion_and_the_next_call_ends_it(deed, registry, tmp_path):
    registry.promote("b", at=NOON)
    registry.enter("c")
    new = run(tmp_path / "new", "new")
    deeds: dict[str, Callable[[], object]] = {
        "promote": lambda: registry.promote("c", at=NOON),
        "rollback": lambda: registry.rollback("a", at=NOON),
        "install": lambda: registry.install(new),
    }
    ends = {"promote": "c", "rollback": "a", "install": "b"}
    kept, write = tmp_path / "kept", 1
    shutil.copytree(registry.folder, kept, symlinks=True)

    while killed_before(write, deeds[deed]):
        assert registry.champion() in {"b", ends[deed]}
        assert registry.history()[-1].run == registry.champion()
        assert set(registry.names()) - {"new"} == {"a", "b", "c"}

        deeds[deed]()

        assert registry.champion() == registry.history()[-1].run == ends[deed]
        shutil.rmtree(registry.folder)
        shutil.copytree(kept, registry.folder, symlinks=True)
        write += 1

    assert write > 4


def test_two_processes_promote_at_once_and_the_list_says_both(registry):
    def promote_all() -> None:
        for _ in range(20):
            for name in ("b", "c"):
                registry.promote(name, at=NOON)

    children = [os.fork() for _ in range(2)]
    if 0 in children:
        promote_all()
        os._exit(0)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0

    entries = registry.history()
    assert all(before.run == after.before for before, after in pairwise(entries))
    assert entries[-1].run == registry.champion()


def test_a_taken_down_photo_marks_the_run_and_its_descendants_once(registry):
    mark(registry.run_folder("a"), {"k1": "train", "k2": "holdout"})
    mark(registry.run_folder("b"), {"k1": "train", "k3": "calibration"})
    mark(registry.run_folder("b"), {"k3": "calibration"})

    assert marks_of(registry.run_folder("a")) == Marks(1, 1, {})
    assert marks_of(registry.run_folder("b")) == Marks(2, 0, {})
    assert marks_of(registry.run_folder("c")) == Marks(0, 0, {"b": 2})
    assert marks_of(registry.run_folder("c")).sentences() == [
        "Its ancestor b was trained with 2 photos since taken down."
    ]
    assert marks_of(registry.run_folder("a")).sentences() == [
        "Trained with 1 photo since taken down.", "Measured on 1 photo since taken down.",
    ]  # fmt: skip
    assert not marks_of(registry.run_folder("c")).clean


def test_the_registry_needs_neither_torch_nor_django():
    code = "import sys, classifier.registry.marks as _; print({'torch', 'django'} & set(sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"
