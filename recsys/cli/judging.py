"""Commands that judge: evaluate models under a scheme, choose parameters, write the report."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from recsys.cli.common import Answer, Listing, write
from recsys.cli.data import add_data_options, add_feature_option, read_data
from recsys.evaluate.run import NS, evaluate
from recsys.evaluate.schemes import SCHEMES, Scheme, scheme
from recsys.evaluate.summary import tables
from recsys.evaluate.tune import tune
from recsys.progress import bar
from recsys.refusal import BadFile, BadParameter

ALIASES = {"leave-last-out": "leave-last"}
PARAMS = ("given", "all_but", "folds", "runs", "test", "window_days", "windows")  # options of schemes


def register(command: Listing) -> None:
    """List the commands of this family."""
    judge = command("evaluate", evaluate_models, "Judge models on what a scheme hides.", keeps=True)
    judge.add_argument("--models", nargs="+", required=True, metavar="MODEL", help='such as "rsvd:k=10" ease')
    judge.add_argument("--n", default=",".join(map(str, NS)), help="lengths of lists, 1,3,5,10")
    judge.add_argument("--baseline", metavar="MODEL", help="all others are tested against it (the first)")
    _outputs(judge)
    _scheme_options(judge)

    search = command("tune", tune_model, "Choose parameters by successive halving.", keeps=True)
    search.add_argument("--model", required=True, help="name and the parameters that stay")
    search.add_argument(
        "--grid", nargs="+", required=True, metavar="NAME=A,B", help="values to try, such as k=8,16,32"
    )
    search.add_argument("--metric", default="ndcg@10", help="ndcg@10, precision@5, auc, rmse ... (ndcg@10)")
    search.add_argument("--rungs", type=int, default=3, help="how often the field is narrowed (3)")
    _scheme_options(search)

    page = command("report", report_result, "One HTML page of a kept result: findings, tables, plots.")
    page.add_argument("result", type=Path, help="what evaluate --json kept")
    _outputs(page)


def _outputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--plots", type=Path, metavar="DIR", help="write the plots there as SVG")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write one HTML page with everything")


def _scheme_options(parser: argparse.ArgumentParser) -> None:
    add_data_options(parser)
    add_feature_option(parser)
    group = parser.add_argument_group("scheme")
    names = ", ".join(SCHEMES)
    group.add_argument("--scheme", default="temporal", help=f"{names}; parameters as temporal:windows=3")
    group.add_argument("--given", type=int, help="pairs that a test user shows (split, cross, bootstrap)")
    group.add_argument("--all-but", type=int, help="pairs that a test user hides")
    group.add_argument("--folds", type=int, help="of cross")
    group.add_argument("--runs", type=int, help="of split and bootstrap")
    group.add_argument("--test", type=float, help="share to test: of pairs (temporal) or users (split)")
    group.add_argument("--window-days", type=float, help="length of a window of temporal")
    group.add_argument("--windows", type=int, help="of temporal")
    group.add_argument("--good", type=float, help="hidden pairs of at least this value are relevant (all)")
    group.add_argument("--seed", type=int, default=0)


def evaluate_models(options: argparse.Namespace) -> Answer:
    """Judge models."""
    chosen, ns = scheme_of(options), _whole_numbers(options.n)
    data, features = read_data(options)
    with bar("evaluate") as tell:
        result = evaluate(
            data,
            options.models,
            chosen,
            ns=ns,
            good=options.good,
            seed=options.seed,
            features=features,
            baseline=options.baseline,
            progress=tell,
        )
    document = result.json() | {"command": _command(options, chosen)}
    warnings = [f"Warning: {warning}" for warning in document["warnings"]]
    return Answer(document, result.tables(), [*warnings, *written(document, options)])


def tune_model(options: argparse.Namespace) -> Answer:
    """Choose parameters."""
    chosen, grid = scheme_of(options), dict(_grid(part) for part in options.grid)
    data, features = read_data(options)
    with bar("tune") as tell:
        tuned = tune(
            data,
            options.model,
            grid,
            scheme=chosen,
            metric=options.metric,
            good=options.good,
            seed=options.seed,
            features=features,
            rungs=options.rungs,
            progress=tell,
        )
    return Answer(tuned.json(), [tuned.table()])


def report_result(options: argparse.Namespace) -> Answer:
    """Draw and tell what an evaluation found."""
    document = read_result(options.result)
    return Answer(document, tables(document), written(document, options))


def written(document: dict[str, Any], options: argparse.Namespace) -> list[str]:
    """Write the plots and the page where they were asked for, and say so."""
    from recsys.plots import draw_all  # matplotlib takes a second to load
    from recsys.report import page

    said = []
    if options.plots is not None:
        for name, svg in draw_all(document).items():
            write(options.plots / f"{name}.svg", svg)
            said.append(f"Drawn: {options.plots / f'{name}.svg'}")
    if options.report is not None:
        write(options.report, page(document))
        said.append(f"Written: {options.report}")
    return said


def read_result(path: Path) -> dict[str, Any]:
    """A kept result.

    Raises:
        BadFile: there is none, or it is not the result of an evaluation.
    """
    if not path.is_file():
        raise BadFile(f"there is no file {path}: evaluate with --json keeps one")
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadFile(f"{path.name} is not JSON: {error}") from error
    if not isinstance(document, dict) or document.get("format") != 1 or "models" not in document:
        raise BadFile(f"{path.name} is not the result of an evaluation in format 1")
    return document


def scheme_of(options: argparse.Namespace) -> Scheme:
    """The scheme with the parameters that options say; an option that it does not take is refused."""
    name, colon, rest = options.scheme.partition(":")
    said = {param: getattr(options, param) for param in PARAMS if getattr(options, param) is not None}
    parts = [f"{'k' if param == 'folds' else param}={value}" for param, value in said.items()]
    more = ",".join([*([rest] if colon else []), *parts])
    return scheme(f"{ALIASES.get(name, name)}:{more}")


def _whole_numbers(text: str) -> tuple[int, ...]:
    parts = text.replace(" ", "").split(",")
    if not all(part.isdecimal() for part in parts):
        raise BadParameter(f"--n {text!r}: whole numbers with commas, such as 1,3,5,10")
    return tuple(map(int, parts))


def _grid(text: str) -> tuple[str, Sequence[str]]:
    name, equals, values = text.partition("=")
    if not equals or not all(values.split(",")):
        raise BadParameter(f"--grid {text!r}: a parameter and its values, such as k=8,16,32")
    return name, values.split(",")


def _command(options: argparse.Namespace, chosen: Scheme) -> str:
    """What gives the same result again, with the data's name but not its folder."""
    from shlex import join

    params = ",".join(f"{name}={value}" for name, value in chosen.params().items() if value is not None)
    words = ["python", "-m", "recsys", "evaluate", "--data", options.data.name, "--models", *options.models]
    words += ["--scheme", f"{chosen.name}:{params}" if params else chosen.name, "--n", options.n]
    for name, usual in {"good": None, "seed": 0, "baseline": None, "duplicates": "refuse"}.items():
        if getattr(options, name) != usual:
            words += [f"--{name}", f"{getattr(options, name)}"]
    for name in ("user", "item", "value", "time"):
        if getattr(options, name) != name:
            words += [f"--{name}", getattr(options, name)]
    if options.dtype != "float32":
        words += ["--dtype", options.dtype]
    if options.features is not None:
        words += ["--features", options.features.name]
    return join(words)
