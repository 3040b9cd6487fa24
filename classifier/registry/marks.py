"""What a run remembers of photos that were taken down after it was trained with them: how many, never which.

marks.json lies in the run folder. Its keys are keyed hashes made by whoever takes pictures down, so that the
file counts a photo once and says nothing about it to a reader.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from classifier.registry.folder import ancestors_of
from classifier.runs import write_whole
from classifier.snapshot import Split

FORMAT = "deepdress-marks/1"
FILE = "marks.json"


@dataclass(frozen=True, slots=True)
class Marks:
    """Photos taken down since, by what they had been used for."""

    trained: int  # in the weights, the prototypes or the calibration
    measured: int  # in the holdout only
    inherited: Mapping[str, int]  # by ancestor: photos in its weights and not counted nearer by

    @property
    def clean(self) -> bool:
        """Whether nothing that shaped this model was taken down."""
        return not self.trained and not self.inherited

    def sentences(self) -> list[str]:
        """The same for people; nothing when there is nothing to say."""
        said = []
        if self.trained:
            said.append(f"Trained with {_photos(self.trained)} since taken down.")
        for run_id, count in self.inherited.items():
            said.append(f"Its ancestor {run_id} was trained with {_photos(count)} since taken down.")
        if self.measured:
            said.append(f"Measured on {_photos(self.measured)} since taken down.")
        return said


def mark(run: Path, lost: Mapping[str, Split]) -> None:
    """Write down in a run's folder that photos of its snapshot were taken down; safe to repeat.

    Args:
        lost: the split each photo was in, by a key that says nothing about the photo.
    """
    known = _read(run)
    if lost.keys() - known.keys():
        document = {"format": FORMAT, "lost": dict(sorted((known | dict(lost)).items()))}
        write_whole(run / FILE, (json.dumps(document, indent=2) + "\n").encode())


def marks_of(run: Path) -> Marks:
    """What a run and its ancestors in the same folder were trained with that has gone since."""
    own = _read(run)
    trained = {key for key, split in own.items() if split != "holdout"}
    counted, inherited = set(trained), {}
    for ancestor in ancestors_of(run):
        theirs = {key for key, split in _read(run.with_name(ancestor)).items() if split != "holdout"}
        if theirs - counted:
            inherited[ancestor] = len(theirs - counted)
        counted |= theirs
    return Marks(len(trained), len(own) - len(trained), inherited)


def _read(run: Path) -> dict[str, Split]:
    path = run / FILE
    lost: dict[str, Split] = json.loads(path.read_bytes())["lost"] if path.exists() else {}
    return lost


def _photos(count: int) -> str:
    return "1 photo" if count == 1 else f"{count} photos"
