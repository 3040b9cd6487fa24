"""What one model sees in the pictures of a simulation; each is looked at once."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from classifier.embedded import EmbeddedSnapshot
from classifier.predict import DeepDress, Described
from classifier.snapshot import Snapshot


class Sight:
    """A model and its memory of a folder of pictures."""

    def __init__(self, model: DeepDress, folder: Path) -> None:
        self.model, self.folder = model, folder
        self.place: dict[str, int] = {}
        self.described = model.describe([])

    def of(self, snapshot: Snapshot) -> EmbeddedSnapshot:
        """A snapshot as this model sees it."""
        self.look([image for style in snapshot.styles for image in style.images])
        self.look([photo.image for photo in snapshot.photos])
        return EmbeddedSnapshot(snapshot, self.place, self.described)

    def look(self, images: Iterable[str]) -> None:
        """Remember pictures that were not seen before."""
        new = list(dict.fromkeys(image for image in images if image not in self.place))
        found = self.model.describe_files([self.folder / image for image in new])
        self.place |= {image: len(self.place) + number for number, image in enumerate(new)}
        self.described = Described(
            np.concatenate([self.described.embeddings, found.embeddings]),
            np.concatenate([self.described.dress_logits, found.dress_logits]),
        )
