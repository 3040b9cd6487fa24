"""The two doors of the API that a player needs, as any other program would use them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Self

import httpx

NOW_HEADER = "X-Truther-Now"
TIMEOUT_SECONDS = 60.0


class ApiRefused(RuntimeError):
    """The server answered something else than the interface promises."""


class Api:
    """A client of `GET /api/v1/cards` and `POST /api/v1/votes`, one request after another."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=TIMEOUT_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._http.close()

    def cards(
        self, token: str, *, sitting: str, count: int, have: Collection[str], now: datetime
    ) -> Mapping[str, Any]:
        """Ask for up to `count` cards that are not among those in hand."""
        query = {"count": str(count), "sitting": sitting} | ({"have": ",".join(have)} if have else {})
        response = self._http.get("/api/v1/cards", params=query, headers=_headers(token, now))
        answer: Mapping[str, Any] = _checked(response)
        return answer

    def votes(self, token: str, items: Sequence[Mapping[str, Any]], *, now: datetime) -> list[dict[str, Any]]:
        """Send votes and undos in order; returns their receipts, as many, in the same order."""
        response = self._http.post("/api/v1/votes", json={"votes": list(items)}, headers=_headers(token, now))
        receipts: list[dict[str, Any]] = _checked(response)["receipts"]
        if [receipt["id"] for receipt in receipts] != [item["id"] for item in items]:
            raise ApiRefused(f"{len(items)} votes were sent and other receipts came back: {receipts}")
        return receipts


def _checked(response: httpx.Response) -> Any:
    if response.status_code != httpx.codes.OK:
        raise ApiRefused(f"{response.request.url.path}: {response.status_code} {response.text[:300]}")
    return response.json()


def _headers(token: str, now: datetime) -> dict[str, str]:
    return {"Authorization": f"Token {token}", NOW_HEADER: now.isoformat()}
