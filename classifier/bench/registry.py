"""Which benchmarks there are: `python -m classifier bench NAME` runs one of them.

A benchmark adds itself to BENCHES below. Its module is read for every command, so torch and what needs it
are imported inside `run`. The answer is one JSON document; its key "tables" (classifier.tables) is what
people see.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from classifier.bench import (
    ablations,
    clothing,
    dresses,
    folder,
    not_dress,
    promises,
    schedules,
    search,
    serving,
    suspects,
)


@dataclass(frozen=True, slots=True)
class Bench:
    """One benchmark, as the command line lists it; --json, --threads and --device are added for it."""

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], dict[str, Any]]


BENCHES: list[Bench] = [
    Bench("dresses-v1", dresses.HELP, dresses.add_arguments, dresses.run),
    Bench("not-dress", "What tells a dress from anything else.", not_dress.add_arguments, not_dress.run),
    Bench("promises", promises.HELP, promises.add_arguments, promises.run),
    Bench("clothing", clothing.HELP, clothing.add_arguments, clothing.run),
    Bench("folder", folder.HELP, folder.add_arguments, folder.run),
    Bench("search", "What looking for the nearest styles costs.", search.add_arguments, search.run),
    Bench("serving", serving.HELP, serving.add_arguments, serving.run),
    Bench("suspects", "Find labels made wrong on purpose.", suspects.add_arguments, suspects.run),
    Bench("schedules", schedules.HELP, schedules.add_arguments, schedules.run),
    Bench("ablations", ablations.HELP, ablations.add_arguments, ablations.run),
]
