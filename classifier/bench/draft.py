"""A benchmark's snapshot before it is drawn: its rows, and a sketch of every picture."""

from itertools import count
from typing import Final

from classifier.bench.drawing import Sketch
from classifier.bench.looks import Design, Role, design_dresses
from classifier.snapshot import Label, SnapshotPhoto, SnapshotStyle, Split, split_of
from classifier.synthetic.chance import seed_of

NAME: Final = "dresses-v1"
VIEWS: Final = 2


class Draft:
    """The rows and sketches of one snapshot."""

    def __init__(self, seed: int, role: Role) -> None:
        self.seed, self.role = seed, role
        self.styles: list[SnapshotStyle] = []
        self.photos: list[SnapshotPhoto] = []
        self.sketches: list[Sketch] = []

    def add_style(
        self, number: int, design: Design, photos: dict[Split, int], *, active: bool = True
    ) -> None:
        """A style with its studio shots, and so many photos in each split."""
        sku = sku_of(self.role, number)
        shots = tuple(f"images/{sku}-studio-{view}.webp" for view in range(VIEWS))
        self.styles.append(SnapshotStyle(sku, active, shots, design.look.colour))
        self.sketches += [Sketch(file, "studio", design.look, view=n) for n, file in enumerate(shots)]
        for split, amount in photos.items():
            for shot in range(amount):
                self._add_photo(f"{sku}-{split}-{shot}", "dress", split, "style", design, sku)

    def add_other(self, kind: str, number: int, split: Split) -> None:
        """A photo of no dress, or of one that is in nobody's stock."""
        name = f"{kind}-{split}-{number}"
        if kind != "unlisted":
            self._add_photo(name, kind, split, "not_dress", None)
            return
        seed = seed_of(self.seed, NAME, self.role, name)
        [design] = design_dresses(1, role="unlisted", seed=seed, twin_share=0.0)
        self._add_photo(name, kind, split, "unlisted", design)

    def _add_photo(
        self, name: str, kind: str, split: Split, label: Label, design: Design | None, sku: str = ""
    ) -> None:
        image = f"images/{name}.webp"
        self.photos.append(SnapshotPhoto(name, image, _owner_in(split, name), split, label, sku, kind=kind))
        seed = seed_of(self.seed, NAME, self.role, name)
        self.sketches.append(Sketch(image, kind, design.look if design else None, seed=seed))


def sku_of(role: Role, number: int) -> str:
    """The sku of a dress of the benchmark."""
    return f"{role}-{number:05d}"


def _owner_in(split: Split, name: str) -> str:
    """An owner whose photos fall into that split by the rule that real ones follow."""
    return next(owner for n in count() if split_of(owner := f"{name}.{n}", name) == split)
