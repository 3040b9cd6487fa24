"""What a stage of a night came to, in sentences for people: the command and the control page say the same."""

from collections.abc import Mapping
from typing import Any

Result = Mapping[str, Any]

AUDITED = ("confirmed", "disputed", "upheld", "corrected")


def sentences(stage: str, result: Result | None) -> list[str]:
    """Return what a stage came to; nothing before its end, the reason alone when it was passed over."""
    if not result:
        return []
    return [str(result["skipped"])] if "skipped" in result else SENTENCES[stage](result)


def brief(stage: str, result: Result | None) -> list[str]:
    """Return the same, short enough to stand beside a table of the gate's figures."""
    if stage != "promote" or not result or not result.get("checks"):
        return sentences(stage, result)
    failed = sum(check["passed"] is False for check in result["checks"])
    return [_verdict(result), *result["reasons"][: failed or 2]]


def sheet(metrics: Result) -> str:
    """Return one model's metrics on the holdout, beside what guessing would reach."""
    return (
        f"{metrics['run']}: "
        f"top-1 {_share(metrics['top1'])}, top-3 {_share(metrics['top3'])} of {metrics['n']}; "
        f"non-dresses {_share(metrics['not_dress_recall'])} of {metrics['n_not_dress']}; "
        f"floors: colour {_share(metrics['colour_top3'])}, chance {_share(metrics['chance'])}."
    )


def _rederive(result: Result) -> list[str]:
    drifts = result["drifts"]
    mended = f"{len(drifts)} tallies had drifted and were mended" if drifts else "no tally had drifted"
    return [f"{result['photos']} photos counted again, {mended}."]


def _freeze(result: Result) -> list[str]:
    return [
        f"{result['batch_id']}: {result['golden']} golden, {result['carried']} carried over.",
        f"Moved back from {_day(result['back_from'])} to {_day(result['back_to'])}.",
        f"Manifest {result['manifest_sha256']}.",
    ]


def _audit(result: Result) -> list[str]:
    drawn, waiting = result["drawn"], result["open"]
    said = [f"{drawn} of {result['settled']} newly settled photos {_is(drawn)} drawn for a second look."]
    closed = [f"{result[name]} {name}" for name in AUDITED if result[name]]
    if closed:
        said.append(f"Second looks since the last night: {', '.join(closed)}.")
    return [*said, f"{waiting} {'waits' if waiting == 1 else 'wait'} for second looks."]


def _people(result: Result) -> list[str]:
    weighed, counted = result["estimated"], result["rolled_up"]
    return [
        f"{weighed['people']} people weighed, with the help of {weighed['known']} photos that are known.",
        f"{counted['people']} days of theirs counted again, of the last {counted['days']} days.",
    ]


def _snapshot(result: Result) -> list[str]:
    return [f"{result['photos']} photos of {result['styles']} styles, {result['sha256']}."]


def _train(result: Result) -> list[str]:
    return [f"Challenger {result['run_id']} is trained."]


def _promote(result: Result) -> list[str]:
    sides = [f"{side.title()} {sheet(result[side])}" for side in ("champion", "challenger")]
    return [_verdict(result), *result["reasons"], *sides]


def _verdict(result: Result) -> str:
    return "Promoted." if result["promoted"] else "The champion stays."


def _suspects(result: Result) -> list[str]:
    sent, waiting = result["sent"], result["waiting"]
    return [
        f"DeepDress doubts {result['flagged']} of {result['photos']} labels.",
        f"{sent} {_went(sent)} to the experts’ bench; {waiting} {'waits' if waiting == 1 else 'wait'} there.",
    ]


def _lanes(result: Result) -> list[str]:
    said = [] if result["error"] else ["People see everything: lanes are off."]
    if result["needed"]:
        said.append(f"No lane can open yet: it takes {result['needed']} held-out photos.")
    if result["tested_on"]:
        opened = " and ".join(result["opened"]) or "none"
        said.append(f"Lanes were tested on {result['tested_on']} held-out photos; open: {opened}.")
    said += [_looked(name, look) for name, look in result["looks"].items() if look["n"]]
    said += [f"The lane {name} is closed for {result['run_id']}." for name in result["closed"]]
    if result["reopened"]:
        count = result["reopened"]
        photos = "1 photo that was" if count == 1 else f"{count} photos that were"
        said.append(f"{photos} passed by {_went(count)} back to people.")
    return said or ["The lanes stay as they are."]


def _looked(name: str, look: Result) -> str:
    return (
        f"{name.title()}: {look['n']} looked at all the same, {look['wrong']} wrong; the promise "
        f"{'is ' if look['verdict'] != 'holds' else ''}{look['verdict']}."
    )


def _classify(result: Result) -> list[str]:
    said = [f"{result['again']} photos scored again, {result['new']} new, against {result['styles']} styles."]
    if result.get("passed"):
        said.append(f"Lanes pass {result['passed']} photos by: nobody is asked, and none is verified.")
    return said


def _recommend(result: Result) -> list[str]:
    learnt = f"{result['rentals']} rentals and {result['likes']} verified photos"
    return [
        f"{result['spec']} recommends, from {learnt} of {result['customers']} customers.",
        *result["reasons"],
        f"{result['lists']} lists are stored, over {result['styles']} styles.",
    ]


def _top_up(result: Result) -> list[str]:
    return [f"{result['joined']} photos joined the batch."]


SENTENCES = {
    "rederive": _rederive,
    "freeze": _freeze,
    "audit": _audit,
    "people": _people,
    "snapshot": _snapshot,
    "train": _train,
    "promote": _promote,
    "suspects": _suspects,
    "lanes": _lanes,
    "classify": _classify,
    "recommend": _recommend,
    "top_up": _top_up,
}


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _went(count: int) -> str:
    return "has gone" if count == 1 else "have gone"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _day(text: str | None) -> str:
    return text[:10] if text else "-"
