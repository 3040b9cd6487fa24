"""One fitted model against all that a folder says of its method."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, find

from recsys.evaluate.metrics import list_metrics
from recsys.kernels.top import top_n
from recsys.models.base import Recommender
from recsys.models.popular_rated import PopularRated
from recsys.models.rsvd import RSVDSplit
from recsys.models.svd import TruncatedSVD
from recsys.models.ubcf import UBCF
from recsys.parity.folder import Folder, number
from recsys.parity.measures import apart, best, lists_apart, metrics_apart, padded
from recsys.parity.methods import COST, Variant

Array = NDArray[Any]
Found = tuple[str, float, float]  # what was compared, the largest difference, the tolerance
METRICS = 1e-12


class Checks:
    """A model, what it says of the folder's test users, and what it should say."""

    def __init__(self, folder: Folder, method: str, variant: Variant) -> None:
        self.folder, self.method, self.tolerance = folder, method, variant.tolerance
        self.model: Recommender = variant.fitted(folder, method)
        self.state = self.model.fold_in(folder.known)
        self.fitted = np.array(self.model.rate(self.state), float)
        self.order = np.array(self.model.score(self.state), float)
        rows, columns, _ = find(folder.known)
        self.predicted = self.fitted.copy()
        self.predicted[rows, columns] = self.order[rows, columns] = np.nan

    @cached_property
    def length(self) -> int:
        """N of the lists."""
        return max(int(n) for n in self.folder.metrics["methods"][self.method]["topn"])

    def all(self) -> Iterator[Found]:
        """Everything that the folder says of the method; what it does not say is not compared."""
        predictions = self.folder.cells(self.method, "prediction")
        yield "ratings", apart(self.predicted, predictions), self.tolerance
        fitted = self.folder.cells(self.method, "fitted")
        if not np.isnan(fitted).all():
            yield "fitted", apart(self.fitted, fitted), self.tolerance
        yield from self.lists_and_metrics(predictions)
        if self.method in self.folder.metrics.get("leave_one_out", {}):
            yield "leave-one-out", self.leave_one_out(), METRICS
        yield from self.parts()

    def lists_and_metrics(self, predictions: Array) -> Iterator[Found]:
        """Our lists; then metrics of the given answers, which are ours alone, and of our own answers."""
        given = self.folder.ranking(self.method, "topn.csv", "item", "score")
        ours = self.model.recommend(None, self.folder.known, N=self.length).items
        yield "lists", lists_apart(self.order, self.predicted, ours, given), self.tolerance
        lists = padded(given, self.length)
        yield "metrics", metrics_apart(self.folder, self.method, predictions, lists), METRICS
        own = metrics_apart(self.folder, self.method, self.predicted, best(self.order, self.length))
        yield "metrics of our answers", own, self.tolerance

    def leave_one_out(self) -> float:
        """Of each test user's ratings the one with the last column is hidden, whatever its value."""
        whole = csr_array(self.folder.known + self.folder.unknown)
        whole.sort_indices()
        last = whole.indptr[1:] - 1
        shown = np.ones(whole.nnz, bool)
        shown[last] = False
        counts = np.diff(whole.indptr) - 1
        indptr = np.concatenate([[0], np.cumsum(counts)])
        history = csr_array((whole.data[shown], whole.indices[shown], indptr), shape=whole.shape)
        users = np.arange(whole.shape[0] + 1)
        hidden = csr_array((whole.data[last], whole.indices[last], users), shape=whole.shape)
        said = self.folder.metrics["leave_one_out"][self.method]
        lists = self.model.recommend(None, history, N=said["n"]).items
        found = list_metrics(lists, hidden, whole.shape[1] - counts, [said["n"]])
        by_user = [0.0 if one["rank"] is None else 1 / one["rank"] for one in said["by_user"]]
        whole_run = [found["hr"].mean(), found["arhr"].mean()]
        return max(apart(whole_run, [said["HR"], said["ARHR"]]), apart(found["arhr"][0], by_user))

    def parts(self) -> Iterator[Found]:
        """What lies inside: neighbours, popularity, singular values, the cost, the fit of train users."""
        folder, model, method = self.folder, self.model, self.method
        if isinstance(model, UBCF) and folder.has(method, "neighbours.csv"):
            yield "neighbours", self.neighbours(model), self.tolerance
        if isinstance(model, PopularRated) and folder.has(method, "popularity.csv"):
            yield "popularity", self.popularity(model), self.tolerance
        strengths = folder.metrics["methods"][method].get("singular_values")
        if isinstance(model, TruncatedSVD) and strengths:
            yield "singular values", apart(model.singular_values, strengths), self.tolerance
        if isinstance(model, RSVDSplit) and method in folder.metrics.get("rsvd", {}):
            least = folder.metrics["rsvd"][method]["best_J"]
            solved = getattr(self.state, "model", None) or model
            yield "cost", abs(solved.cost - least) / least, COST
        fits = folder.train_cells(method)
        if fits is not None:
            yield "fit of train", apart(model.rate(model.fold_in(folder.train.csr)), fits), self.tolerance

    def neighbours(self, model: UBCF) -> float:
        """The neighbours that decide, and their weights; equals may stand for each other."""
        weights = self.state[0]
        rows = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
        used = np.full(weights.shape, np.nan)
        used[rows, weights.indices] = weights.data
        everybody = np.stack([model.user_likeness(self.folder.known[[row]]) for row in range(len(used))])
        given = self.folder.ranking(self.method, "neighbours.csv", "neighbour", "similarity")
        return lists_apart(everybody, everybody, top_n(used, min(model.nn, used.shape[1]))[0], given)

    def popularity(self, model: PopularRated) -> float:
        """Sums and means of centred ratings by item."""
        rows = self.folder.rows(self.method, "popularity.csv", "item", "sum_centred", "mean_centred")
        ordered = sorted(rows, key=lambda row: int(row["item"]))
        sums, means = ([number(row[name]) for row in ordered] for name in ("sum_centred", "mean_centred"))
        return max(apart(model.sums, sums), apart(model.means, means))
