"""A square of cloth that repeats without a seam."""

from PIL import Image, ImageDraw

from classifier.synthetic.colours import Colour

Inks = tuple[Colour, Colour, Colour]


class Tile:
    """A square that repeats: what leaves on one side comes back on the other."""

    def __init__(self, side: int, ground: Colour) -> None:
        self.side = side
        self.image = Image.new("RGB", (side, side), ground)
        self.pen = ImageDraw.Draw(self.image, "RGBA")

    def oval(self, x: float, y: float, rx: float, ry: float, ink: Colour, alpha: int = 255) -> None:
        """An ellipse at a place in [0, 1) with radii as shares of the tile."""
        for dx in self._copies(x, rx):
            for dy in self._copies(y, ry):
                left, top = (x + dx - rx) * self.side, (y + dy - ry) * self.side
                box = (left, top, left + 2 * rx * self.side, top + 2 * ry * self.side)
                self.pen.ellipse(box, fill=(*ink, alpha))

    def shape(
        self, x: float, y: float, points: list[tuple[float, float]], ink: Colour, alpha: int = 255
    ) -> None:
        """A polygon around a place in [0, 1), its points as shares of the tile."""
        reach = max(max(abs(px), abs(py)) for px, py in points)
        for dx in self._copies(x, reach):
            for dy in self._copies(y, reach):
                corners = [((x + dx + px) * self.side, (y + dy + py) * self.side) for px, py in points]
                self.pen.polygon(corners, fill=(*ink, alpha))

    def stripe(
        self, start: float, width: float, ink: Colour, alpha: int = 255, *, across: bool = False
    ) -> None:
        """A band over the whole tile, upright or across."""
        low, high = start * self.side, (start + width) * self.side - 1
        high = max(high, low)
        box = (0.0, low, float(self.side), high) if across else (low, 0.0, high, float(self.side))
        self.pen.rectangle(box, fill=(*ink, alpha))

    @staticmethod
    def _copies(place: float, reach: float) -> list[int]:
        return [0] + ([1] if place < reach else []) + ([-1] if place > 1 - reach else [])
