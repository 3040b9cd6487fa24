"""The demo's customers rent what they like, and a recommender finds out what that is."""

from datetime import timedelta

import pytest

from classifier.synthetic import design_posts, design_styles
from tests.conftest import NOON
from tests.factories import make_style
from tests.renting import clear_rack
from truther.demo.rentals import design_rentals, read_tastes, write_rentals
from truther.flow import recommend
from truther.flow.rentals import import_rentals
from truther.models import RecommendationList, RecommenderRun, Rental

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
STYLES = design_styles(180, seed=7)
POSTS = design_posts(60, STYLES, seed=7, newest_at=NOON)


def test_the_same_seed_invents_the_same_rentals():
    first, second = (design_rentals(STYLES, POSTS, seed=7, newest_at=NOON) for _ in range(2))

    assert [one.rentals for one in first] == [one.rentals for one in second]
    assert [one.tastes for one in first] == [one.tastes for one in second]


def test_owners_of_photos_rented_what_they_show():
    customers = {one.name: one for one in design_rentals(STYLES, POSTS, seed=7, newest_at=NOON)}

    for post in POSTS:
        if post.pictures[0].kind == "dress":
            rented = [(row[1], row[3]) for row in customers[post.owner].rentals]
            assert (post.pictures[0].sku, (post.taken_at - timedelta(days=3)).isoformat()) in rented


def test_lists_please_customers_more_than_what_is_popular(tmp_path):
    clear_rack()
    for style in STYLES:
        make_style(
            style.sku,
            acquired_on=style.acquired_on,
            retired_on=style.retired_on,
            attributes=style.attributes,
        )
    customers = design_rentals(STYLES, POSTS, seed=7, newest_at=NOON)
    report = import_rentals(write_rentals(tmp_path, customers), now=NOON)
    assert report.rejected == []
    assert report.added == Rental.objects.count() > 1000

    found = recommend.recommend("2026-03-14", at=NOON, clock=lambda: NOON)

    assert found.replaced
    attributes = {style.sku: style.attributes for style in STYLES}
    popular = [sku for sku, _ in RecommenderRun.objects.get().popular]
    listed, favoured = [], []
    for one in read_tastes(tmp_path):
        had = set(Rental.objects.skus_of(one.name, until=NOON))
        stored = RecommendationList.objects.of("2026-03-14", one.name)
        if stored is None:
            continue
        others = [sku for sku in popular if sku not in had]
        listed += [one.utility(attributes[item[0]]) for item in stored.items[:5]]
        favoured += [one.utility(attributes[sku]) for sku in others[:5]]
    assert sum(listed) / len(listed) > 1.2 * sum(favoured) / len(favoured)
