"""Commands that serve: predictions for files."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from classifier.cli.common import Answer, Listing, progress_bar
from classifier.decode import Undecodable
from classifier.refusal import Refusal

if TYPE_CHECKING:  # torch takes seconds to load
    from classifier.index import StyleIndex
    from classifier.predict import DeepDress
    from classifier.transforms import Frames

AT_ONCE = 256  # pictures in memory, as frames
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}  # of what is taken from a folder

Line = dict[str, Any]


class UnreadablePictures(Refusal):
    """Some files have no prediction, but an error line among the others."""


class NoPictures(Refusal, ValueError):
    """Nothing was named that could be a picture."""


def register(command: Listing) -> None:
    """List the commands of this family."""
    ask = command("predict", predict_files, "Name the styles on pictures, a line each.")
    ask.add_argument("run", type=Path)
    ask.add_argument("index", type=Path)
    ask.add_argument(
        "pictures",
        type=Path,
        nargs="+",
        help="files, folders, or - for names on standard input",
    )
    ask.add_argument("--top", type=int, default=3)


def predict_files(options: argparse.Namespace) -> Answer:
    """Name the styles on picture files, however many, and say it at once.

    Raises:
        NoPictures: there are none.
        UnreadablePictures: at the end, when files had an error line.
    """
    from classifier.index import StyleIndex
    from classifier.predict import DeepDress

    model, index = DeepDress.load(options.run, options.device), StyleIndex.load(options.index)
    paths = list(named(options.pictures))
    if not paths:
        raise NoPictures("no picture was named: name files, or a folder that holds some")
    broken = 0
    with progress_bar("predicting", "pictures") as show:
        for number, line in enumerate(predictions(model, index, paths, options.top), start=1):
            broken += "error" in line
            tqdm.write(json.dumps(line) if options.json else sentence(line))
            show(number, len(paths), f"{broken} unreadable" if broken else "")
    if broken:
        raise UnreadablePictures(f"{broken} of {len(paths)} files could not be read; the others are done")
    return {}


def named(arguments: Iterable[Path]) -> Iterator[Path]:
    """The files that the arguments name, in order."""
    for argument in arguments:
        if str(argument) == "-":
            yield from (Path(line.rstrip("\n")) for line in sys.stdin if line.strip())
        elif argument.is_dir():
            yield from sorted(path for path in argument.rglob("*") if path.suffix.lower() in SUFFIXES)
        else:
            yield argument


def predictions(model: "DeepDress", index: "StyleIndex", paths: Iterable[Path], top: int) -> Iterator[Line]:
    """A line for each file, in order: what is on it, or why that cannot be said."""
    from classifier.ahead import ahead

    def read(path: Path) -> "tuple[Path, Frames | str]":
        try:
            return path, model.frame(path.read_bytes())
        except (Undecodable, OSError) as error:
            return path, f"{type(error).__name__}: {error}"

    files = ahead(read, paths)
    while some := list(islice(files, AT_ONCE)):
        yield from _lines(model, index, some, top)


def _lines(
    model: "DeepDress", index: "StyleIndex", files: "Sequence[tuple[Path, Frames | str]]", top: int
) -> Iterator[Line]:
    frames = [frame for _, frame in files if not isinstance(frame, str)]
    found = iter(model.rank(model.describe_frames(frames), index, top))
    for path, frame in files:
        said = {"error": frame} if isinstance(frame, str) else asdict(next(found))
        yield {"picture": str(path)} | said


def sentence(line: Line) -> str:
    """One line for people: the file, P(dress), the candidates with their probabilities."""
    if "error" in line:
        return f"{line['picture']}  {line['error']}"
    named = "  ".join(f"{found['sku']} {found['probability']:.3f}" for found in line["candidates"])
    return f"{line['picture']}  dress {line['p_dress']:.3f}  {named}"
