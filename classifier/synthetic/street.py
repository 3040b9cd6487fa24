"""Street photos: somebody in a dress, somewhere, as friends take pictures."""

from dataclasses import dataclass
from typing import Final

from PIL import Image

from classifier.synthetic.body import CROWN, SOLE, Person, person_of, street_pose
from classifier.synthetic.canvas import Canvas, Frame
from classifier.synthetic.chance import Dice, seed_of
from classifier.synthetic.clutter import clutter, coat, companion
from classifier.synthetic.colours import DRESS
from classifier.synthetic.figure import Figure
from classifier.synthetic.film import develop
from classifier.synthetic.garment import tailor
from classifier.synthetic.scene import PLACES, backdrop
from classifier.synthetic.spec import Look

CROPS: Final = {"full": 5.0, "knees": 3.0, "selfie": 2.0}


@dataclass(frozen=True, slots=True)
class Shot:
    """How one photo is framed and lit."""

    place: str
    frame: Frame
    light: float
    selfie: bool
    blur: float


def plan_shot(dice: Dice, size_px: tuple[int, int]) -> Shot:
    """Choose the place, the crop and the light."""
    width, height = size_px
    crop = dice.weighted(CROPS)
    heads = {
        "full": dice.between(8.5, 9.3),
        "knees": dice.between(6.6, 7.4),
        "selfie": dice.between(7.0, 8.2),
    }[crop]
    unit = height / heads
    top = {
        "full": dice.between(0.35, 0.6),
        "knees": dice.between(0.3, 0.5),
        "selfie": dice.between(0.5, 0.8),
    }[crop]
    x = width * (0.5 + dice.between(-0.09, 0.09))
    place = (
        "mirror"
        if crop == "selfie"
        else dice.weighted({name: place.likely for name, place in PLACES.items()})
    )
    frame = Frame(x, (top - CROWN) * unit, unit)
    return Shot(
        place,
        frame,
        dice.pick((-1.0, 1.0)) * dice.between(0.5, 1.0),
        crop == "selfie",
        dice.between(0.15, 0.9),
    )


def stage(shot: Shot, size_px: tuple[int, int], dice: Dice) -> Canvas:
    """The place, with the shadow of whoever will stand there."""
    canvas = Canvas(
        backdrop(shot.place, size_px, dice.whole(0, 1 << 40), blur=shot.blur * (0.3 if shot.selfie else 1))
    )
    people = canvas.view(shot.frame)
    for step in range(8):
        size = 1.55 - step * 0.12
        people.oval((-shot.light * 0.3, SOLE + 0.06), size, 0.14 * size, (40, 30, 40), 15)
    return people


def street_photo(look: Look, *, seed: int, person: Person | None, size_px: tuple[int, int]) -> Image.Image:
    """Draw somebody who wears a look; the same seed is the same photo."""
    dice = Dice(seed, "street")
    shot = plan_shot(dice, size_px)
    who = person or person_of(seed_of(seed, "wearer"))
    canvas = stage(shot, size_px, dice)
    if dice.happens(0.08) and not shot.selfie:
        companion(canvas, dice, light_from=shot.light)
    pose = street_pose(dice, who.body, phone=shot.selfie)
    phase = dice.unit()
    garment = tailor(look, who.body, pose, unit=shot.frame.unit, light_from=shot.light, phase=phase)
    figure = Figure(canvas, who, pose, light_from=shot.light, seed=seed_of(seed, "things"))
    figure.wear(garment)
    if dice.happens(0.07):
        coat(canvas, who.body, DRESS[dice.pick(("camel", "black", "charcoal", "ivory", "navy"))])
    if dice.happens(0.2):
        clutter(canvas, dice, size_px)
    return develop(canvas.finish(), dice, PLACES[shot.place].air)
