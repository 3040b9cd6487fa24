"""The figures of the quality page: read-only questions, each bounded by a window and by a most of rows."""

from truther.models.quality.accuracy import Measured, contested, measured
from truther.models.quality.drift import Week, weeks
from truther.models.quality.dullness import Arms, arms
from truther.models.quality.guesses import Calibration, calibration
from truther.models.quality.people import Crowd, crowd
from truther.models.quality.pull import Anchoring, anchoring

__all__ = [
    "Anchoring",
    "Arms",
    "Calibration",
    "Crowd",
    "Measured",
    "Week",
    "anchoring",
    "arms",
    "calibration",
    "contested",
    "crowd",
    "measured",
    "weeks",
]
