"""The dresses of dresses-v1: skewed colours, small patterns, and twins that differ in one small thing."""

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from typing import Final, Literal

from classifier.synthetic import vocabulary as words
from classifier.synthetic.chance import Dice
from classifier.synthetic.colours import DRESS, luminance
from classifier.synthetic.spec import Look

Role = Literal["teach", "test", "unlisted"]
# What hangs in wardrobes: 38 % dark. Every colour of the studio is in it.
PALETTE: Final[dict[str, float]] = {
    "black": 20, "navy": 8, "charcoal": 3, "wine": 3, "forest": 2, "plum": 1.5, "chocolate": 1,
    "red": 8, "white": 6, "ivory": 6, "blush": 5, "emerald": 4, "cobalt": 4, "champagne": 3, "rose": 3,
    "sky": 3, "fuchsia": 3, "silver": 2, "camel": 2, "sage": 2, "lavender": 2, "teal": 2, "rust": 2,
    "coral": 2, "mustard": 1.5, "olive": 1.5, "turquoise": 1, "tangerine": 1, "lemon": 1, "violet": 1,
}  # fmt: skip
SCALES: Final = {"small": 5.0, "medium": 3.0, "large": 1.5}
UNSCALED: Final = ("solid", "lace", "sequins", "ombre", "colour block")
PAINTED_TRIMS: Final = {"plain": 5.0, "belt": 2.0, "bow": 2.0, "buttons": 2.0, "ruffle hem": 1.0, "slit": 1.5}
TWINS: Final = {
    "neckline": 4.0,
    "sleeve": 4.0,
    "trim": 2.0,
    "scale": 4.0,
    "waist": 3.0,
}  # what they differ in
SEAMED: Final = ("a-line", "fit and flare", "ball gown")  # whose waist shows by its place


@dataclass(frozen=True, slots=True)
class Design:
    """One dress, and which twins it belongs to: 0 for a dress without."""

    look: Look
    twins: int = 0
    differ_in: str = ""


def role_of(look: Look) -> Role:
    """What a look may be used for: by its words alone, so that no seed ever tests what another one taught."""
    digest = hashlib.blake2b("|".join(astuple(look)).encode(), digest_size=2).digest()
    share = int.from_bytes(digest, "big") / 65536
    return "teach" if share < 0.55 else "test" if share < 0.9 else "unlisted"


def design_dresses(count: int, *, role: Role, seed: int, twin_share: float) -> list[Design]:
    """Design distinct dresses; a longer list starts with the shorter one of the same seed.

    Args:
        twin_share: how many of them have a twin (a share in [0, 1]); families are of two or three.
    """
    designs: list[Design] = []
    seen: set[Look] = set()
    family = 0
    while len(designs) < count:
        family += 1
        dice = Dice(seed, "dresses-v1", role, family)
        size = dice.pick((2, 2, 3))
        # of f families and s single dresses f * 7/3 have a twin: solved for the share
        if dice.happens(twin_share / (twin_share + 7 / 3 * (1 - twin_share))):
            looks, what = _twins(dice, role, size, seen)
            designs += [Design(look, family, what) for look in looks]
        else:
            designs.append(Design(_new_look(dice, role, seen)))
        seen.update(design.look for design in designs[-3:])
    return _whole_families(designs[:count])


def _whole_families(designs: list[Design]) -> list[Design]:
    """The last family may have been cut down to one."""
    last = designs[-1]
    if last.twins and sum(design.twins == last.twins for design in designs) == 1:
        return [*designs[:-1], Design(last.look)]
    return designs


def _new_look(dice: Dice, role: Role, seen: set[Look]) -> Look:
    while role_of(look := _free_look(dice)) != role or look in seen:
        pass
    return look


def _free_look(dice: Dice) -> Look:
    silhouette = dice.pick(words.SILHOUETTES)
    neckline = dice.pick(words.NECKLINES_OF.get(silhouette, words.OPEN_NECKLINES))
    pattern = dice.weighted(words.PATTERN_WEIGHTS)
    colour = dice.weighted(PALETTE)
    accent, third = _accents(dice, pattern, colour)
    length = dice.pick(words.LENGTHS_OF.get(silhouette, words.LENGTHS))
    trims = trims_of(silhouette, length)
    return Look(
        silhouette=silhouette,
        neckline=neckline,
        sleeve=dice.pick(words.SLEEVES_OF.get(neckline, words.SLEEVES)),
        length=length,
        waist=dice.pick(words.WAISTS_OF.get(silhouette, ("none",))),
        pattern=pattern,
        scale="" if pattern in UNSCALED else dice.weighted(SCALES),
        colour=colour,
        accent=accent,
        third=third,
        fabric=dice.pick(words.FABRICS_OF.get(pattern, ("crepe", "cotton", "chiffon", "satin"))),
        trim=dice.weighted({trim: PAINTED_TRIMS[trim] for trim in trims}),
    )


def trims_of(silhouette: str, length: str) -> Sequence[str]:
    """The trims that can be seen, each different from the others, and that do not change the colours."""
    if silhouette == "wrap":
        return ("bow", "ruffle hem")  # a wrap is tied whatever its trim
    known = words.TRIMS_OF.get(silhouette, words.TRIMS)
    return [trim for trim in known if trim in PAINTED_TRIMS and not (trim == "slit" and length == "mini")]


def _accents(dice: Dice, pattern: str, colour: str) -> tuple[str, str]:
    """The other colours of a pattern, out of the same wardrobe and far enough to be seen."""
    if pattern in words.ONE_COLOURED:
        return "", ""
    base = luminance(DRESS[colour])
    far = {name: w for name, w in PALETTE.items() if abs(luminance(DRESS[name]) - base) > 0.26}
    accent = "white" if pattern == "gingham" and base < 0.72 else dice.weighted(far)
    if pattern not in words.THREE_COLOURED:
        return accent, ""
    return accent, dice.weighted({name: w for name, w in PALETTE.items() if name not in (colour, accent)})


def _twins(dice: Dice, role: Role, size: int, seen: set[Look]) -> tuple[list[Look], str]:
    """Looks that share all but one small thing with the first."""
    while True:
        first = _new_look(dice, role, seen)
        what = dice.weighted(TWINS)
        others = [replace(first, **{what: word}) for word in _choices(first, what)]
        others = [look for look in others if look != first and look not in seen and role_of(look) == role]
        if len(others) >= size - 1:
            break
    members = [first]
    while len(members) < size:
        members.append(others.pop(dice.whole(0, len(others))))
    return members, what


def _choices(look: Look, what: str) -> Sequence[str]:
    if what == "neckline":
        shared = words.NECKLINES_OF.get(look.silhouette, words.OPEN_NECKLINES)
        return [word for word in shared if look.sleeve in words.SLEEVES_OF.get(word, words.SLEEVES)]
    if what == "sleeve":
        return words.SLEEVES_OF.get(look.neckline, words.SLEEVES)
    if what == "trim":
        return trims_of(look.silhouette, look.length)
    if what == "scale":
        return tuple(SCALES) if look.scale else ()
    return words.WAISTS_OF[look.silhouette] if look.silhouette in SEAMED else ()
