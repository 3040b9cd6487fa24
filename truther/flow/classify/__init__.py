"""Let DeepDress look at photos, and keep the styles it knows in step with the catalogue."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from classifier.index import INDEX_FORMAT, StyleIndex, count_styles
from classifier.predict import DeepDress, Prediction
from classifier.runs import read_facts
from truther.config import config
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
STILL_UNDECIDED = (State.OPEN, State.CONTESTED)


@dataclass(frozen=True, slots=True)
class Serving:
    """A model, the index of the styles it may name, and when that index last changed."""

    model: DeepDress
    index: StyleIndex
    changed_at: datetime


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
    """Do what came up since the last call: an index that changed, photos that arrived.

    Returns:
        How many photos were scored.
    """
    version = champion(now=now)
    refresh_index(now=now, run_id=version)
    book = VectorBook.load(vectors_file(version))
    again = 0 if book.caught_up == book.built_from else classify_again(now=now)
    return again + classify_new(now=now)


def classify_new(*, now: datetime, limit: int | None = None) -> int:
    """Score photos the model has not seen, newest first, and open them to people.

    A photo whose picture cannot be read stays new and is logged. What a kill left undone, the next call does.

    Returns:
        How many photos were opened.
    """
    if not Photo.objects.unseen().exists():
        return 0
    return _score(Photo.objects.unseen(), _serving(now), states=[State.NEW], now=now, limit=limit)


def classify_again(*, now: datetime) -> int:
    """Score undecided photos anew where another model did it, or before the index last changed.

    It changes when styles come or go, and each night, when the verified photos sharpen the prototypes.

    Returns:
        How many photos were scored.
    """
    serving = _serving(now)
    version, since = serving.model.version, serving.changed_at
    again = [Photo.objects.stale(version, since=since, state=state) for state in STILL_UNDECIDED]
    scored = sum(_score(photos, serving, states=STILL_UNDECIDED, now=now) for photos in again)
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
    return Serving(_model(version), StyleIndex.load(index_file(version)), book.changed_at)


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
    states: Sequence[State],
    now: datetime,
    limit: int | None = None,
) -> int:
    """Walk back through the photos in chunks; what is written is what still has one of the states."""
    scored = 0
    for chunk in _chunks(photos, limit):
        images = read_pictures(chunk)
        predictions = serving.model.predict(list(images.values()), serving.index, top=CANDIDATES)
        opened = {"state": State.OPEN, "need": need_at_first(now=now)} if State.NEW in states else {}
        scores = {
            photo_id: opened | _columns(prediction, now)
            for photo_id, prediction in zip(images, predictions, strict=True)
        }
        scored += Photo.objects.keep_scores(scores, states=states)
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
