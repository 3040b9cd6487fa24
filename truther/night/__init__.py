"""The night: one document per day, whose stages are walked under a lease by whoever holds it."""

from truther.night.lease import LeaseLost, NightBusy
from truther.night.walk import (
    NightFailed,
    NightOutOfOrder,
    StageFailed,
    begin_night,
    resumable,
    run_night,
    run_stage,
)

__all__ = [
    "LeaseLost",
    "NightBusy",
    "NightFailed",
    "NightOutOfOrder",
    "StageFailed",
    "begin_night",
    "resumable",
    "run_night",
    "run_stage",
]
