"""A look at the calibration split now and then, to stop a training that gains nothing any more."""

import hashlib
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from classifier.checkpoint import Learner
from classifier.data import Rows, TrainingSet, read_frames
from classifier.model import DressNet
from classifier.snapshot import Snapshot, SnapshotError, SnapshotPhoto
from classifier.train.recipe import TrainConfig
from classifier.transforms import frame_size, to_input

FEWEST = 8  # photos to look at; fewer would stop a training by luck
PICTURES = 4  # of each style, that stand for it
SCALE = 16.0  # of the cosines, for the likelihood: fixed, so that looks can be compared
CHUNK = 128


@dataclass(frozen=True, slots=True)
class Watch:
    """Photos of the calibration split, and pictures of the training split that stand for the styles."""

    photos: Tensor  # (n, 3, H, W) uint8
    targets: Tensor  # (n,) rows of the styles
    known: Tensor  # (m, 3, H, W) uint8, by style
    styles: Tensor  # (m,)

    @torch.inference_mode()
    def look(self, net: DressNet) -> tuple[float, float]:
        """Top-1 and mean log-likelihood of the photos' styles; higher is better, for both."""
        sums = torch.zeros(int(self.styles.max()) + 1, net.project.out_features)
        sums.index_add_(0, self.styles, _embed(net, self.known))
        scores = _embed(net, self.photos) @ F.normalize(sums, dim=1).T
        hits = (scores.argmax(dim=1) == self.targets).float().mean()
        return round(hits.item(), 6), round(-F.cross_entropy(SCALE * scores, self.targets).item(), 6)


def is_watched(photo: SnapshotPhoto) -> bool:
    """Whether a photo of the calibration split is for watching: half of the owners' are.

    The other half is left for fitting probabilities, which must not be done on what chose the weights.
    """
    return hashlib.sha256(f"watch:{photo.owner or photo.photo}".encode()).digest()[0] % 2 == 0


def new_watch(snapshot: Snapshot, data: TrainingSet, config: TrainConfig) -> Watch:
    """What to look at.

    Raises:
        SnapshotError: the calibration split holds too few photos of the styles that are learned.
    """
    place = {sku: row for row, sku in enumerate(data.skus)}
    photos = [
        photo for photo in snapshot.of("calibration", "style") if photo.sku in place and is_watched(photo)
    ]
    if len(photos) < FEWEST:
        raise SnapshotError(
            f"{snapshot.folder}: early_stop has to watch {FEWEST} photos of the calibration split, there are "
            f"{len(photos)}; settle more, or train with early_stop=0"
        )
    size = frame_size(config.size_px)
    frames = read_frames([snapshot.path(photo.image) for photo in photos], size)
    rows: Rows = np.concatenate([_first(data, style) for style in range(len(data.skus))])
    known = F.interpolate(data.frames[rows].float(), size, mode="bilinear", antialias=True).round().byte()
    targets = torch.tensor([place[photo.sku] for photo in photos])
    return Watch(frames, targets, known, torch.from_numpy(data.styles[rows]))


def take_a_look(watch: Watch, learner: Learner, config: TrainConfig) -> dict[str, float]:
    """Look, and note in the learner whether this was the best yet, or the last one worth waiting for."""
    assert isinstance(learner.ema, DressNet)
    seen = watch.look(learner.ema)
    learner.since = 0 if not learner.best or seen > learner.best else learner.since + 1
    learner.best = seen if not learner.since else learner.best
    learner.stopped = learner.since >= config.early_stop
    return {"calibration_top1": seen[0], "calibration_nll": -seen[1]}


def _first(data: TrainingSet, style: int) -> Rows:
    return np.concatenate([data.studio_rows[style], data.photo_rows[style]])[:PICTURES]


def _embed(net: DressNet, frames: Tensor) -> Tensor:
    device = next(net.parameters()).device
    parts = [net(to_input(part.to(device), net.trunk.normalisation))[0].cpu() for part in frames.split(CHUNK)]
    return torch.cat(parts)
