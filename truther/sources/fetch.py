"""Pictures from links somebody sent us, fetched without letting the link choose where we look."""

import ssl
import time
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urljoin

import httpx

from truther.sources.addresses import Resolve, Target, Unfetchable, expiry_of, resolve, target_of

REDIRECTS = 3
MOVED = (301, 302, 303, 307, 308)
GONE = (403, 404, 410)  # what a dead signed link answers
PATIENCE_SECONDS = 10.0  # for each step of the connection
LONGEST_SECONDS = 60.0  # for all of it: a server that drips bytes keeps us no longer
# Unpacked sizes cannot be foreseen, so nothing packed is asked for.
HEADERS = {"Accept": "image/*", "Accept-Encoding": "identity", "User-Agent": "truther"}


class Fetcher:
    """Follows links to media hosts, each to an address that was looked at."""

    def __init__(
        self,
        *,
        hosts: Sequence[str],
        max_bytes: int,
        resolve: Resolve = resolve,
        loopback: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Open a client; `resolve`, `loopback` and `tls` are for tests over a real socket."""
        self._hosts, self._max_bytes = tuple(hosts), max_bytes
        self._resolve, self._loopback = resolve, loopback
        # trust_env=False: a proxy named by the environment would connect wherever it likes.
        self._client = httpx.Client(
            trust_env=False,
            timeout=PATIENCE_SECONDS,
            verify=tls or True,
            limits=httpx.Limits(
                max_keepalive_connections=0
            ),  # two names may share an address, not a connection
        )

    def close(self) -> None:
        """Close the sockets."""
        self._client.close()

    def fetch(self, url: str, *, now: datetime) -> bytes:
        """Return the bytes behind a link.

        Raises:
            Unfetchable: the link is expired, not allowed, dead, too large, too slow, or led in circles.
        """
        dies_at = expiry_of(url)
        if dies_at is not None and dies_at <= now:
            raise Unfetchable(f"the link expired on {dies_at:%Y-%m-%d %H:%M} UTC")
        until = time.monotonic() + LONGEST_SECONDS
        for _ in range(REDIRECTS + 1):
            target = target_of(url, hosts=self._hosts, resolve=self._resolve, loopback=self._loopback)
            answer = self._ask(target, until)
            if isinstance(answer, bytes):
                return answer
            url = urljoin(url, answer)
        raise Unfetchable(f"more than {REDIRECTS} redirects")

    def _ask(self, target: Target, until: float) -> bytes | str:
        """Return the body, or where the answer sends us."""
        port = "" if target.port in (80, 443) else f":{target.port}"
        request = self._client.build_request(
            "GET",
            target.pinned,
            headers=HEADERS | {"Host": target.host + port},
            extensions={"sni_hostname": target.host},  # the certificate must be the name's
        )
        try:
            response = self._client.send(request, stream=True, follow_redirects=False)
            try:
                if response.status_code in MOVED and "location" in response.headers:
                    return str(response.headers["location"])
                self._check(response)
                return self._read(response, until)
            finally:
                response.close()
        except httpx.InvalidURL as error:
            raise Unfetchable("it is no link") from error
        except httpx.TimeoutException as error:
            raise Unfetchable(f"{target.host} did not answer in time") from error
        except httpx.HTTPError as error:
            raise Unfetchable(f"{target.host} could not be asked ({error})") from error

    def _check(self, response: httpx.Response) -> None:
        status = response.status_code
        if status in GONE:
            raise Unfetchable(f"the link is dead (HTTP {status})")
        if status != 200:
            raise Unfetchable(f"the server answered HTTP {status}")
        if response.headers.get("content-encoding", "identity") != "identity":
            raise Unfetchable("the server packed the picture although it was asked not to")

    def _read(self, response: httpx.Response, until: float) -> bytes:
        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > self._max_bytes:
                raise Unfetchable(f"it is larger than {self._max_bytes:,} bytes")
            if time.monotonic() > until:
                raise Unfetchable(f"it took longer than {LONGEST_SECONDS:.0f} seconds")
        return bytes(body)
