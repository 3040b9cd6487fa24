"""The processes that make up Truther: what each runs, and how to see that it is well.

`python -m truther.engine.parts web` exits with 0 when that part is well: a container's health check.
"""

import http.client
import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from truther.config import ROOT, Config, config
from truther.engine import clock
from truther.engine.supervise import Part

TIMEOUT_SECONDS = 2.0
NAMES = ("web", "model", "worker", "train", "clock")


def build(settings: Config, names: tuple[str, ...]) -> list[Part]:
    """Return the named parts, in the order they are started."""
    makers: dict[str, Callable[[Config], Part]] = {
        "web": _web,
        "model": _model,
        "worker": lambda _: _worker("worker", queues="light,predict", children=2, niceness=0),
        "train": lambda _: _worker("train", queues="train", children=1, niceness=15),
        "clock": _clock,
    }
    return [makers[name](settings) for name in NAMES if name in names]


def demo_part() -> Part:
    """Return the process that takes in the rest of the demo, once, behind everything else."""
    command = (sys.executable, str(ROOT / "manage.py"), "demo", "--go-on")
    return Part("demo", command, niceness=15, once=True)


def busy_port(host: str, port: int) -> bool:
    """Say whether another program listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def answers(host: str, port: int, *, host_header: str, highest_status: int = 599) -> bool:
    """Say whether a server answers GET /healthz in time with at most that status."""
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": host_header})
        return connection.getresponse().status <= highest_status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def near(host: str) -> str:
    """Return the address at which this machine reaches what listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, never bound)


def _web(settings: Config) -> Part:
    # One thread a process: threads that share the interpreter's lock all end late, and hold the database's
    # lock meanwhile (two processes of four threads: a batch of votes p95 77 ms, of one 28; 200 people).
    # Four processes, so that a slow page holds up one in four.
    options = {
        "--host": settings.host,
        "--port": str(settings.port),
        "--workers": str(settings.web_workers),
        "--blocking-threads": "1",
        "--backlog": "4096",
        "--backpressure": "2048",
        "--log-level": "warning",
    }
    here, name = near(settings.host), settings.allowed_hosts[0].lstrip(".")
    return Part(
        "web",
        (*_granian("truther.wsgi:application", options), "--respawn-failed-workers"),
        {"DJANGO_SETTINGS_MODULE": "truther.settings"},
        healthy=lambda: answers(here, settings.port, host_header=name, highest_status=499),
    )


def _model(settings: Config) -> Part:
    models = settings.data_dir / "models"
    # ASGI: a slow client holds no thread, and many pictures may be read and answered in one request.
    options = {
        "--host": settings.model_host,
        "--port": str(settings.model_port),
        "--workers": "1",
        "--http": "1",
        "--workers-kill-timeout": "20",  # what is under way is answered first
        "--log-level": "warning",
    }
    environment = {
        "CLASSIFIER_CHAMPION": str(models / "champion"),
        "CLASSIFIER_INDEX": str(models / "index-{run}.safetensors"),
        "OPENBLAS_NUM_THREADS": "1",  # NumPy's threads would spin beside the decoders
    }
    return Part(
        "model",
        (*_granian("classifier.serve.app:app", options, interface="asgi"), "--respawn-failed-workers"),
        environment,
        healthy=lambda: answers(near(settings.model_host), settings.model_port, host_header="localhost"),
    )


def _worker(name: str, *, queues: str, children: int, niceness: int) -> Part:
    command = (
        *(sys.executable, "-m", "celery", "--quiet", "-A", "truther", "worker"),
        *("--queues", queues, "--concurrency", str(children), "--hostname", f"{name}@%h"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    )
    # One thread per task: two children and the web share the same few cores.
    environment = {"OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore:You're running the worker"}
    return Part(name, command, environment, niceness=niceness)


def _clock(settings: Config) -> Part:
    command = (sys.executable, "-m", "celery", "--quiet", "-A", "truther", "beat", "--pidfile=")
    path = settings.data_dir / "clock.json"
    return Part("clock", command, healthy=lambda: _ticks(path))


def _ticks(path: Path) -> bool:
    tick = clock.last_tick(path)
    return tick is not None and datetime.now(UTC) - tick < clock.SILENT


def _granian(target: str, options: dict[str, str], *, interface: str = "wsgi") -> tuple[str, ...]:
    words = [word for option in options.items() for word in option]
    return (sys.executable, "-m", "granian", "--interface", interface, "--no-ws", *words, target)


if __name__ == "__main__":
    sys.exit(not all(part.healthy is None or part.healthy() for part in build(config, tuple(sys.argv[1:]))))
