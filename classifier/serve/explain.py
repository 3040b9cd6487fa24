"""What `POST /explain` answers: an explanation, in numbers that JSON can hold."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from PIL import Image

from classifier import explain as reasons
from classifier.explain import Neighbour
from classifier.index import StyleIndex
from classifier.predict import DeepDress

DIGITS = 5


def explain(
    model: DeepDress,
    index: StyleIndex,
    image: Image.Image,
    *,
    skus: Sequence[str] = (),
    without: Sequence[str] = (),
) -> dict[str, Any]:
    """Say what an answer about one picture rests on; styles that are not on offer are left out.

    Args:
        skus: the styles to speak of; the likeliest three when none of those named is on offer.
        without: names of pictures to pass over, such as that of the photo itself.
    """
    offered = [sku for sku in dict.fromkeys(skus) if sku in index]
    found = reasons.explain(model, index, image, skus=offered, without=without)
    return {
        "model_version": found.version,
        "p_dress": round(found.p_dress, DIGITS),
        "frame": asdict(found.place),
        "styles": [
            {
                "sku": style.sku,
                "probability": round(style.probability, DIGITS),
                "similarity": round(style.similarity, DIGITS),
                "cells": [[round(cell, DIGITS) for cell in row] for row in style.cells.tolist()],
                "rest": round(style.rest, DIGITS),
                "studio": _plain(style.studio),
                "verified": _plain(style.verified),
            }
            for style in found.styles
        ],
        "nearest": _plain(found.nearest),
    }


def _plain(neighbours: Iterable[Neighbour]) -> list[dict[str, Any]]:
    return [asdict(each) | {"similarity": round(each.similarity, DIGITS)} for each in neighbours]
