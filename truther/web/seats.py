"""The teams, and who is in which: what admins decide about people at play."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest

from truther.models import Player, Team
from truther.models.players import player_id
from truther.web.admin import ReadOnly


class SeatForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """Somebody at play, and the team they are in."""

    team_id = forms.ChoiceField(label="Team", required=False)

    class Meta:
        model = Player
        fields = ("person", "team_id")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        teams = [(team.pk, str(team)) for team in Team.objects.order_by("name", "pk")]
        self.fields["team_id"].choices = [("", "no team"), *teams]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_person(self) -> str:
        """Take the names of people who can sign in, and nobody else's."""
        person = str(self.cleaned_data["person"])
        if not User.objects.filter(username=person).exists():
            raise forms.ValidationError("Nobody signs in by that name.")
        return person


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A team: a short name that stays, and the one people read."""

    id = forms.SlugField(label="Short name", max_length=32, help_text="Such as “atelier”. It stays.")

    class Meta:
        model = Team
        fields = ("id", "name")


class Editable(ReadOnly):
    """Rows that whoever has the permission may add and edit; nobody deletes one."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Ask Django's permissions."""
        return admin.ModelAdmin.has_add_permission(self, request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Ask Django's permissions."""
        return admin.ModelAdmin.has_change_permission(self, request, obj)


@admin.register(Player)
class PlayerAdmin(Editable):
    """People at play: how often they are right, what they wish for; their team is decided here."""

    list_display = ("person", "team_id", "accuracy", "answers_known", "accuracy_at")
    search_fields = ("person__exact", "team_id__exact")
    ordering = ("person", "id")
    form = SeatForm
    fields = ("person", "team_id", "accuracy", "answers_known", "accuracy_at", "wishes")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Leave the team open, and the name while there is none."""
        return self.fields[2:] if obj is None else (self.fields[0], *self.fields[2:])

    def save_model(self, request: HttpRequest, obj: Player, form: Any, change: bool) -> None:
        """Write the team down and nothing else: an estimate that came meanwhile stays."""
        Player.objects.note(obj.person, team_id=obj.team_id)
        obj.pk = player_id(obj.person)


@admin.register(Team)
class TeamAdmin(Editable):
    """Teams: added and named here; who is in one is said at the players."""

    list_display = ("id", "name")
    ordering = ("id",)
    form = TeamForm

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Leave the short name as it is once people may be in the team."""
        return () if obj is None else ("id",)
