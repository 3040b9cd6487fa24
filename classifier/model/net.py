"""The network: a trunk, an embedding on the unit sphere and a dress / not a dress head."""

import re
from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F

from classifier.model.trunks import make_trunk


class DressNet(nn.Module):
    """From (B, 3, H, W) as of transforms.to_input to unit embeddings (B, dim) and dress logits (B,).

    Args:
        trunk: a name of TRUNKS; its `normalisation` says how the pictures have to be scaled.
        dim: numbers in an embedding.

    Raises:
        UnknownTrunk: names those there are. MissingExtra: the trunk's package is not installed.
    """

    def __init__(self, trunk: str = "resnet-tiny", dim: int = 128) -> None:
        super().__init__()
        self.trunk = make_trunk(trunk)
        self.project = nn.Linear(self.trunk.width, dim, bias=False)
        self.norm = nn.BatchNorm1d(dim)
        self.dress = nn.Linear(self.trunk.width, 1)
        self.register_load_state_dict_pre_hook(_rename)  # type: ignore[no-untyped-call]

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        features = self.trunk(images)
        embeddings = F.normalize(self.norm(self.project(features)).float(), dim=1)
        return embeddings, self.dress(features).float().squeeze(1)


def modern_name(name: str) -> str:
    """What a tensor is called now, of the time when the trunk lay bare in the network: v0's, among others."""
    name = re.sub(r"^stem\.", "trunk.body.0.", name)
    return re.sub(r"^stages\.(\d+)\.", lambda found: f"trunk.body.{int(found[1]) + 1}.", name)


def _rename(module: nn.Module, state: dict[str, Any], prefix: str, *_: object) -> None:
    for name in [name for name in state if name.startswith(prefix)]:
        own = name.removeprefix(prefix)
        if modern_name(own) != own:
            state[prefix + modern_name(own)] = state.pop(name)
