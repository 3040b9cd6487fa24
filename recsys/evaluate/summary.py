"""The document of an evaluation as tables: models in rows, what people compare in columns."""

from collections.abc import Mapping
from typing import Any

from recsys.tables import Cell, Table

Document = Mapping[str, Any]


def tables(document: Document) -> list[Table]:
    """Lists, predicted values (where there are any), groups, costs and tests (where there are any)."""
    made = [_lists(document), _values(document), _groups(document), _costs(document), _tests(document)]
    return [table for table in made if table.rows]


def spread(value: Mapping[str, Any] | None) -> str | None:
    """A mean with its interval: ".4560 (.4410-.4700)"."""
    if value is None or value["mean"] is None:
        return None
    ends = [value[end] for end in ("mean", "low", "high")]
    mean, low, high = (f"{end:.4f}" for end in ends)
    return f"{mean} ({low} to {high})"


def _lists(document: Document) -> Table:
    n = str(document["main_n"])
    rows: list[dict[str, Cell]] = [
        {
            "model": model["spec"],
            f"NDCG@{n}": spread(model["at"][n]["ndcg"]),
            f"P@{n}": spread(model["at"][n]["precision"]),
            f"R@{n}": model["at"][n]["recall"]["mean"],
            f"HR@{n}": model["at"][n]["hr"]["mean"],
            f"ARHR@{n}": model["at"][n]["arhr"]["mean"],
            "MRR": model["overall"]["mrr"]["mean"],
            "AUC": model["overall"]["auc"]["mean"],
            f"coverage@{n}": model["coverage"][n],
            f"novelty@{n} bits": model["novelty"][n],
        }
        for model in document["models"]
    ]
    runs = document["runs"]
    users, empty = (sum(run[name] for run in runs) for name in ("test_users", "users_without_relevant"))
    notes = [
        document["scheme"]["sentence"],
        f"{users} lists in {len(runs)} runs; {empty} had nothing relevant to find and count only in P@{n}.",
        f"In brackets: {document['level']:.0%} bootstrap intervals over users.",
    ]
    return Table("Lists from the full catalogue", rows, notes)


def _values(document: Document) -> Table:
    rows: list[dict[str, Cell]] = [
        {
            "model": model["spec"],
            "RMSE": spread(model["ratings"]["rmse"]),
            "MAE": spread(model["ratings"]["mae"]),
            "MSE": model["ratings"]["mse"]["mean"],
            "coverage": model["ratings"]["coverage"],
        }
        for model in document["models"]
        if model["ratings"] is not None
    ]
    return Table(
        "Predicted values, over all hidden pairs that have a prediction (coverage: their share)", rows
    )


def _groups(document: Document) -> Table:
    n = document["main_n"]
    rows: list[dict[str, Cell]] = []
    for model in document["models"]:
        ranges = [(_range(part), part) for part in model["by_history"]]
        for name, part in [*model["groups"].items(), *ranges]:
            metrics = part["metrics"]
            if metrics[f"ndcg@{n}"] == model["at"][str(n)]["ndcg"]:
                continue  # everybody is in this group
            rows.append(
                {
                    "model": model["spec"],
                    "group": name.replace("_", " "),
                    "users": part["users"],
                    f"NDCG@{n}": spread(metrics[f"ndcg@{n}"]),
                    f"R@{n}": metrics[f"recall@{n}"]["mean"],
                    f"HR@{n}": metrics[f"hr@{n}"]["mean"],
                    "AUC": metrics["auc"]["mean"],
                }
            )
    return Table("Seen and unseen users and items, and users by what they showed", rows)


def _range(part: Mapping[str, Any]) -> str:
    low, high = part["from"], part["to"]
    return (
        f"{low} or more shown" if high is None else f"{low} shown" if low == high else f"{low}-{high} shown"
    )


def _costs(document: Document) -> Table:
    rows: list[dict[str, Cell]] = [
        {
            "model": model["spec"],
            "fit CPU s": model["cpu_seconds"]["fit"],
            "predict CPU s": model["cpu_seconds"]["predict"],
            "us a user": model["cpu_seconds"]["predict_us_per_user"],
            "peak MB": model["memory_mb"]["peak"],
            "above start MB": model["memory_mb"]["above_start"],
        }
        for model in document["models"]
    ]
    notes = [
        "Seconds of all threads, median of runs; a first fit may include compiling kernels.",
        f"Memory: {document['models'][0]['memory_mb']['means']}.",
    ]
    return Table("Costs", rows, notes)


def _tests(document: Document) -> Table:
    rows: list[dict[str, Cell]] = [
        {
            "metric": test["metric"],
            "model": test["model"],
            "difference": spread(test),
            "p": test["p"],
            "p (Holm)": test["p_holm"],
            "users": test["users"],
        }
        for test in document["tests"]
    ]
    return Table(f"Differences from {document['baseline']}, paired by user", rows)
