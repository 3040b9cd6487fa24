"""Where a head is: its tilt, its light, and drawing in its own upright units."""

from classifier.synthetic.body import Person
from classifier.synthetic.canvas import Canvas
from classifier.synthetic.chance import Dice
from classifier.synthetic.colours import DRESS, Colour
from classifier.synthetic.curves import Point


class Skull:
    """One person's head on a canvas, tilted and lit from one side."""

    def __init__(self, canvas: Canvas, person: Person, *, tilt: float, light_from: float, dice: Dice) -> None:
        self.canvas, self.person, self.tilt, self.light, self.dice = canvas, person, tilt, light_from, dice
        self.scarf = DRESS[dice.pick(sorted(DRESS))]

    def put(self, points: list[Point]) -> list[Point]:
        """Tilt points of an upright head."""
        return [(x - (y + 0.4) * self.tilt, y + x * self.tilt * 0.6) for x, y in points]

    def fill(self, points: list[Point], colour: Colour, alpha: int = 255) -> None:
        """Fill an outline on the tilted head."""
        self.canvas.fill(self.put(points), colour, alpha)

    def line(self, points: list[Point], colour: Colour, width: float, alpha: int = 255) -> None:
        """Draw a line on the tilted head."""
        self.canvas.line(self.put(points), colour, width, alpha)

    def oval(self, centre: Point, rx: float, ry: float, colour: Colour, alpha: int = 255) -> None:
        """Fill an ellipse on the tilted head."""
        self.canvas.oval(self.put([centre])[0], rx, ry, colour, alpha)
