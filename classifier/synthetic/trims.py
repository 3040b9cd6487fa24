"""What is sewn on a dress: belts, bows, buttons, ruffles, slits, collars, wrap edges and tiers."""

import numpy as np

from classifier.synthetic.body import Body
from classifier.synthetic.canvas import Canvas
from classifier.synthetic.colours import DRESS, Colour, light, luminance, shadow
from classifier.synthetic.curves import Point, bulge, smooth
from classifier.synthetic.cut import Cut, hem_line
from classifier.synthetic.drape import Cloth, drape_body
from classifier.synthetic.spec import Look


def seam_ink(look: Look) -> Colour:
    """A colour in which a seam shows on this dress."""
    base = DRESS[look.colour]
    return shadow(base, 0.36) if luminance(base) > 0.2 else light(base, 0.2)


def trim_ink(look: Look) -> Colour:
    """The colour of belts and bows: the accent, or the dress's own a shade deeper."""
    base = DRESS[look.colour]
    if look.accent:
        return DRESS[look.accent]
    return shadow(base, 0.3) if luminance(base) > 0.25 else light(base, 0.18)


def paint_trims(
    canvas: Canvas, look: Look, body: Body, cut: Cut, cloth: Cloth, *, back: bool, lift: float
) -> None:
    """Paint everything that lies on the dress's body."""
    if look.silhouette == "tiered":
        _tiers(canvas, look, cut)
    if look.silhouette == "wrap" and not back:
        _wrap(canvas, look, cut)
    elif look.waist in ("natural", "empire", "dropped") and look.silhouette not in ("tiered",):
        _waist_seam(canvas, look, cut)
    if look.neckline == "collar":
        _collar(canvas, look, cut, back=back)
    if look.trim in ("belt", "bow") or look.silhouette == "wrap":
        _belt(canvas, look, cut, bow=look.trim == "bow" or look.silhouette == "wrap", back=back)
    if look.trim == "buttons" and not back:
        _buttons(canvas, look, cut)
    if look.trim == "slit" and not back and look.length != "mini":
        _slit(canvas, look, cut)
    if look.trim == "ruffle hem":
        _ruffle(canvas, look, cut, cloth, lift)
    if back and look.silhouette != "shirt":
        top = 0.62 if look.neckline in ("sweetheart", "straps", "halter") else 0.3
        canvas.line([(0.0, top), cut.at(0.0, 1.5), cut.at(0.0, 2.3)], seam_ink(look), 0.018, 200)


def _across(cut: Cut, y: float, sag: float = 0.07) -> list[Point]:
    left, right = cut.at(-1, y), cut.at(1, y)
    return bulge(right, left, sag)


def _waist_seam(canvas: Canvas, look: Look, cut: Cut) -> None:
    canvas.line(_across(cut, cut.waist), seam_ink(look), 0.02, 150)


def _tiers(canvas: Canvas, look: Look, cut: Cut) -> None:
    first = cut.waist if look.waist != "none" else 1.7
    for step in range(3):
        y = first + (cut.hem - first) * step / 3
        line = _across(cut, y, 0.07 + 0.04 * step)
        canvas.line(line, seam_ink(look), 0.03, 190)
        for across in np.linspace(-0.92, 0.92, 15):
            x, top = cut.at(float(across), y + 0.09 * (1 - float(across) ** 2))
            reach = 0.2 + 0.12 * ((int(across * 100) * 7) % 5) / 5
            canvas.line([(x, top), (x + 0.05 * float(across), top + reach)], seam_ink(look), 0.016, 90)


def _wrap(canvas: Canvas, look: Look, cut: Cut) -> None:
    ink = seam_ink(look)
    low = 1.08 if look.neckline == "deep v" else 0.68
    canvas.line(
        smooth([(0.0, low), cut.at(0.45, (low + cut.waist) / 2 + 0.1), cut.at(0.86, cut.waist)]),
        ink,
        0.028,
        200,
    )
    edge = smooth(
        [
            cut.at(0.8, cut.waist),
            cut.at(0.5, cut.waist + 0.9),
            cut.at(0.34, cut.hem - 0.4),
            cut.at(0.12, cut.hem + 0.08),
        ]
    )
    canvas.line(edge, ink, 0.03, 210)
    canvas.line([(x + 0.045, y) for x, y in edge], ink, 0.04, 60)


