"""The model card says what a run is, in three forms, and what became of its photos."""

import json
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from classifier.cli import main
from classifier.gate import Check, Ruling
from classifier.registry import Registry
from classifier.registry.card import card_of, write_card
from classifier.registry.marks import mark
from classifier.registry.provenance import counts_of, provenance
from classifier.runs import SHIPPED
from classifier.snapshot import SnapshotPhoto, SnapshotStyle, write_snapshot


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The shipped run, as if two nights had been trained on from it; returns the second."""
    runs = tmp_path / "data" / "runs"
    shutil.copytree(SHIPPED, runs / "v0")
    facts = json.loads((SHIPPED / "facts.json").read_text())
    for name, parent in (("2026-03-13", "v0"), ("2026-03-14", "2026-03-13")):
        shutil.copytree(SHIPPED, runs / name)
        data = counts_of(small_snapshot(tmp_path))
        told = facts | {"id": name, "parent": parent, "data": data, "code": provenance()}
        (runs / name / "facts.json").write_text(json.dumps(told))
    return runs / "2026-03-14"


def small_snapshot(folder: Path):
    styles = [SnapshotStyle("a", active=True, images=("1", "2")), SnapshotStyle("b", False, ("3",))]
    photos = [
        SnapshotPhoto("p1", "4", "ann", "train", "style", "a", tags=("audit",)),
        SnapshotPhoto("p2", "5", "ann", "train", "not_dress"),
        SnapshotPhoto("p3", "6", "ben", "holdout", "style", "b"),
    ]
    return write_snapshot(folder, id="s", created_at="2026", styles=styles, photos=photos)


class Strict(HTMLParser):
    """Collects what a page asks for from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.asked += [tag for name, _ in attrs if name in ("src", "href")]
        self.asked += [tag] if tag in ("script", "link", "img") else []


def test_the_card_names_model_data_metrics_floors_lineage_and_limits(run):
    said = card_of(run).markdown()

    for words in (
        "Trunk resnet-tiny on 80 px frames, an embedding of 128 numbers, 1,262,830 parameters",
        "classifier.decode (Pillow ",
        "2 styles, 1 of them on offer, 3 studio shots",
        "of 2 customers, each in one split only; train: 1 not_dress, 1 style; calibration: none; holdout: 1 ",
        "1 were confirmed by a second, blind look.",
        "| Top 3 | 480 | 0.956 |",
        "| Top 3 by colour alone |  | 0.477 |",
        "Trained on from 2026-03-13, which was trained on from v0.",
        "No photo it was trained with.",
        "It is not for recognising people",
    ):
        assert words in said


def test_a_takedown_is_said_on_the_run_and_on_its_descendants(run):
    mark(run.with_name("2026-03-13"), {"k1": "train", "k2": "calibration"})

    said = card_of(run)

    assert "Its ancestor 2026-03-13 was trained with 2 photos since taken down." in said.markdown()
    assert "retrain it without them" in said.markdown()
    assert said.facts["taken_down"] == {"trained": 0, "measured": 0, "inherited": {"2026-03-13": 2}}


def test_the_gates_word_joins_the_card_with_its_table(run):
    check = Check(
        "top3", "Top 3, all photos", "share", 200, 50, 0.9, 0.93, 0.03, 0.01, 0.05, 0.0, True, "Better."
    )
    ruling = Ruling(True, ("Better.",), (check,))
    (run / "gate.json").write_text(json.dumps(ruling.document() | {"champion": {"run": "v0"}}))

    said = card_of(run).markdown()

    assert "## Against v0\n\nThe gate promoted it.\n\nBetter." in said
    assert "| Top 3, all photos | 200 | 0.900 | 0.930 | 0.030 | [+0.010, +0.050] | passed |" in said


def test_the_page_needs_nothing_from_elsewhere_and_escapes_names(run):
    facts = json.loads((run / "facts.json").read_text())
    (run / "facts.json").write_text(json.dumps(facts | {"trunk": "<script>alert(1)</script>"}))

    page = card_of(run).html()
    reader = Strict()
    reader.feed(page)

    assert reader.asked == []
    assert "&lt;script&gt;" in page
    assert page.count("<table>") == 2


def test_a_run_from_before_cards_has_one_too():
    said = card_of(SHIPPED).markdown()

    assert "How many photos it held was not written down." in said
    assert "which does not lie beside it" in said


def test_the_command_prints_writes_and_answers_machines(run, capsys):
    assert main(["card", str(run)]) == 0
    assert capsys.readouterr().out == card_of(run).markdown()
    assert main(["card", str(run), "--html"]) == 0
    assert capsys.readouterr().out == card_of(run).html()
    assert main(["card", str(run), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "2026-03-14"
    assert main(["card", str(run), "--write"]) == 0
    assert (run / "card.md").read_text() == card_of(run).markdown()
    assert main(["card", str(run.parent)]) == 1


def test_a_card_is_replaced_whole(run):
    write_card(run)
    mark(run, {"k1": "train"})
    write_card(run)

    assert "Trained with 1 photo since taken down." in (run / "card.md").read_text()
    assert [path.name for path in run.glob(".*")] == []


def test_the_registry_command_promotes_goes_back_and_tells(run, capsys):
    folder = run.parents[1]

    def told(*arguments: str) -> dict:
        assert main(["registry", str(folder), *arguments, "--json"]) == 0
        answer: dict = json.loads(capsys.readouterr().out)
        return answer

    assert told()["champion"] == ""
    told("promote", "v0")
    assert told("promote", run.name, "--by", "ann", "--why", "better")["champion"] == run.name
    assert told("rollback")["champion"] == "v0"
    [history] = told("history")["tables"]
    assert [row["event"] for row in history["rows"]] == ["promoted", "promoted", "rolled back"]
    assert history["rows"][1]["by"] == "ann"
    assert main(["registry", str(folder), "rollback"]) == 1
    assert "NoEarlierChampion" in capsys.readouterr().err
    assert Registry(folder).champion() == "v0"


def test_the_code_is_named_by_hash_and_commit():
    made_by = provenance()

    assert len(made_by["sha256"]) == 64
    assert len(made_by["commit"]) in (0, 40)


def test_reading_a_card_loads_no_torch(run):
    code = f"""
import sys
from pathlib import Path
from classifier.registry.card import card_of
card_of(Path({str(run)!r}))
print({{"torch", "django"}} & set(sys.modules))
"""

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"
