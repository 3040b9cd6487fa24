"""The patterns of cloth, each drawn on one repeating tile."""

from collections.abc import Callable
from typing import Final

import numpy as np

from classifier.synthetic.chance import Dice
from classifier.synthetic.colours import Colour, light, luminance, mix, shadow
from classifier.synthetic.tile import Inks, Tile


def _count(per_tile: float, size: float) -> int:
    return max(1, round(per_tile / size))


def _pinstripe(tile: Tile, inks: Inks, size: float, dice: Dice) -> None:
    count = _count(9, size)
    for index in range(count):
        tile.stripe((index + 0.3) / count, 0.26 / count, inks[1])


def _breton(tile: Tile, inks: Inks, size: float, dice: Dice) -> None:
    count = _count(5, size)
    for index in range(count):
        tile.stripe((index + 0.25) / count, 0.42 / count, inks[1], across=True)


def _dots(tile: Tile, inks: Inks, size: float, dice: Dice) -> None:
    count = 2 * _count(3.6, size)
    for row in range(count):
        for column in range(count // 2):
            x = (column + 0.25 + 0.5 * (row % 2)) * 2 / count
            tile.oval(x % 1, (row + 0.5) / count, 0.33 / count, 0.33 / count, inks[1])


def _flower(tile: Tile, x: float, y: float, radius: float, turn: float, ink: Colour, heart: Colour) -> None:
    deep, pale = shadow(ink, 0.24), light(ink, 0.2)
    for petal in range(5):
        angle = 2 * np.pi * (petal / 5 + turn)
        c, s = float(np.cos(angle)), float(np.sin(angle))
        for reach, size, tone in ((0.6, 0.54, deep), (0.62, 0.48, ink), (0.78, 0.26, pale)):
            tile.oval(
                (x + c * radius * reach) % 1, (y + s * radius * reach) % 1, radius * size, radius * size, tone
            )
    tile.oval(x, y, radius * 0.34, radius * 0.34, deep)
    tile.oval(x, y, radius * 0.22, radius * 0.22, heart)


def _leaf(tile: Tile, x: float, y: float, length: float, turn: float, ink: Colour) -> None:
    c, s = np.cos(2 * np.pi * turn), np.sin(2 * np.pi * turn)
    outline = [(0.0, 0.0), (0.35, 0.24), (0.7, 0.2), (1.0, 0.0), (0.7, -0.2), (0.35, -0.24)]
    tile.shape(x, y, [((px * c - py * s) * length, (px * s + py * c) * length) for px, py in outline], ink)


def _leaf_green(inks: Inks) -> Colour:
    return mix(
        (92, 128, 82), shadow(inks[0], 0.4) if luminance(inks[0]) > 0.45 else light(inks[0], 0.35), 0.35
    )


def _scatter(dice: Dice, count: int) -> list[tuple[float, float]]:
    """Places that keep their distance on the repeating tile (best of eight candidates each)."""
    places: list[tuple[float, float]] = []
    for _ in range(count):
        best, spot = -1.0, (0.0, 0.0)
        for _ in range(8):
            x, y = dice.unit(), dice.unit()
            gaps = [
                min(abs(x - a), 1 - abs(x - a)) ** 2 + min(abs(y - b), 1 - abs(y - b)) ** 2 for a, b in places
            ]
            gap = min(gaps, default=1.0)
            if gap > best:
                best, spot = gap, (x, y)
        places.append(spot)
    return places


def _ditsy(tile: Tile, inks: Inks, size: float, dice: Dice) -> None:
    green = _leaf_green(inks)
    for index, (x, y) in enumerate(_scatter(dice, _count(34, size * size) if size > 0.7 else 60)):
        ink, turn = inks[1 + index % 2], dice.unit()
        _leaf(tile, x, y, 0.06 * size, turn, green)
        _leaf(tile, x, y, 0.06 * size, turn + 0.4, green)
        _flower(tile, x, y, 0.034 * size, turn, ink, light(inks[2 - index % 2], 0.3))


def _blooms(tile: Tile, inks: Inks, size: float, dice: Dice) -> None:
    green = _leaf_green(inks)
    for index, (x, y) in enumerate(_scatter(dice, _count(9, size * size) if size > 0.7 else 16)):
        ink, turn = inks[1 + index % 2], dice.unit()
        for leaf in range(3):
            _leaf(tile, x, y, 0.21 * size, turn + leaf * 0.31, green if leaf else shadow(green, 0.25))
        _flower(tile, x, y, 0.105 * size, turn, ink, light(inks[2 - index % 2], 0.35))
        _flower(tile, x, y, 0.055 * size, turn + 0.1, light(ink, 0.25), light(inks[2 - index % 2], 0.35))


def _gingham(tile: Tile, inks: Inks, size: float, dice: Dice) -> None:
    count = _count(6, size)
    for across in (False, True):
        for index in range(count):
            tile.stripe(index / count, 0.5 / count, inks[1], 128, across=across)


def _plaid(tile: Tile, inks: Inks, size: float, dice: Dice) -> None:
    count = _count(2.4, size)
    for across in (False, True):
        for index in range(count):
            tile.stripe((index + 0.1) / count, 0.36 / count, inks[1], 120, across=across)
            tile.stripe((index + 0.62) / count, 0.06 / count, inks[2], 200, across=across)
            tile.stripe((index + 0.78) / count, 0.06 / count, inks[2], 200, across=across)


def _lace(tile: Tile, inks: Inks, size: float, dice: Dice) -> None:
    base = inks[0]
    dark = shadow(base, 0.3) if luminance(base) > 0.25 else light(base, 0.2)
    pale = light(base, 0.22)
    count = 14
    for row in range(count):
        for column in range(count):
            tile.oval((column + 0.5 * (row % 2)) / count, row / count, 0.2 / count, 0.2 / count, dark, 150)
    for x, y in _scatter(dice, 10):
        turn = dice.unit()
        for leaf in range(4):
            _leaf(tile, x, y, 0.16, turn + leaf / 4, mix(base, pale, 0.7))
        _flower(tile, x, y, 0.075, turn, pale, dark)


def _sequins(tile: Tile, inks: Inks, size: float, dice: Dice) -> None:
    count = 34
    chances = iter(dice.many(count * count))
    for row in range(count):
        for column in range(count):
            glow = next(chances)
            ink = (
                light(inks[0], 0.85 if glow > 0.965 else 0.34 * glow)
                if glow > 0.4
                else shadow(inks[0], 0.42 - glow)
            )
            tile.oval((column + 0.5 * (row % 2)) / count, row / count, 0.5 / count, 0.56 / count, ink)


def _brush(tile: Tile, inks: Inks, size: float, dice: Dice) -> None:
    for index, (x, y) in enumerate(_scatter(dice, _count(14, size))):
        ink = inks[1 + index % 2]
        length, tall, lean = (
            dice.between(0.1, 0.2) * size,
            dice.between(0.025, 0.05) * size,
            dice.between(-0.4, 0.4),
        )
        for hair in range(4):
            shift = (hair - 1.5) * tall * 0.55
            points = [
                (-length, shift - tall * 0.4),
                (length * dice.between(0.7, 1.0), shift + length * lean - tall * 0.3),
                (length * dice.between(0.7, 1.0), shift + length * lean + tall * 0.3),
                (-length, shift + tall * 0.4),
            ]
            tile.shape(x, y, points, mix(ink, inks[0], 0.12 * (hair % 2)))


def _leopard(tile: Tile, inks: Inks, size: float, dice: Dice) -> None:
    middle = mix(inks[0], inks[1], 0.35)
    for x, y in _scatter(dice, _count(26, size * size) if size > 0.7 else 44):
        radius, turn = 0.055 * size * dice.between(0.8, 1.15), dice.unit()
        tile.oval(x, y, radius, radius * 0.8, middle)
        for spot in range(3):
            angle = 2 * np.pi * (turn + spot * 0.31)
            tile.oval((x + np.cos(angle) * radius) % 1, (y + np.sin(angle) * radius * 0.8) % 1,
                      radius * 0.52, radius * 0.42, inks[1])  # fmt: skip


def _chevron(tile: Tile, inks: Inks, size: float, dice: Dice) -> None:
    count, rows = _count(4, size), _count(6, size)
    step, high = 1 / count, 1 / rows
    for row in range(rows):
        for column in range(count):
            points = [(0.0, 0.0), (step / 2, -high * 0.6), (step, 0.0), (step, high * 0.45),
                      (step / 2, high * 0.45 - high * 0.6), (0.0, high * 0.45)]  # fmt: skip
            tile.shape(column * step, (row + 0.4) * high, points, inks[1])


def _tiles(tile: Tile, inks: Inks, size: float, dice: Dice) -> None:
    count = _count(4.4, size)
    cell = 1 / count
    for row in range(count):
        for column in range(count):
            x, y = (column + 0.5) * cell, (row + 0.5) * cell
            diamond = [(0.0, -0.46 * cell), (0.46 * cell, 0.0), (0.0, 0.46 * cell), (-0.46 * cell, 0.0)]
            tile.shape(x, y, diamond, inks[1 + (row + column) % 2])
            tile.shape(x, y, [(px * 0.55, py * 0.55) for px, py in diamond], inks[0])
            tile.oval(x, y, 0.1 * cell, 0.1 * cell, inks[1 + (row + column) % 2])


PATTERNS: Final[dict[str, Callable[[Tile, Inks, float, Dice], None]]] = {
    "pinstripe": _pinstripe, "breton": _breton, "dots": _dots, "ditsy floral": _ditsy, "blooms": _blooms,
    "plaid": _plaid, "gingham": _gingham, "lace": _lace, "sequins": _sequins, "brushstroke": _brush,
    "leopard": _leopard, "chevron": _chevron, "tiles": _tiles,
}  # fmt: skip
