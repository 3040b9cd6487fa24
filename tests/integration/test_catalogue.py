"""The catalogue comes in row by row; bad rows say why, good ones are taken."""

import json
import shutil
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.forms.models import model_to_dict

from tests.conftest import NOON
from tests.pictures import jpeg, write_jpeg
from truther.config import config
from truther.flow.catalogue import CatalogueReport, import_catalogue, retire
from truther.models import Style
from truther.sources.catalogue_file import CatalogueUnreadable
from truther.sources.media import MediaStore, digest

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
LATER = NOON + timedelta(days=1)


@pytest.fixture(autouse=True)
def media_folder() -> None:
    """Begin with an empty media folder: it outlives a test, the database does not."""
    shutil.rmtree(config.data_dir / "media", ignore_errors=True)


def row(sku: str, **changes: Any) -> dict[str, Any]:
    return {"sku": sku, "name": f"Dress {sku}", "designer": "Slate & Vine", "category": "gown"} | changes


def write(folder: Path, *rows: object) -> Path:
    path = folder / "catalogue.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in rows))
    return path


def counts(report: CatalogueReport) -> tuple[int, int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.retired, len(report.rejected)


def test_json_lines_bring_styles_in_whole(tmp_path):
    for view in (0, 1):
        write_jpeg(tmp_path / "images" / f"a-{view}.jpg", view)
    one = row(
        "SV-1", acquired_on="2025-02-03", retired_on="", images=["images/a-0.jpg", "images/a-1.jpg"],
        attributes={"colour": "Écru", "sleeve": "long"},
    )  # fmt: skip

    report = import_catalogue(write(tmp_path, one), now=NOON)

    assert counts(report) == (1, 0, 0, 0, 0)
    style = Style.objects.get()
    assert (style.pk, style.name, style.designer, style.category) == (
        "SV-1",
        "Dress SV-1",
        "Slate & Vine",
        "gown",
    )
    assert (style.acquired_on, style.retired_on) == (date(2025, 2, 3), None)
    assert style.attributes == {"colour": "Écru", "sleeve": "long"}
    assert style.images == [digest(jpeg(0)), digest(jpeg(1))]
    assert style.search_text == "dress sv-1 slate & vine gown sv-1 écru long"
    assert all(MediaStore(config.data_dir / "media").has(sha) for sha in style.images)


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_csv_with_a_mark_and_further_columns_is_read(tmp_path, delimiter):
    write_jpeg(tmp_path / "shots" / "a.jpg", 1)
    write_jpeg(tmp_path / "shots" / "b.jpg", 2)
    lines = (
        ("SKU", "name", "images", "colour"),
        ("SV-1", "Élan", '"a.jpg; b.jpg"', "red"),
        ("SV-2", "Bow", "", ""),
    )
    path = tmp_path / "catalogue.csv"
    path.write_text("".join(delimiter.join(line) + "\r\n" for line in lines), encoding="utf-8-sig")

    report = import_catalogue(path, images_dir=tmp_path / "shots", now=NOON)

    assert counts(report) == (2, 0, 0, 0, 0)
    style = Style.objects.get(pk="SV-1")
    assert (style.name, style.attributes, len(style.images)) == ("Élan", {"colour": "red"}, 2)


def test_running_it_again_changes_nothing(tmp_path):
    write_jpeg(tmp_path / "a.jpg", 1)
    path = write(tmp_path, row("SV-1", images=["a.jpg"], attributes={"n": 1}), row("SV-2"))
    import_catalogue(path, now=NOON)
    before = [model_to_dict(style) for style in Style.objects.order_by("pk")]

    report = import_catalogue(path, now=LATER)

    assert counts(report) == (0, 0, 2, 0, 0)
    assert [model_to_dict(style) for style in Style.objects.order_by("pk")] == before


def test_a_changed_row_changes_its_style_alone(tmp_path):
    import_catalogue(write(tmp_path, row("SV-1"), row("SV-2"), row("SV-3")), now=NOON)

    report = import_catalogue(write(tmp_path, row("SV-1", name="New"), row("SV-2")), now=LATER)

    assert counts(report) == (0, 1, 1, 0, 0)
    changed = Style.objects.get(pk="SV-1")
    assert (changed.name, changed.search_text, changed.changed_at) == (
        "New",
        "new slate & vine gown sv-1",
        LATER,
    )
    assert Style.objects.get(pk="SV-2").changed_at == NOON
    assert Style.objects.count() == 3


def test_a_file_retires_styles_and_its_silence_brings_none_back(tmp_path):
    import_catalogue(write(tmp_path, row("SV-1"), row("SV-2")), now=NOON)

    past = import_catalogue(write(tmp_path, row("SV-1", retired_on="2026-03-01")), now=NOON)
    future = import_catalogue(write(tmp_path, row("SV-2", retired_on="2026-03-15")), now=NOON)
    silent = import_catalogue(write(tmp_path, row("SV-1", retired_on="")), now=NOON)

    assert (counts(past), counts(future), counts(silent)) == (
        (0, 1, 0, 1, 0),
        (0, 0, 1, 0, 0),
        (0, 0, 1, 0, 0),
    )
    assert Style.objects.get(pk="SV-1").retired_on == date(2026, 3, 1)
    assert Style.objects.get(pk="SV-2").retired_on is None
    due = import_catalogue(write(tmp_path, row("SV-2", retired_on="2026-03-15")), now=LATER)
    assert counts(due) == (0, 1, 0, 1, 0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sku": ""}, "sku must be"),
        ({"sku": "a/b"}, "sku must be"),
        ({"sku": "a.b"}, "sku must be"),
        ({"sku": 5}, "sku is not a text"),
        ({"name": ""}, "name is missing"),
        ({"name": None}, "name is missing"),
        ({"name": "x" * 129}, "name is longer than 128"),
        ({"acquired_on": "3.2.2025"}, "acquired_on '3.2.2025' is not a day"),
        ({"acquired_on": "2025-02-30"}, "is not a day"),
        ({"acquired_on": 20250203}, "acquired_on is not a text"),
        ({"acquired_on": "2025-02-03", "retired_on": "2025-02-02"}, "retired_on is before acquired_on"),
        ({"images": "a.jpg"}, "images must be a list"),
        ({"images": [7]}, "images must be a list"),
        ({"images": ["gone.jpg"]}, "image gone.jpg: gone.jpg cannot be read"),
        ({"images": ["broken.jpg"]}, "image broken.jpg: not a JPEG"),
        ({"images": ["../a.jpg"]}, "image ../a.jpg leaves the folder"),
        ({"attributes": [1]}, "attributes is not an object"),
        ({"attributes": {"a": "x" * 201}}, "attributes, or one longer than 200"),
    ],
)
def test_a_bad_row_says_why_and_stops_no_other(tmp_path, change: dict[str, Any], reason: str):
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    write_jpeg(tmp_path / "a.jpg", 1)

    report = import_catalogue(
        write(tmp_path, row("OK-1"), row("BAD") | change, row("OK-2", images=["a.jpg"])), now=NOON
    )

    assert counts(report) == (2, 0, 0, 0, 1)
    assert report.rejected[0].line == 2
    assert reason in report.rejected[0].reason
    assert set(Style.objects.values_list("pk", flat=True)) == {"OK-1", "OK-2"}


