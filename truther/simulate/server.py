"""The real web process over the throw-away folder that the settings name."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from truther.config import ROOT, config
from truther.engine import parts
from truther.engine.supervise import Part, with_parent

PATIENCE_SECONDS = 60.0


class ServerAway(RuntimeError):
    """The web process did not start, or ended before its time."""


@contextmanager
def served() -> Iterator[str]:
    """Run the web process while the body runs; yields its address.

    Raises:
        ServerAway: it did not answer in time.
    """
    (config.data_dir / "static").mkdir(exist_ok=True)  # WhiteNoise warns of a missing one
    [web] = parts.build(config, ("web",))
    process = subprocess.Popen(
        list(web.command),
        cwd=ROOT,
        env=os.environ | web.environment,
        stdin=subprocess.DEVNULL,
        preexec_fn=with_parent(os.getpid()),
    )
    try:
        _wait_for(web, process)
        yield f"http://{config.host}:{config.port}"
    finally:
        process.terminate()
        process.wait()


def _wait_for(web: Part, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not (web.healthy and web.healthy()):
        if process.poll() is not None or time.monotonic() > until:
            raise ServerAway("The web process did not start; what it said stands above.")
        time.sleep(0.1)
