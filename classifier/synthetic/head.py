"""Heads: faces of few, kind lines, and hair in many ways."""

import math
from collections.abc import Callable
from typing import Final

from classifier.synthetic.body import Person
from classifier.synthetic.canvas import Canvas
from classifier.synthetic.chance import Dice
from classifier.synthetic.colours import DRESS, Colour, light, luminance, mix, shadow
from classifier.synthetic.curves import Point, mirror, smooth

FACE: Final[list[Point]] = [(0.0, -1.4), (0.22, -1.35), (0.35, -1.1), (0.345, -0.85), (0.275, -0.6), (0.13, -0.44), (0.0, -0.405)]  # fmt: skip
HAIRLINE: Final = -1.2


class Head:
    """One person's head on a canvas, tilted and lit from one side."""

    def __init__(self, canvas: Canvas, person: Person, *, tilt: float, light_from: float, dice: Dice) -> None:
        self.canvas, self.person, self.tilt, self.light, self.dice = canvas, person, tilt, light_from, dice
        self.scarf = DRESS[dice.pick(sorted(DRESS))]

    def put(self, points: list[Point]) -> list[Point]:
        """Tilt points of an upright head."""
        return [(x - (y + 0.4) * self.tilt, y + x * self.tilt * 0.6) for x, y in points]

    def fill(self, points: list[Point], colour: Colour, alpha: int = 255) -> None:
        """Fill an outline on the tilted head."""
        self.canvas.fill(self.put(points), colour, alpha)

    def line(self, points: list[Point], colour: Colour, width: float, alpha: int = 255) -> None:
        """Draw a line on the tilted head."""
        self.canvas.line(self.put(points), colour, width, alpha)

    def oval(self, centre: Point, rx: float, ry: float, colour: Colour, alpha: int = 255) -> None:
        """Fill an ellipse on the tilted head."""
        self.canvas.oval(self.put([centre])[0], rx, ry, colour, alpha)

    def paint_back_hair(self) -> None:
        """What hangs behind the neck."""
        BACK_HAIR.get(self.person.hair_style, _no_hair)(self)

    def paint(self) -> None:
        """The face, then the hair around it."""
        self._face()
        FRONT_HAIR.get(self.person.hair_style, _cap)(self)

    def _face(self) -> None:
        skin = self.person.skin
        for side in (-1, 1):
            self.oval((side * 0.345, -0.88), 0.06, 0.1, shadow(skin, 0.12))
        outline = smooth(mirror(FACE)[:-1] + FACE[:-1], closed=True, steps=4)
        self.fill(outline, skin)
        side = 1 if self.light < 0 else -1
        shade = [(side * x, y) for x, y in smooth([(0.2, -1.36), (0.35, -1.1), (0.345, -0.85), (0.275, -0.6), (0.1, -0.42), (0.2, -0.62), (0.27, -0.9)])]  # fmt: skip
        self.fill(shade, shadow(skin, 0.3), 95)
        for cheek in (-1, 1):
            self.oval((cheek * 0.19, -0.73), 0.08, 0.055, (226, 96, 92), 46)
        self._eyes(skin)
        self._nose(skin, side)
        self._mouth(skin)
        if self.person.glasses:
            self._glasses()

    def _eyes(self, skin: Colour) -> None:
        ink = mix(shadow(skin, 0.72), (30, 20, 22), 0.6)
        brow = mix(self.person.hair, (50, 36, 32), 0.45)
        for side in (-1, 1):
            x = side * 0.155
            self.oval((x, -0.92), 0.062, 0.031, mix((252, 249, 244), skin, 0.14))
            self.oval((x, -0.922), 0.031, 0.034, (62, 42, 34))
            self.oval((x - 0.01, -0.933), 0.009, 0.009, (255, 255, 255))
            lid = [(x - 0.075, -0.915), (x - 0.03, -0.956), (x + 0.03, -0.956), (x + 0.075, -0.915)]
            self.line(smooth(lid, steps=4), ink, 0.022)
            self.line([(x + side * 0.06, -0.928), (x + side * 0.094, -0.948)], ink, 0.018)
            self.line(smooth([(x - side * 0.08, -1.02), (x + side * 0.01, -1.052), (x + side * 0.095, -1.018)], steps=4), brow, 0.026, 220)

    def _nose(self, skin: Colour, side: int) -> None:
        self.line(smooth([(side * 0.03, -0.9), (side * 0.036, -0.78), (side * 0.046, -0.725)], steps=3), shadow(skin, 0.32), 0.016, 130)
        self.line(smooth([(-0.045, -0.71), (0.0, -0.695), (0.045, -0.71)], steps=3), shadow(skin, 0.42), 0.02, 190)

    def _mouth(self, skin: Colour) -> None:
        red = mix((196, 62, 74), shadow(skin, 0.25), 0.25 + 0.5 * self.person.lips)
        upper = [(-0.125, -0.615), (-0.045, -0.622), (0.0, -0.61), (0.045, -0.622), (0.125, -0.615), (0.06, -0.588), (0.0, -0.58), (-0.06, -0.588)]
        lower = [(-0.125, -0.615), (-0.06, -0.588), (0.0, -0.58), (0.06, -0.588), (0.125, -0.615), (0.065, -0.548), (0.0, -0.534), (-0.065, -0.548)]
        self.fill(smooth(lower, closed=True, steps=3), red)
        if self.person.lips > 0.55:  # a smile that shows the teeth
            teeth = [(-0.1, -0.606), (0.1, -0.606), (0.055, -0.573), (0.0, -0.564), (-0.055, -0.573)]
            self.fill(smooth(teeth, closed=True, steps=3), (250, 246, 240))
        self.fill(smooth(upper, closed=True, steps=3), shadow(red, 0.14))
        seam = smooth([(-0.14, -0.622), (-0.06, -0.588), (0.0, -0.58), (0.06, -0.588), (0.14, -0.622)], steps=3)
        self.line(seam, shadow(red, 0.5), 0.012, 190)
        self.line(smooth([(-0.035, -0.508), (0.0, -0.503), (0.035, -0.508)], steps=3), shadow(skin, 0.3), 0.016, 100)

    def _glasses(self) -> None:
        ink = (36, 30, 34)
        for side in (-1, 1):
            ring = [(side * 0.155 + 0.1 * a, -0.915 + 0.085 * b) for a, b in
                    ((1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (-0.7, -0.7), (0, -1), (0.7, -0.7), (1, 0))]  # fmt: skip
            self.fill(ring, (255, 255, 255), 30)
            self.line(smooth(ring, steps=3), ink, 0.02)
        self.line([(-0.055, -0.93), (0.055, -0.93)], ink, 0.02)

    def paint_earrings(self) -> None:
        """Small gold, below the ears."""
        if self.person.earrings and self.person.hair_style != "headscarf":
            for side in (-1, 1):
                self.oval((side * 0.36, -0.72), 0.028, 0.05, (226, 188, 98))


def _shine(hair: Colour) -> Colour:
    return mix(hair, (214, 150, 104), 0.22) if luminance(hair) < 0.4 else light(hair, 0.3)


def _no_hair(head: Head) -> None:
    return None


def _cap(head: Head) -> None:
    """Hair over the crown with a parting to one side."""
    hair = head.person.hair
    side = 1 if head.person.lips > 0.5 else -1
    outer = [(-0.4, -0.82), (-0.43, -1.1), (-0.33, -1.4), (0.0, -1.53), (0.33, -1.4), (0.43, -1.1), (0.4, -0.82)]
    inner = [(0.345, -0.95), (0.31, -1.12), (0.2, -1.23), (0.08, -1.3), (-0.08, -1.22), (-0.28, -1.08), (-0.345, -0.92)]
    points = smooth(outer, steps=5) + smooth(inner, steps=4)
    head.fill([(side * x, y) for x, y in points], hair)
    for lift in (0.0, 0.07):
        strand = smooth([(0.1, -1.36 - lift), (-0.16, -1.32 - lift), (-0.36 - lift * 0.3, -1.06)], steps=4)
        head.line([(side * x, y) for x, y in strand], _shine(hair), 0.022, 110)


def _fall(head: Head, low: float, wide: float, wave: float) -> None:
    hair = head.person.hair
    right = [(0.3, -1.42), (0.44, -1.1), (0.44 + wide * 0.4, -0.7)]
    steps = 5
    for step in range(1, steps + 1):
        y = -0.7 + (low + 0.7) * step / steps
        right.append((0.42 + wide * (0.55 + 0.4 * step / steps) + wave * (1 if step % 2 else -1), y))
    right.append((0.2, low + 0.06))
    head.fill(smooth(mirror(right) + right, closed=True, steps=5), shadow(hair, 0.22))


def _long_back(head: Head) -> None:
    _fall(head, 0.75, 0.14, 0.0)


def _wavy_back(head: Head) -> None:
    _fall(head, 0.6, 0.2, 0.045)


def _lob_back(head: Head) -> None:
    _fall(head, 0.05, 0.1, 0.0)


def _bob_back(head: Head) -> None:
    _fall(head, -0.32, 0.1, 0.0)


def _ponytail_back(head: Head) -> None:
    tail = smooth([(0.1, -1.35), (0.5, -1.3), (0.62, -0.8), (0.56, -0.2), (0.44, 0.12), (0.42, -0.4), (0.34, -0.9)], closed=True)
    side = 1 if head.person.lips > 0.5 else -1
    head.fill([(side * x, y) for x, y in tail], shadow(head.person.hair, 0.16))


def _bun_back(head: Head) -> None:
    head.oval((0.0, -1.6), 0.25, 0.22, head.person.hair)
    head.line(smooth([(-0.16, -1.58), (0.0, -1.7), (0.17, -1.6)]), _shine(head.person.hair), 0.024, 120)


def _afro_back(head: Head) -> None:
    dice = Dice(3, "afro")
    hair = head.person.hair
    head.oval((0.0, -1.08), 0.64, 0.62, hair)
    for index in range(22):
        turn = index / 22
        x, y = _around(turn)
        head.oval((x * 0.6, -1.08 + y * 0.58), 0.12 + 0.03 * dice.unit(), 0.12, hair)


def _curly_back(head: Head) -> None:
    dice = Dice(5, "curls")
    dark = shadow(head.person.hair, 0.2)
    for row in range(9):
        for side in (-1, 1):
            y = -1.35 + row * 0.19
            head.oval((side * (0.32 + 0.2 * min(row, 5) / 5 + 0.05 * dice.unit()), y), 0.2, 0.17, dark)
    head.oval((0.0, -0.7), 0.5, 0.75, dark)


def _around(turn: float) -> Point:
    return math.cos(2 * math.pi * turn), math.sin(2 * math.pi * turn)


def _locks(head: Head) -> None:
    """The cap, and a lock on each side that frames the face."""
    _cap(head)
    hair = head.person.hair
    low = {"long": 0.3, "wavy": 0.1, "lob": -0.1, "bob": -0.36}[head.person.hair_style]
    for side in (-1, 1):
        lock = smooth([(side * 0.3, -1.26), (side * 0.44, -1.05), (side * 0.47, -0.6), (side * 0.5, low - 0.1), (side * 0.4, low),
                       (side * 0.34, -0.45), (side * 0.345, -0.9)], closed=True, steps=5)  # fmt: skip
        head.fill(lock, hair)
        head.line(smooth([(side * 0.41, -1.0), (side * 0.43, -0.6), (side * 0.44, low - 0.12)]), _shine(hair), 0.02, 90)


def _curly_front(head: Head) -> None:
    dice = Dice(8, "curls")
    hair = head.person.hair
    for index in range(17):
        x, y = _around(0.5 + index / 32)
        head.oval((x * 0.39, -1.02 + y * 0.42), 0.13 + 0.03 * dice.unit(), 0.12, hair if index % 3 else _shine(hair))
    for side in (-1, 1):
        for row in range(5):
            head.oval((side * (0.42 + 0.03 * row), -0.95 + row * 0.17), 0.1, 0.1, hair)


def _afro_front(head: Head) -> None:
    hair = head.person.hair
    for index in range(13):
        x, y = _around(0.52 + index / 26)
        head.oval((x * 0.36, -1.06 + y * 0.34), 0.13, 0.12, hair)


def _braids(head: Head) -> None:
    _cap(head)
    hair = head.person.hair
    for side in (-1, 1):
        for row in range(11):
            x = side * (0.43 + 0.012 * row)
            head.oval((x, -0.92 + row * 0.145), 0.085, 0.095, hair if row % 2 else shadow(hair, 0.22))
        head.oval((side * 0.56, 0.7), 0.05, 0.05, (226, 188, 98))


def _headscarf(head: Head) -> None:
    cloth = head.scarf
    outer = [(-0.46, -0.4), (-0.47, -1.0), (-0.33, -1.42), (0.0, -1.54), (0.33, -1.42), (0.47, -1.0), (0.46, -0.4)]
    drape = [(0.6, 0.2), (0.3, 0.46), (-0.2, 0.42), (-0.6, 0.2)]
    hole = [(-0.29, -0.62), (-0.33, -0.9), (-0.27, -1.16), (0.0, -1.27), (0.27, -1.16), (0.33, -0.9), (0.29, -0.62), (0.14, -0.43), (0.0, -0.4), (-0.14, -0.43)]
    ring = smooth(outer + drape, closed=True, steps=4)
    inside = smooth(hole, closed=True, steps=4)
    head.fill([*ring, ring[0], inside[0], *inside[::-1]], cloth)
    head.line(smooth([(-0.3, -0.5), (-0.1, -0.25), (0.3, -0.12), (0.5, 0.06)]), shadow(cloth, 0.34), 0.026, 150)
    head.line(smooth([(0.3, -0.5), (0.12, -0.2), (-0.2, 0.1), (-0.44, 0.2)]), shadow(cloth, 0.34), 0.026, 150)
    head.line([*inside, inside[0]], shadow(cloth, 0.3), 0.02, 170)


BACK_HAIR: Final[dict[str, Callable[[Head], None]]] = {
    "long": _long_back, "wavy": _wavy_back, "lob": _lob_back, "bob": _bob_back, "ponytail": _ponytail_back,
    "bun": _bun_back, "afro": _afro_back, "curly": _curly_back,
}  # fmt: skip
FRONT_HAIR: Final[dict[str, Callable[[Head], None]]] = {
    "long": _locks, "wavy": _locks, "lob": _locks, "bob": _locks, "curly": _curly_front, "afro": _afro_front,
    "braids": _braids, "headscarf": _headscarf,
}  # fmt: skip
