"""Is there a champion, does its index hold the styles on offer, and does the model process answer?"""

import json

import httpx
from django.db import DatabaseError
from safetensors import SafetensorError, safe_open

from classifier.runs import RunError, read_facts
from truther import shelf
from truther.config import Config
from truther.doctor.findings import Finding, failed, ok, warning
from truther.models import Style

ANSWER_SECONDS = 2.0
OTHER_PORT = "Another program has the port: set TRUTHER_MODEL_PORT."
TEACH = "Run `python manage.py classify`, or wait for the worker."


def champion(config: Config) -> Finding:
    """Read the facts and the weights of the model that serves."""
    if not shelf.alias().is_symlink():
        return warning("model", "none on the shelf yet", "Run `python manage.py serve --only setup`.")
    run = shelf.alias().resolve()
    try:
        facts = read_facts(run)
        with safe_open(run / "weights.safetensors", framework="np") as weights:
            tensors = len(weights.keys())
    except (RunError, OSError, SafetensorError) as error:
        return failed("model", f"{run.name}: {error}", "Go back to an earlier one: `python manage.py model`.")
    return ok("model", f"{facts.id}, {facts.trunk}, {tensors} tensors")


def index(config: Config) -> Finding:
    """Compare the styles the champion may name with the styles on offer."""
    if not shelf.alias().is_symlink():
        return warning("index", "no model yet", TEACH)
    try:
        offered = set(Style.objects.active().values_list("pk", flat=True))
    except DatabaseError:
        return warning("index", "the catalogue cannot be read", "See the documents above.")
    path = shelf.index_file(shelf.alias().resolve().name)
    if not path.is_file():
        if not offered:
            return ok("index", "none yet, and no styles on offer")
        return warning("index", f"none yet, {len(offered)} styles on offer", TEACH)
    try:
        with safe_open(path, framework="np") as bundle:
            known = set(json.loads(bundle.metadata()["skus"]))
    except (SafetensorError, KeyError, ValueError) as error:
        return failed("index", f"{path.name}: {error}", f"Delete {path}: it is made anew.")
    if known != offered:
        detail = (
            f"{len(offered - known)} styles on offer are missing in it, {len(known - offered)} are too many"
        )
        return warning("index", detail, TEACH)
    return ok("index", f"knows all {len(offered)} styles on offer")


def process(config: Config) -> Finding:
    """Ask the model process which model answers."""
    url = f"{config.predictor_url}/healthz"
    try:
        response = httpx.get(url, timeout=ANSWER_SECONDS, trust_env=False)
        answer = response.json()
    except (httpx.HTTPError, ValueError) as error:
        advice = "Start everything with `make run` (python manage.py serve)."
        return warning("model process", f"{url} does not answer ({error})", advice)
    if not isinstance(answer, dict) or (
        response.status_code == httpx.codes.OK and "model_version" not in answer
    ):
        return warning("model process", f"{url} is answered by something else", OTHER_PORT)
    if response.status_code != httpx.codes.OK:
        return warning("model process", f"{url}: {answer.get('error', response.status_code)}", TEACH)
    return ok("model process", f"serves {answer['model_version']} with {answer['styles']} styles")
