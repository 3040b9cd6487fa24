"""Decide which model serves: the alias, the roles and the history move together, and going back is one step.

Loads no torch: the control page may call it. The gate itself is in flow/examine.
"""

from datetime import datetime
from pathlib import Path

from classifier.registry import Entry, NoChampion, NoEarlierChampion, RunMissing
from classifier.registry.card import card_of
from classifier.runs import read_facts
from truther.models import ModelRun
from truther.models.fields import milliseconds
from truther.models.registry import UnknownModel
from truther.shelf import champion_id, index_file, registry, run_folder

__all__ = [
    "IndexMissing",
    "NoReason",
    "UnknownModel",
    "earlier_model",
    "history",
    "promote",
    "rollback",
    "take_in",
]
NIGHT = "the night"


class IndexMissing(RuntimeError):
    """The model cannot serve yet: its index of styles has not been built."""


class NoReason(ValueError):
    """Nobody said why."""


def promote(run_id: str, *, now: datetime, by: str = NIGHT, why: str = "") -> None:
    """Let a model serve from now on; repeating it changes nothing.

    Raises:
        UnknownModel: the run was not registered. IndexMissing: build its index first.
        RunMissing, RunError: its folder is gone, or is damaged.
    """
    _require_ready(run_id)
    registry().promote(run_id, at=milliseconds(now), by=by, why=why)
    ModelRun.objects.crown(run_id)


def rollback(run_id: str = "", *, now: datetime, by: str, why: str) -> str:
    """Let an earlier model serve again, and return its name; its index must have been built.

    Args:
        run_id: the model; the one that served before the champion when it is not given.
        by, why: for the history; the reason must not be empty.

    Raises:
        NoReason: why is empty. NoEarlierChampion: nothing served before.
        UnknownModel, IndexMissing, RunMissing, RunError: see promote().
    """
    if not why.strip():
        raise NoReason("Say why: who looks at the history later wants to know.")
    target = earlier_model(run_id)
    _require_ready(target)
    registry().rollback(target, at=milliseconds(now), by=by, why=why.strip())
    ModelRun.objects.crown(target)
    return target


def earlier_model(run_id: str = "") -> str:
    """Name the model to go back to: the one asked for, or the one that served before the champion.

    Raises:
        UnknownModel, NoEarlierChampion: see there.
    """
    champion_id()
    return ModelRun.objects.named(run_id or registry().earlier()).id


def take_in(source: Path, *, now: datetime) -> str:
    """Put a run that was trained elsewhere on the shelf and register it; returns its name.

    Raises:
        RunMissing, RunError: the folder is not a run folder that may be served, or another run has its name.
    """
    run_id = registry().install(source)
    facts = read_facts(run_folder(run_id))
    ModelRun.objects.register(
        run_id, parent=facts.parent, metrics=dict(facts.metrics), trained_at=milliseconds(now)
    )
    return run_id


def history() -> list[Entry]:
    """Every change of champion, the last one first."""
    return registry().history()[::-1]


def earlier_or_none() -> str:
    """Name the model that served before the champion; "" when there is none, or no champion yet."""
    try:
        return registry().earlier()
    except (NoChampion, NoEarlierChampion, RunMissing):
        return ""


def card(run_id: str) -> str:
    """A model's card, in Markdown.

    Raises:
        RunMissing: its folder is gone.
    """
    return card_of(_require_run(run_id)).markdown()


def _require_run(run_id: str) -> Path:
    """Where a registered model lies.

    Raises:
        UnknownModel: it was not registered. RunMissing: its folder is gone.
    """
    folder = run_folder(ModelRun.objects.named(run_id).id)
    if not (folder / "facts.json").is_file():
        raise RunMissing(f"{folder} is not a run folder: it has no facts.json.")
    return folder


def _require_ready(run_id: str) -> None:
    ModelRun.objects.named(run_id)
    if not index_file(run_id).exists():
        raise IndexMissing(f"Model {run_id} has no index of styles yet: refresh it before it serves.")
