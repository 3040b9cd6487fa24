"""Commands about the styles on offer: the index, and what an answer rests on."""

import argparse
import io
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from classifier.cli.common import Answer, Listing, shared_options
from classifier.tables import Table


def register(command: Listing) -> None:
    """List the commands of this family, and a parser per action on an index below it."""
    index = command("index", act, "Build an index of styles; add, retire or list them; rebuild it.")
    actions = index.add_subparsers(required=True, metavar="ACTION")

    def action(name: str, run: Callable[[argparse.Namespace], Answer], text: str) -> argparse.ArgumentParser:
        below = [shared_options(below=True)]
        added = actions.add_parser(name, parents=below, help=text, description=text)
        added.set_defaults(act=run)
        return added

    build = action("build", build_index, "Make the index of a snapshot's active styles.")
    build.add_argument("run", type=Path)
    build.add_argument("snapshot", type=Path)
    build.add_argument("--out", type=Path, required=True, metavar="INDEX")
    again = action("rebuild", rebuild_index, "Make an index anew, with another run or snapshot.")
    again.add_argument("run", type=Path)
    again.add_argument("snapshot", type=Path)
    again.add_argument("index", type=Path)
    for parser in (build, again):
        parser.add_argument("--skip-bare", action="store_true", help="leave styles without a picture out")

    add = action("add", add_style, "Offer one style by its pictures, or renew it by them alone.")
    add.add_argument("run", type=Path)
    add.add_argument("index", type=Path)
    add.add_argument("sku")
    add.add_argument("--studio", type=Path, nargs="+", default=[], metavar="FILE", help="studio shots")
    add.add_argument("--photos", type=Path, nargs="+", default=[], metavar="FILE", help="verified photos")

    retire = action("retire", retire_styles, "Offer styles no longer; all of those named, or none.")
    retire.add_argument("index", type=Path)
    retire.add_argument("skus", nargs="+", metavar="SKU")

    show = action("list", list_styles, "Show which styles an index offers, and how well it knows each.")
    show.add_argument("index", type=Path)

    why = command("explain", explain_photo, "Say what the answer about one photo rests on.")
    why.add_argument("run", type=Path)
    why.add_argument("index", type=Path)
    why.add_argument("photo", type=Path)
    why.add_argument("--sku", nargs="+", default=[], help="the styles to speak of (default: the likeliest)")
    why.add_argument("--out", type=Path, metavar="DIR", help="draw each style's map over the photo")

    doubt = command("suspects", rank_suspects, "Rank the labels of a snapshot that are likely wrong.")
    doubt.add_argument("run", type=Path)
    doubt.add_argument("snapshot", type=Path)
    doubt.add_argument("--folds", type=int, default=5, help="groups of owners; each is judged by the others")
    doubt.add_argument("--most", type=int, default=100, help="how many to list")
    doubt.add_argument("--all", action="store_true", help="list those below the thresholds as well")


def act(options: argparse.Namespace) -> Answer:
    """Do to an index what was named."""
    answer: Answer = options.act(options)
    return answer


def build_index(options: argparse.Namespace) -> Answer:
    """Build an index, as a promotion would."""
    from classifier.index.keeping import build
    from classifier.predict import DeepDress
    from classifier.snapshot import read_snapshot

    model = DeepDress.load(options.run, options.device)
    index = build(model, read_snapshot(options.snapshot), skip_bare=options.skip_bare)
    index.save(options.out)
    return {"index": str(options.out), "version": index.version, "styles": len(index)}


def rebuild_index(options: argparse.Namespace) -> Answer:
    """Build it again in the place of the old one, which serves until the new one is whole."""
    from classifier.index import StyleIndex
    from classifier.index.keeping import build, renewal
    from classifier.predict import DeepDress
    from classifier.snapshot import read_snapshot

    before = StyleIndex.load(options.index)
    model = DeepDress.load(options.run, options.device)
    after = build(model, read_snapshot(options.snapshot), skip_bare=options.skip_bare)
    after.save(options.index)
    versions = {"index": str(options.index), "before": before.version, "version": after.version}
    return versions | asdict(renewal(before, after))


def add_style(options: argparse.Namespace) -> Answer:
    """Add or renew one style."""
    from classifier.index.keeping import add_files, changing
    from classifier.predict import DeepDress

    model = DeepDress.load(options.run, options.device)
    with changing(options.index) as index:
        known = options.sku in index
        add_files(model, index, options.sku, studio=options.studio, verified=options.photos)
    return {"sku": options.sku, "renewed": known, "photos": len(options.photos), "styles": len(index)}


def retire_styles(options: argparse.Namespace) -> Answer:
    """Retire styles."""
    from classifier.index.keeping import changing

    with changing(options.index) as index:
        for sku in dict.fromkeys(options.skus):
            index.retire(sku)
    return {"retired": list(dict.fromkeys(options.skus)), "styles": len(index)}


def list_styles(options: argparse.Namespace) -> Answer:
    """List the styles of an index."""
    from classifier.index import StyleIndex

    index = StyleIndex.load(options.index)
    counts = dict(zip(index.skus, index.counts.tolist(), strict=True))
    rows = [
        {"sku": sku, "verified photos": counts[sku], "studio shots": len(index.exemplars.of(sku, "studio"))}
        for sku in sorted(counts)
    ]
    about = {"index": str(options.index), "version": index.version, "styles": len(index)}
    return about | {"pictures": len(index.exemplars), "tables": [Table("Styles on offer", rows).json()]}


def explain_photo(options: argparse.Namespace) -> Answer:
    """Explain the answer about one photo, and draw where it comes from."""
    from classifier.decode import decode
    from classifier.explain import explain, overlay, strongest_of
    from classifier.index import StyleIndex
    from classifier.predict import DeepDress
    from classifier.runs import write_whole

    model, index = DeepDress.load(options.run, options.device), StyleIndex.load(options.index)
    image = decode(options.photo.read_bytes())
    found = explain(model, index, image, skus=options.sku, without=[options.photo.name])
    answer: Answer = {"version": found.version, "p_dress": found.p_dress, "styles": []}
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
    for number, style in enumerate(found.styles, start=1):
        told = asdict(style) | {"cells": style.cells.tolist()}
        if options.out:
            drawing = io.BytesIO()
            overlay(image, style.cells, found.place, strongest_of(found)).save(drawing, "PNG")
            path = options.out / f"{options.photo.stem}-{number}.png"
            write_whole(path, drawing.getvalue())
            told["overlay"] = str(path)
        answer["styles"].append(told)
    answer["nearest"] = [asdict(neighbour) for neighbour in found.nearest]
    return answer


def rank_suspects(options: argparse.Namespace) -> Answer:
    """Rank labels by how unlikely they are."""
    from classifier.embedded import embed_snapshot
    from classifier.predict import DeepDress
    from classifier.snapshot import read_snapshot
    from classifier.suspects import find_suspects

    model = DeepDress.load(options.run, options.device)
    embedded = embed_snapshot(model, read_snapshot(options.snapshot))
    suspects = find_suspects(model, embedded, folds=options.folds)
    flagged = sum(suspect.flagged for suspect in suspects)
    rows = [asdict(suspect) for suspect in suspects if options.all or suspect.flagged][: options.most]
    about = {"run": model.version, "photos": len(suspects), "flagged": flagged}
    return about | {"tables": [Table("Labels to look at again, the likeliest wrong first", rows).json()]}
