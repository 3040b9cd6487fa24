"""From trained weights to a run that can serve: shift, negative prototypes, calibration, metrics, folder."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from classifier.calibrate import Calibration
from classifier.calibrate.fit import CalibrationPlan
from classifier.calibrate.renew import calibrated
from classifier.checkpoint import Learner, write_tensors
from classifier.embedded import EmbeddedSnapshot, embed_snapshot, verified_pictures
from classifier.evaluate import measure
from classifier.index.prototypes import PRIOR, mean_shift, negative_prototypes
from classifier.model import DressNet
from classifier.predict import DeepDress, Serving
from classifier.registry.card import write_card
from classifier.registry.provenance import counts_of, provenance
from classifier.runs import RunFacts, write_facts
from classifier.snapshot import Snapshot
from classifier.train.parent import Parent
from classifier.train.watch import is_watched

NEGATIVE_PROTOTYPES = 64


def finish_run(
    partial: Path,
    run: Path,
    learner: Learner,
    snapshot: Snapshot,
    config: Mapping[str, Any],
    skus: Sequence[str],
    parent: Parent | None,
    plan: CalibrationPlan | None = None,
) -> RunFacts:
    """Measure what serving needs, write it, and rename the folder: from then on the run is whole."""
    net = learner.ema
    assert isinstance(net, DressNet)
    before = parent.serving if parent else first_serving(config["dim"])
    device = next(net.parameters()).device
    model = DeepDress(net, version=run.name, size_px=config["size_px"], serving=before, device=device)
    embedded = embed_snapshot(model, snapshot)
    model.serving = serving_of(embedded, before, seed=config["seed"])
    calibration = calibrated(model, embedded, plan, but=is_watched if config.get("early_stop") else None)
    fresh = not calibration.same_probabilities(before.calibration)
    model.serving = replace(model.serving, calibration=calibration)
    facts = RunFacts(
        id=run.name,
        trunk=config["trunk"],
        dim=config["dim"],
        size_px=config["size_px"],
        snapshot=snapshot.id,
        snapshot_sha256=snapshot.sha256,
        parent=parent.facts.id if parent else "",
        config=dict(config),
        calibration=calibration,
        calibrated_on=snapshot.id if fresh else parent.facts.calibrated_on if parent else "",
        prior=before.prior,
        metrics=measure(model, embedded, "holdout").summary(),
        data=counts_of(snapshot),
        code=provenance(),
    )
    tensors = {f"net.{name}": value for name, value in net.state_dict().items()}
    tensors |= {
        "shift": torch.from_numpy(model.serving.shift),
        "negatives": torch.from_numpy(model.serving.negatives),
    }
    tensors["head"] = learner.head.state_dict()["weight"]
    write_tensors(partial / "weights.safetensors", tensors, {"head_skus": json.dumps(list(skus))})
    write_facts(partial, facts)
    write_card(partial)
    partial.rename(run)
    # only now: a training killed before the rename must find its last step again
    (run / "checkpoint.safetensors").unlink()
    return facts


def first_serving(dim: int) -> Serving:
    """A run without a parent starts from no shift, no negatives and the network's own word for P(dress)."""
    none = np.zeros((0, dim), dtype=np.float32)
    return Serving(np.zeros(dim, dtype=np.float32), none, Calibration(), PRIOR)


def serving_of(embedded: EmbeddedSnapshot, before: Serving, *, seed: int) -> Serving:
    """Shift and negative prototypes from the training split, filled up with the parent's."""
    verified = verified_pictures(embedded.snapshot)
    styles = [style for style in embedded.snapshot.styles if style.sku in verified]
    studio = [embedded.of(style.images) for style in styles]
    photos = [embedded.of(verified[style.sku]) for style in styles]
    negatives = embedded.photos(embedded.snapshot.of("train", "not_dress")).embeddings
    clusters = negative_prototypes(negatives, NEGATIVE_PROTOTYPES, seed=seed)
    return replace(
        before,
        shift=mean_shift(studio, photos, before.shift),
        negatives=np.concatenate([clusters, before.negatives[: NEGATIVE_PROTOTYPES - len(clusters)]]),
    )
