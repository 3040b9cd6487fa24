"""Rooms at home and their mirrors; the unit is the picture's width."""

from classifier.synthetic.canvas import Canvas
from classifier.synthetic.chance import Dice
from classifier.synthetic.colours import DRESS, Colour, light, mix, shadow
from classifier.synthetic.curves import smooth
from classifier.synthetic.nature import GREENS, gradient

WALLS: tuple[Colour, ...] = (
    (226, 208, 186),
    (204, 186, 172),
    (188, 196, 184),
    (214, 196, 190),
    (176, 188, 196),
    (232, 222, 206),
    (194, 164, 148),
)
WOOD: tuple[Colour, ...] = ((176, 132, 96), (148, 108, 80), (198, 160, 122))


def floorboards(canvas: Canvas, top: float, height: float, ink: Colour) -> None:
    """Wooden boards that run towards the eye."""
    gradient(canvas, top, height, shadow(ink, 0.1), light(ink, 0.1), steps=10)
    for board in range(-6, 18):
        canvas.line(
            [(0.5 + (board - 6) * 0.08, top), (0.5 + (board - 6) * 0.2, height)],
            shadow(ink, 0.22),
            0.004,
            130,
        )


def plant(canvas: Canvas, x: float, ground: float, tall: float, dice: Dice) -> None:
    """A potted plant with long leaves."""
    pot = dice.pick(((196, 122, 92), (232, 226, 216), (86, 92, 98)))
    green = dice.pick(GREENS)
    for _ in range(9):
        reach, lean = tall * dice.between(0.6, 1.0), dice.between(-0.17, 0.17)
        tip = (x + lean, ground - 0.12 - reach)
        blade = smooth(
            [
                (x, ground - 0.12),
                (x + lean * 0.3 - 0.03, ground - 0.12 - reach * 0.6),
                tip,
                (x + lean * 0.4 + 0.035, ground - 0.12 - reach * 0.5),
            ],
            closed=True,
        )
        canvas.fill(blade, mix(green, shadow(green, 0.4), dice.unit()))
    canvas.fill(
        [(x - 0.065, ground - 0.13), (x + 0.065, ground - 0.13), (x + 0.05, ground), (x - 0.05, ground)], pot
    )
    canvas.fill(
        [(x + 0.02, ground - 0.13), (x + 0.065, ground - 0.13), (x + 0.05, ground), (x + 0.02, ground)],
        shadow(pot, 0.2),
    )


def window(canvas: Canvas, left: float, top: float, wide: float, tall: float, dice: Dice) -> None:
    """A window with daylight, a cross and curtains."""
    canvas.box(left - 0.015, top - 0.015, left + wide + 0.015, top + tall + 0.015, (246, 242, 234))
    canvas.box(left, top, left + wide, top + tall, (214, 230, 238))
    canvas.oval((left + wide * 0.3, top + tall), wide * 0.35, tall * 0.3, (176, 196, 160))
    canvas.box(left + wide * 0.48, top, left + wide * 0.52, top + tall, (246, 242, 234))
    canvas.box(left, top + tall * 0.48, left + wide, top + tall * 0.52, (246, 242, 234))
    cloth = dice.pick(((244, 238, 228), (206, 186, 176), (180, 190, 180)))
    for side, edge in ((-1, left), (1, left + wide)):
        canvas.fill(
            smooth(
                [
                    (edge - side * 0.05, top - 0.04),
                    (edge + side * 0.07, top - 0.04),
                    (edge + side * 0.09, top + tall + 0.1),
                    (edge - side * 0.01, top + tall + 0.1),
                    (edge - side * 0.02, top + tall * 0.5),
                ],
                closed=True,
            ),
            cloth,
        )
        for fold in (0.0, 0.03, 0.06):
            canvas.line(
                [(edge + side * fold, top), (edge + side * (fold + 0.012), top + tall + 0.08)],
                shadow(cloth, 0.16),
                0.008,
                150,
            )


def picture_frame(canvas: Canvas, left: float, top: float, wide: float, tall: float, dice: Dice) -> None:
    """A framed abstract print."""
    canvas.box(
        left, top, left + wide, top + tall, dice.pick(((64, 52, 46), (214, 180, 120), (240, 236, 228)))
    )
    canvas.box(left + 0.01, top + 0.01, left + wide - 0.01, top + tall - 0.01, (246, 242, 232))
    for _ in range(3):
        ink = DRESS[dice.pick(("rust", "mustard", "teal", "blush", "navy", "sage", "coral"))]
        canvas.oval(
            (left + wide * dice.between(0.35, 0.65), top + tall * dice.between(0.35, 0.65)),
            wide * dice.between(0.1, 0.22),
            tall * dice.between(0.1, 0.22),
            ink,
        )


