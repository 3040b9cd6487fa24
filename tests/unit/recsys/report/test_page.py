"""The page of a result stands alone."""

import re

from recsys.report import page
from tests.unit.recsys.results import model, result

DOCUMENT = result(model("popular", 0.3), model("<b>ease", 0.42, rmse=0.9))


def test_the_page_asks_nothing_of_any_server():
    html = page(DOCUMENT)

    addresses = re.findall(r"""(?:src|href|action)\s*=\s*["']([^"']*)|url\(([^)]*)\)""", html)
    assert {first or second for first, second in addresses if not (first or second).startswith("#")} == {
        "data:,"
    }
    assert "<script" not in html
    assert "@import" not in html


def test_equal_results_give_equal_pages():
    assert page(DOCUMENT) == page(DOCUMENT)


def test_names_and_warnings_are_escaped():
    html = page(DOCUMENT)

    assert "<b>" not in html
    assert "&lt;b&gt;ease" in html
    assert '<p class="warning">Mind &lt;this&gt;.</p>' in html


def test_it_says_how_to_come_to_the_same_numbers():
    html = page(DOCUMENT)

    assert "<code>python -m recsys evaluate --data a.csv</code>" in html
    assert "ab" * 32 in html
    assert "A tenth is tested. 9,000 pairs of 500 users and 90 items; relevant from 4 up" in html
    assert "split (given=5)" in html


def test_every_plot_is_there_twice_for_two_widths_of_screens():
    html = page(DOCUMENT)

    assert html.count('role="img"') == 8
    ids = re.findall(r'<title id="([^"]+)"', html)
    assert len(set(ids)) == 8
