"""Commands that make and describe models: fit and save one, list all that there are."""

import argparse
from pathlib import Path
from typing import Any

from recsys.cli.common import Answer, Listing
from recsys.cli.data import NONE, add_data_options, add_feature_option, read_data
from recsys.data import Interactions
from recsys.evaluate.run import model_of
from recsys.models.base import Recommender
from recsys.models.registry import MODELS, make, model_class
from recsys.models.storing import load, save
from recsys.progress import bar
from recsys.refusal import BadParameter
from recsys.tables import Table


def register(command: Listing) -> None:
    """List the commands of this family."""
    fit = command("fit", fit_model, "Fit a model and save it as PATH.npz and PATH.json.")
    fit.add_argument("--model", required=True, help='such as "ease:lam=500"')
    fit.add_argument("--out", type=Path, required=True, metavar="PATH", help="without an ending")
    fit.add_argument(
        "--engine", choices=("here", "spark"), default="here", help="spark: als and ials by MLlib (here)"
    )
    add_data_options(fit)
    add_feature_option(fit)

    command("models", list_models, "All models, their parameters, and what each can do.")


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """--model or --saved, with the data that tells who did what."""
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--model", help='fit it now, such as "ease:lam=500"')
    chosen.add_argument("--saved", type=Path, metavar="PATH", help="what fit wrote, without an ending")
    add_data_options(parser)
    add_feature_option(parser)


def fit_model(options: argparse.Namespace) -> Answer:
    """Fit and save."""
    model, data = (_fitted_on_spark(options), None) if options.engine == "spark" else fitted(options)
    save(model, options.out)
    files = [str(options.out) + ending for ending in (".npz", ".json")]
    sha256 = None if data is None else data.sha256  # Spark's rows were never here
    document = {"model": model.name, "params": model.get_params(), "data": sha256, "files": files}
    facts = f"{len(model.users):,} users and {len(model.items):,} items"
    facts = f"{facts}, by Spark" if data is None else f"{data.nnz:,} pairs of {facts}"
    return Answer(
        document, sentences=[f"{options.model} fitted on {facts}.", f"Saved: {' and '.join(files)}"]
    )


def fitted(options: argparse.Namespace) -> tuple[Recommender, Interactions]:
    """The model that options ask for, fitted now or read, and the data that goes with it.

    Raises:
        BadFile: the saved model belongs to other data; BadParameter: features are missing.
    """
    data, features = read_data(options)
    if getattr(options, "saved", None) is not None:
        return load(options.saved, train=data), data
    model = model_of(options.model, features)
    if hasattr(model, "with_features") and features is None:
        raise BadParameter(f"{model.name} looks at items: give --features")
    with bar(f"fit {model.name}") as tell:
        return model.fit(data, progress=tell), data


def _fitted_on_spark(options: argparse.Namespace) -> Recommender:
    from recsys.spark import fit_als

    if options.features is not None:
        raise BadParameter("--features: MLlib knows no features, leave them out")
    value = None if options.value == NONE else options.value
    columns = {"user": options.user, "item": options.item, "value": value, "duplicates": options.duplicates}
    return fit_als(make(options.model), options.data, **columns)


def list_models(options: argparse.Namespace) -> Answer:
    """What the registry knows."""
    models = [_facts(name) for name in MODELS]
    rows = [
        {
            "model": one["name"],
            "predicts values": _yes(one["predicts_values"]),
            "explains": _yes(one["explains"]),
            "implicit": _yes(one["implicit"]),
            "parameters": ", ".join(f"{name}={value}" for name, value in one["params"].items()),
        }
        for one in models
    ]
    notes = ["Write a model as name:parameter=value,parameter=value.", *_promises(models)]
    return Answer({"models": models}, [Table("Models", rows, notes)])


def _facts(name: str) -> dict[str, Any]:
    kind = model_class(name)
    params = {key: value if _is_plain(value) else str(value) for key, value in kind().get_params().items()}
    return {
        "name": name,
        "means": (kind.__doc__ or "").strip().splitlines()[0],
        "predicts_values": kind.predicts_ratings,
        "explains": kind.explains,
        "implicit": kind.implicit,
        "needs_features": hasattr(kind, "with_features"),
        "params": params,
    }


def _promises(models: list[dict[str, Any]]) -> list[str]:
    return [f"{one['name']}: {one['means']}" for one in models]


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, (bool, int, float, str))


def _yes(value: bool) -> str:
    return "yes" if value else ""
