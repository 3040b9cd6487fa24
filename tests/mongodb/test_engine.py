"""What `truther.mongodb` mends in the official backend, seen through the ORM and through pymongo."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, NotSupportedError, connections
from django.db.models import Exists, F, OuterRef, Q, Subquery
from pymongo.collection import Collection

from tests.conftest import MINUTE, NOON
from tests.factories import make_batch, make_photo, make_style
from truther.models import Batch, Photo, Style, Vote

pytestmark = pytest.mark.django_db(databases=["default", "documents"], transaction=True)


def collection(name: str) -> "Collection[dict[str, Any]]":
    """Return one collection of the session's throw-away database, by pymongo."""
    connection: Any = connections["documents"]
    found: Collection[dict[str, Any]] = connection.get_collection(name)
    return found


def cast(vote_id: str, *, photo: str = "p1", person: str = "ann", live: bool = True) -> Vote:
    """Store one vote."""
    return Vote.objects.create(
        id=vote_id, photo_id=photo, person=person, choice="none", live=live, cast_at=NOON
    )


@pytest.fixture
def two_photos() -> None:
    make_photo("p1")
    make_photo("p2")
    cast("v1", photo="p1")


VOTED = Vote.objects.filter(photo_id=OuterRef("pk"))


@pytest.mark.parametrize(
    "condition",
    [
        Q(Exists(VOTED)),
        ~Q(Exists(VOTED)),
        Q(votes__lt=5) & Q(Exists(VOTED)),
        Q(pk=Subquery(VOTED.values("photo_id")[:1])),
        Q(pk__in=Vote.objects.values("photo_id")),
        Q(pk="p2") | Q(pk__in=Vote.objects.values("photo_id")),
        Q(owner=Subquery(VOTED.values("person")[:1])),
    ],
    ids=["exists", "not exists", "and exists", "subquery", "in queryset", "or in queryset", "field subquery"],
)
def test_an_update_filtered_by_another_query_is_refused_and_changes_nothing(two_photos, condition):
    with pytest.raises(NotSupportedError, match="fetch the ids"):
        Photo.objects.filter(condition).update(why="changed")

    assert not Photo.objects.filter(why="changed").exists()


def test_an_update_that_filters_on_an_annotated_subquery_is_refused(two_photos):
    voters = Photo.objects.annotate(voter=Subquery(VOTED.values("person")[:1]))

    with pytest.raises(NotSupportedError):
        voters.filter(voter="ann").update(why="changed")

    assert not Photo.objects.filter(why="changed").exists()


def test_an_update_through_a_join_is_refused(two_photos):
    with pytest.raises(NotSupportedError):
        Photo.objects.filter(post__owner="dora").update(why="changed")

    assert not Photo.objects.filter(why="changed").exists()


def test_an_update_by_fetched_ids_and_expressions_counts_what_it_matched(two_photos):
    ids = list(Vote.objects.values_list("photo_id", flat=True))

    changed = Photo.objects.filter(pk__in=ids, votes=0, leased_until__lte=NOON).update(
        votes=F("votes") + 1, leased_until=NOON + timedelta(seconds=90)
    )
    again = Photo.objects.filter(pk__in=ids, leased_until__lte=NOON + MINUTE).update(votes=F("votes") + 1)

    assert (changed, again) == (1, 0)
    assert list(Photo.objects.order_by("pk").values_list("votes", flat=True)) == [1, 0]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("RED.WRAP", ["red.wrap"]),
        ("r.d.wrap", []),
        (".*", []),
        ("red.wrap\n", ["red.wrap\n"]),
        ("a+b (c) [d] $", ["A+B (c) [d] $"]),
        ("^red.wrap", []),
    ],
)
def test_iexact_is_literal(asked, found):
    for sku, name in (
        ("s1", "red.wrap"),
        ("s2", "redxwrap"),
        ("s3", "A+B (c) [d] $"),
        ("s4", "red.wrap\n"),
    ):
        make_style(sku, name=name)

    names = Style.objects.filter(name__iexact=asked).values_list("name", flat=True)

    assert list(names) == found


def test_iexact_compares_two_columns_literally():
    make_style("s1", name="red.wrap", designer="RED.WRAP")
    make_style("s2", name="red.wrap", designer="redxwrap")
    make_style("s3", name="redxwrap", designer="red.wrap")
    make_style("s4", name="", designer="red")

    same = Style.objects.filter(name__iexact=F("designer")).values_list("pk", flat=True)

    assert list(same) == ["s1"]


def test_icontains_is_literal():
    make_style("s1", search_text="red (wrap) 50%")
    make_style("s2", search_text="red wrap 50 percent")

    found = Style.objects.filter(search_text__icontains="(wrap) 50%").values_list("pk", flat=True)

    assert list(found) == ["s1"]


def test_an_unconditional_unique_field_has_a_plain_unique_index():
    indexes = collection("batches").index_information().values()
    [by_number] = [index for index in indexes if index["key"] == [("number", 1)]]

    assert by_number["unique"] is True
    assert "partialFilterExpression" not in by_number


def test_an_unconditional_unique_field_refuses_the_second():
    make_batch(1)

    with pytest.raises(IntegrityError):
        make_batch(1, id="batch-other")

    assert Batch.objects.count() == 1


def test_a_conditional_unique_constraint_is_a_partial_unique_index():
    index = collection("votes").index_information()["one_live_vote"]

    assert index["key"] == [("photo_id", 1), ("person", 1)]
    assert index["unique"] is True
    assert index["partialFilterExpression"]["live"] == {"$eq": True}


def test_one_live_vote_a_person_and_photo_and_any_number_of_undone_ones():
    cast("v1", live=False)
    cast("v2", live=False)
    cast("v3")

    with pytest.raises(IntegrityError):
        cast("v4")

    assert sorted(Vote.objects.values_list("pk", flat=True)) == ["v1", "v2", "v3"]
    assert Vote.objects.filter(pk="v3", live=True).update(live=False, undone_at=NOON) == 1
    cast("v5")


def test_the_primary_key_is_mongodbs_own():
    make_style("s1")

    [document] = collection("styles").find()

    assert document["_id"] == "s1"
    assert "id" not in document


def test_every_index_of_the_models_is_there():
    for model in (Photo, Vote):
        names = set(collection(model._meta.db_table).index_information())

        assert {index.name for index in model._meta.indexes} <= names
