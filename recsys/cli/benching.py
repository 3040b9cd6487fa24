"""`bench NAME`: the measurements in recsys/bench, each with options of its own."""

import argparse
from importlib import import_module
from importlib.util import find_spec

from recsys.cli.common import Answer, Listing, shared_options
from recsys.cli.data import add_data_options, add_feature_option, read_data
from recsys.progress import bar
from recsys.refusal import BadParameter
from recsys.tables import Table

COLD = "Rank items that nobody had yet: by pictures, by popularity, at random; a drawn town without --data."
OTHERS = {"ml-100k": "ml100k", "speed": "speed"}  # name: module with HELP, add_arguments(parser), run


def register(command: Listing) -> None:
    """List the command of this family, and a parser per benchmark below it."""
    bench = command("bench", run_bench, "Measure quality, speed and cold items; with baselines.")
    listed = bench.add_subparsers(required=True, metavar="BENCHMARK")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        shared = [shared_options(below=True)]
        parser = listed.add_parser(name, parents=shared, help=text, description=text)
        parser.set_defaults(bench=name)
        return parser

    cold = add("cold", COLD)
    cold.add_argument("--seeds", type=int, default=5, help="how many seeds, from 0 on (5)")
    add_data_options(cold, required=False)
    add_feature_option(cold)
    for name, module in OTHERS.items():
        if find_spec(f"recsys.bench.{module}") is not None:
            found = import_module(f"recsys.bench.{module}")
            found.add_arguments(add(name, found.HELP))


def run_bench(options: argparse.Namespace) -> Answer:
    """Run the benchmark that was named."""
    if options.bench == "cold":
        tables = [_cold(options)]
    else:
        module = import_module(f"recsys.bench.{OTHERS[options.bench]}")
        with bar(options.bench) as tell:
            tables = module.run(options, tell)
    return Answer({"tables": [table.json() for table in tables]}, tables)


def _cold(options: argparse.Namespace) -> Table:
    from recsys.bench.cold import run

    if options.seeds < 1:
        raise BadParameter(f"--seeds {options.seeds}: at least 1")
    if (options.data is None) != (options.features is None):
        raise BadParameter("bench cold needs both --data and --features, or neither")
    data, features = (None, None) if options.data is None else read_data(options)
    with bar("cold") as tell:
        rows = run(range(options.seeds), data=data, features=features, progress=tell)
    return Table(f"Items that nobody had yet, {options.seeds} seeds", rows)
