"""The machine around the databases: settings, disk, broker, workers, clock."""

import shutil
import tempfile
from datetime import UTC, datetime
from typing import Any

import redis
from kombu import Queue
from kombu.exceptions import OperationalError

from truther.celery import app, queues
from truther.config import Config
from truther.doctor.findings import Finding, failed, ok, warning
from truther.engine import clock, messages

GIB = 2**30
LOW_GIB, EMPTY_GIB = 2.0, 0.2
CONNECT_SECONDS = 1
LONG_QUEUE = 1000
START = "Start everything with `make run` (python manage.py serve)."


def settings(config: Config) -> Finding:
    """Say which profile is on, and whether it fits the address it serves."""
    detail = f"{config.profile} profile, http://{config.host}:{config.port}, data in {config.data_dir}"
    if config.demo and config.host not in ("127.0.0.1", "localhost", "::1"):
        advice = "Guests may play in the demo profile: set TRUTHER_PROFILE=production on an open address."
        return warning("settings", detail, advice)
    return ok("settings", detail)


def disk(config: Config) -> Finding:
    """Look for room, and write a file."""
    try:
        with tempfile.TemporaryFile(dir=config.data_dir) as file:
            file.write(b"0" * 4096)
            file.flush()
    except OSError as error:
        return failed(
            "disk", f"{config.data_dir} cannot be written: {error.strerror}", "Make room or set its owner."
        )
    free = shutil.disk_usage(config.data_dir).free / GIB
    detail = f"{free:.1f} GiB free in {config.data_dir}"
    if free < EMPTY_GIB:
        return failed("disk", detail, "Make room: photos and snapshots are kept there.")
    if free < LOW_GIB:
        return warning("disk", detail, "Make room soon: photos and snapshots are kept there.")
    return ok("disk", detail)


def broker(config: Config) -> Finding:
    """Connect to the broker and count what waits."""
    name = "embedded, on disk" if not config.broker_url else config.broker_url.partition("://")[0]
    try:
        with app.connection_for_write(connect_timeout=CONNECT_SECONDS) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=CONNECT_SECONDS)
            waiting = {queue.name: _depth(connection, queue) for queue in queues(config)}
    except (OperationalError, OSError, redis.RedisError) as error:
        return failed(
            "broker", f"{name}: does not answer ({error})", "Check TRUTHER_BROKER_URL and the server."
        )
    detail = f"{name}; waiting: " + ", ".join(f"{queue} {count}" for queue, count in waiting.items())
    if sum(waiting.values()) > LONG_QUEUE:
        return warning("broker", detail, "The workers do not keep up, or none runs.")
    return ok("broker", detail)


def _depth(connection: Any, queue: Queue) -> int:
    bound: Any = queue(connection.default_channel)
    return int(bound.queue_declare().message_count)


def workers(config: Config) -> Finding:
    """Count the workers that live."""
    if config.broker_url:
        try:
            count = len(app.control.ping(timeout=CONNECT_SECONDS) or [])
        except (OperationalError, OSError, redis.RedisError) as error:
            return failed("workers", f"cannot be asked: {error}", "Check the broker first.")
    else:
        count = messages.Store(config.data_dir / "broker").consumers()
    if not count:
        return warning("workers", "none runs: nothing is classified, no night begins", START)
    return ok("workers", f"{count} running")


def clock_ticks(config: Config) -> Finding:
    """Look when the clock last said that it lives."""
    tick = clock.last_tick(config.data_dir / "clock.json")
    zone = f"night at {config.nightly_at:%H:%M} {config.time_zone}"
    if tick is None:
        return warning("clock", f"{zone}; the clock never ticked", START)
    age = datetime.now(UTC) - tick
    if age > clock.SILENT:
        return warning("clock", f"{zone}; the clock last ticked {tick:%Y-%m-%d %H:%M} UTC", START)
    if age.total_seconds() < -5:
        return warning(
            "clock", f"{zone}; the last tick lies in the future", "This machine's clock was set back."
        )
    return ok("clock", f"{zone}; ticked {max(0, round(age.total_seconds()))} s ago")


def instagram(config: Config) -> Finding:
    """Say whether hashtags are polled."""
    if config.instagram_token and not config.instagram_user:
        return failed("instagram", "a token, but no user id", "Set TRUTHER_INSTAGRAM_USER.")
    if not config.instagram_token:
        detail = "no token: hashtags are not polled"
        if config.demo:
            return ok("instagram", detail)
        return warning(
            "instagram", detail, "Set TRUTHER_INSTAGRAM_TOKEN, or bring photos with `manage.py ingest`."
        )
    return ok("instagram", "polls " + ", ".join(f"#{tag}" for tag in config.hashtags))
