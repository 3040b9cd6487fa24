"""The command that lives through simulated nights."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.churn.settings import Settings
from classifier.cli.common import Answer, Listing, progress_bar
from classifier.refusal import Refusal
from classifier.runs import SHIPPED, write_whole

if TYPE_CHECKING:  # torch takes seconds to load
    from classifier.churn.night import Night

TEXTS = {
    "styles": "on offer before the first night",
    "arrivals": "new styles a night",
    "retirements": "styles a night that go out of stock",
    "archive": "photos settled before the first night",
    "photos": "posted on a day",
    "others": "share of the photos that show no dress",
    "unlisted": "share of the photos that show a dress nobody rents out",
    "exam": "photos of each style that measure every night",
    "exam_others": "photos of no style in stock that measure every night",
    "accuracy": "how often a person is right",
    "drift": "share of people's errors that follow the model's first guess",
    "audits": "share of the photos that an expert looks at again",
    "steps": "of a night's training",
    "lr": "of a night's training",
}


class Interrupted(Refusal):
    """Somebody pressed Ctrl-C; the nights that are over are kept."""


def register(command: Listing) -> None:
    """List the commands of this family."""
    text = "Live through nights of arrivals, retirements and noisy votes; a killed simulation goes on."
    live = command("simulate", simulate_nights, text)
    live.add_argument("--nights", type=int, default=14)
    live.add_argument("--seed", type=int, required=True)
    live.add_argument("--seeds", type=int, default=1, help="how many seeds, from --seed on")
    live.add_argument("--out", type=Path, required=True, metavar="DIR")
    live.add_argument(
        "--start", type=Path, default=SHIPPED, metavar="RUN", help="serves before the first night"
    )
    live.add_argument("--no-gate", action="store_true", help="promote every challenger")
    defaults = Settings()
    for name, meaning in TEXTS.items():
        value = getattr(defaults, name)
        live.add_argument(
            f"--{name.replace('_', '-')}", type=type(value), default=value, help=f"{meaning} ({value})"
        )


def simulate_nights(options: argparse.Namespace) -> Answer:
    """Simulate, seed after seed, and report them together."""
    from classifier.churn.report import draw, night_table, seeds_table, why_table
    from classifier.churn.simulate import simulate

    lived: dict[int, list[Night]] = {}
    chosen = {name: getattr(options, name) for name in TEXTS}
    for seed in range(options.seed, options.seed + options.seeds):
        settings = Settings(seed=seed, gated=not options.no_gate, **chosen)
        with progress_bar(f"seed {seed}", "nights") as show:

            def report(night: "Night", nights: int) -> None:
                show(night.number, nights, f"{night.decision} top 3 {night.marks['serving'].top3 or 0:.3f}")

            folder = options.out / f"seed-{seed}"
            try:
                lived[seed] = simulate(
                    folder,
                    settings,
                    nights=options.nights,
                    start=options.start,
                    device=options.device,
                    on_night=report,
                )
            except KeyboardInterrupt:
                said = f"{folder} keeps the nights that are over; the same command goes on from there"
                raise Interrupted(said) from None
    draw(options.out / "churn.svg", lived)
    tables = [seeds_table(lived)]
    for seed, nights in lived.items():
        tables += [night_table(nights, f"Seed {seed}"), why_table(nights)]
    document = {str(seed): [asdict(night) for night in nights] for seed, nights in lived.items()}
    write_whole(options.out / "churn.json", (json.dumps(document, indent=1) + "\n").encode())
    write_whole(
        options.out / "churn.md", "".join(f"{t.title}\n\n{t.markdown()}\n\n" for t in tables).encode()
    )
    answer: Answer = {"plots": str(options.out / "churn.svg"), "record": str(options.out / "churn.json")}
    return (
        answer
        | {"tables": [table.json() for table in tables]}
        | ({"seeds": document} if options.json else {})
    )
