"""The recommenders of each night, the lists they made, and the blocks of customers they make them in."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Self

from django.db import IntegrityError, models, transaction

from truther.models.arrivals import insert
from truther.models.fields import key, word
from truther.models.registry import Role, UnknownModel


def row_id(run_id: str, name: str) -> str:
    """Name what one run says of one customer or style."""
    return hashlib.sha256(f"{run_id}\0{name}".encode()).hexdigest()[:40]


class RecommenderRunQuerySet(models.QuerySet["RecommenderRun"]):
    """Questions about recommenders and the roles they take."""

    def named(self, run_id: str) -> "RecommenderRun":
        """The recommender of that name.

        Raises:
            UnknownModel: there is none.
        """
        try:
            return self.get(pk=run_id)
        except self.model.DoesNotExist as error:
            raise UnknownModel(f"No recommender is called {run_id}.") from error

    def of(self, run_id: str) -> "RecommenderRun | None":
        """The recommender of that name, which may be that of a link to nothing; None when there is none."""
        return self.filter(pk=run_id).first()

    def there(self, run_id: str) -> bool:
        """Whether a recommender of that name was written down."""
        return self.filter(pk=run_id).exists()

    def newest_first(self) -> Self:
        """All recommenders, the last one first."""
        return self.order_by("-trained_at", "-pk")

    def register(self, run_id: str, **values: Any) -> None:
        """Write down a recommender that lies on disk; one that is known stays as it is."""
        insert(self, id=run_id, **values)

    def note_listed(self, run_id: str, *, lists: int, now: datetime) -> None:
        """Write down that all lists of a run are there."""
        self.filter(pk=run_id).update(lists=lists, listed_at=now)

    def crown(self, run_id: str) -> None:
        """Make the roles say what the link says: this one serves, whichever served before is retired."""
        self.filter(role=Role.CHAMPION).exclude(pk=run_id).update(role=Role.RETIRED)
        self.filter(pk=run_id).update(role=Role.CHAMPION)

    def unlist(self, keep: Collection[str]) -> None:
        """Delete the lists of all runs but these; the runs themselves stay."""
        for run_id in self.exclude(listed_at=None).exclude(pk__in=list(keep)).values_list("pk", flat=True):
            RecommendationList.objects.filter(run_id=run_id).delete()
            SimilarStyles.objects.filter(run_id=run_id).delete()
            ListBlock.objects.filter(run_id=run_id).delete()
            self.filter(pk=run_id).update(listed_at=None)


class RecommenderRun(models.Model):
    """One fitted recommender; `id` is its night's and names its folder under recommenders/."""

    id = key()
    spec = word(200)  # as recsys.models.registry spells models
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.CHALLENGER)
    data = models.JSONField(default=dict)  # {"rentals", "likes", "pairs", "customers", "styles", ...}
    metrics = models.JSONField(default=dict)  # the result of recsys.evaluate, or {} while it was not judged
    gate = models.JSONField(default=dict)  # {"spec", "replaced", "reasons", "checks", "champion"}
    popular = models.JSONField(default=list)  # [[sku, how often lately], ...] for who is not known yet
    lists = models.IntegerField(default=0)
    trained_at = models.DateTimeField()
    listed_at = models.DateTimeField(null=True)  # None: its lists are not all there (any more)

    objects = RecommenderRunQuerySet.as_manager()

    class Meta:
        db_table = "recommender_runs"

    def __str__(self) -> str:
        return self.id


class RecommendationListQuerySet(models.QuerySet["RecommendationList"]):
    """Questions about lists."""

    def of(self, run_id: str, customer: str) -> "RecommendationList | None":
        """What one run recommends to one customer."""
        return self.filter(pk=row_id(run_id, customer)).first()

    def replace(self, run_id: str, rows: "Sequence[RecommendationList]") -> None:
        """Store the lists of these customers anew; safe to repeat."""
        for start in range(0, len(rows), 500):
            chunk = rows[start : start + 500]
            with transaction.atomic(using="documents"):
                self.filter(pk__in=[row.pk for row in chunk]).delete()
            try:
                with transaction.atomic(using="documents"):
                    self.bulk_create(chunk)
            except IntegrityError:  # another worker makes the same block: its lists say the same
                there = set(self.filter(pk__in=[row.pk for row in chunk]).values_list("pk", flat=True))
                for row in chunk:
                    if row.pk not in there:
                        insert(self, id=row.pk, **row.values)

    def forget(self, customer: str) -> None:
        """Delete what was recommended to one customer."""
        self.filter(customer=customer).delete()


