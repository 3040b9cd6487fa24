"""Data sets as people have them on disk, and the way from there to a snapshot."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from classifier.layouts import clothing, deepfashion, exports, fashion_mnist, folders, street2shop
from classifier.layouts.collection import Collection, Item, LayoutError
from classifier.layouts.writing import Written, write_collection


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader may be told beside the place."""

    images: Path | None = None
    studio: Path | None = None
    only: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A form of data set: how to know it, and how to read it."""

    name: str
    recognise: Callable[[Path], bool]
    read: Callable[[Path, Asked], Collection]


LAYOUTS = (
    Layout(
        "export",
        exports.recognise,
        lambda p, asked: exports.read(p, images=asked.images, studio=asked.studio),
    ),
    Layout("clothing", clothing.recognise, lambda p, asked: clothing.read(p)),
    Layout(
        "in-shop",
        deepfashion.recognise_in_shop,
        lambda p, asked: deepfashion.read_in_shop(p, only=asked.only),
    ),
    Layout(
        "consumer-to-shop",
        deepfashion.recognise_consumer_to_shop,
        lambda p, asked: deepfashion.read_consumer_to_shop(p, only=asked.only),
    ),
    Layout("street2shop", street2shop.recognise, lambda p, asked: street2shop.read(p, only=asked.only)),
    Layout("fashion-mnist", fashion_mnist.recognise, lambda p, asked: fashion_mnist.read(p)),
    Layout("folders", folders.recognise, lambda p, asked: folders.read(p)),
)
NAMES = tuple(layout.name for layout in LAYOUTS)


def read_layout(path: Path, name: str = "auto", asked: Asked | None = None) -> Collection:
    """Read a data set in the layout named, or in the first one that it looks like.

    Raises:
        LayoutError: there is nothing at that place, or it is in another form.
    """
    if not path.exists():
        raise LayoutError(f"{path} does not exist")
    for layout in LAYOUTS:
        if layout.name == name or (name == "auto" and layout.recognise(path)):
            return layout.read(path, asked or Asked())
    raise LayoutError(f"{path} is in none of the layouts {', '.join(NAMES)}")


__all__ = [
    "LAYOUTS",
    "NAMES",
    "Asked",
    "Collection",
    "Item",
    "LayoutError",
    "Written",
    "read_layout",
    "write_collection",
]
