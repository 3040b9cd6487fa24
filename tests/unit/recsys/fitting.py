"""One small world that every model can be fitted on."""

import numpy as np

from recsys.data import Interactions, interactions
from recsys.models import Recommender, make

# Parameters that suit so few users; models that are not here have their defaults.
SMALL = {
    "ubcf": "ubcf:nn=8",
    "ibcf": "ibcf:k=6",
    "svd": "svd:k=3",
    "svdf": "svdf:k=2",
    "als": "als:k=3",
    "rsvd": "rsvd:k=3",
    "rsvd-split": "rsvd-split:k=3",
    "biasmf": "biasmf:k=3",
    "ials": "ials:k=3",
    "ease": "ease:lam=5",
    "blend": "blend:parts=('ease:lam=5','popular'),weights=(1,.5)",
    "visual": "visual:k=3",
    "vbpr": "vbpr:k=3",
}


def small_world(*, users: int = 40, items: int = 15, seed: int = 0) -> Interactions:
    """Ratings 1 to 5 of two tastes with times; the last item has nobody, the last user nothing."""
    random = np.random.default_rng(seed)
    rows, columns = np.nonzero(random.random((users - 1, items - 1)) < 0.4)
    alike = (rows % 2) == (columns % 2)
    values = np.where(alike, random.integers(3, 6, len(rows)), random.integers(1, 4, len(rows)))
    times = random.integers(0, 300, len(rows)) * 86_400
    return interactions(rows, columns, values, times, users=range(users), items=range(items))


def unfitted(name: str, *, n_items: int = 15, **params: object) -> Recommender:
    """A model of the small world, given invented pictures where it looks at them."""
    model = make(SMALL.get(name, name), **params)
    if hasattr(model, "with_features"):
        features = np.random.default_rng(1).standard_normal((n_items, 4))
        features[:, 0] += np.arange(n_items) % 2 * 3
        model.with_features(features)
    return model


def fitted(name: str, data: Interactions | None = None, **params: object) -> Recommender:
    """The same, fitted."""
    data = data if data is not None else small_world()
    return unfitted(name, n_items=data.n_items, **params).fit(data)
