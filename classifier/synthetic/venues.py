"""Parties, restaurants and halls; the unit is the picture's width."""

from classifier.synthetic.canvas import Canvas
from classifier.synthetic.chance import Dice
from classifier.synthetic.colours import DRESS, light, mix, shadow
from classifier.synthetic.curves import smooth
from classifier.synthetic.nature import gradient, lights
from classifier.synthetic.rooms import floorboards


def party(canvas: Canvas, height: float, dice: Dice) -> None:
    """A dark room with lights out of focus and balloons."""
    ground = height * 0.86
    deep = dice.pick(((58, 40, 66), (42, 44, 70), (66, 38, 46), (38, 54, 60)))
    gradient(canvas, 0.0, ground, shadow(deep, 0.25), light(deep, 0.22))
    for _ in range(46):
        glow = dice.pick(
            ((255, 206, 130), (255, 170, 150), (206, 180, 255), (255, 236, 200), (150, 206, 236))
        )
        radius = dice.between(0.012, 0.055)
        canvas.oval(
            (dice.unit(), height * dice.between(0.0, 0.72)), radius, radius, glow, dice.whole(40, 130)
        )
    gradient(canvas, ground, height, light(deep, 0.1), shadow(deep, 0.3), steps=8)
    for side in (-1, 1):
        for _ in range(dice.whole(2, 6)):
            x, y = 0.5 + side * dice.between(0.3, 0.48), height * dice.between(0.1, 0.42)
            ink = DRESS[dice.pick(("blush", "champagne", "rose", "silver", "lavender", "turquoise", "lemon"))]
            canvas.line(
                smooth([(x, y + 0.08), (x + 0.012, y + 0.25), (x - 0.01, y + 0.5)]),
                light(deep, 0.5),
                0.003,
                160,
            )
            canvas.oval((x, y), 0.068, 0.082, ink)
            canvas.oval((x - 0.022, y - 0.03), 0.018, 0.026, (255, 255, 255), 120)
            canvas.fill([(x - 0.012, y + 0.092), (x + 0.012, y + 0.092), (x, y + 0.075)], shadow(ink, 0.2))
    lights(canvas, (-0.05, 0.06), (0.5, 0.1), 0.14)
    lights(canvas, (0.5, 0.1), (1.05, 0.04), 0.12)


def restaurant(canvas: Canvas, height: float, dice: Dice) -> None:
    """A warm room with tables, lamps and shelves."""
    ground = height * 0.82
    wall = dice.pick(((112, 76, 62), (70, 84, 78), (128, 84, 60), (86, 66, 84)))
    gradient(canvas, 0.0, ground, shadow(wall, 0.2), light(wall, 0.16))
    for shelf in range(3):
        y = height * (0.22 + 0.13 * shelf)
        canvas.box(0.58, y, 1.0, y + 0.014, (86, 60, 48))
        for bottle in range(9):
            x = 0.6 + bottle * 0.044
            ink = dice.pick(((70, 96, 70), (150, 86, 50), (214, 180, 110), (96, 46, 56), (190, 206, 200)))
            canvas.box(x, y - 0.07, x + 0.022, y, ink)
            canvas.box(x + 0.007, y - 0.095, x + 0.015, y - 0.065, ink)
    for x in (0.15, 0.42, 0.74):
        canvas.line([(x, 0.0), (x, height * 0.13)], (40, 32, 30), 0.004)
        for ring in range(6):
            canvas.oval((x, height * 0.17), 0.18 - ring * 0.026, 0.18 - ring * 0.026, (255, 214, 140), 13)
        canvas.fill(
            [
                (x - 0.02, height * 0.12),
                (x + 0.02, height * 0.12),
                (x + 0.06, height * 0.165),
                (x - 0.06, height * 0.165),
            ],
            (60, 48, 44),
        )
        canvas.oval((x, height * 0.168), 0.022, 0.018, (255, 244, 214))
    floorboards(canvas, ground, height, (112, 80, 62))
    for x in (0.1, 0.9):
        y = ground + 0.02
        canvas.oval((x, y - 0.14), 0.2, 0.03, (240, 234, 224))
        canvas.fill(
            [(x - 0.2, y - 0.14), (x + 0.2, y - 0.14), (x + 0.15, y + 0.1), (x - 0.15, y + 0.1)],
            (226, 218, 206),
        )
        canvas.oval((x + 0.03, y - 0.2), 0.016, 0.026, (240, 220, 190), 200)
        canvas.line([(x + 0.03, y - 0.18), (x + 0.03, y - 0.145)], (244, 240, 230), 0.004)
        canvas.oval((x - 0.06, y - 0.17), 0.014, 0.02, (255, 206, 120))


def grand_hall(canvas: Canvas, height: float, dice: Dice) -> None:
    """A stone hall with columns and stairs."""
    ground = height * 0.78
    stone = dice.pick(((222, 214, 202), (206, 200, 196), (226, 206, 188)))
    gradient(canvas, 0.0, ground, shadow(stone, 0.2), light(stone, 0.1))
    canvas.fill(
        smooth(
            [(0.3, ground), (0.3, height * 0.3), (0.5, height * 0.16), (0.7, height * 0.3), (0.7, ground)],
            steps=6,
        ),
        mix(stone, (176, 196, 210), 0.5),
    )
    for x in (0.08, 0.26, 0.74, 0.92):
        canvas.box(x - 0.05, height * 0.08, x + 0.05, ground, light(stone, 0.3))
        for flute in range(4):
            left = x - 0.035 + flute * 0.02
            canvas.box(left, height * 0.1, left + 0.007, ground, shadow(stone, 0.12 + 0.05 * flute))
        canvas.box(x - 0.065, height * 0.06, x + 0.065, height * 0.1, light(stone, 0.4))
        canvas.box(x - 0.062, ground - 0.03, x + 0.062, ground + 0.01, light(stone, 0.2))
    steps = 7
    for step in range(steps):
        y0, y1 = ground + (height - ground) * step / steps, ground + (height - ground) * (step + 1) / steps
        canvas.box(0.0, y0, 1.0, y1, mix(light(stone, 0.3), shadow(stone, 0.12), step / steps))
        canvas.box(0.0, y1 - 0.01, 1.0, y1, shadow(stone, 0.28))
    if dice.happens(0.6):
        carpet = DRESS[dice.pick(("wine", "red", "navy", "forest"))]
        canvas.fill([(0.36, ground), (0.64, ground), (0.84, height), (0.16, height)], carpet, 215)
