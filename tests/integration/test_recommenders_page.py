"""The recommenders page shows what was measured and goes back; product pages show what else is worn."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.conftest import MINUTE, NOON
from tests.factories import make_golden, make_photo
from tests.renting import stock
from truther import rack
from truther.flow import recommend, reinstate
from truther.models import RecommendationList, RecommenderRun, SimilarStyles
from truther.models.shelves import style_page

pytestmark = [
    pytest.mark.django_db(databases=["default", "documents"]),
    pytest.mark.usefixtures("empty_rack"),
]
FIRST, SECOND = "2026-03-14", "2026-03-15"


def night(name: str) -> None:
    recommend.recommend(name, at=NOON + MINUTE, clock=lambda: NOON + MINUTE)


def test_only_staff_comes_in(client, ann_client):
    assert client.get(reverse("control_recommenders")).status_code == 302
    assert ann_client.get(reverse("control_recommenders")).status_code == 403


def test_before_the_first_night_the_page_says_what_to_do(staff_client):
    page = staff_client.get(reverse("control_recommenders")).content.decode()

    assert "None serves yet: import rentals" in page


def test_the_page_shows_every_model_with_its_interval_and_the_plots(town_served, staff_client):
    page = staff_client.get(reverse("control_recommenders")).content.decode()

    assert page.count("surely better</span>") > 0
    assert "popular:window_days=90" in page
    assert "takes over from popular" in page
    for name in ("roc", "precision-recall-narrow"):
        answer = staff_client.get(reverse("control_recommenders_plot", args=[FIRST, name]))
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
        assert b"<svg" in answer.content


@pytest.mark.parametrize("name", ["nothing", "roc-narrow-narrow"])
def test_a_plot_that_was_not_drawn_is_not_there(town_served, staff_client, name):
    assert staff_client.get(reverse("control_recommenders_plot", args=[FIRST, name])).status_code == 404


def test_going_back_is_one_step_with_a_reason(town_served, staff_client):
    night(SECOND)
    asked = {"run": FIRST, "why": "The new one offers too few.", "agreed": "on"}

    answer = staff_client.post(reverse("control_recommenders_serve"), asked, follow=True)

    assert f"{FIRST} recommends again." in answer.content.decode()
    assert rack.champion() == FIRST
    assert RecommenderRun.objects.named(FIRST).role == "champion"
    last = rack.history()[-1]
    assert (last.event, last.by, last.why) == ("rolled back", "sam", "The new one offers too few.")


def test_going_back_without_a_reason_changes_nothing(town_served, staff_client):
    night(SECOND)

    answer = staff_client.post(reverse("control_recommenders_serve"), {"run": FIRST, "why": " "})

    assert "Say why" in answer.content.decode()
    assert rack.champion() == SECOND


def test_lists_of_old_runs_go_and_with_them_the_way_back(town_served, staff_client):
    for number in range(15, 18):
        night(f"2026-03-{number}")

    assert RecommendationList.objects.filter(run_id=FIRST).count() == 0
    assert SimilarStyles.objects.filter(run_id=FIRST).count() == 0
    asked = {"run": FIRST, "why": "It was better.", "agreed": "on"}
    answer = staff_client.post(reverse("control_recommenders_serve"), asked)
    assert answer.status_code == 409
    assert "the next night makes new ones" in answer.content.decode()
    with pytest.raises(reinstate.NoReason):
        reinstate.reinstate(FIRST, now=NOON, by="sam", why=" ")


def test_the_product_page_shows_what_customers_also_wore_in_verified_photos(town_served, ann_client):
    others = [sku for sku, _ in SimilarStyles.objects.of(FIRST, "long-0")]
    for number, (sku, rights) in enumerate(zip(others[:3], ("granted", "refused", "granted"), strict=True)):
        photo = make_photo(f"p{number}", rights=rights)
        make_golden(photo.pk, style=sku, rights=rights, fit=number != 2, settled_at=NOON + timedelta(hours=1))

    shown = style_page("long-0", recommender=FIRST)
    assert shown is not None
    worn = shown.also_worn
    page = ann_client.get(reverse("style", args=["long-0"])).content.decode()

    assert [(style.pk, photo.pk) for style, photo in worn] == [(others[0], "p0")]
    assert "Customers also wore" in page
    assert reverse("style", args=[others[0]]) in page


def test_a_product_page_without_a_recommender_is_as_before(ann_client):
    stock()

    page = ann_client.get(reverse("style", args=["long-0"])).content.decode()

    assert "also wore" not in page
