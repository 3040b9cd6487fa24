"""Parks, gardens and beaches, and what grows there; the unit is the picture's width."""

from classifier.synthetic.canvas import Canvas
from classifier.synthetic.chance import Dice
from classifier.synthetic.colours import DRESS, Colour, light, mix, shadow
from classifier.synthetic.curves import smooth

GREENS: tuple[Colour, ...] = ((96, 130, 82), (120, 150, 92), (78, 112, 78), (146, 164, 104))


def gradient(
    canvas: Canvas, top: float, bottom: float, first: Colour, last: Colour, *, steps: int = 28
) -> None:
    """Fill the width between two heights from one colour to another."""
    for step in range(steps):
        y0 = top + (bottom - top) * step / steps
        canvas.box(
            0.0,
            y0,
            1.0,
            top + (bottom - top) * (step + 1) / steps + 0.004,
            mix(first, last, step / (steps - 1)),
        )


def leaves(
    canvas: Canvas, x: float, y: float, wide: float, tall: float, dice: Dice, ink: Colour, *, count: int = 26
) -> None:
    """A crown or bush of leaves, lighter towards its top."""
    for index in range(count):
        px, py = x + wide * dice.between(-0.5, 0.5), y + tall * dice.between(-0.5, 0.5)
        lift = (y - py) / max(tall, 1e-3)
        tone = light(ink, 0.3 * lift) if lift > 0 else shadow(ink, -0.5 * lift)
        radius = wide * dice.between(0.09, 0.2)
        canvas.oval((px, py), radius, radius * 0.85, tone, 255 if index < count // 2 else 200)


def tree(canvas: Canvas, x: float, ground: float, tall: float, dice: Dice) -> None:
    """A tree on the ground."""
    canvas.fill(
        [
            (x - 0.018, ground),
            (x - 0.01, ground - tall * 0.6),
            (x + 0.01, ground - tall * 0.6),
            (x + 0.02, ground),
        ],
        (112, 88, 70),
    )
    leaves(canvas, x, ground - tall * 0.75, tall * 0.62, tall * 0.6, dice, dice.pick(GREENS))


def lights(
    canvas: Canvas,
    start: tuple[float, float],
    end: tuple[float, float],
    sag: float,
    *,
    glow: Colour = (255, 226, 160),
) -> None:
    """A string of warm bulbs."""
    line = smooth([start, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + sag), end], steps=8)
    canvas.line(line, (70, 62, 58), 0.004, 180)
    for x, y in line[::2]:
        canvas.oval((x, y + 0.012), 0.026, 0.026, glow, 60)
        canvas.oval((x, y + 0.012), 0.012, 0.012, light(glow, 0.4))


def park(canvas: Canvas, height: float, dice: Dice) -> None:
    """Trees, a lawn and a path."""
    ground = height * 0.66
    autumn = dice.happens(0.25)
    gradient(canvas, 0.0, ground, (176, 208, 232), (244, 240, 222))
    for index in range(7):
        ink = dice.pick(((196, 132, 64), (176, 104, 60), (206, 168, 84))) if autumn else dice.pick(GREENS)
        leaves(
            canvas,
            index / 6,
            ground - dice.between(0.12, 0.3),
            0.34,
            dice.between(0.3, 0.46),
            dice,
            mix(ink, (206, 216, 214), 0.35),
            count=20,
        )
    lawn: Colour = (150, 170, 98) if not autumn else (176, 160, 96)
    gradient(canvas, ground - 0.02, height, light(lawn, 0.2), shadow(lawn, 0.16))
    canvas.fill(
        smooth(
            [
                (0.52, ground - 0.01),
                (0.6, ground - 0.01),
                (0.72, height * 0.8),
                (1.1, height),
                (0.1, height),
                (0.4, height * 0.8),
            ],
            closed=True,
        ),
        (222, 206, 178),
    )
    tree(canvas, dice.pick((0.1, 0.9, 0.04)), ground + 0.1, dice.between(0.7, 1.0), dice)
    for _ in range(36):
        x, y = dice.unit(), ground + (height - ground) * dice.unit()
        canvas.oval((x, y), 0.03, 0.008, (246, 238, 190), 60)
    if dice.happens(0.4):
        _bench(canvas, dice.pick((0.06, 0.66)), ground + 0.1)


def _bench(canvas: Canvas, x: float, y: float) -> None:
    for plank in range(3):
        canvas.box(x, y - 0.13 + plank * 0.032, x + 0.28, y - 0.108 + plank * 0.032, (150, 106, 74))
    canvas.box(x - 0.005, y - 0.03, x + 0.285, y - 0.005, (166, 120, 86))
    for leg in (0.02, 0.25):
        canvas.box(x + leg, y - 0.13, x + leg + 0.014, y + 0.06, (66, 62, 64))


