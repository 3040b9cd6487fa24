"""`bench search`: what looking for the nearest styles costs, each way as a ratio of exact float32."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from classifier.index.prototypes import Vectors

SIZES, DIMS, BATCHES = (5_000, 100_000, 1_000_000), (128, 256), (1, 32)
TOP = 3
ROUNDS = 7  # of which the median counts
QUERIES = 128
WAYS = ("fp32", "bf16", "faiss", "faiss-ivf", "usearch")  # "exact" chooses from the first two


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which sizes; the default is the table of docs/experiments.md."""
    parser.add_argument("--styles", type=int, nargs="+", default=list(SIZES), help="prototypes in the index")
    parser.add_argument("--dims", type=int, nargs="+", default=list(DIMS))
    parser.add_argument("--searches", nargs="+", choices=WAYS, default=list(WAYS), help="which ways")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="a folder for finished parts: a killed bench goes on")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure every way at every size, one thread unless told otherwise."""
    import torch

    from classifier.bench.parts import Parts
    from classifier.tables import Table

    torch.set_num_threads(options.threads or 1)
    parts = Parts(options.out)
    names = options.searches
    rows = []
    for dim in options.dims:
        for styles in options.styles:
            settings = {"styles": styles, "dim": dim, "searches": names, "seed": options.seed}
            name = f"search-{styles}-{dim}"
            rows += parts.once(name, settings, lambda s=settings: measured(**s))["rows"]  # type: ignore[misc]
    title = f"Search for the best {TOP}: CPU milliseconds a query, and as a ratio of fp32 in the same run"
    return {"threads": torch.get_num_threads(), "tables": [Table(title, rows).json()]}


def measured(*, styles: int, dim: int, searches: list[str], seed: int) -> dict[str, Any]:
    """A row per search for one matrix of prototypes."""
    import gc
    import time

    import numpy as np

    from classifier.index.search import make_search

    matrix = prototypes(styles, dim, seed)
    queries = street_photos(matrix, QUERIES, seed)
    plain = make_search("fp32", matrix)
    truth = plain.nearest(queries, TOP)[1]
    rows = []
    for name in searches:
        gc.collect()
        started = time.process_time()
        search = make_search(name, matrix)
        built = time.process_time() - started
        found = search.nearest(queries, TOP)[1]
        row: dict[str, Any] = {"dim": dim, "styles": styles, "search": name}
        shared = [len(set(mine) & set(theirs)) for mine, theirs in zip(found, truth, strict=True)]
        row["recall"] = float(np.mean(shared)) / TOP
        for batch in BATCHES:
            asked = queries[:batch]
            ours, theirs = _side_by_side(
                lambda s=search, q=asked: s.nearest(q, TOP),  # type: ignore[misc]
                lambda q=asked: plain.nearest(q, TOP),  # type: ignore[misc]
            )
            row |= {f"ms at {batch}": ours / batch * 1e3, f"ratio at {batch}": ours / theirs}
        rows.append(row | {"build s": built, "extra MB": search.extra_bytes / 1e6})
        del search
    return {"rows": rows}


def prototypes(styles: int, dim: int, seed: int) -> "Vectors":
    """Unit vectors (styles, dim) whose variance falls off as it does in embeddings: the i-th axis has 1/i."""
    import numpy as np

    from classifier.index.prototypes import unit

    chance = np.random.default_rng(seed)
    return unit(chance.standard_normal((styles, dim), dtype=np.float32) * _spread(dim))


def street_photos(matrix: "Vectors", count: int, seed: int) -> "Vectors":
    """Unit vectors (count, dim) about .8 similar to one style each, as photos of known styles are."""
    import numpy as np

    from classifier.index.prototypes import unit

    chance = np.random.default_rng(seed + 1)
    own = matrix[chance.integers(0, len(matrix), count)]
    noise = unit(chance.standard_normal(own.shape, dtype=np.float32) * _spread(matrix.shape[1]))
    return unit(own + 0.7 * noise)


def _spread(dim: int) -> "Vectors":
    import numpy as np

    return np.arange(1, dim + 1, dtype=np.float32) ** -0.5


def _side_by_side(one: Any, other: Any) -> tuple[float, float]:
    """Median CPU seconds of two calls that take turns, so that what else runs here bears on both."""
    import time
    from statistics import median

    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS + 1):
        for call, taken in zip((one, other), seconds, strict=True):
            started = time.process_time()
            call()
            taken.append(time.process_time() - started)
    return median(seconds[0][1:]), median(seconds[1][1:])
