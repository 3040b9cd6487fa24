"""The look of all plots: colours that differ for the colour-blind, in light and dark; SVG made accessible."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from io import StringIO
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

# What matplotlib draws stands for a name; the name has a light and a dark colour. After Okabe and Ito
# (2008), darkened on paper and lightened in the dark until each has a contrast of 3:1 with its ground.
INKS: Mapping[str, tuple[str, str]] = {
    "#1d1917": ("ink", "#f2ece6"),
    "#665c55": ("soft", "#b3a79d"),
    "#e0d7cc": ("line", "#3a322d"),
    "#fffdfa": ("card", "#201b18"),
    "#0072b2": ("series-1", "#56b4e9"),
    "#c2410c": ("series-2", "#ff9160"),
    "#007a5a": ("series-3", "#3fcfa3"),
    "#a14f85": ("series-4", "#e79cc8"),
    "#946200": ("series-5", "#f0b342"),
    "#5a5fb8": ("series-6", "#a9adf5"),
}
INK, SOFT, LINE, CARD, *SERIES = INKS
DASHES: Sequence[Any] = ("-", (0, (5, 1.6)), (0, (1.4, 1.4)), (0, (6, 1.6, 1.4, 1.6)))
MARKERS = ("o", "s", "D", "^", "v", "P")
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": ["sans-serif"],
    "font.sans-serif": ["system-ui", "Segoe UI", "Roboto", "Liberation Sans", "DejaVu Sans", "sans-serif"],
    "font.size": 9.5,
    "text.color": INK,
    "axes.labelcolor": SOFT,
    "axes.edgecolor": SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.7,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "text.parse_math": False,  # a dollar in a name is a dollar
}
WIDE, NARROW = 9.2, 4.3  # inches; a narrow plot fills a phone at about one pixel a point


@dataclass
class Canvas:
    """One figure, with what a screen reader says of it."""

    name: str
    narrow: bool
    rows: int
    title: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        self.figure = Figure(figsize=(NARROW if self.narrow else WIDE, 5.4))

    @contextmanager
    def styled(self) -> Iterator[None]:
        """Draw and write within this block."""
        salt = f"{self.name}{'-narrow' if self.narrow else ''}"  # ids of two plots on a page must differ
        with mpl.rc_context({**STYLE, "svg.hashsalt": salt}):
            yield

    def tell(self, title: str, description: str) -> None:
        """What the plot shows, in words."""
        self.title, self.description = title, description

    def svg(self) -> str:
        """The drawing, with colours by name, a title and a description."""
        content = StringIO()
        self.figure.savefig(content, format="svg", metadata={"Date": None, "Creator": None})
        text = content.getvalue()
        text = text[text.index("<svg") :]
        text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, count=1, flags=re.DOTALL)
        for colour, (ink, _) in INKS.items():
            text = text.replace(colour, f"var(--plot-{ink})")
        head, body = text.split(">", 1)
        plot = f"plot-{self.name}{'-narrow' if self.narrow else ''}"
        named = f' class="plot" role="img" aria-labelledby="{plot}-title {plot}-desc">\n'
        told = f'<title id="{plot}-title">{escape(self.title)}</title>\n'
        told += f'<desc id="{plot}-desc">{escape(self.description)}</desc>\n<style>{_colours()}</style>'
        return f"{head}{named}{told}{body}"


def styles(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Colour, dashes and marker of each model by its spec, the same in all plots.

    They go round by NDCG, so that models which lie near each other look different; no two of 24 are alike.
    """
    n = str(document["main_n"])
    ranked = sorted(document["models"], key=lambda model: -(model["at"][n]["ndcg"]["mean"] or 0.0))
    return {
        model["spec"]: {
            "color": SERIES[place % len(SERIES)],
            "linestyle": DASHES[(place // len(SERIES)) % len(DASHES)],
            "marker": MARKERS[(place + place // len(SERIES)) % len(MARKERS)],
        }
        for place, model in enumerate(ranked)
    }


def short(spec: str, most: int) -> str:
    """A spec of at most so many characters."""
    return spec if len(spec) <= most else f"{spec[: most - 1].rstrip(',:=')}…"


def _colours() -> str:
    light = "".join(f"--plot-{name}:{colour};" for colour, (name, _) in INKS.items())
    dark = "".join(f"--plot-{name}:{colour};" for name, colour in INKS.values())
    return f".plot{{{light}}}@media (prefers-color-scheme:dark){{.plot{{{dark}}}}}"
