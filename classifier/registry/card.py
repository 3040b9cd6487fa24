"""The model card: what a run is for, what it was made of, how good it is, and where not to trust it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from typing import Any

from safetensors import safe_open

from classifier.gate import Check
from classifier.gate.table import checks_table
from classifier.registry.folder import WEIGHTS, ancestors_of
from classifier.registry.marks import marks_of
from classifier.runs import RunFacts, read_facts, write_whole
from classifier.tables import Table, shown

FORMAT = "deepdress-card/1"
GATE = "gate.json"  # the gate's word, beside the card
PURPOSE = (
    "DeepDress names the three styles of the catalogue that a customer's photo most likely shows, and says "
    "how likely it shows a dress at all. People decide; it narrows what they look at.",
    "It is not for recognising people, and never speaks of who is in a photo. It does not identify a dress: "
    "the style may not be in the catalogue, and twins of one cut and colour are told apart by people.",
)
SHARES = {  # what is shown of the metrics, in this order
    "top1": "Top 1",
    "top3": "Top 3",
    "cold_top3": "Top 3, styles without a verified photo",
    "warm_top3": "Top 3, styles with verified photos",
    "chance": "Top 3 by chance",
    "colour_top1": "Top 1 by colour alone",
    "colour_top3": "Top 3 by colour alone",
    "auroc": "Dress or not, AUROC",
    "fpr95": "Non-dresses that pass where .95 of the dresses do",
    "not_dress_recall": "Photos without a dress that are found",
    "dress_recall": "Dresses that pass",
    "unlisted_auroc": "In stock or not, AUROC",
    "ece": "Calibration error (ECE), all photos",
    "ece_in_stock": "Calibration error, styles on offer",
    "brier": "Brier score",
}
COUNTS = {
    "top1": "n",
    "top3": "n",
    "cold_top3": "cold_n",
    "warm_top3": "warm_n",
    "not_dress_recall": "n_not_dress",
}
META = "<meta charset=utf-8><meta name=viewport content='width=device-width'>"
STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;"
    "padding:0 1rem}h1,h2{font-family:ui-serif,Georgia,serif;font-weight:600}h2{margin-top:2rem}"
    "div{overflow-x:auto}table{border-collapse:collapse}th,td{padding:.3rem .8rem .3rem 0;text-align:left;"
    "border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent)}"
    "td{font-variant-numeric:tabular-nums}code{overflow-wrap:anywhere}"
)


@dataclass(frozen=True, slots=True)
class Section:
    """One heading with what is said under it."""

    title: str
    sentences: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A run's card, in one form for all outputs."""

    run: str
    sections: tuple[Section, ...]
    facts: Mapping[str, Any]  # everything for machines

    def markdown(self) -> str:
        """For reading in an editor or on a forge."""
        parts = [f"# Model card: {self.run}"]
        for section in self.sections:
            parts += [f"## {section.title}", *section.sentences]
            parts += [section.table.markdown()] if section.table else []
        return "\n\n".join(parts) + "\n"

    def html(self) -> str:
        """One file without scripts, fonts or pictures from elsewhere."""
        parts = [f"<h1>Model card: {escape(self.run)}</h1>"]
        for section in self.sections:
            parts.append(f"<h2>{escape(section.title)}</h2>")
            parts += [f"<p>{escape(sentence)}</p>" for sentence in section.sentences]
            parts += [_html_table(section.table)] if section.table else []
        title = f"<title>Model card: {escape(self.run)}</title><style>{STYLE}</style>"
        return f"<!doctype html><html lang=en>{META}{title}{''.join(parts)}\n"


def card_of(run: Path) -> Card:
    """Read a run's card out of its folder and of its ancestors beside it.

    Raises:
        RunError: it is not a whole run.
    """
    facts, gate = read_facts(run), _gate(run)
    marks, ancestors = marks_of(run), ancestors_of(run)
    weights = _weights(run)
    sections = (
        Section("What it is for", PURPOSE),
        Section("The model", _model(facts, weights)),
        Section("Training data", _data(facts)),
        _measured(facts),
        *([_kinds(facts)] if facts.metrics.get("recall_by_kind") else []),
        *([_judged(gate)] if gate else []),
        Section("Calibration", _calibration(facts)),
        Section("Lineage", _lineage(facts, ancestors)),
        Section("Taken down since", tuple(marks.sentences()) or ("No photo it was trained with.",)),
        Section("Limits", tuple(_limits(facts, clean=marks.clean))),
    )
    told = {
        "format": FORMAT,
        **asdict(facts),
        "weights": weights,
        "ancestors": ancestors,
        "taken_down": asdict(marks),
        "gate": gate,
        "limits": list(_limits(facts, clean=marks.clean)),
    }
    return Card(facts.id, sections, told)


def write_card(run: Path) -> None:
    """Put card.md and card.html into a run's folder; written again, they say what is so now."""
    card = card_of(run)
    write_whole(run / "card.md", card.markdown().encode())
    write_whole(run / "card.html", card.html().encode())


