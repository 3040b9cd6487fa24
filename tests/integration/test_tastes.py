"""What a night's latent factors are about, in dresses and words; nothing where there is nothing to say."""

import json

import pytest
from django.urls import reverse

from recsys.models.registry import make
from tests.conftest import NOON
from tests.renting import LONG, SHORT, clear_rack, rent, stock, town
from truther import rack
from truther.flow import recommend
from truther.flow.recommend import gathering, tastes
from truther.models import Style

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
RUN = "2026-03-14"


@pytest.fixture(autouse=True)
def shop() -> None:
    clear_rack()
    stock()
    for length, skus in (("long", LONG), ("short", SHORT)):
        Style.objects.filter(pk__in=skus).update(
            attributes={"length": length, "sizes": "4 6", "trim": "none"}
        )


def run() -> None:
    recommend.recommend(RUN, at=NOON, clock=lambda: NOON)


def ends(found: dict) -> list[tuple[set[str], list[str]]]:
    """Styles and attributes of both ends of the first axis, the long ones first."""
    axis = found["axes"][0]
    both = [(set(axis[side]["skus"]), [t[0] for t in axis[side]["traits"]]) for side in ("low", "high")]
    return sorted(both, key=lambda end: sorted(end[0]))


def test_the_first_axis_of_a_town_with_two_tastes_is_that_taste():
    town(NOON)

    run()

    (long, long_words), (short, short_words) = ends(rack.tastes(RUN))
    assert (long, short) == (set(LONG), set(SHORT))
    assert "length: long" in long_words
    assert "length: short" in short_words
    assert not [word for word in long_words + short_words if "sizes" in word or "none" in word]


def test_a_champion_that_has_factors_is_told_itself():
    town(NOON)
    data = gathering.gather(NOON).interactions()
    spec = "blend:parts=('ials:k=4','popular'),weights=(1,.5)"

    found = tastes.told(make(spec).fit(data), {}, data, None)

    assert found["spec"] == "ials"
    assert {frozenset(skus) for skus, _ in ends(found)} == {frozenset(LONG), frozenset(SHORT)}


def test_a_run_without_factors_says_nothing(staff_client):
    rent("dora", "long-0", NOON)

    run()
    page = staff_client.get(reverse("control_recommenders")).content.decode()

    assert rack.tastes(RUN) == {}
    assert "What it tells apart" not in page


def test_the_page_shows_both_ends_with_pictures_and_words(staff_client):
    town(NOON)
    run()
    Style.objects.filter(pk="long-0").update(images=["ab" * 32])
    axis = rack.tastes(RUN)["axes"][0]
    gone = axis["low"]["skus"][0]
    Style.objects.filter(pk=gone).delete()

    page = staff_client.get(reverse("control_recommenders")).content.decode()

    assert "What it tells apart" in page
    assert page.count('class="end"') == 2 * len(rack.tastes(RUN)["axes"])
    assert "<b>length: long</b> <small>100%, anywhere 50%</small>" in page
    assert reverse("style", args=[axis["high"]["skus"][0]]) in page
    assert reverse("style", args=[gone]) not in page
    assert json.dumps(gone) not in page
