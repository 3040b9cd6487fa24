"""Rentals of the demo: invented customers whose tastes are known, beside the owners of its photos."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.synthetic import PostSpec, StyleSpec

TRAITS = ("silhouette", "colour", "length", "pattern", "sleeve", "neckline")
FASHIONS = 6
LIKED = 3  # traits that a fashion is about, each with a third of its words
SIZES = ("XS", "S", "M", "L")
SPAN_DAYS = 540
LOAN = timedelta(days=5)
FIELDS = ("customer", "sku", "size", "rented_at", "returned_at")
Row = tuple[str, str, str, str, str]
Tastes = dict[str, dict[str, float]]  # trait, word of it, how much it pleases


@dataclass
class Customer:
    """One invented customer; `tastes` says how much each word of a trait pleases her."""

    name: str
    size: str
    tastes: Tastes
    rentals: list[Row] = field(default_factory=list)

    def utility(self, attributes: Mapping[str, str]) -> float:
        """How much a dress pleases her: the truth that recommenders are to find."""
        return sum(words.get(attributes.get(trait, ""), 0.0) for trait, words in self.tastes.items())


def design_rentals(
    styles: Sequence[StyleSpec], posts: Sequence[PostSpec], *, seed: int, newest_at: datetime
) -> list[Customer]:
    """Invent two customers a style, and let them rent what pleases them from what is there.

    Owners of photos come first: they rented what they show, and like what it has.
    """
    random = np.random.default_rng([seed, 5])
    fashions, worn = _fashions(random, styles), _worn(styles, posts)
    others = [f"customer_{number:04d}" for number in range(max(0, 2 * len(styles) - len(worn)))]
    charm = random.gumbel(size=len(styles)) * 0.7  # what everybody sees in a dress
    away: dict[tuple[str, str], list[datetime]] = {}
    customers = []
    for name in [*worn, *others]:
        size = str(random.choice(SIZES))
        customer = Customer(name, size, _tastes(random, fashions))
        for style, moment in worn.get(name, ()):
            _add(customer, style, moment - timedelta(days=3), away)
            for trait in customer.tastes:
                word = style.attributes.get(trait, "")
                customer.tastes[trait][word] = customer.tastes[trait].get(word, 0.0) + 0.5
        _rent(customer, styles, charm, random, newest_at, away)
        customers.append(customer)
    return customers


def write_rentals(folder: Path, customers: Sequence[Customer]) -> Path:
    """Write rentals.csv as a shop exports it, and tastes.jsonl, which no room reads; return the first."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "tastes.jsonl").open("w", encoding="utf-8") as file:
        for one in customers:
            file.write(json.dumps({"customer": one.name, "size": one.size, "tastes": one.tastes}) + "\n")
    path = folder / "rentals.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(FIELDS)
        rows = sorted((row for one in customers for row in one.rentals), key=itemgetter(3))
        writer.writerows(rows)
    return path


def read_tastes(folder: Path) -> Iterator[Customer]:
    """Read the customers back, without their rentals."""
    for line in (folder / "tastes.jsonl").read_text(encoding="utf-8").splitlines():
        facts: dict[str, Any] = json.loads(line)
        yield Customer(facts["customer"], facts["size"], facts["tastes"])


def _worn(
    styles: Sequence[StyleSpec], posts: Sequence[PostSpec]
) -> dict[str, list[tuple[StyleSpec, datetime]]]:
    """What each owner of photos shows, by owner."""
    by_sku = {style.sku: style for style in styles}
    worn: dict[str, list[tuple[StyleSpec, datetime]]] = {}
    for post in sorted(posts, key=lambda post: (post.taken_at, post.post_id)):
        mine = worn.setdefault(post.owner, [])
        if post.pictures[0].kind == "dress":
            mine.append((by_sku[post.pictures[0].sku], post.taken_at))
    return worn


def _fashions(random: np.random.Generator, styles: Sequence[StyleSpec]) -> list[Tastes]:
    """A few tastes that many share: without any, nobody could be told by what others like her rented."""
    fashions = []
    for _ in range(FASHIONS):
        fashion: Tastes = {}
        for trait in random.choice(TRAITS, LIKED, replace=False).tolist():
            words = sorted({style.attributes.get(trait, "") for style in styles})
            liked = random.choice(words, max(1, len(words) // 3), replace=False).tolist()
            fashion[trait] = dict.fromkeys(liked, 1.5)
        fashions.append(fashion)
    return fashions


def _tastes(random: np.random.Generator, fashions: Sequence[Tastes]) -> Tastes:
    """One fashion as one customer sees it."""
    fashion = fashions[int(random.integers(len(fashions)))]
    return {
        trait: {word: round(liking * float(0.6 + 0.8 * random.random()), 3) for word, liking in words.items()}
        for trait, words in fashion.items()
    }


def _rent(
    customer: Customer,
    styles: Sequence[StyleSpec],
    charm: NDArray[np.float64],
    random: np.random.Generator,
    newest_at: datetime,
    away: dict[tuple[str, str], list[datetime]],
) -> None:
    """Let one customer rent now and then, the best of what is there and that she has not had."""
    pleases = charm + [customer.utility(style.attributes) for style in styles]
    days = np.sort(random.integers(1, SPAN_DAYS, 2 + int(random.poisson(6))))[::-1]
    for day in days.tolist():
        moment = newest_at - timedelta(days=day, minutes=int(random.integers(600)))
        seen = pleases + random.gumbel(size=len(styles))
        for place in np.argsort(-seen).tolist():
            if _can_have(customer, styles[place], moment, away):
                _add(customer, styles[place], moment, away)
                break


def _can_have(
    customer: Customer, style: StyleSpec, moment: datetime, away: dict[tuple[str, str], list[datetime]]
) -> bool:
    there = style.acquired_on <= moment.date() and (
        style.retired_on is None or style.retired_on > moment.date()
    )
    free = all(abs(moment - other) > LOAN for other in away.get((style.sku, customer.size), ()))
    return there and free and all(row[1] != style.sku for row in customer.rentals)


def _add(
    customer: Customer, style: StyleSpec, moment: datetime, away: dict[tuple[str, str], list[datetime]]
) -> None:
    away.setdefault((style.sku, customer.size), []).append(moment)
    back = (moment + LOAN).isoformat()
    customer.rentals.append((customer.name, style.sku, customer.size, moment.isoformat(), back))
