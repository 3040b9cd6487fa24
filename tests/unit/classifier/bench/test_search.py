"""The bench of searches says for each way what it costs and what it misses."""

import json

from classifier.cli import main


def test_each_way_of_searching_is_held_against_plain_float32(capsys, tmp_path):
    asked = ["bench", "search", "--styles", "300", "--dims", "16", "--out", str(tmp_path), "--json"]
    assert main(asked) == 0
    first = capsys.readouterr().out

    [table] = json.loads(first)["tables"]
    rows = {row["search"]: row for row in table["rows"]}

    assert set(rows) == {"fp32", "bf16", "faiss", "faiss-ivf", "usearch"}
    assert rows["fp32"]["recall"] == rows["bf16"]["recall"] == rows["faiss"]["recall"] == 1.0
    assert all(row["ratio at 1"] > 0 and row["ratio at 32"] > 0 for row in rows.values())
    assert rows["bf16"]["extra MB"] == 300 * 16 * 2 / 1e6
    assert main(asked) == 0
    assert capsys.readouterr().out == first  # kept, not measured again
