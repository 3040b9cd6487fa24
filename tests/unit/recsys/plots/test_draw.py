"""Plots are SVG that is accessible, the same for the same numbers, and asks nobody for anything."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from recsys.plots import PLOTS, draw, draw_all
from recsys.plots.labels import apart
from recsys.plots.look import short, styles
from recsys.refusal import BadParameter
from tests.unit.recsys.results import model, result

SVG = "{http://www.w3.org/2000/svg}"
DOCUMENT = result(model("popular", 0.3), model("ease:lam=$5<9", 0.42), model("silent", None))


@pytest.mark.parametrize("name", PLOTS)
@pytest.mark.parametrize("narrow", [False, True])
def test_a_plot_has_a_title_a_description_and_its_words_as_text(name, narrow):
    root = ElementTree.fromstring(draw(DOCUMENT, name, narrow=narrow))

    ids = {element.get("id"): element for element in root.iter() if element.get("id")}
    title, description = (ids[one] for one in root.get("aria-labelledby", "").split())
    words = ["".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")]
    assert root.get("role") == "img"
    assert title.text
    assert "popular" in (description.text or "")
    assert "ease:lam=$5<9" in words


@pytest.mark.parametrize("name", PLOTS)
def test_the_same_numbers_give_the_same_bytes(name):
    assert draw(DOCUMENT, name) == draw(DOCUMENT, name)


def test_plots_of_one_page_share_no_id():
    drawn = [*draw_all(DOCUMENT).values(), *draw_all(DOCUMENT, narrow=True).values()]

    paths = [{e.get("id") for e in ElementTree.fromstring(svg).iter(f"{SVG}clipPath")} for svg in drawn]

    assert len(set().union(*paths)) == sum(map(len, paths))


def test_colours_have_a_light_and_a_dark_side_and_nothing_is_fetched():
    for svg in draw_all(DOCUMENT).values():
        assert "prefers-color-scheme:dark" in svg
        assert "stroke: var(--plot-" in svg
        assert "<image" not in svg
        assert "url(http" not in svg


def test_an_unknown_plot_is_refused_with_those_there_are():
    with pytest.raises(BadParameter, match="roc, precision-recall, hits, quality-time"):
        draw(DOCUMENT, "pie")


def test_twenty_four_models_look_different():
    crowd = result(*(model(f"m{at}", at / 100) for at in range(24)))

    looks = [str(look) for look in styles(crowd).values()]

    assert len(set(looks)) == 24


def test_labels_keep_their_order_and_their_distance():
    wanted = [0.5, 0.51, 0.0, 0.49, 1.0, 0.01]

    places = apart(wanted, 0.08, 0, 1)

    ordered = [place for _, place in sorted(zip(wanted, places, strict=True))]
    assert all(after - before >= 0.08 - 1e-9 for before, after in pairwise(ordered))
    assert min(places) >= 0
    assert max(places) <= 1


def test_too_many_labels_share_what_room_there_is():
    places = apart([0.2] * 30, 0.08, 0, 1)

    assert max(places) == pytest.approx(1)
    assert min(places) == pytest.approx(0)


def test_labels_with_room_stay_where_they_want_to_be():
    assert apart([0.9, 0.1, 0.5], 0.1, 0, 1) == pytest.approx([0.9, 0.1, 0.5])


def test_a_long_name_says_that_it_goes_on():
    assert short("itemknn:nearest=500,shrinkage=100", 20) == "itemknn:nearest=500…"
    assert short("ease", 20) == "ease"
