import numpy as np
import pandas
import pytest

from recsys.data import Ids
from recsys.refusal import BadInteractions, UnknownId


@pytest.mark.parametrize(
    "values",
    [
        [10, 9, 2],
        [np.int64(10), 9, np.int32(2)],
        [10.0, 9.0, 2.0],
        np.array([10, 9, 2], np.uint16),
        np.array([10, 9, 2], np.float64),
        np.array(pandas.array([10, 9, 2], dtype="Int64"), dtype=object),
    ],
)
def test_whole_numbers_of_any_kind_are_numbers(values):
    ids, rows = Ids.of(values)

    assert ids.names.dtype == np.int64
    assert ids.names.tolist() == [2, 9, 10]
    assert rows.tolist() == [2, 1, 0]


def test_negative_numbers_are_names_like_others():
    ids, _ = Ids.of([-1, 5, -7])

    assert ids.names.tolist() == [-7, -1, 5]
    assert ids.rows([-1, "-7"]).tolist() == [1, 0]


def test_text_keeps_its_zeros_and_differs_from_the_number_it_resembles():
    ids, _ = Ids.of(["007", "7"])

    assert ids.names.tolist() == ["007", "7"]
    assert ids.rows(["7", 7, "007"]).tolist() == [1, 1, 0]


@pytest.mark.parametrize("name", ["007", "+7", " 7", "--7", "7.0", "", "seven", "9" * 30, None, True, "٧"])
def test_only_the_plain_writing_of_a_number_finds_it(name):
    ids, _ = Ids.of([7, 1])

    assert ids.find([name, 7, "7"]).tolist() == [-1, 1, 1]


def test_numbers_beside_text_become_text():
    ids, rows = Ids.of([7, "red", 8.0])

    assert ids.names.tolist() == ["7", "8", "red"]
    assert rows.tolist() == [0, 2, 1]


def test_numbers_that_64_bits_do_not_hold_are_kept_as_text():
    ids, _ = Ids.of([2**64, 5])
    unsigned, _ = Ids.of(np.array([2**64 - 1, 5], np.uint64))

    assert ids.names.tolist() == ["18446744073709551616", "5"]
    assert unsigned.names.tolist() == ["18446744073709551615", "5"]


def test_bytes_are_read_as_text():
    assert Ids.of(np.array([b"ann", b"ben"]))[0].names.tolist() == ["ann", "ben"]


def test_a_text_that_reads_nan_is_a_name():
    assert Ids.of(["nan", "NA"])[0].names.tolist() == ["NA", "nan"]


@pytest.mark.parametrize("missing", [None, "", float("nan"), pandas.NA, pandas.NaT, np.datetime64("NaT")])
def test_a_missing_name_is_refused_with_its_row(missing):
    with pytest.raises(BadInteractions, match="row 1 has no user: fill it in or leave the row out"):
        Ids.of(["ann", missing], kind="user")


@pytest.mark.parametrize("value", [1.5, float("inf"), -float("inf")])
def test_a_number_that_is_not_whole_is_no_name(value):
    for column in ([1.0, value], np.array([1.0, value]), ["ann", value]):
        with pytest.raises(BadInteractions, match=f"row 1 has {value} as id: ids are whole numbers or text"):
            Ids.of(column)


def test_a_name_of_a_million_letters_is_refused_before_it_fills_the_memory():
    with pytest.raises(BadInteractions, match="row 1 has 1000000 letters as item: at most 1000"):
        Ids.of(["red", "x" * 1_000_000], kind="item")


def test_an_unknown_name_is_told_beside_how_many_there_are():
    with pytest.raises(UnknownId, match="user 'dan' is not among the 2 known"):
        Ids.of(["ann", "ben"], kind="user")[0].rows(["ben", "dan"])


def test_the_mark_of_a_short_list_is_nobodys_row():
    ids, _ = Ids.of(["ann", "ben"])

    with pytest.raises(IndexError, match="-1"):
        ids[-1]
    assert list(ids) == ["ann", "ben"]


def test_no_names_know_nobody():
    ids, rows = Ids.of([])

    assert (len(ids), len(rows)) == (0, 0)
    assert ids.find(["ann"]).tolist() == [-1]


def test_equal_names_of_another_kind_are_other_ids():
    assert Ids.of([1, 2])[0] == Ids.of([2, 1, 1])[0]
    assert Ids.of([1, 2])[0] != Ids.of(["1", "2"])[0]
