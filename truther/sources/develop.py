"""Many pictures at once: decoded, made small and stored in several processes, in the order they came."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Self, TypeVar

from truther.sources.media import MediaStore, Picture, PictureRefused

Job = TypeVar("Job")
Outcome = Picture | PictureRefused
AHEAD = 4  # pictures per process held in memory


class Darkroom:
    """Processes that store pictures; open it with `with`."""

    def __init__(self, store: MediaStore, *, processes: int) -> None:
        """Work in so many processes; 1 is this very process, which is all that a Celery worker may use."""
        self.store, self._processes = store, processes
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        """Get ready; the processes start with the first pictures."""
        if self._processes > 1:
            # Spawned, not forked: a copy of this process would share its database sockets.
            self._pool = ProcessPoolExecutor(self._processes, mp_context=get_context("spawn"))
        return self

    def __exit__(self, *exception: object) -> None:
        """Finish what was begun and end the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def develop(self, jobs: Iterable[tuple[Job, bytes]]) -> Iterator[tuple[Job, Outcome]]:
        """Store each picture; yield what it is, or why it was refused.

        Raises:
            StorageFull: the disk has no room.
        """
        if self._pool is None:
            yield from ((job, _outcome(self.store, data)) for job, data in jobs)
            return
        waiting: deque[tuple[Job, Future[Outcome]]] = deque()
        for job, data in jobs:
            waiting.append((job, self._pool.submit(_outcome, self.store, data)))
            if len(waiting) >= self._processes * AHEAD:
                first, future = waiting.popleft()
                yield first, future.result()
        for job, future in waiting:
            yield job, future.result()


def _outcome(store: MediaStore, data: bytes) -> Outcome:
    try:
        return store.keep(data)
    except PictureRefused as refusal:
        return refusal
