"""Commands that serve: the index of styles, and predictions for files."""

import argparse
from dataclasses import asdict
from pathlib import Path

from classifier.cli.common import Answer, Listing
from classifier.decode import decode


def register(command: Listing) -> None:
    """List the commands of this family."""
    build = command("index", build_index, "Build the index of a snapshot's active styles.")
    build.add_argument("run", type=Path)
    build.add_argument("snapshot", type=Path)
    build.add_argument("--out", type=Path, required=True)

    ask = command("predict", predict_files, "Name the styles on pictures.")
    ask.add_argument("run", type=Path)
    ask.add_argument("index", type=Path)
    ask.add_argument("pictures", type=Path, nargs="+")
    ask.add_argument("--top", type=int, default=3)


def build_index(options: argparse.Namespace) -> Answer:
    """Build an index, as a promotion would."""
    from classifier.embedded import embed_snapshot
    from classifier.predict import DeepDress
    from classifier.snapshot import read_snapshot

    model = DeepDress.load(options.run, options.device)
    index = embed_snapshot(model, read_snapshot(options.snapshot)).index(model)
    index.save(options.out)
    return {"index": str(options.out), "version": index.version, "styles": len(index)}


def predict_files(options: argparse.Namespace) -> Answer:
    """Name the styles on picture files."""
    from classifier.index import StyleIndex
    from classifier.predict import DeepDress

    model, index = DeepDress.load(options.run, options.device), StyleIndex.load(options.index)
    images = [decode(path.read_bytes()) for path in options.pictures]
    predictions = model.predict(images, index, options.top)
    return {str(path): asdict(found) for path, found in zip(options.pictures, predictions, strict=True)}
