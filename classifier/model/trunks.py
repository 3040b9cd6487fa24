"""Trunks: from a picture to features; every one offers its last map, its width and its stages."""

from collections.abc import Callable, Iterable, Mapping

from torch import Tensor, nn
from torch.nn import functional as F

from classifier.refusal import Refusal


class UnknownTrunk(Refusal, ValueError):
    """No trunk of that name."""


class Trunk(nn.Module):
    """From (B, 3, H, W), scaled by transforms.to_input as `normalisation` says, to (B, width) float32.

    Args:
        body: stages from map to map, stem first; the last one gives (B, C, h, w).
        width: numbers in a feature.
        normalisation: a key of transforms.NORMALISATIONS.
        pool: what makes a feature of the last map; by default the mean over its places.
        published: own names of the tensors -> their names in the files others publish.
    """

    def __init__(
        self,
        body: Iterable[nn.Module],
        width: int,
        normalisation: str = "deepdress",
        pool: nn.Module | None = None,
        published: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.body = nn.ModuleList(body)
        self.pool = pool or Mean()
        self.width, self.normalisation = width, normalisation
        self.published = dict(published or {})

    @property
    def stages(self) -> list[nn.Module]:
        """All that has parameters, in the order of the way through it: what schedules freeze and thaw."""
        pool = [self.pool] if any(True for _ in self.pool.parameters()) else []
        return [*self.body, *pool]

    def forward_map(self, images: Tensor) -> Tensor:
        """The last feature map (B, C, h, w)."""
        for stage in self.body:
            images = stage(images)
        return images

    def forward(self, images: Tensor) -> Tensor:
        features: Tensor = self.pool(self.forward_map(images).float())
        return features.float()


class Mean(nn.Module):
    """The mean over the places of a map (B, C, h, w)."""

    def forward(self, features: Tensor) -> Tensor:
        return features.mean(dim=(2, 3))


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


def small_resnet(*widths: int) -> Trunk:
    """A stem and a block per width, each but the first at half the resolution."""
    stem = nn.Sequential(nn.Conv2d(3, widths[0], 3, 2, 1, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU())
    pairs = zip((widths[0], *widths), widths, strict=False)
    blocks = [Block(a, b, 1 if number == 0 else 2) for number, (a, b) in enumerate(pairs)]
    return Trunk([stem, *blocks], widths[-1])


def alexnet_mini(width: int = 512, dropout: float = 0.5) -> Trunk:
    """The convnet of 2016: large first kernels, response normalisation, pooling, dropout, a dense layer.

    Source: Krizhevsky, Sutskever and Hinton, NIPS 2012, with a third of its filters.
    """

    def layer(width_in: int, width_out: int, kernel: int, stride: int = 1) -> list[nn.Module]:
        return [nn.Conv2d(width_in, width_out, kernel, stride, kernel // 2), nn.ReLU()]

    shrink = nn.MaxPool2d(3, 2, 1)
    first = nn.Sequential(*layer(3, 48, 11, 4), nn.LocalResponseNorm(5, k=2.0), shrink)
    second = nn.Sequential(*layer(48, 96, 5), nn.LocalResponseNorm(5, k=2.0), shrink)
    third = nn.Sequential(*layer(96, 128, 3), *layer(128, 128, 3), *layer(128, 96, 3))
    dense = nn.Sequential(
        nn.AdaptiveAvgPool2d(3), nn.Flatten(), nn.Dropout(dropout), nn.Linear(96 * 9, width), nn.ReLU()
    )
    return Trunk([first, second, third], width, pool=dense)


def _published(name: str) -> Callable[[], Trunk]:
    """A trunk of another library, which is loaded only when it is asked for."""

    def make() -> Trunk:
        from classifier.model import published

        return published.PUBLISHED[name]()

    return make


TRUNKS: dict[str, Callable[[], Trunk]] = {
    "alexnet-mini": alexnet_mini,  # 0.9 M parameters
    "resnet-tiny": lambda: small_resnet(32, 64, 128, 256),  # 1.2 M
    "resnet-nano": lambda: small_resnet(8, 16, 32),  # for tests
} | {
    name: _published(name)
    for name in (
        "resnet18",  # 11.2 M
        "resnet50",  # 23.5 M
        "mobilenet-v2",  # 2.2 M
        "mobilenet-v3-small",  # 0.9 M
        "mobilenet-v3-large",  # 3.0 M
        "convnext-tiny",  # 27.8 M
        "efficientnet-lite0",  # 3.4 M; needs its package
    )
}


def make_trunk(name: str) -> Trunk:
    """A trunk with fresh weights.

    Raises:
        UnknownTrunk: names those there are. MissingExtra: its package is not installed.
    """
    if name not in TRUNKS:
        raise UnknownTrunk(f"{name!r} is not one of {', '.join(TRUNKS)}")
    return TRUNKS[name]()
