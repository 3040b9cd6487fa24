import gzip

import pandas
import pyarrow
import pytest
from pyarrow import parquet

from recsys.data import read_frame, read_interactions
from recsys.refusal import BadFile, BadInteractions

ROWS = {
    "user": ["ann", "ben"],
    "item": ["007", "42"],
    "value": [4.0, 5.0],
    "time": ["2026-01-01T00:00:00Z", "2026-01-02"],
}


def same(data):
    assert list(data.users.names) == ["ann", "ben"]
    assert list(data.items.names) == ["007", "42"]
    assert data.csr.toarray().tolist() == [[4, 0], [0, 5]]
    assert data.times.tolist() == [1767225600, 1767312000]


@pytest.mark.parametrize(("name", "comma"), [("rows.csv", ","), ("rows.tsv", "\t")])
def test_a_text_file_is_read_by_its_column_names_and_ids_keep_their_zeros(tmp_path, name, comma):
    lines = [comma.join(ROWS), *(comma.join(map(str, row)) for row in zip(*ROWS.values(), strict=True))]
    (tmp_path / name).write_text("\n".join(lines) + "\n")

    same(read_interactions(tmp_path / name))


def test_ids_that_are_all_plain_whole_numbers_are_numbers(tmp_path):
    (tmp_path / "rows.csv").write_text("user,item\n10,1\n9,1\n")

    assert read_interactions(tmp_path / "rows.csv").users.names.tolist() == [9, 10]


def test_parquet_is_read(tmp_path):
    parquet.write_table(pyarrow.table(ROWS), tmp_path / "rows.parquet")

    same(read_interactions(tmp_path / "rows.parquet"))


def test_timestamps_of_parquet_keep_their_moment(tmp_path):
    moments = pyarrow.array([1767225600_000, 1767312000_000], pyarrow.timestamp("ms", tz="Europe/Berlin"))
    parquet.write_table(pyarrow.table({**ROWS, "time": moments}), tmp_path / "rows.parquet")

    same(read_interactions(tmp_path / "rows.parquet"))


@pytest.mark.parametrize("frame", [ROWS, pandas.DataFrame(ROWS), pyarrow.table(ROWS)])
def test_frames_are_read(frame):
    same(read_frame(frame))


def test_columns_may_have_other_names():
    other = {"who": ROWS["user"], "what": ROWS["item"], "stars": ROWS["value"], "at": ROWS["time"]}

    same(read_frame(other, user="who", item="what", value="stars", time="at"))


def test_values_and_times_may_be_missing():
    data = read_frame({"user": ["ann"], "item": ["red"]})

    assert not data.valued
    assert data.times is None


@pytest.mark.parametrize("names", [{"user": "who"}, {"value": "stars"}, {"time": "at"}])
def test_a_missing_column_is_named_beside_those_there_are(names):
    with pytest.raises(BadFile, match=r"no column '(who|stars|at)'; the columns are user, item, value, time"):
        read_frame(ROWS, **names)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BadFile, match=r"there is no file .*rows.csv"):
        read_interactions(tmp_path / "rows.csv")


@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet"])
def test_an_empty_file_is_refused(tmp_path, name):
    (tmp_path / name).write_text("")

    with pytest.raises(BadFile, match=f"{name} cannot be read"):
        read_interactions(tmp_path / name)


def test_a_row_with_too_few_columns_is_refused(tmp_path):
    (tmp_path / "rows.csv").write_text("user,item,value\nann,red,1\nben,blue\n")

    with pytest.raises(BadFile, match=r"rows.csv cannot be read"):
        read_interactions(tmp_path / "rows.csv")


def test_a_missing_value_in_a_file_is_refused_with_its_row(tmp_path):
    (tmp_path / "rows.csv").write_text("user,item,value\nann,red,1\nben,blue,\n")

    with pytest.raises(BadInteractions, match=r"row 1 has .* as value"):
        read_interactions(tmp_path / "rows.csv")


def test_one_id_with_leading_zeros_keeps_the_whole_column_text(tmp_path):
    (tmp_path / "rows.csv").write_text("user,item\n7,1\n007,1\n")

    assert read_interactions(tmp_path / "rows.csv").users.names.tolist() == ["007", "7"]


@pytest.mark.parametrize("odd", ["1.0", "+7", " 7", "true", "2026-01-01", "NA", "nan", "1e3", "9" * 30, "-0"])
def test_ids_of_a_text_file_stay_as_they_are_written(tmp_path, odd):
    (tmp_path / "rows.csv").write_text(f"user,item\n{odd},1\n7,1\n")

    assert odd in read_interactions(tmp_path / "rows.csv").users.names.tolist()


