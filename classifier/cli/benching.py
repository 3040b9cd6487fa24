"""`bench NAME`: the benchmarks of classifier.bench.registry."""

import argparse

from classifier.bench.registry import BENCHES
from classifier.cli.common import Answer, Listing, shared_options


def register(command: Listing) -> None:
    """List the command of this family, and a parser per benchmark below it."""
    bench = command("bench", run_bench, "Measure: one table, with baselines, seeds and intervals.")
    listed = bench.add_subparsers(required=True, metavar="BENCHMARK")
    for one in BENCHES:
        shared = [shared_options(below=True)]
        parser = listed.add_parser(one.name, parents=shared, help=one.help, description=one.help)
        one.add_arguments(parser)
        parser.set_defaults(bench=one)


def run_bench(options: argparse.Namespace) -> Answer:
    """Run the benchmark that was named."""
    answer: Answer = options.bench.run(options)
    return answer
