"""Hand the golden records out, photo by photo, in an order that never changes."""

from collections.abc import Iterator
from typing import Any

from truther.models import Golden

FIELDS = (
    "photo",
    "verdict",
    "style",
    "fit",
    "votes",
    "agreement",
    "by_expert",
    "rule_version",
    "model_version",
    "batch",
    "owner",
    "rights",
    "sha256",
    "taken_at",
    "settled_at",
)


def rows() -> Iterator[dict[str, Any]]:
    """Yield every golden record, oldest settlement first, as plain values under the keys of FIELDS.

    Times are ISO 8601 in UTC.
    """
    for golden in Golden.objects.oldest_first().iterator(chunk_size=1000):
        values = (golden.pk, golden.verdict, golden.style, golden.fit, golden.votes, golden.agreement)
        stamps = (golden.by_expert, golden.rule_version, golden.model_version, golden.batch_id)
        photo = (golden.owner, golden.rights, golden.sha256)
        times = (golden.taken_at.isoformat(), golden.settled_at.isoformat())
        yield dict(zip(FIELDS, (*values, *stamps, *photo, *times), strict=True))
