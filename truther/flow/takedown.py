"""Pictures go for good: bytes, thumbnails, scores, golden records; a keyed hash keeps them from returning."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from classifier.registry.card import write_card
from classifier.registry.forgetting import forget_pictures, splits_of
from classifier.registry.marks import mark, marks_of
from truther.config import config
from truther.models import ModelRun, Photo, Post, Style, Takedown
from truther.models.fields import milliseconds
from truther.models.photos import State
from truther.shelf import index_file, registry, run_folder, vectors_file
from truther.sources.media import MediaStore


@dataclass(frozen=True, slots=True)
class TakedownReport:
    """What went."""

    removed: tuple[str, ...]  # photos, copies of the named ones included
    already: tuple[str, ...]
    unknown: tuple[str, ...]
    files: int  # deleted, those in snapshots included
    snapshots: tuple[str, ...] = ()  # that have lost a photo now
    models: tuple[str, ...] = ()  # that were trained or measured with one, and their descendants


def take_down(photo_ids: Sequence[str], *, reason: str, now: datetime) -> TakedownReport:
    """Remove these photos and every copy of the same pictures; safe to repeat, a second call ends the first.

    Args:
        photo_ids: any of the photos that show the picture.
        reason: for the record, at most 256 characters are kept.
        now: aware UTC.
    """
    photos = Photo.objects.copies_of(photo_ids)
    names = [photo.pk for photo in photos]
    gone = {photo.pk for photo in photos if photo.state == State.REMOVED}
    for photo in photos:  # first the hash: from here on nothing can bring the picture back
        Takedown.objects.forbid(photo.sha256, photo_id=photo.pk, reason=reason[:256], now=milliseconds(now))
    for name in names:
        Photo.objects.remove(name)
    posts = {photo.post_id for photo in photos}
    Post.objects.forget(posts - Photo.objects.posts_with_pictures(posts))
    shas = {photo.sha256 for photo in photos}
    gone_for_good = shas - Style.objects.showing(shas)  # what is also a studio shot stays
    snapshots, models = _forget_in_snapshots(gone_for_good)
    _forget_vectors(gone_for_good)
    return TakedownReport(
        removed=tuple(name for name in names if name not in gone),
        already=tuple(sorted(gone)),
        unknown=tuple(sorted(set(photo_ids) - set(names))),
        files=_delete_files(gone_for_good),
        snapshots=snapshots,
        models=models,
    )


def _forget_in_snapshots(shas: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Mark the models, then take the rows out of the snapshots: killed between, the next call does both."""
    keys = {f"images/{sha256}-256.webp": Takedown.objects.key_of(sha256) for sha256 in shas}
    folders = sorted(path.parent for path in (config.data_dir / "snapshots").glob("*/photos.jsonl"))
    touched: list[Path] = []
    runs: set[str] = set()
    for folder in folders:
        found = splits_of(folder, keys)
        if found:
            touched.append(folder)
            for run_id in ModelRun.objects.trained_with([folder.name]):
                if run_folder(run_id).is_dir():
                    mark(run_folder(run_id), {keys[image]: split for image, split in found.items()})
                runs.add(run_id)
    models = ModelRun.objects.descendants_of(sorted(runs))
    for run_id in models:
        if (run_folder(run_id) / "facts.json").is_file():
            _tell(run_id, run_folder(run_id))
    for folder in touched:
        forget_pictures(folder, keys)
    return tuple(folder.name for folder in touched), tuple(models)


def _forget_vectors(shas: Collection[str]) -> None:
    """Drop what models that do not serve remember of the pictures: it is made anew before they serve again.

    The champion's own is made anew within minutes, as soon as the index follows the golden records.
    """
    serving = registry().serving_or_none()
    files = (index_file("*"), vectors_file("*"))
    for path in (found for file in files for found in file.parent.glob(file.name)):
        if path.stem.partition("-")[2] != serving:
            body = path.read_bytes()
            if any(sha256.encode() in body for sha256 in shas):
                path.unlink(missing_ok=True)


def _tell(run_id: str, folder: Path) -> None:
    """Let the registry and the card say what a run is marked with."""
    marks = marks_of(folder)
    ModelRun.objects.note_taken_down(run_id, asdict(marks) | {"sentences": marks.sentences()})
    write_card(folder)


def _delete_files(shas: Collection[str]) -> int:
    """Delete the pictures here and in every snapshot."""
    store = MediaStore(config.data_dir / "media")
    count = 0
    for sha256 in shas:
        count += store.forget(sha256)
        for copy in (config.data_dir / "snapshots").glob(f"*/images/{sha256}-256.webp"):
            copy.unlink(missing_ok=True)
            count += 1
    return count
