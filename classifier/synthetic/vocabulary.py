"""The words that a dress is made of, and which of them go together."""

from typing import Final

SILHOUETTES: Final = (
    "sheath", "a-line", "fit and flare", "shift", "wrap", "mermaid", "ball gown", "slip", "shirt", "tiered",
)  # fmt: skip
NECKLINES: Final = (
    "crew", "scoop", "v-neck", "deep v", "square", "sweetheart", "off shoulder", "halter", "boat",
    "one shoulder", "high neck", "straps", "collar",
)  # fmt: skip
SLEEVES: Final = (
    "sleeveless", "cap", "short", "flutter", "puff", "elbow", "long", "bishop", "bell",
)  # fmt: skip
LENGTHS: Final = ("mini", "knee", "midi", "maxi", "high-low")
WAISTS: Final = ("natural", "empire", "dropped", "none")
PATTERNS: Final = (
    "solid", "pinstripe", "breton", "dots", "ditsy floral", "blooms", "plaid", "gingham", "colour block",
    "lace", "sequins", "ombre", "brushstroke", "leopard", "chevron", "tiles",
)  # fmt: skip
SCALES: Final = ("small", "medium", "large")
TRIMS: Final = ("plain", "belt", "bow", "buttons", "ruffle hem", "slit", "contrast hem")

NECKLINES_OF: Final[dict[str, tuple[str, ...]]] = {
    "wrap": ("v-neck", "deep v"),
    "slip": ("straps", "v-neck", "halter", "square"),
    "shirt": ("collar",),
    "mermaid": (
        "v-neck",
        "sweetheart",
        "off shoulder",
        "halter",
        "one shoulder",
        "boat",
        "high neck",
        "deep v",
    ),
    "ball gown": ("sweetheart", "off shoulder", "v-neck", "straps", "one shoulder", "halter", "deep v"),
    "shift": ("crew", "boat", "scoop", "high neck", "square", "v-neck"),
    "tiered": ("square", "v-neck", "high neck", "off shoulder", "straps", "scoop"),
}
OPEN_NECKLINES: Final = tuple(word for word in NECKLINES if word != "collar")

SLEEVES_OF: Final[dict[str, tuple[str, ...]]] = {
    "sweetheart": ("sleeveless",),
    "halter": ("sleeveless",),
    "straps": ("sleeveless", "flutter"),
    "one shoulder": ("sleeveless", "flutter", "long"),
    "off shoulder": ("short", "flutter", "puff", "bishop", "elbow"),
    "collar": ("sleeveless", "short", "elbow", "long", "bishop"),
}
LENGTHS_OF: Final[dict[str, tuple[str, ...]]] = {
    "mermaid": ("maxi",),
    "ball gown": ("maxi", "high-low", "midi"),
    "sheath": ("mini", "knee", "midi", "maxi"),
    "shift": ("mini", "knee", "midi"),
    "shirt": ("mini", "knee", "midi", "maxi"),
}
WAISTS_OF: Final[dict[str, tuple[str, ...]]] = {
    "sheath": ("natural", "none"),
    "a-line": ("natural", "empire"),
    "fit and flare": ("natural", "empire", "dropped"),
    "wrap": ("natural",),
    "ball gown": ("natural", "dropped"),
    "shirt": ("natural",),
    "tiered": ("natural", "empire", "none"),
}  # every other silhouette has none
TRIMS_OF: Final[dict[str, tuple[str, ...]]] = {
    "wrap": ("bow", "plain", "ruffle hem", "contrast hem"),
    "shirt": ("buttons", "belt"),
    "shift": ("plain", "contrast hem", "buttons", "ruffle hem", "bow"),
    "slip": ("plain", "slit", "contrast hem"),
    "mermaid": ("plain", "slit", "bow", "ruffle hem"),
    "ball gown": ("plain", "belt", "bow", "contrast hem"),
    "tiered": ("plain", "bow", "contrast hem"),
}
FABRICS_OF: Final[dict[str, tuple[str, ...]]] = {
    "solid": ("crepe", "satin", "cotton", "chiffon", "velvet"),
    "sequins": ("satin",),
    "lace": ("tulle",),
    "ombre": ("chiffon", "satin"),
    "gingham": ("cotton",),
    "plaid": ("cotton", "crepe"),
}  # every other pattern is printed on crepe, cotton, chiffon or satin

PATTERN_WEIGHTS: Final[dict[str, float]] = {
    "solid": 30, "pinstripe": 5, "breton": 4, "dots": 7, "ditsy floral": 8, "blooms": 10, "plaid": 4,
    "gingham": 4, "colour block": 5, "lace": 6, "sequins": 5, "ombre": 4, "brushstroke": 5, "leopard": 3,
    "chevron": 3, "tiles": 4,
}  # fmt: skip
THREE_COLOURED: Final = ("ditsy floral", "blooms", "plaid", "brushstroke", "tiles", "colour block")
ONE_COLOURED: Final = ("solid", "lace", "sequins")
