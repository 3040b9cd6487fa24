"""dresses-v1: dresses never seen in training, two studio shots each, found again on rough street photos."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from classifier.bench.draft import NAME, Draft, sku_of
from classifier.bench.drawing import OnDrawn, Size, draw_all
from classifier.bench.looks import Design, Role, design_dresses
from classifier.snapshot import Snapshot, Split, write_snapshot
from classifier.synthetic.chance import seed_of

VERSION: Final = 1  # goes up with any change that moves a pixel or a row
DRAWN_AT: Final = "2026-01-01T00:00:00Z"  # drawings have no date of their own
FAR: Final = ("bag", "shoe", "pet", "noise", "jewellery", "person")
NEAR: Final = ("separates", "unlisted")
TEACHING_OTHERS: Final = (
    "separates", "unlisted", "person", "separates", "bag", "unlisted", "shoe", "separates",
    "jewellery", "pet", "noise",
)  # fmt: skip
KEPT: Final[dict[str, Size]] = {"train": (160, 200), "test": (256, 320)}


@dataclass(frozen=True, slots=True)
class BenchPlan:
    """How much to draw.

    Test: all `skus` are on offer; every second one is warm, with verified photos in the split "train" that
    only sharpen its prototype. Train: of every 50 styles 45 teach, two calibrate and three are held out.
    """

    skus: int = 400
    seed: int = 1
    holdout: int = 5  # photos per sku
    calibration: int = 5
    verified: int = 3  # per warm sku
    far: int = 100  # photos per kind, and once more for calibration
    near: int = 400
    twin_share: float = 1 / 3
    teach_styles: int = 3000
    teach_photos: int = 3  # per style
    teach_others: int = 2400
    teach_twin_share: float = 1 / 2


def plan_of(skus: int, *, seed: int) -> BenchPlan:
    """The plan of a published size: 2,000 or more photos of dresses in stock to calibrate and to test."""
    each = max(1, -(-2000 // skus))
    return BenchPlan(skus=skus, seed=seed, holdout=each, calibration=each)


def write_dresses_v1(
    folder: Path, plan: BenchPlan, *, processes: int = 1, on_drawn: OnDrawn | None = None
) -> tuple[Snapshot, Snapshot]:
    """Write the snapshots folder/train and folder/test-<skus>; pictures that are there already are kept."""
    return (
        write_train(folder / "train", plan, processes=processes, on_drawn=on_drawn),
        write_test(folder / f"test-{plan.skus}", plan, processes=processes, on_drawn=on_drawn),
    )


def write_train(
    folder: Path, plan: BenchPlan, *, processes: int = 1, on_drawn: OnDrawn | None = None
) -> Snapshot:
    """Write what a model may learn from: other dresses than any test of any seed has."""
    designs = design_dresses(
        plan.teach_styles, role="teach", seed=plan.seed, twin_share=plan.teach_twin_share
    )
    draft = Draft(plan.seed, "teach")
    for number, design in enumerate(designs):
        split = _teaching_split(number)
        draft.add_style(number, design, {split: plan.teach_photos}, active=split != "train")
    for number in range(plan.teach_others):
        kind = TEACHING_OTHERS[number % len(TEACHING_OTHERS)]
        draft.add_other(kind, number, _teaching_split(number // len(TEACHING_OTHERS)))
    id = f"{NAME}-train-{plan.teach_styles}-seed{plan.seed}"
    spec = {name: value for name, value in asdict(plan).items() if name == "seed" or name.startswith("teach")}
    return _Part(id, spec, "teach", designs, KEPT["train"]).write(folder, draft, processes, on_drawn)


def write_test(
    folder: Path, plan: BenchPlan, *, processes: int = 1, on_drawn: OnDrawn | None = None
) -> Snapshot:
    """Write what a model is measured on."""
    designs = design_dresses(plan.skus, role="test", seed=plan.seed, twin_share=plan.twin_share)
    draft = Draft(plan.seed, "test")
    for number, design in enumerate(designs):
        photos: dict[Split, int] = {"holdout": plan.holdout, "calibration": plan.calibration}
        draft.add_style(
            number, design, photos | ({"train": plan.verified} if _warm(plan.seed, number) else {})
        )
    for split in ("holdout", "calibration"):
        for kind in (*FAR, *NEAR):
            for number in range(plan.near if kind in NEAR else plan.far):
                draft.add_other(kind, number, split)
    id = f"{NAME}-test-{plan.skus}-seed{plan.seed}"
    spec = {name: value for name, value in asdict(plan).items() if not name.startswith("teach")}
    return _Part(id, spec, "test", designs, KEPT["test"]).write(folder, draft, processes, on_drawn)


def twins_of(folder: Path) -> dict[str, str]:
    """Every sku of a written snapshot that has a twin, and what they differ in."""
    return {sku: row["differ_in"] for sku, row in json.loads((folder / "twins.json").read_text()).items()}


@dataclass(frozen=True, slots=True)
class _Part:
    """One of the two snapshots: what it is called, drawn as, and made by."""

    id: str
    plan: dict[str, Any]
    role: Role
    designs: Sequence[Design]
    kept: Size

    def write(self, folder: Path, draft: Draft, processes: int, on_drawn: OnDrawn | None) -> Snapshot:
        """Draw the pictures, then write the snapshot, twins.json and spec.json."""
        pixels = draw_all(folder, draft.sketches, kept=self.kept, processes=processes, on_drawn=on_drawn)
        made = write_snapshot(
            folder, id=self.id, created_at=DRAWN_AT, styles=draft.styles, photos=draft.photos
        )
        twins = _twin_rows(self.role, self.designs)
        spec = {
            "name": NAME,
            "version": VERSION,
            "id": self.id,
            "plan": self.plan,
            "styles": len(made.styles),
            "with_twin": len(twins),
            "twins_differ_in": _counts(row["differ_in"] for row in twins.values()),
            "photos": _counts(f"{photo.split} {photo.kind}" for photo in made.photos),
            "rows_sha256": _rows_sha256(made),
            "pixels_sha256": pixels,
        }
        (folder / "twins.json").write_text(json.dumps(twins, indent=1) + "\n")
        (folder / "spec.json").write_text(json.dumps(spec, indent=2) + "\n")
        return made


def _rows_sha256(snapshot: Snapshot) -> str:
    """Over what the rows say: a field that snapshots gain later, empty here, does not move it."""
    total = hashlib.sha256()
    rows = [asdict(style) for style in snapshot.styles] + [asdict(photo) for photo in snapshot.photos]
    for row in rows:
        said = {name: value for name, value in row.items() if value not in ("", (), {})}
        total.update(json.dumps(said, sort_keys=True).encode() + b"\n")
    return total.hexdigest()


def _counts(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))


def _twin_rows(role: Role, designs: Sequence[Design]) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for number, design in enumerate(designs):
        if design.twins:
            others = [sku_of(role, n) for n in range(max(0, number - 2), min(len(designs), number + 3))
                      if n != number and designs[n].twins == design.twins]  # fmt: skip
            rows[sku_of(role, number)] = {"twins": others, "differ_in": design.differ_in}
    return rows


def _teaching_split(number: int) -> Split:
    place = number % 50
    return "train" if place < 45 else "calibration" if place < 47 else "holdout"


def _warm(seed: int, number: int) -> bool:
    """Exactly one of every two neighbours, by chance: twins are not always split between warm and cold."""
    return number % 2 == seed_of(seed, NAME, "warm", number // 2) % 2
