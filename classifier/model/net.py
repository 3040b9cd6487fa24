"""The network: a small residual trunk, an embedding on the unit sphere and a dress / not a dress head."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

TRUNKS: dict[str, tuple[int, ...]] = {
    "resnet-tiny": (32, 64, 128, 256),  # 1.2 M parameters
    "resnet-nano": (8, 16, 32),  # for tests
}


class UnknownTrunk(ValueError):
    """No trunk of that name."""


class Block(nn.Module):
    """Two 3 x 3 convolutions and a shortcut (He et al. 2015; average-pooled shortcut as in ResNet-D)."""

    def __init__(self, width_in: int, width_out: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width_in, width_out, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(width_out)
        self.conv2 = nn.Conv2d(width_out, width_out, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(width_out)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or width_in != width_out:
            pool = nn.AvgPool2d(stride, ceil_mode=True) if stride != 1 else nn.Identity()
            self.shortcut = nn.Sequential(
                pool, nn.Conv2d(width_in, width_out, 1, bias=False), nn.BatchNorm2d(width_out)
            )

    def forward(self, images: Tensor) -> Tensor:
        features = F.relu(self.norm1(self.conv1(images)))
        return F.relu(self.norm2(self.conv2(features)) + self.shortcut(images))


class DressNet(nn.Module):
    """From (B, 3, H, W) as of transforms.to_input to unit embeddings (B, dim) and dress logits (B,)."""

    def __init__(self, trunk: str = "resnet-tiny", dim: int = 128) -> None:
        super().__init__()
        if trunk not in TRUNKS:
            raise UnknownTrunk(f"{trunk!r} is not one of {', '.join(TRUNKS)}")
        widths = TRUNKS[trunk]
        self.stem = nn.Sequential(
            nn.Conv2d(3, widths[0], 3, 2, 1, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU()
        )
        pairs = zip((widths[0], *widths), widths, strict=False)
        self.stages = nn.Sequential(*(Block(a, b, 1 if i == 0 else 2) for i, (a, b) in enumerate(pairs)))
        self.project = nn.Linear(widths[-1], dim, bias=False)
        self.norm = nn.BatchNorm1d(dim)
        self.dress = nn.Linear(widths[-1], 1)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        features = self.stages(self.stem(images)).float().mean(dim=(2, 3))
        embeddings = F.normalize(self.norm(self.project(features)).float(), dim=1)
        return embeddings, self.dress(features).float().squeeze(1)


class CosineHead(nn.Module):
    """Cosine similarities (B, S) of embeddings to one learned direction per style; used in training only."""

    def __init__(self, styles: int, dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(F.normalize(torch.randn(styles, dim), dim=1))

    def forward(self, embeddings: Tensor) -> Tensor:
        return embeddings @ F.normalize(self.weight, dim=1).T
