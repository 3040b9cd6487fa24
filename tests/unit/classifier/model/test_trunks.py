"""Every trunk keeps the same promises, and what was trained before trunks had names still loads."""

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F

from classifier.model import TRUNKS, DressNet, UnknownTrunk, make_trunk
from classifier.model.trunks import Block
from classifier.predict import DeepDress
from classifier.refusal import MissingExtra
from classifier.runs import SHIPPED
from classifier.transforms import NORMALISATIONS


@pytest.mark.parametrize("name", TRUNKS)
def test_a_trunk_gives_a_map_and_a_feature_of_its_width(name):
    trunk = make_trunk(name).eval()
    images = torch.randn(2, 3, 64, 48)

    last, features = trunk.forward_map(images), trunk(images)

    assert last.ndim == 4
    assert last.shape[0] == 2
    assert features.shape == (2, trunk.width)
    assert features.dtype == torch.float32
    assert trunk.normalisation in NORMALISATIONS


@pytest.mark.parametrize("name", TRUNKS)
def test_the_stages_hold_every_parameter_once(name):
    with torch.device("meta"):
        trunk = make_trunk(name)

    staged = [id(parameter) for stage in trunk.stages for parameter in stage.parameters()]

    assert len(trunk.stages) >= 4
    assert staged == [id(parameter) for parameter in trunk.parameters()]
    assert all(any(True for _ in stage.parameters()) for stage in trunk.stages)


@pytest.mark.parametrize("name", ["alexnet-mini", "resnet-nano"])
def test_half_precision_comes_out_whole(name):
    with torch.autocast("cpu", torch.bfloat16):
        features = make_trunk(name)(torch.randn(2, 3, 32, 32))

    assert features.dtype == torch.float32
    assert features.isfinite().all()


def test_an_unknown_trunk_is_named():
    with pytest.raises(UnknownTrunk, match="'resnet-9000' is not one of alexnet-mini, "):
        make_trunk("resnet-9000")


def test_a_trunk_without_its_package_says_what_to_install(monkeypatch):
    monkeypatch.setattr("classifier.refusal.find_spec", lambda module: None)

    with pytest.raises(MissingExtra, match="pip install efficientnet-lite-pytorch"):
        make_trunk("efficientnet-lite0")


@pytest.mark.parametrize("name", ["alexnet-mini", "mobilenet-v3-small"])
def test_saved_and_loaded_it_says_the_same(name):
    saved, loaded = DressNet(name, dim=8).eval(), DressNet(name, dim=8).eval()
    images = torch.randn(2, 3, 32, 32)

    loaded.load_state_dict(saved.state_dict())

    for ours, theirs in zip(saved(images), loaded(images), strict=True):
        assert torch.equal(ours, theirs)


class NetOfV0(nn.Module):
    """DressNet as it was when v0 was trained."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 32, 3, 2, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU())
        widths = ((32, 32, 1), (32, 64, 2), (64, 128, 2), (128, 256, 2))
        self.stages = nn.Sequential(*(Block(*each) for each in widths))
        self.project = nn.Linear(256, 128, bias=False)
        self.norm = nn.BatchNorm1d(128)
        self.dress = nn.Linear(256, 1)

    def forward(self, images):
        features = self.stages(self.stem(images)).float().mean(dim=(2, 3))
        embeddings = F.normalize(self.norm(self.project(features)).float(), dim=1)
        return embeddings, self.dress(features).float().squeeze(1)


def test_v0_says_bit_for_bit_what_it_always_said():
    tensors = load_file(SHIPPED / "weights.safetensors")
    state = {name[4:]: value.float() for name, value in tensors.items() if name.startswith("net.")}
    before, now = NetOfV0().eval(), DressNet("resnet-tiny", 128).eval()
    before.load_state_dict(state)
    now.load_state_dict(state)

    images = torch.randn(5, 3, 80, 64, generator=torch.Generator().manual_seed(1))

    for ours, theirs in zip(now(images), before(images), strict=True):
        assert torch.equal(ours, theirs)


def test_v0_gives_the_numbers_of_the_day_it_was_shipped():
    rows, columns = np.mgrid[:100, :80]
    channels = [rows * 2 + columns * 3, rows * columns // 5, columns * 7 + 128]
    image = Image.fromarray((np.stack(channels, axis=2) % 256).astype(np.uint8))

    found = DeepDress.load(SHIPPED, "cpu").describe([image])

    assert found.dress_logits[0] == pytest.approx(1.786988, abs=1e-4)
    assert found.embeddings[0, :4] == pytest.approx([-0.028202, -0.039240, 0.082599, 0.098258], abs=1e-5)
