"""The run a training continues from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from classifier.checkpoint import read_tensors
from classifier.embedded import verified_pictures
from classifier.index.prototypes import style_prototype
from classifier.predict import DeepDress, Serving
from classifier.runs import RunFacts, read_facts
from classifier.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Parent:
    """A run read whole."""

    facts: RunFacts
    model: DeepDress
    head: dict[str, Tensor]  # by sku; a shipped run has none

    @property
    def serving(self) -> Serving:
        """Its shift, negatives and calibration."""
        return self.model.serving

    def head_rows(self, snapshot: Snapshot, skus: Sequence[str]) -> Tensor:
        """One direction per style (S, dim): the parent's own, or the prototype of a style new to it."""
        studio = {style.sku: style.images for style in snapshot.styles}
        verified = verified_pictures(snapshot)
        new = {sku: (studio.get(sku, ()), verified.get(sku, ())) for sku in skus if sku not in self.head}
        paths = [snapshot.path(image) for groups in new.values() for group in groups for image in group]
        found = self.model.describe_files(paths).embeddings  # all at once: single pictures take twice as long
        # sub-centres of one style become one direction: the head may be another one now
        rows, start = {sku: row.mean(dim=0) if row.ndim > 1 else row for sku, row in self.head.items()}, 0
        for sku, (shots, photos) in new.items():
            middle, end = start + len(shots), start + len(shots) + len(photos)
            parts = found[start:middle], found[middle:end]
            rows[sku] = torch.from_numpy(style_prototype(*parts, self.serving.shift, self.facts.prior))
            start = end
        return torch.stack([rows[sku].float() for sku in skus])


def read_parent(run: Path) -> Parent:
    """Load a run to continue from.

    Raises:
        RunError: it is not a whole run.
    """
    bundle = read_tensors(run / "weights.safetensors")
    skus = json.loads(bundle.notes.get("head_skus", "[]"))
    head = dict(zip(skus, bundle.tensors["head"], strict=True)) if skus else {}
    return Parent(read_facts(run), DeepDress.load(run, device="cpu"), head)
