"""What happens while nobody plays: the stylists' afternoon, and what of a night trains nothing."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from truther.flow import audit, freeze, roll_up, settle, weigh
from truther.models import Audit, Photo
from truther.simulate.furnish import STYLIST, judge, note_night
from truther.simulate.world import Truth

AFTERNOON, NIGHT = timedelta(hours=17), timedelta(hours=27)  # since midnight of the working day
COLLEAGUE = "stylist-2"  # nobody may look a second time at what she judged herself


def end_of_day(truths: Mapping[str, Truth], midnight: datetime) -> int:
    """Let the stylists decide what waits for them, then walk through the rooms of the night.

    Returns:
        How many differences the re-derivation found between what is stored and what the votes say.
    """
    for photo_id in Photo.objects.contested().values_list("pk", flat=True):
        judge(truths[photo_id], by=STYLIST, at=midnight + AFTERNOON)
    for photo_id in Audit.objects.disputed().values_list("pk", flat=True):
        judge(truths[photo_id], by=COLLEAGUE, at=midnight + AFTERNOON)
    at = midnight + NIGHT
    drifts = len(settle.rederive(now=at).drifts)
    freeze.freeze_batch(at=at)
    night_id = f"{midnight:%Y-%m-%d}"
    audit.audit(night_id, at=at, now=at)
    weigh.estimate(now=at)
    roll_up.roll_up(now=at)
    note_night(night_id, at)
    return drifts
