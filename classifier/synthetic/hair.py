"""Hair in many ways: what hangs behind the neck, and what frames the face."""

import math
from collections.abc import Callable
from typing import Final

from classifier.synthetic.chance import Dice
from classifier.synthetic.colours import Colour, light, luminance, mix, shadow
from classifier.synthetic.curves import Point, mirror, smooth
from classifier.synthetic.skull import Skull


def _shine(hair: Colour) -> Colour:
    return mix(hair, (214, 150, 104), 0.22) if luminance(hair) < 0.4 else light(hair, 0.3)


def _cap(head: Skull) -> None:
    """Hair over the crown with a parting to one side."""
    hair = head.person.hair
    side = 1 if head.person.lips > 0.5 else -1
    outer = [
        (-0.4, -0.82),
        (-0.43, -1.1),
        (-0.33, -1.4),
        (0.0, -1.53),
        (0.33, -1.4),
        (0.43, -1.1),
        (0.4, -0.82),
    ]
    inner = [
        (0.345, -0.95),
        (0.31, -1.12),
        (0.2, -1.23),
        (0.08, -1.3),
        (-0.08, -1.22),
        (-0.28, -1.08),
        (-0.345, -0.92),
    ]
    points = smooth(outer, steps=5) + smooth(inner, steps=4)
    head.fill([(side * x, y) for x, y in points], hair)
    for lift in (0.0, 0.07):
        strand = smooth([(0.1, -1.36 - lift), (-0.16, -1.32 - lift), (-0.36 - lift * 0.3, -1.06)], steps=4)
        head.line([(side * x, y) for x, y in strand], _shine(hair), 0.022, 110)


def _fall(head: Skull, low: float, wide: float, wave: float) -> None:
    hair = head.person.hair
    right = [(0.3, -1.42), (0.44, -1.1), (0.44 + wide * 0.4, -0.7)]
    steps = 5
    for step in range(1, steps + 1):
        y = -0.7 + (low + 0.7) * step / steps
        right.append((0.42 + wide * (0.55 + 0.4 * step / steps) + wave * (1 if step % 2 else -1), y))
    right.append((0.2, low + 0.06))
    head.fill(smooth(mirror(right) + right, closed=True, steps=5), shadow(hair, 0.22))


def _long_back(head: Skull) -> None:
    _fall(head, 0.75, 0.14, 0.0)


def _wavy_back(head: Skull) -> None:
    _fall(head, 0.6, 0.2, 0.045)


def _lob_back(head: Skull) -> None:
    _fall(head, 0.05, 0.1, 0.0)


def _bob_back(head: Skull) -> None:
    _fall(head, -0.32, 0.1, 0.0)


def _ponytail_back(head: Skull) -> None:
    tail = smooth(
        [(0.1, -1.35), (0.5, -1.3), (0.62, -0.8), (0.56, -0.2), (0.44, 0.12), (0.42, -0.4), (0.34, -0.9)],
        closed=True,
    )
    side = 1 if head.person.lips > 0.5 else -1
    head.fill([(side * x, y) for x, y in tail], shadow(head.person.hair, 0.16))


def _bun_back(head: Skull) -> None:
    head.oval((0.0, -1.6), 0.25, 0.22, head.person.hair)
    head.line(smooth([(-0.16, -1.58), (0.0, -1.7), (0.17, -1.6)]), _shine(head.person.hair), 0.024, 120)


def _afro_back(head: Skull) -> None:
    dice = Dice(3, "afro")
    hair = head.person.hair
    head.oval((0.0, -1.08), 0.64, 0.62, hair)
    for index in range(22):
        turn = index / 22
        x, y = _around(turn)
        head.oval((x * 0.6, -1.08 + y * 0.58), 0.12 + 0.03 * dice.unit(), 0.12, hair)


def _curly_back(head: Skull) -> None:
    dice = Dice(5, "curls")
    dark = shadow(head.person.hair, 0.2)
    for row in range(9):
        for side in (-1, 1):
            y = -1.35 + row * 0.19
            head.oval((side * (0.32 + 0.2 * min(row, 5) / 5 + 0.05 * dice.unit()), y), 0.2, 0.17, dark)
    head.oval((0.0, -0.7), 0.5, 0.75, dark)


def _around(turn: float) -> Point:
    return math.cos(2 * math.pi * turn), math.sin(2 * math.pi * turn)


