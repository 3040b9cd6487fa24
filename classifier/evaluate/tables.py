"""Metrics for people: a few tables instead of a list of names."""

from collections.abc import Mapping

from classifier.evaluate.metrics import Metrics
from classifier.tables import Row, Table

PROBABILITIES = {
    "ece": "ECE, first candidate, all photos",
    "ece_adaptive": "the same in equally full bins",
    "ece_in_stock": "ECE, P(style | in stock)",
    "ece_cold": "the same where the first is cold",
    "ece_warm": "the same where the first is warm",
    "ece_dress": "ECE, P(dress)",
    "brier": "Brier, first candidate",
    "brier_dress": "Brier, P(dress)",
    "nll": "NLL of P(style | in stock), nats",
}


def metrics_tables(metrics: Metrics) -> list[Table]:
    """Everything measured of one run, and at the end what could not be."""
    tables = [styles_table(metrics), dress_table(metrics), unlisted_table(metrics)]
    tables.append(probabilities_table({"value": metrics}))
    tables += promises_tables(metrics)
    if metrics.why:
        rows = [{"not measured": name, "because": reason} for name, reason in metrics.why.items()]
        tables.append(Table("What is missing", rows))
    return tables


def styles_table(metrics: Metrics) -> Table:
    """Top 1 and top 3, cold and warm apart, over chance and the colour floor."""
    rows: list[Row] = [
        {"styles": "all", "n": metrics.n, "top 1": metrics.top1, "top 3": metrics.top3},
        {"styles": "cold", "n": metrics.cold_n, "top 1": metrics.cold_top1, "top 3": metrics.cold_top3},
        {"styles": "warm", "n": metrics.warm_n, "top 1": metrics.warm_top1, "top 3": metrics.warm_top3},
        {
            "styles": "colour histogram",
            "n": metrics.n,
            "top 1": metrics.colour_top1,
            "top 3": metrics.colour_top3,
        },
        {"styles": "chance", "n": metrics.n, "top 1": metrics.chance / 3, "top 3": metrics.chance},
    ]
    return Table(f"Which dress: {metrics.run} on {metrics.split}, {metrics.styles} styles on offer", rows)


def dress_table(metrics: Metrics) -> Table:
    """P(dress) against what is not one."""
    rows: list[Row] = [
        {"against": "all non-dresses", "AUROC": metrics.auroc, "FPR@95": metrics.fpr95},
        {"against": "far", "AUROC": metrics.auroc_far, "FPR@95": metrics.fpr95_far},
        {"against": "near", "AUROC": metrics.auroc_near, "FPR@95": metrics.fpr95_near},
    ]
    rows += [{"against": kind, "found": found} for kind, found in metrics.recall_by_kind.items()]
    rows[0] = {**rows[0], "found": metrics.not_dress_recall, "dresses let pass": metrics.dress_recall}
    title = f"Is it a dress: {metrics.n_not_dress} that are not, threshold {metrics.threshold:.3f}"
    return Table(title, rows)


def unlisted_table(metrics: Metrics) -> Table:
    """In stock against dresses that are not: apart, because they are dresses."""
    rows: list[Row] = [
        {"by": "best similarity", "AUROC": metrics.unlisted_auroc, "FPR@95": metrics.unlisted_fpr95},
        {
            "by": "P(in stock | dress)",
            "AUROC": metrics.unlisted_auroc_fitted,
            "FPR@95": metrics.unlisted_fpr95_fitted,
        },
    ]
    return Table(f"Is it in stock: {metrics.n_unlisted} dresses that are not", rows)


def probabilities_table(columns: Mapping[str, Metrics]) -> Table:
    """How honest the probabilities are, a column for each Metrics."""
    rows = [
        {"probabilities": text} | {name: getattr(metrics, field) for name, metrics in columns.items()}
        for field, text in PROBABILITIES.items()
    ]
    return Table("Is it as sure as it is right", rows)


def promises_tables(metrics: Metrics) -> list[Table]:
    """Conformal sets and lanes, where the run has them."""
    tables = []
    if metrics.coverage:
        rows: list[Row] = [
            {
                "group": name,
                "n": each.n,
                "promised": each.promised,
                "covered": each.covered,
                "mean size": each.size,
                "empty": each.empty,
                "quantile": each.quantile,
            }
            for name, each in metrics.coverage.items()
        ]
        tables.append(Table("Conformal sets", rows))
    if metrics.lanes:
        lanes: list[Row] = [
            {
                "lane": name,
                "share": each.share,
                "n": each.n,
                "wrong": each.wrong,
                "error": each.error,
                "promised": each.promised,
            }
            for name, each in metrics.lanes.items()
        ]
        tables.append(Table("Lanes past the people", lanes))
    return tables
