"""The cut of a dress on a body: how wide it is at every height, and the line of its neck and hem."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from classifier.synthetic.body import BUST, HIP, UNDERARM, WAIST, Body, Pose
from classifier.synthetic.chance import Floats, sine
from classifier.synthetic.curves import Point, limb, mirror, smooth
from classifier.synthetic.spec import Look

HEMS: Final = {"mini": 3.42, "knee": 4.3, "midi": 5.3, "maxi": 6.42, "high-low": 4.1}
WAISTS: Final = {"natural": WAIST, "empire": 1.12, "dropped": 2.2, "none": WAIST}
# silhouette: (ease at waist, at hip, slope of the skirt per head below the hip, how round the skirt starts, folds)
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
        points.extend((y, body.hip + hip_ease + slope * (y - HIP) + round_start * _ease_out(y)) for y in (3.2, hem + 0.4))
    top = [(-0.4, body.shoulder), (0.1, body.shoulder), (UNDERARM, body.bust + 0.03), (BUST, body.bust + 0.04)]
    line = smooth(top + points, steps=5)
    heights = np.asarray([y for y, _ in line], dtype=np.float32)
    halves = np.asarray([w for _, w in line], dtype=np.float32)
    sway = np.interp(heights, [0, WAIST, HIP, 6.5], [0, pose.sway * 0.5, pose.sway, pose.sway * 0.7 + pose.swing])
    fullness = min(max((float(np.interp(hem, heights, halves)) - body.hip) / 1.3, 0.0), 1.0)
    return Cut(heights, sway.astype(np.float32), halves, waist, hem, folds, fullness)


def _ease_out(y: float) -> float:
    return min((y - HIP) / 1.4, 1.0)


def _profile(look: Look, body: Body, waist: float, hem: float) -> list[Point]:
    if look.silhouette == "mermaid":
        return [(WAIST, body.waist + 0.02), (HIP, body.hip + 0.02), (3.5, body.hip * 0.86), (4.3, body.hip * 0.74),
                (5.0, body.hip * 0.92), (6.0, body.hip * 1.6), (6.8, body.hip * 2.2)]  # fmt: skip
    if look.silhouette == "sheath":
        return [(WAIST, body.waist + (0.03 if look.waist == "natural" else 0.07)), (HIP, body.hip + 0.04),
                (3.4, body.hip * 0.98), (4.6, body.hip * 0.86), (6.8, body.hip * 0.84)]  # fmt: skip
    if look.silhouette == "shift":
        return [(WAIST, body.bust * 0.98 + 0.02), (HIP, max(body.hip + 0.06, body.bust + 0.08)), (5.6, body.hip + 0.3)]
    return []


def hem_line(cut: Cut, phase: float, *, lift: float = 0.0) -> list[Point]:
    """The hem from right to left, waving with the folds; lift raises the middle of it."""
    across = np.linspace(1, -1, 41, dtype=np.float32)
    wave = fold_wave(across, cut, phase) * (0.02 + 0.07 * cut.fullness)
    sag = (1 - across * across) * (0.06 + 0.12 * cut.fullness)
    rise = lift * (1 - across * across)
    return [(cut.middle(cut.hem) + float(a) * cut.half(cut.hem), cut.hem - 0.1 * cut.fullness + float(w + s - r))
            for a, w, s, r in zip(across, wave, sag, rise, strict=True)]  # fmt: skip


def fold_wave(across: Floats, cut: Cut, phase: float) -> Floats:
    """How far the cloth stands out at a share of the half width, in [-1, 1]."""
    bent: Floats = across * (1.25 - 0.25 * across * across)
    wave: Floats = 0.62 * sine(bent * np.float32(cut.folds * 0.5) + np.float32(phase)) + 0.38 * sine(bent * np.float32(cut.folds * 0.81) + np.float32(phase * 2.7))
    return wave


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
        return _both(smooth([(0.0, 0.42), (0.4, 0.36), (body.shoulder + 0.02, 0.26), (body.shoulder + 0.05, 0.45)]))
    if word == "straps":
        half = [(0.0, 0.5), (0.25, 0.44), (0.42, 0.3), (0.46, 0.29), (0.5, 0.42), (under[0], UNDERARM)]
        return _both(smooth(half if not back else [(0.0, 0.72), (0.3, 0.66), (0.46, 0.56), (under[0], 0.66)]))
    if word == "halter":
        half = [(0.0, 0.2 if not back else 0.9), (0.16, -0.02), (0.2, -0.16), (0.25, -0.14), (0.36, 0.2), (0.5, 0.5)]
        return _both(smooth([*half, under]) if not back else smooth([(0.0, 0.9), (0.4, 0.8), under]))
    shoulder = (body.shoulder - 0.06, 0.14)
    arm = smooth([shoulder, (body.shoulder - 0.12, 0.4), (body.bust - 0.03, 0.6), under])
    if word == "one shoulder":
        return _one_shoulder(arm, under)
    return _both(_opening(word, back) + arm)


def _both(half: list[Point]) -> list[Point]:
    return mirror(half) + half[1:]


def _one_shoulder(arm: list[Point], under: Point) -> list[Point]:
    left = mirror(arm)
    slope = smooth([(-0.34, -0.02), (-0.16, 0.16), (0.2, 0.42), (under[0] - 0.12, 0.58), under])
    return left + slope


def _opening(word: str, back: bool) -> list[Point]:
    """Half of the neck's opening, from the middle to where it meets the shoulder seam."""
    if word == "high neck":
        return [(0.0, -0.3), (NECK_WIDTH + 0.03, -0.32), (NECK_WIDTH + 0.06, -0.08), (0.4, -0.01)]
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


def sleeve_outline(look: Look, arm: tuple[Point, Point, Point], size: float) -> list[Point]:
    """The outline of one sleeve along an arm."""
    begin, end, extra = SLEEVES[look.sleeve]
    if look.neckline == "off shoulder":
        begin, end = 0.12, max(end, 0.6)
    shares = [begin + (end - begin) * step / (len(extra) - 1) for step in range(len(extra))]
    widths = [arm_girth(share, size) + more for share, more in zip(shares, extra, strict=True)]
    return limb([arm_point(arm, share) for share in shares], widths, cap=0.8)
