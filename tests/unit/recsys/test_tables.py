"""Tables read the same numbers out in every form."""

import json

from recsys.tables import Table, written

TABLE = Table(
    "Two models",
    [{"model": "ease|x", "P@10": 0.45678, "users": 1234}, {"model": "<random>", "P@10": float("nan")}],
    notes=("A note.",),
)


def test_text_aligns_numbers_to_the_right():
    assert TABLE.text() == (
        "Two models\n"
        "model       P@10  users\n"
        "ease|x    0.4568  1,234\n"
        "<random>       -      -\n"
        "A note.\n"
    )  # fmt: skip


def test_markdown_escapes_bars():
    assert "| ease\\|x | 0.4568 | 1,234 |" in TABLE.markdown()
    assert "| --- | ---: | ---: |" in TABLE.markdown()


def test_html_escapes_names_and_has_headed_columns():
    assert '<td>&lt;random&gt;</td><td class="number">-</td>' in TABLE.html()
    assert '<th scope="col">model</th><th scope="col" class="number">P@10</th>' in TABLE.html()


def test_json_keeps_digits_and_has_no_nan():
    document = json.loads(json.dumps(TABLE.json(), allow_nan=False))

    assert document["rows"] == [
        {"model": "ease|x", "P@10": 0.45678, "users": 1234},
        {"model": "<random>", "P@10": None},
    ]


def test_numbers_are_written_with_about_four_digits():
    assert [written(cell) for cell in (0.5, 8.9e-16, 0.0, 12.345, 6789.5, 0, True, None, "a")] == [
        "0.5000", "8.9e-16", "0.0000", "12.3", "6,790", "0", "True", "-", "a",
    ]  # fmt: skip
