"""A snapshot as one model sees it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifier.index import StyleIndex
from classifier.index.prototypes import Vectors
from classifier.predict import DeepDress, Described
from classifier.snapshot import Snapshot, SnapshotPhoto


@dataclass(frozen=True, slots=True)
class EmbeddedSnapshot:
    """Every picture of a snapshot, described once."""

    snapshot: Snapshot
    place: dict[str, int]  # image -> row
    described: Described

    def of(self, images: Sequence[str]) -> Vectors:
        """Embeddings (n, dim) of pictures by name."""
        return self.described.embeddings[[self.place[image] for image in images]]

    def photos(self, photos: Sequence[SnapshotPhoto]) -> Described:
        """What the network says of these photos, in their order."""
        return self.described[np.array([self.place[photo.image] for photo in photos], dtype=np.int64)]

    def index(self, model: DeepDress) -> StyleIndex:
        """The active styles, from their studio shots and the training split: what a promotion would serve."""
        index, verified = model.new_index(), verified_pictures(self.snapshot)
        for style in self.snapshot.styles:
            photos = verified.get(style.sku, [])
            if style.active and (style.images or photos):
                index.add(
                    style.sku,
                    studio=self.of(style.images),
                    verified=self.of(photos),
                    studio_names=style.images,
                    verified_names=photos,
                )
        return index


def verified_pictures(snapshot: Snapshot) -> dict[str, list[str]]:
    """Pictures of the training split by the style that people named."""
    by_sku: dict[str, list[str]] = {}
    for photo in snapshot.of("train", "style"):
        by_sku.setdefault(photo.sku, []).append(photo.image)
    return by_sku


def embed_snapshot(model: DeepDress, snapshot: Snapshot) -> EmbeddedSnapshot:
    """Describe all studio shots and photos of a snapshot.

    Raises:
        BrokenImage: names the file.
    """
    images = {image: None for style in snapshot.styles for image in style.images}
    images |= {photo.image: None for photo in snapshot.photos}
    described = model.describe_files([snapshot.path(image) for image in images])
    return EmbeddedSnapshot(snapshot, {image: row for row, image in enumerate(images)}, described)
