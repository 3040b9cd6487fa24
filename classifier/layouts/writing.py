"""From a list of pictures to a snapshot: every picture read, all that is wrong named, whole or absent."""

import hashlib
import io
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from classifier.decode import Undecodable, decode
from classifier.layouts.collection import Collection, Item, LayoutError, summed_up
from classifier.snapshot import Snapshot, SnapshotPhoto, SnapshotStyle, split_of, write_snapshot

SUFFIXES = {b"\xff\xd8": ".jpg", b"\x89P": ".png", b"RI": ".webp", b"GI": ".gif"}
AHEAD = 64  # pictures read before they are needed: never all of 100,000 in memory
OnRead = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a collection; `snapshot` is None after a dry run."""

    snapshot: Snapshot | None
    counts: dict[str, int]
    left_out: tuple[str, ...]  # with skip_bad
    duplicates: tuple[str, ...]  # the same bytes again, with the same label


@dataclass(frozen=True, slots=True)
class _Kept:
    item: Item
    image: str  # its name in the snapshot


def write_collection(
    out: Path | None,
    collection: Collection,
    *,
    skip_bad: bool = False,
    created_at: datetime | None = None,
    on_read: OnRead | None = None,
) -> Written:
    """Write a collection as a snapshot; None as `out` only reads and counts.

    A picture that is not cut out keeps its bytes. The same bytes a second time are left out, whoever posted
    them: they could stand on both sides of the split.

    Raises:
        LayoutError: something is wrong (all of it is named, nothing was kept), `out` is there already or
            cannot be written. With skip_bad only what leaves no usable snapshot is refused.
    """
    if out and out.exists():
        raise LayoutError(f"{out} is there already: name a new folder, or remove it")
    partial = out.with_name(f".{out.name}.partial") if out else None
    if partial:
        shutil.rmtree(partial, ignore_errors=True)
    try:
        return _write(out, partial, collection, skip_bad, created_at or datetime.now(UTC), on_read)
    except OSError as error:
        raise LayoutError(f"{out or collection.id}: {error}; nothing was kept") from error
    finally:
        if partial:
            shutil.rmtree(partial, ignore_errors=True)


def _write(
    out: Path | None,
    partial: Path | None,
    collection: Collection,
    skip_bad: bool,
    created_at: datetime,
    on_read: OnRead | None,
) -> Written:
    kept, bad, duplicates = _read_all(partial, collection, on_read)
    lost = {item.sku for item in collection.items} - {one.item.sku for one in kept}
    bad = [*collection.problems, *bad, *(f"sku without a picture: {sku}" for sku in sorted(lost - {""}))]
    unusable = _unusable(kept)
    if unusable or (bad and not skip_bad):
        raise LayoutError(summed_up([*bad, *unusable]))
    styles, photos = _rows(collection, kept)
    counts = _counts(styles, photos)
    if not out or not partial:
        return Written(None, counts, tuple(bad), tuple(duplicates))
    stamp = created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    made = write_snapshot(partial, id=out.name, created_at=stamp, styles=styles, photos=photos)
    partial.rename(out)
    return Written(replace(made, folder=out), counts, tuple(bad), tuple(duplicates))


def _read_all(
    partial: Path | None, collection: Collection, on_read: OnRead | None
) -> tuple[list[_Kept], list[str], list[str]]:
    """Read every picture in threads, studio shots first, and keep the first of equal ones."""
    names: set[str] = set()
    order = sorted(collection.items, key=lambda item: item.use != "studio")
    if partial:
        (partial / "images").mkdir(parents=True)
    kept: list[_Kept] = []
    bad: list[str] = []
    duplicates: list[str] = []
    seen: dict[str, Item] = {}
    for number, (item, content) in enumerate(_contents(order), start=1):
        if on_read:
            on_read(number, len(order))
        if item.name and item.name in names:
            bad.append(f"named twice: photo {item.name}")
            continue
        names.add(item.name)
        if isinstance(content, str):
            bad.append(f"unreadable: {item.source}: {content}")
            continue
        digest = hashlib.sha256(content).hexdigest()[:24]
        if digest in seen:
            _note_again(item, seen[digest], bad, duplicates)
            continue
        seen[digest] = item
        image = f"images/{digest}{SUFFIXES.get(content[:2], '')}"
        if partial:
            (partial / image).write_bytes(content)
        kept.append(_Kept(item, image))
    return kept, bad, duplicates


def _note_again(item: Item, first: Item, bad: list[str], duplicates: list[str]) -> None:
    if (item.use == "studio" or first.use == "studio" or item.use == first.use) and item.sku == first.sku:
        duplicates.append(f"{item.source} is the same picture as {first.source}")
        return
    labels = " and ".join(f"{i.use} {i.sku}".strip() for i in (first, item))
    bad.append(f"labelled twice: {item.source} is the same picture as {first.source}, as {labels}")


def _contents(items: list[Item]) -> Iterator[tuple[Item, bytes | str]]:
    with ThreadPoolExecutor(2) as pool:
        for start in range(0, len(items), AHEAD):
            part = items[start : start + AHEAD]
            yield from zip(part, pool.map(_content, part), strict=True)


def _content(item: Item) -> bytes | str:
    """The bytes to keep, or what is wrong with them."""
    try:
        content = item.source.read()
        image = decode(content)
    except (Undecodable, OSError) as error:
        return str(error) or type(error).__name__
    return content if item.box is None else _cut_out(content, image, item)


def _cut_out(content: bytes, image: Image.Image, item: Item) -> bytes | str:
    assert item.box is not None
    with Image.open(io.BytesIO(content)) as whole:  # decode() may have shrunk it, boxes are in its own pixels
        ratio = max(image.size) / max(whole.size)  # the longer side: it may have been turned upright, too
    left, top, right, bottom = (round(side * ratio) for side in item.box)
    box = max(0, left), max(0, top), min(image.width, right), min(image.height, bottom)
    if box[2] - box[0] < 8 or box[3] - box[1] < 8:
        return f"its box {item.box} leaves nothing of {image.width} x {image.height} pixels"
    file = io.BytesIO()
    image.crop(box).save(file, "WEBP", quality=92, method=0)
    return file.getvalue()


def _unusable(kept: list[_Kept]) -> list[str]:
    """What leaves nothing to train or to measure."""
    if not kept:
        return ["no picture is left"]
    skus = {one.item.sku for one in kept if one.item.sku}
    uses = {one.item.use for one in kept}
    if len(skus) == 1:
        return [f"only one style ({next(iter(skus))}): at least two are needed to tell them apart"]
    if not skus and len(uses) == 1:
        return [f"only one class ({next(iter(uses))}): at least two are needed to tell them apart"]
    return []


def _rows(collection: Collection, kept: list[_Kept]) -> tuple[list[SnapshotStyle], list[SnapshotPhoto]]:
    images: dict[str, list[str]] = {one.item.sku: [] for one in kept if one.item.sku}
    photos = []
    for item, image in ((one.item, one.image) for one in kept):
        if item.use == "studio":
            images[item.sku].append(image)
            continue
        split = item.split or split_of(item.owner, item.name)
        photos.append(SnapshotPhoto(item.name, image, item.owner, split, item.use, item.sku, kind=item.kind))
    taught = {photo.sku for photo in photos if photo.split == "train"}
    styles = [
        SnapshotStyle(sku, sku not in collection.retired and bool(shots or sku in taught), tuple(shots))
        for sku, shots in images.items()
    ]
    return styles, photos


def _counts(styles: list[SnapshotStyle], photos: list[SnapshotPhoto]) -> dict[str, int]:
    counts = Counter(f"{photo.split} {photo.label}" for photo in photos)
    without = sum(style.active and not style.images for style in styles)
    return {
        "styles": len(styles),
        "styles on offer": sum(style.active for style in styles),
        "styles on offer without a studio shot": without,
        "studio shots": sum(len(style.images) for style in styles),
        "photos": len(photos),
        "owners": len({photo.owner for photo in photos} - {""}),
        "photos without an owner": sum(not photo.owner for photo in photos),
        **dict(sorted(counts.items())),
    }
