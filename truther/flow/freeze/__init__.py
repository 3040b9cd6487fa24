"""Freeze what is settled of a batch, for ever, and open the next one further back in time."""

from dataclasses import dataclass
from datetime import datetime

from truther.config import config
from truther.flow.freeze.manifest import Manifest, is_written, read_manifest, write_manifest
from truther.models import Batch, Golden, Photo
from truther.models.batches import BatchState
from truther.models.fields import milliseconds
from truther.models.photos import State
from truther.shelf import snapshot_folder


class NothingToFreeze(RuntimeError):
    """No batch is open."""


class AlreadyFrozen(RuntimeError):
    """A batch was frozen at a later moment: the past cannot be cut again."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What one night froze, and where the next batch stands."""

    batch_id: str
    manifest_sha256: str
    golden: int
    carried: int
    next_batch_id: str
    back_from: datetime | None  # how far back the frozen batch reached
    back_to: datetime | None  # how far back the next one reaches


def top_up(*, now: datetime) -> int:
    """Fill the open batch to its size, walking back in time; opens the first batch when there is none.

    Returns:
        How many photos came in. None while a night is freezing: it fills the next batch itself.
    """
    batch = Batch.objects.open_one()
    if batch is None:
        if Batch.objects.exists() or not Photo.objects.waiting().exists():
            return 0
        batch = Batch.objects.begin(1, opened_at=milliseconds(now))
    joined = _fill(batch, at_least=0)
    _measure(batch)
    return joined


def freeze_batch(*, at: datetime) -> Frozen:
    """Freeze the open batch as it was at one moment; asked again for the same moment it answers the same.

    Every step can be repeated: killed anywhere and called again, it ends where an undisturbed call would.

    Raises:
        NothingToFreeze: no batch is open. AlreadyFrozen: a later moment was frozen before.
        ManifestMismatch: the manifest on disk belongs to another freezing, or was altered.
    """
    at = milliseconds(at)
    for batch in Batch.objects.being_frozen():  # begun by a night that was killed
        _finish(batch)
    done = Batch.objects.frozen_since(at).first()
    if done is not None:
        if done.frozen_at != at:
            raise AlreadyFrozen(f"{done.id} was frozen at {done.frozen_at}, later than {at}.")
        return _frozen(done)
    opened = Batch.objects.open_one()
    if opened is None:
        raise NothingToFreeze("No batch is open: bring in photos, classify them, then top up.")
    Batch.objects.begin_freezing(opened.id, at=at)
    return _frozen(_finish(Batch.objects.get(pk=opened.id)))


def _finish(batch: Batch) -> Batch:
    manifest = _manifest(batch)
    following = Batch.objects.begin(batch.number + 1, opened_at=_cut(batch))
    settled = set(manifest.photo_ids)
    left = [photo_id for photo_id in _ids(batch) if photo_id not in settled]
    Photo.objects.move(left, source=batch.id, target=following.id)
    _fill(following, at_least=_arrivals())
    _measure(following)
    Golden.objects.stamp(manifest.photo_ids, batch_id=batch.id)
    Golden.objects.stamp(left, batch_id=following.id)  # settled after the cut: the next batch's
    Batch.objects.close(
        batch.id,
        manifest_sha256=manifest.sha256,
        golden=len(manifest.photo_ids),
        carried=manifest.carried,
    )
    return Batch.objects.get(pk=batch.id)


def _frozen(batch: Batch) -> Frozen:
    following = Batch.objects.get(number=batch.number + 1)
    return Frozen(
        batch_id=batch.id,
        manifest_sha256=batch.manifest_sha256,
        golden=batch.golden,
        carried=batch.carried,
        next_batch_id=following.id,
        back_from=batch.oldest_taken_at,
        back_to=following.oldest_taken_at,
    )


def _arrivals() -> int:
    """Count photos without a batch that are newer than the oldest one any batch has reached."""
    reach = Batch.objects.reach()
    return Photo.objects.waiting().filter(taken_at__gte=reach).count() if reach else 0


def _fill(batch: Batch, *, at_least: int) -> int:
    """Let photos in, newest first: all strays, then at_least so many, then up to the batch's size."""
    strays = list(Photo.objects.strays().values_list("pk", flat=True))
    joined = Photo.objects.move(strays, source="", target=batch.id)
    room = max(at_least, config.batch_size - Photo.objects.in_batch(batch.id).count())
    waiting = Photo.objects.waiting().values_list("pk", flat=True)[: max(0, room)]
    return joined + Photo.objects.move(list(waiting), source="", target=batch.id)


def _measure(batch: Batch) -> None:
    extent = Photo.objects.in_batch(batch.id).extent()
    still_open = Batch.objects.filter(pk=batch.id, state=BatchState.OPEN)
    still_open.update(size=extent.photos, oldest_taken_at=extent.oldest, newest_taken_at=extent.newest)


def _manifest(batch: Batch) -> Manifest:
    """Write the batch's manifest, or read the one that is there: the first one written counts."""
    folder, cut = snapshot_folder(batch.id), _cut(batch)
    if not is_written(folder):
        golden = Golden.objects.settled_by(cut, _ids(batch, State.SETTLED))
        carried = len(_ids(batch)) - len(golden)
        write_manifest(folder, batch_id=batch.id, frozen_at=cut, golden=golden, carried=carried)
    return read_manifest(folder, frozen_at=cut)


def _ids(batch: Batch, *states: State) -> list[str]:
    photos = Photo.objects.in_batch(batch.id)
    photos = photos.filter(state__in=states) if states else photos
    return list(photos.values_list("pk", flat=True))


def _cut(batch: Batch) -> datetime:
    if batch.frozen_at is None:
        raise NothingToFreeze(f"{batch.id} is open, not being frozen.")
    return batch.frozen_at
