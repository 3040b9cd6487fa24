"""Whether a dress can be sent follows from its days, its sizes and the pieces that are away."""

from datetime import date

import pytest

from truther.rules.stock import Stock, stock_of

DAY = date(2026, 3, 14)
TWO_SIZES = frozenset({"S", "M"})


@pytest.mark.parametrize(
    ("stock", "size", "out", "why"),
    [
        (Stock(None, None, TWO_SIZES, 1), "", [], ""),
        (Stock(date(2026, 3, 15), None, TWO_SIZES, 1), "", [], "not yet there"),
        (Stock(DAY, None, TWO_SIZES, 1), "", [], ""),
        (Stock(None, DAY, TWO_SIZES, 1), "", [], "retired"),
        (Stock(None, date(2026, 3, 15), TWO_SIZES, 1), "", [], ""),
        (Stock(None, None, TWO_SIZES, 1), "L", [], "not in this size"),
        (Stock(None, None, TWO_SIZES, 1), "M", ["S"], ""),
        (Stock(None, None, TWO_SIZES, 1), "M", ["M"], "rented out"),
        (Stock(None, None, TWO_SIZES, 1), "M", [""], "rented out"),
        (Stock(None, None, TWO_SIZES, 2), "M", ["M"], ""),
        (Stock(None, None, TWO_SIZES, 1), "", ["M"], ""),
        (Stock(None, None, TWO_SIZES, 1), "", ["M", "S"], "rented out"),
        (Stock(None, None, frozenset(), 1), "", ["M"], "rented out"),
    ],
)
def test_why_a_dress_cannot_be_sent(stock, size, out, why):
    assert stock.why_not(DAY, size, out) == why


def test_the_catalogue_says_sizes_and_pieces_or_rentals_do():
    said = stock_of({"sizes": "4, 6;8", "pieces": "3"}, None, None, {"XS"})
    unsaid = stock_of({"pieces": "many"}, None, None, {"XS"})

    assert (said.sizes, said.pieces) == (frozenset({"4", "6", "8"}), 3)
    assert (unsaid.sizes, unsaid.pieces) == (frozenset({"XS"}), 1)
