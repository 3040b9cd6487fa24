"""The embedded broker keeps every message: kill -9, racing consumers, a full disk, a broken file."""

import json
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from truther.engine import broker, messages
from truther.engine.messages import Store


def fill(store: Store, count: int, queue: str = "light") -> None:
    for number in range(count):
        store.put(queue, f"{number:06d}.json", json.dumps({"number": number}).encode())


def take_all(root: Path, results: "multiprocessing.Queue[list[int]]") -> None:
    """In a process of its own: take until the queue is empty."""
    store = Store(root)
    numbers: list[int] = []
    while True:
        try:
            path, message = store.take("light")
        except Empty:
            results.put(numbers)
            return
        numbers.append(message["number"])
        path.unlink()


def hold_one(root: Path) -> None:
    """In a process of its own: take one message, say so, and never finish."""
    Store(root).take("light")
    (root / "holding").touch()
    time.sleep(60)


def wait_for(condition: Callable[[], bool], *, seconds: float, what: str) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"waited {seconds} s for {what}"
        time.sleep(0.05)


def test_messages_come_out_in_the_order_they_went_in(tmp_path):
    store = Store(tmp_path)
    fill(store, 5)

    taken = [store.take("light")[1]["number"] for _ in range(5)]

    assert taken == [0, 1, 2, 3, 4]
    with pytest.raises(Empty):
        store.take("light")


def test_racing_consumers_take_each_message_once(tmp_path):
    fill(Store(tmp_path), 400)
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    processes = [context.Process(target=take_all, args=(tmp_path, results)) for _ in range(4)]

    for process in processes:
        process.start()
    numbers = [number for _ in processes for number in results.get(timeout=30)]
    for process in processes:
        process.join(timeout=10)

    assert sorted(numbers) == list(range(400))


def test_a_living_consumer_keeps_what_it_holds_and_a_dead_one_loses_it(tmp_path):
    store = Store(tmp_path)
    fill(store, 1)
    process = multiprocessing.get_context("fork").Process(target=hold_one, args=(tmp_path,))
    process.start()
    wait_for((tmp_path / "holding").exists, seconds=10, what="the consumer")

    while_alive = store.recover()
    process.kill()
    process.join(timeout=10)
    after_death = store.recover()

    assert (while_alive, after_death) == (0, 1)
    assert store.take("light")[1] == {"number": 0}


def test_a_consumer_that_leaves_gives_back_what_it_holds(tmp_path):
    leaving, staying = Store(tmp_path), Store(tmp_path)
    fill(leaving, 2)
    leaving.take("light")
    assert staying.recover() == 0  # one process may hold several consumers

    leaving.leave()

    assert [staying.take("light")[1]["number"] for _ in range(2)] == [0, 1]
    assert staying.consumers() == 1


def test_a_broken_message_is_set_aside_and_does_not_stop_the_queue(tmp_path, caplog):
    store = Store(tmp_path)
    store.put("light", "000000.json", b'{"number": ')
    store.put("light", "000001.json", b'{"number": 1}')

    _, message = store.take("light")

    assert message == {"number": 1}
    assert (tmp_path / "broken" / "000000.json").read_bytes() == b'{"number": '
    assert "000000.json" in caplog.text


def test_a_full_disk_refuses_the_message_and_leaves_nothing_half_written(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    store = Store(tmp_path)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            store.put("light", "000000.json", b"x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert store.size("light") == 0
    assert list((tmp_path / "writing").iterdir()) == []


def test_a_draft_whose_writer_died_long_ago_is_swept(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "STALE_SECONDS", 100.0)
    folder = tmp_path / "writing"
    folder.mkdir()
    for name, age in (("old", 200), ("young", 20)):
        (folder / name).touch()
        os.utime(folder / name, (time.time() - age, time.time() - age))

    with pytest.raises(Empty):
        Store(tmp_path).take("light")

    assert [path.name for path in folder.iterdir()] == ["young"]


def test_rejected_messages_come_back_only_when_asked(tmp_path):
    broker.register()
    with Connection("disk://", transport_options={"folder": str(tmp_path)}) as connection:
        queue = connection.SimpleQueue("odd/../name")
        queue.put({"number": 1})
        queue.get(timeout=2).requeue()
        again = queue.get(timeout=2)
        again.reject()

        assert again.payload == {"number": 1}
        assert queue.qsize() == 0
    assert not [path for path in (tmp_path / "held").rglob("*") if path.is_file()]


class Errands:
    """Workers of tests.errands over one broker."""

    def __init__(self, folder: Path, broker_url: str = "disk://") -> None:
        self.folder = folder
        self.environment = os.environ | {"ERRANDS_FOLDER": str(folder), "ERRANDS_BROKER": broker_url}
        self.workers: list[subprocess.Popen[bytes]] = []

    def start(self) -> "subprocess.Popen[bytes]":
        number = len(self.workers)
        log = (self.folder / f"worker{number}.log").open("wb")
        command = [sys.executable, "-m", "celery", "-A", "tests.errands", "worker", "--concurrency", "2"]
        worker = subprocess.Popen(
            [*command, "--hostname", f"errands{number}@localhost"],
            env=self.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        self.workers.append(worker)
        return worker

    def send(self, count: int) -> None:
        program = (
            "import sys; from tests.errands import errand;"
            "[errand.delay(number) for number in range(int(sys.argv[1]))]"
        )
        subprocess.run([sys.executable, "-c", program, str(count)], env=self.environment, check=True)

    def done(self) -> Counter[int]:
        path = self.folder / "done.txt"
        return Counter(map(int, path.read_text().split())) if path.exists() else Counter()

    def stop(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                os.killpg(worker.pid, signal.SIGKILL)
            worker.wait(timeout=10)


@pytest.fixture
def errands(tmp_path: Path) -> Iterator[Errands]:
    crew = Errands(tmp_path)
    yield crew
    crew.stop()


def test_kill_9_of_a_worker_in_the_middle_loses_no_task(errands):
    errands.send(300)
    victim, survivor = errands.start(), errands.start()
    wait_for(lambda: len(errands.done()) >= 60, seconds=60, what="the first tasks")

    os.killpg(victim.pid, signal.SIGKILL)
    before = len(errands.done())
    wait_for(lambda: len(errands.done()) == 300, seconds=60, what="the other tasks")

    assert before < 300
    assert set(errands.done()) == set(range(300))
    assert sum(errands.done().values()) <= 304  # only what the dead worker held may have run twice
    survivor.send_signal(signal.SIGTERM)
    assert survivor.wait(timeout=20) == 0
    left = [path for path in (errands.folder / "broker").rglob("*.json") if "writing" not in path.parts]
    assert left == []
