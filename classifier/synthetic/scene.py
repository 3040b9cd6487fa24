"""Where people are: a backdrop with depth, its light and the colour of its air."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageFilter

from classifier.synthetic import nature, rooms, town, venues
from classifier.synthetic.canvas import Canvas, Frame
from classifier.synthetic.chance import Dice

Air = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """One kind of backdrop."""

    paint: Callable[[Canvas, float, Dice], None]  # the canvas's unit is its width; the float is its height
    floor: float  # where the ground begins, as a share of the height
    air: Air  # what its light does to red, green and blue
    likely: float


PLACES: Final[dict[str, Place]] = {
    "street": Place(town.street, 0.74, (1.0, 0.99, 0.98), 4),
    "brick": Place(town.brick_wall, 0.84, (1.02, 1.0, 0.97), 3),
    "park": Place(nature.park, 0.66, (1.0, 1.02, 0.96), 4),
    "wedding": Place(nature.wedding, 0.68, (1.02, 1.0, 0.96), 3),
    "beach": Place(nature.beach, 0.66, (1.05, 0.98, 0.9), 2),
    "rooftop": Place(town.rooftop, 0.8, (0.96, 0.94, 1.0), 2),
    "room": Place(rooms.living_room, 0.8, (1.02, 1.0, 0.95), 4),
    "party": Place(venues.party, 0.86, (0.98, 0.9, 0.9), 3),
    "restaurant": Place(venues.restaurant, 0.82, (1.04, 0.97, 0.88), 2),
    "hall": Place(venues.grand_hall, 0.78, (1.0, 0.99, 0.97), 2),
    "mirror": Place(rooms.mirror, 0.86, (1.01, 1.0, 0.97), 0),  # only for selfies
}


def backdrop(name: str, size_px: tuple[int, int], seed: int, *, blur: float) -> Image.Image:
    """Paint a place at its final size, out of focus by blur (in heads of sharpness lost, about 0 to 1)."""
    width, height = size_px
    small = (max(width // 2, 16), max(height // 2, 16))
    canvas = Canvas(Image.new("RGB", small, (200, 196, 190))).view(Frame(0.0, 0.0, float(small[0])))
    PLACES[name].paint(canvas, height / width, Dice(seed, "place", name))
    picture = canvas.finish()
    radius = blur * width / 260
    if radius > 0.3:
        picture = picture.filter(ImageFilter.BoxBlur(radius)).filter(ImageFilter.BoxBlur(radius * 0.7))
    return picture.resize(size_px, Image.Resampling.BILINEAR)
