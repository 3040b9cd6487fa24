"""One self-contained page: findings, plots, tables, and how to come to the same numbers."""

from collections.abc import Mapping
from html import escape
from importlib.resources import files
from typing import Any

from recsys.evaluate.summary import tables
from recsys.plots import PLOTS, draw
from recsys.report.findings import findings

CAPTIONS = {
    "roc": "ROC. Numbers along the curves are lengths of lists.",
    "precision-recall": "Precision against recall. Numbers along the curves are lengths of lists.",
    "hits": "Hits. HR: users with a relevant item in the list; ARHR: the mean of 1 / rank of hits.",
    "quality-time": "Quality against time. Bars are 95 % intervals over users.",
}


def page(document: Mapping[str, Any]) -> str:
    """The page as text; it asks nothing of any server, and equal documents give equal pages."""
    style = files("recsys.report").joinpath("page.css").read_text(encoding="utf-8")
    best = f"{len(document['models'])} recommenders, judged"
    parts = [
        f"<header><h1>{best}</h1>{_lead(document)}</header>",
        _section(
            "What was found", f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in findings(document))}</ul>"
        ),
        _section(
            "In pictures", f'<div class="figures">{"".join(_figure(document, name) for name in PLOTS)}</div>'
        ),
        _section("In numbers", "".join(_table(table.html()) for table in tables(document))),
        _section("How to get the same", _again(document)),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'
        f"<title>{best}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(parts)
        + "\n</main>\n</body>\n</html>\n"
    )


def _lead(document: Mapping[str, Any]) -> str:
    data, good = document["data"], document["good"]
    pairs = f"{data['interactions']:,} pairs of {data['users']:,} users and {data['items']:,} items"
    relevant = "every hidden pair is relevant" if good is None else f"relevant from {good:g} up"
    warnings = "".join(f'<p class="warning">{escape(warning)}</p>' for warning in document["warnings"])
    sentence = f"{document['scheme']['sentence']} {pairs}; {relevant}; always ranked from the full catalogue."
    return f'<p class="lead">{escape(sentence)}</p>{warnings}'


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{content}</section>"


def _figure(document: Mapping[str, Any], name: str) -> str:
    wide, narrow = draw(document, name), draw(document, name, narrow=True)
    drawings = f'<div class="wide">{wide}</div><div class="narrow">{narrow}</div>'
    return f"<figure>{drawings}<figcaption>{escape(CAPTIONS[name])}</figcaption></figure>"


def _table(html: str) -> str:
    """Wide tables move within themselves, by keyboard too."""
    return f'<div class="table" tabindex="0" role="group" aria-label="table">{html}</div>'


def _again(document: Mapping[str, Any]) -> str:
    data = document["data"]
    times = f"{data['first_at'][:10]} to {data['last_at'][:10]}" if data["first_at"] else "none"
    scheme = document["scheme"]
    params = ", ".join(f"{name}={value}" for name, value in scheme["params"].items() if value is not None)
    facts = {
        "Data, SHA-256": data["sha256"],
        "Density": f"{data['density']:.3%}",
        "Times": times,
        "Scheme": f"{scheme['name']} ({params})" if params else scheme["name"],
        "Seed": str(document["seed"]),
        "Intervals": f"{document['level']:.0%}, {document['draws']:,} bootstrap draws over users",
    }
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items())
    command = f"<pre><code>{escape(document['command'])}</code></pre>" if "command" in document else ""
    return f"{command}<dl>{rows}</dl>"
