"""Transfer schedules: which part of the network learns how fast at which step."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from classifier.model import DressNet
from classifier.train.recipe import TrainConfig, WrongRecipe, one_cycle

SLOW = 0.1  # of lr: the slow head of "frozen", and fine-tuning after a probe
PROBE = 0.5  # share of the steps that lp-ft spends on its probe
THAWED = 0.6  # share of the steps after which gradual-unfreeze has thawed everything
LAYER_DECAY = 2.6  # a stage learns this much slower than the one above it (Howard and Ruder 2018, 3.2)


@dataclass(frozen=True, slots=True)
class Rates:
    """Learning rates at one step; 0 is frozen: no gradient, and batch-norm statistics stay as they are."""

    stages: tuple[float, ...]  # of the trunk, stem first
    top: float  # projection to the embedding, dress / not a dress
    head: float  # a row or more per style

    @property
    def parts(self) -> tuple[float, ...]:
        """One rate per part, in the order of parts_of."""
        return (*self.stages, self.top, self.head)


Schedule = Callable[[int, int, TrainConfig], tuple[tuple[float, ...], float]]


def rates_at(step: int, stages: int, config: TrainConfig) -> Rates:
    """The learning rates of one step, for a trunk of so many stages.

    Raises:
        WrongRecipe: no schedule of that name.
    """
    if config.schedule not in SCHEDULES:
        raise WrongRecipe(f"schedule {config.schedule!r} is not one of {', '.join(SCHEDULES)}")
    of_stages, top = SCHEDULES[config.schedule](step, stages, config)
    return Rates(of_stages, top, top * config.head_lr)


def parts_of(net: nn.Module, head: nn.Module) -> list[list[nn.Module]]:
    """The modules that share a learning rate: a part per stage of the trunk, the top, the head."""
    assert isinstance(net, DressNet)
    top = [child for child in net.children() if child is not net.trunk]
    return [*([stage] for stage in net.trunk.stages), top, [head]]


def freeze(parts: list[list[nn.Module]], rates: Rates) -> None:
    """Let the parts without a rate stand still, their batch-norm statistics too."""
    for modules, rate in zip(parts, rates.parts, strict=True):
        for module in modules:
            module.requires_grad_(rate > 0)
            if not rate:
                module.eval()


def scratch(step: int, stages: int, config: TrainConfig) -> tuple[tuple[float, ...], float]:
    """Everything at the full rate, wherever it starts from."""
    lr = one_cycle(step, config.steps, config)
    return (lr,) * stages, lr


def linear_probe(step: int, stages: int, config: TrainConfig) -> tuple[tuple[float, ...], float]:
    """The trunk stands still; what lies on it learns at the full rate."""
    return (0.0,) * stages, one_cycle(step, config.steps, config)


def frozen(step: int, stages: int, config: TrainConfig) -> tuple[tuple[float, ...], float]:
    """The trunk stands still and the rest learns slowly: the story's way."""
    return (0.0,) * stages, SLOW * one_cycle(step, config.steps, config)


def lp_ft(step: int, stages: int, config: TrainConfig) -> tuple[tuple[float, ...], float]:
    """A linear probe, then everything from there, slowly (Kumar et al. 2022, 2202.10054)."""
    probe = max(1, round(PROBE * config.steps))
    if step < probe:
        return (0.0,) * stages, one_cycle(step, probe, config)
    lr = SLOW * one_cycle(step - probe, config.steps - probe, config)
    return (lr,) * stages, lr


def gradual_unfreeze(step: int, stages: int, config: TrainConfig) -> tuple[tuple[float, ...], float]:
    """One stage more at a time, from the top down (Howard and Ruder 2018)."""
    lr = one_cycle(step, config.steps, config)
    thawed = int(step / (THAWED * config.steps) * (stages + 1))
    return tuple(lr if stages - number <= thawed else 0.0 for number in range(stages)), lr


def discriminative_lr(step: int, stages: int, config: TrainConfig) -> tuple[tuple[float, ...], float]:
    """All at once, each stage slower than the one above it (Howard and Ruder 2018)."""
    lr = one_cycle(step, config.steps, config)
    return tuple(lr / LAYER_DECAY ** (stages - number) for number in range(stages)), lr


SCHEDULES: dict[str, Schedule] = {
    "scratch": scratch,
    "linear-probe": linear_probe,
    "frozen": frozen,
    "lp-ft": lp_ft,
    "gradual-unfreeze": gradual_unfreeze,
    "discriminative-lr": discriminative_lr,
}
