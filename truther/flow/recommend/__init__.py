"""Recommend dresses: fit on what customers rented and posted, let the best model serve, list for everybody.

Loads recsys: in a worker, never in the web process, which reads what is stored here (flow/suggest).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from truther import rack
from truther.flow.recommend import fitting, gathering, listing
from truther.flow.recommend.forgetting import forget as forget  # the command's
from truther.models import ListBlock, RecommenderRun
from truther.models.fields import milliseconds

KEPT = 3  # runs in line whose lists are kept: the champion's, and two to go back to
AT_A_BLOCK = timedelta(minutes=15)  # after that, another process may make it
PAUSE_SECONDS = 0.5
AskForHelp = Callable[[Sequence[str]], None]  # is told the blocks that others may make


@dataclass(frozen=True, slots=True)
class Recommended:
    """What a night came to."""

    run_id: str
    spec: str
    replaced: bool
    reasons: tuple[str, ...]
    rentals: int
    likes: int
    customers: int
    styles: int
    lists: int


class NothingToLearn(LookupError):
    """Nobody rented or posted anything yet."""


def nobody_helps(blocks: Sequence[str]) -> None:
    """Leave all blocks to this process."""


def recommend(
    run_id: str,
    *,
    at: datetime,
    clock: Callable[[], datetime],
    ask_for_help: AskForHelp = nobody_helps,
    still_ours: Callable[[], object] = lambda: None,
) -> Recommended:
    """Fit, choose, list and let serve; killed anywhere, the next call goes on where it was.

    Args:
        run_id: names the run: of the same name there is only one.
        at: what happened later belongs to another run.
        ask_for_help: is told which blocks of lists wait; this process makes what nobody else takes.

    Raises:
        NothingToLearn: there is neither a rental nor a verified photo.
    """
    if not rack.is_run(run_id):
        history = gathering.gather(at)
        if not history.pairs:
            raise NothingToLearn("Nobody has rented or posted anything yet: import rentals first.")
        fitting.fit(run_id, history, champion=_champion_spec())
        still_ours()
    run = fitting.registered(run_id, now=milliseconds(clock()))
    if run.listed_at is None:
        _list(run, clock, ask_for_help, still_ours)
    rack.let_serve(run_id, at=milliseconds(clock()), by="the night", why=" ".join(run.gate["reasons"][:1]))
    RecommenderRun.objects.crown(run_id)
    RecommenderRun.objects.unlist(rack.line()[-KEPT:])
    return _told(RecommenderRun.objects.named(run_id))


def make_block(block_id: str, *, now: datetime) -> bool:
    """Make the lists of one block unless it is done or somebody else is at it; say whether it was made."""
    block = ListBlock.objects.of(block_id)
    if block is None or not ListBlock.objects.take(block_id, now=now, until=now + AT_A_BLOCK):
        return False
    listing.make(block.run_id, block.start)
    ListBlock.objects.finish(block_id)
    return True


def _list(
    run: RecommenderRun,
    clock: Callable[[], datetime],
    ask_for_help: AskForHelp,
    still_ours: Callable[[], object],
) -> None:
    listing.make_similar(run.pk)
    ListBlock.objects.plan(run.pk, listing.cuts(run.pk), now=milliseconds(clock()))
    left = ListBlock.objects.left(run.pk)
    ask_for_help([block.pk for block in left[1:]])
    while left:
        made = [make_block(block.pk, now=milliseconds(clock())) for block in left]
        still_ours()
        left = ListBlock.objects.left(run.pk)
        if left and not any(made):
            time.sleep(PAUSE_SECONDS)  # others are at what is left
    RecommenderRun.objects.note_listed(run.pk, lists=run.data["customers"], now=milliseconds(clock()))


def _champion_spec() -> str:
    """What serves now, or "" while nothing does."""
    run = RecommenderRun.objects.of(rack.champion())
    return run.spec if run else ""


def _told(run: RecommenderRun) -> Recommended:
    gate, data = run.gate, run.data
    return Recommended(
        run_id=run.pk,
        spec=run.spec,
        replaced=gate["replaced"],
        reasons=tuple(gate["reasons"]),
        rentals=data["rentals"],
        likes=data["likes"],
        customers=data["customers"],
        styles=data["styles"],
        lists=run.lists,
    )
