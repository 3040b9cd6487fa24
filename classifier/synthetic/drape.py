"""Cloth in light: a tile laid over a shape, bent by folds, darkened by shade and lit by its sheen."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from classifier.synthetic.canvas import Canvas, Pixels
from classifier.synthetic.chance import Floats, sine
from classifier.synthetic.colours import DRESS
from classifier.synthetic.curves import Point
from classifier.synthetic.cut import Cut, fold_place
from classifier.synthetic.sleeves import SleevePiece
from classifier.synthetic.spec import Look

# fabric: (depth of folds, strength of sheen, rim light)
HANDS: Final = {
    "crepe": (0.8, 0.08, 0.0),
    "satin": (1.15, 0.42, 0.0),
    "cotton": (0.72, 0.03, 0.0),
    "chiffon": (0.95, 0.1, 0.06),
    "velvet": (1.1, 0.05, 0.22),
    "tulle": (0.8, 0.05, 0.04),
}
TINT: Final = np.asarray([1.0, 1.04, 0.86], dtype=np.float32)  # shade takes least of the blue
DARKEST: Final = np.float32(0.66)


@dataclass(frozen=True, slots=True)
class Cloth:
    """A look's cloth at one size and in one light."""

    look: Look
    tile: Pixels
    tile_px: float  # pixels of the tile per head
    light: float  # from -1 (from the left) to 1 (from the right)
    phase: float  # where the folds fall


def grid(canvas: Canvas, outlines: list[list[Point]]) -> tuple[Floats, Floats, tuple[int, int]] | None:
    """The x (1, w) and y (h, 1) in units of all pixels that the outlines touch, and their corner."""
    left, top, right, bottom = canvas.window(outlines)
    if right <= left or bottom <= top:
        return None
    frame = canvas.frame
    xs = (np.arange(left, right, dtype=np.float32) + np.float32(0.5 - frame.x)) / np.float32(frame.unit)
    ys = (np.arange(top, bottom, dtype=np.float32) + np.float32(0.5 - frame.y)) / np.float32(frame.unit)
    return xs[None, :], ys[:, None], (left, top)


def drape_body(
    canvas: Canvas, outline: list[Point], cut: Cut, cloth: Cloth, *, inside: bool = False, lift: float = 0.0
) -> None:
    """Fill the outline of a dress's body with cloth.

    Inside shows the far side of a skirt in its own shade; lift is how far the hem rises in its middle.
    """
    place = grid(canvas, [outline])
    if place is None:
        return
    xs, ys, corner = place
    rows = ys[:, 0]
    half, middle = _row(rows, cut.heights, cut.halves), _row(rows, cut.heights, cut.middles)
    across: Floats = (xs - middle) / half
    near: Floats = np.clip(across, -1.1, 1.1)
    depth, sheen, rim = HANDS[cloth.look.fabric]
    ramp: Floats = np.clip((ys - np.float32(cut.waist)) / np.float32(max(cut.hem - cut.waist, 0.5)), 0, 1)
    ramp = np.sqrt(ramp)
    on_fold, deep = fold_place(
        near, cut, np.float32(cloth.phase) + 0.06 * sine(ys * np.float32(0.19) + np.float32(cloth.phase))
    )
    under = on_fold * on_fold * np.minimum((1 - on_fold) * 9, 1) * deep
    strength = np.float32((0.16 + 0.3 * cut.fullness) * depth)
    square = near * near
    side = near * np.float32(-cloth.light)
    dark = 0.06 * square + 0.13 * square * square + 0.11 * np.maximum(side + 0.15, 0)
    dark += strength * under * ramp
    dark += _bodice_shade(near, ys, cut, cloth)
    if inside:
        dark += np.float32(0.36)
    narrow = _row(rows, np.asarray([cut.waist, 6.6]), np.asarray([1.0, 0.62]))
    u = across * half * narrow - 0.05 * np.float32(cut.fullness + 0.2) * under * ramp
    v = ys - (0.1 + 0.1 * np.float32(cut.fullness) * ramp) * (1 - square)
    crest = np.clip(1 - np.abs(on_fold - 0.3) * 3.4, 0, 1) * ramp * deep
    gleam = np.float32(sheen) * (
        0.62 * crest
        + 0.4 * np.clip(1 - np.abs(near - np.float32(cloth.light * 0.42)) * 2.6, 0, 1) * (1 - 0.6 * ramp)
    )
    gleam += np.float32(rim) * np.clip(np.abs(near) - 0.55, 0, 0.45)
    gleam += np.float32(0.05) * np.maximum(-side - 0.2, 0)
    canvas.paint(
        [outline], _lit(_print(cloth, u, v, v + np.float32(lift) * (1 - square), cut), dark, gleam), corner
    )


def _row(rows: Floats, heights: Floats, values: Floats) -> Floats:
    """Values that depend on the height alone, (h, 1) float32."""
    return np.interp(rows, heights, values).astype(np.float32)[:, None]