def test_a_row_with_a_broken_image_leaves_the_style_as_it_was(tmp_path):
    write_jpeg(tmp_path / "a.jpg", 1)
    import_catalogue(write(tmp_path, row("SV-1", images=["a.jpg"])), now=NOON)

    report = import_catalogue(
        write(tmp_path, row("SV-1", name="New", images=["a.jpg", "gone.jpg"])), now=LATER
    )

    assert counts(report) == (0, 0, 0, 0, 1)
    assert Style.objects.get().name == "Dress SV-1"


def test_a_sku_named_twice_counts_once_and_is_told(tmp_path):
    report = import_catalogue(write(tmp_path, row("SV-1"), row("SV-1", name="Other")), now=NOON)

    assert counts(report) == (1, 0, 0, 0, 1)
    assert (report.rejected[0].line, report.rejected[0].reason) == (2, "the sku stands on line 1 already")
    assert Style.objects.get().name == "Dress SV-1"


def test_lines_that_are_no_rows_are_named(tmp_path):
    path = tmp_path / "catalogue.jsonl"
    path.write_bytes(b'{"sku": "SV-1", "name": "A"}\nnonsense\n\n[]\n\xff\n{"sku": "SV-2", "name": "B"}\n')

    report = import_catalogue(path, now=NOON)

    assert (report.added, [rejection.line for rejection in report.rejected]) == (2, [2, 4, 5])