def wedding(canvas: Canvas, height: float, dice: Dice) -> None:
    """A garden with an arch of flowers, chairs and lights."""
    ground = height * 0.68
    gradient(canvas, 0.0, ground, (206, 220, 230), (248, 240, 226))
    for index in range(6):
        leaves(
            canvas,
            index / 5,
            ground - 0.1,
            0.36,
            0.4,
            dice,
            mix(dice.pick(GREENS), (220, 222, 210), 0.3),
            count=18,
        )
    gradient(canvas, ground - 0.02, height, (178, 192, 132), (132, 154, 96))
    for side in (-1, 1):
        for row in range(3):
            y, x, size = ground + 0.06 + row * 0.1, 0.5 + side * (0.3 + row * 0.1), 0.07 + row * 0.02
            canvas.box(x - size / 2, y - size * 1.5, x + size / 2, y, (246, 242, 234))
            canvas.box(x - size / 2, y, x - size / 2 + 0.008, y + size, (226, 220, 208))
            canvas.box(x + size / 2 - 0.008, y, x + size / 2, y + size, (226, 220, 208))
    arch = smooth(
        [
            (0.2, ground + 0.04),
            (0.2, ground - 0.5),
            (0.5, ground - 0.82),
            (0.8, ground - 0.5),
            (0.8, ground + 0.04),
        ],
        steps=9,
    )
    canvas.line(arch, (240, 232, 218), 0.022)
    palette = [
        DRESS[dice.pick(("blush", "rose", "white", "lavender", "coral", "champagne", "wine"))]
        for _ in range(3)
    ]
    for index, (x, y) in enumerate(arch[4:-4]):
        for _ in range(3):
            px, py = x + dice.between(-0.05, 0.05), y + dice.between(-0.04, 0.04)
            canvas.oval((px, py), 0.03, 0.024, dice.pick(GREENS))
            canvas.oval((px + 0.012, py - 0.01), 0.021, 0.021, palette[index % 3])
            canvas.oval((px + 0.012, py - 0.01), 0.009, 0.009, shadow(palette[index % 3], 0.2))
    lights(canvas, (0.0, 0.1), (1.0, 0.16), 0.12)


def beach(canvas: Canvas, height: float, dice: Dice) -> None:
    """Sea and sand at noon or when the sun goes down."""
    ground = height * 0.66
    horizon = height * 0.5
    evening = dice.happens(0.6)
    gradient(
        canvas,
        0.0,
        horizon,
        (246, 178, 140) if evening else (150, 200, 232),
        (252, 226, 178) if evening else (228, 240, 242),
    )
    sun = dice.between(0.15, 0.85)
    if evening:
        canvas.oval((sun, horizon - 0.1), 0.13, 0.13, (255, 238, 190), 110)
        canvas.oval((sun, horizon - 0.1), 0.075, 0.075, (255, 246, 214))
    gradient(
        canvas,
        horizon,
        ground,
        (150, 166, 184) if evening else (84, 168, 190),
        (196, 178, 164) if evening else (150, 210, 212),
        steps=14,
    )
    for _ in range(26):
        x, y = sun + dice.between(-0.2, 0.2), horizon + (ground - horizon) * dice.unit()
        canvas.box(x, y, x + dice.between(0.03, 0.12), y + 0.005, (255, 240, 208), 170)
    gradient(canvas, ground, height, (232, 208, 170), (210, 180, 140), steps=12)
    canvas.fill(
        smooth(
            [
                (-0.1, ground - 0.006),
                (0.2, ground + 0.02),
                (0.5, ground),
                (0.8, ground + 0.025),
                (1.1, ground),
                (1.1, ground - 0.03),
                (-0.1, ground - 0.03),
            ],
            closed=True,
        ),
        (250, 246, 236),
    )
    if dice.happens(0.5):
        x = dice.pick((0.03, 0.95))
        canvas.line(
            smooth([(x, height * 0.9), (x + 0.04, height * 0.5), (x + 0.1, height * 0.2)]),
            (122, 92, 70),
            0.03,
        )
        for turn in range(7):
            dx, dy = (turn - 3) * 0.085, -0.05 + abs(turn - 3) * 0.05
            canvas.line(
                smooth(
                    [
                        (x + 0.1, height * 0.2),
                        (x + 0.1 + dx * 0.6, height * 0.2 + dy - 0.05),
                        (x + 0.1 + dx, height * 0.2 + dy + 0.07),
                    ]
                ),
                (92, 122, 84),
                0.026,
            )