def _bodice_shade(near: Floats, ys: Floats, cut: Cut, cloth: Cloth) -> Floats:
    """The bust, the pinch of the waist and the shadow under a seam."""
    lift = np.clip(1 - np.abs(ys - 1.16) * 2.8, 0, 1)
    bust = 0.1 * lift * np.clip(1.25 - np.abs(np.abs(near) - 0.5) * 1.9, 0, 1)
    between = 0.05 * np.clip(1 - np.abs(ys - 0.86) * 2.6, 0, 1) * np.clip(1 - np.abs(near) * 4, 0, 1)
    pinch = np.clip(1 - np.abs(ys - np.float32(cut.waist)) * 2.0, 0, 1)
    pull = sine(near * np.float32(1.6) - ys * np.float32(0.8) * np.sign(near) + np.float32(cloth.phase))
    seam = (
        np.float32(0.05 + 0.15 * cut.fullness)
        * np.clip(1 - (ys - np.float32(cut.waist)) * 2.6, 0, 1)
        * (ys > cut.waist)
    )
    neck = 0.1 * np.clip(1 - np.abs(near) * 2.2, 0, 1) * np.clip(0.6 - ys, 0, 0.6)
    shade: Floats = bust + between + 0.09 * pinch * np.maximum(pull, 0) + seam + neck
    return shade


def _print(cloth: Cloth, u: Floats, v: Floats, level: Floats, cut: Cut) -> Floats:
    """The unlit colours (h, w, 3) float32 of the cloth at places u (across) and v (down).

    Level is the height that decides about the bands of hems and blocks.
    """
    look = cloth.look
    if look.pattern in ("solid", "ombre", "colour block"):
        colours = np.empty((*np.broadcast_shapes(u.shape, v.shape), 3), dtype=np.float32)
        colours[:] = DRESS[look.colour]
    else:
        colours = _sample(cloth, u, v, -0.25) + _sample(cloth, u, v, 0.25)
        colours *= np.float32(0.5)
    if look.pattern == "ombre":
        share = np.clip((v - 0.9) / np.float32(max(cut.hem - 1.2, 1.0)), 0, 1)
        share = (share * share * (3 - 2 * share))[..., None]
        colours += (np.asarray(DRESS[look.accent], dtype=np.float32) - colours) * share
    elif look.pattern == "colour block":
        colours[v > np.float32(cut.waist)] = DRESS[look.accent]
        colours[level > np.float32(cut.hem - 0.24 * (cut.hem - cut.waist))] = DRESS[look.third]
    if look.trim == "contrast hem" and look.pattern != "colour block":
        pale = sum(DRESS[look.colour]) > 480
        colours[level > np.float32(cut.hem - 0.42)] = DRESS[look.accent or ("black" if pale else "ivory")]
    return colours


def _sample(cloth: Cloth, u: Floats, v: Floats, shift: float) -> Floats:
    """The tile's nearest colours a part of a pixel away; two of these soften the edges of a print."""
    side = cloth.tile.shape[0]
    column = (u * np.float32(cloth.tile_px) + np.float32(40 * side + shift)).astype(np.int32) % side
    row = (v * np.float32(cloth.tile_px) + np.float32(40 * side - shift)).astype(np.int32) % side
    colours: Floats = np.take(cloth.tile.reshape(-1, 3), row * side + column, axis=0).astype(np.float32)
    return colours


def _lit(colours: Floats, dark: Floats, gleam: Floats) -> Pixels:
    shade = np.minimum(dark, DARKEST)[..., None]
    colours *= 1 - shade * TINT
    colours += (255 - colours) * gleam[..., None]
    lit: Pixels = colours.astype(np.uint8)
    return lit


def drape_sleeve(canvas: Canvas, piece: SleevePiece, cut: Cut, cloth: Cloth) -> None:
    """Fill one piece of a sleeve with cloth that runs along it."""
    place = grid(canvas, piece.outlines)
    if place is None:
        return
    xs, ys, corner = place
    (x0, y0), (x1, y1) = piece.start, piece.end
    size = max(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, 1e-3)
    dx, dy = np.float32((x1 - x0) / size), np.float32((y1 - y0) / size)
    down = (xs - np.float32(x0)) * dx + (ys - np.float32(y0)) * dy
    beside = (xs - np.float32(x0)) * dy - (ys - np.float32(y0)) * dx
    near: Floats = np.clip(beside * np.float32(3.4), -1.2, 1.2)
    depth, sheen, rim = HANDS[cloth.look.fabric]
    wave = sine(beside * np.float32(2.3) + 0.2 * sine(down * np.float32(0.6)) + np.float32(cloth.phase))
    dark = 0.13 * near * near + 0.15 * np.maximum(near * np.float32(-cloth.light), 0)
    dark += np.float32(0.13 * depth) * np.maximum(-wave, 0) + 0.1 * np.clip(1 - down * 3, 0, 1)
    gleam = np.float32(sheen * 0.55) * np.clip(1 - np.abs(near - np.float32(cloth.light * 0.4)) * 2.2, 0, 1)
    gleam += np.float32(rim) * np.clip(np.abs(near) - 0.6, 0, 0.4)
    flat = cloth.look.pattern in ("ombre", "colour block") or cloth.look.trim == "contrast hem"
    level = np.minimum(down, np.float32(0.8)) if flat else down  # a sleeve never has the colours of the hem
    canvas.paint(
        piece.outlines, _lit(_print(cloth, beside + np.float32(0.37), level, level, cut), dark, gleam), corner
    )
