"""Streets, walls and roofs; the unit is the picture's width."""

from classifier.synthetic.canvas import Canvas
from classifier.synthetic.chance import Dice
from classifier.synthetic.colours import DRESS, Colour, light, mix, shadow
from classifier.synthetic.curves import smooth
from classifier.synthetic.nature import GREENS, gradient, leaves, lights, tree

FACADES: tuple[Colour, ...] = (
    (214, 190, 164),
    (190, 150, 128),
    (222, 208, 186),
    (168, 176, 182),
    (200, 172, 150),
    (230, 202, 180),
    (172, 134, 116),
)


def street(canvas: Canvas, height: float, dice: Dice) -> None:
    """A street between two rows of houses."""
    ground = height * 0.74
    gradient(canvas, 0.0, ground, (168, 200, 226), (238, 230, 216))
    _row(canvas, ground, dice, -1)
    _row(canvas, ground, dice, 1)
    gradient(canvas, ground - 0.01, height, (186, 182, 178), (150, 146, 146), steps=10)
    canvas.fill([(0.42, ground), (0.58, ground), (1.1, height), (-0.1, height)], (126, 124, 128))
    for step in range(5):
        y = ground + (height - ground) * (step / 5) ** 1.6 + 0.01
        canvas.box(
            0.49 - step * 0.002, y, 0.51 + step * 0.002, y + 0.012 + step * 0.006, (222, 216, 200), 200
        )
    if dice.happens(0.7):
        tree(canvas, dice.pick((0.1, 0.88)), ground + 0.06, dice.between(0.5, 0.75), dice)
    if dice.happens(0.6):
        car(
            canvas,
            dice.pick((0.08, 0.78)),
            ground + 0.05,
            DRESS[dice.pick(("cobalt", "red", "lemon", "sage", "ivory", "teal"))],
        )


def _row(canvas: Canvas, ground: float, dice: Dice, side: int) -> None:
    edge = 0.0
    depth = 1.0
    while edge < 0.42:
        wide = dice.between(0.14, 0.22) * depth
        top = ground - dice.between(0.55, 0.95) * (depth * 0.75 + 0.25)
        ink = dice.pick(FACADES)
        near, far = edge, min(edge + wide, 0.44)
        slope = 0.06 * depth

        def flip(x: float) -> float:
            return x if side < 0 else 1 - x

        canvas.fill(
            [(flip(near), top - slope), (flip(far), top), (flip(far), ground), (flip(near), ground + slope)],
            ink if side < 0 else shadow(ink, 0.18),
        )
        for row in range(6):
            for column in range(2):
                x = near + (far - near) * (0.2 + 0.42 * column)
                y = top + (ground - top) * (0.08 + row * 0.135)
                pane = mix((96, 112, 128), (236, 222, 178), dice.unit() * 0.7)
                canvas.fill(
                    [
                        (flip(x), y),
                        (flip(x + (far - near) * 0.22), y),
                        (flip(x + (far - near) * 0.22), y + 0.055),
                        (flip(x), y + 0.055),
                    ],
                    pane,
                )
        awning = DRESS[dice.pick(("wine", "forest", "navy", "rust", "blush"))]
        y = ground - 0.15
        canvas.fill(
            [
                (flip(near + 0.01), y),
                (flip(far - 0.01), y),
                (flip(far + 0.015), y + 0.045),
                (flip(near - 0.005), y + 0.055),
            ],
            awning,
        )
        canvas.fill(
            [
                (flip(near + 0.015), y + 0.055),
                (flip(far - 0.01), y + 0.05),
                (flip(far - 0.01), ground),
                (flip(near + 0.015), ground + 0.02),
            ],
            shadow(ink, 0.45),
        )
        edge, depth = far + 0.004, depth * 0.82


