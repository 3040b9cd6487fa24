"""RSVD, the articles' model: low rank on what is known, held back by a ridge, folded in for whoever comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from scipy.sparse import csr_array

from recsys.data import Interactions
from recsys.kernels.rows import Cells, explicit
from recsys.models.base import Array, Progress
from recsys.models.factor import FactorModel
from recsys.models.offsets import Offsets, fit_offsets
from recsys.models.refitting import Refitting
from recsys.models.solvers import SOLVERS, Settings, Solution, Solver, solve
from recsys.refusal import BadParameter

Centring = Literal["none", "user", "item", "bias"]


@dataclass(kw_only=True, eq=False)
class RSVDSplit(FactorModel):
    """J = 1/2 Σ_stored (u·v - r)² + lam/2 (|U|² + |V|²); items stay fixed, every user is folded in.

    `cost` is J of the fit. A user's fold-in is the same ridge solve that the optimum satisfies.

    Source: recommenderlabrats 1.0, RSVD_SPLIT; its defaults are lam 1.5 and 100 iterations.
    """

    name: ClassVar[str] = "rsvd-split"

    k: int = 10
    lam: float = 1.5
    solver: Solver = "lbfgs"
    centring: Centring = "none"
    max_iterations: int = 100
    tolerance: float = 2.2e-9  # R's factr of 1e7 times the machine's epsilon
    starts: int = 1  # the best of several random starts is kept
    seed: int = 0

    def check(self) -> None:
        super().check()
        for name in ("k", "max_iterations", "starts"):
            if getattr(self, name) < 1:
                raise BadParameter(f"{name}={getattr(self, name)}: at least 1")
        if not self.lam > 0:
            raise BadParameter(f"lam={self.lam}: above 0, or users with little history have no answer")
        if self.solver not in SOLVERS:
            raise BadParameter(f"solver={self.solver!r}: one of {', '.join(SOLVERS)}")
        if self.centring not in ("none", "user", "item", "bias"):
            raise BadParameter(f"centring={self.centring!r}: none, user, item or bias")
        if not self.tolerance >= 0:
            raise BadParameter(f"tolerance={self.tolerance}: 0 or more")

    def rates_strangers(self) -> bool:
        return self.centring in ("item", "bias")

    def learn(self, train: Interactions, progress: Progress) -> None:
        self.relearn(train.csr.astype(self.dtype), progress)

    def relearn(self, values: csr_array, progress: Progress) -> None:
        """Learn from stored values (U, I) alone."""
        self.offsets = fit_offsets(values, self.centring)
        best = self._solve(self.offsets.away(values), progress)
        self.item_factors, self.item_offset, self.cost = best.items, self.offsets.items, best.cost

    def cells(self, histories: csr_array, offset: Array) -> Cells:
        return explicit(self.offsets.away(histories, offset))

    def ridge(self, histories: csr_array) -> float:
        return self.lam

    def user_offset(self, histories: csr_array) -> Array:
        return self.offsets.users(histories)

    def arrays(self) -> dict[str, Array]:
        return {**super().arrays(), "cost": np.array(self.cost), **self.offsets.arrays()}

    def restore(self, arrays: Mapping[str, Array]) -> None:
        super().restore(arrays)
        self.cost = float(arrays["cost"])
        self.offsets = Offsets.restored(self.centring, arrays)

    def _solve(self, values: csr_array, progress: Progress) -> Solution:
        settings = Settings(self.k, self.lam, self.solver, self.max_iterations, self.tolerance)
        found = [solve(values, settings, self.seed + start, progress) for start in range(self.starts)]
        return min(found, key=lambda one: one.cost)


@dataclass(kw_only=True, eq=False)
class RSVD(Refitting, RSVDSplit):
    """The same model solved again with the asked-for histories stacked below the fitted ones, as R does.

    That makes each answer as dear as a fit; with refit=False it folds in like rsvd-split.

    Source: recommenderlabrats 1.0, RSVD.
    """

    name: ClassVar[str] = "rsvd"

    def relearn(self, values: csr_array, progress: Progress) -> None:
        RSVDSplit.relearn(self, values, progress)

    def contributions(self, history: csr_array, item: int) -> tuple[float, Array]:
        model = self.again(history) if self.refit else self
        return FactorModel.contributions(model, history, item)
