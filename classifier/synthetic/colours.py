"""The colours of dresses, skin and hair, and how light changes them."""

from typing import Final

Colour = tuple[int, int, int]

DRESS: Final[dict[str, Colour]] = {
    "black": (34, 32, 36),
    "charcoal": (84, 84, 92),
    "silver": (184, 187, 194),
    "white": (246, 245, 241),
    "ivory": (240, 230, 208),
    "champagne": (224, 200, 166),
    "camel": (193, 152, 106),
    "chocolate": (94, 62, 48),
    "blush": (240, 196, 190),
    "rose": (216, 112, 132),
    "fuchsia": (204, 40, 122),
    "coral": (240, 118, 96),
    "red": (198, 34, 46),
    "wine": (116, 24, 50),
    "rust": (178, 82, 42),
    "tangerine": (240, 142, 52),
    "mustard": (208, 160, 48),
    "lemon": (246, 220, 110),
    "olive": (120, 118, 62),
    "sage": (164, 182, 152),
    "emerald": (18, 124, 88),
    "forest": (32, 74, 58),
    "teal": (22, 110, 122),
    "turquoise": (82, 186, 190),
    "sky": (150, 192, 226),
    "cobalt": (40, 78, 182),
    "navy": (32, 42, 86),
    "lavender": (188, 172, 218),
    "violet": (118, 76, 160),
    "plum": (96, 40, 84),
}

SKIN: Final[tuple[Colour, ...]] = (
    (250, 222, 202), (242, 204, 178), (232, 188, 156), (220, 170, 132), (202, 150, 110),
    (178, 124, 86), (152, 100, 68), (126, 80, 54), (100, 62, 44), (78, 48, 36),
)  # fmt: skip

HAIR: Final[tuple[Colour, ...]] = (
    (30, 24, 24), (44, 32, 28), (66, 44, 34), (92, 60, 40), (126, 82, 50),
    (168, 118, 68), (206, 164, 104), (150, 66, 40), (178, 172, 168), (118, 46, 52),
)  # fmt: skip


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Go from the first colour towards the second by a share in [0, 1]."""
    r, g, b = (round(a + (z - a) * share) for a, z in zip(first, second, strict=True))
    return (r, g, b)


def shadow(colour: Colour, depth: float = 0.3) -> Colour:
    """The colour in shade: darker and a little cooler, by a depth in [0, 1]."""
    r, g, b = colour
    return (round(r * (1 - depth)), round(g * (1 - 1.06 * depth * 0.98)), round(b * (1 - 0.84 * depth)))


def light(colour: Colour, lift: float = 0.3) -> Colour:
    """The colour in warm light, by a lift in [0, 1]."""
    return mix(colour, (255, 250, 240), lift)


def luminance(colour: Colour) -> float:
    """How bright the colour is, in [0, 1] (Rec. 601 weights)."""
    r, g, b = colour
    return (0.299 * r + 0.587 * g + 0.114 * b) / 255
