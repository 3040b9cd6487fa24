"""Recommendations over the API: from stored lists, of what can be sent, with reasons that add up."""

from datetime import timedelta

import pytest

from tests.conftest import NOON
from tests.factories import make_style
from tests.renting import rent
from truther.models import Style

pytestmark = [
    pytest.mark.django_db(databases=["default", "documents"]),
    pytest.mark.usefixtures("empty_rack"),
]
DAY = "2026-03-14"


def ask(client, user: str, **asked) -> dict:
    answer = client.get(f"/api/v1/recommendations/{user}", {"date": DAY} | asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def skus(found: dict) -> list[str]:
    return [item["sku"] for item in found["results"]]


def test_nobody_is_let_in_without_a_token(client):
    assert client.get("/api/v1/recommendations/dora").status_code == 401
    assert client.get("/api/v1/styles/red-wrap/similar").status_code == 401


def test_before_a_recommender_serves_the_answer_says_so(ann_client):
    found = ask(ann_client, "dora")

    assert (found["recommender"], found["results"]) == ("", [])
    assert found["why"].startswith("No recommender serves yet")


def test_a_known_customer_gets_what_suits_her_and_why(town_served, ann_client):
    found = ask(ann_client, "c001", count=3)

    assert (found["user"], found["recommender"], found["date"]) == ("c001", DAY, DAY)
    assert found["why"] == "From what this customer rented and posted."
    assert all(sku.startswith("long") for sku in skus(found))
    for item in found["results"]:
        amounts = sum(one["amount"] for one in item["because"])
        assert item["score"] == pytest.approx(item["base"] + amounts + item["rest"], abs=1e-5)
        assert len(item["because"]) == 3


def test_a_stranger_gets_what_is_popular_and_is_told_so(town_served, ann_client):
    found = ask(ann_client, "nobody", count=5)

    assert found["why"].startswith("Nothing is known of this customer yet")
    assert len(found["results"]) == 5
    assert {item["source"] for item in found["results"]} == {"popular"}
    assert {item["base"] for item in found["results"]} == {None}


def test_a_retired_dress_makes_room_for_the_next_one(town_served, ann_client):
    before = skus(ask(ann_client, "c001", count=2))
    Style.objects.filter(pk=before[0]).update(retired_on=NOON.date())

    found = ask(ann_client, "c001", count=2)

    assert skus(found)[0] == before[1]
    assert len(skus(found)) == 2
    assert found["left_out"] == {"retired": 1}


def test_a_dress_that_is_with_somebody_on_the_day_comes_again_when_it_is_back(town_served, ann_client):
    [first] = skus(ask(ann_client, "c001", count=1, size="M"))
    rent("dora", first, NOON - timedelta(days=1), size="M", returned_at=NOON + timedelta(days=2))

    assert first not in skus(ask(ann_client, "c001", count=16, size="M"))
    assert first in skus(ask(ann_client, "c001", count=16))  # a small one is left
    assert first in skus(ask(ann_client, "c001", count=16, size="M", date="2026-03-20"))


def test_only_dresses_of_the_size_are_offered(town_served, ann_client):
    assert ask(ann_client, "c001", size="XL")["results"] == []
    Style.objects.filter(pk="long-0").update(attributes={"sizes": "M, XL", "pieces": "2"})
    found = skus(ask(ann_client, "nobody", size="XL"))

    assert found == ["long-0"]


def test_a_dress_that_comes_later_is_not_offered_before(town_served, ann_client):
    [first] = skus(ask(ann_client, "c001", count=1))
    Style.objects.filter(pk=first).update(acquired_on=NOON.date() + timedelta(days=5))

    found = ask(ann_client, "c001", count=1)

    assert skus(found) != [first]
    assert found["left_out"] == {"not yet there": 1}
    assert skus(ask(ann_client, "c001", count=1, date="2026-03-19")) == [first]


def test_what_she_rented_since_the_night_does_not_come_again(town_served, ann_client):
    [first] = skus(ask(ann_client, "c001", count=1))
    rent("c001", first, NOON - timedelta(days=30), id="late", returned_at=NOON - timedelta(days=20))

    assert first not in skus(ask(ann_client, "c001", count=16))


def test_similar_dresses_go_to_the_same_customers(town_served, ann_client):
    found = ann_client.get("/api/v1/styles/short-0/similar", {"date": DAY, "count": 4}).json()

    assert (found["sku"], found["recommender"], found["why"]) == ("short-0", DAY, "")
    assert all(item["sku"].startswith("short") for item in found["results"])
    likeness = [item["likeness"] for item in found["results"]]
    assert len(likeness) == 4
    assert likeness == sorted(likeness, reverse=True)


def test_a_dress_nobody_had_has_no_similar_ones_and_the_answer_says_why(town_served, ann_client):
    make_style("new-one")

    found = ann_client.get("/api/v1/styles/new-one/similar").json()

    assert found["results"] == []
    assert found["why"].startswith("Too few customers")
    assert ann_client.get("/api/v1/styles/nothing/similar").status_code == 404


@pytest.mark.parametrize(
    "asked", [{"count": 0}, {"count": 51}, {"date": "soon"}, {"size": "x" * 17}, {"colour": "red"}]
)
def test_wrong_questions_are_refused_by_name(ann_client, asked):
    answer = ann_client.get("/api/v1/recommendations/dora", asked)

    assert answer.status_code == 400
    assert list(answer.json()) == list(asked)
