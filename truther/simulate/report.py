"""The tables in which simulations are compared."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table

from truther.rules.quality import Share

Result = Mapping[str, Any]  # truther.simulate.run.Result as JSON has it


def tables(results: Sequence[Result]) -> Iterator[Table]:
    """Return the table of the rules, a row each, then what the first rule's play shows in detail."""
    yield _rules(results)
    yield _audits(results)
    first = results[0]["figures"]
    yield _coverage(first)
    yield _habits(first)
    yield _mixture(first)


def share_of(share: Mapping[str, int], interval: Sequence[float] | None = None) -> str:
    """Write a share with its 95 % interval, its own unless another is given, and its number."""
    counted = Share(**share)
    if counted.value is None:
        return "- (n 0)"
    low, high = interval or counted.interval
    return f"{_short(counted.value)} [{_short(low)}, {_short(high)}] (n {counted.n})"


def _rules(results: Sequence[Result]) -> Table:
    plan = results[0]["plan"]
    title = (
        f"{plan['people']} people, {plan['days']} working days, {plan['votes']} votes, seed {plan['seed']}"
    )
    table = _table(
        title,
        *("rule", "golden right", "on hard photos", "with the expert", "votes a photo", "spent", "settled"),
        *("contested", "open", "late", "repeats", "votes/s"),
    )
    for result in results:
        figures, labels = result["figures"], result["figures"]["labels"]
        photos = figures["coverage"][0]["measured"]["photos"]
        table.add_row(
            result["plan"]["rule"],
            share_of(labels["by_people"]),
            share_of(labels["on_hard"]),
            _short(Share(**labels["by_all"]).value),
            f"{labels['votes_each']:.2f}",
            f"{figures['votes'] / labels['settled']:.2f}" if labels["settled"] else "-",
            _short(labels["settled"] / photos),
            _short(labels["expert"] / photos),
            _short(labels["undecided"] / photos),
            f"{figures['late']} of {figures['votes']}",
            f"{result['repeats']} of {result['serves']}",
            f"{result['pace']['votes_per_second']:.0f}",
        )
    return table


def _audits(results: Sequence[Result]) -> Table:
    table = _table("the audit beside the truth", "rule", "drawn", "measured", "truth", "inside")
    for result in results:
        audit = result["figures"]["audit"]
        table.add_row(
            result["plan"]["rule"],
            str(audit["drawn"]),
            share_of(audit["measured"], audit["interval"]),
            _short(Share(**audit["truth"]).value),
            "yes" if audit["inside"] else "no",
        )
    return table


def _coverage(figures: Result) -> Table:
    others = figures["coverage"][0]["queues"]
    table = _table("photos without a look", "looks a photo", "measured", *others, "one look, measured")
    for moment in figures["coverage"]:
        here = moment["measured"]
        none = [each["none"] / each["photos"] for each in (here, *moment["queues"].values())]
        row = [here["looks"] / here["photos"], *none, here["one"] / here["photos"]]
        table.add_row(f"{row[0]:.2f}", *(_short(share) for share in row[1:]))
    return table


def _habits(figures: Result) -> Table:
    table = _table(
        "people",
        *("kind", "people", "votes", "right", "estimated", "places 1, 2, 3", "chi-square", "p"),
        *("wrong, the model's first", "by chance"),
    )
    everybody = {
        "kind": "everybody",
        "people": "",
        "votes": figures["votes"],
        "right": None,
        "estimated": None,
    }
    for habit in (*figures["habits"], everybody | {"anchoring": figures["anchoring"]}):
        pull = habit["anchoring"]
        table.add_row(
            habit["kind"],
            str(habit["people"]),
            str(habit["votes"]),
            share_of(habit["right"]) if habit["right"] else "",
            _short(habit["estimated"]) if habit["right"] else "",
            " ".join(map(str, pull["places"])),
            f"{pull['even']['statistic']:.1f}",
            _short(pull["even"]["p"]),
            share_of(pull["to_favourite"]),
            _short(pull["by_chance"]),
        )
    return table


def _mixture(figures: Result) -> Table:
    table = _table("what was dealt", "what", "")
    for reason, count in figures["reasons"].items():
        table.add_row(f"serves: {reason}", str(count))
    for place, share in figures["gold"].items():
        table.add_row(f"gold among a person's answers {place}", share_of(share))
    for arm, (sittings, votes) in figures["arms"].items():
        table.add_row(f"arm {arm}", f"{sittings} sittings of {votes:.1f} votes")
    table.add_row("walk", figures["walk"])
    return table


def _table(title: str, *columns: str) -> Table:
    return Table(*columns, title=title, title_justify="left", box=None, pad_edge=False)


def _short(value: float | None) -> str:
    """Write a share with three digits and no zero before the point."""
    return "-" if value is None else f"{value:.3f}".removeprefix("0")
