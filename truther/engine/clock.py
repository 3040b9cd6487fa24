"""The clock: Celery's beat, with its last runs in a file that survives kill -9 and tells that it lives."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from celery.beat import Scheduler

BEAT_SECONDS = 10.0  # at least this often the file is written
SILENT = timedelta(minutes=2)  # a clock that did not write for this long is dead or stuck


class Clock(Scheduler):
    """Send what is due; what fell due while the clock was off is sent once when it starts again."""

    def setup_schedule(self) -> None:
        """Read the timetable, and when each entry last ran."""
        self.merge_inplace(self.app.conf.beat_schedule)
        for name, moment in _read(self._path).get("last_runs", {}).items():
            if name in self.schedule:
                self.schedule[name].last_run_at = datetime.fromisoformat(moment)

    def tick(self, *args: Any, **options: Any) -> float:
        """Send what is due and return the seconds until the next look."""
        pause = super().tick(*args, **options)
        if not self._written or datetime.now(UTC) - self._written > timedelta(seconds=BEAT_SECONDS):
            self.sync()
        return min(pause, BEAT_SECONDS)

    def sync(self) -> None:
        """Write the file, whole or not at all."""
        self._written = datetime.now(UTC)
        runs = {
            name: entry.last_run_at.isoformat() for name, entry in self.schedule.items() if entry.last_run_at
        }
        fresh = self._path.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps({"tick_at": self._written.isoformat(), "last_runs": runs}, indent=1))
        fresh.replace(self._path)

    _written: datetime | None = None

    @property
    def _path(self) -> Path:
        return Path(self.app.conf.beat_schedule_filename)


def last_tick(path: Path) -> datetime | None:
    """Return when the clock last wrote its file, or None when it never did."""
    tick = _read(path).get("tick_at")
    return datetime.fromisoformat(tick) if tick else None


def _read(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    return content
