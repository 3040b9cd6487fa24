"""From a snapshot to a run."""

from classifier.train.recipe import (
    LossDiverged,
    OnProgress,
    Progress,
    TrainConfig,
    TrainingStopped,
    WrongRecipe,
    fine_tune_config,
)
from classifier.train.run import train

__all__ = [
    "LossDiverged",
    "OnProgress",
    "Progress",
    "TrainConfig",
    "TrainingStopped",
    "WrongRecipe",
    "fine_tune_config",
    "train",
]
