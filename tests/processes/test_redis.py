"""Celery on a real Redis, as TRUTHER_BROKER_URL names one: tasks run, and kill -9 of a worker loses none."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.processes.test_broker import Errands, wait_for
from truther.celery import LONGEST_TASK, broker_options
from truther.config import Config


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis of this test's own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        "redis-server",
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        str(tmp_path),
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"redis://127.0.0.1:{port}/0"
    client = redis.Redis.from_url(url)
    until = time.monotonic() + 10
    while True:
        try:
            client.ping()
            break
        except redis.ConnectionError:
            assert time.monotonic() < until, "redis-server did not answer"
            time.sleep(0.05)
    yield url
    client.close()
    server.terminate()
    server.wait(timeout=10)


@pytest.fixture
def errands(tmp_path: Path, redis_url: str) -> Iterator[Errands]:
    crew = Errands(tmp_path, redis_url)
    yield crew
    crew.stop()


def test_a_worker_stopped_in_order_hands_over_what_it_had_not_begun(errands):
    errands.send(100)
    leaving = errands.start()
    wait_for(lambda: len(errands.done()) >= 10, seconds=60, what="the first tasks")

    leaving.send_signal(signal.SIGTERM)
    assert leaving.wait(timeout=60) == 0
    errands.start()
    wait_for(lambda: len(errands.done()) == 100, seconds=60, what="the other tasks")

    assert set(errands.done().values()) == {1}


def test_a_long_task_is_not_given_away_a_second_time(redis_url):
    options = broker_options(Config(broker_url=redis_url))

    assert options["broker_url"] == redis_url
    assert (
        options["broker_transport_options"]["visibility_timeout"] == LONGEST_TASK.total_seconds() == 6 * 3600
    )


def test_a_child_killed_with_9_gives_its_task_back_at_once(errands):
    errands.send(60)
    worker = errands.start()
    wait_for(lambda: len(errands.done()) >= 5, seconds=60, what="the first tasks")

    children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)
    wait_for(lambda: len(errands.done()) == 60, seconds=60, what="the other tasks")

    assert set(errands.done()) == set(range(60))
