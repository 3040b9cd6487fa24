"""What people hold and stand in: phones, bags, glasses, flowers and shoes."""

from classifier.synthetic.body import ANKLE, SOLE, Person
from classifier.synthetic.canvas import Canvas
from classifier.synthetic.chance import Dice
from classifier.synthetic.colours import DRESS, light, shadow
from classifier.synthetic.curves import Point, limb, smooth


def phone(canvas: Canvas, person: Person, dice: Dice, at: Point) -> None:
    """A phone held by its side, with fingers around it."""
    x, y = at[0], at[1] - 0.2
    case = DRESS[dice.pick(("black", "blush", "sage", "navy", "white", "lemon"))]
    case_edge = [
        (-0.17, -0.3),
        (-0.13, -0.34),
        (0.13, -0.34),
        (0.17, -0.3),
        (0.17, 0.3),
        (0.13, 0.34),
        (-0.13, 0.34),
        (-0.17, 0.3),
    ]
    canvas.fill([(x + px, y + py) for px, py in case_edge], case)
    canvas.line([(x - 0.165, y - 0.3), (x - 0.165, y + 0.3)], light(case, 0.5), 0.014, 150)
    canvas.fill(
        [(x - 0.14, y - 0.31), (x - 0.01, y - 0.31), (x - 0.01, y - 0.15), (x - 0.14, y - 0.15)],
        shadow(case, 0.25),
    )
    canvas.oval((x - 0.1, y - 0.265), 0.03, 0.03, (20, 20, 26))
    canvas.oval((x - 0.05, y - 0.2), 0.03, 0.03, (20, 20, 26))
    skin = person.skin
    for finger in range(4):
        low = y + 0.04 + finger * 0.082
        canvas.fill(
            limb(
                [(x + 0.21, low + 0.02), (x + 0.14, low), (x + 0.07, low - 0.01)],
                [0.042, 0.04, 0.028],
                steps=3,
                cap=0.8,
            ),
            skin,
        )
        canvas.line([(x + 0.19, low + 0.045), (x + 0.08, low + 0.025)], shadow(skin, 0.3), 0.01, 130)


def bag(canvas: Canvas, person: Person, dice: Dice, at: Point) -> None:
    """A handbag that hangs from a hand."""
    ink = person.shoes
    x, y = at[0], at[1] + 0.15
    canvas.line(
        smooth(
            [
                (x - 0.2, y + 0.42),
                (x - 0.14, y + 0.02),
                (x, y - 0.08),
                (x + 0.14, y + 0.02),
                (x + 0.2, y + 0.42),
            ]
        ),
        shadow(ink, 0.25),
        0.05,
    )
    canvas.fill(
        smooth(
            [
                (x - 0.34, y + 0.4),
                (x + 0.34, y + 0.4),
                (x + 0.4, y + 0.86),
                (x + 0.3, y + 0.95),
                (x - 0.3, y + 0.95),
                (x - 0.4, y + 0.86),
            ],
            closed=True,
            steps=3,
        ),
        ink,
    )
    canvas.fill(
        [(x - 0.34, y + 0.42), (x + 0.34, y + 0.42), (x + 0.3, y + 0.64), (x - 0.3, y + 0.64)],
        shadow(ink, 0.16),
    )
    canvas.oval((x, y + 0.64), 0.045, 0.045, (224, 186, 104))


def glass(canvas: Canvas, person: Person, dice: Dice, at: Point) -> None:
    """A glass of something sparkling."""
    x, y = at[0], at[1] - 0.12
    canvas.line([(x, y + 0.1), (x, y + 0.42)], (236, 236, 232), 0.025, 200)
    canvas.fill(
        smooth(
            [(x - 0.1, y - 0.4), (x + 0.1, y - 0.4), (x + 0.08, y), (x, y + 0.12), (x - 0.08, y)],
            closed=True,
            steps=3,
        ),
        (246, 240, 226),
        130,
    )
    canvas.fill(
        [(x - 0.085, y - 0.2), (x + 0.085, y - 0.2), (x + 0.06, y), (x, y + 0.08), (x - 0.06, y)],
        (240, 206, 120),
        200,
    )


