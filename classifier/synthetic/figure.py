"""People in their clothes: limbs, hands and shoes around a garment, in painting order."""

import numpy as np

from classifier.synthetic import props
from classifier.synthetic.body import HIP, UNDERARM, WAIST, Person, Pose
from classifier.synthetic.canvas import Canvas
from classifier.synthetic.chance import Dice
from classifier.synthetic.colours import DRESS, Colour, shadow
from classifier.synthetic.curves import Point, along, limb, smooth
from classifier.synthetic.cut import Cut, hem_line, neck_line, side_line
from classifier.synthetic.drape import Cloth, drape_body, drape_sleeve
from classifier.synthetic.garment import Garment
from classifier.synthetic.head import Head
from classifier.synthetic.sleeves import arm_girth, arm_point, disc, is_raised, sleeve_pieces


class Figure:
    """One person on a canvas whose unit is a head."""

    def __init__(self, canvas: Canvas, person: Person, pose: Pose, *, light_from: float, seed: int) -> None:
        self.canvas, self.person, self.pose, self.light = canvas, person, pose, light_from
        self.dice = Dice(seed, "figure")
        self.head = Head(canvas, person, tilt=pose.head_tilt, light_from=light_from, dice=Dice(seed, "scarf"))

    def wear(self, garment: Garment) -> None:
        """Paint the whole person in a dress."""
        canvas = self.canvas
        self.head.paint_back_hair()
        for index in (0, 1):
            if self.pose.behind[index]:
                self.arm(index, garment)
        garment.paint_far_side(canvas)
        self.legs()
        self.torso()
        garment.paint_straps(canvas)
        garment.paint_body(canvas)
        for index in (0, 1):
            if not self.pose.behind[index]:
                self.arm(index, garment)
        self.head_and_neck()
        self.things()

    def head_and_neck(self) -> None:
        """The head above everything worn."""
        self.head.paint()
        self.head.paint_earrings()

    def torso(self) -> None:
        """Neck, shoulders and chest in skin; the dress covers what it covers."""
        body, skin = self.person.body, self.person.skin
        half = [
            (0.15, -0.62),
            (0.15, -0.3),
            (0.24, -0.12),
            (body.shoulder - 0.16, 0.03),
            (body.shoulder - 0.05, 0.16),
            (body.shoulder - 0.12, 0.42),
            (body.bust - 0.04, UNDERARM),
            (body.bust - 0.02, 0.95),
            (body.waist - 0.02, WAIST),
        ]
        right = smooth(half, steps=4)
        self.canvas.fill([(-x, y) for x, y in right] + right[::-1], skin)
        chin = [
            (-0.15, -0.6),
            (0.15, -0.6),
            *smooth([(0.15, -0.34), (0.09, -0.26), (0.0, -0.235), (-0.09, -0.26), (-0.15, -0.34)], steps=4),
        ]
        self.canvas.fill(chin, shadow(skin, 0.28), 150)
        for side in (-1, 1):
            bone = smooth([(side * 0.06, 0.1), (side * 0.28, 0.06), (side * 0.52, 0.1)], steps=4)
            self.canvas.line(bone, shadow(skin, 0.3), 0.018, 110)

    def legs(self) -> None:
        """Both legs with their shoes."""
        size, skin = self.person.body.limb, self.person.skin
        for index, (hip, knee, ankle) in enumerate(self.pose.legs):
            calf = along(knee, ankle, 0.3)
            wide = max(self.person.body.hip * 0.44, 0.27)
            path = [
                hip,
                along(hip, knee, 0.5),
                knee,
                (calf[0] + (0.03 if index else -0.03), calf[1]),
                ankle,
                (ankle[0], ankle[1] + 0.1),
            ]
            widths = [wide, wide * 0.8, 0.16 * size, 0.175 * size, 0.082 * size, 0.082 * size]
            outline = limb(path, widths, steps=5)
            self.canvas.fill(outline, skin)
            self._shade(path[1:5], widths[1:5], skin)
            x, y = knee
            self.canvas.line(
                smooth([(x - 0.08 * size, y - 0.03), (x, y + 0.05), (x + 0.08 * size, y - 0.03)], steps=4),
                shadow(skin, 0.3),
                0.022,
                90,
            )
            props.shoe(self.canvas, self.person, ankle, -1 if index == 0 else 1)

    def _shade(self, path: list[Point], widths: list[float], skin: Colour) -> None:
        """A darker band on the side of a limb that is turned from the light."""
        side = 1 if self.light < 0 else -1
        moved = [(x + side * w * 0.62, y) for (x, y), w in zip(path, widths, strict=True)]
        self.canvas.fill(limb(moved, [w * 0.38 for w in widths], steps=4), shadow(skin, 0.3), 72)

    def arm(self, index: int, garment: Garment | None) -> None:
        """One arm with its hand, and its sleeve on top."""
        arm, size, skin = self.pose.arms[index], self.person.body.limb, self.person.skin
        order = ((1.0, 2.0), (0.0, 1.0))
        for first, last in order[::-1] if is_raised(arm) else order:
            shares = (first, first + 0.3, last)
            path, widths = (
                [arm_point(arm, share) for share in shares],
                [arm_girth(share, size) for share in shares],
            )
            self.canvas.fill(limb(path, widths, steps=5, cap=0.9 if first == 0 else 0.0), skin)
            if last == 1.0:
                self.canvas.fill(disc(arm[1], arm_girth(1.0, size)), skin)
            self._shade(path, widths, skin)
        self._hand(arm, self.pose.hands[index], size)
        if garment is not None:
            garment.paint_sleeve(self.canvas, -1 if index == 0 else 1)

    def _hand(self, arm: tuple[Point, Point, Point], kind: str, size: float) -> None:
        (ex, ey), (x, y) = arm[1], arm[2]
        dx, dy = x - ex, y - ey
        reach = max((dx * dx + dy * dy) ** 0.5, 1e-3)
        dx, dy = dx / reach, dy / reach
        if kind == "hip":
            dx, dy = (0.5 if dx > 0 else -0.5), 0.8
        length = 0.2 if kind in ("phone", "glass", "flowers", "bag") else 0.36
        palm = [
            (x - dx * 0.05, y - dy * 0.05),
            (x + dx * length * 0.4, y + dy * length * 0.4),
            (x + dx * length, y + dy * length),
        ]
        self.canvas.fill(limb(palm, [0.085 * size, 0.11 * size, 0.05 * size], steps=5), self.person.skin)
        thumb = [(x + dx * 0.05, y + dy * 0.05), (x + dx * 0.16 - dy * 0.13, y + dy * 0.16 + abs(dx) * 0.1)]
        self.canvas.line(thumb, self.person.skin, 0.07 * size)
        if kind == "open":
            for gap in (-0.03, 0.03):
                start = (x + dx * length * 0.55 - dy * gap, y + dy * length * 0.55 + dx * gap)
                self.canvas.line(
                    [
                        start,
                        (x + dx * length * 0.95 - dy * gap * 0.6, y + dy * length * 0.95 + dx * gap * 0.6),
                    ],
                    shadow(self.person.skin, 0.3),
                    0.012,
                    120,
                )

    def things(self) -> None:
        """What the hands hold, in front of everything."""
        for index, kind in enumerate(self.pose.hands):
            wrist = self.pose.arms[index][2]
            if kind == "phone":
                props.phone(self.canvas, self.person, self.dice, wrist)
            elif kind == "bag":
                props.bag(self.canvas, self.person, self.dice, wrist)
            elif kind == "glass":
                props.glass(self.canvas, self.person, self.dice, wrist)
            elif kind == "flowers":
                props.flowers(self.canvas, self.person, self.dice, wrist)

    def separates(self, top: Cloth, bottom: Cloth, *, trousers: bool) -> None:
        """Paint the whole person in a top and a skirt or trousers."""
        self.head.paint_back_hair()
        self.legs()
        self.torso()
        self._trousers(bottom) if trousers else self._skirt(bottom)
        cut = self._top(top)
        for index in (0, 1):
            self.arm(index, None)
            for piece in sleeve_pieces(top.look, self.pose.arms[index], self.person.body.limb):
                drape_sleeve(self.canvas, piece, cut, top)
        self.head_and_neck()
        self.things()

    def _top(self, cloth: Cloth) -> Cut:
        body, low = self.person.body, WAIST + 0.5
        cut = self._cut(
            [
                (-0.4, body.shoulder),
                (0.1, body.shoulder),
                (UNDERARM, body.bust + 0.05),
                (WAIST, body.waist + 0.14),
                (low, body.hip * 0.9 + 0.06),
            ],
            WAIST,
            low,
            4,
            0.12,
        )
        outline = (
            neck_line(cloth.look, body, back=False)
            + side_line(cut, UNDERARM + 0.04, 1)
            + hem_line(cut, cloth.phase)
        )
        drape_body(self.canvas, outline + side_line(cut, UNDERARM + 0.04, -1)[::-1], cut, cloth)
        ink = shadow(DRESS[cloth.look.colour], 0.34)
        self.canvas.line(neck_line(cloth.look, body, back=False), ink, 0.024, 170)
        self.canvas.line(hem_line(cut, cloth.phase), ink, 0.03, 170)
        return cut

    def _cut(self, line: list[Point], waist: float, hem: float, folds: int, fullness: float) -> Cut:
        sway = self.pose.sway
        heights = np.asarray([y for y, _ in line], dtype=np.float32)
        middles = np.interp(heights, [0, WAIST, HIP, 6.5], [0, sway * 0.5, sway, sway * 0.7]).astype(
            np.float32
        )
        return Cut(
            heights, middles, np.asarray([w for _, w in line], dtype=np.float32), waist, hem, folds, fullness
        )

    def _skirt(self, cloth: Cloth) -> None:
        body, wide, low = self.person.body, self.dice.between(0.0, 0.55), self.dice.pick((3.5, 4.3, 5.3))
        line = smooth(
            [(WAIST, body.waist + 0.03), (HIP, body.hip + 0.05 + wide * 0.4), (low + 0.3, body.hip + wide)],
            steps=5,
        )
        cut = self._cut(line, WAIST, low, 6, 0.15 + wide * 0.6)
        drape_body(
            self.canvas,
            side_line(cut, WAIST, 1) + hem_line(cut, cloth.phase) + side_line(cut, WAIST, -1)[::-1],
            cut,
            cloth,
        )

    def _trousers(self, cloth: Cloth) -> None:
        body, sway, ink = self.person.body, self.pose.sway, DRESS[cloth.look.colour]
        wide = self.dice.between(0.19, 0.3)
        for hip, knee, ankle in self.pose.legs:
            path = [(hip[0], hip[1] - 0.2), along(hip, knee, 0.4), knee, (ankle[0], ankle[1] + 0.1)]
            self.canvas.fill(limb(path, [body.hip * 0.54, body.hip * 0.48, max(wide, 0.2), wide]), ink)
            self.canvas.line(
                smooth([along(hip, knee, 0.2), knee, (ankle[0], ankle[1])]), shadow(ink, 0.4), 0.03, 110
            )
        top = [(-body.waist - 0.02 + sway * 0.5, WAIST), (body.waist + 0.02 + sway * 0.5, WAIST),
               (body.hip + 0.03 + sway, HIP + 0.15), (-body.hip - 0.03 + sway, HIP + 0.15)]  # fmt: skip
        self.canvas.fill(top, ink)
