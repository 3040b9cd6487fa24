"""Clients in a process of their own: each sends a picture, waits for its answer, and sends the next."""

import itertools
import json
import multiprocessing
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event
from typing import Any

ANSWER_SECONDS = 30.0


@dataclass(slots=True)
class Crowd:
    """What the clients saw."""

    per_second: float = 0.0
    failed: int = 0  # answers that are no 200, and connections that broke
    milliseconds: list[float] = field(default_factory=list)  # of each answer
    timings: list[dict[str, float]] = field(default_factory=list)  # as the answers say
    versions: set[str] = field(default_factory=set)


def ask(port: int, pictures: Sequence[bytes], *, clients: int, requests: int) -> Crowd:
    """Send so many requests from so many clients at once."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_crowd, (port, pictures, clients, requests))


class Asking:
    """Clients that ask until they are told to stop."""

    def __init__(self, port: int, pictures: Sequence[bytes], *, clients: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._stop, started = context.Event(), context.Event()
        self._theirs, ours = context.Pipe(duplex=False)
        arguments = (port, pictures, clients, started, self._stop, ours)
        self._process = context.Process(target=_until, args=arguments, daemon=True)
        self._process.start()
        started.wait(ANSWER_SECONDS)

    def stop(self) -> Crowd:
        """Let them end, and say what they saw."""
        self._stop.set()
        crowd: Crowd = self._theirs.recv()
        self._process.join()
        return crowd


def _until(
    port: int, pictures: Sequence[bytes], clients: int, started: Event, stop: Event, answer: Any
) -> None:
    started.set()
    answer.send(_crowd(port, pictures, clients, None, stop.is_set))


def _crowd(
    port: int,
    pictures: Sequence[bytes],
    clients: int,
    requests: int | None,
    is_over: Callable[[], bool] = lambda: False,
) -> Crowd:
    crowd, bodies = Crowd(), [_request(picture) for picture in pictures]
    numbers = iter(range(requests)) if requests is not None else itertools.count()
    threads = [
        threading.Thread(target=_client, args=(port, bodies, numbers, crowd, is_over)) for _ in range(clients)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    crowd.per_second = len(crowd.milliseconds) / (time.perf_counter() - began)
    return crowd


def _client(
    port: int, bodies: Sequence[bytes], numbers: Iterator[int], crowd: Crowd, is_over: Callable[[], bool]
) -> None:
    """One client with one connection; numbers are shared (next() of a range is one step for all threads)."""
    connection: socket.socket | None = None
    for number in numbers:
        if is_over():
            break
        began = time.perf_counter()
        try:
            if connection is None:
                connection = socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS)
            connection.sendall(bodies[number % len(bodies)])
            status, document = _answer(connection)
        except (OSError, ValueError):
            crowd.failed, connection = crowd.failed + 1, None
            continue
        if status != 200:
            crowd.failed += 1
            continue
        crowd.milliseconds.append((time.perf_counter() - began) * 1000)
        crowd.timings.append(document["timings"])
        crowd.versions.add(document["model_version"])
    if connection is not None:
        connection.close()


def _request(picture: bytes) -> bytes:
    head = (
        f"POST /predict HTTP/1.1\r\nHost: model\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}"
    )
    return head.encode() + b"\r\n\r\n" + picture


def _answer(connection: socket.socket) -> tuple[int, Any]:
    """The status and the document of one answer, which names its length.

    Raises:
        ValueError: it is none.
    """
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += _more(connection)
    return int(head.split()[1]), json.loads(body)


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65_536)
    if not data:
        raise ConnectionResetError
    return data
