"""What people and experts say of a photo, and what is settled of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifier.churn.settings import Settings
from classifier.churn.world import Post
from classifier.snapshot import Label, SnapshotPhoto, split_of

FIRST_TO, CAP = 2, 5  # alike answers that settle a photo, and answers after which an expert is asked
EXPERT = 0.97  # how often an expert, who may look through the whole catalogue, is right


@dataclass(frozen=True, slots=True)
class Settled:
    """One photo as the snapshot keeps it, and how it came to that."""

    row: SnapshotPhoto
    votes: int
    asked_expert: bool
    right: bool


def settle(post: Post, offered: Sequence[str], settings: Settings, chance: np.random.Generator) -> Settled:
    """Let people vote until two agree, and an expert where they do not or no offered style is right.

    People see the model's best three styles; a photo of another style is rightly "none" for them.

    Args:
        offered: the model's candidates, best first.
    """
    truth = f"style:{post.sku}" if post.label == "style" else post.label
    right = truth if truth.startswith("style:") or truth == "not_dress" else "none"
    shown = [f"style:{sku}" for sku in offered[:3]]
    if right.startswith("style:") and right not in shown:
        right = "none"
    counts: Counter[str] = Counter()
    while max(counts.values(), default=0) < FIRST_TO and counts.total() < CAP:
        counts[_vote(right, shown, settings, chance)] += 1
    answer, alike = max(counts.items(), key=lambda pair: pair[1])
    expert = alike < FIRST_TO or answer == "none"
    audited = bool(chance.random() < settings.audits)
    if expert or audited:
        guess = shown[0] if shown else "not_dress"
        answer = truth if chance.random() < EXPERT else guess
    label: Label = (
        "style" if answer.startswith("style:") else "not_dress" if answer == "not_dress" else "unlisted"
    )
    row = SnapshotPhoto(
        post.photo,
        post.image,
        post.owner,
        split_of(post.owner, post.photo),
        label,
        answer.removeprefix("style:") if label == "style" else "",
        answers=dict(sorted(counts.items())),
        tags=("audit",) if audited else (),
    )
    return Settled(row, counts.total(), expert, answer == truth)


def _vote(right: str, shown: Sequence[str], settings: Settings, chance: np.random.Generator) -> str:
    """One person's answer; errors drift to what the model says first."""
    if chance.random() < settings.accuracy:
        return right
    if shown and shown[0] != right and chance.random() < settings.drift:
        return shown[0]
    wrong = [answer for answer in (*shown, "none", "not_dress") if answer != right]
    return str(wrong[int(chance.integers(len(wrong)))])
