"""The demo: an invented catalogue and its posts, taken in by the same rooms as real ones, slice by slice."""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from classifier.synthetic import (
    PostSpec,
    StyleSpec,
    design_posts,
    design_styles,
    write_catalogue,
    write_posts,
)
from truther.config import config
from truther.models import Photo, Player, Style, Team

FOLDER = config.data_dir / "demo"
TRUTH = FOLDER / "truth.jsonl"  # what each picture shows: for rehearsals, never for the rooms
PHOTOS_PER_POST = 1.21  # what the studio's posts hold on average
FIRST_POSTS = 100  # about 120 photos: a pleasant quarter of an hour, while the next slice is drawn
SLICE_POSTS = 200
TEAMS = {"atelier": "Atelier", "warehouse": "Warehouse", "shop": "Web shop"}
Say = Callable[[str], None]


class DemoRefused(Exception):
    """The demo cannot be filled here; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be invented, and how much of it has been taken in."""

    styles: int
    photos: int
    seed: int
    newest_at: str  # ISO 8601: the demo is as old as its first minute, however often it is continued
    catalogue_done: bool = False
    slices_done: int = 0
    rentals_done: bool = False

    @property
    def posts(self) -> int:
        """How many posts hold about that many photos."""
        return round(self.photos / PHOTOS_PER_POST)

    @property
    def slices(self) -> int:
        """How many slices the posts are taken in."""
        return 1 + max(0, -(-(self.posts - FIRST_POSTS) // SLICE_POSTS))

    @property
    def done(self) -> bool:
        """Whether everything has been taken in."""
        return self.catalogue_done and self.slices_done == self.slices


def begun() -> Plan | None:
    """Return the plan of the demo that lies here."""
    return _read_plan()


@dataclass(frozen=True, slots=True)
class Filled:
    """What the databases hold after filling."""

    styles: int
    photos: int
    slices_done: int
    slices: int


@dataclass(frozen=True, slots=True)
class Sight:
    """How well the model sees undecided photos; shares in [0, 1], None where there was nothing to see."""

    dresses: int  # of styles on offer
    top1: float | None
    top3: float | None
    chance_top3: float | None
    not_dresses: int
    not_dresses_found: float | None  # with P(dress) below one half


def wanted() -> bool:
    """Say whether `serve` should fill: the demo was begun and is not whole, or nothing is there at all."""
    if not config.demo:
        return False
    plan = _read_plan()
    if plan is not None:
        return not plan.done
    return not Style.objects.exists() and not Photo.objects.exists()


def playable() -> bool:
    """Say whether the first slice has been taken in."""
    plan = _read_plan()
    return plan is not None and plan.catalogue_done and plan.slices_done > 0


def fill(
    *, styles: int, photos: int, seed: int, now: datetime, slices: int | None = None, say: Say = print
) -> Filled:
    """Take the demo in, or go on where an earlier call was interrupted.

    Args:
        slices: stop after this many slices altogether; all of them when None.
        say: is told about each finished step.

    Raises:
        DemoRefused: this is production, another process fills, or another demo lies here.
    """
    if not config.demo:
        raise DemoRefused("The demo is for the demo profile: TRUTHER_PROFILE is production here.")
    with _alone():
        plan = _begun(Plan(styles, photos, seed, now.isoformat()))
        designed = design_styles(plan.styles, seed=plan.seed)
        newest_at = datetime.fromisoformat(plan.newest_at)
        posts = design_posts(plan.posts, designed, seed=plan.seed, newest_at=newest_at)
        if not plan.catalogue_done:
            plan = _take_in_catalogue(plan, designed, posts, now=now, say=say)
        if not plan.rentals_done:
            plan = _take_in_rentals(plan, designed, posts, now=now, say=say)
        last = plan.slices if slices is None else min(slices, plan.slices)
        while plan.slices_done < last:
            plan = _take_in_slice(plan, designed, posts, now=now, say=say)
    return Filled(Style.objects.count(), Photo.objects.count(), plan.slices_done, plan.slices)


def rehearse(*, votes: int, seed: int, now: datetime) -> dict[str, Any]:
    """Let simulated people play the demo through the doors that real ones use.

    Raises:
        DemoRefused: this is production, or no demo lies here.
    """
    from truther.flow import assign, rehearse, roll_up, verify

    truth = _truth()
    _seat_teams([voter.name for voter in rehearse.VOTERS])

    def cast(answer: rehearse.Answer, person: str, at: datetime) -> str:
        verdict = verify.Verdict(
            answer.vote_id, answer.photo_id, answer.choice, answer.style, answer.fit, answer.seconds
        )
        return verify.cast_vote(verdict, person_id=person, now=at).state

    report = rehearse.play(votes, seed, truth, now, deal=assign.deal, cast=cast)
    roll_up.roll_up(now=now)
    return asdict(report)


def look() -> Sight:
    """Say how well the model sees what is still undecided, beside the truth that only the demo knows.

    Raises:
        DemoRefused: this is production, or no demo lies here.
    """
    truth, stock = _truth(), set(Style.objects.active().values_list("pk", flat=True))
    top1 = top3 = dresses = found = others = 0
    for photo_id, candidates, p_dress in Photo.objects.undecided().values_list("pk", "candidates", "p_dress"):
        kind, sku = truth.get(photo_id, ("unknown", ""))
        if kind == "dress" and sku in stock:
            offered = [candidate["sku"] for candidate in candidates[:3]]
            dresses, top1, top3 = dresses + 1, top1 + (offered[:1] == [sku]), top3 + (sku in offered)
        elif kind not in ("dress", "unlisted", "unknown"):
            others, found = others + 1, found + (p_dress < 0.5)
    return Sight(
        dresses,
        top1 / dresses if dresses else None,
        top3 / dresses if dresses else None,
        min(1.0, 3 / len(stock)) if stock else None,
        others,
        found / others if others else None,
    )


def _seat_teams(people: Sequence[str]) -> None:
    """Put the simulated people into teams: three, three and two."""
    for number, (team_id, name) in enumerate(TEAMS.items()):
        Team.objects.get_or_create(pk=team_id, defaults={"name": name})
        for person in people[number :: len(TEAMS)]:
            Player.objects.note(person, team_id=team_id)


def _truth() -> dict[str, tuple[str, str]]:
    """Kind and sku of every photo of the demo, by its id."""
    if not config.demo:
        raise DemoRefused("The demo is for the demo profile: TRUTHER_PROFILE is production here.")
    if not TRUTH.exists():
        raise DemoRefused(f"There is no demo in {FOLDER}: run `manage.py demo` first.")
    rows = [json.loads(line) for line in TRUTH.read_text(encoding="utf-8").splitlines()]
    return {row["photo"]: (row["kind"], row["sku"]) for row in rows}


def _take_in_catalogue(
    plan: Plan, styles: list[StyleSpec], posts: list[PostSpec], *, now: datetime, say: Say
) -> Plan:
    from truther.flow import catalogue, classify  # loads torch: not in the process that supervises

    folder = FOLDER / "catalogue"
    path = write_catalogue(folder, styles, processes=_processes())
    say(f"drew the studio shots of {len(styles)} styles")
    # The first posts are drawn while the catalogue is taken in: no core is idle. The studio itself is
    # called, not a function of this module: a spawned process would need Django for that.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        drawn = pool.submit(write_posts, _slice_folder(0), _slice(posts, 0), styles, processes=1)
        report = catalogue.import_catalogue(path, images_dir=folder, now=now, processes=_processes())
        say(f"imported {report.added + report.changed + report.unchanged} styles")
        drawn.result()
    classify.refresh_index(now=now)
    say("taught DeepDress the styles")
    shutil.rmtree(folder / "images")
    return _write_plan(replace(plan, catalogue_done=True))


def _take_in_rentals(
    plan: Plan, styles: list[StyleSpec], posts: list[PostSpec], *, now: datetime, say: Say
) -> Plan:
    """Take in what invented customers rented; what they like is kept beside, for nobody but measurements."""
    from truther.demo.rentals import design_rentals, write_rentals
    from truther.flow import rentals

    customers = design_rentals(
        styles, posts, seed=plan.seed, newest_at=datetime.fromisoformat(plan.newest_at)
    )
    report = rentals.import_rentals(write_rentals(FOLDER / "rentals", customers), now=now)
    say(f"imported {report.added + report.changed + report.unchanged} rentals of {len(customers)} customers")
    return _write_plan(replace(plan, rentals_done=True))


def _take_in_slice(
    plan: Plan, styles: list[StyleSpec], posts: list[PostSpec], *, now: datetime, say: Say
) -> Plan:
    from truther.flow import classify, freeze, ingest  # loads torch: not in the process that supervises

    number = plan.slices_done
    path = _draw_slice(number, posts, styles, processes=_processes())
    report = ingest.ingest_path(path, now=now, processes=_processes())
    _collect_truth()
    classify.classify_new(now=now)
    freeze.top_up(now=now)
    shutil.rmtree(path.parent / "media")
    say(f"took in {report.photos} photos, slice {number + 1} of {plan.slices}")
    return _write_plan(replace(plan, slices_done=number + 1))


def _draw_slice(number: int, posts: list[PostSpec], styles: list[StyleSpec], *, processes: int) -> Path:
    """Draw one slice of the posts unless it lies there whole, and return its file."""
    folder = _slice_folder(number)
    path = folder / "posts.jsonl"  # written last, so it vouches for the pictures
    if path.exists() and (folder / "media").is_dir():
        return path
    return write_posts(folder, _slice(posts, number), styles, processes=processes)


def _slice(posts: list[PostSpec], number: int) -> list[PostSpec]:
    start = FIRST_POSTS + (number - 1) * SLICE_POSTS
    return posts[start : start + SLICE_POSTS] if number else posts[:FIRST_POSTS]


def _slice_folder(number: int) -> Path:
    return FOLDER / f"posts-{number:03d}"


def _collect_truth() -> None:
    fresh = TRUTH.with_suffix(".part")
    parts = sorted(FOLDER.glob("posts-*/truth.jsonl"))
    fresh.write_text("".join(part.read_text(encoding="utf-8") for part in parts), encoding="utf-8")
    fresh.replace(TRUTH)


def _begun(asked: Plan) -> Plan:
    """Return the plan that lies here, or begin the one asked for."""
    found = _read_plan()
    if found is None:
        return _write_plan(asked)
    if (found.styles, found.photos, found.seed) != (asked.styles, asked.photos, asked.seed):
        raise DemoRefused(
            f"A demo made with --styles {found.styles} --photos {found.photos} --seed {found.seed} lies in "
            f"{FOLDER}. Use the same numbers, or another TRUTHER_DATA_DIR."
        )
    return found


def _read_plan() -> Plan | None:
    try:
        values: dict[str, Any] = json.loads((FOLDER / "plan.json").read_text())
    except FileNotFoundError:
        return None
    return Plan(**values)


def _write_plan(plan: Plan) -> Plan:
    fresh = FOLDER / "plan.json.part"
    fresh.write_text(json.dumps(asdict(plan), indent=1))
    fresh.replace(FOLDER / "plan.json")
    return plan


@contextmanager
def _alone() -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoRefused("Another process is filling the demo just now.") from error
        yield


def _processes() -> int:
    return min(os.cpu_count() or 1, 4)
