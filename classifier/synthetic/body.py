"""Bodies of everybody and the poses they stand in, in heads around the middle of the shoulder line."""

from dataclasses import dataclass
from typing import Final

from classifier.synthetic.chance import Dice
from classifier.synthetic.colours import HAIR, SKIN, Colour
from classifier.synthetic.curves import Point, along

UNDERARM: Final = 0.66
BUST: Final = 0.92
WAIST: Final = 1.55
HIP: Final = 2.4
KNEE: Final = 4.35
ANKLE: Final = 6.15
SOLE: Final = 6.5
CROWN: Final = -1.42


@dataclass(frozen=True, slots=True)
class Body:
    """Half widths in heads."""

    shoulder: float = 0.76
    bust: float = 0.6
    waist: float = 0.46
    hip: float = 0.68
    limb: float = 1.0


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the joints are; a side is -1 (left of the picture) or 1."""

    sway: float  # how far the hips stand to one side
    swing: float  # how far the hem swings to one side
    arms: tuple[tuple[Point, Point, Point], tuple[Point, Point, Point]]  # shoulder, elbow, wrist
    legs: tuple[tuple[Point, Point, Point], tuple[Point, Point, Point]]  # hip, knee, ankle
    behind: tuple[bool, bool] = (False, False)  # the arm is behind the dress
    hands: tuple[str, str] = ("open", "open")  # or "hip", "phone", "bag", "hair", "flowers", "glass"
    head_tilt: float = 0.0


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person: the same seed is the same person in every photo."""

    body: Body
    skin: Colour
    hair: Colour
    hair_style: str
    shoes: Colour
    glasses: bool
    earrings: bool
    lips: float


MANNEQUIN: Final = Body()
HAIR_STYLES: Final = {
    "long": 4.0, "wavy": 4.0, "bob": 3.0, "bun": 3.0, "ponytail": 2.5, "afro": 2.5, "curly": 3.0,
    "braids": 2.0, "pixie": 1.5, "headscarf": 1.2, "lob": 2.5,
}  # fmt: skip
SHOES: Final[tuple[Colour, ...]] = (
    (32, 30, 34),
    (214, 178, 146),
    (182, 40, 52),
    (236, 228, 218),
    (196, 160, 92),
    (120, 78, 52),
    (168, 172, 180),
)


def person_of(seed: int) -> Person:
    """Invent one person."""
    dice = Dice(seed, "person")
    plump = dice.unit() * dice.unit() * 1.25
    curve, tall = dice.between(-1, 1), dice.between(0.95, 1.04)
    body = Body(
        shoulder=0.74 + 0.1 * plump + 0.03 * dice.between(-1, 1),
        bust=0.58 + 0.2 * plump + 0.03 * curve,
        waist=0.45 + 0.27 * plump - 0.02 * curve,
        hip=0.65 + 0.22 * plump + 0.05 * curve,
        limb=(0.94 + 0.36 * plump) * tall,
    )
    tone = dice.whole(0, len(SKIN))
    hair = HAIR[dice.whole(0, 4) if tone > 5 and dice.happens(0.85) else dice.whole(0, len(HAIR))]
    style = dice.weighted(HAIR_STYLES)
    if style in ("afro", "braids") and tone < 4:
        style = "curly"
    return Person(
        body, SKIN[tone], hair, style, dice.pick(SHOES), dice.happens(0.12), dice.happens(0.55), dice.unit()
    )


def studio_pose(*, moving: bool) -> Pose:
    """How the invisible mannequin stands: straight, or a step to the side with the hem swinging."""
    body = MANNEQUIN
    arms = (_arm(body, -1, 0.16, 0.1), _arm(body, 1, 0.16, 0.1))
    legs = (_leg(body, -1, 0.0, 0.0), _leg(body, 1, 0.0, 0.0))
    return Pose(0.08 if moving else 0.0, 0.22 if moving else 0.0, arms, legs)


ARMS: Final = {
    "down": 4.0,
    "hip": 3.0,
    "bag": 2.0,
    "hair": 1.0,
    "front": 1.5,
    "glass": 1.2,
    "flowers": 1.0,
    "out": 1.0,
}


def street_pose(dice: Dice, body: Body, *, phone: bool) -> Pose:
    """A pose of an easy stand: weight on one leg, each arm busy with something of its own."""
    weight = dice.pick((-1, 1))
    sway = weight * dice.between(0.02, 0.16)
    kinds = [dice.weighted(ARMS), dice.weighted(ARMS)]
    if kinds[0] == kinds[1] and kinds[0] not in ("down", "hip"):
        kinds[1] = "down"
    if phone:
        kinds[dice.whole(0, 2)] = "phone"
    arms, hands, behind = [], [], []
    for side, kind in zip((-1, 1), kinds, strict=True):
        arm, hand, back = _busy_arm(dice, body, side, kind)
        arms.append(arm)
        hands.append(hand)
        behind.append(back)
    step = dice.between(0.0, 0.3)
    legs = tuple(
        _leg(body, side, sway, step * side if side != weight else 0.04 * side, bent=side != weight)
        for side in (-1, 1)
    )
    swing = dice.between(-0.2, 0.2)
    return Pose(sway, swing, (arms[0], arms[1]), (legs[0], legs[1]), (behind[0], behind[1]),
                (hands[0], hands[1]), dice.between(-0.09, 0.09))  # fmt: skip


def _shoulder(body: Body, side: int) -> Point:
    return (side * (body.shoulder - 0.12), 0.26)


def _arm(body: Body, side: int, out: float, bend: float) -> tuple[Point, Point, Point]:
    x, y = _shoulder(body, side)
    spread = max(body.bust - body.shoulder, 0.0) + 0.06
    elbow = (x + side * (out + spread), y + 1.28)
    return (x, y), elbow, (elbow[0] + side * (bend - 0.08), elbow[1] + 1.12)


def _busy_arm(dice: Dice, body: Body, side: int, kind: str) -> tuple[tuple[Point, Point, Point], str, bool]:
    shoulder = _shoulder(body, side)
    x, y = shoulder
    if kind == "hip":
        wrist = (side * (body.waist + 0.18), WAIST + 0.42)
        return (shoulder, (x + side * dice.between(0.72, 0.9), y + 1.02), wrist), "hip", dice.happens(0.2)
    if kind == "hair":
        return (shoulder, (x + side * 0.85, y - 0.45), (side * 0.42, -1.0)), "hair", False
    if kind == "phone":
        return (shoulder, (x + side * 0.5, y + 0.92), (side * 0.24, -0.12)), "phone", False
    if kind == "front":
        return (shoulder, (x + side * 0.34, y + 1.18), (side * 0.12, y + 1.95)), "open", False
    if kind in ("glass", "flowers"):
        return (shoulder, (x + side * 0.34, y + 1.14), (side * (body.bust - 0.12), y + 0.6)), kind, False
    if kind == "out":
        return (shoulder, (x + side * 0.6, y + 1.08), (x + side * 1.15, y + 1.9)), "open", False
    arm = _arm(body, side, dice.between(0.08, 0.26), dice.between(-0.12, 0.22))
    return arm, "bag" if kind == "bag" else "open", dice.happens(0.15) and kind == "down"


def _leg(body: Body, side: int, sway: float, out: float, *, bent: bool = False) -> tuple[Point, Point, Point]:
    hip = (side * body.hip * 0.5 + sway, HIP + 0.1)
    ankle = (side * 0.2 + sway * 0.5 + out, ANKLE - (0.06 if bent else 0.0))
    middle = along(hip, ankle, 0.5)
    return hip, (middle[0] + side * (0.1 if bent else 0.01), KNEE), ankle
