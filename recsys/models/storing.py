"""A fitted model as two files: arrays (npz, no pickle) and what they mean (json)."""

import hashlib
import json
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from recsys.data import Ids, Interactions
from recsys.models.base import Recommender
from recsys.models.registry import make
from recsys.refusal import BadFile

FORMAT = 1
OWN = "model."  # before the names of a model's own arrays
FACTS = {"model", "params", "arrays_sha256", "data_sha256"}


def save(model: Recommender, path: Path) -> None:
    """Write path.npz and path.json; each takes its place only when it is whole, the description last.

    Raises:
        NotFitted: there is nothing to keep yet.
    """
    model.need_fit()
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {OWN + name: array for name, array in model.arrays().items()}
    kept |= {"users": model.users.names, "items": model.items.names, "fallback": model.fallback}
    arrays, facts = path.with_name(path.name + ".npz"), path.with_name(path.name + ".json")
    temporary = path.with_name(path.name + ".part.npz")
    try:
        np.savez(temporary, allow_pickle=False, **kept)
        _publish(model, temporary, arrays, facts)
    finally:
        temporary.unlink(missing_ok=True)


def _publish(model: Recommender, temporary: Path, arrays: Path, facts: Path) -> None:
    document = {
        "format": FORMAT,
        "model": model.name,
        "params": model.get_params(),
        "arrays_sha256": hashlib.sha256(temporary.read_bytes()).hexdigest(),
        "data_sha256": None if getattr(model, "train", None) is None else model.train.sha256,
    }
    text = json.dumps(document, indent=2, default=_plain) + "\n"
    temporary.replace(arrays)
    partial = facts.with_suffix(".json.part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(facts)


def load(path: Path, *, train: Interactions | None = None) -> Recommender:
    """Read what `save` wrote; equal predictions follow.

    Args:
        train: the interactions it was fitted on, for questions about fitted users by their rows.

    Raises:
        BadFile: files are missing, of another format, do not belong together, or `train` is other data.
    """
    arrays, facts = path.with_name(path.name + ".npz"), path.with_name(path.name + ".json")
    for file in (arrays, facts):
        if not file.is_file():
            raise BadFile(f"there is no file {file}")
    document = _facts(facts)
    if hashlib.sha256(arrays.read_bytes()).hexdigest() != document["arrays_sha256"]:
        raise BadFile(f"{arrays.name} is not the file that {facts.name} describes: save the model again")
    if train is not None and document["data_sha256"] not in (None, train.sha256):
        raise BadFile(f"{path.name} was fitted on other interactions than these")
    try:
        model = make(document["model"], **document["params"])
        with np.load(arrays, allow_pickle=False) as stored:
            model.restore({name.removeprefix(OWN): stored[name] for name in stored if name.startswith(OWN)})
            model.adopt(Ids(stored["users"], "user"), Ids(stored["items"], "item"), stored["fallback"], train)
    except (KeyError, ValueError, BadZipFile) as error:  # a pickle among the arrays, one that is missing ...
        raise BadFile(f"{path.name} is no model that this version can read: {error}") from error
    if train is not None and (model.users != train.users or model.items != train.items):
        raise BadFile(f"{path.name} was fitted on other users or items than these")  # kept without a hash
    return model


def _facts(file: Path) -> dict[str, Any]:
    try:
        document: Any = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:  # not JSON, or not even text
        raise BadFile(f"{file.name} is not JSON: {error}") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        found = document.get("format") if isinstance(document, dict) else type(document).__name__
        raise BadFile(f"{file.name} has format {found!r}, this version reads {FORMAT}")
    missing = FACTS - document.keys()
    if missing:
        raise BadFile(f"{file.name} does not say {', '.join(sorted(missing))}")
    return document


def _plain(value: Any) -> Any:
    """NumPy's numbers as Python's, for JSON."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} cannot be written as JSON")
