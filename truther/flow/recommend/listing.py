"""Lists for every customer, block by block: folded in from her history, ranked, taken apart into reasons."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from recsys import blocks
from recsys.models import storing
from recsys.models.base import Recommender
from recsys.models.ranked import Reason
from recsys.refusal import BadParameter
from truther import rack
from truther.flow.recommend.forgetting import NOBODY
from truther.models import RecommendationList, SimilarStyles
from truther.models.recommenders import row_id

DEPTH = 120  # what a date or a size takes out of a list is made good from further down
EXPLAINED = 40
BECAUSE = 3  # of her dresses named for one recommendation, those that weigh most


def cuts(run_id: str) -> list[tuple[int, int]]:
    """First and last row of each block of a run."""
    files = (rack.run_folder(run_id) / "blocks").glob("*.npz")
    starts = sorted(int(file.stem) for file in files if file.stem.isdigit())  # others were cut off
    ends = [start + len(_block(run_id, start).users) for start in starts]
    return list(zip(starts, ends, strict=True))


def make(run_id: str, start: int) -> None:
    """Make and store the lists of one block; safe to repeat."""
    model, offered = _model(run_id)
    block = _block(run_id, start)
    lists = blocks.recommend_block(model, block, min(DEPTH, len(model.items)), items=offered)
    rows = []
    for place, (customer, pairs, reason) in enumerate(lists.named(model.items)):
        if customer == NOBODY:
            continue
        history = model.as_histories(block.histories[[place]])
        known = reason is Reason.MODEL and model.explains
        items = [
            [
                sku,
                round(score, 6),
                *(_because(model, history, sku) if known and rank < EXPLAINED else (0.0, [])),
            ]
            for rank, (sku, score) in enumerate(pairs)
        ]
        rows.append(
            RecommendationList(
                id=row_id(run_id, customer),
                run_id=run_id,
                customer=customer,
                source=reason.value,
                items=items,
            )
        )
    RecommendationList.objects.replace(run_id, rows)
    for customer in set(block.users.tolist()) - set(_block(run_id, start).users.tolist()):
        RecommendationList.objects.forget(customer)  # she was forgotten while her list was being made


def make_similar(run_id: str) -> None:
    """Store which styles go together; safe to repeat."""
    SimilarStyles.objects.replace(run_id, _styles(run_id)["similar"])


def _because(model: Recommender, history: Any, sku: str) -> tuple[float, list[list[Any]]]:
    """The base of a score and the customer's own dresses that add most to it."""
    try:
        base, parts = model.contributions(history, int(model.items.find([sku])[0]))
    except BadParameter:  # a blend with a part that cannot explain
        return 0.0, []
    order = (-abs(parts)).argsort(kind="stable")[:BECAUSE].tolist()
    named = [[model.items[int(history.indices[at])], round(float(parts[at]), 6)] for at in order if parts[at]]
    return round(float(base), 6), named


def _model(run_id: str) -> tuple[Recommender, list[int]]:
    """A fitted model and the columns of what may be recommended."""
    folder = rack.run_folder(run_id)
    return _loaded(folder, (folder / rack.WHOLE).stat().st_mtime_ns), _styles(run_id)["offered"]


@lru_cache(maxsize=1)
def _loaded(folder: Path, written_ns: int) -> Recommender:
    """A model, kept for the next block of the same run."""
    return storing.load(folder / "model")


def _styles(run_id: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((rack.run_folder(run_id) / "styles.json").read_text())
    return found


def _block(run_id: str, start: int) -> blocks.Block:
    return blocks.Block.load(rack.run_folder(run_id) / "blocks" / f"{start}.npz")
