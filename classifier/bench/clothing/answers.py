"""P(dress) of every photo by each method, the classes, and garments found again by their halves."""

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from classifier.bench.clothing.given import Given
from classifier.bench.folder import say
from classifier.tables import Value

if TYPE_CHECKING:  # torch takes seconds to load
    from classifier.bench.clothing.photos import Split

MOST_HALVES: Final = 1000  # garments, evenly picked: two pictures of each go through every network
Floats = npt.NDArray[np.float64]


def base_rate_of(given: Given, deal: "list[Split]") -> Floats:
    from classifier.bench.clothing.dress_or_not import base_rate

    return base_rate(given.photos, deal)


def histogram(given: Given, deal: "list[Split]") -> Floats:
    from classifier.bench.clothing.dress_or_not import by_linear
    from classifier.bench.clothing.halves import frames
    from classifier.colour import colour_histograms

    found = given.once("histograms", lambda: colour_histograms(frames(given.photos.images)))
    return by_linear(found, given.photos, deal)


def frozen(given: Given, deal: "list[Split]") -> Floats:
    from classifier.bench.clothing.dress_or_not import by_linear

    return by_linear(given.features(), given.photos, deal)


def as_it_is(given: Given) -> Floats:
    """P(dress) of a run that never saw such photos, with an empty catalogue."""
    from classifier.predict import DeepDress

    model = DeepDress.load(given.options.run)
    return np.asarray(model.score(model.describe(given.photos.images), model.new_index()).p_dress)


def fine_tuned(given: Given, deal: "list[Split]", seed: int) -> Floats:
    import torch

    from classifier.bench.clothing.tail import TailPlan, fine_tune, maps_before_last, p_dress
    from classifier.bench.logistic import fit_linear

    name, dress, features = given.options.features, given.photos.dress, given.features()
    maps = given.once(
        f"maps-{name}", lambda: maps_before_last(name, given.photos.images).view(torch.int16).numpy()
    )
    tensor = torch.from_numpy(maps).view(torch.bfloat16)
    found = np.full(len(dress), np.nan)
    for number, split in enumerate(deal):
        start = fit_linear(features[split.train], dress[split.train].astype(np.int64), 2)
        plan = TailPlan(steps=given.options.fine_tune_steps, seed=seed * 100 + number)
        found[split.test] = p_dress(
            fine_tune(name, tensor, dress, split.train, start, plan), tensor[split.test]
        )
    return found


def classes_of(given: Given) -> dict[str, Any]:
    from classifier.bench.clothing.dress_or_not import class_by_linear, confusion
    from classifier.bench.clothing.photos import rows_of

    deal = given.deals[0]
    return confusion(class_by_linear(given.features(), given.photos, deal), given.photos, rows_of(deal))


def halves_of(given: Given) -> dict[str, Any]:
    """How often the right half of a garment finds its left half, among dresses and among any garments."""
    from classifier.bench.clothing.halves import Halves, places
    from classifier.bench.clothing.photos import rows_of
    from classifier.bench.intervals import paired_difference
    from classifier.model.features import PretrainedFeatures
    from classifier.predict import DeepDress

    tested = rows_of(given.deals[0])
    rows: list[dict[str, Value]] = []
    dresses, some_garments = tested[given.photos.dress[tested]], tested[:: max(1, len(tested) // MOST_HALVES)]
    for among, some in (("dresses", dresses), ("garments", some_garments)):
        halves = Halves.of([given.photos.images[row] for row in some], seed=0)
        frozen, model = PretrainedFeatures(given.options.features), DeepDress.load(given.options.run)
        say(f"halves of {among}")
        found = {
            "mean colour": halves.by_mean_colour(),
            "colour histogram": halves.by_histogram(),
            f"{given.options.run.name} as it is": places(
                model.embed(halves.gallery), model.embed(halves.queries)
            ),
            f"frozen {given.options.features}": places(
                frozen.embed(halves.gallery), frozen.embed(halves.queries)
            ),
        }
        for name, places_found in found.items():
            row: dict[str, Value] = {"among": f"{len(some)} {among}", "method": name}
            row |= {f"R@{k}": float((places_found < k).mean()) for k in (1, 3, 20)}
            floor = paired_difference(
                places_found < 1, found["colour histogram"] < 1, given.photos.senders[some].tolist()
            )
            rows.append(row | {"R@1 minus histogram": floor.mean, "low": floor.low, "high": floor.high})
    return {"rows": rows}
