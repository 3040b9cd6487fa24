"""What a bad evening and an old phone do to a photo: wrong white, wrong exposure, filters, tilt, softness."""

import io
from typing import Final

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from classifier.synthetic.chance import Dice

MAX_TILT: Final = 9.0  # degrees
LAMPS: Final = (
    (1.16, 1.0, 0.8),
    (1.08, 1.0, 0.9),
    (0.88, 0.98, 1.14),
    (1.06, 0.94, 1.08),
    (0.94, 1.05, 0.96),
)


def weather(picture: Image.Image, dice: Dice) -> Image.Image:
    """Spoil a photo as far as people still know the dress in it; the same dice spoil it in the same way."""
    return _store(_soften(_tone(_tilt(picture, dice), dice), dice), dice)


def _tilt(picture: Image.Image, dice: Dice) -> Image.Image:
    """Turn the phone a little, and stand not quite before the person."""
    width, height = picture.size
    angle = dice.between(-1, 1) * dice.unit() * MAX_TILT
    turned = picture.rotate(angle, Image.Resampling.BICUBIC)
    inset = abs(angle) / 57.3 * 0.72  # what the turn left empty; 57.3 degrees are one radian
    narrow = dice.between(0.0, 0.08)
    left = dice.unit()
    box = (
        width * (inset + narrow * left),
        height * inset * 0.6,
        width * (1 - inset - narrow * (1 - left)),
        height * (1 - inset * 0.6),
    )
    return turned.resize(picture.size, Image.Resampling.BICUBIC, box=box)


def _tone(picture: Image.Image, dice: Dice) -> Image.Image:
    """Light of another colour, too much or too little of it, and a filter."""
    lamp = dice.pick(LAMPS) if dice.happens(0.5) else (1.0, 1.0, 1.0)
    strength = dice.between(0.3, 1.0)
    exposure = 2.0 ** dice.between(-0.45, 0.4)
    gamma = 2.0 ** dice.between(-0.25, 0.25)
    lift = dice.between(0.0, 30.0) if dice.happens(0.3) else 0.0
    tables: list[int] = []
    for gain in lamp:
        for value in range(256):
            level = 255 * (value / 255) ** gamma * exposure * (1 + (gain - 1) * strength)
            tables.append(max(0, min(255, round(lift + level * (255 - lift) / 255))))
    toned = picture.point(tables)
    colourful = 0.0 if dice.happens(0.02) else dice.between(0.65, 1.25)
    return _spot(ImageEnhance.Color(toned).enhance(colourful), dice)


def _spot(picture: Image.Image, dice: Dice) -> Image.Image:
    """Uneven light: one side or corner in shade."""
    if not dice.happens(0.4):
        return picture
    ys, xs = np.mgrid[-1:1:10j, -1:1:8j].astype(np.float32)
    slope_x, slope_y, depth = dice.between(-1, 1), dice.between(-1, 1), dice.between(0.15, 0.5)
    shade = np.clip(1 - depth * np.clip(0.5 + slope_x * xs + slope_y * ys, 0, 1), 0, 1)
    table = Image.fromarray((shade * 255).astype(np.uint8)).resize(picture.size, Image.Resampling.BILINEAR)
    dark = np.asarray(picture, dtype=np.uint16) * np.asarray(table, dtype=np.uint16)[..., None] // 255
    return Image.fromarray(dark.astype(np.uint8))


def _soften(picture: Image.Image, dice: Dice) -> Image.Image:
    """A lens out of focus, or a picture that was once smaller."""
    width = picture.width
    if dice.happens(0.3):
        return picture.filter(ImageFilter.BoxBlur(dice.between(0.3, 1.3) * width / 320))
    if dice.happens(0.25):
        share = dice.between(0.4, 0.8)
        small = (max(round(width * share), 8), max(round(picture.height * share), 8))
        return picture.resize(small, Image.Resampling.BILINEAR).resize(
            picture.size, Image.Resampling.BILINEAR
        )
    return picture


def _store(picture: Image.Image, dice: Dice) -> Image.Image:
    """The squares of a picture that was saved and sent on too often."""
    if not dice.happens(0.4):
        return picture
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=dice.whole(30, 75))
    return Image.open(content).convert("RGB")
