"""A whole dress on a body: back of the skirt, body, sleeves, straps and trims, in painting order."""

from dataclasses import dataclass

from classifier.synthetic import trims
from classifier.synthetic.body import UNDERARM, Body, Pose
from classifier.synthetic.canvas import Canvas
from classifier.synthetic.colours import DRESS, light, luminance, shadow
from classifier.synthetic.curves import Point
from classifier.synthetic.cut import Cut, cut_of, hem_line, neck_line, side_line
from classifier.synthetic.drape import Cloth, drape_body, drape_sleeve
from classifier.synthetic.fabric import TILE, cloth_tile
from classifier.synthetic.sleeves import sleeve_pieces
from classifier.synthetic.spec import Look


@dataclass(frozen=True, slots=True)
class Garment:
    """One look on one body in one pose and light, ready to be painted layer by layer."""

    look: Look
    body: Body
    pose: Pose
    cut: Cut
    cloth: Cloth
    back: bool

    def paint_far_side(self, canvas: Canvas) -> None:
        """The part of a high-low skirt that hangs behind the legs."""
        if self.look.length == "high-low":
            long = Cut(
                self.cut.heights,
                self.cut.middles,
                self.cut.halves,
                self.cut.waist,
                self.cut.hem + 1.35,
                self.cut.folds,
                self.cut.fullness,
            )
            outline = (
                side_line(long, 2.6, 1) + hem_line(long, self.cloth.phase) + side_line(long, 2.6, -1)[::-1]
            )
            drape_body(canvas, outline, long, self.cloth, inside=not self.back)

    def paint_body(self, canvas: Canvas) -> None:
        """The body of the dress with its trims."""
        top = neck_line(self.look, self.body, back=self.back)
        begin = UNDERARM + 0.04
        lift = 0.75 if self.look.length == "high-low" and not self.back else 0.0
        outline = top + side_line(self.cut, begin, 1) + hem_line(self.cut, self.cloth.phase, lift=lift)
        outline += side_line(self.cut, begin, -1)[::-1]
        drape_body(canvas, outline, self.cut, self.cloth, lift=lift)
        self._edge(canvas, top)
        trims.paint_trims(canvas, self.look, self.body, self.cut, self.cloth, back=self.back, lift=lift)

    def _edge(self, canvas: Canvas, top: list[Point]) -> None:
        base = DRESS[self.look.colour]
        ink = shadow(base, 0.3) if luminance(base) > 0.22 else light(base, 0.16)
        canvas.line(top, ink, 0.022, 170)

    def paint_sleeve(self, canvas: Canvas, side: int) -> None:
        """One sleeve, if the dress has any on that side (-1 or 1)."""
        look = self.look
        if look.sleeve == "sleeveless" or (look.neckline == "one shoulder" and side == 1):
            return
        arm = self.pose.arms[0 if side < 0 else 1]
        base = DRESS[look.colour]
        ink = shadow(base, 0.34) if luminance(base) > 0.22 else light(base, 0.14)
        pieces = sleeve_pieces(look, arm, self.body.limb)
        for piece in pieces:
            drape_sleeve(canvas, piece, self.cut, self.cloth)
        cuff = max(pieces, key=lambda piece: piece.end != arm[1] or len(pieces) == 1)
        canvas.line(cuff.hem, ink, 0.025, 170)
        for piece in pieces:
            outline = piece.outlines[0]
            count = len(outline) // 2
            canvas.line(outline[:count], ink, 0.014, 70)
            canvas.line(outline[count:], ink, 0.014, 70)

    def paint_straps(self, canvas: Canvas) -> None:
        """Thin straps over the shoulders, under hair and above skin."""
        if self.look.neckline == "straps":
            ink = shadow(DRESS[self.look.colour], 0.08)
            for side in (-1, 1):
                low = (side * 0.45, 0.34 if not self.back else 0.6)
                canvas.line([low, (side * 0.44, 0.1), (side * 0.4, -0.03)], ink, 0.05)
        if self.look.neckline == "halter" and self.back:
            canvas.line([(-0.2, -0.12), (0.2, -0.12)], shadow(DRESS[self.look.colour], 0.1), 0.07)


def tailor(
    look: Look, body: Body, pose: Pose, *, unit: float, light_from: float, phase: float, back: bool = False
) -> Garment:
    """Make a dress for somebody; unit is a head in final pixels."""
    side = max(8, round(TILE * unit))
    cloth = Cloth(look, cloth_tile(look, side), side / TILE, light_from, phase)
    return Garment(look, body, pose, cut_of(look, body, pose), cloth, back)