def living_room(canvas: Canvas, height: float, dice: Dice) -> None:
    """A room with a window, a sofa, a plant and pictures."""
    ground = height * 0.8
    wall = dice.pick(WALLS)
    gradient(canvas, 0.0, ground, light(wall, 0.12), shadow(wall, 0.1))
    left = dice.pick((0.06, 0.6))
    window(canvas, left, height * 0.1, 0.3, 0.5, dice)
    other = 0.62 if left < 0.5 else 0.08
    picture_frame(canvas, other, height * 0.14, 0.2, 0.26, dice)
    picture_frame(canvas, other + 0.22, height * 0.2, 0.11, 0.15, dice)
    canvas.fill(
        [(left, ground), (left + 0.3, ground), (left + 0.5, height), (left + 0.06, height)],
        (255, 240, 206),
        60,
    )
    floorboards(canvas, ground, height, dice.pick(WOOD))
    canvas.box(0.0, ground - 0.03, 1.0, ground, light(wall, 0.45))
    _sofa(
        canvas,
        dice.pick((-0.12, 0.58)),
        ground + 0.05,
        DRESS[dice.pick(("sage", "rust", "navy", "camel", "blush", "charcoal", "teal", "mustard"))],
    )
    plant(canvas, dice.pick((0.9, 0.1)), ground + 0.08, dice.between(0.3, 0.5), dice)
    rug = DRESS[dice.pick(("ivory", "rust", "navy", "rose", "silver"))]
    canvas.oval((0.5, height * 0.95), 0.46, 0.07, mix(rug, (220, 210, 196), 0.4))
    canvas.oval((0.5, height * 0.95), 0.4, 0.056, mix(rug, (236, 226, 210), 0.65))
    if dice.happens(0.5):
        _lamp(canvas, dice.pick((0.1, 0.9)), ground, height)


def _sofa(canvas: Canvas, x: float, ground: float, ink: Colour) -> None:
    canvas.fill(
        smooth(
            [
                (x, ground),
                (x, ground - 0.26),
                (x + 0.04, ground - 0.32),
                (x + 0.5, ground - 0.32),
                (x + 0.54, ground - 0.26),
                (x + 0.54, ground),
            ],
            steps=3,
        ),
        shadow(ink, 0.12),
    )
    canvas.box(x + 0.05, ground - 0.17, x + 0.49, ground - 0.02, ink)
    canvas.line([(x + 0.27, ground - 0.17), (x + 0.27, ground - 0.02)], shadow(ink, 0.3), 0.006)
    for cushion, tone in ((0.08, light(ink, 0.35)), (0.38, mix(ink, (240, 214, 160), 0.6))):
        canvas.fill(
            smooth(
                [
                    (x + cushion, ground - 0.17),
                    (x + cushion + 0.01, ground - 0.29),
                    (x + cushion + 0.11, ground - 0.28),
                    (x + cushion + 0.12, ground - 0.17),
                ],
                closed=True,
            ),
            tone,
        )
    for arm in (0.0, 0.48):
        canvas.fill(
            smooth(
                [
                    (x + arm, ground),
                    (x + arm, ground - 0.2),
                    (x + arm + 0.035, ground - 0.23),
                    (x + arm + 0.07, ground - 0.2),
                    (x + arm + 0.07, ground),
                ],
                steps=3,
            ),
            light(ink, 0.06),
        )


def _lamp(canvas: Canvas, x: float, ground: float, height: float) -> None:
    for ring in range(6):
        canvas.oval((x, height * 0.4), 0.22 - ring * 0.03, 0.22 - ring * 0.03, (255, 232, 180), 13)
    canvas.box(x - 0.005, height * 0.42, x + 0.005, ground + 0.06, (92, 78, 66))
    canvas.fill(
        [
            (x - 0.05, height * 0.36),
            (x + 0.05, height * 0.36),
            (x + 0.085, height * 0.44),
            (x - 0.085, height * 0.44),
        ],
        (250, 232, 196),
    )


def mirror(canvas: Canvas, height: float, dice: Dice) -> None:
    """A tall mirror on a wall; what is behind the camera shows in it."""
    wall = dice.pick(WALLS)
    canvas.box(0.0, 0.0, 1.0, height, light(wall, 0.2))
    frame = dice.pick(((206, 172, 108), (70, 58, 52), (236, 230, 220), (150, 112, 82)))
    canvas.box(0.06, 0.03, 0.94, height + 0.1, shadow(frame, 0.15))
    canvas.box(0.07, 0.04, 0.93, height + 0.1, frame)
    canvas.box(0.095, 0.065, 0.905, height, light(wall, 0.05))
    ground = height * 0.86
    inner = dice.pick(WALLS)
    canvas.box(0.095, 0.065, 0.905, ground, inner)
    canvas.box(0.095, ground, 0.905, height, dice.pick(WOOD))
    window(canvas, dice.pick((0.17, 0.6)), height * 0.14, 0.2, 0.4, dice)
    if dice.happens(0.6):
        x = dice.pick((0.12, 0.62))
        linen = DRESS[dice.pick(("ivory", "blush", "sage", "sky", "rust", "lavender"))]
        canvas.box(x, ground - 0.26, x + 0.26, ground - 0.1, shadow(dice.pick(WOOD), 0.2))
        canvas.box(x, ground - 0.15, x + 0.26, ground + 0.01, linen)
        canvas.oval((x + 0.13, ground - 0.16), 0.1, 0.035, light(linen, 0.5))
    else:
        x = dice.pick((0.12, 0.64))
        canvas.box(x, height * 0.3, x + 0.24, ground, (232, 224, 212))
        for hanger in range(8):
            ink = DRESS[dice.pick(sorted(DRESS))]
            canvas.box(
                x + 0.015 + hanger * 0.027,
                height * 0.35,
                x + 0.037 + hanger * 0.027,
                height * (0.6 + 0.1 * dice.unit()),
                ink,
            )
    plant(canvas, dice.pick((0.16, 0.84)), ground + 0.04, 0.3, dice)
    canvas.fill(
        [(0.12, 0.065), (0.3, 0.065), (0.1, height * 0.45), (0.095, height * 0.2)], (255, 255, 255), 34
    )
