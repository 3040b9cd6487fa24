"""Rough street photos: more in the way, harder poses and light than the demo's, for benchmarks."""

from dataclasses import replace
from typing import Final

from PIL import Image

from classifier.synthetic.body import CROWN, HIP, KNEE, WAIST, Body, Pose, person_of, street_pose
from classifier.synthetic.canvas import Canvas, Frame
from classifier.synthetic.chance import Dice, seed_of
from classifier.synthetic.clothes import separates_of
from classifier.synthetic.clutter import clutter, coat, companion
from classifier.synthetic.colours import DRESS, Colour, light, shadow
from classifier.synthetic.curves import Point, along, smooth
from classifier.synthetic.figure import Figure
from classifier.synthetic.film import develop
from classifier.synthetic.garment import tailor
from classifier.synthetic.others import OTHERS
from classifier.synthetic.scene import PLACES
from classifier.synthetic.spec import Look
from classifier.synthetic.street import Shot, stage
from classifier.synthetic.weather import weather

Size = tuple[int, int]  # width, height in pixels
# crop: (how likely, fewest and most heads from top to bottom)
CROPS: Final = {
    "full": (4.0, 8.4, 9.4),
    "far": (1.6, 9.8, 12.0),
    "knees": (2.6, 6.4, 7.4),
    "selfie": (2.0, 6.8, 8.2),
    "waist": (0.8, 5.0, 5.8),
}
IN_THE_WAY: Final = {"friend": 0.18, "coat": 0.1, "strap": 0.14, "scarf": 0.04, "near": 0.3}
COATS: Final = ("camel", "black", "charcoal", "ivory", "navy", "olive")


def rough_photo(look: Look | None, *, seed: int, size_px: Size) -> Image.Image:
    """Draw somebody who wears a look, or a top and something below it; the same seed is the same photo."""
    dice = Dice(seed, "rough")
    shot = _plan(dice, size_px)
    who = person_of(seed_of(seed, "wearer"))
    canvas = stage(shot, size_px, dice)
    if dice.happens(IN_THE_WAY["friend"]) and not shot.selfie:
        companion(canvas, dice, light_from=shot.light)
    pose = _pose(dice, who.body, selfie=shot.selfie)
    figure = Figure(canvas, who, pose, light_from=shot.light, seed=seed_of(seed, "things"))
    if look is None:
        top, bottom = separates_of(dice, shot.frame.unit, shot.light)
        figure.separates(top, bottom, trousers=dice.happens(0.5))
    else:
        phase = dice.unit()
        figure.wear(tailor(look, who.body, pose, unit=shot.frame.unit, light_from=shot.light, phase=phase))
    _hide(canvas, who.body, dice, size_px)
    return weather(develop(canvas.finish(), dice, PLACES[shot.place].air), Dice(seed, "weather"))


def rough_other(kind: str, *, seed: int, size_px: Size) -> Image.Image:
    """Draw what is no dress, a key of OTHERS, in the same weather as the dresses.

    Raises:
        KeyError: the kind is unknown.
    """
    if kind == "separates":
        return rough_photo(None, seed=seed, size_px=size_px)
    return weather(OTHERS[kind](seed, size_px), Dice(seed, "weather"))


def _plan(dice: Dice, size_px: Size) -> Shot:
    width, height = size_px
    crop = dice.weighted({name: likely for name, (likely, _, _) in CROPS.items()})
    unit = height / dice.between(*CROPS[crop][1:])
    top = dice.between(0.8, 2.0) if crop == "far" else dice.between(0.2, 0.7)
    x = width * (0.5 + dice.between(-0.14, 0.14))
    place = (
        "mirror"
        if crop == "selfie"
        else dice.weighted({name: place.likely for name, place in PLACES.items()})
    )
    lit = dice.pick((-1.0, 1.0)) * dice.between(0.5, 1.0)
    return Shot(place, Frame(x, (top - CROWN) * unit, unit), lit, crop == "selfie", dice.between(0.0, 0.8))


