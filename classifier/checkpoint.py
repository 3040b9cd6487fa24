"""Tensors on disk: safetensors only, because a pickle can run code."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn
from torch.optim import Optimizer

from classifier.runs import RunError, write_whole

SECTIONS = ("net", "ema", "head")


@dataclass(frozen=True, slots=True)
class Bundle:
    """Named tensors and a few words about them."""

    tensors: dict[str, Tensor]
    notes: dict[str, str]

    def section(self, name: str) -> dict[str, Tensor]:
        """The tensors whose names start with `name.`, without it."""
        return {
            key[len(name) + 1 :]: value for key, value in self.tensors.items() if key.startswith(f"{name}.")
        }


@dataclass(slots=True)
class Learner:
    """Everything that training changes."""

    net: nn.Module
    ema: nn.Module  # running mean of net; what is served
    head: nn.Module
    optimizer: Optimizer
    step: int = 0
    rollbacks: int = 0  # times the loss was not a number and the training went back
    best: tuple[float, ...] = ()  # what the best look at the calibration split said
    since: int = 0  # looks since then
    stopped: bool = False  # early
    look_alikes: Tensor | None = None  # (S, k) int64 the styles nearest to each, as of the last look
    scaler: torch.amp.GradScaler | None = None  # of fp16
    window: list[dict[str, Tensor]] = field(default_factory=list)  # losses since the last line of the log

    def progress(self) -> dict[str, object]:
        """All that is no tensor, for JSON."""
        return {name: getattr(self, name) for name in ("step", "rollbacks", "best", "since", "stopped")}

    def is_finite(self) -> bool:
        """Whether every weight and every statistic is a number."""
        states = (self.net.state_dict(), self.ema.state_dict(), self.head.state_dict())
        return all(bool(torch.isfinite(value).all()) for state in states for value in state.values())


def write_tensors(path: Path, tensors: Mapping[str, Tensor], notes: Mapping[str, str]) -> None:
    """Write one safetensors file at once or not at all."""
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    write_whole(path, save(plain, metadata=dict(notes)))


def read_tensors(path: Path) -> Bundle:
    """Read one safetensors file.

    Raises:
        RunError: it is missing, cut off, or of another format.
    """
    try:
        with safe_open(path, framework="pt") as file:
            return Bundle({name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {})  # noqa: SIM118
    except (FileNotFoundError, SafetensorError) as error:
        raise RunError(f"{path} is missing or damaged: {error}") from error


def save_learner(path: Path, learner: Learner, notes: Mapping[str, str]) -> None:
    """Keep all that is needed to go on exactly from here; optimiser state goes by parameter name."""
    tensors = {
        f"{section}.{name}": value
        for section in SECTIONS
        for name, value in getattr(learner, section).state_dict().items()
    }
    for name, state in _states(learner).items():
        tensors |= {f"optimizer.{name}.{key}": torch.as_tensor(value) for key, value in state.items()}
    if learner.look_alikes is not None:
        tensors["look_alikes"] = learner.look_alikes
    for name in learner.window[0] if learner.window else ():
        tensors[f"window.{name}"] = torch.stack([losses[name] for losses in learner.window])
    scaler = learner.scaler.state_dict() if learner.scaler else {}
    write_tensors(
        path, tensors, {**notes, "progress": json.dumps(learner.progress()), "scaler": json.dumps(scaler)}
    )


def load_learner(path: Path, learner: Learner, notes: Mapping[str, str]) -> bool:
    """Put a checkpoint of the same training back; False when there is none, or another training's."""
    if not path.is_file():
        return False
    bundle = read_tensors(path)
    if any(bundle.notes.get(key) != value for key, value in notes.items()):
        return False
    for section in SECTIONS:
        getattr(learner, section).load_state_dict(bundle.section(section))
    learner.optimizer.state.clear()
    moments = bundle.section("optimizer")
    for name, parameter in _parameters(learner).items():
        prefix = f"{name}."
        state = {key.removeprefix(prefix): value for key, value in moments.items() if key.startswith(prefix)}
        if state:
            learner.optimizer.state[parameter] = {
                key: value if key == "step" else value.to(parameter.device) for key, value in state.items()
            }
    learner.look_alikes = bundle.tensors.get("look_alikes")
    window = bundle.section("window")
    learner.window = [
        {name: values[n] for name, values in window.items()}
        for n in range(len(next(iter(window.values()), ())))
    ]
    for name, value in json.loads(bundle.notes["progress"]).items():
        setattr(learner, name, tuple(value) if name == "best" else value)
    if learner.scaler and bundle.notes["scaler"] != "{}":
        learner.scaler.load_state_dict(json.loads(bundle.notes["scaler"]))
    return True


def _parameters(learner: Learner) -> dict[str, nn.Parameter]:
    """Trained parameters by name; one that never got a gradient has no state to keep."""
    sections = {"net": learner.net, "head": learner.head}
    return {
        f"{s}.{name}": parameter
        for s, module in sections.items()
        for name, parameter in module.named_parameters()
    }


def _states(learner: Learner) -> dict[str, dict[str, Tensor]]:
    return {
        name: learner.optimizer.state.get(parameter, {}) for name, parameter in _parameters(learner).items()
    }
