"""A model that passes photos by, and people who look behind it."""

from classifier.calibrate.lanes import Lane, Lanes
from tests.conftest import NOON
from tests.factories import make_golden, make_photo
from truther.flow import classify
from truther.models import ModelRun, Photo
from truther.models.photos import State
from truther.rules.lanes import keep

SEEN = ["p001", "p003", "p004"]  # of the first eight: what the lot shows to people all the same
PASSED = ["p000", "p002", "p005", "p006", "p007"]
ALL = sorted([*SEEN, *PASSED])
EVERYTHING, NOTHING = Lane(0.0), Lane(None)


def give_lanes(
    accept: Lane = EVERYTHING, reject: Lane = NOTHING, *, run: str = "v0", error: float = 0.05
) -> None:
    classify.champion(now=NOON)
    tested = Lanes(error, 0.95, accept, reject)
    ModelRun.objects.note_lanes(run, keep(tested, source="2026-03-01", photos=400))


def states() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for photo_id, state in Photo.objects.order_by("pk").values_list("pk", "state"):
        found.setdefault(state, []).append(photo_id)
    return found


def looked_at(count: int, wrong: int, *, lane: str = "accept", run: str = "v0") -> None:
    """Photos that a lane decided, that people saw all the same, and what they settled."""
    for number in range(count):
        photo = make_photo(
            f"{lane}-{number}", lane=lane, lane_chance=0.04, state=State.SETTLED, votes=2, model_version=run
        )
        make_golden(photo.pk, style="blue-column" if number < wrong else "red-wrap")
