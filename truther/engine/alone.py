"""One part of the engine by itself, while something is measured against it."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from truther.config import ROOT
from truther.engine.supervise import Part, with_parent

PATIENCE_SECONDS = 60.0


class PartAway(RuntimeError):
    """The process did not start, or ended before its time."""


@contextmanager
def running(part: Part) -> Iterator[None]:
    """Run one part while the body runs, and end it with the caller, however the caller ends.

    Raises:
        PartAway: it was not healthy in time.
    """
    process = subprocess.Popen(
        list(part.command),
        cwd=ROOT,
        env=os.environ | part.environment,
        stdin=subprocess.DEVNULL,
        preexec_fn=with_parent(os.getpid()),
    )
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while not (part.healthy and part.healthy()):
            if process.poll() is not None or time.monotonic() > until:
                raise PartAway(f"The {part.name} process did not start; what it said stands above.")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()
