"""The lease on one night: one living owner, renewed as it goes, and a number that fences off the dead."""

import os
import secrets
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from django.db import connections
from django.utils import timezone

from truther.models import NightRun
from truther.models.fields import milliseconds

LENGTH = timedelta(seconds=60)
BEAT = LENGTH / 3

Clock = Callable[[], datetime]

_held_here: set[str] = (
    set()
)  # owners within this process: a lease of our own pid without one is a dead namesake's


class NightBusy(RuntimeError):
    """Somebody else holds the lease and is alive."""


class LeaseLost(RuntimeError):
    """The lease went to another owner meanwhile: nothing more may be written."""


class Lease:
    """Hold one night; a context manager that gives it back.

    Raises:
        NightBusy: on entering, when a living owner holds it.
    """

    def __init__(self, night_id: str, *, clock: Clock = timezone.now) -> None:
        self.night_id, self.clock = night_id, clock
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.fence = 0
        self._over = threading.Event()
        self._heart = threading.Thread(target=self._beat, name=f"lease-{night_id}", daemon=True)

    def __enter__(self) -> Self:
        night = NightRun.objects.get(pk=self.night_id)
        if not is_free(night, now=self.clock()):
            raise NightBusy(f"Night {self.night_id} is being run by {night.lease_owner}.")
        self.fence = night.fence + 1
        until = self._until()
        if not NightRun.objects.claim(self.night_id, owner=self.owner, fence=self.fence, until=until):
            raise NightBusy(f"Night {self.night_id} was taken by another process just now.")
        _held_here.add(self.owner)
        self._heart.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._heart.join()
        _held_here.discard(self.owner)
        NightRun.objects.write(
            self.night_id, fence=self.fence, lease_owner="", lease_until=milliseconds(self.clock())
        )

    def night(self) -> NightRun:
        """The document as it is now.

        Raises:
            LeaseLost: somebody else owns it.
        """
        night = NightRun.objects.get(pk=self.night_id)
        if night.fence != self.fence:
            raise LeaseLost(f"Night {self.night_id} went on in {night.lease_owner or 'another process'}.")
        return night

    def write(self, **values: Any) -> None:
        """Change the document.

        Raises:
            LeaseLost: somebody else owns it; nothing was changed.
        """
        if not NightRun.objects.write(self.night_id, fence=self.fence, **values):
            raise LeaseLost(f"Night {self.night_id} went to another owner; this one stops.")

    def _until(self) -> datetime:
        return milliseconds(self.clock() + LENGTH)

    def _beat(self) -> None:
        """Renew until the end, in a thread of its own: a long training reports nothing for minutes."""
        try:
            while not self._over.wait(BEAT.total_seconds()):
                if not NightRun.objects.write(self.night_id, fence=self.fence, lease_until=self._until()):
                    return
        finally:
            connections.close_all()


def is_free(night: NightRun, *, now: datetime) -> bool:
    """Whether nobody holds the night: given back, run out, or its owner on this machine is dead."""
    return not night.lease_owner or night.lease_until <= now or _is_dead(night.lease_owner)


def _is_dead(owner: str) -> bool:
    host, pid, _ = owner.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    if int(pid) == os.getpid():
        return owner not in _held_here
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # another user's process has that number
        return False
    return False
