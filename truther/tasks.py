"""The corridor: one task per arrow between the rooms; a task opens one door and hands on one id."""

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

TICK_SECONDS = 110.0  # what the resume tick sent, the next tick sends again
STAGE_SECONDS = 6 * 60 * 60.0  # a stage nobody took that long is left to the resume tick

# A stage of the night waits in the queue of its weight.
STAGE_QUEUES = dict.fromkeys(("snapshot", "train", "promote", "lanes", "recommend"), "train") | {
    "classify": "predict"
}


@shared_task(queue="predict")
def classify_new() -> None:
    """Score photos that arrived, and the undecided ones when styles came or went; then fill the batch."""
    from truther.flow import classify  # loads torch: in the worker, never in the web process

    if classify.keep_up(now=timezone.now()):
        top_up.delay()


@shared_task(queue="light")
def top_up() -> None:
    """Fill the open batch to its size."""
    from truther.flow import freeze

    freeze.top_up(now=timezone.now())


@shared_task(queue="light")
def rederive() -> None:
    """Derive tallies and golden records again from the votes."""
    from truther.flow import settle

    settle.rederive(now=timezone.now())


@shared_task(queue="light", autoretry_for=(OperationalError,), retry_backoff=True)
def follow_rule() -> None:
    """Bring the photos that are not settled in step with a rule that came into force."""
    from truther.flow import amend

    amend.bring_in_step(now=timezone.now())


@shared_task(queue="predict", autoretry_for=(OperationalError,), retry_backoff=True)
def let_serve(run_id: str, by: str, why: str) -> None:
    """Build the index of an earlier model, then let it serve again."""
    from truther.flow import classify, promote

    classify.refresh_index(now=timezone.now(), run_id=run_id)
    promote.rollback(run_id, now=timezone.now(), by=by, why=why)
    classify_new.delay()


@shared_task(queue="predict", autoretry_for=(OperationalError,), retry_backoff=True)
def make_lists(block_id: str) -> None:
    """Make the recommendations of one block of customers, unless somebody has or is at it."""
    from truther.flow import recommend  # loads recsys: in the worker, never in the web process

    recommend.make_block(block_id, now=timezone.now())


@shared_task(queue="light")
def count_days() -> None:
    """Count today and yesterday again: what teams and neighbours see is a few minutes old at most."""
    from truther.flow import roll_up

    roll_up.roll_up(now=timezone.now(), days=2)


@shared_task(queue="light")
def ingest_hashtags() -> None:
    """Ask Instagram for each hashtag we follow."""
    from truther.config import config

    for tag in config.hashtags:
        ingest_hashtag.delay(tag)


@shared_task(queue="predict", autoretry_for=(OperationalError,), retry_backoff=True)
def ingest_hashtag(tag: str) -> None:
    """Bring in what was posted under one hashtag, then let the model look at it."""
    from truther.flow import ingest

    ingest.ingest_hashtag(tag, now=timezone.now())
    classify_new.delay()


@shared_task(queue="light", autoretry_for=(OperationalError,), retry_backoff=True)
def nightly() -> None:
    """Begin the night of this moment; asked for twice on a day, it is begun once."""
    from truther import night

    night.begin_night(at=timezone.now(), now=timezone.now())
    resume_nights.delay()


@shared_task(queue="light")
def resume_nights() -> None:
    """Send the earliest unfinished night on its way again when nobody is at it."""
    from truther import night

    waiting = night.resumable(now=timezone.now())
    if waiting is not None:
        _send(*waiting, expires=TICK_SECONDS)


@shared_task
def run_stage(night_id: str, stage: str) -> None:
    """Do one stage of one night, then send the next one to the queue of its weight."""
    from truther import night

    following = night.run_stage(night_id, stage)
    if following:
        _send(night_id, following)


def _send(night_id: str, stage: str, expires: float = STAGE_SECONDS) -> None:
    queue = STAGE_QUEUES.get(stage, "light")
    run_stage.apply_async((night_id, stage), queue=queue, expires=expires)
