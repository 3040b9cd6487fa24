"""Printed cloth: one repeating tile per pattern, seen in the colours of a look."""

from typing import Final

import numpy as np

from classifier.synthetic.canvas import Pixels
from classifier.synthetic.chance import Dice
from classifier.synthetic.colours import DRESS
from classifier.synthetic.prints import PATTERNS
from classifier.synthetic.spec import Look
from classifier.synthetic.tile import Inks, Tile

TILE: Final = 1.6  # heads that one tile covers in both directions
SIZES: Final = {"small": 0.62, "medium": 1.0, "large": 1.55, "": 1.0}
SAMPLES: Final = 3


def inks_of(look: Look) -> Inks:
    """The colours of a look; the first also stands for those that it lacks."""
    first = DRESS[look.colour]
    second = DRESS[look.accent] if look.accent else first
    return first, second, DRESS[look.third] if look.third else second


def cloth_tile(look: Look, side_px: int) -> Pixels:
    """The look's repeating tile as (side, side, 3) uint8; it covers TILE heads."""
    inks = inks_of(look)
    tile = Tile(side_px * SAMPLES, inks[0])
    draw = PATTERNS.get(look.pattern)
    if draw is not None:
        draw(
            tile, inks, SIZES[look.scale], Dice(0, "tile", look.pattern, look.colour, look.accent, look.third)
        )
    pixels = np.asarray(tile.image.reduce(SAMPLES))
    return np.ascontiguousarray(pixels)
