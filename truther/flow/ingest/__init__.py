"""Posts come in: each picture once, the same post from two sources joined, copies linked to their first."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

from truther.config import config
from truther.flow.ingest.intake import Entry, Intake
from truther.sources.develop import Darkroom
from truther.sources.fetch import Fetcher
from truther.sources.graph_errors import CoolDown, GraphError
from truther.sources.instagram import GraphClient
from truther.sources.instaloader import read_folder
from truther.sources.jsonl import read_jsonl
from truther.sources.media import MediaStore
from truther.sources.posts import Rejection

CHUNK = 64  # posts looked up together


class NothingToIngest(ValueError):
    """A path that holds no posts in a format we read."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What a run brought in and what it left out; photos unless it says otherwise."""

    posts: int  # new posts
    joined: int  # posts that another source had brought before
    photos: int  # new photos, duplicates included
    duplicates: int  # of them: pictures we had already
    unchanged: int  # there already
    videos_skipped: int
    taken_down: int  # refused because they were taken down before
    skipped: int  # entries that are not meant to be posts
    rejected: tuple[Rejection, ...]
    stopped: str = ""  # why a poll ended early; the next one goes on


COUNTS = tuple(field.name for field in fields(IngestReport) if field.name not in ("rejected", "stopped"))


def ingest_path(
    path: Path, *, now: datetime, processes: int = 1, fetcher: Fetcher | None = None
) -> IngestReport:
    """Bring in an instaloader folder or a JSON Lines file; a second run changes nothing, or ends the first.

    Args:
        path: a folder with .json.xz files, or a file with a post a line.
        now: aware UTC.
        processes: how many decode pictures; 1 inside Celery.
        fetcher: follows links; the configured media hosts when None.

    Raises:
        NothingToIngest: there is no such path, or nothing in it that we read.
        StorageFull: the disk has no room; what was reported stored is whole.
    """
    if path.is_dir():
        if next(path.rglob("*.json.xz"), None) is None:
            raise NothingToIngest(f"{path} holds no .json.xz files of instaloader")
        return _ingest(read_folder(path, now=now), now=now, processes=processes, fetcher=fetcher)
    if not path.is_file():
        raise NothingToIngest(f"there is no {path}")
    return _ingest(read_jsonl(path, now=now), now=now, processes=processes, fetcher=fetcher)


def ingest_hashtag(
    tag: str,
    *,
    now: datetime,
    processes: int = 1,
    client: GraphClient | None = None,
    fetcher: Fetcher | None = None,
) -> IngestReport:
    """Bring in what was posted under a hashtag during the last day.

    Raises:
        GraphError: Instagram refuses; what came before is kept. A cool down only ends the poll early.
        StorageFull: the disk has no room.
    """
    with closing(client or GraphClient.configured()) as graph:
        return _ingest(graph.recent_posts(tag, now=now), now=now, processes=processes, fetcher=fetcher)


def _ingest(
    entries: Iterable[Entry], *, now: datetime, processes: int, fetcher: Fetcher | None
) -> IngestReport:
    store = MediaStore(config.data_dir / "media")
    links = fetcher or Fetcher(hosts=config.media_hosts, max_bytes=config.max_image_bytes)
    with closing(links), Darkroom(store, processes=processes) as darkroom:
        run = Intake(now=now, fetcher=links, darkroom=darkroom)
        refusal = _take_all(run, entries)
    if refusal is not None and not isinstance(refusal, CoolDown):
        raise refusal
    counts = {name: run.counts[name] for name in COUNTS}
    return IngestReport(**counts, rejected=tuple(run.rejected), stopped=str(refusal or ""))


def _take_all(run: Intake, entries: Iterable[Entry]) -> GraphError | None:
    """Bring everything in; when the source refuses to go on, return why and keep what came before."""
    chunk: list[Entry] = []
    refusal = None
    try:
        for entry in entries:
            chunk.append(entry)
            if len(chunk) == CHUNK:
                run.take(chunk)
                chunk = []
    except GraphError as error:
        refusal = error
    run.take(chunk)
    return refusal
