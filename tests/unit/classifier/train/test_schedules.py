"""Each schedule says which part learns how fast at which step, and the steps do as it says."""

from dataclasses import replace

import pytest
import torch

from classifier.model import DressNet, Head
from classifier.snapshot import read_snapshot
from classifier.train import TrainConfig, WrongRecipe
from classifier.train.distributed import ALONE
from classifier.train.run import prepare
from classifier.train.schedules import SCHEDULES, rates_at
from classifier.train.step import train_step
from tests.tiny import TRAINING

STAGES = 4
CPU = torch.device("cpu")


def recipe(schedule: str, **changes) -> TrainConfig:
    return TrainConfig(schedule=schedule, steps=100, lr=1.0, warmup=0.1, **changes)


def rates(schedule: str, step: int, **changes):
    return rates_at(step, STAGES, recipe(schedule, **changes))


def test_from_scratch_everything_learns_alike_up_and_down_again():
    over = [rates("scratch", step) for step in range(100)]

    assert all(set(at.parts) == {at.head} for at in over)
    assert [round(over[step].head, 3) for step in (0, 4, 9, 54, 99)] == [0.1, 0.5, 1.0, 0.505, 0.01]
    assert rates("scratch", 9, head_lr=3.0).parts == (1.0,) * 5 + (3.0,)


@pytest.mark.parametrize(("schedule", "highest"), [("linear-probe", 1.0), ("frozen", 0.1)])
def test_a_frozen_trunk_never_learns(schedule, highest):
    over = [rates(schedule, step) for step in range(100)]

    assert {at.stages for at in over} == {(0.0,) * STAGES}
    assert max(at.head for at in over) == highest == max(at.top for at in over)


def test_after_a_probe_everything_learns_slowly():
    over = [rates("lp-ft", step) for step in range(100)]

    assert [step for step in range(100) if over[step].stages == (0.0,) * STAGES] == list(range(50))
    assert max(at.head for at in over[:50]) == 1.0
    assert max(max(at.parts) for at in over[50:]) == 0.1
    assert all(set(at.parts) == {at.head} for at in over[50:])


def test_stages_thaw_one_by_one_from_the_top_and_never_freeze_again():
    over = [rates("gradual-unfreeze", step) for step in range(100)]

    thawed = [sum(rate > 0 for rate in at.stages) for at in over]
    assert thawed == sorted(thawed)
    assert [thawed.index(count) for count in range(STAGES + 1)] == [0, 12, 24, 36, 48]
    assert over[12].stages[:-1] == (0.0,) * 3


def test_lower_stages_learn_more_slowly():
    at = rates("discriminative-lr", 9)

    assert at.top == at.head == 1.0
    assert at.stages == pytest.approx([2.6**-4, 2.6**-3, 2.6**-2, 2.6**-1])


def test_an_unknown_schedule_is_named_with_those_there_are():
    with pytest.raises(WrongRecipe, match="'fast' is not one of scratch, linear-probe"):
        rates("fast", 0)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_step_changes_what_has_a_rate_and_nothing_else(make_snapshot, tmp_path, schedule):
    config = replace(TRAINING, schedule=schedule)
    learner, training = prepare(read_snapshot(make_snapshot()), tmp_path / "run", config, None, CPU, ALONE)
    assert isinstance(learner.net, DressNet)
    assert isinstance(learner.head, Head)
    stages = learner.net.trunk.stages
    before = [{name: value.clone() for name, value in stage.state_dict().items()} for stage in stages]
    head = learner.head.weight.clone()

    train_step(learner, training)

    at = rates_at(0, len(stages), config)
    for stage, rate, old in zip(stages, at.stages, before, strict=True):
        changed = [not torch.equal(value, old[name]) for name, value in stage.state_dict().items()]
        assert all(changed) if rate else not any(changed)  # batch-norm statistics among them
    assert not torch.equal(learner.head.weight, head)
