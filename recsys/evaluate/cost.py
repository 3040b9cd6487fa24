"""What a piece of work costs: seconds of processors, and the most memory while it ran."""

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
RESET = Path("/proc/self/clear_refs")  # Linux: writing 5 starts the high-water mark anew
STATUS = Path("/proc/self/status")
MEANS_RESET = (
    "largest resident size of this process during fit and predict, data and libraries included; "
    "above_start is that less the size before the fit"
)
MEANS_LIFETIME = (
    "largest resident size since this process started, whatever caused it: here the mark cannot be set back, "
    "so only the first model's figure is its own"
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one piece of work."""

    cpu_seconds: (
        float  # of all threads of this process; the first fit on a machine includes compiling kernels
    )
    start_mb: float
    peak_mb: float


def measured(work: Callable[[], T]) -> tuple[T, Cost]:
    """Do it and say what it cost."""
    can_reset = _reset()
    before_mb = _status_mb("VmRSS") if can_reset else peak_mb()
    started = time.process_time()
    answer = work()
    seconds = time.process_time() - started
    return answer, Cost(seconds, before_mb, _status_mb("VmHWM") if can_reset else peak_mb())


def peak_mb() -> float:
    """The largest resident size since the process started, in MB (10^6 bytes)."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / 1e6 if sys.platform == "darwin" else size * 1024 / 1e6


def memory_means() -> str:
    """What the memory figures of `measured` are, in a sentence."""
    return MEANS_RESET if _reset() else MEANS_LIFETIME


def _reset() -> bool:
    try:
        RESET.write_text("5")
    except OSError:
        return False
    return STATUS.is_file()


def _status_mb(name: str) -> float:
    lines = STATUS.read_text().splitlines()
    [kilobytes] = [line.split()[1] for line in lines if line.startswith(f"{name}:")]
    return int(kilobytes) * 1024 / 1e6
