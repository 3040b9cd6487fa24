"""A Celery app for the broker's tests: its tasks leave a line in a file, so that a test can count them."""

import os
import time
from pathlib import Path

from celery import Celery

from truther.engine import broker

broker.register()
app = Celery("errands", broker=os.environ.get("ERRANDS_BROKER", "disk://"), set_as_current=False)
app.conf.update(
    broker_transport_options={"folder": os.environ["ERRANDS_FOLDER"] + "/broker"}
    if app.conf.broker_url == "disk://"
    else {"visibility_timeout": 6 * 3600},
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
)


@app.task(name="errand")
def errand(number: int) -> None:
    """Take a moment, then note that this errand was run."""
    time.sleep(0.02)
    with (Path(os.environ["ERRANDS_FOLDER"]) / "done.txt").open("a") as file:
        file.write(f"{number}\n")
