"""Rentals come in row by row; bad rows say why and are kept apart, nothing is taken twice."""

import csv
import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pyarrow
import pytest
from django.core.management import CommandError, call_command
from pyarrow import parquet

from tests.conftest import NOON
from tests.factories import make_style
from truther.flow.rentals import RentalsReport, forget, import_rentals
from truther.models import Rental
from truther.rules.stock import Out
from truther.sources.rentals_file import RentalsUnreadable

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
HEADER = "customer,sku,rented_at,size,returned_at"


@pytest.fixture(autouse=True)
def shop() -> None:
    for sku in ("red-wrap", "blue-column"):
        make_style(sku)


def write(folder: Path, *lines: str, header: str = HEADER, name: str = "rentals.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


def counts(report: RentalsReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, len(report.rejected)


def test_a_row_becomes_a_rental(tmp_path):
    long = "dora,red-wrap,2026-03-01T10:00:00+02:00,S,2026-03-05"
    path = write(tmp_path, long, "eva,red-wrap,2026-03-02,,")

    assert counts(import_rentals(path, now=NOON)) == (2, 0, 0, 0)

    one = Rental.objects.get(customer="dora")
    assert (one.sku, one.size) == ("red-wrap", "S")
    assert one.rented_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert one.returned_at == datetime(2026, 3, 5, tzinfo=UTC)
    assert Rental.objects.get(customer="eva").returned_at is None


def test_the_same_file_again_changes_nothing_and_a_mended_one_changes_its_row(tmp_path):
    path = write(tmp_path, "dora,red-wrap,2026-03-01,S,", "eva,red-wrap,2026-03-01,M,")
    import_rentals(path, now=NOON)

    assert counts(import_rentals(path, now=NOON)) == (0, 0, 2, 0)

    later = write(tmp_path, "dora,red-wrap,2026-03-01T15:00,S,2026-03-09", "eva,red-wrap,2026-03-01,M,")
    assert counts(import_rentals(later, now=NOON)) == (0, 1, 1, 0)
    assert Rental.objects.count() == 2
    assert Rental.objects.get(customer="dora").returned_at == datetime(2026, 3, 9, tzinfo=UTC)


def test_rows_of_one_customer_sku_and_day_need_ids_to_be_two_rentals(tmp_path):
    path = write(tmp_path, "dora,red-wrap,2026-03-01,S,", "dora,red-wrap,2026-03-01,M,")

    report = import_rentals(path, now=NOON)

    assert counts(report) == (1, 0, 0, 1)
    assert (report.rejected[0].line, Rental.objects.get().size) == (3, "S")
    assert "give each rental an id" in report.rejected[0].reason

    named = write(
        tmp_path, "r1,dora,red-wrap,2026-03-01,S", "r2,dora,red-wrap,2026-03-01,M",
        header="id,customer,sku,rented_at,size",
    )  # fmt: skip
    assert counts(import_rentals(named, now=NOON)) == (2, 0, 0, 0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",red-wrap,2026-03-01,,", "customer is missing"),
        ("dora,,2026-03-01,,", "sku must be"),
        ("dora,green-swing,2026-03-01,,", "the catalogue has no such style: import the catalogue"),
        ("dora,red-wrap,,,", "rented_at is missing"),
        ("dora,red-wrap,yesterday,,", "rented_at is not a time"),
        ("dora,red-wrap,1999-01-01,,", "before 2000"),
        ("dora,red-wrap,2026-03-05,,2026-03-01", "returned_at is before rented_at"),
        ("dora,red-wrap,2026-03-01,S,,more", "more values than there are columns"),
        (f"{'d' * 65},red-wrap,2026-03-01,,", "customer is longer than 64"),
    ],
)
def test_a_bad_row_says_why_and_stops_no_other(tmp_path, line, reason):
    path = write(tmp_path, line, "eva,red-wrap,2026-03-01,,")

    report = import_rentals(path, now=NOON)

    assert counts(report) == (1, 0, 0, 1)
    assert report.rejected[0].line == 2
    assert reason in report.rejected[0].reason


