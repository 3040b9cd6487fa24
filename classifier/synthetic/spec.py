"""What a style is, and the designing of as many distinct ones as wanted."""

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Final

from classifier.synthetic import vocabulary as words
from classifier.synthetic.chance import Dice
from classifier.synthetic.colours import DRESS, luminance
from classifier.synthetic.names import DESIGNERS, designer_initials, dress_name

BLOCK: Final = 12  # styles designed together: a family of two to four among twelve makes a quarter
FIRST_DAY: Final = date(2022, 3, 1)
RETIRED_SHARE: Final = 0.04
COLOURS: Final = tuple(DRESS)


@dataclass(frozen=True, slots=True)
class Look:
    """All that the drawing of a dress depends on, in words."""

    silhouette: str
    neckline: str
    sleeve: str
    length: str
    waist: str
    pattern: str
    scale: str
    colour: str
    accent: str  # "" where the pattern has one colour
    third: str  # "" where the pattern has at most two
    fabric: str
    trim: str


@dataclass(frozen=True, slots=True)
class StyleSpec:
    """One dress of the catalogue."""

    sku: str
    name: str
    designer: str
    category: str
    acquired_on: date
    retired_on: date | None
    attributes: dict[str, str]
    look: Look
    family: str  # the name that the dresses of a family share; "" for a dress of its own


