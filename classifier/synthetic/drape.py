"""Cloth in light: a tile laid over a shape, bent by folds, darkened by shade and lit by its sheen."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from classifier.synthetic.canvas import Canvas, Pixels
from classifier.synthetic.chance import Floats, sine
from classifier.synthetic.colours import DRESS
from classifier.synthetic.curves import Point
from classifier.synthetic.cut import Cut, fold_wave
from classifier.synthetic.spec import Look

# fabric: (depth of folds, strength of sheen, rim light)
HANDS: Final = {"crepe": (0.8, 0.08, 0.0), "satin": (1.15, 0.42, 0.0), "cotton": (0.72, 0.03, 0.0),
                "chiffon": (0.95, 0.1, 0.06), "velvet": (1.1, 0.05, 0.22), "tulle": (0.8, 0.05, 0.04)}  # fmt: skip
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


def grid(canvas: Canvas, outline: list[Point]) -> tuple[Floats, Floats, tuple[int, int]] | None:
    """The x (1, w) and y (h, 1) in units of all pixels that an outline touches, and their corner."""
    left, top, right, bottom = canvas.window(outline)
    if right <= left or bottom <= top:
        return None
    frame = canvas.frame
    xs = (np.arange(left, right, dtype=np.float32) + np.float32(0.5 - frame.x)) / np.float32(frame.unit)
    ys = (np.arange(top, bottom, dtype=np.float32) + np.float32(0.5 - frame.y)) / np.float32(frame.unit)
    return xs[None, :], ys[:, None], (left, top)


def drape_body(canvas: Canvas, outline: list[Point], cut: Cut, cloth: Cloth, *, inside: bool = False) -> None:
    """Fill the outline of a dress's body with cloth; inside shows the far side of a skirt in its own shade."""
    place = grid(canvas, outline)
    if place is None:
        return
    xs, ys, corner = place
    rows = ys[:, 0]
    half = np.interp(rows, cut.heights, cut.halves).astype(np.float32)[:, None]
    middle = np.interp(rows, cut.heights, cut.middles).astype(np.float32)[:, None]
    across: Floats = (xs - middle) / half
    near: Floats = np.clip(across, -1.1, 1.1)
    depth, sheen, rim = HANDS[cloth.look.fabric]
    ramp = np.clip((ys - cut.waist + 0.1) / np.float32(max(cut.hem - cut.waist, 0.5)), 0, 1)
    wander = 0.05 * sine(ys * 0.21 + cloth.phase)
    wave = fold_wave(near + wander, cut, cloth.phase)
    folds = wave * np.sqrt(ramp)
    strength = np.float32(0.11 + 0.17 * cut.fullness) * depth
    dark = 0.16 * near * near + 0.12 * np.clip(near * -cloth.light, 0, 1) + strength * np.clip(0.25 - folds, 0, 1.25) * ramp
    dark += _bodice_shade(near, ys, cut, cloth)
    if inside:
        dark += 0.34
    narrow = np.interp(rows, [cut.waist, 6.6], [1.0, 0.62]).astype(np.float32)[:, None]
    u = across * half * narrow + 0.05 * folds * np.float32(cut.fullness + 0.25)
    v = ys - (0.1 + 0.1 * cut.fullness * ramp) * (1 - near * near)
    gleam = sheen * np.clip(folds + 0.28 * sine(near * 0.5 + 0.25 + 0.12 * cloth.light) - 0.35, 0, 1)
    gleam = gleam + rim * np.clip(np.abs(near) - 0.55, 0, 0.45)
    colours = _print(cloth, u, v, ys, near, cut)
    canvas.paint(outline, _lit(colours, dark, gleam), corner)