def _locks(head: Skull) -> None:
    """The cap, and a lock on each side that frames the face."""
    _cap(head)
    hair = head.person.hair
    low = {"long": 0.3, "wavy": 0.1, "lob": -0.1, "bob": -0.36}[head.person.hair_style]
    for side in (-1, 1):
        lock = smooth(
            [
                (side * 0.3, -1.26),
                (side * 0.44, -1.05),
                (side * 0.47, -0.6),
                (side * 0.5, low - 0.1),
                (side * 0.4, low),
                (side * 0.34, -0.45),
                (side * 0.345, -0.9),
            ],
            closed=True,
            steps=5,
        )
        head.fill(lock, hair)
        head.line(
            smooth([(side * 0.41, -1.0), (side * 0.43, -0.6), (side * 0.44, low - 0.12)]),
            _shine(hair),
            0.02,
            90,
        )


def _curly_front(head: Skull) -> None:
    dice = Dice(8, "curls")
    hair = head.person.hair
    for index in range(17):
        x, y = _around(0.5 + index / 32)
        head.oval(
            (x * 0.39, -1.02 + y * 0.42), 0.13 + 0.03 * dice.unit(), 0.12, hair if index % 3 else _shine(hair)
        )
    for side in (-1, 1):
        for row in range(5):
            head.oval((side * (0.42 + 0.03 * row), -0.95 + row * 0.17), 0.1, 0.1, hair)


def _afro_front(head: Skull) -> None:
    hair = head.person.hair
    for index in range(13):
        x, y = _around(0.52 + index / 26)
        head.oval((x * 0.36, -1.06 + y * 0.34), 0.13, 0.12, hair)


def _braids(head: Skull) -> None:
    _cap(head)
    hair = head.person.hair
    for side in (-1, 1):
        for row in range(11):
            x = side * (0.43 + 0.012 * row)
            head.oval((x, -0.92 + row * 0.145), 0.085, 0.095, hair if row % 2 else shadow(hair, 0.22))
        head.oval((side * 0.56, 0.7), 0.05, 0.05, (226, 188, 98))


def _headscarf(head: Skull) -> None:
    cloth = head.scarf
    outer = [
        (-0.46, -0.4),
        (-0.47, -1.0),
        (-0.33, -1.42),
        (0.0, -1.54),
        (0.33, -1.42),
        (0.47, -1.0),
        (0.46, -0.4),
    ]
    drape = [(0.6, 0.2), (0.3, 0.46), (-0.2, 0.42), (-0.6, 0.2)]
    hole = [
        (-0.29, -0.62),
        (-0.33, -0.9),
        (-0.27, -1.16),
        (0.0, -1.27),
        (0.27, -1.16),
        (0.33, -0.9),
        (0.29, -0.62),
        (0.14, -0.43),
        (0.0, -0.4),
        (-0.14, -0.43),
    ]
    ring = smooth(outer + drape, closed=True, steps=4)
    inside = smooth(hole, closed=True, steps=4)
    head.fill([*ring, ring[0], inside[0], *inside[::-1]], cloth)
    head.line(
        smooth([(-0.3, -0.5), (-0.1, -0.25), (0.3, -0.12), (0.5, 0.06)]), shadow(cloth, 0.34), 0.026, 150
    )
    head.line(smooth([(0.3, -0.5), (0.12, -0.2), (-0.2, 0.1), (-0.44, 0.2)]), shadow(cloth, 0.34), 0.026, 150)
    head.line([*inside, inside[0]], shadow(cloth, 0.3), 0.02, 170)


BACK_HAIR: Final[dict[str, Callable[[Skull], None]]] = {
    "long": _long_back, "wavy": _wavy_back, "lob": _lob_back, "bob": _bob_back, "ponytail": _ponytail_back,
    "bun": _bun_back, "afro": _afro_back, "curly": _curly_back,
}  # fmt: skip
FRONT_HAIR: Final[dict[str, Callable[[Skull], None]]] = {
    "long": _locks, "wavy": _locks, "lob": _locks, "bob": _locks, "curly": _curly_front, "afro": _afro_front,
    "braids": _braids, "headscarf": _headscarf,
}  # fmt: skip


def paint_back_hair(head: Skull) -> None:
    """What hangs behind the neck, if anything does."""
    paint = BACK_HAIR.get(head.person.hair_style)
    if paint is not None:
        paint(head)


def paint_front_hair(head: Skull) -> None:
    """What lies over the crown and around the face."""
    FRONT_HAIR.get(head.person.hair_style, _cap)(head)
