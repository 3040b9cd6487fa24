"""What people write under their photos, and who they are."""

from typing import Final

from classifier.synthetic.chance import Dice
from classifier.synthetic.spec import StyleSpec

FIRST: Final = (
    "amara",
    "bea",
    "carla",
    "dana",
    "elif",
    "fatima",
    "gwen",
    "hana",
    "isla",
    "jo",
    "kiki",
    "lena",
    "mina",
    "nora",
    "olive",
    "priya",
    "quinn",
    "rosa",
    "sanne",
    "tess",
    "uma",
    "vera",
    "wanda",
    "xenia",
    "yuki",
    "zoe",
    "aisha",
    "mei",
)
SECOND: Final = (
    "in.motion",
    "dresses.up",
    "onthetown",
    "goesout",
    "styles",
    "wanders",
    "and.the.city",
    "daily",
    "twirls",
    "closet",
    "eats.cake",
    "travels",
    "paints",
    "after.five",
    "at.home",
    "loves.lace",
    "and.puppy",
    "weekends",
)
DRESS: Final = (
    "Felt like a movie star at Jen's wedding",
    "Third wedding this summer and still not bored of dressing up",
    "Twirl test: passed",
    "It has pockets!!",
    "Date night, take two",
    "Gala ready in ten minutes flat",
    "Somebody asked me where I got it. Three times.",
    "Birthday girl energy",
    "Golden hour and a good dress",
    "Rehearsal dinner look",
    "Wearing this one again, promise",
    "Danced until my shoes gave up",
    "A little dramatic, just like me",
    "Graduation day!",
    "Baby shower in the garden",
    "Work party but make it fun",
    "The dress made the evening",
    "Sunday brunch with my favourites",
    "New year, new dress, same me",
    "Mirror check before we go",
    "Bridesmaid duty done right",
    "Sad to send this one back",
    "Opening night with mum",
    "I never want to take it off",
    "Perfect fit, first try",
)
OTHER: Final[dict[str, tuple[str, ...]]] = {
    "person": ("New haircut, who dis", "Just me today", "Coffee first"),
    "separates": ("Skirt season", "Jeans and a nice top, a classic", "Off duty"),
    "bag": (
        "The bag that goes with everything",
        "Carried my whole life in this tonight",
        "Tiny bag, big plans",
    ),
    "shoe": ("These shoes though", "Blisters worth it", "Heels for the gala"),
    "jewellery": ("Something old, something blue", "Borrowed sparkle", "The finishing touch"),
    "pet": (
        "He helped me unpack the box",
        "Somebody wants to come to the party",
        "The real star of the evening",
    ),
    "noise": ("oops", "Soon...", "Good vibes only"),
}
TAGS: Final = (
    "ootd",
    "weddingguest",
    "datenight",
    "dressup",
    "rtrunlimited",
    "sustainablefashion",
    "partylook",
    "blacktie",
    "sharedcloset",
    "fashion",
    "brunch",
    "twirl",
    "girlsnight",
    "springlook",
    "autumnlook",
)


def owner_name(dice: Dice) -> str:
    """A username as people choose them."""
    return f"{dice.pick(FIRST)}.{dice.pick(SECOND)}" + (str(dice.whole(1, 99)) if dice.happens(0.4) else "")


def caption_of(dice: Dice, kind: str, style: StyleSpec | None) -> str:
    """What stands under a photo; the dress's house is sometimes named, its name never."""
    line = dice.pick(OTHER[kind]) if kind in OTHER else dice.pick(DRESS)
    if style is not None and dice.happens(0.15):
        line += f", wearing {style.designer}"
    return line + dice.pick(
        ("", "", ".", "!", " \N{SPARKLES}", " \N{BLACK HEART SUIT}", " \N{DANCER}", " xx")
    )


def hashtags_of(dice: Dice) -> tuple[str, ...]:
    """The tags of a post; at least one of the two that are followed."""
    tags = list(dice.pick((("renttherunway",), ("myRTR",), ("renttherunway", "myRTR"))))
    for _ in range(dice.whole(0, 4)):
        tag = dice.pick(TAGS)
        if tag not in tags:
            tags.append(tag)
    return tuple(tags)
