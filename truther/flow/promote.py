"""Judge a challenger against the champion, and decide which model serves."""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from classifier.evaluate import Metrics, compare, evaluate
from classifier.runs import read_facts
from truther.config import config
from truther.models import ModelRun
from truther.models.fields import milliseconds
from truther.rules.gate import Sheet, weigh
from truther.shelf import champion_id, index_file, install, point_to, run_folder, snapshot_folder


class UnknownModel(LookupError):
    """The registry knows no model of that name."""


class NoEarlierModel(LookupError):
    """The champion has no model before it to go back to."""


class IndexMissing(RuntimeError):
    """The model cannot serve yet: its index of styles has not been built."""


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """What the gate said of one challenger, with both sides' metrics on the same photos."""

    run_id: str
    promoted: bool
    reasons: tuple[str, ...]
    champion_id: str
    champion: dict[str, Any]
    challenger: dict[str, Any]


def judge(run_id: str, *, now: datetime) -> GateVerdict:
    """Compare a challenger with the champion on the frozen golden holdout of the challenger's snapshot.

    The first verdict on a run stays: asked again, it is read back. The alias is not moved, see promote().

    Raises:
        UnknownModel: the run was not registered.
    """
    run = _registered(run_id)
    if run.judged_at is None:
        snapshot, against = snapshot_folder(run.snapshot_id), champion_id()
        champion = evaluate(run_folder(against), snapshot, device=config.device)
        challenger = evaluate(run_folder(run_id), snapshot, device=config.device)
        ruling = weigh(_sheet(champion), _sheet(challenger))
        gate = {
            "promoted": ruling.promoted,
            "reasons": list(ruling.reasons),
            "champion_id": against,
            "champion": champion.summary(),
            "challenger": challenger.summary(),
            "top3_difference": asdict(compare(champion, challenger)) if challenger.n else None,
        }
        ModelRun.objects.judged(run_id, gate=gate, now=milliseconds(now))
        run = _registered(run_id)
    if not run.gate["promoted"]:
        ModelRun.objects.reject(run_id)
    return GateVerdict(
        run_id=run_id,
        promoted=run.gate["promoted"],
        reasons=tuple(run.gate["reasons"]),
        champion_id=run.gate["champion_id"],
        champion=run.gate["champion"],
        challenger=run.gate["challenger"],
    )


def promote(run_id: str) -> None:
    """Let a model serve from now on; repeating it changes nothing.

    Raises:
        UnknownModel: the run was not registered. IndexMissing: build its index first.
        RunMissing: its folder is gone.
    """
    _registered(run_id)
    if not index_file(run_id).exists():
        raise IndexMissing(f"Model {run_id} has no index of styles yet: refresh it before it serves.")
    point_to(run_id)
    ModelRun.objects.crown(run_id)


def take_in(source: Path, *, now: datetime) -> str:
    """Put a run that was trained elsewhere on the shelf and register it; returns its name.

    Raises:
        RunMissing: the folder is not a run folder.
    """
    install(source)
    facts = read_facts(run_folder(source.name))
    ModelRun.objects.register(
        facts.id, parent=facts.parent, metrics=dict(facts.metrics), trained_at=milliseconds(now)
    )
    return facts.id


def earlier_model(run_id: str | None = None) -> str:
    """Name the model to go back to: the one asked for, or the one the champion was trained on from.

    Raises:
        UnknownModel, NoEarlierModel: see there.
    """
    target = run_id or _registered(champion_id()).parent
    if not target:
        raise NoEarlierModel(f"Model {champion_id()} is the first one: there is none to go back to.")
    return _registered(target).id


def rollback(run_id: str | None = None) -> str:
    """Go back to an earlier model, and return its name; its index must have been refreshed.

    Raises:
        UnknownModel, NoEarlierModel, IndexMissing, RunMissing: see promote() and earlier_model().
    """
    target = earlier_model(run_id)
    promote(target)
    return target


def _registered(run_id: str) -> ModelRun:
    try:
        return ModelRun.objects.get(pk=run_id)
    except ModelRun.DoesNotExist as error:
        raise UnknownModel(f"No model is called {run_id}.") from error


def _sheet(metrics: Metrics) -> Sheet:
    return Sheet(
        photos=metrics.n,
        top1=metrics.top1,
        top3=metrics.top3,
        negatives=metrics.n_not_dress,
        not_dress_recall=metrics.not_dress_recall,
        chance=metrics.chance,
        colour_top3=metrics.colour_top3,
    )
