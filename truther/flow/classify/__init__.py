"""Let DeepDress look at photos, and keep the styles it knows in step with the catalogue."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from classifier.calibrate.lanes import Lanes
from classifier.index import INDEX_FORMAT, StyleIndex, count_styles
from classifier.predict import DeepDress, Prediction
from classifier.runs import read_facts
from truther.config import config
from truther.flow.classify.passing import open_lanes, put_back, standing
from truther.flow.classify.stock import Stock, build_index, describe_stock, read_pictures
from truther.flow.classify.vectors import VectorBook
from truther.models import Batch, Golden, ModelRun, Photo, Style
from truther.models.fields import milliseconds
from truther.models.photos import PhotoQuerySet, State
from truther.models.registry import Role
from truther.models.standing import need_at_first
from truther.shelf import champion_id, index_file, run_folder, vectors_file

CANDIDATES = 15  # three are offered; "none of these" shows the rest, which also stand in for the retired
CHUNK = 64
STILL_UNDECIDED = (State.PASSED, State.OPEN, State.CONTESTED)  # each is met again where it was put meanwhile
NOBODY_HAS_SEEN = (State.NEW, State.PASSED)


@dataclass(frozen=True, slots=True)
class Serving:
    """A model, the index of the styles it may name, when that index last changed, and its open lanes."""

    model: DeepDress
    index: StyleIndex
    changed_at: datetime
    lanes: Lanes | None


def champion(*, now: datetime) -> str:
    """Name the model that serves; on a new installation the shipped one is put in place and registered."""
    run_id = champion_id()
    if not ModelRun.objects.filter(pk=run_id, role=Role.CHAMPION).exists():
        facts = read_facts(run_folder(run_id))
        ModelRun.objects.register(
            run_id, parent=facts.parent, metrics=dict(facts.metrics), trained_at=milliseconds(now)
        )
        ModelRun.objects.crown(run_id)
    return run_id


def keep_up(*, now: datetime) -> int:
    """Do what came up since the last call: an index that changed, photos that arrived, lanes that closed.

    Returns:
        How many photos were scored or put back before people.
    """
    version = champion(now=now)
    refresh_index(now=now, run_id=version)
    back = put_back(version, now=now)
    book = VectorBook.load(vectors_file(version))
    again = 0 if book.caught_up == book.built_from else classify_again(now=now)
    return back + again + classify_new(now=now)


def classify_new(*, now: datetime, limit: int | None = None) -> int:
    """Score photos the model has not seen, newest first, and open them to people or pass them by.

    A photo whose picture cannot be read stays new and is logged. What a kill left undone, the next call does.

    Returns:
        How many photos were scored.
    """
    put_back(champion(now=now), now=now)
    if not Photo.objects.unseen().exists():
        return 0
    return _score(Photo.objects.unseen(), _serving(now), state=State.NEW, now=now, limit=limit)


def classify_again(*, now: datetime) -> int:
    """Score undecided photos anew where another model did it, or before the index last changed.

    It changes when styles come or go, and each night, when the verified photos sharpen the prototypes. What
    was passed by is routed again, and goes to people where it could not be scored.

    Returns:
        How many photos were scored.
    """
    serving = _serving(now)
    version, since, scored = serving.model.version, serving.changed_at, 0
    put_back(version, now=now)
    for state in STILL_UNDECIDED:
        photos = Photo.objects.stale(version, since=since, state=state)
        scored += _score(photos, serving, state=state, now=now)
    Photo.objects.passed_by_others(version).reopen(need=need_at_first(now=now))
    book = VectorBook.load(vectors_file(version))
    if book.changed_at == since:
        replace(book, caught_up=book.built_from).save(vectors_file(version))
    return scored


def refresh_index(*, now: datetime, run_id: str | None = None) -> int:
    """Make a model's index hold exactly the styles on offer; costs next to nothing when none has changed.

    Args:
        run_id: the model; the champion when it is not given.

    Returns:
        How many styles the index holds.
    """
    version = run_id or champion(now=now)
    book = VectorBook.load(vectors_file(version))
    styles = dict(Style.objects.active().order_by("pk").values_list("pk", "images"))
    frozen = list(Batch.objects.frozen().values_list("pk", flat=True))
    golden = Golden.objects.styles_of(frozen)
    built_from = _hash([INDEX_FORMAT, styles, frozen, golden.count()])
    if book.built_from == built_from and index_file(version).exists():
        return count_styles(index_file(version))
    verified: dict[str, list[str]] = {}
    for sku, picture in golden.order_by("pk").values_list("style", "sha256"):
        if sku in styles:
            verified.setdefault(sku, []).append(picture)
    model = _model(version)
    stock = Stock(styles, verified)
    vectors = describe_stock(model, stock, book)
    index = build_index(model, stock, vectors)
    index_file(version).parent.mkdir(parents=True, exist_ok=True)
    index.save(index_file(version))
    fresh = VectorBook(vectors, built_from, milliseconds(now), book.caught_up)
    fresh.save(vectors_file(version))
    return len(index)


def _serving(now: datetime) -> Serving:
    version = champion(now=now)
    refresh_index(now=now, run_id=version)
    book = VectorBook.load(vectors_file(version))
    index = StyleIndex.load(index_file(version))
    return Serving(_model(version), index, book.changed_at, open_lanes(version))


def _model(run_id: str) -> DeepDress:
    written_at = (run_folder(run_id) / "weights.safetensors").stat().st_mtime_ns
    return _loaded(run_id, written_at)


@lru_cache(maxsize=1)
def _loaded(run_id: str, _written_at: int) -> DeepDress:
    return DeepDress.load(run_folder(run_id), device=config.device)


def _score(
    photos: PhotoQuerySet,
    serving: Serving,
    *,
    state: State,
    now: datetime,
    limit: int | None = None,
) -> int:
    """Walk back through the photos in chunks; what is written is what is still in this state."""
    scored, opened = 0, {"need": need_at_first(now=now)} if state in NOBODY_HAS_SEEN else {}
    for chunk in _chunks(photos, limit):
        images = read_pictures(chunk)
        predictions = serving.model.predict(list(images.values()), serving.index, top=CANDIDATES)
        scores = {}
        for photo_id, prediction in zip(images, predictions, strict=True):
            columns = _columns(prediction, now)
            where = {} if state == State.CONTESTED else standing(photo_id, columns, serving.lanes)
            scores[photo_id] = opened | columns | where
        scored += Photo.objects.keep_scores(scores, state=state)
    return scored


def _chunks(photos: PhotoQuerySet, limit: int | None) -> Iterator[dict[str, str]]:
    """Picture by photo, a chunk at a time, each further back in time than the one before."""
    rest, left = photos, limit
    while left is None or left > 0:
        size = CHUNK if left is None else min(CHUNK, left)
        rows = list(rest.values_list("pk", "sha256", "taken_at")[:size])
        if not rows:
            return
        yield {photo_id: picture for photo_id, picture, _ in rows}
        left = None if left is None else left - len(rows)
        last_id, _, taken_at = rows[-1]
        rest = photos.further_back(taken_at, last_id)


def _columns(prediction: Prediction, now: datetime) -> dict[str, Any]:
    candidates = [
        {"sku": candidate.sku, "probability": round(candidate.probability, 6)}
        for candidate in prediction.candidates
    ]
    return {
        "model_version": prediction.version,
        "p_dress": round(prediction.p_dress, 6),
        "candidates": candidates,
        "classified_at": milliseconds(now),
    }


def _hash(what: object) -> str:
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
