"""Pictures under the hashtag that show no dress: people, things, pets (the puppy!) and noise."""

from collections.abc import Callable
from typing import Final

from PIL import Image, ImageFilter

from classifier.synthetic import pets
from classifier.synthetic.body import CROWN, person_of, street_pose
from classifier.synthetic.canvas import Canvas, Frame
from classifier.synthetic.chance import Dice, seed_of
from classifier.synthetic.clothes import separates_of
from classifier.synthetic.colours import DRESS, SKIN, light, shadow
from classifier.synthetic.figure import Figure
from classifier.synthetic.film import develop
from classifier.synthetic.nature import gradient
from classifier.synthetic.scene import PLACES, backdrop
from classifier.synthetic.street import plan_shot, stage
from classifier.synthetic.things import bag_photo, jewellery_photo, shoe_photo


def separates_photo(seed: int, size_px: tuple[int, int]) -> Image.Image:
    """Somebody in a top and a skirt or trousers."""
    return _clothed(seed, size_px, close=False)


def person_photo(seed: int, size_px: tuple[int, int]) -> Image.Image:
    """A portrait that shows no dress."""
    return _clothed(seed, size_px, close=True)


def _clothed(seed: int, size_px: tuple[int, int], *, close: bool) -> Image.Image:
    dice = Dice(seed, "clothed")
    shot = plan_shot(dice, size_px)
    canvas = stage(shot, size_px, dice)
    if close:
        unit = size_px[1] / dice.between(3.0, 3.8)
        canvas = canvas.view(Frame(size_px[0] * dice.between(0.42, 0.58), (0.5 - CROWN) * unit, unit))
    who = person_of(seed_of(seed, "wearer"))
    figure = Figure(
        canvas, who, street_pose(dice, who.body, phone=shot.selfie), light_from=shot.light, seed=seed
    )
    top, bottom = separates_of(dice, canvas.frame.unit, shot.light)
    figure.separates(top, bottom, trousers=close or dice.happens(0.5))
    return develop(canvas.finish(), dice, PLACES[shot.place].air)


def pet_photo(seed: int, size_px: tuple[int, int]) -> Image.Image:
    """A puppy or a cat at home."""
    dice = Dice(seed, "pet")
    canvas = stage_for_pet(dice, size_px)
    (pets.puppy if dice.happens(0.7) else pets.cat)(canvas, dice)
    return develop(canvas.finish(), dice, (1.02, 1.0, 0.97))


def stage_for_pet(dice: Dice, size_px: tuple[int, int]) -> Canvas:
    """A place, seen from low, with the pet's shadow; the unit is the picture's width."""
    width, height = size_px
    place = dice.pick(("room", "park", "room", "beach"))
    canvas = Canvas(backdrop(place, size_px, dice.whole(0, 1 << 40), blur=1.0))
    low = canvas.view(Frame(width * dice.between(0.44, 0.56), height * 0.62, width * dice.between(0.9, 1.15)))
    for step in range(8):
        low.oval((0.0, 0.36), 0.35 - step * 0.016, 0.055 - step * 0.003, (40, 30, 34), 15)
    return low


def noise_photo(seed: int, size_px: tuple[int, int]) -> Image.Image:
    """A picture of nothing: a thumb on the lens, a blur of lights, a screenshot of text."""
    dice = Dice(seed, "noise")
    width, height = size_px
    kind = dice.pick(("thumb", "blur", "text"))
    first, last = DRESS[dice.pick(sorted(DRESS))], DRESS[dice.pick(sorted(DRESS))]
    canvas = Canvas(Image.new("RGB", size_px)).view(Frame(0.0, 0.0, float(width)))
    tall = height / width
    if kind == "text":
        gradient(canvas, 0.0, tall, light(first, 0.6), light(last, 0.5))
        for row in range(dice.whole(3, 7)):
            y = tall * 0.3 + row * 0.09
            canvas.box(0.14, y, dice.between(0.5, 0.86), y + 0.034, shadow(first, 0.5))
        return develop(canvas.finish(), dice, (1.0, 1.0, 1.0))
    gradient(canvas, 0.0, tall, first, last)
    for _ in range(24):
        radius = dice.between(0.03, 0.16)
        canvas.oval((dice.unit(), tall * dice.unit()), radius, radius, DRESS[dice.pick(sorted(DRESS))], 110)
    picture = (
        canvas.finish()
        .reduce(4)
        .filter(ImageFilter.BoxBlur(max(width / 60, 1)))
        .resize(size_px, Image.Resampling.BILINEAR)
    )
    if kind == "thumb":
        top = Canvas(picture).view(Frame(0.0, 0.0, float(width)))
        skin = SKIN[dice.whole(0, len(SKIN))]
        for size, tone in ((0.52, shadow(skin, 0.2)), (0.47, skin), (0.36, light(skin, 0.1))):
            top.oval((0.98, tall * 0.12), size, size * 0.8, tone, 235)
        picture = top.finish().filter(ImageFilter.BoxBlur(width / 50))
    return develop(picture, dice, (1.0, 1.0, 1.0))


OTHERS: Final[dict[str, Callable[[int, tuple[int, int]], Image.Image]]] = {
    "person": person_photo, "separates": separates_photo, "bag": bag_photo, "shoe": shoe_photo,
    "jewellery": jewellery_photo, "pet": pet_photo, "noise": noise_photo,
}  # fmt: skip
