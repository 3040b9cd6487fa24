"""Commands that serve: predictions for files."""

import argparse
from dataclasses import asdict
from pathlib import Path

from classifier.cli.common import Answer, Listing

AT_ONCE = 512  # pictures


def register(command: Listing) -> None:
    """List the commands of this family."""
    ask = command("predict", predict_files, "Name the styles on pictures.")
    ask.add_argument("run", type=Path)
    ask.add_argument("index", type=Path)
    ask.add_argument("pictures", type=Path, nargs="+")
    ask.add_argument("--top", type=int, default=3)


def predict_files(options: argparse.Namespace) -> Answer:
    """Name the styles on picture files, however many: they are read and forgotten in turn."""
    from classifier.index import StyleIndex
    from classifier.predict import DeepDress

    model, index = DeepDress.load(options.run, options.device), StyleIndex.load(options.index)
    answer: Answer = {}
    for start in range(0, len(options.pictures), AT_ONCE):
        paths = options.pictures[start : start + AT_ONCE]
        found = model.rank(model.describe_files(paths), index, options.top)
        answer |= {str(path): asdict(prediction) for path, prediction in zip(paths, found, strict=True)}
    return answer
