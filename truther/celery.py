"""The Celery app: its broker, its queues by weight, and the clock's timetable."""

import os
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging, worker_process_init
from kombu import Exchange, Queue

from truther.config import Config, config
from truther.engine import broker, forks

LONGEST_TASK = timedelta(hours=6)  # a broker that redelivers earlier would start a long training twice
MINUTE = timedelta(minutes=1)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "truther.settings")


def broker_options(settings: Config) -> dict[str, Any]:
    """Return how to reach the broker: the embedded one on disk when no address is set."""
    if not settings.broker_url:
        broker.register()
        folder = str(settings.data_dir / "broker")
        return {"broker_url": "disk://localhost", "broker_transport_options": {"folder": folder}}
    limits: dict[str, Any] = {}
    if settings.broker_url.startswith("redis"):
        limits = {"visibility_timeout": int(LONGEST_TASK.total_seconds()), "socket_connect_timeout": 5}
    return {"broker_url": settings.broker_url, "broker_transport_options": limits}


def queues(settings: Config) -> list[Queue]:
    """Return the queues; RabbitMQ is told how long a task may stay unacknowledged."""
    milliseconds = int(LONGEST_TASK.total_seconds() * 1000)
    patient = {"x-consumer-timeout": milliseconds} if settings.broker_url.startswith("amqp") else {}
    return [
        # An exchange of its own each: with the shared default one a message would reach all three.
        Queue(name, Exchange(name), routing_key=name, queue_arguments=patient)
        for name in ("light", "predict", "train")
    ]


def timetable(settings: Config) -> dict[str, dict[str, Any]]:
    """Return what the clock sends and when; what nobody took in time expires."""
    every = {
        "resume_nights": 2 * MINUTE,
        "classify_new": MINUTE,
        "top_up": MINUTE,
        "count_days": 10 * MINUTE,
    }
    if settings.instagram_token:
        every["ingest_hashtags"] = timedelta(hours=3)
    entries = {
        name: {
            "task": f"truther.tasks.{name}",
            "schedule": pause,
            "options": {"expires": pause.total_seconds()},
        }
        for name, pause in every.items()
    }
    entries["nightly"] = {
        "task": "truther.tasks.nightly",
        "schedule": crontab(hour=str(settings.nightly_at.hour), minute=str(settings.nightly_at.minute)),
        "options": {"expires": LONGEST_TASK.total_seconds()},
    }
    return entries


app = Celery("truther", include=["truther.tasks"])
app.conf.update(
    **broker_options(config),
    task_queues=queues(config),
    task_default_queue="light",
    task_create_missing_queues=False,
    beat_schedule=timetable(config),
    beat_scheduler="truther.engine.clock:Clock",
    beat_schedule_filename=str(config.data_dir / "clock.json"),
    timezone=config.time_zone,
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,  # what a task did is in the database
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    # A page that queues something answers within a second or two even while the broker is away.
    task_publish_retry_policy={"max_retries": 2, "interval_start": 0.2, "interval_step": 0.3},
)
worker_process_init.connect(forks.drop_inherited)


@setup_logging.connect
def keep_logging(**_signal: Any) -> None:
    """Leave logging to Django's settings; a connected receiver is what makes Celery do so."""
