"""What stands in the way or in the company: tables, coats, leaves, friends."""

from classifier.synthetic.body import Body, person_of, street_pose
from classifier.synthetic.canvas import Canvas, Frame
from classifier.synthetic.chance import Dice
from classifier.synthetic.clothes import separates_of
from classifier.synthetic.colours import Colour, light, luminance, shadow
from classifier.synthetic.curves import smooth
from classifier.synthetic.figure import Figure
from classifier.synthetic.nature import GREENS


def companion(canvas: Canvas, dice: Dice, *, light_from: float) -> None:
    """A friend in a top and trousers, half behind and to one side."""
    side = dice.pick((-1, 1))
    frame = canvas.frame
    beside = canvas.view(
        Frame(frame.x + side * 1.75 * frame.unit, frame.y - 0.05 * frame.unit, frame.unit * 0.97)
    )
    friend = person_of(dice.whole(0, 1 << 40))
    figure = Figure(
        beside,
        friend,
        street_pose(dice, friend.body, phone=False),
        light_from=light_from,
        seed=dice.whole(0, 1 << 40),
    )
    top, bottom = separates_of(dice, beside.frame.unit, light_from)
    figure.separates(top, bottom, trousers=dice.happens(0.75))


def coat(canvas: Canvas, body: Body, ink: Colour) -> None:
    """A coat laid over one shoulder."""
    s = body.shoulder
    for side in (-1, 1):
        panel = [
            (0.2, -0.1),
            (s - 0.05, 0.0),
            (s + 0.14, 0.25),
            (s + 0.26, 1.2),
            (s + 0.24, 2.6),
            (s + 0.2, 3.9),
            (s - 0.12, 3.92),
            (s - 0.16, 2.4),
            (s - 0.2, 1.2),
            (0.42, 0.4),
        ]
        canvas.fill([(side * x, y) for x, y in smooth(panel, closed=True, steps=5)], ink)
        lapel = [(0.2, -0.12), (0.36, -0.04), (0.5, 0.5), (s - 0.1, 1.15), (s - 0.22, 1.25), (0.4, 0.6)]
        canvas.fill(
            [(side * x, y) for x, y in smooth(lapel, closed=True, steps=4)],
            shadow(ink, 0.2) if luminance(ink) > 0.2 else light(ink, 0.12),
        )
        for x in (s, s + 0.13):
            canvas.line(
                [(side * px, y) for px, y in smooth([(x, 0.7), (x + 0.05, 2.0), (x - 0.02, 3.7)])],
                shadow(ink, 0.36),
                0.035,
                120,
            )


def clutter(canvas: Canvas, dice: Dice, size_px: tuple[int, int]) -> None:
    """Something near the camera that hides a corner of the picture."""
    page = canvas.view(Frame(0.0, 0.0, float(size_px[0])))
    tall = size_px[1] / size_px[0]
    kind = dice.weighted({"table": 3, "leaves": 3, "chair": 2})
    if kind == "leaves":
        side = dice.pick((-1, 1))
        green = shadow(dice.pick(GREENS), 0.15)
        for _ in range(9):
            x, y = (0.0 if side < 0 else 1.0), tall * dice.between(0.55, 1.0)
            reach, lean = dice.between(0.1, 0.24) * -side, dice.between(-0.16, 0.04)
            page.fill(
                smooth(
                    [
                        (x, y),
                        (x + reach * 0.5, y + lean - 0.025),
                        (x + reach, y + lean),
                        (x + reach * 0.5, y + lean + 0.035),
                    ],
                    closed=True,
                ),
                light(green, 0.25 * dice.unit()),
            )
        return
    if kind == "table":
        wood = dice.pick(((120, 84, 62), (222, 214, 204), (84, 64, 54)))
        left = dice.pick((-0.4, 0.4))
        page.oval((left + 0.5, tall + 0.01), 0.55, 0.1, wood)
        page.oval((left + 0.5, tall - 0.004), 0.53, 0.085, light(wood, 0.14))
        page.oval((left + 0.5 + dice.between(-0.2, 0.2), tall - 0.06), 0.05, 0.014, (246, 244, 240))
        x = left + 0.5 + dice.between(-0.2, 0.2)
        page.fill(
            smooth(
                [
                    (x - 0.03, tall - 0.14),
                    (x + 0.03, tall - 0.14),
                    (x + 0.024, tall - 0.06),
                    (x - 0.024, tall - 0.06),
                ],
                closed=True,
                steps=3,
            ),
            (240, 236, 230),
            220,
        )
        return
    ink = dice.pick(((62, 54, 56), (196, 150, 108), (230, 222, 210)))
    x = dice.pick((0.02, 0.7))
    page.fill(
        smooth(
            [
                (x, tall),
                (x + 0.01, tall - 0.22),
                (x + 0.06, tall - 0.27),
                (x + 0.22, tall - 0.27),
                (x + 0.27, tall - 0.22),
                (x + 0.28, tall),
            ],
            steps=4,
        ),
        ink,
    )
    page.line([(x + 0.02, tall - 0.2), (x + 0.26, tall - 0.2)], light(ink, 0.2), 0.008)