def car(canvas: Canvas, x: float, ground: float, ink: Colour) -> None:
    """A small parked car seen from its side."""
    body = smooth(
        [
            (x - 0.02, ground - 0.02),
            (x - 0.015, ground - 0.07),
            (x + 0.04, ground - 0.085),
            (x + 0.08, ground - 0.135),
            (x + 0.2, ground - 0.135),
            (x + 0.25, ground - 0.085),
            (x + 0.29, ground - 0.07),
            (x + 0.295, ground - 0.02),
        ],
        closed=True,
        steps=4,
    )
    canvas.fill(body, ink)
    canvas.fill(
        [
            (x + 0.06, ground - 0.085),
            (x + 0.09, ground - 0.125),
            (x + 0.19, ground - 0.125),
            (x + 0.225, ground - 0.085),
        ],
        (190, 206, 214),
    )
    for wheel in (0.05, 0.22):
        canvas.oval((x + wheel, ground - 0.018), 0.03, 0.03, (48, 46, 50))
        canvas.oval((x + wheel, ground - 0.018), 0.014, 0.014, (190, 188, 186))


def brick_wall(canvas: Canvas, height: float, dice: Dice) -> None:
    """A wall of brick or plaster with a door and some ivy."""
    ground = height * 0.84
    base = dice.pick(((172, 104, 84), (196, 170, 148), (150, 92, 78), (206, 196, 186), (140, 152, 150)))
    gradient(canvas, 0.0, ground, light(base, 0.12), shadow(base, 0.12))
    rows = 27
    for row in range(rows):
        y = ground * row / rows
        for column in range(-1, 10):
            x = (column + 0.5 * (row % 2)) / 9.5
            tone = mix(base, (255, 236, 214) if dice.happens(0.5) else (70, 40, 36), dice.unit() * 0.16)
            canvas.box(x + 0.004, y + 0.004, x + 0.1, y + ground / rows - 0.003, tone)
    if dice.happens(0.6):
        left = dice.pick((0.04, 0.66))
        ink = DRESS[dice.pick(("forest", "navy", "wine", "teal", "charcoal", "mustard"))]
        canvas.box(left - 0.02, height * 0.2, left + 0.32, ground, light(base, 0.5))
        canvas.box(left, height * 0.22, left + 0.3, ground, ink)
        for panel in range(4):
            x, y = left + 0.03 + 0.135 * (panel % 2), height * (0.27 + 0.28 * (panel // 2))
            canvas.box(x, y, x + 0.105, y + height * 0.24, shadow(ink, 0.22))
            canvas.box(x + 0.008, y + 0.008, x + 0.105, y + height * 0.24, light(ink, 0.07))
        canvas.oval((left + 0.27, height * 0.56), 0.012, 0.012, (226, 190, 110))
    if dice.happens(0.7):
        leaves(canvas, dice.pick((0.06, 0.94)), height * 0.2, 0.4, 0.6, dice, dice.pick(GREENS), count=40)
    gradient(canvas, ground, height, (190, 184, 176), (160, 154, 150), steps=8)
    canvas.box(0.0, ground, 1.0, ground + 0.012, (120, 112, 108))


def rooftop(canvas: Canvas, height: float, dice: Dice) -> None:
    """A terrace above a skyline at dusk."""
    ground = height * 0.8
    gradient(canvas, 0.0, ground, (84, 92, 146), (246, 176, 140))
    for layer, tone in enumerate(((122, 110, 146), (86, 80, 118), (56, 54, 88))):
        x = -0.05
        while x < 1.0:
            wide = dice.between(0.07, 0.16)
            top = ground - dice.between(0.2, 0.62) + layer * 0.1
            canvas.box(x, top, x + wide, ground, tone)
            for _ in range(10):
                wx, wy = x + wide * dice.between(0.1, 0.85), top + (ground - top) * dice.between(0.05, 0.9)
                canvas.box(wx, wy, wx + 0.011, wy + 0.015, (252, 216, 140), 120 + 60 * layer)
            x += wide + 0.004
    gradient(canvas, ground, height, (140, 122, 122), (104, 92, 98), steps=8)
    for board in range(8):
        canvas.line(
            [(0.5 + (board - 3.5) * 0.1, ground), (0.5 + (board - 3.5) * 0.26, height)],
            (92, 80, 86),
            0.005,
            160,
        )
    canvas.box(0.0, ground - 0.24, 1.0, ground - 0.225, (58, 54, 64))
    for post in range(9):
        canvas.box(post / 8 - 0.004, ground - 0.23, post / 8 + 0.004, ground, (58, 54, 64))
    lights(canvas, (0.0, 0.08), (0.55, 0.12), 0.12)
    lights(canvas, (0.55, 0.12), (1.0, 0.05), 0.1)
