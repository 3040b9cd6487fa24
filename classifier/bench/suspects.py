"""`bench suspects`: labels are made wrong on purpose; how soon does the ranking find them?"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.embedded import EmbeddedSnapshot
    from classifier.predict import DeepDress

WAYS = ("random", "look-alike")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which run judges which snapshot; the run must not have learned from the snapshot's labels."""
    parser.add_argument("run", type=Path)
    parser.add_argument("snapshot", type=Path)
    parser.add_argument("--share", type=float, default=0.05, help="of the labels that are made wrong")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure both ways of going wrong, a row each way and ranking."""
    import numpy as np

    from classifier.embedded import embed_snapshot
    from classifier.predict import DeepDress
    from classifier.snapshot import read_snapshot
    from classifier.tables import Table

    model = DeepDress.load(options.run, options.device)
    embedded = embed_snapshot(model, read_snapshot(options.snapshot))
    rows = []
    for way in WAYS:
        measured = [rankings(model, embedded, way, options.share, seed) for seed in options.seeds]
        for name in measured[0]:
            figures = [each[name] for each in measured]
            mean = {key: float(np.mean([one[key] for one in figures])) for key in figures[0]}
            spread = float(np.std([one["AP"] for one in figures]))
            rows.append({"labels went wrong": way, "ranking": name} | mean | {"sd of AP": spread})
    title = f"{options.share:.0%} of the labels made wrong, {len(options.seeds)} seeds: who finds them"
    return {"run": model.version, "snapshot": embedded.snapshot.id, "tables": [Table(title, rows).json()]}


def rankings(
    model: "DeepDress", embedded: "EmbeddedSnapshot", way: str, share: float, seed: int
) -> dict[str, dict[str, float]]:
    """Average precision and precision at k for each ranking of labels made wrong in one way."""
    import numpy as np

    from classifier.suspects import find_suspects, labels_of

    truth = labels_of(embedded.snapshot.photos)
    labels = made_wrong(model, embedded, truth, way, share, seed)
    wrong = {photo for photo, label in labels.items() if truth[photo] != label}
    suspects = find_suspects(model, embedded, labels=labels)
    unlikely = sorted(suspects, key=lambda suspect: (suspect.p_label, suspect.photo))
    flagged = [suspect.photo for suspect in suspects if suspect.flagged]
    chance = np.random.default_rng(seed)
    by_lot = [suspects[place].photo for place in chance.permutation(len(suspects))]
    figures = {
        "margin (ours)": _figures([suspect.photo for suspect in suspects], wrong),
        "plain low probability": _figures([suspect.photo for suspect in unlikely], wrong),
        "random": _figures(by_lot, wrong),
    }
    hits = len(wrong & set(flagged))
    right = [s for s in suspects if s.photo in wrong and s.suggested == truth[s.photo]]
    figures["margin (ours)"] |= {
        "flagged": float(len(flagged)),
        "of them wrong": hits / max(1, len(flagged)),
        "wrong flagged": hits / max(1, len(wrong)),
        "suggestion right": len(right) / max(1, len(wrong)),
    }
    return figures


def made_wrong(
    model: "DeepDress",
    embedded: "EmbeddedSnapshot",
    truth: "Mapping[str, str]",
    way: str,
    share: float,
    seed: int,
) -> dict[str, str]:
    """Give a share of the photos another label: any style, or the one that looks most alike to the model.

    A tenth of those chosen trade places with "not a dress", as people do who tap too fast.
    """
    import numpy as np

    from classifier.suspects import NOT_DRESS

    chance = np.random.default_rng(seed)
    index = model.new_index()
    for style in embedded.snapshot.styles:
        if style.images:
            index.add(style.sku, studio=embedded.of(style.images))
    photos = {photo.photo: photo for photo in embedded.snapshot.photos}
    labels, skus = dict(truth), index.skus
    names = sorted(truth)
    for place in chance.choice(len(names), max(1, round(share * len(names))), replace=False):
        name = names[place]
        if truth[name] != NOT_DRESS and chance.random() < 0.1:
            labels[name] = NOT_DRESS
            continue
        order = np.argsort(-index.similarities(embedded.of([photos[name].image]))[0])
        others = [skus[row] for row in order if skus[row] != truth[name]]
        labels[name] = others[0] if way == "look-alike" else others[chance.integers(len(others))]
    return labels


def _figures(photos: list[str], wrong: set[str]) -> dict[str, float]:
    from classifier.suspects import average_precision

    tops = {f"P@{k}": sum(photo in wrong for photo in photos[:k]) / k for k in (20, 50, 100)}
    return {"AP": average_precision(photos, wrong)} | tops
