"""Truther's Celery app for tests of lists that several processes make: blocks take a moment, leases end soon.

A killed process keeps its block for a quarter of an hour otherwise, longer than a test may wait. Whoever
begins a block leaves a line with its name and the block's first row.
"""

import os
import time
from datetime import timedelta

import django

from truther.celery import app

__all__ = ["app"]
django.setup()

from truther.config import config  # noqa: E402
from truther.flow import recommend  # noqa: E402
from truther.flow.recommend import listing  # noqa: E402

recommend.AT_A_BLOCK = timedelta(seconds=4)
make_at_once = listing.make


def make(run_id: str, start: int) -> None:
    """Note who makes which block, take a moment, then make it."""
    with (config.data_dir / "begun.txt").open("a") as file:
        file.write(f"{os.environ['LIST_WORKER']} {start}\n")
    time.sleep(0.25)
    make_at_once(run_id, start)


listing.make = make
