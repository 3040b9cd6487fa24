"""What an evaluation found, in sentences that claim no more than its numbers say."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Document = Mapping[str, Any]
SURE = 0.05  # of the Holm-corrected p


def findings(document: Document) -> list[str]:
    """A sentence or two for each finding, the most important first."""
    parts = (_leader, _against_baseline, _values, _strangers, _cost, _lists)
    return [sentence for part in parts for sentence in part(document)]


def leader(document: Document) -> Mapping[str, Any] | None:
    """The model with the largest mean NDCG; None when nobody had anything relevant to find."""
    known = [model for model in document["models"] if _ndcg(document, model)["mean"] is not None]
    return max(known, key=lambda model: float(_ndcg(document, model)["mean"]), default=None)


def verdict(test: Mapping[str, Any]) -> str:
    """better, worse or undecided: decided only if the interval excludes zero and p after Holm is small."""
    if test["low"] is None or test["p_holm"] is None or test["p_holm"] >= SURE:
        return "undecided"
    return "better" if test["low"] > 0 else "worse" if test["high"] < 0 else "undecided"


def _leader(document: Document) -> Iterator[str]:
    best, n, baseline = leader(document), document["main_n"], document["baseline"]
    if best is None:
        yield "No tested user had anything relevant to find: lists cannot be compared."
        return
    others = [
        model for model in document["models"] if model is not best and _mean(document, model) is not None
    ]
    yield f"Largest NDCG@{n}: {best['spec']} with {_spread(_ndcg(document, best))}."
    if not others:
        return
    second = max(others, key=lambda model: float(_mean(document, model) or 0))
    tested = [
        test for test in _tests(document) if {test["model"], baseline} == {best["spec"], second["spec"]}
    ]
    if tested:
        [test] = tested
        sure = verdict(test) == ("better" if test["model"] == best["spec"] else "worse")
        told = (
            "the paired difference excludes zero" if sure else "the paired difference does not exclude zero"
        )
        winner = "It wins" if sure else "That is not enough to call it the winner"
        yield f"{winner}: the next, {second['spec']}, has {_mean(document, second):.4f}, and {told}."
    else:
        yield (
            f"Next is {second['spec']} with {_mean(document, second):.4f}. Whether the two differ was not "
            f"tested (tests compare with {baseline}): --baseline {best['spec']} would tell."
        )


def _against_baseline(document: Document) -> Iterator[str]:
    tests, n, baseline = _tests(document), document["main_n"], document["baseline"]
    said = {
        "better": f"Better than {baseline} in NDCG@{n}, user by user",
        "worse": f"Worse than {baseline}",
        "undecided": f"Not told apart from {baseline}",
    }
    for kind, words in said.items():
        found = sorted(
            (t for t in tests if verdict(t) == kind and t["mean"] is not None), key=lambda t: -t["mean"]
        )
        if found:
            listed = [f"{test['model']} ({test['mean']:+.3f})" for test in found]
            yield f"{words}: {_listed(listed)}."


def _values(document: Document) -> Iterator[str]:
    rated = [m for m in document["models"] if m["ratings"] and m["ratings"]["rmse"]["mean"] is not None]
    rated = [model for model in rated if model["name"] != "random"]
    if not rated:
        return
    best, top = min(rated, key=lambda model: float(model["ratings"]["rmse"]["mean"])), leader(document)
    text = f"Smallest RMSE: {best['spec']} with {_spread(best['ratings']['rmse'])}"
    text += f", over {best['ratings']['coverage']:.1%} of the hidden pairs."
    if top is not None and top is not best and _mean(document, best) is not None:
        text += (
            f" Its lists have an NDCG of {_mean(document, best):.3f}: values and lists are different tasks."
        )
    yield text
    thin = [f"{m['spec']} ({m['ratings']['coverage']:.1%})" for m in rated if m["ratings"]["coverage"] < 0.9]
    if thin:
        yield f"RMSE of these counts only the pairs that they answer: {_listed(thin)}."


def _strangers(document: Document) -> Iterator[str]:
    name = f"ndcg@{document['main_n']}"
    for group, words in (
        ("unseen_users", "users whom training did not see"),
        ("unseen_items", "unseen items"),
    ):
        parts = [(m["spec"], m["groups"][group]) for m in document["models"] if group in m["groups"]]
        known = [(spec, p) for spec, p in parts if p["metrics"][name]["mean"] is not None]
        overall = [_ndcg(document, m)["users"] for m in document["models"]]
        if not known or known[0][1]["metrics"][name]["users"] == max(overall):
            continue  # everybody is in this group: the first finding says it
        spec, part = max(known, key=lambda one: float(one[1]["metrics"][name]["mean"]))
        value = part["metrics"][name]
        if value["low"] is not None and value["low"] > 0:
            yield f"For {words} ({value['users']} users), {spec} has the largest NDCG: {_spread(value)}."
        else:
            yield f"For {words} ({value['users']} users), no model surely finds any: the intervals reach 0."


def _cost(document: Document) -> Iterator[str]:
    best = leader(document)
    if best is not None:
        cost = best["cpu_seconds"]
        yield (
            f"{best['spec']} takes {cost['fit']:.2g} CPU seconds to fit "
            f"and {cost['predict_us_per_user']:.3g} µs to list for a user."
        )


def _lists(document: Document) -> Iterator[str]:
    short = [
        f"{m['spec']} ({m['lists']['short']} of {m['lists']['all']})"
        for m in document["models"]
        if m["lists"]["short"]
    ]
    if short:
        yield f"Some lists are shorter than {max(document['ns'])}, as candidates ran out: {_listed(short)}."
    popular = max(((m["lists"]["popular"], m["lists"]["all"]) for m in document["models"]), default=(0, 0))
    if popular[0]:
        yield f"Up to {popular[0]} of {popular[1]} lists are what was popular: those histories say nothing."


def _tests(document: Document) -> list[Mapping[str, Any]]:
    return [test for test in document["tests"] if test["metric"] == f"ndcg@{document['main_n']}"]


def _ndcg(document: Document, model: Mapping[str, Any]) -> Mapping[str, Any]:
    value: Mapping[str, Any] = model["at"][str(document["main_n"])]["ndcg"]
    return value


def _mean(document: Document, model: Mapping[str, Any]) -> float | None:
    mean: float | None = _ndcg(document, model)["mean"]
    return mean


def _spread(value: Mapping[str, Any]) -> str:
    if value["low"] is None:
        return f"{value['mean']:.4f}"
    return f"{value['mean']:.4f} ({value['low']:.4f} to {value['high']:.4f})"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
