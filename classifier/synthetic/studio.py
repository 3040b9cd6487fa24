"""Studio shots: a dress on an invisible mannequin before near-white paper."""

from PIL import Image, ImageFilter

from classifier.synthetic.body import MANNEQUIN, studio_pose
from classifier.synthetic.canvas import Canvas, Frame
from classifier.synthetic.chance import Dice
from classifier.synthetic.colours import DRESS, Colour, mix, shadow
from classifier.synthetic.curves import bulge
from classifier.synthetic.cut import HEMS, opening_edge
from classifier.synthetic.garment import Garment, tailor
from classifier.synthetic.spec import Look, StyleSpec

PAPER: Colour = (250, 249, 246)


def studio_shot(style: StyleSpec, *, view: int, size_px: tuple[int, int]) -> Image.Image:
    """Draw a style for the catalogue: view 0 from the front, any other from behind and in movement."""
    return shoot(style.look, view=view, size_px=size_px, seed=0)


def shoot(look: Look, *, view: int, size_px: tuple[int, int], seed: int) -> Image.Image:
    """Draw any look on near-white paper."""
    width, height = size_px
    dice = Dice(seed, "studio", view, look.silhouette, look.colour, look.pattern)
    hem = HEMS[look.length] + (1.4 if look.length == "high-low" else 0.0)
    unit = min(
        height * 0.84 / (hem + 0.75), width / (5.2 if look.silhouette == "ball gown" else 4.3), height / 5.0
    )
    frame = Frame(width / 2, height * 0.5 - (hem - 0.1) / 2 * unit, unit)
    canvas = Canvas(_paper(size_px, frame, hem)).view(frame)
    back = view % 2 == 1
    pose = studio_pose(moving=view > 0)
    garment = tailor(look, MANNEQUIN, pose, unit=unit, light_from=-0.7, phase=dice.unit(), back=back)
    _paint(canvas, garment)
    return canvas.finish()


def _paper(size_px: tuple[int, int], frame: Frame, hem: float) -> Image.Image:
    """Near-white paper with the soft shadow of something that stands on it."""
    small = Image.new("RGB", (max(size_px[0] // 4, 8), max(size_px[1] // 4, 8)), PAPER)
    floor = Canvas(small).view(Frame(frame.x / 4, frame.y / 4, frame.unit / 4))
    floor.oval((0.05, hem + 0.32), 1.3, 0.11, mix(PAPER, (120, 116, 122), 0.42))
    soft = floor.finish().filter(ImageFilter.GaussianBlur(0.1 * frame.unit / 4 + 1))
    return soft.resize(size_px, Image.Resampling.BILINEAR)


def _paint(canvas: Canvas, garment: Garment) -> None:
    garment.paint_far_side(canvas)
    _lining(canvas, garment)
    garment.paint_straps(canvas)
    for side in (-1, 1):
        if garment.look.sleeve not in ("cap", "flutter"):
            garment.paint_sleeve(canvas, side)
    garment.paint_body(canvas)
    for side in (-1, 1):
        if garment.look.sleeve in ("cap", "flutter"):
            garment.paint_sleeve(canvas, side)


def _lining(canvas: Canvas, garment: Garment) -> None:
    """The inside of the back that shows in an open neck."""
    if garment.back or garment.look.neckline in (
        "sweetheart",
        "off shoulder",
        "straps",
        "halter",
        "one shoulder",
        "high neck",
    ):
        return
    x, y = opening_edge(garment.look)
    canvas.fill(
        [*bulge((x, y), (-x, y), 0.07)[::-1], (x, 0.62), (0.0, 1.4), (-x, 0.62)],
        shadow(DRESS[garment.look.colour], 0.5),
    )
    canvas.box(-0.07, y + 0.12, 0.07, y + 0.2, (236, 232, 224))
