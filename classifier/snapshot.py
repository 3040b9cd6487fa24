"""The snapshot folder: verified photos and the catalogue, frozen for one training."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

FORMAT = "deepdress-snapshot/1"
Split = Literal["train", "calibration", "holdout"]
Label = Literal["style", "not_dress", "unlisted"]
SPLITS, LABELS = get_args(Split), get_args(Label)


class SnapshotError(ValueError):
    """The folder is not a whole, readable snapshot."""


@dataclass(frozen=True, slots=True)
class SnapshotStyle:
    """A style of the catalogue; an inactive one still teaches but is never offered."""

    sku: str
    active: bool
    images: tuple[str, ...]  # studio shots, relative to the folder
    colour: str = ""  # the catalogue's word for it; the promotion gate looks at each colour apart


@dataclass(frozen=True, slots=True)
class SnapshotPhoto:
    """A photo people have settled."""

    photo: str
    image: str
    owner: str
    split: Split
    label: Label
    sku: str = ""
    answers: Mapping[str, int] = field(default_factory=dict)
    kind: str = ""  # what the studio drew; unknown ("") for real photos
    tags: tuple[str, ...] = ()  # "audit": a second, blind look confirmed the label


@dataclass(frozen=True, slots=True)
class Snapshot:
    folder: Path
    id: str
    created_at: str
    sha256: str
    styles: tuple[SnapshotStyle, ...]
    photos: tuple[SnapshotPhoto, ...]

    def path(self, image: str) -> Path:
        """Where a picture named in the snapshot lies."""
        return self.folder / image

    def of(self, split: Split, *labels: Label) -> list[SnapshotPhoto]:
        """The photos of one split, of all labels or of those named."""
        return [photo for photo in self.photos if photo.split == split and photo.label in (labels or LABELS)]


def split_of(owner: str, photo: str) -> Split:
    """Put all photos of one owner on the same side: 70 % train, 10 % calibration, 20 % holdout."""
    digest = hashlib.sha256(f"split:{owner or photo}".encode()).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    return "train" if share < 0.7 else "calibration" if share < 0.8 else "holdout"


def write_snapshot(
    folder: Path,
    *,
    id: str,
    created_at: str,
    styles: Sequence[SnapshotStyle],
    photos: Sequence[SnapshotPhoto],
) -> Snapshot:
    """Write the JSON files beside images/, which the caller has filled; the same rows give the same hash."""
    styles = sorted(styles, key=lambda style: style.sku)
    photos = sorted(photos, key=lambda photo: photo.photo)
    bodies = {"styles.jsonl": _lines(styles), "photos.jsonl": _lines(photos)}
    for name, body in bodies.items():
        (folder / name).write_bytes(body)
    sha256 = hashlib.sha256(b"".join(bodies.values())).hexdigest()
    manifest = {"format": FORMAT, "id": id, "created_at": created_at, "sha256": sha256}
    counts = {"styles": len(styles), "photos": len(photos)}
    (folder / "snapshot.json").write_text(json.dumps(manifest | counts, indent=2) + "\n")
    return Snapshot(folder, id, created_at, sha256, tuple(styles), tuple(photos))


def read_snapshot(folder: Path) -> Snapshot:
    """Load a snapshot and check that it is what was written and that no picture is missing.

    Raises:
        SnapshotError: a file is missing or altered, a row is wrong, or the format is another one.
    """
    try:
        manifest = json.loads((folder / "snapshot.json").read_bytes())
        bodies = [(folder / name).read_bytes() for name in ("styles.jsonl", "photos.jsonl")]
    except FileNotFoundError as error:
        raise SnapshotError(f"{folder} is not a snapshot: {Path(error.filename).name} is missing") from error
    except json.JSONDecodeError as error:
        raise SnapshotError(f"{folder / 'snapshot.json'} is not JSON: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise SnapshotError(f"{folder} is not in the format {FORMAT}")
    sha256 = hashlib.sha256(b"".join(bodies)).hexdigest()
    if sha256 not in (manifest.get("sha256"), manifest.get("before")):  # see forgetting.py
        raise SnapshotError(f"{folder} was altered: its rows do not have the hash of snapshot.json")
    styles = tuple(_style(row) for row in _rows(bodies[0], "styles.jsonl"))
    photos = tuple(_photo(row) for row in _rows(bodies[1], "photos.jsonl"))
    snapshot = Snapshot(folder, manifest["id"], manifest["created_at"], sha256, styles, photos)
    _require_pictures(snapshot)
    return snapshot


def _lines(rows: Iterable[SnapshotStyle | SnapshotPhoto]) -> bytes:
    dumped = (
        json.dumps(asdict(row), sort_keys=True, ensure_ascii=False, separators=(",", ":")) for row in rows
    )
    return "".join(f"{line}\n" for line in dumped).encode()


def _rows(body: bytes, name: str) -> Iterable[dict[str, Any]]:
    for number, line in enumerate(body.splitlines(), start=1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise SnapshotError(f"{name} line {number} is not JSON: {error}") from error
        if not isinstance(row, dict):
            raise SnapshotError(f"{name} line {number} is not an object")
        yield row


def _style(row: dict[str, Any]) -> SnapshotStyle:
    try:
        shown = tuple(row["images"])
        return SnapshotStyle(row["sku"], bool(row["active"]), shown, str(row.get("colour", "")))
    except (KeyError, TypeError) as error:
        raise SnapshotError(f"styles.jsonl: a row lacks {error}") from error


def _photo(row: dict[str, Any]) -> SnapshotPhoto:
    try:
        fields = {name: row[name] for name in ("photo", "image", "owner", "split", "label")}
    except KeyError as error:
        raise SnapshotError(f"photos.jsonl: a row lacks {error}") from error
    if fields["split"] not in SPLITS or fields["label"] not in LABELS:
        raise SnapshotError(f"photos.jsonl: {fields['photo']} has an unknown split or label")
    optional = {name: row[name] for name in ("sku", "answers", "kind") if name in row}
    return SnapshotPhoto(**fields, **optional, tags=tuple(row.get("tags", ())))


def _require_pictures(snapshot: Snapshot) -> None:
    named = {image for style in snapshot.styles for image in style.images}
    named.update(photo.image for photo in snapshot.photos)
    missing = sorted(image for image in named if not snapshot.path(image).is_file())
    if missing:
        raise SnapshotError(f"{len(missing)} pictures are missing from {snapshot.folder}, first {missing[0]}")
