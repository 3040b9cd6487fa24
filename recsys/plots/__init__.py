"""What an evaluation found, drawn: SVG text that is the same for the same document."""

from recsys.plots.draw import PLOTS, draw, draw_all

__all__ = ["PLOTS", "draw", "draw_all"]
