"""What a phone does to a picture: filters, cast, vignette, flare and grain."""

from typing import Final

import numpy as np
from PIL import Image, ImageChops

from classifier.synthetic.chance import Dice
from classifier.synthetic.scene import Air

# filter: contrast, lift of the blacks, red, green and blue gains; mild, so that a dress keeps its colour
FILTERS: Final[dict[str, tuple[float, float, float, float, float]]] = {
    "none": (1.0, 0.0, 1.0, 1.0, 1.0),
    "warm": (1.02, 4.0, 1.05, 1.0, 0.93),
    "cool": (1.03, 2.0, 0.95, 1.0, 1.05),
    "faded": (0.86, 22.0, 1.02, 1.0, 0.98),
    "crisp": (1.12, -6.0, 1.0, 1.0, 1.0),
    "rosy": (0.96, 10.0, 1.04, 0.97, 1.0),
}


def develop(picture: Image.Image, dice: Dice, air: Air) -> Image.Image:
    """Turn a clean drawing into a photo of its place and phone."""
    contrast, lift, *gains = FILTERS[
        dice.weighted({"none": 4, "warm": 3, "cool": 1.5, "faded": 1.5, "crisp": 2, "rosy": 1.5})
    ]
    exposure = dice.between(0.92, 1.08)
    tables: list[int] = []
    for gain, tone in zip(gains, air, strict=True):
        for value in range(256):
            level = ((value - 128) * contrast + 128 + lift) * gain * tone * exposure
            tables.append(max(0, min(255, round(level))))
    toned = picture.point(tables)
    return _grain(_glow(toned, dice), dice)


def _glow(picture: Image.Image, dice: Dice) -> Image.Image:
    """Darker corners, and light that falls in from one side."""
    width, height = 24, 30
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    xs, ys = xs / (width - 1) * 2 - 1, ys / (height - 1) * 2 - 1
    edge = np.clip((xs * xs + ys * ys) - 0.75, 0, None) * dice.between(0.03, 0.14)
    shade = np.clip(1 - edge, 0, 1)
    table = Image.fromarray((shade * 255).astype(np.uint8)).resize(picture.size, Image.Resampling.BILINEAR)
    dark = Image.merge("RGB", (table, table, table))
    result = ImageChops.multiply(picture, dark)
    if dice.happens(0.3):
        side, power = dice.pick((-1, 1)), dice.between(0.12, 0.3)
        flare = np.clip(side * xs * 0.8 - ys * 0.5 - 0.35, 0, 1) * power
        leak = [Image.fromarray((flare * tone).astype(np.uint8)) for tone in (255, 214, 150)]
        result = ImageChops.screen(
            result, Image.merge("RGB", leak).resize(picture.size, Image.Resampling.BILINEAR)
        )
    return result


def _grain(picture: Image.Image, dice: Dice) -> Image.Image:
    """A little noise, the same in all three channels."""
    strength = dice.whole(2, 6)
    noise = dice.generator.integers(
        -strength, strength + 1, size=(picture.height, picture.width, 1), dtype=np.int16
    )
    return Image.fromarray(np.clip(np.asarray(picture, dtype=np.int16) + noise, 0, 255).astype(np.uint8))
