"""Hand the golden records out, photo by photo, in an order that never changes."""

import csv
import json
from collections.abc import Iterator
from typing import Any, Literal, Protocol

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


class Writable(Protocol):
    """Anything text can be written to."""

    def write(self, text: str, /) -> object:
        """Write one piece of text."""


def export_golden(form: Literal["jsonl", "csv"], out: Writable) -> int:
    """Write every golden record, oldest settlement first, and return how many.

    JSON Lines: one object a line with the keys of FIELDS. CSV: a header, then the same values; booleans are
    true/false, times ISO 8601 in UTC in both.
    """
    count = 0
    if form == "csv":
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(FIELDS)
    for row in rows():
        if form == "csv":
            writer.writerow(json.dumps(v) if isinstance(v, bool) else v for v in row.values())
        else:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count


def rows() -> Iterator[dict[str, Any]]:
    """Yield every golden record as plain values under the keys of FIELDS."""
    for golden in Golden.objects.oldest_first().iterator(chunk_size=1000):
        values = (golden.pk, golden.verdict, golden.style, golden.fit, golden.votes, golden.agreement)
        stamps = (golden.by_expert, golden.rule_version, golden.model_version, golden.batch_id)
        photo = (golden.owner, golden.rights, golden.sha256)
        times = (golden.taken_at.isoformat(), golden.settled_at.isoformat())
        yield dict(zip(FIELDS, (*values, *stamps, *photo, *times), strict=True))
