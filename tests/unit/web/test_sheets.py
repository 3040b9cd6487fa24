"""Downloads open in a spreadsheet, and nothing in them runs there."""

import csv
import io
from datetime import date

import pytest

from truther.web.sheets import sheet


def read(*rows: tuple) -> list[list[str]]:
    return list(csv.reader(io.StringIO(sheet("votes", ("person", "votes"), rows).content.decode())))


def test_a_sheet_is_a_named_file_with_a_header():
    answer = sheet("votes", ("day", "votes"), [(date(2026, 3, 14), 3), ("Zoë", None)])

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="votes.csv"'
    assert answer.content.decode() == "day,votes\r\n2026-03-14,3\r\nZoë,\r\n"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@cmd", "\t=1", "\r=1"])
def test_a_text_that_a_spreadsheet_would_run_is_quoted(name):
    assert read((name, 1))[1] == [f"'{name}", "1"]


def test_numbers_below_zero_stay_numbers():
    assert read(("ann", -5), ("a-b=c", 0.5))[1:] == [["ann", "-5"], ["a-b=c", "0.5"]]


def test_quotes_and_lines_stay_in_their_cell():
    assert read(('a "b", c\nd', 1))[1] == ['a "b", c\nd', "1"]
