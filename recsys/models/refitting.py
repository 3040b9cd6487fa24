"""Solving again for whoever asks: what R does where others fold in."""

from abc import abstractmethod
from copy import copy
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from recsys.models.base import Array, Progress, quiet
from recsys.models.factor import FactorModel, Folded


@dataclass(kw_only=True, eq=False)
class Refitting(FactorModel):
    """With refit=True, the histories asked for are stacked below the fitted ones and all is solved again.

    The answer then hangs on who else is asked for, and is as dear as a fit. A model of its own gives it:
    the fitted one stays as it was. Fitted users are not stacked a second time but folded in.
    """

    refit: bool = False

    @abstractmethod
    def relearn(self, values: csr_array, progress: Progress) -> None:
        """Learn from stored values (U, I) alone."""

    def newcomers(self, histories: csr_array) -> Folded:
        """The users of the last rows of what was learnt; an optimum agrees with their fold-in."""
        return self.fold_in(histories)

    def fold_in(self, histories: csr_array) -> Folded:
        if not self.refit:
            return super().fold_in(histories)
        again = self.again(histories)
        return again.newcomers(histories)._replace(model=again)

    def known(self, users: NDArray[np.integer[Any]]) -> Folded:
        return self.as_fitted().fold_in(self.histories_of(users).astype(self.dtype))

    def user_likeness(self, history: csr_array) -> Array:
        return FactorModel.user_likeness(self.as_fitted(), history)

    def again(self, histories: csr_array) -> Self:
        """A model that learnt from the fitted histories and these, and folds in."""
        model = self.as_fitted()
        model.relearn(vstack([self._train().csr.astype(self.dtype), histories]).tocsr(), quiet)
        return model

    def as_fitted(self) -> Self:
        """This model with its fitted factors, which folds in."""
        model = copy(self)
        model.refit = False
        return model
