"""Admins put people into teams."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from tests.conftest import NOON
from truther.models import Player, Team
from truther.models.players import player_id

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
ADD_TEAM = "admin:truther_team_add"
ADD_PLAYER = "admin:truther_player_add"


@pytest.fixture
def desk(staff) -> Client:
    """Sam's browser, a team, and an account called ann."""
    User.objects.create_user("ann")
    Team.objects.create(id="atelier", name="Atelier")
    client = Client()
    client.force_login(staff)
    return client


def change(person: str) -> str:
    return reverse("admin:truther_player_change", args=[player_id(person)])


def test_a_team_is_added_and_named_anew(desk):
    desk.post(reverse(ADD_TEAM), {"id": "web", "name": "Web"})
    desk.post(reverse("admin:truther_team_change", args=["web"]), {"id": "other", "name": "Web shop"})

    assert dict(Team.objects.values_list("pk", "name")) == {"atelier": "Atelier", "web": "Web shop"}


@pytest.mark.parametrize("short", ["", "two words", "a/b", "atelier", "x" * 33])
def test_a_short_name_that_cannot_be_is_said(desk, short):
    page = desk.post(reverse(ADD_TEAM), {"id": short, "name": "Web"})

    assert page.status_code == 200
    assert "errorlist" in page.content.decode()
    assert Team.objects.get().name == "Atelier"


def test_somebody_who_never_played_can_be_put_in_a_team(desk):
    desk.post(reverse(ADD_PLAYER), {"person": "ann", "team_id": "atelier"})

    assert Player.objects.of("ann").team_id == "atelier"
    assert desk.get(change("ann")).status_code == 200


def test_a_new_team_leaves_all_else_as_it_is(desk):
    Player.objects.note("ann", accuracy=0.7, accuracy_at=NOON, wishes={"off": ["points"]})

    desk.post(change("ann"), {"team_id": "atelier", "accuracy": "1.0", "person": "eve", "wishes": "{}"})

    player = Player.objects.get()
    assert (player.person, player.team_id, player.accuracy) == ("ann", "atelier", 0.7)
    assert player.wishes == {"off": ["points"]}


@pytest.mark.parametrize("fields", [{"person": "nobody"}, {"person": "ann", "team_id": "no-such-team"}, {}])
def test_nobody_is_seated_by_mistake(desk, fields):
    page = desk.post(reverse(ADD_PLAYER), fields)

    assert page.status_code == 200
    assert not Player.objects.exists()


def test_staff_without_the_permission_only_look(desk):
    ann = User.objects.get(username="ann")
    ann.is_staff = True
    ann.save()
    ann.user_permissions.add(Permission.objects.get(codename="view_player"))
    Player.objects.note("ann")
    desk.force_login(ann)

    assert desk.post(change("ann"), {"team_id": "atelier"}).status_code == 403
    assert desk.get(reverse(ADD_TEAM)).status_code == 403
    assert Player.objects.of("ann").team_id == ""
