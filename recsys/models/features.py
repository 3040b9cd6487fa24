"""Models that look at items: features, such as embeddings of pictures, in the order of the items."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy.sparse import csr_array

from recsys.data import Interactions
from recsys.models.base import Array, Recommender
from recsys.refusal import BadInteractions, BadParameter


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """How features become numbers about 0 whose rows have a length about 1; fitted on training items."""

    mean: Array  # (d,)
    size: Array  # () root mean square length of a centred row

    @classmethod
    def of(cls, features: Array) -> Self:
        """Fit on the rows that have a picture."""
        there = features[~np.isnan(features[:, 0])].astype(np.float64)
        mean = there.mean(axis=0) if len(there) else np.zeros(features.shape[1])
        size = np.sqrt(((there - mean) ** 2).sum(axis=1).mean()) if len(there) else 0.0
        return cls(mean, np.asarray(size or 1.0))

    def apply(self, features: Array, dtype: str) -> Array:
        """(n, d); rows of zeros where there is no picture."""
        return np.nan_to_num((features - self.mean) / self.size).astype(dtype)

    def arrays(self) -> dict[str, Array]:
        """What `restore` reads."""
        return {"feature_mean": self.mean, "feature_size": self.size}

    @classmethod
    def restore(cls, arrays: Mapping[str, Array]) -> Self:
        """Put back what `arrays` gave."""
        return cls(arrays["feature_mean"], arrays["feature_size"])


@dataclass(kw_only=True, eq=False)
class FeatureModel(Recommender):
    """A recommender that is given features of all items before its fit."""

    def with_features(self, features: Any) -> Self:
        """Take features (I, d), rows in the order of the interactions' items; a row of NaN has no picture.

        Raises:
            BadParameter: not two-dimensional, or a row is infinite or NaN in part; it is named.
        """
        self.features = checked(features)
        self._fitted = False
        return self

    def features_for(self, train: Interactions) -> Array:
        """(I, d) float64 with NaN rows.

        Raises:
            BadParameter: none were given, or not one row for each item.
        """
        features: Array | None = getattr(self, "features", None)
        if features is None:
            raise BadParameter(
                f"{self.name} looks at items: give their features, with_features((items, d)), before the fit"
            )
        if len(features) != train.n_items:
            raise BadParameter(
                f"{len(features)} rows of features but {train.n_items} items: one row for each, NaN for none"
            )
        return features


def checked(features: Any) -> Array:
    """(n, d) float64 whose rows are finite, or NaN as a whole; or BadParameter."""
    array = np.asarray(features, np.float64)
    if array.ndim != 2 or array.shape[1] == 0:
        raise BadParameter(f"features have the shape {array.shape}: items by numbers, two dimensions")
    finite = np.isfinite(array)
    usable = finite.all(axis=1) | np.isnan(array).all(axis=1)
    if not usable.all():
        row = int(np.argmin(usable))
        raise BadParameter(
            f"row {row} of the features has {array[row][~finite[row]][0]} among numbers: a row is finite, "
            "or NaN throughout where there is no picture"
        )
    return array


def seen_items(train: csr_array) -> Array:
    """(I,) bool: anybody took it.

    Raises:
        BadInteractions: nobody took anything, as when no value is above the model's level.
    """
    if not (train.data > 0).any():
        raise BadInteractions("no interaction has a strength above 0: nothing can be learnt")
    return np.asarray(np.bincount(train.indices, minlength=train.shape[1]) > 0)


def tells_nothing(histories: csr_array, mute: Array) -> Array:
    """(B,) bool: all that is stored with a strength is mute, or there is nothing."""
    loud = (histories.data > 0) & ~mute[histories.indices]
    rows = np.repeat(np.arange(histories.shape[0]), np.diff(histories.indptr))
    return np.asarray(np.bincount(rows[loud], minlength=histories.shape[0]) == 0)
