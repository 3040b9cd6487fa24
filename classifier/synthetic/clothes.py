"""Tops, skirts and trousers: what people wear who wear no dress."""

from typing import Final

from classifier.synthetic.chance import Dice
from classifier.synthetic.colours import DRESS, luminance
from classifier.synthetic.drape import Cloth
from classifier.synthetic.fabric import TILE, cloth_tile
from classifier.synthetic.spec import Look, accents

TOPS: Final = {"solid": 6.0, "breton": 3.0, "dots": 1.0, "pinstripe": 1.0, "plaid": 1.0}
BOTTOMS: Final = {"solid": 6.0, "plaid": 1.0, "ditsy floral": 1.0, "blooms": 1.0, "dots": 1.0, "leopard": 0.5}


def separates_of(dice: Dice, unit: float, light_from: float) -> tuple[Cloth, Cloth]:
    """A top and something below it whose colours are well apart."""
    top = dice.pick(sorted(DRESS))
    base = luminance(DRESS[top])
    bottom = dice.pick([name for name in sorted(DRESS) if abs(luminance(DRESS[name]) - base) > 0.2])
    upper = _cloth(dice, top, dice.weighted(TOPS), unit, light_from)
    return upper, _cloth(dice, bottom, dice.weighted(BOTTOMS), unit, light_from)


def _cloth(dice: Dice, colour: str, pattern: str, unit: float, light_from: float) -> Cloth:
    accent, third = accents(dice, pattern, colour)
    neckline, sleeve = (
        dice.pick(("crew", "scoop", "v-neck", "boat")),
        dice.pick(("short", "elbow", "long", "puff")),
    )
    look = Look(
        "shift", neckline, sleeve, "mini", "none", pattern, "medium", colour, accent, third, "cotton", "plain"
    )
    side = max(8, round(TILE * unit))
    return Cloth(look, cloth_tile(look, side), side / TILE, light_from, dice.unit())