def _pose(dice: Dice, body: Body, *, selfie: bool) -> Pose:
    """An easy stand, arms crossed before the body, a hand at the throat, or a stride."""
    pose = street_pose(dice, body, phone=selfie)
    kind = dice.weighted({"easy": 6.0, "crossed": 1.0, "throat": 0.8, "stride": 2.2})
    left, right = pose.arms
    if kind == "crossed" and not selfie:
        arms = tuple(
            (arm[0], (side * (body.shoulder + 0.16), 1.25), (-side * 0.22, 1.16 + 0.18 * (side > 0)))
            for side, arm in ((-1, left), (1, right))
        )
        return replace(pose, arms=(arms[0], arms[1]), behind=(False, False), hands=("open", "open"))
    if kind == "throat" and not selfie:
        arm = (left[0], (left[0][0] - 0.3, 1.3), (-0.05, 0.32))
        return replace(pose, arms=(arm, right), behind=(False, pose.behind[1]), hands=("open", pose.hands[1]))
    if kind == "stride":
        return replace(pose, legs=(_stride(pose, 0), _stride(pose, 1)), swing=dice.between(-0.35, 0.35))
    return pose


def _stride(pose: Pose, index: int) -> tuple[Point, Point, Point]:
    """One leg crossing before the other, as people walk for a picture."""
    hip, _, ankle = pose.legs[index]
    inward = -0.3 if index else 0.3
    low = (ankle[0] + inward, ankle[1])
    middle = along(hip, low, 0.5)
    return hip, (middle[0] - inward * 0.3, KNEE), low


def _hide(canvas: Canvas, body: Body, dice: Dice, size_px: Size) -> None:
    """Lay over the dress what people wear, carry and stand behind."""
    if dice.happens(IN_THE_WAY["coat"]):
        coat(canvas, body, DRESS[dice.pick(COATS)])
    if dice.happens(IN_THE_WAY["strap"]):
        _shoulder_bag(canvas, body, dice, DRESS[dice.pick(sorted(DRESS))])
    if dice.happens(IN_THE_WAY["scarf"]):
        _scarf(canvas, dice, DRESS[dice.pick(sorted(DRESS))])
    if dice.happens(IN_THE_WAY["near"]):
        clutter(canvas, dice, size_px)


def _shoulder_bag(canvas: Canvas, body: Body, dice: Dice, ink: Colour) -> None:
    """A bag worn across: its strap over the chest, itself before one hip."""
    side = dice.pick((-1, 1))
    low = dice.between(WAIST + 0.4, HIP + 0.5)
    x, half = side * (body.hip - 0.1), dice.between(0.3, 0.5)
    start = (-side * (body.shoulder - 0.3), -0.02)
    canvas.line(smooth([start, (side * 0.05, 0.85), (x - side * 0.1, low)]), shadow(ink, 0.25), 0.06)
    flap = [
        (x - half, low),
        (x + half, low),
        (x + half * 1.05, low + half * 1.3),
        (x - half * 1.05, low + half * 1.3),
    ]
    canvas.fill(flap, ink)
    fold = low + half * 0.6
    canvas.fill([(x - half, low), (x + half, low), (x + half, fold), (x - half, fold)], shadow(ink, 0.18))
    canvas.oval((x, fold), 0.05, 0.05, (224, 186, 104))


def _scarf(canvas: Canvas, dice: Dice, ink: Colour) -> None:
    """A scarf around the neck, one end hanging down."""
    loop = [(-0.42, -0.22), (0.0, -0.08), (0.42, -0.22), (0.5, 0.06), (0.0, 0.34), (-0.5, 0.06)]
    side, long = dice.pick((-1, 1)), dice.between(0.9, 1.8)
    end = [(side * 0.05, 0.1), (side * 0.34, 0.1), (side * 0.4, long), (side * 0.08, long)]
    canvas.fill(smooth(end, closed=True, steps=4), shadow(ink, 0.14))
    canvas.fill(smooth(loop, closed=True, steps=4), ink)
    canvas.line(smooth([(-0.38, 0.0), (0.0, 0.16), (0.38, 0.0)]), light(ink, 0.25), 0.03)
