"""What happens while nobody plays: the stylist's afternoon, and what of a night trains nothing."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from truther.flow import freeze, settle
from truther.models import Photo
from truther.simulate.furnish import judge
from truther.simulate.world import Truth

AFTERNOON, NIGHT = timedelta(hours=17), timedelta(hours=27)  # since midnight of the working day


def end_of_day(truths: Mapping[str, Truth], midnight: datetime) -> int:
    """Let the stylist decide what is contested, then walk through the rooms of the night.

    Returns:
        How many differences the re-derivation found between what is stored and what the votes say.
    """
    for photo_id in Photo.objects.contested().values_list("pk", flat=True):
        judge(truths[photo_id], at=midnight + AFTERNOON)
    at = midnight + NIGHT
    drifts = len(settle.rederive(now=at).drifts)
    freeze.freeze_batch(at=at)
    return drifts
