"""Simulations in processes of their own: settings are read once, and each one needs its own data folder."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from truther.config import ROOT
from truther.engine.supervise import with_parent
from truther.simulate.plan import Plan

# What of the surroundings is under test; everything else of the house stays out of a simulation.
UNDER_TEST = ("AUDIT_SHARE", "RANDOM_SHARE", "GOLD_DOSE", "DULL_SHARE", "DOSED_SESSIONS", "LEASE_SECONDS")
Result = dict[str, Any]  # truther.simulate.run.Result as JSON has it


class Failed(RuntimeError):
    """A simulation did not come to its end; what went wrong stands on standard error."""


def simulate_apart(plan: Plan) -> Result:
    """Run one simulation in a throw-away folder and return its result.

    Raises:
        Failed: it did not come to its end.
    """
    with tempfile.TemporaryDirectory(prefix="truther-simulation-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "truther.simulate", json.dumps(asdict(plan))],
            cwd=ROOT,
            env=surroundings(Path(folder), plan),
            stdout=subprocess.PIPE,
            check=False,
            preexec_fn=with_parent(os.getpid()),
        )
    if done.returncode:
        raise Failed(f"The simulation of {plan.rule} ended with status {done.returncode}.")
    result: Result = json.loads(done.stdout)
    return result


def surroundings(folder: Path, plan: Plan) -> dict[str, str]:
    """Return the environment of a simulation: a house in a folder of its own, its clock in our hands."""
    names = {f"TRUTHER_{name}" for name in UNDER_TEST}
    kept = {
        name: value for name, value in os.environ.items() if name in names or not name.startswith("TRUTHER_")
    }
    own = {
        "PROFILE": "demo",
        "DATA_DIR": str(folder),
        "ALLOWED_HOSTS": "127.0.0.1",
        "HOST": "127.0.0.1",
        "PORT": str(_free_port()),
        "TIME_ZONE": "UTC",
        "WEB_WORKERS": "1",  # requests come one after the other: a second would only wait
        "BATCH_SIZE": str(plan.size),
        "SIMULATED_CLOCK": "true",
    }
    return kept | {f"TRUTHER_{name}": value for name, value in own.items()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
