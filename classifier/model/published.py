"""Trunks others published, without their weights: torchvision's, and EfficientNet-Lite of its package."""

from collections.abc import Callable, Iterable
from typing import Any

from torch import Tensor, nn
from torchvision import models

from classifier.model.trunks import Trunk
from classifier.refusal import require_package


def _resnet(make: Callable[[], Any], width: int) -> Trunk:
    net = make()
    stem = nn.Sequential(net.conv1, net.bn1, net.relu, net.maxpool)
    return _trunk(net, [stem, net.layer1, net.layer2, net.layer3, net.layer4], width)


def _features(make: Callable[[], Any], width: int) -> Trunk:
    """A network that torchvision lays out as `features` and a classifier."""
    net = make()
    return _trunk(net, net.features, width)


def _convnext_tiny() -> Trunk:
    net: Any = models.convnext_tiny()
    return _trunk(net, net.features, 768, pool=_MeanAndNorm(net.classifier[0]))


def _efficientnet_lite0() -> Trunk:
    require_package("efficientnet_lite_pytorch", install="efficientnet-lite-pytorch")
    from efficientnet_lite_pytorch import EfficientNet

    net = EfficientNet.from_name("efficientnet-lite0")
    stem = nn.Sequential(net._conv_stem, net._bn0, net._swish)
    last = nn.Sequential(net._conv_head, net._bn1, net._swish)
    return _trunk(net, [stem, *net._blocks, last], 1280, normalisation="lite")


class _MeanAndNorm(nn.Module):
    """ConvNeXt normalises after its mean over the places."""

    def __init__(self, norm: nn.Module) -> None:
        super().__init__()
        self.norm = norm

    def forward(self, features: Tensor) -> Tensor:
        normed: Tensor = self.norm(features.mean(dim=(2, 3), keepdim=True))
        return normed.flatten(1)


def _trunk(
    net: Any,
    parts: Iterable[nn.Module],
    width: int,
    normalisation: str = "imagenet",
    pool: nn.Module | None = None,
) -> Trunk:
    """The parts of a network, with the names that its tensors have in the whole of it."""
    trunk = Trunk(_by_resolution(parts), width, normalisation, pool)
    names = {id(tensor): name for name, tensor in net.state_dict(keep_vars=True).items()}
    trunk.published = {own: names[id(value)] for own, value in trunk.state_dict(keep_vars=True).items()}
    return trunk


def _by_resolution(parts: Iterable[nn.Module]) -> list[nn.Module]:
    """The stem alone, then the parts of one resolution together."""
    stages: list[list[nn.Module]] = []
    for part in parts:
        if len(stages) < 2 or _strides(part):
            stages.append([])
        stages[-1].append(part)
    return [nn.Sequential(*stage) for stage in stages]


def _strides(part: nn.Module) -> bool:
    return any(max(layer.stride) > 1 for layer in part.modules() if isinstance(layer, nn.Conv2d))


PUBLISHED: dict[str, Callable[[], Trunk]] = {
    "resnet18": lambda: _resnet(models.resnet18, 512),
    "resnet50": lambda: _resnet(models.resnet50, 2048),
    "mobilenet-v2": lambda: _features(models.mobilenet_v2, 1280),
    "mobilenet-v3-small": lambda: _features(models.mobilenet_v3_small, 576),
    "mobilenet-v3-large": lambda: _features(models.mobilenet_v3_large, 960),
    "convnext-tiny": _convnext_tiny,
    "efficientnet-lite0": _efficientnet_lite0,
}