def _bodice_shade(near: Floats, ys: Floats, cut: Cut, cloth: Cloth) -> Floats:
    """The bust, the pinch of the waist and the shadow under a seam."""
    lift = np.clip(1 - np.abs(ys - 1.18) * 3.2, 0, 1)
    bust = 0.1 * lift * np.clip(1 - np.abs(np.abs(near) - 0.5) * 2.4, 0, 1)
    pinch = np.clip(1 - np.abs(ys - cut.waist) * 2.2, 0, 1)
    pull = 0.05 * pinch * (1 + sine(near * 1.7 + ys * 0.9 * np.sign(near) + cloth.phase))
    seam = 0.13 * np.float32(cut.fullness) * np.clip(1 - (ys - cut.waist) * 2.8, 0, 1) * (ys > cut.waist)
    neck = 0.08 * np.clip(1 - np.abs(near) * 2.2, 0, 1) * np.clip(0.6 - ys, 0, 0.6)
    shade: Floats = bust + pull + seam + neck
    return shade


def _print(cloth: Cloth, u: Floats, v: Floats, ys: Floats, near: Floats, cut: Cut) -> Floats:
    """The unlit colours (h, w, 3) float32 of the cloth at places u (across) and v (down)."""
    side = cloth.tile.shape[0]
    column = (u * np.float32(cloth.tile_px) + np.float32(4096)).astype(np.int32) % side
    row = (v * np.float32(cloth.tile_px) + np.float32(4096)).astype(np.int32) % side
    colours = np.take(cloth.tile.reshape(-1, 3), row * side + column, axis=0).astype(np.float32)
    look = cloth.look
    if look.pattern == "ombre":
        share = np.clip((v - 0.9) / np.float32(max(cut.hem - 1.2, 1.0)), 0, 1)
        share = (share * share * (3 - 2 * share))[..., None]
        colours += (np.asarray(DRESS[look.accent], dtype=np.float32) - colours) * share
    elif look.pattern == "colour block":
        low = v > (cut.waist + 0.06 if cut.waist < 2 else cut.waist)
        colours[low] = DRESS[look.accent]
        colours[v > cut.hem - 0.24 * (cut.hem - cut.waist)] = DRESS[look.third]
    if look.trim == "contrast hem" and look.pattern != "colour block":
        colours[v > cut.hem - 0.42] = DRESS[look.accent or ("ivory" if sum(DRESS[look.colour]) < 480 else "black")]
    return colours


def _lit(colours: Floats, dark: Floats, gleam: Floats) -> Pixels:
    shade = np.minimum(dark, DARKEST)[..., None]
    colours *= 1 - shade * TINT
    colours += (255 - colours) * gleam[..., None]
    lit: Pixels = colours.astype(np.uint8)
    return lit


def drape_sleeve(canvas: Canvas, outline: list[Point], start: Point, end: Point, cut: Cut, cloth: Cloth) -> None:
    """Fill the outline of a sleeve that runs from start to end."""
    place = grid(canvas, outline)
    if place is None:
        return
    xs, ys, corner = place
    dx, dy = end[0] - start[0], end[1] - start[1]
    size = max((dx * dx + dy * dy) ** 0.5, 1e-3)
    down = ((xs - start[0]) * dx + (ys - start[1]) * dy) / size
    beside = ((xs - start[0]) * dy - (ys - start[1]) * dx) / size
    across = np.clip(beside / 0.3, -1.2, 1.2)
    depth, sheen, rim = HANDS[cloth.look.fabric]
    wave = sine(beside * 2.6 + 0.16 * sine(down * 0.7) + cloth.phase)
    dark = 0.1 * across * across + 0.16 * np.clip(-across * cloth.light, 0, 1) + 0.1 * depth * np.clip(-wave, 0, 1)
    dark += 0.12 * np.clip(1 - down * 3, 0, 1)
    gleam = sheen * np.clip(wave - 0.4, 0, 1) * 0.6 + rim * np.clip(np.abs(across) - 0.6, 0, 0.4)
    flat = np.minimum(down, np.float32(0.8))  # a sleeve never reaches the skirt's share of an ombre or a block
    colours = _print(cloth, beside + 0.37, flat if cloth.look.pattern in ("ombre", "colour block") else down, ys, across, cut)
    canvas.paint(outline, _lit(colours, dark, gleam), corner)

