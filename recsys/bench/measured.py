"""What `bench speed` measures, each by `python -m recsys.bench.measured TASK SCALE FOLDER`.

A fresh process has no other's memory in its peak and no other's threads at its side. Prints one JSON line.
"""

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from scipy.sparse import csr_array, csr_matrix

from recsys.data import Ids, Interactions
from recsys.kernels.choice import threads, using
from recsys.models import make
from recsys.models.ials import IALS

SCALES = {"small": (10_000, 2_000, 500_000), "full": (100_000, 5_000, 10_000_000)}  # users, items, pairs
RATED = (943, 1_682, 100_000)  # the shape of MovieLens 100k
FACTORS, FOLDED, REPEATS = 32, 2_000, 5
Facts = dict[str, float]


def drawn(users: int, items: int, pairs: int, seed: int = 0) -> csr_array:
    """About so many values 1 to 5: few items are popular, few users are busy."""
    random = np.random.default_rng(seed)
    popularity = np.cumsum((np.arange(items) + 20.0) ** -0.7)
    busy = np.minimum(random.lognormal(0, 0.8, users), 30)
    each = np.clip(busy / busy.sum() * pairs * 1.25, 1, items // 2).astype(np.int64)
    rows = np.repeat(np.arange(users), each)
    columns = np.searchsorted(popularity, random.random(len(rows)) * popularity[-1] * 0.999999)
    places = np.unique(rows * items + columns)
    if len(places) > pairs:
        places = np.sort(random.permutation(places)[:pairs])
    counts = np.bincount(places // items, minlength=users)
    values = random.integers(1, 6, len(places)).astype(np.float32)
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return csr_array((values, (places % items).astype(np.int32), indptr), shape=(users, items))


def prepare(scale: str, folder: Path) -> Facts:
    """Draw the large matrix once, for all who measure on it."""
    matrix = drawn(*SCALES[scale])
    np.savez(folder / "large.npz", data=matrix.data, indices=matrix.indices, indptr=matrix.indptr)
    return {"pairs": float(matrix.nnz)}


def rsvd(scale: str, folder: Path) -> Facts:
    """Seconds of 100 L-BFGS-B iterations on 100k values, k 10."""
    train = _interactions(drawn(*RATED))

    def fit() -> None:
        make("rsvd-split:k=10,max_iterations=100,tolerance=0").fit(train)

    return _both(fit)


def epoch(scale: str, folder: Path) -> Facts:
    """Seconds of one iALS epoch, users and items, exact; of implicit's with 3 steps of CG; of NumPy's."""
    from implicit.cpu.als import AlternatingLeastSquares

    train = _large(scale, folder)
    theirs = csr_matrix(train.csr)

    def ours() -> float:
        marks: list[float] = []
        model = IALS(k=FACTORS, iterations=2, solver="cholesky", alpha=1.0)
        model.fit(train, progress=lambda done, of: marks.append(perf_counter()))
        return marks[1] - marks[0]

    def implicits() -> float:
        spans: list[float] = []
        model = AlternatingLeastSquares(factors=FACTORS, use_cg=True, num_threads=1, iterations=2)
        # Its callback is told how long each epoch took.
        model.fit(theirs, show_progress=False, callback=lambda number, seconds, *loss: spans.append(seconds))
        return spans[1]

    ours()  # compiles
    pairs = [(ours(), implicits()) for _ in range(REPEATS)]  # in turns, as other work comes and goes
    with using("numpy"):
        plain = ours()
    return {
        "ours": median(one for one, _ in pairs),
        "implicit": median(other for _, other in pairs),
        "numpy": plain,
    }


def fold(scale: str, folder: Path) -> Facts:
    """Seconds to fold in one user whose history is as long as the others'."""
    train = _large(scale, folder)
    model = IALS(k=FACTORS, iterations=1, solver="cholesky").fit(train)
    histories = train.csr[:FOLDED]
    facts = _both(lambda: model.fold_in(histories))
    return {name: seconds / FOLDED for name, seconds in facts.items()}


def memory(scale: str, folder: Path) -> Facts:
    """GB at the peak of a process that loads the large matrix and fits iALS to it."""
    IALS(k=FACTORS, iterations=2, solver="cholesky").fit(_large(scale, folder))
    return {"ours": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6}  # Linux counts KB


TASKS: dict[str, Callable[[str, Path], Facts]] = {
    "prepare": prepare,
    "rsvd": rsvd,
    "epoch": epoch,
    "fold": fold,
    "memory": memory,
}


def _both(work: Callable[[], object]) -> Facts:
    """The median time of either engine, in turns, after one turn to compile and warm up."""
    found: dict[str, list[float]] = {"ours": [], "numpy": []}
    for _ in range(REPEATS + 1):
        for name, engine in (("ours", "numba"), ("numpy", "numpy")):
            with using("numba" if engine == "numba" else "numpy"):
                begun = perf_counter()
                work()
                found[name].append(perf_counter() - begun)
    return {name: median(times[1:]) for name, times in found.items()}


def _interactions(matrix: csr_array) -> Interactions:
    users, items = (
        Ids.of(range(size), kind=kind)[0] for size, kind in zip(matrix.shape, ("user", "item"), strict=True)
    )
    return Interactions(users, items, matrix)


def _large(scale: str, folder: Path) -> Interactions:
    with np.load(folder / "large.npz") as kept:
        parts = (kept["data"], kept["indices"], kept["indptr"])
    return _interactions(csr_array(parts, shape=SCALES[scale][:2]))


if __name__ == "__main__":
    with threads(1):
        sys.stdout.write(json.dumps(TASKS[sys.argv[1]](sys.argv[2], Path(sys.argv[3]))) + "\n")
