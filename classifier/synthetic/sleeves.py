"""Sleeves along an arm, in pieces that each have one direction of cloth."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from classifier.synthetic.curves import Point, limb, smooth
from classifier.synthetic.spec import Look

# sleeve: (from, to) on the arm with 1 at the elbow and 2 at the wrist, then half widths beside the arm's own
SLEEVES: Final[dict[str, tuple[float, float, tuple[float, ...]]]] = {
    "cap": (0.0, 0.28, (0.04, 0.07, 0.08)),
    "short": (0.0, 0.5, (0.04, 0.06, 0.08)),
    "flutter": (0.0, 0.52, (0.03, 0.14, 0.3)),
    "puff": (0.0, 0.55, (0.05, 0.24, 0.2, 0.03)),
    "elbow": (0.0, 1.0, (0.04, 0.05, 0.06, 0.07)),
    "long": (0.0, 1.94, (0.04, 0.04, 0.05, 0.05, 0.05)),
    "bishop": (0.0, 1.92, (0.05, 0.07, 0.12, 0.26, 0.2, 0.02)),
    "bell": (0.0, 1.8, (0.04, 0.04, 0.06, 0.18, 0.34)),
}


def arm_girth(share: float, size: float) -> float:
    """Half the thickness of an arm at 0 (shoulder), 1 (elbow), 2 (wrist)."""
    return size * float(np.interp(share, [0, 0.3, 1, 1.35, 2], [0.19, 0.175, 0.135, 0.13, 0.085]))


def arm_point(arm: tuple[Point, Point, Point], share: float) -> Point:
    """The point at 0 (shoulder) to 2 (wrist)."""
    start, end = (arm[0], arm[1]) if share <= 1 else (arm[1], arm[2])
    part = share if share <= 1 else share - 1
    return (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part)


@dataclass(frozen=True, slots=True)
class SleevePiece:
    """A straight part of a sleeve: its outlines, and the line that its cloth runs along."""

    outlines: list[list[Point]]
    start: Point
    end: Point
    hem: list[Point]


def sleeve_pieces(look: Look, arm: tuple[Point, Point, Point], size: float) -> list[SleevePiece]:
    """One sleeve along an arm: in one piece, or in two where the elbow is bent."""
    begin, end, extra = SLEEVES[look.sleeve]
    if look.neckline == "off shoulder":
        begin, end = 0.14, max(end, 0.6)
    steps = np.linspace(begin, end, len(extra))

    def girth(share: float) -> float:
        return arm_girth(share, size) + float(np.interp(share, steps, extra))

    def piece(first: float, last: float, cap: float) -> SleevePiece:
        shares = np.linspace(first, last, 6)
        outline = limb([arm_point(arm, s) for s in shares], [girth(s) for s in shares], steps=3, cap=cap)
        middle = len(outline) // 2
        return SleevePiece(
            [outline], arm_point(arm, first), arm_point(arm, last), outline[middle - 1 : middle + 1]
        )

    cap = 0.5 if look.neckline != "off shoulder" else 0.0
    if end <= 1.0 or is_straight(arm):
        pieces = [piece(begin, end, cap)]
    else:
        pieces = [piece(1.0, end, 0.0), piece(begin, 1.0, cap)]
        pieces[-1].outlines.append(disc(arm[1], girth(1.0)))
    if begin == 0.0:
        pieces[-1].outlines.append(disc(arm[0], girth(0.0)))
    return pieces[::-1] if is_raised(arm) else pieces


def is_raised(arm: tuple[Point, Point, Point]) -> bool:
    """Whether the hand is above the elbow, so that the forearm is nearer to the eye."""
    return arm[2][1] < arm[1][1]


def is_straight(arm: tuple[Point, Point, Point]) -> bool:
    """Whether a limb bends so little that it can be drawn in one piece."""
    (ax, ay), (bx, by), (cx, cy) = arm
    ux, uy, vx, vy = bx - ax, by - ay, cx - bx, cy - by
    along = ux * vx + uy * vy
    return along > 0.93 * math.sqrt((ux * ux + uy * uy) * (vx * vx + vy * vy))


def disc(centre: Point, radius: float) -> list[Point]:
    """A round outline."""
    half = radius * 0.7071
    x, y = centre
    ring = [(x + radius, y), (x + half, y + half), (x, y + radius), (x - half, y + half),
            (x - radius, y), (x - half, y - half), (x, y - radius), (x + half, y - half)]  # fmt: skip
    return smooth(ring, closed=True, steps=3)
