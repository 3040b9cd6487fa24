"""What the model says of photos, and those it decides alone: passed by, or shown to people all the same."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, Self

from django.db import transaction
from django.db.models import Count, F, Q

from classifier.calibrate.lanes import Lanes, Outcome
from truther.models.arrivals import ArrivalQuerySet
from truther.models.golden import Golden
from truther.rules.lanes import LANES, is_right

ASKED = {"lane": "", "lane_chance": 1.0}  # no lane decides: people are asked
CHUNK = 500  # keys asked for by one query


class PassingQuerySet(ArrivalQuerySet):
    """Scores, and what follows from them where a lane is open."""

    def stale(self, version: str, *, since: datetime, state: str) -> Self:
        """Photos of one state that another model scored, or that were scored before a moment.

        Left out is what a lane had decided when people began to answer: that decision is what their answers
        measure, and those on which they disagree, which wait longest, must not be lost to the measurement.
        """
        old = ~Q(model_version=version) | Q(classified_at=None) | Q(classified_at__lt=since)
        return self.filter(old, Q(lane="") | Q(votes=0), state=state).order_by("-taken_at", "-pk")

    def keep_scores(self, scores: Mapping[str, Mapping[str, Any]], *, state: str) -> int:
        """Write what the model said of each photo that is still in this state, and where it stands by that.

        Touches nothing else: a vote or a lease that came meanwhile stays. A photo is passed by only while no
        batch holds it, so that it never was before anybody; what a lane says of one that has votes is not
        kept, since people saw it whatever the lot said.
        """
        with transaction.atomic(using=self.db):  # one commit for the lot, where the database can do that
            return sum(self._keep(photo_id, values, state) for photo_id, values in scores.items())

    def passed(self) -> Self:
        """Photos that a lane decided and nobody is asked about, newest first."""
        return self.filter(state="passed").order_by("-taken_at", "-pk")

    def passed_counts(self) -> dict[str, int]:
        """How many photos each lane passed by."""
        lanes = self.filter(state="passed").values_list("lane").annotate(n=Count("pk")).order_by("lane")
        return dict(lanes)

    def passed_by(self, version: str, lanes: Collection[str]) -> Self:
        """Photos that these lanes of one model passed by."""
        return self.filter(state="passed", model_version=version, lane__in=list(lanes))

    def passed_outside(self, lanes: Collection[str]) -> Self:
        """Photos that another lane than these passed by."""
        return self.filter(state="passed").exclude(lane__in=list(lanes))

    def passed_by_others(self, version: str) -> Self:
        """Photos that another model than this one passed by."""
        return self.filter(state="passed").exclude(model_version=version)

    def reopen(self, *, need: int) -> int:
        """Ask people about those of these photos that were passed by; return how many.

        Args:
            need: how many votes a photo lacks that nobody has voted on.
        """
        passed = self.filter(state="passed")
        return passed.update(state="open", need=need, rev=F("rev") + 1, **ASKED)

    def outcomes(self, version: str, lanes: Lanes) -> list[Outcome]:
        """What people settled of what a model's lanes decide and they were shown all the same.

        Only what the lanes as they are would decide the same: an earlier promise had other thresholds.
        """
        return [outcome for lane in LANES for outcome in self._outcomes(version, lanes, lane)]

    def _keep(self, photo_id: str, values: Mapping[str, Any], state: str) -> int:
        mine = self.filter(pk=photo_id, state=state)
        if values.get("lane"):
            free = {"votes": 0, "batch_id": ""} if values["state"] == "passed" else {"votes": 0}
            if mine.filter(**free).update(rev=F("rev") + 1, **values):
                return 1
            values = {**values, "state": "open", **ASKED}
        return mine.update(**values)

    def _outcomes(self, version: str, lanes: Lanes, lane: str) -> Iterator[Outcome]:
        settled = self.filter(lane=lane, state="settled", model_version=version).order_by("pk")
        last = ""
        while photos := list(settled.filter(pk__gt=last)[:CHUNK]):
            records = Golden.objects.in_bulk([photo.pk for photo in photos])
            for photo in photos:
                golden, said = records.get(photo.pk), lanes.decide(photo.p_first, photo.p_dress or 0.0)
                if golden is not None and said == lane:
                    right = is_right(lane, photo.first_sku, golden.verdict, golden.style)
                    yield Outcome(photo.pk, said, right, photo.lane_chance)
            last = photos[-1].pk
