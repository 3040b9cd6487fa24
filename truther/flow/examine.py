"""Put a challenger before the gate: both models answer the frozen holdout of the challenger's snapshot."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from classifier.gate.contest import contest
from classifier.registry.card import GATE, write_card
from classifier.runs import write_whole
from truther.config import config
from truther.models import ModelRun, Snapshot
from truther.models.fields import milliseconds
from truther.shelf import champion_id, registry, run_folder, snapshot_folder


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """What the gate said of one challenger, with both sides' metrics on the same photos."""

    run_id: str
    promoted: bool
    reasons: tuple[str, ...]
    checks: tuple[dict[str, Any], ...]  # as of classifier.gate.Check
    champion_id: str
    champion: dict[str, Any]
    challenger: dict[str, Any]


class NoHoldout(LookupError):
    """No night has frozen a training set yet, so there are no photos to ask two models about."""


def newest_snapshot() -> str:
    """Name the training set whose holdout a model from elsewhere is asked about.

    Raises:
        NoHoldout: there is none.
    """
    snapshot = Snapshot.objects.newest()
    if snapshot is None:
        raise NoHoldout(
            "There are no verified photos to compare models on yet: let a night freeze some first."
        )
    return snapshot.id


def judge(run_id: str, *, now: datetime, snapshot_id: str = "") -> GateVerdict:
    """Let the gate rule over a challenger; who serves is not changed, see promote.promote().

    The first verdict on a run stays: asked again, it is read back.

    Args:
        snapshot_id: whose holdout both are asked about; the one that the challenger was trained with when
            it is not given.

    Raises:
        UnknownModel: the run was not registered.
    """
    run = ModelRun.objects.named(run_id)
    if run.judged_at is None:
        against = champion_id()
        asked = snapshot_folder(snapshot_id or run.snapshot_id)
        held = contest(run_folder(against), run_folder(run_id), asked, device=config.device)
        gate = held.document() | {"champion_id": against}
        ModelRun.objects.judged(run_id, gate=gate, now=milliseconds(now))
        run = ModelRun.objects.named(run_id)
        _tell_the_card(run_id, run.gate)
    if not run.gate["promoted"]:
        registry().withdraw(run_id)
        ModelRun.objects.reject(run_id)
    return GateVerdict(
        run_id=run_id,
        promoted=run.gate["promoted"],
        reasons=tuple(run.gate["reasons"]),
        checks=tuple(run.gate.get("checks", ())),
        champion_id=run.gate["champion_id"],
        champion=run.gate["champion"],
        challenger=run.gate["challenger"],
    )


def _tell_the_card(run_id: str, gate: dict[str, Any]) -> None:
    folder = run_folder(run_id)
    write_whole(folder / GATE, (json.dumps(gate, indent=2) + "\n").encode())
    write_card(folder)
