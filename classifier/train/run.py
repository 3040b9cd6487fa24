"""Train a run from a snapshot: the same arguments give the same weights, and a killed training goes on."""

import copy
import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path

import torch

from classifier.checkpoint import Learner, load_learner
from classifier.data import TrainingSet, load_training_set
from classifier.model import CosineHead, DressNet
from classifier.predict import choose_device
from classifier.runs import RunExists, RunFacts, read_facts
from classifier.snapshot import Snapshot, read_snapshot
from classifier.train.finish import finish_run
from classifier.train.loop import fit
from classifier.train.parent import Parent, read_parent
from classifier.train.recipe import OnProgress, TrainConfig


def train(
    snapshot: Path,
    run: Path,
    config: TrainConfig,
    *,
    init: Path | None = None,
    on_progress: OnProgress | None = None,
    device: str = "auto",
) -> RunFacts:
    """Write the run folder `run` whole, or not at all; called again it goes on, or returns what is there.

    Work in progress lies in `<run>.partial` beside it.

    Args:
        init: the run to continue from; its trunk, dim and size_px win over the config's.

    Raises:
        SnapshotError, BrokenImage: the snapshot cannot be trained on.
        RunError: init is not a whole run. RunExists: `run` was trained with other arguments.
        LossDiverged: the loss became NaN; the last good checkpoint stays in the partial folder.
    """
    frozen = read_snapshot(snapshot)
    parent = read_parent(init) if init else None
    if parent:
        config = replace(config, trunk=parent.facts.trunk, dim=parent.facts.dim, size_px=parent.facts.size_px)
    if run.exists():
        return _require_same(run, frozen, config, parent)
    partial = run.with_name(f"{run.name}.partial")
    partial.mkdir(parents=True, exist_ok=True)
    data = load_training_set(frozen, size_px=config.size_px, studio_only_styles=config.studio_only_styles)
    torch.manual_seed(config.seed)
    learner = new_learner(config, frozen, data, parent, choose_device(device))
    notes = {"arguments": fingerprint(config, frozen, parent), "skus": json.dumps(data.skus)}
    if not load_learner(partial / "checkpoint.safetensors", learner, notes):
        (partial / "metrics.jsonl").unlink(missing_ok=True)
    fit(learner, data, config, partial, notes, on_progress)
    return finish_run(partial, run, learner, frozen, asdict(config), data.skus, parent)


def fingerprint(config: TrainConfig, snapshot: Snapshot, parent: Parent | None) -> str:
    """What a checkpoint must share with the training that wants to go on from it."""
    named = {
        "config": asdict(config),
        "snapshot": snapshot.sha256,
        "parent": parent.facts.id if parent else "",
    }
    return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()


def new_learner(
    config: TrainConfig, snapshot: Snapshot, data: TrainingSet, parent: Parent | None, device: torch.device
) -> Learner:
    """A fresh network, or the parent's with a head row for each style of the snapshot."""
    net, head = DressNet(config.trunk, config.dim), CosineHead(len(data.skus), config.dim)
    if parent:
        net.load_state_dict(parent.model.net.state_dict())
        head.weight.data.copy_(parent.head_rows(snapshot, data.skus))
    net.to(device).to(memory_format=torch.channels_last)
    head.to(device)
    decayed = [p for p in (*net.parameters(), *head.parameters()) if p.ndim > 1]
    plain = [p for p in net.parameters() if p.ndim <= 1]
    groups = [
        {"params": decayed, "weight_decay": config.weight_decay},
        {"params": plain, "weight_decay": 0.0},
    ]
    return Learner(net, copy.deepcopy(net).eval(), head, torch.optim.AdamW(groups, lr=config.lr))


def _require_same(run: Path, snapshot: Snapshot, config: TrainConfig, parent: Parent | None) -> RunFacts:
    facts = read_facts(run)
    same = facts.snapshot_sha256 == snapshot.sha256 and facts.parent == (parent.facts.id if parent else "")
    if not same or dict(facts.config) != asdict(config):
        raise RunExists(f"{run} was trained with other arguments")
    (run / "checkpoint.safetensors").unlink(missing_ok=True)  # killed right after the rename
    return facts
