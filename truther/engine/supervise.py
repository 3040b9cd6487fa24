"""Keep a handful of processes alive: restart with back-off, check their health, stop them together."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.2
FIRST_PAUSE_SECONDS = 0.5  # before the first restart; doubles with each failure in a row
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 30.0  # whoever ran this long is no failure in a row any more
CHECK_SECONDS = 5.0
SICK_CHECKS = 6  # this many bad answers in a row: half a minute of silence is a hang, not a busy moment
WARM_UP_SECONDS = 60.0  # importing and loading may take this long before health counts
PR_SET_PDEATHSIG = 1  # Linux, prctl(2)


@dataclass(frozen=True, slots=True)
class Part:
    """One process to keep alive; a part that is `once` is done when it exits with 0."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    niceness: int = 0
    once: bool = False
    healthy: Callable[[], bool] | None = None


class Child:
    """A part and the process that plays it at present."""

    def __init__(self, part: Part, folder: Path) -> None:
        self.part = part
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        self.done = False
        self._failures = 0
        self._started_at = 0.0
        self._start_at = 0.0
        self._check_at = 0.0
        self._sick = 0

    def look_after(self, now: float) -> None:
        """Start, restart or check the process, whatever it needs at this moment (monotonic seconds)."""
        if self.done:
            return
        if self.process is None:
            if now >= self._start_at:
                self._start(now)
            return
        status = self.process.poll()
        if status is not None:
            self._ended(status, now)
        elif self.part.healthy is not None and now >= self._check_at:
            self._check(self.part.healthy, now)

    def signal_group(self, number: signal.Signals) -> None:
        """Signal the process and all it started: a dead server's workers would keep its port."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return  # all gone already

    def ask_to_stop(self) -> None:
        """Signal the process alone, which ends its own workers in order."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def _start(self, now: float) -> None:
        self.process = subprocess.Popen(
            list(self.part.command),
            cwd=self.folder,
            env=os.environ | self.part.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=with_parent(os.getpid(), self.part.niceness),
        )
        self._started_at, self._check_at, self._sick = now, now + CHECK_SECONDS, 0
        logger.info("%s started (process %d)", self.part.name, self.process.pid)

    def _ended(self, status: int, now: float) -> None:
        self.signal_group(signal.SIGKILL)
        self.process = None
        if self.part.once and status == 0:
            self.done = True
            return
        steady = now - self._started_at >= STEADY_SECONDS
        self._failures = 1 if steady else self._failures + 1
        pause = min(FIRST_PAUSE_SECONDS * 2 ** (self._failures - 1), LONGEST_PAUSE_SECONDS)
        self._start_at = now + pause
        logger.warning("%s ended (status %d), starts again in %.1f s", self.part.name, status, pause)

    def _check(self, healthy: Callable[[], bool], now: float) -> None:
        self._check_at = now + CHECK_SECONDS
        self._sick = 0 if healthy() else self._sick + 1
        if self._sick >= SICK_CHECKS and now - self._started_at >= WARM_UP_SECONDS:
            logger.error("%s does not answer any more, it is stopped", self.part.name)
            self.signal_group(signal.SIGKILL)


class Supervisor:
    """All children and the loop that looks after them."""

    def __init__(self, parts: Sequence[Part], *, folder: Path, stop_seconds: float) -> None:
        self.children = [Child(part, folder) for part in parts]
        self._stop_seconds = stop_seconds
        self._signals = 0

    def run(self) -> None:
        """Keep the parts alive until SIGTERM or SIGINT, then stop them; a second signal kills at once."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        try:
            while not self._signals:
                for child in self.children:
                    child.look_after(time.monotonic())
                time.sleep(TICK_SECONDS)
        finally:
            self._stop()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1

    def _stop(self) -> None:
        logger.info("stopping")
        for child in reversed(self.children):
            child.ask_to_stop()
        until = time.monotonic() + self._stop_seconds
        while any(child.alive for child in self.children):
            if time.monotonic() >= until or self._signals > 1:
                break
            time.sleep(TICK_SECONDS)
        for child in self.children:
            if child.alive:
                logger.warning("%s did not stop in time, it is killed", child.part.name)
            child.signal_group(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()


def with_parent(parent: int, niceness: int = 0) -> Callable[[], None]:
    """Return a `preexec_fn` by which a child process ends with its parent (Linux), and is modest."""
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def prepare() -> None:
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)  # the parent died while we were being born
        if niceness:
            os.nice(niceness)

    return prepare