def test_rejected_rows_are_kept_whole_and_can_be_imported_once_mended(tmp_path):
    path = write(tmp_path, "dora,new-style,2026-03-01,S,", "eva,red-wrap,2026-03-02,M,")

    report = import_rentals(path, now=NOON)

    assert report.rejects_file == str(tmp_path / "rentals.rejected.csv")
    [kept] = csv.DictReader(StringIO(Path(report.rejects_file).read_text()))
    assert (kept["line"], kept["customer"], kept["sku"], kept["size"]) == ("2", "dora", "new-style", "S")
    make_style("new-style")
    again = tmp_path / "again"
    assert counts(import_rentals(Path(report.rejects_file), now=NOON, rejects=again)) == (1, 0, 0, 0)
    assert not again.exists()


def test_a_dry_run_counts_and_writes_nothing(tmp_path):
    path = write(tmp_path, "dora,red-wrap,2026-03-01,S,", "eva,nothing,2026-03-02,M,")

    report = import_rentals(path, now=NOON, dry_run=True)

    assert counts(report) == (1, 0, 0, 1)
    assert Rental.objects.count() == 0
    assert [file.name for file in tmp_path.iterdir()] == ["rentals.csv"]


def test_tabs_semicolons_and_parquet_say_the_same(tmp_path):
    row = ("dora", "red-wrap", "2026-03-01T10:00:00")
    names = ("customer", "sku", "rented_at")
    tabs = write(tmp_path, "\t".join(row), header="\t".join(names), name="a.tsv")
    semicolons = write(tmp_path, ";".join(row), header=";".join(names), name="b.csv")
    columns = {"customer": ["dora"], "sku": ["red-wrap"], "rented_at": [datetime(2026, 3, 1, 10)]}  # noqa: DTZ001
    parquet.write_table(pyarrow.table(columns), tmp_path / "c.parquet")

    reports = [counts(import_rentals(path, now=NOON)) for path in (tabs, semicolons, tmp_path / "c.parquet")]

    assert reports == [(1, 0, 0, 0), (0, 0, 1, 0), (0, 0, 1, 0)]


def test_a_file_that_holds_no_rentals_is_refused_whole(tmp_path):
    for path, words in [
        (tmp_path / "none.csv", "there is no file"),
        (write(tmp_path, "dora,red-wrap", header="customer,sku"), "no column rented_at"),
        (write(tmp_path, "nothing", name="x.parquet"), "is not Parquet"),
    ]:
        with pytest.raises(RentalsUnreadable, match=words):
            import_rentals(path, now=NOON)


def test_the_command_reports_for_machines_and_for_people(tmp_path):
    path = write(tmp_path, "dora,red-wrap,2026-03-01,S,", "eva,nothing,2026-03-02,M,")
    document, table = StringIO(), StringIO()

    call_command("rentals", "import", str(path), "--json", stdout=document)
    call_command("rentals", "import", str(path), stdout=table)

    report = json.loads(document.getvalue())
    assert (report["added"], report["rejected"][0]["name"]) == (1, "nothing")
    assert "mend and import them" in table.getvalue()
    with pytest.raises(CommandError, match="there is no file"):
        call_command("rentals", "import", str(tmp_path / "none.csv"))


def test_a_customer_who_is_forgotten_has_no_rentals(tmp_path):
    import_rentals(write(tmp_path, "dora,red-wrap,2026-03-01,S,", "eva,red-wrap,2026-03-02,M,"), now=NOON)

    assert forget("dora") == 1
    assert [rental.customer for rental in Rental.objects.all()] == ["eva"]


def test_a_dress_is_out_until_it_is_back_or_eight_days_have_passed(tmp_path):
    import_rentals(
        write(tmp_path, "dora,red-wrap,2026-03-01,S,2026-03-04", "eva,blue-column,2026-03-01,M,"), now=NOON
    )
    both = ["red-wrap", "blue-column"]

    def out(day: date) -> list[Out]:
        return sorted(Rental.objects.out_on(day, both), key=lambda one: one.sku)

    first = date(2026, 3, 1)
    assert out(first - timedelta(days=1)) == []
    assert out(first) == [Out("blue-column", "M"), Out("red-wrap", "S")]
    assert out(date(2026, 3, 5)) == [Out("blue-column", "M")]
    assert out(date(2026, 3, 9)) == []