class RecommendationList(models.Model):
    """What one run recommends to one customer, best first."""

    id = key()
    run_id = word(64)
    customer = word(64)
    source = word(16)  # "model", or "popular" where nothing was known of her
    items = models.JSONField(default=list)  # [[sku, score, base, [[sku of hers, amount], ...]], ...]

    objects = RecommendationListQuerySet.as_manager()

    class Meta:
        db_table = "recommendation_lists"
        indexes = [
            models.Index(fields=["run_id", "customer"], name="list_run"),
            models.Index(fields=["customer"], name="list_customer"),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def values(self) -> dict[str, Any]:
        """All that it says, by field."""
        return {name: getattr(self, name) for name in ("run_id", "customer", "source", "items")}


class SimilarStylesQuerySet(models.QuerySet["SimilarStyles"]):
    """Questions about styles that go together."""

    def of(self, run_id: str, sku: str) -> list[tuple[str, float]]:
        """Styles most like one, best first, with how much; none while the run does not know it."""
        row = self.filter(pk=row_id(run_id, sku)).first()
        return [(other, likeness) for other, likeness in row.items] if row else []

    def replace(self, run_id: str, similar: Iterable[tuple[str, list[list[Any]]]]) -> None:
        """Store what one run says of these styles; safe to repeat."""
        rows = [
            SimilarStyles(id=row_id(run_id, sku), run_id=run_id, sku=sku, items=items)
            for sku, items in similar
        ]
        for start in range(0, len(rows), 500):
            chunk = rows[start : start + 500]
            self.filter(pk__in=[row.pk for row in chunk]).delete()
            self.bulk_create(chunk)


class SimilarStyles(models.Model):
    """The styles that go to the same customers as one style."""

    id = key()
    run_id = word(64)
    sku = word(64)
    items = models.JSONField(default=list)  # [[sku, likeness], ...] best first

    objects = SimilarStylesQuerySet.as_manager()

    class Meta:
        db_table = "similar_styles"
        indexes = [models.Index(fields=["run_id", "sku"], name="similar_run")]

    def __str__(self) -> str:
        return self.id


class ListBlockQuerySet(models.QuerySet["ListBlock"]):
    """Who makes which block of lists."""

    def plan(self, run_id: str, cuts: Iterable[tuple[int, int]], *, now: datetime) -> None:
        """Write down the blocks of a run; those that are there stay as they are."""
        for start, stop in cuts:
            insert(self, id=f"{run_id}-{start:09d}", run_id=run_id, start=start, stop=stop, taken_until=now)

    def of(self, block_id: str) -> "ListBlock | None":
        """One block, or None when its run is not listed any more."""
        return self.filter(pk=block_id).first()

    def left(self, run_id: str) -> list["ListBlock"]:
        """The blocks of a run that are not done."""
        return list(self.filter(run_id=run_id, done=False).order_by("start", "pk"))

    def take(self, block_id: str, *, now: datetime, until: datetime) -> bool:
        """Take a block for a while in one conditional update; False when somebody else is at it."""
        return self.filter(pk=block_id, done=False, taken_until__lte=now).update(taken_until=until) == 1

    def finish(self, block_id: str) -> None:
        """Write down that a block's lists are stored."""
        self.filter(pk=block_id).update(done=True)


class ListBlock(models.Model):
    """Some customers in a row, whose lists one process makes."""

    id = key()  # "<run>-<start>"
    run_id = word(64)
    start = models.IntegerField()
    stop = models.IntegerField()
    taken_until = models.DateTimeField()
    done = models.BooleanField(default=False)

    objects = ListBlockQuerySet.as_manager()

    class Meta:
        db_table = "list_blocks"
        indexes = [models.Index(fields=["run_id", "done", "start"], name="block_run")]

    def __str__(self) -> str:
        return self.id
