"""Let the recommender serve again that served before: the link, the roles and the history move together.

Loads no recsys: the control page calls it.
"""

from datetime import datetime

from truther import rack
from truther.models import RecommenderRun
from truther.models.fields import milliseconds


class ListsGone(LookupError):
    """A recommender cannot serve: its lists are not stored any more."""


class NoReason(ValueError):
    """Nobody said why."""


def reinstate(run_id: str = "", *, now: datetime, by: str, why: str) -> str:
    """Let an earlier recommender serve from now on, and return its name; the next night goes on from it.

    Args:
        run_id: which; the one that served before the champion when it is not given.

    Raises:
        NoReason: why is empty. NothingEarlier: nothing served before.
        UnknownModel: there is no such recommender. ListsGone: its lists were deleted, or its folder is gone.
    """
    if not why.strip():
        raise NoReason("Say why: who looks at the history later wants to know.")
    run = RecommenderRun.objects.named(run_id or rack.earlier())
    if run.listed_at is None or not rack.is_run(run.pk):
        raise ListsGone(f"The lists of {run.pk} are not stored any more: the next night makes new ones.")
    rack.let_serve(run.pk, at=milliseconds(now), by=by, why=why.strip(), again=True)
    RecommenderRun.objects.crown(run.pk)
    return run.pk


def earlier_or_none() -> str:
    """Name the recommender to go back to; "" when there is none whose lists are stored."""
    try:
        name = rack.earlier()
    except rack.NothingEarlier:
        return ""
    run = RecommenderRun.objects.of(name)
    return name if run is not None and run.listed_at is not None else ""
