"""Django's admin over the domain: every list opens, finds and filters; only rights and teams can change."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from tests.conftest import NOON
from tests.factories import make_batch, make_golden, make_photo, make_style
from truther.models import Golden, Photo, Player, Post, Team, Vote
from truther.models.photos import Rights
from truther.web.admin import CappedPaginator

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
MODELS = list(apps.get_app_config("truther").get_models())


@pytest.fixture
def desk(staff) -> Client:
    """Sam's browser, and something to look at."""
    make_batch()
    make_style("red-wrap")
    make_photo("p1")
    Vote.objects.create(id="v1", photo_id="p1", person="ann", choice="style", style="red-wrap", cast_at=NOON)
    make_golden("p1")
    client = Client()
    client.force_login(staff)
    return client


def list_of(model: type[Model]) -> str:
    return reverse(f"admin:truther_{model._meta.model_name}_changelist")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list_opens_finds_filters_and_only_teams_are_added(desk, model):
    listing = desk.get(list_of(model))
    found = desk.get(list_of(model), {"q": "p1"})
    facets = desk.get(list_of(model), {"_facets": "True"})

    assert [answer.status_code for answer in (listing, found, facets)] == [200, 200, 200]
    adding = desk.get(reverse(f"admin:truther_{model._meta.model_name}_add"))
    assert adding.status_code == (200 if model in (Player, Team) else 403)


@pytest.mark.parametrize(
    ("model", "query", "shown"),
    [
        (Photo, {"q": "p1"}, 1),
        (Photo, {"q": "P"}, 0),
        (Photo, {"state__exact": "open"}, 1),
        (Photo, {"state__exact": "settled"}, 0),
        (Vote, {"q": "ann", "live__exact": "1"}, 1),
        (Vote, {"late__exact": "1"}, 0),
        (Golden, {"q": "red-wrap", "fit__exact": "1"}, 1),
        (Post, {"q": "dora", "rights__exact": "unknown"}, 1),
        (apps.get_model("truther", "Style"), {"q": "vine", "retired_on__isempty": "1"}, 1),
        (apps.get_model("truther", "Style"), {"retired_on__isempty": "0"}, 0),
    ],
)
def test_rows_are_found_alike_on_both_databases(desk, model, query, shown):
    answer = desk.get(list_of(model), query)

    assert answer.status_code == 200
    assert answer.context["cl"].result_count == shown


@pytest.mark.parametrize(("model", "key"), [(Vote, "v1"), (Golden, "p1"), (Photo, "p1"), (Post, "post-p1")])
def test_facts_can_be_looked_at_but_not_changed(desk, model, key):
    name = model._meta.model_name

    page = desk.get(reverse(f"admin:truther_{name}_change", args=[key]))
    change = desk.post(reverse(f"admin:truther_{name}_change", args=[key]), {"owner": "eve", "style": "x"})
    delete = desk.post(reverse(f"admin:truther_{name}_delete", args=[key]), {"post": "yes"})

    assert (page.status_code, change.status_code, delete.status_code) == (200, 403, 403)
    assert model.objects.filter(pk=key).exists()


@pytest.mark.parametrize(
    ("action", "rights"),
    [("grant", Rights.GRANTED), ("ask", Rights.REQUESTED), ("refuse", Rights.REFUSED)],
)
def test_rights_go_from_the_post_to_its_photos_and_golden_records(desk, action, rights):
    answer = desk.post(list_of(Post), {"action": action, "_selected_action": ["post-p1"]})

    assert answer.status_code == 302
    assert Post.objects.get(pk="post-p1").rights == rights
    assert Photo.objects.get(pk="p1").rights == rights
    assert Golden.objects.get(pk="p1").rights == rights
    assert LogEntry.objects.get().object_id == "post-p1"


def test_people_who_only_look_cannot_note_rights(desk, ann):
    ann.is_staff = True
    ann.save()
    ann.user_permissions.add(Permission.objects.get(codename="view_post"))
    desk.force_login(ann)

    answer = desk.post(list_of(Post), {"action": "grant", "_selected_action": ["post-p1"]})

    assert answer.status_code == 200
    assert Post.objects.get(pk="post-p1").rights == Rights.UNKNOWN


def test_long_lists_are_counted_only_so_far(db, monkeypatch):
    monkeypatch.setattr("truther.web.admin.COUNTED", 2)
    for number in range(4):
        make_photo(f"p{number}")

    pages = CappedPaginator(Photo.objects.order_by("-pk"), 10)

    assert pages.count == 2
    assert len(pages.page(1)) == 2


def test_every_model_of_the_domain_has_its_place(db):
    assert [model for model in MODELS if not admin.site.is_registered(model)] == []
