"""The puppy, and the cat; the unit is the picture's width, (0, 0) the middle of the chest."""

from typing import Final

from classifier.synthetic.canvas import Canvas
from classifier.synthetic.chance import Dice
from classifier.synthetic.colours import DRESS, Colour, light, mix, shadow
from classifier.synthetic.curves import smooth

COATS: Final[tuple[Colour, ...]] = (
    (206, 158, 104), (240, 226, 204), (116, 82, 60), (60, 52, 52), (178, 176, 178), (224, 180, 130),
)  # fmt: skip


def puppy(canvas: Canvas, dice: Dice) -> None:
    """A sitting puppy that looks at you, tongue out."""
    coat = dice.pick(COATS)
    pale, dark = light(coat, 0.45), shadow(coat, 0.3)
    canvas.line(smooth([(0.17, 0.3), (0.3, 0.24), (0.33, 0.1)]), coat, 0.05)
    canvas.fill(
        smooth(
            [(-0.13, -0.02), (0.13, -0.02), (0.22, 0.2), (0.2, 0.36), (-0.2, 0.36), (-0.22, 0.2)], closed=True
        ),
        coat,
    )
    canvas.fill(
        smooth([(-0.07, 0.0), (0.07, 0.0), (0.08, 0.22), (0.0, 0.28), (-0.08, 0.22)], closed=True), pale
    )
    for side in (-1, 1):
        canvas.oval((side * 0.17, 0.31), 0.085, 0.07, shadow(coat, 0.08))
        canvas.fill(
            smooth(
                [(side * 0.03, 0.12), (side * 0.11, 0.12), (side * 0.11, 0.34), (side * 0.03, 0.34)],
                closed=True,
            ),
            light(coat, 0.08),
        )
        canvas.oval((side * 0.075, 0.355), 0.055, 0.035, pale)
        for toe in (-0.02, 0.02):
            canvas.line([(side * 0.075 + toe, 0.345), (side * 0.075 + toe, 0.375)], dark, 0.006, 160)
    collar = DRESS[dice.pick(("red", "teal", "mustard", "cobalt", "rose"))]
    canvas.line(smooth([(-0.13, -0.02), (0.0, 0.045), (0.13, -0.02)]), collar, 0.03)
    canvas.oval((0.0, 0.06), 0.022, 0.022, (226, 190, 104))
    canvas.oval((0.0, -0.18), 0.19, 0.175, coat)
    canvas.fill(
        smooth([(-0.035, -0.35), (0.035, -0.35), (0.05, -0.2), (0.0, -0.16), (-0.05, -0.2)], closed=True),
        pale,
    )
    for side in (-1, 1):
        ear = smooth(
            [
                (side * 0.12, -0.33),
                (side * 0.22, -0.3),
                (side * 0.26, -0.14),
                (side * 0.21, -0.04),
                (side * 0.15, -0.14),
            ],
            closed=True,
        )
        canvas.fill(ear, dark)
        canvas.oval((side * 0.08, -0.2), 0.03, 0.034, (40, 28, 26))
        canvas.oval((side * 0.08 - 0.008, -0.212), 0.01, 0.011, (255, 255, 255))
        canvas.line(
            smooth([(side * 0.05, -0.262), (side * 0.08, -0.275), (side * 0.11, -0.26)]), dark, 0.01, 160
        )
    canvas.oval((0.0, -0.105), 0.1, 0.075, pale)
    canvas.fill(
        smooth([(-0.028, -0.075), (0.028, -0.075), (0.03, -0.02), (0.0, 0.005), (-0.03, -0.02)], closed=True),
        (232, 120, 128),
    )
    canvas.line([(0.0, -0.07), (0.0, -0.02)], (206, 92, 104), 0.006)
    canvas.line(
        smooth([(-0.06, -0.085), (-0.03, -0.066), (0.0, -0.085), (0.03, -0.066), (0.06, -0.085)]),
        shadow(pale, 0.6),
        0.01,
    )
    canvas.fill(
        smooth([(-0.04, -0.15), (0.04, -0.15), (0.03, -0.115), (0.0, -0.1), (-0.03, -0.115)], closed=True),
        (44, 34, 34),
    )
    canvas.oval((-0.012, -0.14), 0.01, 0.006, (220, 214, 214), 200)


def cat(canvas: Canvas, dice: Dice) -> None:
    """A sitting cat that looks past you."""
    coat = dice.pick(COATS)
    dark, pale = shadow(coat, 0.3), light(coat, 0.4)
    canvas.line(smooth([(0.14, 0.34), (0.32, 0.34), (0.36, 0.2), (0.28, 0.14)]), dark, 0.045)
    canvas.fill(
        smooth(
            [(-0.1, -0.06), (0.1, -0.06), (0.2, 0.2), (0.2, 0.36), (-0.2, 0.36), (-0.2, 0.2)], closed=True
        ),
        coat,
    )
    canvas.fill(smooth([(-0.06, 0.0), (0.06, 0.0), (0.06, 0.2), (-0.06, 0.2)], closed=True), pale)
    for side in (-1, 1):
        canvas.oval((side * 0.06, 0.35), 0.05, 0.03, pale)
        canvas.fill([(side * 0.06, -0.3), (side * 0.17, -0.4), (side * 0.16, -0.2)], coat)
        canvas.fill([(side * 0.09, -0.3), (side * 0.15, -0.36), (side * 0.145, -0.24)], (232, 172, 164))
    canvas.oval((0.0, -0.18), 0.17, 0.14, coat)
    for stripe in (-0.05, 0.0, 0.05):
        canvas.line([(stripe, -0.315), (stripe * 0.7, -0.25)], dark, 0.014, 190)
    eye = dice.pick(((150, 178, 96), (220, 178, 84), (120, 172, 196)))
    for side in (-1, 1):
        canvas.oval((side * 0.07, -0.195), 0.036, 0.03, eye)
        canvas.oval((side * 0.07, -0.195), 0.011, 0.028, (24, 20, 22))
        canvas.oval((side * 0.07 - 0.01, -0.206), 0.008, 0.008, (255, 255, 255))
        for hair in (-0.015, 0.005, 0.025):
            canvas.line(
                [(side * 0.06, -0.12 + hair), (side * 0.2, -0.13 + hair * 2)], (250, 248, 244), 0.003, 170
            )
    canvas.oval((0.0, -0.115), 0.06, 0.045, pale)
    canvas.fill([(-0.018, -0.145), (0.018, -0.145), (0.0, -0.122)], mix((226, 130, 132), coat, 0.15))
    canvas.line(
        smooth([(-0.035, -0.1), (-0.015, -0.09), (0.0, -0.115), (0.015, -0.09), (0.035, -0.1)]),
        shadow(pale, 0.6),
        0.007,
    )
