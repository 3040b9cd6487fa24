"""The story's classifier: a convnet with a softmax over the styles in stock, taught on their pictures."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from classifier.bench.task import Found, Task
from classifier.data import read_frames
from classifier.model import make_trunk
from classifier.predict import choose_device
from classifier.transforms import SPARE, augment, frame_size, to_input

MAX_GRAD_NORM = 5.0
OnStep = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class SoftmaxPlan:
    """How long to teach, and on what size."""

    trunk: str = "alexnet-mini"
    steps: int = 1000
    batch: int = 64
    size_px: int = 64
    lr: float = 1e-3
    seed: int = 0


def find_by_softmax(
    task: Task, plan: SoftmaxPlan, *, device: str = "auto", on_step: OnStep | None = None
) -> Found:
    """Teach on the gallery alone, as a shop with new styles would, and take the class scores."""
    place, size = choose_device(device), frame_size(plan.size_px)
    spare = (round(size[0] * SPARE), round(size[1] * SPARE))
    net = teach(read_frames(task.paths(task.gallery), spare), task.owner, plan, place, on_step)
    photos = read_frames(task.paths([photo.image for photo in task.photos]), size)
    scores = predict(net, photos, place)
    return Found(scores, torch.from_numpy(scores).softmax(dim=1).amax(dim=1).numpy())


def teach(
    frames: Tensor,
    classes: np.ndarray[tuple[int], np.dtype[np.int64]],
    plan: SoftmaxPlan,
    device: torch.device,
    on_step: OnStep | None = None,
) -> nn.Module:
    """Train by cross-entropy with AdamW and one cycle; the same plan gives the same network on a CPU."""
    torch.manual_seed(plan.seed)
    trunk = make_trunk(plan.trunk)
    net = nn.Sequential(trunk, nn.Linear(trunk.width, int(classes.max()) + 1)).to(device)
    optimizer = torch.optim.AdamW(net.parameters(), lr=plan.lr, weight_decay=0.02)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, plan.lr, total_steps=max(2, plan.steps))
    chance, generator = np.random.default_rng(plan.seed), torch.Generator().manual_seed(plan.seed)
    targets, size = torch.from_numpy(classes), frame_size(plan.size_px)
    net.train()
    for step in range(plan.steps):
        rows = chance.choice(len(frames), min(plan.batch, len(frames)), replace=False)
        images = augment(frames[rows].to(device), size, generator, trunk.normalisation)
        with torch.autocast(device.type, torch.bfloat16):
            scores = net(images)
        loss = F.cross_entropy(scores.float(), targets[rows].to(device))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), MAX_GRAD_NORM)
        optimizer.step()
        cycle.step()
        if on_step:
            on_step(step + 1, plan.steps)
    return net.eval()


@torch.inference_mode()
def predict(
    net: nn.Module, frames: Tensor, device: torch.device
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Class scores (N, classes) of (N, 3, H, W) uint8 frames."""
    trunk = net[0]  # type: ignore[index]
    parts = [net(to_input(part.to(device), trunk.normalisation)).float().cpu() for part in frames.split(128)]
    return np.asarray(torch.cat(parts).numpy())
