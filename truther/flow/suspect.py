"""Bring before an expert what DeepDress does not believe: verified photos whose label it finds unlikely."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from classifier.embedded import embed_snapshot
from classifier.predict import DeepDress
from classifier.snapshot import read_snapshot
from classifier.suspects import NOT_DRESS, Suspect, TooFewOwners, find_suspects
from truther.config import config
from truther.models import Audit, Golden, Photo
from truther.models.audits import AuditState
from truther.models.fields import milliseconds
from truther.models.golden import Verdict
from truther.rules.audit import BY_MODEL
from truther.shelf import champion_id, run_folder, snapshot_folder

MOST_WAITING = 20  # a bench full of doubts keeps experts from what people disagree about
CHUNK = 200


@dataclass(frozen=True, slots=True)
class Suspected:
    """What one night doubts."""

    photos: int  # looked at
    flagged: int  # labels that are likely wrong, by estimate
    sent: int  # to the experts' bench, this night
    waiting: int  # there now, earlier nights' included


def suspect(snapshot_id: str, *, night_id: str, at: datetime) -> Suspected:
    """Rank a snapshot's labels with the champion, and put the likeliest wrong ones on the experts' bench.

    Nothing is changed by that: an expert's word decides, as in any disputed audit. A photo that was under a
    second look before, or that an expert settled, does not come again. Safe to repeat.

    Args:
        night_id: the night that asks.
        at: the night's cut; an expert's word counts when it comes later.
    """
    snapshot = read_snapshot(snapshot_folder(snapshot_id))
    model = DeepDress.load(run_folder(champion_id()), device=config.device)
    try:
        ranked = find_suspects(model, embed_snapshot(model, snapshot))
    except TooFewOwners:
        ranked = []
    flagged = [each for each in ranked if each.flagged]
    room = MOST_WAITING - Audit.objects.doubts_waiting()
    for start in range(0, len(flagged), CHUNK):
        if room <= 0:
            break
        room -= _send(flagged[start : start + CHUNK], room, night_id=night_id, at=milliseconds(at))
    sent = Audit.objects.doubts_of(night_id)
    return Suspected(len(ranked), len(flagged), sent, Audit.objects.doubts_waiting())


def _send(suspects: Sequence[Suspect], room: int, *, night_id: str, at: datetime) -> int:
    """Put those on the bench that may go there; returns how many."""
    names = [each.photo for each in suspects]
    before = Audit.objects.known_among(names)
    records = Golden.objects.by_people(names)
    settled = Photo.objects.settled_among(names)
    sent = 0
    for each in suspects:
        golden = records.get(each.photo)
        if golden is None or each.photo not in settled or each.photo in before or sent >= room:
            continue
        if _answer(each.label) != _said(golden):  # settled otherwise since the snapshot was taken
            continue
        Audit.objects.open_one(
            each.photo,
            batch_id=golden.batch_id,
            night_id=night_id,
            lot=golden.lot,
            answer=_said(golden),
            pattern=BY_MODEL,
            state=AuditState.DISPUTED,
            found=_answer(each.suggested),
            drawn_at=at,
        )
        sent += 1
    return sent


def _answer(label: str) -> str:
    return label if label == NOT_DRESS else f"style:{label}"


def _said(golden: Golden) -> str:
    return f"style:{golden.style}" if golden.verdict == Verdict.STYLE else golden.verdict
