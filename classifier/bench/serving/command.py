"""The options of `bench serving`, and the order in which it measures."""

import argparse
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from classifier.bench.serving.crowd import Crowd
    from classifier.bench.serving.process import ModelProcess
    from classifier.tables import Row

HELP = "Serve over HTTP under load, beside a bare decode and forward loop."
CLIENTS = (1, 32)
SWAP_CLIENTS = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what serves, what is asked, and how often."""
    parser.add_argument("--run", type=Path, help="the run that serves (default: the shipped one)")
    parser.add_argument("--trunk", help="serve a net of this trunk with random weights instead")
    parser.add_argument("--size", type=int, default=224, help="of its frames, in pixels")
    parser.add_argument("--styles", type=int, default=5_000, help="prototypes in the index")
    parser.add_argument("--pictures", type=Path, help="a folder of JPEGs (default: drawn, 1080 x 1350)")
    parser.add_argument("--count", type=int, default=24, help="pictures to draw")
    parser.add_argument("--requests", type=int, default=400, help="in each round")
    parser.add_argument("--rounds", type=int, default=3, help="bare and served in turn; the median counts")
    parser.add_argument("--decoders", type=int, default=2, help="threads of the model process that decode")
    parser.add_argument("--precision", choices=("auto", "bf16", "fp32"), default="auto")
    parser.add_argument("--swap", action="store_true", help="change the champion under load as well")
    parser.add_argument("--swaps", type=int, default=4, help="how often")
    parser.add_argument("--seed", type=int, default=1)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure bare loops and the served model in turn, then latencies, memory and, if asked for, swaps."""
    from classifier.bench.serving import process, scene
    from classifier.tables import Table

    with tempfile.TemporaryDirectory(prefix="bench-serving-") as name:
        folder = Path(name)
        pictures = scene.pictures(options.pictures, options.count, options.seed)
        champion = scene.champion(folder, options)
        with process.serving(folder, threads=options.threads or 1, options=options) as served:
            answer = measured(served, champion, pictures, options)
            if options.swap:
                answer["tables"].append(swapped(served, champion, pictures, options))
    return answer | {"tables": [Table(**table).json() for table in answer["tables"]]}


def measured(
    served: "ModelProcess", champion: Path, pictures: list[bytes], options: argparse.Namespace
) -> dict[str, Any]:
    """Throughput against the bare loops round by round, and what each number of clients waits."""
    from classifier.bench.serving.bare import Bare
    from classifier.bench.serving.crowd import ask

    bare = Bare(champion, served.index, pictures, precision=options.precision, threads=options.threads or 0)
    loops = {"one after the other": bare.plainly, "decoding in threads": bare.in_threads}
    rounds: list[dict[str, float]] = []
    crowds: dict[int, list[Crowd]] = {clients: [] for clients in CLIENTS}
    for _ in range(options.rounds):
        rounds.append({})
        for name, loop in loops.items():
            rounds[-1][name], rounds[-1][f"{name}, CPU"] = loop(options.requests)
        for clients in CLIENTS:
            asked = options.requests if clients > 1 else max(20, options.requests // 4)
            before = served.cpu_seconds()
            crowd = ask(served.port, pictures, clients=clients, requests=asked)
            crowds[clients].append(crowd)
            rounds[-1][f"served, clients: {clients}"] = crowd.per_second
            rounds[-1][f"served, clients: {clients}, CPU"] = (served.cpu_seconds() - before) / asked
    tables = [
        {"title": THROUGHPUT, "rows": throughput(rounds, list(loops))},
        {"title": "Waiting, in milliseconds", "rows": [waiting(n, found) for n, found in crowds.items()]},
    ]
    failed = sum(crowd.failed for found in crowds.values() for crowd in found)
    facts = served.health() | {
        "failed": failed,
        "peak_mb": served.peak_mb(),
        "precision_of_bare": bare.precision,
    }
    return {"served": facts, "tables": tables}


THROUGHPUT = "Pictures a second, and CPU milliseconds a picture (the clients' own not counted)"


def throughput(rounds: list[dict[str, float]], loops: list[str]) -> list["Row"]:
    """The bare loops and the served model; ratios are of the medians of the rounds' own ratios."""
    rows: list[Row] = []
    for name in (*loops, *(f"served, clients: {clients}" for clients in CLIENTS)):
        row: dict[str, Any] = {"": name}
        row["a second"] = statistics.median(each[name] for each in rounds)
        row["CPU ms"] = statistics.median(each[f"{name}, CPU"] for each in rounds) * 1000
        for loop in loops if name not in loops else ():
            row[f"/ {loop}"] = statistics.median(each[name] / each[loop] for each in rounds)
            cpu = statistics.median(each[f"{loop}, CPU"] / each[f"{name}, CPU"] for each in rounds)
            row[f"CPU / {loop}"] = cpu
        rows.append(row)
    return rows


def waiting(clients: int, crowds: list["Crowd"]) -> "Row":
    """What clients wait, and what the answers say of where the time went, on average."""
    milliseconds = sorted(each for crowd in crowds for each in crowd.milliseconds)
    timings = [each for crowd in crowds for each in crowd.timings]
    row: dict[str, Any] = {"clients": clients, "p50": at(milliseconds, 0.5), "p95": at(milliseconds, 0.95)}
    for name in ("decode", "queue", "forward", "search", "total"):
        row[name] = statistics.fmean(each[name] for each in timings)
    row["HTTP"] = statistics.fmean(milliseconds) - row["total"]
    return row


def swapped(
    served: "ModelProcess", champion: Path, pictures: list[bytes], options: argparse.Namespace
) -> dict[str, Any]:
    """Two champions change places while clients ask without a pause; not one request may fail."""
    from classifier.bench.serving.crowd import Asking
    from classifier.ship import ship

    other = served.folder / "other"  # never beside the run: that is somebody's folder
    ship(champion, other)
    served.offer(other)
    asking = Asking(served.port, pictures, clients=SWAP_CLIENTS)
    for number in range(options.swaps):
        served.promote((other, champion)[number % 2])
        served.wait_for((other, champion)[number % 2].name)
    crowd = asking.stop()
    rows = [
        {
            "swaps": options.swaps,
            "clients": SWAP_CLIENTS,
            "requests": len(crowd.milliseconds) + crowd.failed,
            "failed": crowd.failed,
            "versions": len(crowd.versions),
            "p50": at(sorted(crowd.milliseconds), 0.5),
            "p95": at(sorted(crowd.milliseconds), 0.95),
            "worst": max(crowd.milliseconds),
        }
    ]
    return {"title": "Champion changed under load (milliseconds)", "rows": rows}


def at(ordered: list[float], share: float) -> float:
    """The value below which this share lies."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