def test_crooked_csv_rows_are_named(tmp_path):
    path = tmp_path / "catalogue.csv"
    path.write_text('sku,name,attributes\nSV-1,A\nSV-2,B,"{}",more\nSV-3,C,{"a"\nSV-4,"D\nE",\nSV-5,F,\n')

    report = import_catalogue(path, now=NOON)

    assert [(rejection.line, rejection.name) for rejection in report.rejected] == [(3, "SV-2"), (4, "SV-3")]
    assert set(Style.objects.values_list("pk", flat=True)) == {"SV-1", "SV-4", "SV-5"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"name\nA\n", "no column named sku"), (b"sku,name\nA,\xe9\n", "not UTF-8"), (b"", "no column")],
)
def test_a_csv_that_is_no_catalogue_is_refused_as_a_whole(tmp_path, data: bytes, reason: str):
    path = tmp_path / "catalogue.csv"
    path.write_bytes(data)

    with pytest.raises(CatalogueUnreadable, match=reason):
        import_catalogue(path, now=NOON)


def test_the_same_image_is_stored_once(tmp_path):
    write_jpeg(tmp_path / "a.jpg", 1)
    write_jpeg(tmp_path / "b.jpg", 1)

    import_catalogue(
        write(tmp_path, row("SV-1", images=["a.jpg"]), row("SV-2", images=["b.jpg"])), now=NOON, processes=2
    )

    assert Style.objects.get(pk="SV-1").images == Style.objects.get(pk="SV-2").images == [digest(jpeg(1))]
    assert len([path for path in (config.data_dir / "media").rglob("*") if path.is_file()]) == 3


def test_retiring_names_unknown_skus_and_stops_for_none(tmp_path):
    import_catalogue(write(tmp_path, row("SV-1"), row("SV-2", retired_on="2026-01-01")), now=NOON)

    report = retire(["SV-1", "nope", "SV-2", "SV-1"], day=date(2026, 3, 14), now=LATER)

    assert (report.retired, report.already, report.unknown) == (("SV-1",), ("SV-2",), ("nope",))
    style = Style.objects.get(pk="SV-1")
    assert (style.retired_on, style.changed_at) == (date(2026, 3, 14), LATER)
    assert Style.objects.get(pk="SV-2").retired_on == date(2026, 1, 1)


def test_the_commands_print_one_document_or_a_table_and_fail_clearly(tmp_path):
    path, out = write(tmp_path, row("SV-1"), row("SV/2")), StringIO()
    call_command("catalogue", "import", str(path), "--json", "--processes", "1", stdout=out)
    document = json.loads(out.getvalue())
    assert (document["added"], document["rejected"][0]["name"]) == (1, "SV/2")

    out = StringIO()
    call_command("catalogue", "retire", "SV-1", "nope", stdout=out)
    assert "nope" in out.getvalue()
    assert Style.objects.active().count() == 0

    with pytest.raises(SystemExit):
        call_command("catalogue", "retire", "nope", "--json", stdout=StringIO())
    with pytest.raises(SystemExit):
        call_command("catalogue", "import", str(write(tmp_path, {})), "--processes", "1", stdout=StringIO())
    with pytest.raises(CommandError, match="there is no file"):
        call_command("catalogue", "import", str(tmp_path / "gone.csv"))
    with pytest.raises(CommandError, match="there is no folder"):
        call_command("catalogue", "import", str(path), "--images", str(tmp_path / "gone"))
