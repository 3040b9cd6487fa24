"""Logistic regression on fixed features: the second half of "frozen network + linear classifier"."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional as F

Vectors = npt.NDArray[np.float32]
Classes = npt.NDArray[np.int64]
L2 = (0.03, 0.1, 0.3, 1.0)
INNER = 4  # folds among those that teach, for choosing among L2


@dataclass(frozen=True, slots=True)
class Linear:
    """Class probabilities from features, after centring and scaling them."""

    mean: Vectors  # (dim,)
    spread: Vectors  # (dim,)
    weight: Vectors  # (classes, dim)
    bias: Vectors  # (classes,)

    def probabilities(self, features: Vectors) -> npt.NDArray[np.float64]:
        """(N, classes), rows that add up to 1."""
        scores = ((features - self.mean) / self.spread) @ self.weight.T + self.bias
        scores = np.exp((scores - scores.max(axis=1, keepdims=True)).astype(np.float64))
        return np.asarray(scores / scores.sum(axis=1, keepdims=True))


def fit_linear(
    features: Vectors, classes: Classes, count: int, *, l2: float = L2[1], iterations: int = 200
) -> Linear:
    """Minimise the mean cross-entropy plus l2 / 2 times the squared weights: convex, so without any seed.

    Args:
        classes: row of the class of each picture, below `count`; a class without pictures is never predicted
            with more than the little its bias allows.
    """
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    inputs, targets = torch.from_numpy((features - mean) / spread), torch.from_numpy(classes)
    weight = torch.zeros(count, features.shape[1], requires_grad=True)
    bias = torch.zeros(count, requires_grad=True)
    solver = torch.optim.LBFGS([weight, bias], max_iter=iterations, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        solver.zero_grad()
        value = F.cross_entropy(inputs @ weight.T + bias, targets) + l2 / 2 * weight.square().sum()
        value.backward()
        return value

    solver.step(loss)
    return Linear(mean, spread, weight.detach().numpy(), bias.detach().numpy())


def choose_l2(features: Vectors, classes: Classes, count: int, groups: npt.NDArray[np.str_]) -> float:
    """The weight decay of L2 whose probabilities surprise least, over folds of whole groups.

    Only what teaches is looked at, so that nothing tested has a say.
    """
    names, place, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(names) < 2:
        return L2[1]
    fold_of = np.empty(len(names), np.int64)
    fold_of[np.argsort(-sizes, kind="stable")] = np.arange(len(names)) % min(INNER, len(names))
    fold = fold_of[place]
    costs = []
    for l2 in L2:
        truth = np.empty(len(classes))
        for number in range(int(fold_of.max()) + 1):
            teach, held = fold != number, fold == number
            linear = fit_linear(features[teach], classes[teach], count, l2=l2)
            truth[held] = linear.probabilities(features[held])[np.arange(held.sum()), classes[held]]
        costs.append(float(-np.log(np.maximum(truth, 1e-12)).mean()))
    return L2[int(np.argmin(costs))]
