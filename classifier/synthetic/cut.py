"""The cut of a dress on a body: how wide it is at every height, and the line of its neck and hem."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from classifier.synthetic.body import BUST, HIP, UNDERARM, WAIST, Body, Pose
from classifier.synthetic.chance import Floats, sine
from classifier.synthetic.curves import Point, mirror, smooth
from classifier.synthetic.spec import Look

HEMS: Final = {"mini": 3.42, "knee": 4.3, "midi": 5.3, "maxi": 6.42, "high-low": 4.1}
WAISTS: Final = {"natural": WAIST, "empire": 1.12, "dropped": 2.2, "none": WAIST}
# silhouette: (ease at the waist, at the hip, slope of the skirt below it, how round it starts, folds)
SKIRTS: Final[dict[str, tuple[float, float, float, float, int]]] = {
    "sheath": (0.03, 0.04, -0.05, 0.0, 2),
    "a-line": (0.03, 0.22, 0.24, 0.0, 5),
    "fit and flare": (0.02, 0.52, 0.3, 0.14, 7),
    "shift": (0.16, 0.1, 0.06, 0.0, 3),
    "wrap": (0.02, 0.16, 0.19, 0.0, 5),
    "mermaid": (0.01, 0.02, 0.0, 0.0, 6),
    "ball gown": (0.02, 0.86, 0.34, 0.3, 10),
    "slip": (0.06, 0.05, 0.05, 0.0, 4),
    "shirt": (0.08, 0.2, 0.16, 0.0, 5),
    "tiered": (0.1, 0.34, 0.26, 0.05, 9),
}
NECK_WIDTH: Final = 0.21


@dataclass(frozen=True, slots=True)
class Cut:
    """Rows of a dress from its top to its hem, all in heads."""

    heights: Floats  # (n,), growing downwards
    middles: Floats  # (n,), x of the middle
    halves: Floats  # (n,), half widths
    waist: float
    hem: float
    folds: int
    fullness: float  # 0 for a tight skirt, 1 for a ball gown

    def half(self, y: float) -> float:
        """Half the width at a height."""
        return float(np.interp(y, self.heights, self.halves))

    def middle(self, y: float) -> float:
        """The middle at a height."""
        return float(np.interp(y, self.heights, self.middles))

    def at(self, across: float, y: float) -> Point:
        """The point at a share of the half width, in [-1, 1]."""
        return self.middle(y) + across * self.half(y), y


def cut_of(look: Look, body: Body, pose: Pose) -> Cut:
    """Fit a look on a body in a pose."""
    ease, hip_ease, slope, round_start, folds = SKIRTS[look.silhouette]
    waist, hem = WAISTS[look.waist], HEMS[look.length]
    points = _profile(look, body, waist, hem)
    if not points:
        points = [(waist, (body.waist if waist < 1.8 else body.hip - 0.06) + ease)]
        if waist < 1.3:
            points = [(waist, body.bust - 0.03), (WAIST + 0.3, body.waist + 0.24 + hip_ease * 0.5)]
        points.append((HIP + 0.1 * (waist > 2), body.hip + hip_ease))
        points.extend(
            (y, body.hip + hip_ease + slope * (y - HIP) + round_start * _ease_out(y)) for y in (3.2, 4.4, 7.4)
        )
    top = [
        (-0.4, body.shoulder),
        (0.1, body.shoulder),
        (UNDERARM, body.bust + 0.03),
        (BUST, body.bust + 0.04),
    ]
    line = smooth(top + points, steps=5)
    heights = np.asarray([y for y, _ in line], dtype=np.float32)
    halves = np.asarray([w for _, w in line], dtype=np.float32)
    sway = np.interp(
        heights, [0, WAIST, HIP, 6.5], [0, pose.sway * 0.5, pose.sway, pose.sway * 0.7 + pose.swing]
    )
    fullness = min(max((float(np.interp(hem, heights, halves)) - body.hip) / 1.3, 0.0), 1.0)
    return Cut(heights, sway.astype(np.float32), halves, waist, hem, folds, fullness)


def _ease_out(y: float) -> float:
    return min((y - HIP) / 1.4, 1.0)


def _profile(look: Look, body: Body, waist: float, hem: float) -> list[Point]:
    if look.silhouette == "mermaid":
        return [
            (WAIST, body.waist + 0.02),
            (HIP, body.hip + 0.02),
            (3.5, body.hip * 0.86),
            (4.3, body.hip * 0.74),
            (5.0, body.hip * 0.92),
            (6.0, body.hip * 1.6),
            (6.8, body.hip * 2.2),
        ]
    if look.silhouette == "sheath":
        return [(WAIST, body.waist + (0.03 if look.waist == "natural" else 0.07)), (HIP, body.hip + 0.04),
                (3.4, body.hip * 0.98), (4.6, body.hip * 0.86), (6.8, body.hip * 0.84)]  # fmt: skip
    if look.silhouette == "shift":
        return [
            (WAIST, body.bust * 0.98 + 0.02),
            (HIP, max(body.hip + 0.06, body.bust + 0.08)),
            (5.6, body.hip + 0.3),
        ]
    return []


def hem_line(cut: Cut, phase: float, *, lift: float = 0.0) -> list[Point]:
    """The hem from right to left, in lobes between the folds; lift raises the middle of it."""
    across = np.linspace(1, -1, 73, dtype=np.float32)
    place, _ = fold_place(across, cut, np.float32(phase))
    inner = 1 - across * across
    lobes = (4 * place * (1 - place) - 0.6) * (0.012 + 0.055 * cut.fullness) * np.minimum(inner * 6, 1)
    drop = inner * (0.07 + 0.13 * cut.fullness - lift)
    low = cut.hem - 0.1 * cut.fullness
    middle, half = cut.middle(low), cut.half(low)
    return [(middle + float(a) * half, low + float(y)) for a, y in zip(across, lobes + drop, strict=True)]


def fold_place(across: Floats, cut: Cut, phase: Floats | np.float32) -> tuple[Floats, Floats]:
    """Where on its fold the cloth lies (0 on top, 1 underneath) and how deep the fold is."""
    turns = across * (1.2 - 0.2 * across * across) * np.float32(cut.folds * 0.5)
    turns = turns + 0.17 * sine(across * np.float32(0.9) + phase * np.float32(3.3)) + phase
    place: Floats = turns - np.floor(turns)
    depth: Floats = 0.68 + 0.32 * sine(np.floor(turns) * np.float32(0.37) + np.float32(0.2))
    return place, depth


def side_line(cut: Cut, top: float, side: int) -> list[Point]:
    """One side of the dress from a height down to the hem."""
    return [cut.at(side, float(y)) for y in np.linspace(top, cut.hem - 0.1 * cut.fullness, 28)]


def neck_line(look: Look, body: Body, *, back: bool) -> list[Point]:
    """The upper edge from the left underarm over both shoulders to the right underarm."""
    word = look.neckline
    under = (body.bust + 0.03, UNDERARM)
    if word == "sweetheart":
        half = [(0.0, 0.62), (0.1, 0.5), (0.3, 0.4), (0.48, 0.44), (under[0], 0.56)]
        return _both(smooth(half if not back else [(0.0, 0.6), (0.3, 0.6), (under[0], 0.6)]))
    if word == "off shoulder":
        return _both(
            smooth([(0.0, 0.42), (0.4, 0.36), (body.shoulder + 0.02, 0.26), (body.shoulder + 0.05, 0.45)])
        )
    if word == "straps":
        half = [(0.0, 0.5), (0.25, 0.44), (0.42, 0.3), (0.46, 0.29), (0.5, 0.42), (under[0], UNDERARM)]
        return _both(smooth(half if not back else [(0.0, 0.72), (0.3, 0.66), (0.46, 0.56), (under[0], 0.66)]))
    if word == "halter":
        half = [
            (0.0, 0.2 if not back else 0.9),
            (0.16, -0.02),
            (0.2, -0.16),
            (0.25, -0.14),
            (0.36, 0.2),
            (0.5, 0.5),
        ]
        return _both(smooth([*half, under]) if not back else smooth([(0.0, 0.9), (0.4, 0.8), under]))
    shoulder = (body.shoulder - 0.06, 0.14)
    arm = smooth([shoulder, (body.shoulder - 0.12, 0.4), (body.bust - 0.03, 0.6), under])
    if look.sleeve != "sleeveless":  # the sleeve is set in: no skin between it and the body
        arm = smooth([(body.shoulder - 0.04, 0.1), (body.shoulder - 0.02, 0.4), under])
    if word == "one shoulder":
        return _one_shoulder(arm, under)
    opening = _opening(word, back)
    slope = [(body.shoulder - 0.17, -0.005)] if opening[-1][0] < body.shoulder - 0.22 else []
    return _both(opening + slope + arm)


def _both(half: list[Point]) -> list[Point]:
    return mirror(half) + half[1:]


def _one_shoulder(arm: list[Point], under: Point) -> list[Point]:
    left = [*mirror(arm), (-arm[0][0] + 0.1, -0.005)]
    slope = smooth([(-0.34, -0.02), (-0.16, 0.16), (0.2, 0.42), (under[0] - 0.12, 0.58), under])
    return left + slope


def _opening(word: str, back: bool) -> list[Point]:
    """Half of the neck's opening, from the middle to where it meets the shoulder seam."""
    if word == "high neck":
        return [(0.0, -0.27), (0.14, -0.29), (NECK_WIDTH, -0.33), (NECK_WIDTH + 0.03, -0.12), (0.34, -0.03)]
    if back:
        word = {"v-neck": "scoop", "deep v": "v-neck"}.get(word, "crew")
    if word == "v-neck":
        return [(0.0, 0.68), (0.17, 0.32), (0.33, -0.04)]
    if word == "deep v":
        return [(0.0, 1.08), (0.2, 0.46), (0.36, -0.03)]
    if word == "collar":
        return [(0.0, 0.42), (0.14, 0.16), (0.26, -0.06)]
    if word == "square":
        return [(0.0, 0.44), (0.37, 0.42), (0.42, -0.01)]
    depth, wide = {"scoop": (0.46, 0.42), "boat": (0.06, 0.6)}.get(word, (0.14, 0.33))
    lift = 0.06 if wide > 0.5 else -0.03
    return smooth([(0.0, depth), (wide * 0.5, depth * 0.86), (wide * 0.88, depth * 0.4), (wide, lift)])


def opening_edge(look: Look) -> Point:
    """Where an open neck meets the right shoulder seam."""
    return _opening(look.neckline, False)[-1]
