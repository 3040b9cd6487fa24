"""Run every method of a parity folder and say how far our answers are from the given ones."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from recsys.parity.checks import Checks
from recsys.parity.folder import Folder, read
from recsys.parity.methods import Variant, variants
from recsys.refusal import BadFile, BadParameter


@dataclass(frozen=True, slots=True)
class Difference:
    """The largest difference of one kind of answer of one method."""

    method: str  # with the solver where there are several
    what: str
    largest: float  # infinite where one side has an answer and the other has none
    tolerance: float

    @property
    def within(self) -> bool:
        """Whether ours is near enough."""
        return self.largest <= self.tolerance


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that was compared."""

    directory: Path
    differences: Sequence[Difference]

    @property
    def within(self) -> bool:
        """Whether everything is near enough."""
        return all(one.within for one in self.differences)

    def table(self) -> list[dict[str, str | float]]:
        """A row for each difference, as recsys.tables.Table takes them."""
        return [
            {
                "method": one.method,
                "what": one.what,
                "largest difference": one.largest,
                "tolerance": one.tolerance,
                "within": "yes" if one.within else "no",
            }
            for one in self.differences
        ]

    def json(self) -> dict[str, Any]:
        """The same for a file; an infinite difference is null."""
        rows = [{**asdict(one), "within": one.within} for one in self.differences]
        for row in rows:
            row["largest"] = None if row["largest"] == float("inf") else row["largest"]
        return {"directory": self.directory.name, "within": self.within, "differences": rows}


def _quiet(done: int, of: int) -> None:
    """Progress that nobody watches."""


def compare(
    directory: Path,
    *,
    methods: Sequence[str] | None = None,
    progress: Callable[[int, int], None] = _quiet,
) -> Comparison:
    """Fit our model of each method on the folder's train part and compare all that the folder says of it.

    Args:
        methods: names of folders in expected/; None compares all.
        progress: called with (done, of how many) models.

    Raises:
        BadFile: the folder lacks something.
        BadParameter: a method is not in the folder, or nothing of ours stands for it.
    """
    folder = read(directory)
    chosen = _chosen(folder, methods)
    jobs: list[tuple[str, Variant]] = [(name, one) for name in chosen for one in variants(name, folder)]
    found: list[Difference] = []
    for done, (method, variant) in enumerate(jobs):
        checks = Checks(folder, method, variant)
        found += [Difference(variant.label, *one) for one in checks.all()]
        progress(done + 1, len(jobs))
    return Comparison(directory, tuple(found))


def _chosen(folder: Folder, methods: Sequence[str] | None) -> list[str]:
    there = folder.methods
    if not there:
        raise BadFile(f"{folder.path / 'expected'} is empty: there is nothing to compare with")
    for method in methods or ():
        if method not in there:
            raise BadParameter(f"{folder.path} has no answers of {method!r}; it has {', '.join(there)}")
    return there if methods is None else list(methods)
