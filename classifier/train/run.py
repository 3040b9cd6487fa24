"""Train a run from a snapshot: the same arguments give the same weights, and a killed training goes on."""

import copy
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch

from classifier.calibrate.fit import CalibrationPlan
from classifier.checkpoint import Learner, load_learner
from classifier.data import TrainingSet, load_training_set, with_cuts
from classifier.model import DressNet, make_head
from classifier.model.weights import load_weights
from classifier.predict import choose_device
from classifier.runs import RunExists, RunFacts, read_facts
from classifier.snapshot import Snapshot, read_snapshot
from classifier.train.distributed import World, share_norms, world
from classifier.train.finish import finish_run
from classifier.train.loop import BEST, CHECKPOINT, METRICS, fit, keep_lines
from classifier.train.parent import Parent, read_parent
from classifier.train.recipe import OnProgress, TrainConfig
from classifier.train.schedules import parts_of, rates_at
from classifier.train.step import Training, autocast_dtype
from classifier.train.watch import new_watch


def train(
    snapshot: Path,
    run: Path,
    config: TrainConfig,
    *,
    init: Path | None = None,
    plan: CalibrationPlan | None = None,
    on_progress: OnProgress | None = None,
    device: str = "auto",
    is_asked_to_stop: Callable[[], bool] = lambda: False,
) -> RunFacts:
    """Write the run folder `run` whole, or not at all; called again it goes on, or returns what is there.

    Work in progress lies in `<run>.partial` beside it. Started by torchrun, the processes share each batch,
    and the first of them writes.

    Args:
        init: the run to continue from; its trunk, dim and size_px win over the config's.
        plan: what the run's calibration is fitted for; no lanes when it is not given.
        is_asked_to_stop: asked after each step.

    Raises:
        SnapshotError, BrokenImage: the snapshot cannot be trained on.
        RunError: init is not a whole run. RunExists: `run` was trained with other arguments.
        WrongRecipe, UnknownTrunk, UnknownHead, WeightsError: the recipe cannot be followed.
        LossDiverged: the loss stayed NaN; the last good checkpoint stays in the partial folder.
        TrainingStopped: somebody asked for it; the same call goes on.
    """
    frozen = read_snapshot(snapshot)
    parent = read_parent(init) if init else None
    if parent:
        config = replace(config, trunk=parent.facts.trunk, dim=parent.facts.dim, size_px=parent.facts.size_px)
    if run.exists():
        return _require_same(run, frozen, config, parent)
    with world() as everybody:
        learner, training = prepare(frozen, run, config, parent, choose_device(device), everybody)
        training = replace(training, is_asked_to_stop=is_asked_to_stop)
        fit(learner, training, on_progress)
        if everybody.is_first:
            skus = training.data.skus
            finish_run(training.folder, run, learner, frozen, asdict(config), skus, parent, plan)
            (run / BEST).unlink(missing_ok=True)
        everybody.wait()
    return read_facts(run)


def prepare(
    snapshot: Snapshot,
    run: Path,
    config: TrainConfig,
    parent: Parent | None,
    device: torch.device,
    everybody: World,
) -> tuple[Learner, Training]:
    """All that the steps need, as the last checkpoint left it."""
    rates_at(0, 1, config)
    autocast_dtype(config.precision, device)
    data = load_training_set(snapshot, size_px=config.size_px, studio_only_styles=config.studio_only_styles)
    data = with_cuts(data) if config.compositing else data
    watch = new_watch(snapshot, data, config) if config.early_stop else None
    learner = new_learner(config, snapshot, data, parent, device, everybody)
    notes = {"arguments": fingerprint(config, snapshot, parent), "skus": json.dumps(data.skus)}
    partial = run.with_name(f"{run.name}.partial")
    partial.mkdir(parents=True, exist_ok=True)
    goes_on = load_learner(partial / CHECKPOINT, learner, notes)
    everybody.wait()  # nobody writes what another still reads
    if everybody.is_first:
        keep_lines(partial / METRICS, learner.step)
        if not goes_on:
            for name in (METRICS, CHECKPOINT, BEST):
                (partial / name).unlink(missing_ok=True)
    everybody.wait()
    return learner, Training(data, config, partial, notes, everybody, watch)


def fingerprint(config: TrainConfig, snapshot: Snapshot, parent: Parent | None) -> str:
    """What a checkpoint must share with the training that wants to go on from it."""
    named = {
        "config": asdict(config),
        "snapshot": snapshot.sha256,
        "parent": parent.facts.id if parent else "",
    }
    return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()


def new_learner(
    config: TrainConfig,
    snapshot: Snapshot,
    data: TrainingSet,
    parent: Parent | None,
    device: torch.device,
    everybody: World,
) -> Learner:
    """A fresh network, one with published weights, or the parent's with a head row for each style."""
    torch.manual_seed(config.seed)
    net = DressNet(config.trunk, config.dim)
    head = make_head(
        config.head,
        len(data.skus),
        config.dim,
        scale=config.scale or None,
        margin=config.margin if config.margin >= 0 else None,
        sub_centres=config.sub_centres or None,
    )
    if config.weights:
        load_weights(net, config.weights)
    if parent:
        net.load_state_dict(parent.model.net.state_dict())
        head.start_from(parent.head_rows(snapshot, data.skus))
    net.to(device).to(memory_format=torch.channels_last)
    head.to(device)
    ema = copy.deepcopy(net).eval()
    share_norms(net, everybody)
    groups = [
        {"params": some, "weight_decay": decay, "part": number}
        for number, part in enumerate(parts_of(net, head))
        for some, decay in _by_decay([p for module in part for p in module.parameters()], config)
        if some
    ]
    scaler = torch.amp.GradScaler(device.type) if config.precision == "fp16" else None
    return Learner(net, ema, head, torch.optim.AdamW(groups, lr=config.lr), scaler=scaler)


def _by_decay(
    parameters: list[torch.nn.Parameter], config: TrainConfig
) -> list[tuple[list[torch.nn.Parameter], float]]:
    """Weights decay; biases and the scales of norms do not."""
    decayed = [p for p in parameters if p.ndim > 1]
    return [(decayed, config.weight_decay), ([p for p in parameters if p.ndim <= 1], 0.0)]


def _as_now(before: Mapping[str, Any]) -> dict[str, Any]:
    """A recipe of another time in today's settings: new ones as by default, without those that are gone."""
    return {name: before.get(name, default) for name, default in asdict(TrainConfig()).items()}


def _require_same(run: Path, snapshot: Snapshot, config: TrainConfig, parent: Parent | None) -> RunFacts:
    facts = read_facts(run)
    same = facts.snapshot_sha256 == snapshot.sha256 and facts.parent == (parent.facts.id if parent else "")
    if not same or _as_now(facts.config) != asdict(config):
        raise RunExists(f"{run} was trained with other arguments")
    for name in (CHECKPOINT, BEST):  # killed right after the rename
        (run / name).unlink(missing_ok=True)
    return facts
