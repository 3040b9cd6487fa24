"""What happens outside the model: which styles come and go, who posts what, and the truth about it.

The dresses and the photos are those of the benchmark dresses-v1: rough photos, twins among the styles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from classifier.bench.drawing import Sketch, draw_all
from classifier.bench.looks import Design, design_dresses
from classifier.churn.settings import Settings
from classifier.snapshot import Label, Snapshot, SnapshotPhoto, SnapshotStyle
from classifier.synthetic.chance import seed_of

VIEWS: Final = 2
KEPT: Final = (160, 200)  # pixels, width and height
TWIN_SHARE: Final = 1 / 3
# what is posted that is no dress; what nearly is one comes more often
KINDS: Final = ("separates", "person", "bag", "separates", "shoe", "jewellery", "separates", "pet", "noise")
EXAM_KINDS: Final = (*KINDS, "unlisted", "unlisted", "unlisted")
PHOTOS_PER_OWNER: Final = 2.5


@dataclass(frozen=True, slots=True)
class Style:
    """A dress of the catalogue."""

    sku: str
    design: Design
    wanted: float  # how often people post it, beside the others

    @property
    def shots(self) -> tuple[str, ...]:
        """Its studio shots, relative to a snapshot."""
        return tuple(f"images/{self.sku}-studio-{view}.webp" for view in range(VIEWS))


@dataclass(frozen=True, slots=True)
class Day:
    """The catalogue after one day's arrivals and retirements; day 0 is the archive's."""

    number: int
    arrivals: tuple[Style, ...]
    active: tuple[Style, ...]
    retired: tuple[Style, ...]  # of all days so far

    @property
    def catalogue(self) -> tuple[SnapshotStyle, ...]:
        """All styles as a snapshot lists them; what is retired still teaches."""
        rows = [(style, True) for style in self.active] + [(style, False) for style in self.retired]
        return tuple(
            SnapshotStyle(style.sku, active, style.shots, style.design.look.colour) for style, active in rows
        )


@dataclass(frozen=True, slots=True)
class Post:
    """A photo somebody posted, and what it truly shows."""

    photo: str
    owner: str
    label: Label
    sku: str
    sketch: Sketch

    @property
    def image(self) -> str:
        """Its file, relative to a snapshot."""
        return self.sketch.file


def calendar(settings: Settings, nights: int) -> list[Day]:
    """The days from the archive's to the last night's; more nights begin with the same ones."""
    chance = np.random.default_rng([settings.seed, 1])
    styles = _styles(settings, settings.styles + nights * settings.arrivals)
    active, retired = styles[: settings.styles], list[Style]()
    days = [Day(0, tuple(active), tuple(active), ())]
    for number in range(1, nights + 1):
        first = settings.styles + (number - 1) * settings.arrivals
        arrivals = styles[first : first + settings.arrivals]
        leaving = chance.permutation(len(active))[: min(settings.retirements, len(active) - 2)]
        retired += [active[place] for place in sorted(leaving)]
        active = [style for place, style in enumerate(active) if place not in leaving] + arrivals
        days.append(Day(number, tuple(arrivals), tuple(active), tuple(retired)))
    return days


def posts_of(day: Day, settings: Settings) -> list[Post]:
    """What people post on a day: mostly dresses, some of them far more often than others."""
    chance = np.random.default_rng([settings.seed, 2, day.number])
    count = settings.photos if day.number else settings.archive
    wanted = np.array([style.wanted for style in day.active])
    worn = chance.choice(len(day.active), count, p=wanted / wanted.sum())
    people = max(1, round((settings.archive + 14 * settings.photos) / PHOTOS_PER_OWNER))
    owners, sorts = chance.integers(0, people, count), chance.random(count)
    posts = []
    for number, (place, owner, sort) in enumerate(zip(worn, owners, sorts, strict=True)):
        name, posted_by = f"day-{day.number:02d}-{number:03d}", f"person-{owner}"
        if sort < settings.others:
            posts.append(_other(name, posted_by, KINDS[chance.integers(len(KINDS))], settings))
        elif sort < settings.others + settings.unlisted:
            posts.append(_other(name, posted_by, "unlisted", settings))
        else:
            posts.append(_dress(name, posted_by, day.active[place], settings))
    return posts


def exam_of(styles: Sequence[Style], settings: Settings) -> list[Post]:
    """Photos to measure with, on which nobody votes and from which no model learns."""
    posts = [
        _dress(f"exam-{style.sku}-{number}", "", style, settings)
        for style in styles
        for number in range(settings.exam)
    ]
    kinds = [EXAM_KINDS[number % len(EXAM_KINDS)] for number in range(settings.exam_others)]
    return posts + [_other(f"exam-{kind}-{n}", "", kind, settings) for n, kind in enumerate(kinds)]


def exam_sheet(folder: Path, day: Day, taught: Sequence[SnapshotPhoto], settings: Settings) -> Snapshot:
    """A snapshot with the day's catalogue whose holdout is the exam, truly labelled.

    Args:
        taught: settled photos of the training split, for the prototypes.
    """
    exam = [
        SnapshotPhoto(post.photo, post.image, "", "holdout", post.label, post.sku, kind=post.sketch.kind)
        for post in exam_of(day.active, settings)
    ]
    return Snapshot(folder, f"exam-{day.number:02d}", "", "", day.catalogue, (*taught, *exam))


def draw_day(folder: Path, day: Day, posts: Sequence[Post], settings: Settings) -> None:
    """Draw all that is new on a day; what is there already is kept."""
    sketches = [
        Sketch(file, "studio", style.design.look, view=view)
        for style in day.arrivals
        for view, file in enumerate(style.shots)
    ]
    sketches += [post.sketch for post in (*posts, *exam_of(day.arrivals, settings))]
    (folder / "images").mkdir(parents=True, exist_ok=True)
    draw_all(folder, [each for each in sketches if not (folder / each.file).exists()], kept=KEPT)


def _styles(settings: Settings, count: int) -> list[Style]:
    # a few more than needed: the last family may be cut, and more nights must begin with the same styles
    designs = design_dresses(count + 8, role="test", seed=settings.seed, twin_share=TWIN_SHARE)[:count]
    wanted = np.random.default_rng([settings.seed, 3]).lognormal(size=count)
    return [Style(f"D{number:04d}", design, float(wanted[number])) for number, design in enumerate(designs)]


def _dress(photo: str, owner: str, style: Style, settings: Settings) -> Post:
    sketch = Sketch(
        f"images/{photo}.webp", "dress", style.design.look, seed_of(settings.seed, "churn", photo)
    )
    return Post(photo, owner, "style", style.sku, sketch)


def _other(photo: str, owner: str, kind: str, settings: Settings) -> Post:
    file, seed = f"images/{photo}.webp", seed_of(settings.seed, "churn", photo)
    if kind != "unlisted":
        return Post(photo, owner, "not_dress", "", Sketch(file, kind, None, seed))
    [design] = design_dresses(1, role="unlisted", seed=seed, twin_share=0.0)
    return Post(photo, owner, "unlisted", "", Sketch(file, kind, design.look, seed))
