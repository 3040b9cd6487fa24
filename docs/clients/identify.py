"""Name the dresses on pictures: TRUTHER_URL=… TRUTHER_TOKEN=… python identify.py PICTURE..."""

import base64
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx

AT_ONCE = 200  # pictures in one request; the server takes 1,000


def patiently(send: Callable[[], httpx.Response], tries: int = 8) -> httpx.Response:
    """Send a request, again as long as the server says that it is busy."""
    for _ in range(tries - 1):
        answer = send()
        if answer.status_code not in (429, 503):
            break
        time.sleep(int(answer.headers.get("Retry-After", 2)))
    else:
        answer = send()
    return answer.raise_for_status()


def identify(api: httpx.Client, picture: Path) -> Any:
    """One picture, as it is."""
    head = {"Content-Type": "image/jpeg"}  # or image/png, image/webp
    return patiently(lambda: api.post("/api/v1/identify", content=picture.read_bytes(), headers=head)).json()


def identify_many(api: httpx.Client, pictures: Sequence[Path]) -> Iterator[Any]:
    """Many pictures, a few in memory; a result for each, in order. One with a `detail` has no answer."""
    head = {"Content-Type": "application/x-ndjson"}
    for start in range(0, len(pictures), AT_ONCE):
        part = pictures[start : start + AT_ONCE]
        answer = patiently(lambda: api.post("/api/v1/identify", content=lines(part), headers=head))  # noqa: B023
        yield from map(json.loads, answer.iter_lines())


def lines(pictures: Sequence[Path]) -> Iterator[bytes]:
    """A line of NDJSON for each."""
    for picture in pictures:
        image = base64.b64encode(picture.read_bytes()).decode()
        yield json.dumps({"id": str(picture), "image": image}).encode() + b"\n"


if __name__ == "__main__":
    head = {"Authorization": f"Token {os.environ['TRUTHER_TOKEN']}"}
    with httpx.Client(base_url=os.environ["TRUTHER_URL"], headers=head, timeout=60) as api:
        files = [Path(name) for name in sys.argv[1:]]
        for result in [identify(api, files[0])] if len(files) == 1 else identify_many(api, files):
            print(json.dumps(result))  # noqa: T201
