"""The pictures an index is made of, and the index made of them."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from PIL import Image

from classifier.decode import Undecodable, decode
from classifier.index import StyleIndex
from classifier.predict import DeepDress
from truther.flow.classify.vectors import Vector, VectorBook
from truther.shelf import picture_file

CHUNK = 64

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stock:
    """The pictures an index is made of, by sku."""

    studio: Mapping[str, Sequence[str]]
    verified: Mapping[str, Sequence[str]]

    def pictures(self) -> set[str]:
        """Every picture once."""
        both = (self.studio, self.verified)
        return {picture for group in both for pictures in group.values() for picture in pictures}


def describe_stock(model: DeepDress, stock: Stock, book: VectorBook) -> dict[str, Vector]:
    """Vectors of all pictures that can be read; those of pictures no longer in use are dropped."""
    wanted = stock.pictures()
    vectors = {picture: vector for picture, vector in book.vectors.items() if picture in wanted}
    missing = iter(sorted(wanted - vectors.keys()))
    while chunk := list(islice(missing, CHUNK)):
        images = read_pictures({picture: picture for picture in chunk})
        vectors |= dict(zip(images, model.embed(list(images.values())), strict=True))
    return vectors


def build_index(model: DeepDress, stock: Stock, vectors: Mapping[str, Vector]) -> StyleIndex:
    """Make the index of all styles of which at least one picture could be read."""
    index = model.new_index()
    nothing = np.zeros((0, len(model.serving.shift)), np.float32)
    for sku, pictures in stock.studio.items():
        known = [picture for picture in pictures if picture in vectors]
        settled = [picture for picture in stock.verified.get(sku, ()) if picture in vectors]
        if known or settled:
            index.add(
                sku,
                studio=np.stack([vectors[picture] for picture in known]) if known else nothing,
                verified=np.stack([vectors[picture] for picture in settled]) if settled else nothing,
                studio_names=known,
                verified_names=settled,
            )
        else:
            logger.warning("style %s has no picture that can be read: it cannot be offered", sku)
    return index


def read_pictures(pictures: Mapping[str, str]) -> dict[str, Image.Image]:
    """The pictures that can be read, by the same names."""
    images = {}
    for name, picture in pictures.items():
        try:
            images[name] = decode(picture_file(picture).read_bytes())
        except (FileNotFoundError, Undecodable) as error:
            logger.warning("picture %s cannot be read: %s", picture, error)
    return images