def test_negative_numbers_may_be_ids(tmp_path):
    (tmp_path / "rows.csv").write_text("user,item\n-5,1\n7,1\n")

    assert read_interactions(tmp_path / "rows.csv").users.names.tolist() == [-5, 7]


def test_a_missing_id_in_a_file_is_refused_with_its_row(tmp_path):
    (tmp_path / "rows.csv").write_text("user,item\nann,red\n,blue\n")

    with pytest.raises(BadInteractions, match="row 1 has no user"):
        read_interactions(tmp_path / "rows.csv")


@pytest.mark.parametrize("odd", ["inf", "-inf", "1,5", "much", "nan", "1e400"])
def test_a_value_in_a_file_that_is_no_finite_number_is_refused_with_its_row(tmp_path, odd):
    (tmp_path / "rows.csv").write_text(f'user,item,value\nann,red,1\nben,blue,"{odd}"\n')

    with pytest.raises(BadInteractions, match=r"row 1 has .* as value"):
        read_interactions(tmp_path / "rows.csv")


def test_times_of_a_text_file_may_be_seconds_days_or_moments_with_a_zone(tmp_path):
    for times in (("1767225600", "1767312000"), ("2026-01-01", "2026-01-02")):
        (tmp_path / "rows.csv").write_text(
            f"user,item,value,time\nann,007,4,{times[0]}\nben,42,5,{times[1]}\n"
        )
        same(read_interactions(tmp_path / "rows.csv"))
    (tmp_path / "rows.csv").write_text(
        "user,item,value,time\nann,007,4,2026-01-01 01:00:00+01:00\nben,42,5,2026-01-02 01:00:00+01:00\n"
    )
    same(read_interactions(tmp_path / "rows.csv"))


def test_a_file_with_only_its_first_line_has_no_interactions(tmp_path):
    (tmp_path / "rows.csv").write_text("user,item,value,time\n")

    data = read_interactions(tmp_path / "rows.csv")

    assert (data.n_users, data.n_items, data.nnz) == (0, 0, 0)


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_names(tmp_path):
    (tmp_path / "rows.csv").write_bytes(b"\xef\xbb\xbfuser,item\r\nann,red\r\n")

    data = read_interactions(tmp_path / "rows.csv")

    assert (data.users.names.tolist(), data.items.names.tolist()) == (["ann"], ["red"])


def test_a_compressed_file_is_read(tmp_path):
    with gzip.open(tmp_path / "rows.tsv.gz", "wt") as file:
        file.write("user\titem\nann\tred\n")

    assert read_interactions(tmp_path / "rows.tsv.gz").nnz == 1


@pytest.mark.parametrize("name", ["rows.csv.gz", "rows.parquet", "rows.csv"])
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"user,item\n\xff\xfe,\x80\x81\nPAR1")

    with pytest.raises(BadFile, match=f"{name} cannot be read"):
        read_interactions(tmp_path / name)


def test_a_column_that_is_there_twice_is_refused(tmp_path):
    (tmp_path / "rows.csv").write_text("user,item,user\nann,red,ben\n")

    with pytest.raises(BadFile, match="column 'user' is there twice"):
        read_interactions(tmp_path / "rows.csv")


def test_parquet_keeps_text_ids_and_categories_and_days(tmp_path):
    days = pyarrow.array([20454, 20455], pyarrow.date32())
    users = pyarrow.array(ROWS["user"]).dictionary_encode()
    items = pyarrow.array(ROWS["item"], pyarrow.large_string())
    values = pyarrow.array([4, 5], pyarrow.int8())
    table = pyarrow.table({"user": users, "item": items, "value": values, "time": days})
    parquet.write_table(table, tmp_path / "rows.parquet")

    same(read_interactions(tmp_path / "rows.parquet"))


@pytest.mark.parametrize(
    ("column", "sentence"), [("user", "no user"), ("value", "as value"), ("time", "no time")]
)
def test_an_empty_cell_of_parquet_is_refused_with_its_row(tmp_path, column, sentence):
    rows: dict = {**ROWS, "user": [1, 2], "time": [5, 6]}
    rows[column] = [rows[column][0], None]
    parquet.write_table(pyarrow.table(rows), tmp_path / "rows.parquet")

    with pytest.raises(BadInteractions, match=f"row 1 has .*{sentence}"):
        read_interactions(tmp_path / "rows.parquet")


def test_frames_of_pandas_keep_zones_and_name_missing_cells():
    moments = pandas.to_datetime(ROWS["time"], format="ISO8601", utc=True).tz_convert("Asia/Tokyo")
    frame = pandas.DataFrame({**ROWS, "time": moments})
    frame["user"] = frame["user"].astype("category")

    same(read_frame(frame))

    frame["value"] = pandas.array([4, None], dtype="Int64")
    with pytest.raises(BadInteractions, match=r"row 1 has .* as value"):
        read_frame(frame)
