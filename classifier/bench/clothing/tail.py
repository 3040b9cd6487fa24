"""Fine-tuning the last stage of a published trunk on a CPU: what comes before is computed once and kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

from classifier.bench.logistic import Linear
from classifier.model import make_trunk
from classifier.model.features import SIZE
from classifier.model.trunks import Trunk
from classifier.model.weights import PACKAGED, load_weights
from classifier.transforms import to_frame, to_input

Rows = npt.NDArray[np.int64]
BATCH = 32


@dataclass(frozen=True, slots=True)
class TailPlan:
    """How long to fine-tune; a quarter of each batch are dresses."""

    steps: int = 60
    lr: float = 3e-4
    dress_share: float = 0.25
    seed: int = 0


def published(name: str) -> Trunk:
    """A trunk with the weights of its package."""
    trunk = make_trunk(PACKAGED[name].trunk)
    load_weights(trunk, f"package:{name}")
    return trunk.to(memory_format=torch.channels_last).eval()


@torch.inference_mode()
def maps_before_last(name: str, images: Sequence[Image.Image]) -> Tensor:
    """What the last stage sees of pictures (N, C, h, w), bfloat16."""
    trunk, found = published(name), []
    for start in range(0, len(images), BATCH):
        pixels = np.stack([to_frame(image, SIZE) for image in images[start : start + BATCH]])
        features = to_input(torch.from_numpy(pixels), trunk.normalisation)
        features = features.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            for stage in trunk.body[:-1]:
                features = stage(features)
        found.append(features.to(torch.bfloat16))
    return torch.cat(found)


def fine_tune(
    name: str, maps: Tensor, dress: npt.NDArray[np.bool_], train: Rows, start: Linear, plan: TailPlan
) -> nn.Module:
    """Train the last stage and the linear classifier together, beginning from the latter's optimum.

    Statistics of batch norms stay as published: some hundred photos would give worse ones. Source: LP-FT,
    Kumar et al., ICLR 2022.
    """
    net = _Tail(published(name), start)
    chance = np.random.default_rng(plan.seed)
    pools = train[dress[train]], train[~dress[train]]
    counts = round(BATCH * plan.dress_share), BATCH - round(BATCH * plan.dress_share)
    # a batch holds more dresses than the photos do: scores are shifted back, probabilities stay honest
    prior = torch.tensor([np.log(len(pool) / count) for pool, count in zip(pools, counts, strict=True)])
    shift = float(prior[0] - prior[1])
    optimizer = torch.optim.AdamW(net.parameters(), lr=plan.lr, weight_decay=0.05)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, plan.lr, total_steps=max(2, plan.steps))
    for _ in range(plan.steps):
        rows = np.concatenate(
            [chance.choice(p, n, replace=len(p) < n) for p, n in zip(pools, counts, strict=True)]
        )
        with torch.autocast("cpu", torch.bfloat16):
            scores = net(maps[rows])
        targets = torch.from_numpy(dress[rows]).float()
        loss = F.binary_cross_entropy_with_logits(scores - shift, targets)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.step()
        cycle.step()
    return net


@torch.inference_mode()
def p_dress(net: nn.Module, maps: Tensor) -> npt.NDArray[np.float64]:
    """Probabilities (N,) from kept maps."""
    with torch.autocast("cpu", torch.bfloat16):
        scores = torch.cat([net(part) for part in maps.split(64)])
    return np.asarray(scores.double().sigmoid().numpy())


class _Tail(nn.Module):
    """The last stage, the mean over places, unit length, and two linear classes as one score."""

    def __init__(self, trunk: Trunk, start: Linear) -> None:
        super().__init__()
        self.last = trunk.body[-1]
        weight = (start.weight[1] - start.weight[0]) / start.spread
        bias = start.bias[1] - start.bias[0] - (weight * start.mean).sum()
        self.weight, self.bias = nn.Parameter(torch.from_numpy(weight)), nn.Parameter(torch.tensor(bias))

    def forward(self, maps: Tensor) -> Tensor:
        features = F.normalize(self.last(maps).float().mean(dim=(2, 3)), dim=1)
        return features @ self.weight + self.bias