def flowers(canvas: Canvas, person: Person, dice: Dice, at: Point) -> None:
    """A small bunch of flowers."""
    x, y = at[0], at[1] - 0.1
    for stem in (-0.1, 0.0, 0.1):
        canvas.line([(x + stem * 0.4, y + 0.5), (x + stem * 2.2, y - 0.2)], (96, 128, 84), 0.03)
    for _ in range(11):
        ink = DRESS[dice.pick(("blush", "rose", "white", "lavender", "coral", "lemon"))]
        px, py = x + dice.between(-0.3, 0.3), y - 0.2 + dice.between(-0.28, 0.16)
        canvas.oval((px, py), 0.12, 0.11, ink)
        canvas.oval((px, py), 0.05, 0.05, shadow(ink, 0.2))


def shoe(canvas: Canvas, person: Person, ankle: Point, side: int) -> None:
    """One shoe: pumps, sandals or ankle boots; a side is -1 or 1."""
    ink, (x, y) = person.shoes, ankle
    kind = round(person.lips * 10) % 3
    low = y + SOLE - ANKLE
    if kind == 0:  # pumps from the front
        canvas.fill(
            smooth(
                [
                    (x - 0.1, y + 0.06),
                    (x + 0.1, y + 0.06),
                    (x + side * 0.06 + 0.14, low - 0.06),
                    (x + side * 0.08, low + 0.1),
                    (x + side * 0.06 - 0.14, low - 0.06),
                ],
                closed=True,
            ),
            person.skin,
        )
        canvas.fill(
            smooth(
                [
                    (x + side * 0.05 - 0.145, low - 0.14),
                    (x + side * 0.06, low - 0.03),
                    (x + side * 0.05 + 0.145, low - 0.14),
                    (x + side * 0.07 + 0.12, low + 0.06),
                    (x + side * 0.08, low + 0.14),
                    (x + side * 0.07 - 0.12, low + 0.06),
                ],
                closed=True,
            ),
            ink,
        )
    elif kind == 1:  # sandals
        canvas.fill(
            smooth(
                [
                    (x - 0.09, y + 0.04),
                    (x + 0.09, y + 0.04),
                    (x + side * 0.08 + 0.15, low + 0.02),
                    (x + side * 0.08, low + 0.12),
                    (x + side * 0.08 - 0.15, low + 0.02),
                ],
                closed=True,
            ),
            person.skin,
        )
        canvas.line([(x - 0.1, y + 0.1), (x + 0.1, y + 0.1)], ink, 0.05)
        canvas.line([(x + side * 0.07 - 0.15, low - 0.04), (x + side * 0.07 + 0.15, low - 0.04)], ink, 0.07)
        canvas.line(
            smooth(
                [
                    (x + side * 0.08 - 0.16, low + 0.06),
                    (x + side * 0.08, low + 0.14),
                    (x + side * 0.08 + 0.16, low + 0.06),
                ]
            ),
            shadow(ink, 0.4),
            0.04,
        )
    else:  # ankle boots
        canvas.fill(
            smooth(
                [
                    (x - 0.14, y - 0.26),
                    (x + 0.14, y - 0.26),
                    (x + 0.13, y + 0.1),
                    (x + side * 0.1 + 0.17, low + 0.06),
                    (x + side * 0.1, low + 0.14),
                    (x + side * 0.1 - 0.17, low + 0.06),
                    (x - 0.13, y + 0.1),
                ],
                closed=True,
            ),
            shadow(ink, 0.15),
        )
        canvas.line([(x - 0.05, y - 0.2), (x - 0.04, low)], light(ink, 0.3), 0.03, 120)