def _belt(canvas: Canvas, look: Look, cut: Cut, *, bow: bool, back: bool) -> None:
    y = cut.waist
    ink = trim_ink(look)
    tall = 0.075 if not bow else 0.055
    band = _across(cut, y - tall) + _across(cut, y + tall)[::-1]
    canvas.fill(band, ink)
    canvas.line(_across(cut, y + tall), shadow(ink, 0.4), 0.018, 150)
    canvas.line(_across(cut, y - tall * 0.4), light(ink, 0.3), 0.014, 90)
    if back:
        return
    if bow:
        _bow(canvas, cut.at(0.72 if look.silhouette == "wrap" else 0.0, y + 0.05), ink)
    else:
        x, middle = cut.at(0.0, y + 0.06)
        canvas.box(x - 0.1, middle - 0.1, x + 0.1, middle + 0.1, (206, 172, 106))
        canvas.box(x - 0.06, middle - 0.06, x + 0.06, middle + 0.06, ink)


def _bow(canvas: Canvas, at: Point, ink: Colour) -> None:
    x, y = at
    for side in (-1, 1):
        tail = smooth(
            [
                (x, y),
                (x + side * 0.1, y + 0.4),
                (x + side * 0.2, y + 0.85),
                (x + side * 0.32, y + 0.82),
                (x + side * 0.2, y + 0.36),
                (x + side * 0.06, y),
            ]
        )
        canvas.fill(tail, shadow(ink, 0.12))
        loop = smooth(
            [
                (x, y - 0.02),
                (x + side * 0.2, y - 0.17),
                (x + side * 0.4, y - 0.1),
                (x + side * 0.38, y + 0.1),
                (x + side * 0.16, y + 0.1),
            ],
            closed=True,
        )
        canvas.fill(loop, ink)
        canvas.line([(x + side * 0.06, y), (x + side * 0.26, y - 0.02)], shadow(ink, 0.4), 0.022, 180)
    canvas.oval(at, 0.07, 0.085, shadow(ink, 0.18))


def _buttons(canvas: Canvas, look: Look, cut: Cut) -> None:
    ink = seam_ink(look)
    line = [cut.at(0.0, y) for y in np.linspace(0.46 if look.neckline == "collar" else 0.72, cut.hem, 12)]
    canvas.line([(x + 0.07, y) for x, y in line], ink, 0.016, 150)
    pale = luminance(DRESS[look.colour]) < 0.6
    for x, y in line[:-1]:
        canvas.oval((x, y), 0.042, 0.042, (240, 232, 216) if pale else (96, 72, 58))
        canvas.oval((x, y), 0.014, 0.014, (120, 96, 80))


def _collar(canvas: Canvas, look: Look, cut: Cut, *, back: bool) -> None:
    ink = light(DRESS[look.colour], 0.14)
    for side in (-1, 1):
        flap = [(side * 0.24, -0.13), (side * 0.0, 0.4), (side * 0.3, 0.44), (side * 0.42, 0.02)]
        if back:
            flap = [(0.0, -0.16), (0.0, 0.16), (side * 0.34, 0.2), (side * 0.4, 0.02), (side * 0.24, -0.12)]
        canvas.fill(flap, ink)
        canvas.line([*flap, flap[0]], seam_ink(look), 0.02, 190)


def _slit(canvas: Canvas, look: Look, cut: Cut) -> None:
    top = max(cut.waist + 1.5, cut.hem - 2.4)
    edge = smooth([cut.at(0.46, top), cut.at(0.5, (top + cut.hem) / 2), cut.at(0.56, cut.hem + 0.06)])
    inner = smooth([cut.at(0.46, top), cut.at(0.62, (top + cut.hem) / 2), cut.at(0.78, cut.hem + 0.03)])
    canvas.fill(
        edge + inner[::-1], shadow(DRESS[look.colour], 0.58) if look.colour != "black" else (14, 13, 16)
    )
    canvas.line(edge, light(DRESS[look.colour], 0.2), 0.022, 160)


def _ruffle(canvas: Canvas, look: Look, cut: Cut, cloth: Cloth, lift: float) -> None:
    full = Cut(
        cut.heights,
        cut.middles,
        cut.halves * np.float32(1.06),
        cut.waist,
        cut.hem + 0.12,
        cut.folds * 2 + 6,
        min(cut.fullness + 0.35, 1.0),
    )
    lower = hem_line(full, cloth.phase, lift=lift)
    upper = [
        (x * 0.96 + cut.middle(cut.hem) * 0.04, y - 0.42) for x, y in hem_line(cut, cloth.phase, lift=lift)
    ]
    drape_body(canvas, lower + upper[::-1], full, cloth, lift=lift)
    canvas.line(upper, seam_ink(look), 0.03, 190)
