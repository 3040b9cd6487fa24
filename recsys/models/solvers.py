"""Three ways to one optimum: 1/2 Σ_stored (u v' - r)² + lam/2 (|U|² + |V|²)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_array

from recsys.kernels.observed import Observed
from recsys.kernels.rows import cg_rows, explicit, solve_rows
from recsys.models.base import Array, Progress

Solver = Literal["lbfgs", "als", "cg"]
SOLVERS: tuple[Solver, ...] = ("lbfgs", "als", "cg")


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """Where a solver stopped."""

    users: Array  # (U, k)
    items: Array  # (I, k)
    cost: float  # J
    iterations: int


@dataclass(frozen=True, slots=True)
class Settings:
    """How far to go."""

    k: int
    lam: float
    solver: Solver
    max_iterations: int
    tolerance: float  # stop when J falls by less than this share of itself


def solve(values: csr_array, settings: Settings, seed: int, progress: Progress) -> Solution:
    """Minimise J from a start drawn uniformly from (0, 1), as the articles' code does."""
    random = np.random.default_rng(seed)
    users = random.random((values.shape[0], settings.k)).astype(values.dtype)
    items = random.random((values.shape[1], settings.k)).astype(values.dtype)
    if settings.solver == "lbfgs":
        return _lbfgs(values, users, items, settings, progress)
    return _alternate(values, users, items, settings, progress)


def _lbfgs(values: csr_array, users: Array, items: Array, settings: Settings, progress: Progress) -> Solution:
    """L-BFGS-B on U and V unrolled into one vector; always in float64, which its line search needs."""
    problem = Observed(values.astype(np.float64), settings.lam)
    split, done = users.size, 0
    gradient = np.empty(users.size + items.size)

    def ask(x: Array) -> tuple[float, Array]:
        U, V = x[:split].reshape(users.shape), x[split:].reshape(items.shape)
        to_U, to_V = gradient[:split].reshape(users.shape), gradient[split:].reshape(items.shape)
        return problem.cost_and_gradient(U, V, to_U, to_V), gradient

    def tell(x: Array) -> None:
        nonlocal done
        done += 1
        progress(done, settings.max_iterations)

    found = minimize(
        ask,
        np.concatenate([users.ravel(), items.ravel()]).astype(np.float64),
        jac=True,
        method="L-BFGS-B",
        callback=tell,
        options={
            "maxiter": settings.max_iterations,
            "maxcor": 5,  # as many as R's optim remembers; half the work of scipy's 10
            "maxfun": 20 * settings.max_iterations,
            "ftol": settings.tolerance,
            "gtol": 1e-9,
        },
    )
    U, V = found.x[:split].reshape(users.shape), found.x[split:].reshape(items.shape)
    return Solution(U.astype(values.dtype), V.astype(values.dtype), float(found.fun), int(found.nit))


def _alternate(
    values: csr_array, users: Array, items: Array, settings: Settings, progress: Progress
) -> Solution:
    """Users with items fixed, items with users fixed: each half a ridge solve, exact or by a few CG steps."""
    by_user, by_item = explicit(values), explicit(values.T.tocsr())
    problem = Observed(values, settings.lam)
    none = np.zeros((settings.k, settings.k), values.dtype)
    rest = (np.empty_like(users), np.empty_like(items))
    before, cost, done = np.inf, problem.cost_and_gradient(users, items, *rest), 0
    while done < settings.max_iterations and before - cost > settings.tolerance * abs(cost):
        if settings.solver == "als":
            users = solve_rows(by_user, items, settings.lam)
            items = solve_rows(by_item, users, settings.lam)
        else:
            users = cg_rows(by_user, items, users, settings.lam, gram=none)
            items = cg_rows(by_item, users, items, settings.lam, gram=none)
        done += 1
        progress(done, settings.max_iterations)
        before, cost = cost, problem.cost_and_gradient(users, items, *rest)
    return Solution(users, items, cost, done)
