"""Commands that answer for one or many users: recommend, explain, similar."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from recsys.cli.common import Answer, Listing
from recsys.cli.data import read_ids
from recsys.cli.keeping import add_model_options, fitted
from recsys.data import Interactions
from recsys.models.base import Recommender
from recsys.models.ranked import Explanation, Ranked, Reason
from recsys.refusal import BadParameter
from recsys.tables import Cell, Table

REASONS = {
    Reason.MODEL: "from the user's own history",
    Reason.POPULAR: "popular lately, as the history says nothing",
}
BECAUSE = 3  # how many of the user's items a reason names


def register(command: Listing) -> None:
    """List the commands of this family."""
    listing = command("recommend", recommend, "The best items for users, with scores and reasons.")
    listing.add_argument("users", nargs="*", metavar="USER", help="ids of users of the data")
    listing.add_argument("--all", action="store_true", help="every user of the data")
    listing.add_argument(
        "--had", nargs="+", metavar="ITEM[=VALUE]", help="a new user with this history, without a new fit"
    )
    listing.add_argument("--n", type=int, default=10, help="length of each list (10)")
    listing.add_argument("--again", action="store_true", help="also list what the user had already")
    listing.add_argument(
        "--only", type=Path, metavar="FILE", help="ids of items that may be listed, one a line"
    )
    listing.add_argument("--never", type=Path, metavar="FILE", help="ids of items that may not")
    listing.add_argument("--why", action="store_true", help=f"name up to {BECAUSE} items behind each score")
    add_model_options(listing)

    reason = command("explain", explain, "Take one score apart into what each of the user's items added.")
    reason.add_argument("of_user", metavar="USER")
    reason.add_argument("of_item", metavar="ITEM")
    add_model_options(reason)

    alike = command("similar", similar, "Items most like one, or users most like one.")
    alike.add_argument("id", metavar="ID", help="of an item; of a user with --users")
    alike.add_argument("--users", action="store_true", help="users instead of items")
    alike.add_argument("--n", type=int, default=10)
    add_model_options(alike)


def recommend(options: argparse.Namespace) -> Answer:
    """Lists for users."""
    if sum(map(bool, (options.users, options.all, options.had))) != 1:
        raise BadParameter("say for whom: ids of users, or --all, or --had with what a new user had")
    model, data = fitted(options)
    rows = None if options.had else np.arange(data.n_users) if options.all else data.users.rows(options.users)
    history = _history(options.had, data) if options.had else None
    ranked = model.recommend(
        rows,
        history,
        N=options.n,
        filter_already_liked_items=not options.again,
        items=read_ids(options.only, data.items),
        exclude=read_ids(options.never, data.items),
    )
    if options.why and not model.explains:
        raise BadParameter(f"{model.name} does not explain its scores: leave out --why")
    lists = []
    for at, reason in enumerate(ranked.reasons):
        user = None if rows is None else int(rows[at])
        past = history if history is not None else model.histories_of(np.array([user]))
        entries = _entries(ranked, at, data)
        if options.why and reason is Reason.MODEL:
            for entry in entries:
                entry["because"] = _because(model, data, past, entry["item"])
        lists.append(
            {
                "user": None if user is None else data.users[user],
                "reason": REASONS[reason],
                "short": len(entries) < options.n,
                "items": entries,
            }
        )
    document = {"model": model.name, "params": model.get_params(), "n": options.n, "lists": lists}
    return Answer(document, [_lists_table(model.name, lists)] if lists else [], _short(lists, options.n))


def explain(options: argparse.Namespace) -> Answer:
    """One score taken apart."""
    model, data = fitted(options)
    [user], [item] = data.users.rows([options.of_user]), data.items.rows([options.of_item])
    found = model.explain(int(item), user=int(user))
    parts = _parts(found, data)
    total = found.base + float(np.sum(found.parts))
    document = {
        "model": model.name,
        "user": data.users[int(user)],
        "item": data.items[int(item)],
        "score": found.score,
        "base": found.base,
        "parts": parts,
        "sum": total,
    }
    rows = [
        {"from": "(base)", "adds": found.base},
        *({"from": str(p["item"]), "adds": p["adds"]} for p in parts),
    ]
    title = f"Why {document['item']} for {document['user']}: score {found.score:.4f} by {model.name}"
    return Answer(document, [Table(title, rows, [f"Sum: {total:.4f}."])])


def similar(options: argparse.Namespace) -> Answer:
    """What is most like one."""
    model, data = fitted(options)
    ids = data.users if options.users else data.items
    [row] = ids.rows([options.id])
    ranked = (
        model.similar_users(options.n, user=int(row))
        if options.users
        else model.similar_items(int(row), options.n)
    )
    pairs = zip(ranked.items[0].tolist(), ranked.scores[0].tolist(), strict=True)
    rows = [{ids.kind: ids[column], "likeness": score} for column, score in pairs if column >= 0]
    title = f"{ids.kind}s most like {options.id}, by {model.name}"
    document = {"model": model.name, "of": ids[int(row)], "kind": ids.kind, "similar": rows}
    return Answer(document, [Table(title, rows)])


def _history(had: list[str], data: Interactions) -> csr_array:
    """(1, I) from ITEM or ITEM=VALUE."""
    values: dict[int, float] = {}
    for part in had:
        name, equals, value = part.rpartition("=")
        try:
            number = float(value) if equals else 1.0
        except ValueError:
            raise BadParameter(f"--had {part!r}: an item, or item=value with a number") from None
        if not np.isfinite(number):
            raise BadParameter(f"--had {part!r}: a finite value")
        values[int(data.items.rows([name if equals else part])[0])] = number
    if data.valued and not any("=" in part for part in had):
        raise BadParameter("--had: the data has values, so say how the user rated each, item=value")
    columns = sorted(values)
    cells = (np.array([values[column] for column in columns]), (np.zeros(len(columns), int), columns))
    return csr_array(cells, shape=(1, data.n_items))


def _entries(ranked: Ranked, at: int, data: Interactions) -> list[dict[str, Any]]:
    pairs = zip(ranked.items[at].tolist(), ranked.scores[at].tolist(), strict=True)
    return [{"item": data.items[column], "score": score} for column, score in pairs if column >= 0]


def _because(model: Recommender, data: Interactions, history: csr_array, item: Any) -> list[dict[str, Any]]:
    found = model.explain(int(data.items.rows([item])[0]), history=history)
    return [part for part in _parts(found, data) if part["adds"] > 0][:BECAUSE]


def _parts(found: Explanation, data: Interactions) -> list[dict[str, Any]]:
    pairs = zip(found.items.tolist(), found.parts.tolist(), strict=True)
    return [{"item": data.items[column], "adds": adds} for column, adds in pairs]


def _lists_table(name: str, lists: list[dict[str, Any]]) -> Table:
    rows: list[dict[str, Cell]] = []
    for one in lists:
        for rank, entry in enumerate(one["items"], start=1):
            row: dict[str, Cell] = {
                "user": str(one["user"] if one["user"] is not None else "(new)"),
                "rank": rank,
            }
            row |= {"item": str(entry["item"]), "score": entry["score"], "reason": one["reason"]}
            if "because" in entry:
                row["because of"] = ", ".join(str(part["item"]) for part in entry["because"])
            rows.append(row)
    return Table(f"Recommended by {name}", rows)


def _short(lists: list[dict[str, Any]], n: int) -> list[str]:
    count = sum(one["short"] for one in lists)
    return (
        [f"{count} of {len(lists)} lists are shorter than {n}: no more candidates were left."]
        if count
        else []
    )
