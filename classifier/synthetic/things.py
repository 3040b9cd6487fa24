"""Handbags, shoes and jewellery on a table."""

from collections.abc import Callable
from typing import Final

from PIL import Image, ImageFilter

from classifier.synthetic.canvas import Canvas, Frame
from classifier.synthetic.chance import Dice
from classifier.synthetic.colours import DRESS, Colour, light, shadow
from classifier.synthetic.curves import smooth
from classifier.synthetic.film import develop
from classifier.synthetic.nature import gradient

BRIGHT: Final = (
    "coral",
    "red",
    "mustard",
    "emerald",
    "teal",
    "cobalt",
    "rose",
    "camel",
    "black",
    "wine",
    "blush",
    "chocolate",
)


def _still_life(seed: int, size_px: tuple[int, int], paint: Callable[[Canvas, Dice], None]) -> Image.Image:
    """A thing on a table: the unit is the picture's width, (0, 0) its middle."""
    dice = Dice(seed, "still life")
    width, height = size_px
    small = Image.new("RGB", (max(width // 2, 16), max(height // 2, 16)))
    table = Canvas(small).view(Frame(0.0, 0.0, float(small.width)))
    wall = DRESS[dice.pick(("ivory", "blush", "sage", "sky", "champagne", "silver", "lavender"))]
    tall = height / width
    gradient(table, 0.0, tall * 0.55, light(wall, 0.35), wall)
    top = dice.pick(((206, 170, 132), (236, 230, 222), (166, 124, 94), (222, 206, 190)))
    gradient(table, tall * 0.55, tall, shadow(top, 0.08), light(top, 0.2))
    backdrop = (
        table.finish().filter(ImageFilter.BoxBlur(width / 200)).resize(size_px, Image.Resampling.BILINEAR)
    )
    canvas = Canvas(backdrop).view(Frame(width / 2, height * 0.56, float(width) * dice.between(0.85, 1.1)))
    for step in range(8):
        canvas.oval((0.02, 0.29), 0.37 - step * 0.016, 0.06 - step * 0.003, (50, 36, 40), 14)
    paint(canvas, dice)
    return develop(canvas.finish(), dice, (1.0, 1.0, 1.0))


def _bag(canvas: Canvas, dice: Dice) -> None:
    ink = DRESS[dice.pick(BRIGHT)]
    gold: Colour = (222, 184, 102)
    canvas.line(
        smooth([(-0.17, -0.02), (-0.14, -0.26), (0.0, -0.34), (0.14, -0.26), (0.17, -0.02)]),
        shadow(ink, 0.2),
        0.026,
    )
    canvas.line(
        smooth([(-0.17, -0.02), (-0.145, -0.25), (0.0, -0.33), (0.13, -0.25)]), light(ink, 0.2), 0.006, 160
    )
    canvas.fill(
        smooth(
            [(-0.26, -0.06), (0.26, -0.06), (0.31, 0.24), (0.27, 0.29), (-0.27, 0.29), (-0.31, 0.24)],
            closed=True,
            steps=4,
        ),
        ink,
    )
    canvas.fill(
        smooth(
            [(0.08, -0.06), (0.26, -0.06), (0.31, 0.24), (0.27, 0.29), (0.12, 0.29)], closed=True, steps=3
        ),
        shadow(ink, 0.3),
        90,
    )
    canvas.fill(
        smooth(
            [(-0.265, -0.07), (0.265, -0.07), (0.26, 0.06), (0.0, 0.14), (-0.26, 0.06)], closed=True, steps=4
        ),
        light(ink, 0.08),
    )
    canvas.line(smooth([(-0.26, 0.06), (0.0, 0.14), (0.26, 0.06)]), shadow(ink, 0.4), 0.008, 170)
    canvas.box(-0.03, 0.09, 0.03, 0.15, gold)
    for x in (-0.17, 0.17):
        canvas.oval((x, -0.02), 0.022, 0.022, gold)


def _shoe(canvas: Canvas, dice: Dice) -> None:
    ink = DRESS[dice.pick(BRIGHT)]
    for shift, tone in ((-0.1, shadow(ink, 0.22)), (0.06, ink)):
        base = 0.26 if tone == ink else 0.18
        heel = [
            (shift - 0.2, base - 0.2),
            (shift - 0.15, base - 0.2),
            (shift - 0.165, base + 0.03),
            (shift - 0.19, base + 0.03),
        ]
        canvas.fill(heel, shadow(tone, 0.25))
        canvas.fill(
            smooth(
                [
                    (shift - 0.22, base - 0.3),
                    (shift - 0.12, base - 0.24),
                    (shift + 0.02, base - 0.1),
                    (shift + 0.16, base - 0.05),
                    (shift + 0.27, base + 0.0),
                    (shift + 0.26, base + 0.035),
                    (shift + 0.06, base + 0.02),
                    (shift - 0.06, base - 0.08),
                    (shift - 0.2, base - 0.18),
                ],
                closed=True,
                steps=5,
            ),
            tone,
        )
        canvas.line(
            smooth([(shift + 0.04, base + 0.03), (shift + 0.15, base + 0.042), (shift + 0.26, base + 0.04)]),
            shadow(tone, 0.5),
            0.012,
        )
        canvas.line(
            smooth([(shift - 0.16, base - 0.25), (shift - 0.04, base - 0.13), (shift + 0.1, base - 0.065)]),
            light(tone, 0.45),
            0.01,
            150,
        )


def _jewellery(canvas: Canvas, dice: Dice) -> None:
    velvet = DRESS[dice.pick(("navy", "wine", "forest", "black", "plum"))]
    gold: Colour = dice.pick(((222, 184, 102), (206, 208, 214), (224, 166, 142)))
    stone = DRESS[dice.pick(("emerald", "red", "cobalt", "white", "turquoise", "violet"))]
    canvas.fill(
        smooth([(-0.3, 0.3), (-0.24, -0.1), (-0.12, -0.3), (0.12, -0.3), (0.24, -0.1), (0.3, 0.3)], steps=6),
        velvet,
    )
    canvas.fill(
        smooth([(0.05, 0.3), (0.12, -0.28), (0.24, -0.1), (0.3, 0.3)], steps=5), shadow(velvet, 0.3), 120
    )
    chain = smooth(
        [
            (-0.13, -0.27),
            (-0.15, -0.05),
            (-0.08, 0.1),
            (0.0, 0.15),
            (0.08, 0.1),
            (0.15, -0.05),
            (0.13, -0.27),
        ],
        steps=6,
    )
    for x, y in chain:
        canvas.oval((x, y), 0.011, 0.011, gold)
        canvas.oval((x - 0.003, y - 0.003), 0.004, 0.004, (255, 250, 230))
    canvas.fill(smooth([(0.0, 0.15), (0.05, 0.2), (0.0, 0.28), (-0.05, 0.2)], closed=True, steps=3), gold)
    canvas.fill(
        smooth([(0.0, 0.165), (0.036, 0.2), (0.0, 0.262), (-0.036, 0.2)], closed=True, steps=3), stone
    )
    canvas.oval((-0.012, 0.195), 0.008, 0.01, (255, 255, 255), 220)


def bag_photo(seed: int, size_px: tuple[int, int]) -> Image.Image:
    """A handbag on a table."""
    return _still_life(seed, size_px, _bag)


def shoe_photo(seed: int, size_px: tuple[int, int]) -> Image.Image:
    """A pair of pumps."""
    return _still_life(seed, size_px, _shoe)


def jewellery_photo(seed: int, size_px: tuple[int, int]) -> Image.Image:
    """A necklace on a stand."""
    return _still_life(seed, size_px, _jewellery)
