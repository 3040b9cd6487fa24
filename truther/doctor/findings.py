"""What a check may find."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How one thing stands."""

    OK = "ok"
    WARNING = "warning"  # works, but somebody should look
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of the doctor's table."""

    name: str
    health: Health
    detail: str
    advice: str = ""  # what to do, when there is something


def ok(name: str, detail: str) -> Finding:
    """Return a finding that needs nothing."""
    return Finding(name, Health.OK, detail)


def warning(name: str, detail: str, advice: str) -> Finding:
    """Return a finding that somebody should look at."""
    return Finding(name, Health.WARNING, detail, advice)


def failed(name: str, detail: str, advice: str) -> Finding:
    """Return a finding that keeps Truther from working."""
    return Finding(name, Health.FAILED, detail, advice)