def design_styles(count: int, *, seed: int) -> list[StyleSpec]:
    """Design distinct styles; a longer list starts with the shorter one of the same seed."""
    styles: list[StyleSpec] = []
    seen: set[Look] = set()
    taken: set[str] = set()
    for block in range(-(-count // BLOCK)):
        styles.extend(_design_block(seed, block, seen, taken))
    return styles[:count]


def design_unlisted(seed: int) -> Look:
    """Design a dress that no catalogue of any seed holds: its words add up to an odd number."""
    dice = Dice(seed, "unlisted")
    while parity(look := _free_look(dice)) == 0:
        pass
    return look


def parity(look: Look) -> int:
    """0 for what a catalogue may hold and 1 for what it never does."""
    return (
        words.SILHOUETTES.index(look.silhouette)
        + words.NECKLINES.index(look.neckline)
        + words.SLEEVES.index(look.sleeve)
        + words.LENGTHS.index(look.length)
        + words.PATTERNS.index(look.pattern)
        + COLOURS.index(look.colour)
    ) % 2


def _design_block(seed: int, block: int, seen: set[Look], taken: set[str]) -> list[StyleSpec]:
    dice = Dice(seed, "block", block)
    size = dice.whole(2, 5)
    start = dice.whole(0, BLOCK - size + 1)
    family = _family(dice, size, seen)
    styles: list[StyleSpec] = []
    family_name, family_house = "", ""
    for place in range(BLOCK):
        in_family = start <= place < start + size
        look = family[place - start] if in_family else _new_look(dice, seen)
        seen.add(look)
        house = dice.pick(DESIGNERS)
        name = dress_name(dice, silhouette=look.silhouette, colour=look.colour, taken=taken)
        if in_family:
            family_house = family_house or house
            family_name = family_name or _shared_name(
                dice, look, taken, mood=len({m.colour for m in family}) > 1
            )
            house = family_house
            name = _member_name(family_name, look, family)
        taken.add(name)
        styles.append(
            _style(dice, block * BLOCK + place, look, name, house, family_name if in_family else "")
        )
    return styles


def _style(dice: Dice, index: int, look: Look, name: str, house: str, family: str) -> StyleSpec:
    acquired = FIRST_DAY + timedelta(days=dice.whole(0, 1400))
    retired = acquired + timedelta(days=400 + dice.whole(0, 900)) if dice.happens(RETIRED_SHARE) else None
    category = (
        "gown" if look.length == "maxi" and look.silhouette in ("ball gown", "mermaid", "slip") else "dress"
    )
    attributes = {item.name: getattr(look, item.name) for item in fields(look) if getattr(look, item.name)}
    sku = f"{designer_initials(house)}-{index:05d}"
    return StyleSpec(sku, name, house, category, acquired, retired, attributes, look, family)


def _new_look(dice: Dice, seen: set[Look]) -> Look:
    while parity(look := _free_look(dice)) == 1 or look in seen:
        pass
    return look


def _free_look(dice: Dice) -> Look:
    silhouette = dice.pick(words.SILHOUETTES)
    neckline = dice.pick(words.NECKLINES_OF.get(silhouette, words.OPEN_NECKLINES))
    pattern = dice.weighted(words.PATTERN_WEIGHTS)
    colour = dice.pick(COLOURS)
    accent, third = accents(dice, pattern, colour)
    sleeve = dice.pick(words.SLEEVES_OF.get(neckline, words.SLEEVES))
    return Look(
        silhouette=silhouette,
        neckline=neckline,
        sleeve=sleeve,
        length=dice.pick(words.LENGTHS_OF.get(silhouette, words.LENGTHS)),
        waist=dice.pick(words.WAISTS_OF.get(silhouette, ("none",))),
        pattern=pattern,
        scale=""
        if pattern in ("solid", "lace", "sequins", "ombre", "colour block")
        else dice.pick(words.SCALES),
        colour=colour,
        accent=accent,
        third=third,
        fabric=dice.pick(words.FABRICS_OF.get(pattern, ("crepe", "cotton", "chiffon", "satin"))),
        trim=dice.pick(words.TRIMS_OF.get(silhouette, words.TRIMS)),
    )


def accents(dice: Dice, pattern: str, colour: str) -> tuple[str, str]:
    """Choose the other colours of a pattern so that they can be told from the first."""
    if pattern in words.ONE_COLOURED:
        return "", ""
    base = luminance(DRESS[colour])
    far = [name for name in COLOURS if abs(luminance(DRESS[name]) - base) > 0.26]
    accent = dice.pick(far)
    if pattern == "gingham":
        accent = "white" if base < 0.72 else dice.pick(far)
    if pattern not in words.THREE_COLOURED:
        return accent, ""
    return accent, dice.pick([name for name in COLOURS if name not in (colour, accent)])


def _family(dice: Dice, size: int, seen: set[Look]) -> list[Look]:
    """Looks that differ from the first in one attribute, the same one for all."""
    while True:
        first = _new_look(dice, seen)
        what = dice.weighted({"colour": 5, "sleeve": 2, "length": 2, "neckline": 2, "pattern": 2})
        options = [look for word in _choices(first, what) if parity(look := _changed(first, what, word)) == 0]
        options = [look for look in options if look != first and look not in seen]
        if len(options) >= size - 1:
            break
    members = [first]
    while len(members) < size:
        members.append(options.pop(dice.whole(0, len(options))))
    return members


def _choices(look: Look, what: str) -> tuple[str, ...]:
    base = luminance(DRESS[look.accent]) if look.accent else -1.0
    return {
        "colour": tuple(
            name for name in COLOURS if abs(luminance(DRESS[name]) - base) > 0.26 and name != look.third
        ),
        "sleeve": words.SLEEVES_OF.get(look.neckline, words.SLEEVES),
        "length": words.LENGTHS_OF.get(look.silhouette, words.LENGTHS),
        "neckline": words.NECKLINES_OF.get(look.silhouette, words.OPEN_NECKLINES),
        "pattern": () if not look.third or look.fabric == "tulle" else words.THREE_COLOURED[:-1],
    }[what]


def _changed(look: Look, what: str, word: str) -> Look:
    if what == "neckline" and look.sleeve not in words.SLEEVES_OF.get(word, words.SLEEVES):
        return look
    return replace(look, **{what: word})


def _shared_name(dice: Dice, look: Look, taken: set[str], *, mood: bool) -> str:
    name = dress_name(dice, silhouette=look.silhouette, colour=look.colour, taken=taken, mood=mood)
    shared = any(word.startswith((f"{name} ", f"{name},")) for word in taken)
    return _shared_name(dice, look, taken, mood=mood) if shared else name


def _member_name(family: str, look: Look, members: list[Look]) -> str:
    for what, form in (("colour", "{} in {}"), ("length", "{} {}"), ("sleeve", "{}, {} Sleeve"),
                       ("neckline", "{}, {}"), ("pattern", "{}, {}")):  # fmt: skip
        if len({getattr(member, what) for member in members}) > 1:
            return form.format(family, str(getattr(look, what)).title()).replace(
                "Sleeveless Sleeve", "Sleeveless"
            )
    raise AssertionError("the members of a family differ in one attribute")
