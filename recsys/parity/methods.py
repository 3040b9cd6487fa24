"""Which of our models stands for which of the originals' methods, and how near it has to come."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from recsys.models import make
from recsys.models.als import ALS
from recsys.models.base import Recommender
from recsys.models.solvers import SOLVERS
from recsys.parity.folder import Folder
from recsys.refusal import BadParameter

EXACT, CLOSE = 1e-9, 1e-5  # of predictions; CLOSE is what an optimiser's stopping rule leaves open
COST = 1e-8  # relative

# Stopping rules far beyond the originals': what is compared is the optimum, not where a solver gave up.
OPTIMUM = {"max_iterations": 20_000, "tolerance": 1e-14}
SPECS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "POPULAR": ("popular-rated", {}),
    "UBCF": ("ubcf", {"rules": "1.0.7"}),
    "UBCF_2014": ("ubcf", {"rules": "2014"}),
    "UBCF_2014_newproxy": ("ubcf", {"rules": "2014", "norms": "corated"}),
    "IBCF": ("ibcf", {}),
    "SVD": ("svd", {}),
    "SVDF": ("svdf", {"together": True}),
    "ALS": ("als", {"refit": True}),
    "RSVD_SPLIT": ("rsvd-split", OPTIMUM),
    "RSVD": ("rsvd", {**OPTIMUM, "refit": True}),
}


@dataclass(frozen=True, slots=True)
class Variant:
    """One model of ours that is held against a method's answers."""

    label: str  # the method, and the solver where there are several
    name: str
    params: Mapping[str, Any] = field(default_factory=dict)
    tolerance: float = EXACT

    def fitted(self, folder: Folder, method: str) -> Recommender:
        """The model in float64, fitted on the folder's train part."""
        model = make(self.name, dtype="float64").set_params(**self.params)
        if isinstance(model, ALS) and folder.has(method, "initial_item_factors.csv"):
            start = folder.item_factors(method)
            model = model.set_params(k=start.shape[1]).start_from(start)
        return model.fit(folder.train)


def variants(method: str, folder: Folder) -> Iterator[Variant]:
    """Our models for one method: one for each solver of RSVD, else one.

    `parameters` in metrics.json, by method and our names, says where a folder leaves the usual ones
    (25 neighbours, IBCF k 30, 10 factors); an SVD's k stands in its name.

    Raises:
        BadParameter: nothing of ours stands for this method.
    """
    base = "SVD" if re.fullmatch(r"SVD_k\d+", method) else method
    if base not in SPECS:
        raise BadParameter(f"nothing stands for the method {method!r}; there are {', '.join(SPECS)}")
    name, usual = SPECS[base]
    params = {**usual, **folder.metrics.get("parameters", {}).get(method, {})}
    if base == "SVD" and base != method:
        params["k"] = int(method.removeprefix("SVD_k"))
    if method not in folder.metrics.get("rsvd", {}):
        yield Variant(method, name, params)
        return
    facts = folder.metrics["rsvd"][method]
    params |= {"k": facts["categories"], "lam": float(facts["lambda"])}
    for solver in SOLVERS:
        yield Variant(f"{method} {solver}", name, {**params, "solver": solver}, CLOSE)
