"""Django's admin for what has no page of its own: look at everything, change what people decide by hand.

Votes, serves and golden records are facts or follow from facts, so nobody edits them here: votes are cast
by playing, photos leave by `manage.py takedown`, the catalogue comes from its file. The rights of posts are
decided here; teams in seats.py.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from truther.flow.rights import record_rights
from truther.models import (
    Audit,
    Batch,
    Bonus,
    DaySum,
    Golden,
    ModelRun,
    NightRun,
    PersonDay,
    Photo,
    PlaySession,
    Post,
    Serve,
    Smile,
    Snapshot,
    Style,
    Takedown,
    Undo,
    Vote,
    VoteRule,
)
from truther.models.photos import Rights

COUNTED = 10_000


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # generic only in the stubs
    """Count up to ten thousand rows and stop: counting a million photos takes seconds on every page."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, or COUNTED when there are more."""
        rows: Any = self.object_list
        return len(rows.order_by().values_list("pk", flat=True)[:COUNTED])


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    """Rows to look at."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    actions: Any = None

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody adds one by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody edits one by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes one by hand."""
        return False


@admin.register(Post)
class PostAdmin(ReadOnly):
    """Posts, and the one thing decided here: what their customers allowed."""

    list_display = ("id", "owner", "source", "rights", "taken_at", "ingested_at")
    list_filter = ("rights", "source")
    search_fields = ("id__exact", "shortcode__exact", "owner__exact")
    ordering = ("-id",)
    actions = ("grant", "ask", "refuse")

    @admin.action(description="Rights: granted", permissions=["decide"])
    def grant(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        """Note that these customers agreed."""
        self._record(request, queryset, Rights.GRANTED)

    @admin.action(description="Rights: asked for", permissions=["decide"])
    def ask(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        """Note that these customers were asked."""
        self._record(request, queryset, Rights.REQUESTED)

    @admin.action(description="Rights: refused", permissions=["decide"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        """Note that these customers said no."""
        self._record(request, queryset, Rights.REFUSED)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Who may note the rights: people who may change posts."""
        return request.user.has_perm("truther.change_post")

    def _record(self, request: HttpRequest, queryset: QuerySet[Post], rights: Rights) -> None:
        posts = list(queryset)
        changed = record_rights([post.pk for post in posts], rights)
        for post in posts:
            self.log_change(request, post, f"Rights: {rights}.")
        self.message_user(request, f"{changed} posts changed to “{rights}”.", messages.SUCCESS)


@admin.register(Photo)
class PhotoAdmin(ReadOnly):
    """Photos and where they stand."""

    list_display = ("id", "state", "batch_id", "owner", "rights", "votes", "need", "taken_at")
    list_filter = ("state", "rights")
    search_fields = ("id__exact", "owner__exact", "sha256__exact", "batch_id__exact")
    ordering = ("-id",)


@admin.register(Style)
class StyleAdmin(ReadOnly):
    """The catalogue."""

    list_display = ("id", "name", "designer", "category", "acquired_on", "retired_on")
    list_filter = (("retired_on", admin.EmptyFieldListFilter),)
    search_fields = ("id__exact", "search_text")
    ordering = ("id",)


@admin.register(Vote)
class VoteAdmin(ReadOnly):
    """Votes as they were cast."""

    list_display = ("id", "photo_id", "person", "choice", "style", "fit", "late", "live", "cast_at")
    list_filter = ("choice", "late", "live", "expert", "audit")
    search_fields = ("id__exact", "photo_id__exact", "person__exact", "style__exact")
    ordering = ("-cast_at", "-id")


@admin.register(Undo)
class UndoAdmin(ReadOnly):
    """Votes that were taken back."""

    list_display = ("id", "photo_id", "person", "undone_at")
    search_fields = ("id__exact", "photo_id__exact", "person__exact")
    ordering = ("-id",)


@admin.register(PlaySession)
class PlaySessionAdmin(ReadOnly):
    """Sittings: seed, start and cursor of every walk."""

    list_display = ("id", "person", "batch_id", "served", "began_at", "seen_at")
    search_fields = ("id__exact", "person__exact")
    ordering = ("-id",)


@admin.register(Serve)
class ServeAdmin(ReadOnly):
    """What was put before whom."""

    list_display = ("id", "person", "photo_id", "reason", "number", "served_at", "answered_at")
    list_filter = ("reason",)
    search_fields = ("id__exact", "session_id__exact", "person__exact", "photo_id__exact")
    ordering = ("-id",)


@admin.register(Golden)
class GoldenAdmin(ReadOnly):
    """What is sure."""

    list_display = ("id", "verdict", "style", "fit", "votes", "by_expert", "rule_version", "settled_at")
    list_filter = ("verdict", "fit", "by_expert")
    search_fields = ("id__exact", "style__exact", "owner__exact", "batch_id__exact")
    ordering = ("-settled_at", "-id")


@admin.register(VoteRule)
class VoteRuleAdmin(ReadOnly):
    """The rules by which votes became golden records."""

    list_display = ("id", "active", "parameters", "created_at")
    ordering = ("-id",)


@admin.register(Batch)
class BatchAdmin(ReadOnly):
    """The slices of the archive."""

    list_display = ("id", "state", "size", "golden", "carried", "opened_at", "frozen_at")
    list_filter = ("state",)
    ordering = ("-id",)


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnly):
    """Frozen training sets."""

    list_display = ("id", "batch_id", "photos", "styles", "created_at")
    ordering = ("-id",)


@admin.register(ModelRun)
class ModelRunAdmin(ReadOnly):
    """Trained models and their gate's verdict."""

    list_display = ("id", "role", "parent", "snapshot_id", "trained_at", "judged_at")
    list_filter = ("role",)
    ordering = ("-id",)


@admin.register(NightRun)
class NightRunAdmin(ReadOnly):
    """Nights and their stages."""

    list_display = ("id", "state", "lease_owner", "started_at", "finished_at")
    list_filter = ("state",)
    ordering = ("-id",)


@admin.register(Takedown)
class TakedownAdmin(ReadOnly):
    """Pictures that must not come back."""

    list_display = ("photo_id", "removed_at", "reason")
    search_fields = ("photo_id__exact",)
    ordering = ("-id",)


@admin.register(Audit)
class AuditAdmin(ReadOnly):
    """Settled photos under a second look."""

    list_display = ("id", "state", "pattern", "answer", "found", "looks", "drawn_at", "closed_at")
    list_filter = ("state",)
    search_fields = ("id__exact", "batch_id__exact")
    ordering = ("-drawn_at", "-id")


@admin.register(PersonDay)
class PersonDayAdmin(ReadOnly):
    """What each person did on each day."""

    list_display = ("person", "day", "votes", "compared", "right", "points", "counted_at")
    search_fields = ("person__exact",)
    ordering = ("-day", "-id")


@admin.register(DaySum)
class DaySumAdmin(ReadOnly):
    """What the house did on each day."""

    list_display = ("id", "votes", "people", "settled", "not_dress", "open", "contested", "waiting")
    ordering = ("-day", "-id")


@admin.register(Smile)
class SmileAdmin(ReadOnly):
    """Smiles in the puppy album."""

    list_display = ("photo_id", "person", "smiled_at")
    search_fields = ("photo_id__exact", "person__exact")
    ordering = ("-id",)


@admin.register(Bonus)
class BonusAdmin(ReadOnly):
    """Answers of the bonus rounds."""

    list_display = ("id", "person", "kind", "photo_id", "answer", "right", "answered_at")
    search_fields = ("person__exact", "photo_id__exact")
    ordering = ("-answered_at", "-id")
