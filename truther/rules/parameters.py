"""Which parameters make a rule that can settle something; each that does not is told in a sentence."""

from collections.abc import Mapping
from typing import Any

from truther.rules.posterior import AVERAGE, certainty, weight

KINDS = ("first_to", "posterior")
MOST_PEOPLE = 25  # nobody asks more people about one photo


def problems_in(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with a rule's parameters, a sentence for each wrong one.

    Args:
        parameters: all of a rule's, by name; what the kind of rule does not use is not looked at.
    """
    if parameters["rule"] not in KINDS:
        return {"rule": "A rule is either first_to or posterior."}
    wrong = {} if parameters["tie"] == "expert" else {"tie": "What people do not decide, experts must."}
    counts = ["min_humans", "cap"] + (["first_to"] if parameters["rule"] == "first_to" else [])
    wrong |= {name: _COUNT for name in counts if not _is_count(parameters[name])}
    if wrong:
        return wrong
    if parameters["cap"] > MOST_PEOPLE:
        return {"cap": f"Ask at most {MOST_PEOPLE} people about one photo."}
    if parameters["min_humans"] > parameters["cap"]:
        wrong["min_humans"] = "More people must answer than are ever asked: lower this or raise the cap."
    return wrong | (_first_to(parameters) if parameters["rule"] == "first_to" else _posterior(parameters))


_COUNT = "Give a whole number, at least 1."


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _first_to(parameters: Mapping[str, Any]) -> dict[str, str]:
    if parameters["first_to"] > parameters["cap"]:
        return {"first_to": "More people must agree than are ever asked: lower this or raise the cap."}
    return {}


def _posterior(parameters: Mapping[str, Any]) -> dict[str, str]:
    threshold, cap, wrong = parameters["posterior"], parameters["cap"], {}
    if parameters["min_humans"] < 2:
        wrong["min_humans"] = "At least two people must agree: one alone never settles a photo."
    reached = certainty({"": cap * weight(AVERAGE)}, "")
    if not isinstance(threshold, (int, float)) or not 0.5 < threshold < 1:
        wrong["posterior"] = "Give a share above 0.5 and below 1, such as 0.99."
    elif reached < threshold:
        wrong["posterior"] = (
            f"{cap} average people who all agree are only {reached:.6f} sure: lower this or raise the cap."
        )
    return wrong
