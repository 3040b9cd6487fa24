"""Heads: faces of few, kind lines, and hair in many ways."""

from typing import Final

from classifier.synthetic.colours import Colour, mix, shadow
from classifier.synthetic.curves import Point, mirror, smooth
from classifier.synthetic.hair import paint_back_hair, paint_front_hair
from classifier.synthetic.skull import Skull

FACE: Final[list[Point]] = [
    (0.0, -1.4),
    (0.22, -1.35),
    (0.35, -1.1),
    (0.345, -0.85),
    (0.275, -0.6),
    (0.13, -0.44),
    (0.0, -0.405),
]


class Head(Skull):
    """One person's face and hair."""

    def paint_back_hair(self) -> None:
        """What hangs behind the neck."""
        paint_back_hair(self)

    def paint(self) -> None:
        """The face, then the hair around it."""
        self._face()
        paint_front_hair(self)

    def _face(self) -> None:
        skin = self.person.skin
        for side in (-1, 1):
            self.oval((side * 0.345, -0.88), 0.06, 0.1, shadow(skin, 0.12))
        outline = smooth(mirror(FACE)[:-1] + FACE[:-1], closed=True, steps=4)
        self.fill(outline, skin)
        side = 1 if self.light < 0 else -1
        shade = [
            (side * x, y)
            for x, y in smooth(
                [
                    (0.2, -1.36),
                    (0.35, -1.1),
                    (0.345, -0.85),
                    (0.275, -0.6),
                    (0.1, -0.42),
                    (0.2, -0.62),
                    (0.27, -0.9),
                ]
            )
        ]
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
            self.line(
                smooth(
                    [(x - side * 0.08, -1.02), (x + side * 0.01, -1.052), (x + side * 0.095, -1.018)], steps=4
                ),
                brow,
                0.026,
                220,
            )

    def _nose(self, skin: Colour, side: int) -> None:
        self.line(
            smooth([(side * 0.03, -0.9), (side * 0.036, -0.78), (side * 0.046, -0.725)], steps=3),
            shadow(skin, 0.32),
            0.016,
            130,
        )
        self.line(
            smooth([(-0.045, -0.71), (0.0, -0.695), (0.045, -0.71)], steps=3), shadow(skin, 0.42), 0.02, 190
        )

    def _mouth(self, skin: Colour) -> None:
        red = mix((196, 62, 74), shadow(skin, 0.25), 0.25 + 0.5 * self.person.lips)
        upper = [
            (-0.125, -0.615),
            (-0.045, -0.622),
            (0.0, -0.61),
            (0.045, -0.622),
            (0.125, -0.615),
            (0.06, -0.588),
            (0.0, -0.58),
            (-0.06, -0.588),
        ]
        lower = [
            (-0.125, -0.615),
            (-0.06, -0.588),
            (0.0, -0.58),
            (0.06, -0.588),
            (0.125, -0.615),
            (0.065, -0.548),
            (0.0, -0.534),
            (-0.065, -0.548),
        ]
        self.fill(smooth(lower, closed=True, steps=3), red)
        if self.person.lips > 0.55:  # a smile that shows the teeth
            teeth = [(-0.1, -0.606), (0.1, -0.606), (0.055, -0.573), (0.0, -0.564), (-0.055, -0.573)]
            self.fill(smooth(teeth, closed=True, steps=3), (250, 246, 240))
        self.fill(smooth(upper, closed=True, steps=3), shadow(red, 0.14))
        seam = smooth(
            [(-0.14, -0.622), (-0.06, -0.588), (0.0, -0.58), (0.06, -0.588), (0.14, -0.622)], steps=3
        )
        self.line(seam, shadow(red, 0.5), 0.012, 190)
        self.line(
            smooth([(-0.035, -0.508), (0.0, -0.503), (0.035, -0.508)], steps=3), shadow(skin, 0.3), 0.016, 100
        )

    def _glasses(self) -> None:
        ink = (36, 30, 34)
        for side in (-1, 1):
            ring = [
                (side * 0.155 + 0.1 * a, -0.915 + 0.085 * b)
                for a, b in (
                    (1, 0),
                    (0.7, 0.7),
                    (0, 1),
                    (-0.7, 0.7),
                    (-1, 0),
                    (-0.7, -0.7),
                    (0, -1),
                    (0.7, -0.7),
                    (1, 0),
                )
            ]
            self.fill(ring, (255, 255, 255), 30)
            self.line(smooth(ring, steps=3), ink, 0.02)
        self.line([(-0.055, -0.93), (0.055, -0.93)], ink, 0.02)

    def paint_earrings(self) -> None:
        """Small gold, below the ears."""
        if self.person.earrings and self.person.hair_style != "headscarf":
            for side in (-1, 1):
                self.oval((side * 0.36, -0.72), 0.028, 0.05, (226, 188, 98))