def _model(facts: RunFacts, weights: Mapping[str, int]) -> tuple[str, ...]:
    decoder = facts.code.get("decoder", "Pillow, of a version that was not written down")
    return (
        f"Trunk {facts.trunk} on {facts.size_px} px frames, an embedding of {facts.dim} numbers, "
        f"{weights['parameters']:,} parameters in {weights['bytes'] / 1e6:.1f} MB of safetensors.",
        "Serving compares embeddings with one prototype for each style: a mix of its studio shots and its "
        f"verified photos, in which the studio shots weigh as much as {facts.prior:g} photos.",
        f"Decoder, in training and in serving: classifier.decode ({decoder}).",
        f"Code: package {facts.code.get('sha256', 'unknown')[:12]}, commit "
        f"{facts.code.get('commit', '')[:12] or 'unknown'}, torch {facts.code.get('torch', 'unknown')}.",
        f"Recipe: `{json.dumps(dict(facts.config), sort_keys=True)}`",
    )


def _data(facts: RunFacts) -> tuple[str, ...]:
    named = f"Snapshot {facts.snapshot}, sha256 {facts.snapshot_sha256}."
    if not facts.data:
        return (named, "How many photos it held was not written down.")
    photos = "; ".join(
        f"{split}: " + (", ".join(f"{count} {label}" for label, count in labels.items()) or "none")
        for split, labels in facts.data["photos"].items()
    )
    return (
        named,
        f"{facts.data['styles']} styles, {facts.data['styles_on_offer']} of them on offer, "
        f"{facts.data['studio_shots']} studio shots.",
        f"Photos verified by people, of {facts.data['owners']} customers, each in one split only; {photos}. "
        f"{facts.data['audited']} were confirmed by a second, blind look.",
    )


def _measured(facts: RunFacts) -> Section:
    metrics = facts.metrics
    rows = [
        {"what": words, "photos": metrics.get(COUNTS.get(name, "")), "value": metrics[name]}
        for name, words in SHARES.items()
        if metrics.get(name) is not None
    ]
    if not rows:
        return Section("How good it is", ("It was not measured: its snapshot held nothing out.",))
    told = (
        f"On the {metrics.get('split', 'holdout')} split of {metrics.get('snapshot', facts.snapshot)}, "
        f"{metrics.get('styles', 0)} styles on offer; chance and colour alone are the floors."
    )
    return Section("How good it is", (told,), Table("", rows))


def _kinds(facts: RunFacts) -> Section:
    rows = [{"kind": kind, "found": share} for kind, share in facts.metrics["recall_by_kind"].items()]
    return Section("Photos without a dress, by kind", (), Table("", rows))


def _judged(gate: Mapping[str, Any]) -> Section:
    checks = [Check(**check) for check in gate["checks"]]
    word = "The gate promoted it." if gate["promoted"] else "The gate kept the champion."
    table = checks_table(checks) if checks else None
    return Section(f"Against {gate['champion']['run']}", (word, *gate["reasons"]), table)


def _calibration(facts: RunFacts) -> tuple[str, ...]:
    where = (
        f"on {facts.calibrated_on}" if facts.calibrated_on else "on nothing: too few photos were held back"
    )
    return (
        f"Probabilities were fitted {where}; a photo counts as no dress below P(dress) = "
        f"{facts.calibration.threshold:.3f}.",
    )


def _lineage(facts: RunFacts, ancestors: Sequence[str]) -> tuple[str, ...]:
    if not facts.parent:
        return ("Trained from scratch.",)
    if not ancestors:
        return (f"Trained on from {facts.parent}, which does not lie beside it.",)
    return (f"Trained on from {', which was trained on from '.join(ancestors)}.",)


def _limits(facts: RunFacts, *, clean: bool) -> Sequence[str]:
    metrics, said = facts.metrics, []
    if facts.snapshot.startswith(("studio-", "dresses-")):
        said.append("It knows drawings only: on photos of people it is a start that nights must retrain.")
    if not facts.calibrated_on:
        said.append("Its probabilities are not calibrated.")
    if (metrics.get("n") or 0) < 100:
        said.append("Fewer than 100 photos were held out: its shares may be off by ten points.")
    kinds = metrics.get("recall_by_kind", {}).items()
    weak = [f"{kind} ({share:.2f} found)" for kind, share in kinds if share < 0.8]
    if weak:
        said.append(f"It takes many of these for dresses: {', '.join(weak)}.")
    if not metrics.get("n_unlisted"):
        said.append("How it does on dresses that are not in the catalogue was not measured.")
    if not clean:
        said.append("It was shaped by photos that have been taken down: retrain it without them.")
    said.append("Shares are of one holdout and one training seed; styles that nobody has verified do worse.")
    return said


def _weights(run: Path) -> dict[str, int]:
    with safe_open(run / WEIGHTS, framework="np") as file:
        shapes = [file.get_slice(name).get_shape() for name in file.keys() if name.startswith("net.")]  # noqa: SIM118
    count = 0
    for shape in shapes:
        size = 1
        for side in shape:
            size *= side
        count += size
    return {"parameters": count, "bytes": (run / WEIGHTS).stat().st_size}


def _gate(run: Path) -> dict[str, Any] | None:
    path = run / GATE
    found: dict[str, Any] | None = json.loads(path.read_bytes()) if path.exists() else None
    return found


def _html_table(table: Table) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(shown(row.get(name)))}</td>" for name in table.columns) + "</tr>"
        for row in table.rows
    )
    return f"<div><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
