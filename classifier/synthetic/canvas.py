"""A picture being painted: drawn larger than wanted, in any unit, and scaled down at the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from classifier.synthetic.colours import Colour
from classifier.synthetic.curves import Point, ribbon

Pixels = NDArray[np.uint8]
SMALL_PX: Final = 200  # below this width edges need three samples across a pixel to look smooth


@dataclass(frozen=True, slots=True)
class Frame:
    """Where (0, 0) lies on the picture and how long one unit is, in final pixels."""

    x: float
    y: float
    unit: float


class Canvas:
    """Paint in units of a frame; every view of one canvas paints on the same picture."""

    def __init__(self, backdrop: Image.Image) -> None:
        self.size = backdrop.size
        self.samples = 3 if backdrop.width < SMALL_PX else 2
        large = (backdrop.width * self.samples, backdrop.height * self.samples)
        self.image = backdrop.resize(large, Image.Resampling.NEAREST)
        self.pen = ImageDraw.Draw(self.image, "RGBA")
        self.frame = Frame(0.0, 0.0, 1.0)

    def view(self, frame: Frame) -> "Canvas":
        """The same picture in another frame."""
        other = object.__new__(Canvas)
        other.size, other.samples, other.image, other.pen, other.frame = (
            self.size, self.samples, self.image, self.pen, frame,
        )  # fmt: skip
        return other

    def place(self, points: Sequence[Point]) -> list[tuple[float, float]]:
        """The points in pixels of the enlarged picture."""
        scale = self.frame.unit * self.samples
        x0, y0 = self.frame.x * self.samples, self.frame.y * self.samples
        return [(round(x * scale + x0, 1), round(y * scale + y0, 1)) for x, y in points]

    def fill(self, points: Sequence[Point], colour: Colour, alpha: int = 255) -> None:
        """Fill an outline."""
        if len(points) > 2:
            self.pen.polygon(self.place(points), fill=(*colour, alpha) if alpha < 255 else colour)

    def line(self, points: Sequence[Point], colour: Colour, width: float, alpha: int = 255) -> None:
        """Draw a line as wide as given in units, never thinner than one sample."""
        if len(points) > 1:
            thick = max(1, round(width * self.frame.unit * self.samples))
            if alpha < 255 and thick > 1 and len(points) > 2:
                self.fill(ribbon(points, width / 2), colour, alpha)
                return
            ink = (*colour, alpha) if alpha < 255 else colour
            self.pen.line(self.place(points), fill=ink, width=thick, joint="curve" if thick > 2 else None)

    def oval(self, centre: Point, rx: float, ry: float, colour: Colour, alpha: int = 255) -> None:
        """Fill an upright ellipse."""
        (x0, y0), (x1, y1) = self.place([(centre[0] - rx, centre[1] - ry), (centre[0] + rx, centre[1] + ry)])
        self.pen.ellipse((x0, y0, max(x1, x0), max(y1, y0)), fill=(*colour, alpha) if alpha < 255 else colour)

    def box(
        self, left: float, top: float, right: float, bottom: float, colour: Colour, alpha: int = 255
    ) -> None:
        """Fill a rectangle."""
        (x0, y0), (x1, y1) = self.place([(left, top), (right, bottom)])
        self.pen.rectangle(
            (x0, y0, max(x1 - 1, x0), max(y1 - 1, y0)), fill=(*colour, alpha) if alpha < 255 else colour
        )

    def paint(self, outlines: Sequence[Sequence[Point]], pixels: Pixels, corner: tuple[int, int]) -> None:
        """Fill what any of the outlines holds with (h, w, 3) final pixels whose top left is at a corner."""
        height, width = pixels.shape[:2]
        large = (width * self.samples, height * self.samples)
        x0, y0 = corner[0] * self.samples, corner[1] * self.samples
        mask = Image.new("L", large)
        pen = ImageDraw.Draw(mask)
        for outline in outlines:
            pen.polygon([(x - x0, y - y0) for x, y in self.place(outline)], fill=255)
        cloth = Image.fromarray(pixels).resize(large, Image.Resampling.NEAREST)
        self.image.paste(cloth, (x0, y0), mask)

    def window(self, outlines: Sequence[Sequence[Point]]) -> tuple[int, int, int, int]:
        """The final pixels that the outlines touch, as left, top, right, bottom within the picture."""
        xs = [x * self.frame.unit + self.frame.x for outline in outlines for x, _ in outline]
        ys = [y * self.frame.unit + self.frame.y for outline in outlines for _, y in outline]
        left, top = max(int(min(xs)) - 1, 0), max(int(min(ys)) - 1, 0)
        return left, top, min(int(max(xs)) + 2, self.size[0]), min(int(max(ys)) + 2, self.size[1])

    def finish(self) -> Image.Image:
        """The picture at its final size."""
        return self.image.reduce(self.samples)
