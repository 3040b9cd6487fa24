"""People in their clothes: limbs, hands and shoes around a garment, in painting order."""

from typing import Final

from classifier.synthetic.body import ANKLE, HIP, SOLE, UNDERARM, WAIST, Body, Person, Pose
from classifier.synthetic.canvas import Canvas
from classifier.synthetic.chance import Dice
from classifier.synthetic.colours import DRESS, Colour, light, mix, shadow
from classifier.synthetic.curves import Point, along, limb, smooth
from classifier.synthetic.cut import arm_girth, arm_point
from classifier.synthetic.garment import Garment
from classifier.synthetic.head import Head

ARM_STEPS: Final = (0.0, 0.35, 1.0, 1.3, 2.0)


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
        half = [(0.15, -0.62), (0.15, -0.3), (0.24, -0.12), (body.shoulder - 0.16, 0.03), (body.shoulder - 0.05, 0.16),
                (body.shoulder - 0.12, 0.42), (body.bust - 0.04, UNDERARM), (body.bust - 0.02, 0.95), (body.waist - 0.02, WAIST)]  # fmt: skip
        right = smooth(half, steps=4)
        self.canvas.fill([(-x, y) for x, y in right] + right[::-1], skin)
        chin = smooth([(-0.15, -0.52), (0.0, -0.3), (0.15, -0.52), (0.15, -0.28), (0.03, -0.16), (-0.12, -0.3)], closed=True, steps=4)
        self.canvas.fill(chin, shadow(skin, 0.32), 150)
        for side in (-1, 1):
            bone = smooth([(side * 0.06, 0.1), (side * 0.28, 0.06), (side * 0.52, 0.1)], steps=4)
            self.canvas.line(bone, shadow(skin, 0.3), 0.018, 110)

    def legs(self) -> None:
        """Both legs with their shoes."""
        size, skin = self.person.body.limb, self.person.skin
        for index, (hip, knee, ankle) in enumerate(self.pose.legs):
            calf = along(knee, ankle, 0.3)
            wide = max(self.person.body.hip * 0.44, 0.27)
            path = [hip, along(hip, knee, 0.5), knee, (calf[0] + (0.03 if index else -0.03), calf[1]), ankle, (ankle[0], ankle[1] + 0.1)]
            widths = [wide, wide * 0.82, 0.17 * size, 0.175 * size, 0.085 * size, 0.085 * size]
            outline = limb(path, widths, steps=5)
            self.canvas.fill(outline, skin)
            self._shade(path[1:5], widths[1:5], skin)
            self._shoe(ankle, -1 if index == 0 else 1)

    def _shade(self, path: list[Point], widths: list[float], skin: Colour) -> None:
        """A darker band on the side of a limb that is turned from the light."""
        side = 1 if self.light < 0 else -1
        moved = [(x + side * w * 0.62, y) for (x, y), w in zip(path, widths, strict=True)]
        self.canvas.fill(limb(moved, [w * 0.38 for w in widths], steps=4), shadow(skin, 0.3), 90)

    def _shoe(self, ankle: Point, side: int) -> None:
        ink, (x, y) = self.person.shoes, ankle
        kind = round(self.person.lips * 10) % 3
        low = y + SOLE - ANKLE
        if kind == 0:  # pumps from the front
            self.canvas.fill(smooth([(x - 0.1, y + 0.06), (x + 0.1, y + 0.06), (x + side * 0.06 + 0.14, low - 0.06),
                                     (x + side * 0.08, low + 0.1), (x + side * 0.06 - 0.14, low - 0.06)], closed=True), self.person.skin)  # fmt: skip
            self.canvas.fill(smooth([(x + side * 0.05 - 0.145, low - 0.14), (x + side * 0.06, low - 0.03), (x + side * 0.05 + 0.145, low - 0.14),
                                     (x + side * 0.07 + 0.12, low + 0.06), (x + side * 0.08, low + 0.14),
                                     (x + side * 0.07 - 0.12, low + 0.06)], closed=True), ink)  # fmt: skip
        elif kind == 1:  # sandals
            self.canvas.fill(smooth([(x - 0.09, y + 0.04), (x + 0.09, y + 0.04), (x + side * 0.08 + 0.15, low + 0.02),
                                     (x + side * 0.08, low + 0.12), (x + side * 0.08 - 0.15, low + 0.02)], closed=True), self.person.skin)  # fmt: skip
            self.canvas.line([(x - 0.1, y + 0.1), (x + 0.1, y + 0.1)], ink, 0.05)
            self.canvas.line([(x + side * 0.07 - 0.15, low - 0.04), (x + side * 0.07 + 0.15, low - 0.04)], ink, 0.07)
            self.canvas.line(smooth([(x + side * 0.08 - 0.16, low + 0.06), (x + side * 0.08, low + 0.14), (x + side * 0.08 + 0.16, low + 0.06)]), shadow(ink, 0.4), 0.04)
        else:  # ankle boots
            self.canvas.fill(smooth([(x - 0.14, y - 0.26), (x + 0.14, y - 0.26), (x + 0.13, y + 0.1), (x + side * 0.1 + 0.17, low + 0.06),
                                     (x + side * 0.1, low + 0.14), (x + side * 0.1 - 0.17, low + 0.06), (x - 0.13, y + 0.1)], closed=True), shadow(ink, 0.15))  # fmt: skip
            self.canvas.line([(x - 0.05, y - 0.2), (x - 0.04, low)], light(ink, 0.3), 0.03, 120)

    def arm(self, index: int, garment: Garment | None) -> None:
        """One arm with its hand, and its sleeve on top."""
        arm, size, skin = self.pose.arms[index], self.person.body.limb, self.person.skin
        path = [arm_point(arm, share) for share in ARM_STEPS]
        widths = [arm_girth(share, size) for share in ARM_STEPS]
        self.canvas.fill(limb(path, widths, steps=6, cap=0.9), skin)
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
        palm = [(x - dx * 0.05, y - dy * 0.05), (x + dx * length * 0.4, y + dy * length * 0.4), (x + dx * length, y + dy * length)]
        self.canvas.fill(limb(palm, [0.085 * size, 0.11 * size, 0.05 * size], steps=5), self.person.skin)
        thumb = [(x + dx * 0.05, y + dy * 0.05), (x + dx * 0.16 - dy * 0.13, y + dy * 0.16 + abs(dx) * 0.1)]
        self.canvas.line(thumb, self.person.skin, 0.07 * size)
        if kind == "open":
            for gap in (-0.03, 0.03):
                start = (x + dx * length * 0.55 - dy * gap, y + dy * length * 0.55 + dx * gap)
                self.canvas.line([start, (x + dx * length * 0.95 - dy * gap * 0.6, y + dy * length * 0.95 + dx * gap * 0.6)],
                                 shadow(self.person.skin, 0.3), 0.012, 120)  # fmt: skip

    def things(self) -> None:
        """What the hands hold, in front of everything."""
        for index, kind in enumerate(self.pose.hands):
            wrist = self.pose.arms[index][2]
            if kind == "phone":
                self._phone(wrist)
            elif kind == "bag":
                self._bag(wrist)
            elif kind == "glass":
                self._glass(wrist)
            elif kind == "flowers":
                self._flowers(wrist)

    def _phone(self, at: Point) -> None:
        x, y = at[0], at[1] - 0.2
        case = DRESS[self.dice.pick(("black", "blush", "sage", "navy", "white", "lemon"))]
        corner = 0.04
        self.canvas.fill(smooth([(x - 0.17, y - 0.34 + corner), (x - 0.17 + corner, y - 0.34), (x + 0.17 - corner, y - 0.34), (x + 0.17, y - 0.34 + corner),
                                 (x + 0.17, y + 0.34 - corner), (x + 0.17 - corner, y + 0.34), (x - 0.17 + corner, y + 0.34), (x - 0.17, y + 0.34 - corner)], closed=True, steps=2), case)  # fmt: skip
        self.canvas.fill([(x - 0.14, y - 0.31), (x - 0.01, y - 0.31), (x - 0.01, y - 0.15), (x - 0.14, y - 0.15)], shadow(case, 0.25))
        self.canvas.oval((x - 0.1, y - 0.265), 0.03, 0.03, (20, 20, 26))
        self.canvas.oval((x - 0.05, y - 0.2), 0.03, 0.03, (20, 20, 26))
        for finger in range(4):
            self.canvas.line([(x + 0.2, y + 0.02 + finger * 0.085), (x + 0.09, y + finger * 0.085)], shadow(self.person.skin, 0.06), 0.075)

    def _bag(self, at: Point) -> None:
        ink = self.person.shoes
        x, y = at[0], at[1] + 0.15
        self.canvas.line(smooth([(x - 0.2, y + 0.42), (x - 0.14, y + 0.02), (x, y - 0.08), (x + 0.14, y + 0.02), (x + 0.2, y + 0.42)]), shadow(ink, 0.25), 0.05)
        self.canvas.fill(smooth([(x - 0.34, y + 0.4), (x + 0.34, y + 0.4), (x + 0.4, y + 0.86), (x + 0.3, y + 0.95), (x - 0.3, y + 0.95), (x - 0.4, y + 0.86)],
                                closed=True, steps=3), ink)  # fmt: skip
        self.canvas.fill([(x - 0.34, y + 0.42), (x + 0.34, y + 0.42), (x + 0.3, y + 0.64), (x - 0.3, y + 0.64)], shadow(ink, 0.16))
        self.canvas.oval((x, y + 0.64), 0.045, 0.045, (224, 186, 104))

    def _glass(self, at: Point) -> None:
        x, y = at[0], at[1] - 0.12
        self.canvas.line([(x, y + 0.1), (x, y + 0.42)], (236, 236, 232), 0.025, 200)
        self.canvas.fill(smooth([(x - 0.1, y - 0.4), (x + 0.1, y - 0.4), (x + 0.08, y), (x, y + 0.12), (x - 0.08, y)], closed=True, steps=3), (246, 240, 226), 130)
        self.canvas.fill([(x - 0.085, y - 0.2), (x + 0.085, y - 0.2), (x + 0.06, y), (x, y + 0.08), (x - 0.06, y)], (240, 206, 120), 200)

    def _flowers(self, at: Point) -> None:
        x, y = at[0], at[1] - 0.1
        for stem in (-0.1, 0.0, 0.1):
            self.canvas.line([(x + stem * 0.4, y + 0.5), (x + stem * 2.2, y - 0.2)], (96, 128, 84), 0.03)
        for _ in range(11):
            ink = DRESS[self.dice.pick(("blush", "rose", "white", "lavender", "coral", "lemon"))]
            px, py = x + self.dice.between(-0.3, 0.3), y - 0.2 + self.dice.between(-0.28, 0.16)
            self.canvas.oval((px, py), 0.12, 0.11, ink)
            self.canvas.oval((px, py), 0.05, 0.05, shadow(ink, 0.2))

    def separates(self, top: Colour, bottom: Colour, *, trousers: bool) -> None:
        """Paint the whole person in a top and a skirt or trousers."""
        self.head.paint_back_hair()
        self.legs()
        self.torso()
        body = self.person.body
        if trousers:
            self._trousers(bottom)
        else:
            self._skirt(bottom)
        self._top(body, top)
        for index in (0, 1):
            arm = self.pose.arms[index]
            self.arm(index, None)
            sleeve = limb([arm_point(arm, s) for s in (0.0, 0.3, 0.6)], [arm_girth(s, body.limb) + 0.06 for s in (0.0, 0.3, 0.6)], cap=0.8)
            self.canvas.fill(sleeve, shadow(top, 0.06))
        self.head_and_neck()
        self.things()

    def _top(self, body: Body, ink: Colour) -> None:
        sway = self.pose.sway
        half = [(0.3, -0.05), (body.shoulder - 0.06, 0.12), (body.bust + 0.04, UNDERARM), (body.bust + 0.05, 0.95), (body.waist + 0.1, WAIST), (body.hip * 0.92 + 0.04, WAIST + 0.5)]
        line = smooth(half, steps=4)
        neck = smooth([(-0.3, -0.05), (0.0, 0.2), (0.3, -0.05)], steps=4)
        self.canvas.fill([(-x + sway * 0.4, y) if y > 1 else (-x, y) for x, y in line][::-1] + neck + [(x + sway * 0.4, y) if y > 1 else (x, y) for x, y in line], ink)
        self.canvas.line(neck, shadow(ink, 0.3), 0.03)
        for share in (-0.4, 0.1, 0.45):
            self.canvas.line(smooth([(share * body.bust, 1.0), (share * body.bust + 0.08, 1.4), (share * body.bust * 0.8, 1.9)]), shadow(ink, 0.3), 0.03, 90)

    def _skirt(self, ink: Colour) -> None:
        body, sway = self.person.body, self.pose.sway
        wide = self.dice.between(0.1, 0.5)
        low = self.dice.pick((3.4, 4.2, 5.2))
        right = smooth([(body.waist + 0.04 + sway * 0.5, WAIST + 0.1), (body.hip + 0.06 + sway, HIP), (body.hip + wide + sway, low)], steps=5)
        left = smooth([(-body.waist - 0.04 + sway * 0.5, WAIST + 0.1), (-body.hip - 0.06 + sway, HIP), (-body.hip - wide + sway, low)], steps=5)
        hem = smooth([right[-1], (sway, low + 0.12), left[-1]], steps=5)
        self.canvas.fill(right + hem + left[::-1], ink)
        for share in (-0.6, -0.2, 0.15, 0.5):
            self.canvas.line([(share * body.waist + sway * 0.5, WAIST + 0.5), (share * (body.hip + wide) + sway, low)], shadow(ink, 0.34), 0.05, 80)

    def _trousers(self, ink: Colour) -> None:
        body, sway = self.person.body, self.pose.sway
        for index, (hip, knee, ankle) in enumerate(self.pose.legs):
            wide = self.dice.between(0.2, 0.24)
            path = [(hip[0], hip[1] - 0.2), along(hip, knee, 0.4), knee, (ankle[0], ankle[1] + 0.08)]
            tone = ink if index else mix(ink, shadow(ink, 0.2), 0.5)
            self.canvas.fill(limb(path, [body.hip * 0.54, body.hip * 0.48, wide, wide]), tone)
        self.canvas.fill([(-body.waist - 0.02 + sway * 0.5, WAIST), (body.waist + 0.02 + sway * 0.5, WAIST), (body.hip + 0.03 + sway, HIP + 0.15), (-body.hip - 0.03 + sway, HIP + 0.15)], ink)
