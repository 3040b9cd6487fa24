"""Messages kept as files: whole or not at all, in one consumer's hands at a time, and back when it dies."""

import fcntl
import json
import logging
import os
import time
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any
from urllib.parse import quote

logger = logging.getLogger(__name__)

RECOVER_SECONDS = 5.0  # how often a consumer looks for folders whose owner died
STALE_SECONDS = 3600.0  # a half-written file this old has no writer any more

_own: set[tuple[int, str]] = set()  # (process, owner): opening one's own lock file again would drop its lock


class Store:
    """The folders of one broker as one process sees them.

    ready/<queue>/ waits; held/<owner>/<queue>/ is being worked on; owners/<owner> is locked while the
    owner lives; writing/ is half-written; broken/ could not be read.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._pid = 0
        self._owner = ""
        self._lock: int | None = None
        self._listed: dict[str, deque[str]] = {}
        self._recovered_at = float("-inf")

    def put(self, queue: str, name: str, body: bytes) -> None:
        """Keep one message on disk before returning.

        Raises:
            OSError: the disk refused, for example because it is full; nothing was queued.
        """
        writing, ready = self._folder("writing"), self._folder("ready", queue)
        draft = writing / f"{name}.{uuid.uuid4().hex}"
        try:
            with draft.open("xb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(ready / name)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        _sync_folder(ready)

    def take(self, queue: str) -> tuple[Path, dict[str, Any]]:
        """Move the oldest message of a queue into this process's own folder and return it.

        Raises:
            queue.Empty: there is none.
        """
        self._recover_now_and_then()
        held = self._held(queue)
        while True:
            name = self._next(queue)
            path = held / name
            try:
                (self.root / "ready" / _escaped(queue) / name).rename(path)
            except FileNotFoundError:
                continue  # another consumer was faster
            try:
                return path, json.loads(path.read_bytes())
            except ValueError:
                path.rename(self._folder("broken") / name)
                logger.exception("Message %s of queue %s cannot be read: it lies under broken/", name, queue)

    def give_back(self, path: Path) -> None:
        """Put a held message where it came from; its name keeps its place in the line."""
        path.rename(self._folder("ready", path.parent.name, escaped=True) / path.name)

    def leave(self) -> None:
        """Stop being a consumer: what is still held goes back to its queue."""
        if self._lock is None or self._pid != os.getpid():
            return
        self._empty(self.root / "held" / self._owner)
        _own.discard((self._pid, self._owner))
        os.close(self._lock)
        self._lock, self._pid = None, 0

    def size(self, queue: str) -> int:
        """Count the messages that wait in a queue."""
        return len(self._waiting(queue))

    def purge(self, queue: str) -> int:
        """Delete what waits in a queue and return how many messages that were."""
        names = self._waiting(queue)
        for name in names:
            (self.root / "ready" / _escaped(queue) / name).unlink(missing_ok=True)
        return len(names)

    def consumers(self) -> int:
        """Count the living consumers."""
        return sum(self._is_alive(folder.name) for folder in self._held_folders())

    def recover(self) -> int:
        """Put back what dead consumers held and return how many messages that were."""
        count = 0
        for folder in self._held_folders():
            with self._if_dead(folder.name) as dead:
                if dead:
                    count += self._empty(folder)
        if count:
            logger.warning("Put back %d messages whose consumer had died", count)
        return count

    def _recover_now_and_then(self) -> None:
        now = time.monotonic()
        if now - self._recovered_at < RECOVER_SECONDS:
            return
        self._recovered_at = now
        self.recover()
        for draft in self._folder("writing").iterdir():
            try:
                if time.time() - draft.stat().st_mtime > STALE_SECONDS:
                    draft.unlink()
            except FileNotFoundError:
                continue  # renamed or swept in between

    def _empty(self, folder: Path) -> int:
        count = 0
        for path in folder.glob("*/*"):
            self.give_back(path)
            count += 1
        for inner in folder.glob("*"):
            inner.rmdir()
        folder.rmdir()
        (self.root / "owners" / folder.name).unlink(missing_ok=True)
        return count

    def _held(self, queue: str) -> Path:
        if self._pid != os.getpid():  # first use, or a fork: locks and lists are the parent's
            self._pid, self._owner = os.getpid(), f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
            self._listed = {}
            # The lock comes before the folder: recovery starts from folders, so it meets none unlocked.
            # lockf, not flock: a forked child must not keep a dead consumer's lock.
            self._lock = os.open(self._folder("owners") / self._owner, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC)
            fcntl.lockf(self._lock, fcntl.LOCK_EX)
            _own.add((self._pid, self._owner))
        return self._folder("held", self._owner, queue)

    @contextmanager
    def _if_dead(self, owner: str) -> Iterator[bool]:
        if (os.getpid(), owner) in _own:
            yield False
            return
        try:
            file = (self.root / "owners" / owner).open("r+b")
        except FileNotFoundError:
            yield True
            return
        with file:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except (BlockingIOError, PermissionError):
                yield False
            else:
                yield True  # and locked: two recoveries never empty one folder together

    def _is_alive(self, owner: str) -> bool:
        with self._if_dead(owner) as dead:
            return not dead

    def _next(self, queue: str) -> str:
        listed = self._listed.setdefault(queue, deque())
        if not listed:
            listed.extend(sorted(self._waiting(queue)))
        if not listed:
            raise Empty
        return listed.popleft()

    def _waiting(self, queue: str) -> list[str]:
        try:
            return [path.name for path in (self.root / "ready" / _escaped(queue)).iterdir()]
        except FileNotFoundError:
            return []

    def _held_folders(self) -> list[Path]:
        return list(self._folder("held").iterdir())

    def _folder(self, *parts: str, escaped: bool = False) -> Path:
        folder = self.root.joinpath(*(parts if escaped else map(_escaped, parts)))
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def _escaped(name: str) -> str:
    return quote(name, safe="").replace(".", "%2E")


def _sync_folder(folder: Path) -> None:
    """Make a rename durable: without this a power cut could undo it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
