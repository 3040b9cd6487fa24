"""A server that speaks the Instagram Graph API and its media hosts over a real socket, faults included."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

TOKEN = "a-token-that-must-not-leak"
USER = "17841400000000000"
HASHTAG = "17843853986012965"
SAME_CURSOR = "the-same-on-every-page"


@dataclass
class Answer:
    """One thing the server says instead of the truth."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    location: str = ""


def refusal(code: int, status: int = 400) -> Answer:
    """Return the Graph API's way of refusing."""
    error = {"message": f"refused {code}", "type": "OAuthException", "code": code, "fbtrace_id": "Atrace"}
    return Answer(status, json.dumps({"error": error}).encode())


@dataclass
class GraphApi:
    """What the server has, what it will do wrong, and what it was asked."""

    port: int = 0
    pages: list[list[dict[str, Any]]] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    faults: list[Answer] = field(default_factory=list)  # answered first, one a question
    headers: dict[str, str] = field(default_factory=dict)  # with every page
    endless: bool = False  # the last page says that there is a next one, for ever
    asked: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)  # seconds the client paused before asking again
    turn: int = 0

    @property
    def url(self) -> str:
        """Where the API is."""
        return f"http://127.0.0.1:{self.port}/v23.0"

    def link(self, name: str, data: bytes | None = None, *, dies: int = 0xFFFFFFF0) -> str:
        """Put a picture on the media host and return its signed link."""
        if data is not None:
            self.pictures[f"/{name}"] = data
        return f"http://scontent.cdninstagram.com:{self.port}/{name}?oh=1&oe={dies:X}"

    def answer(self, path: str, query: dict[str, list[str]]) -> Answer:
        """Say what the real one would."""
        if path in self.moved:
            return Answer(302, location=self.moved[path])
        if path.startswith("/v23.0/"):
            return self.faults.pop(0) if self.faults else self._graph(path.removeprefix("/v23.0"), query)
        if path in self.pictures:
            return Answer(200, self.pictures[path])
        return Answer(404, b"gone")

    def _graph(self, path: str, query: dict[str, list[str]]) -> Answer:
        if path == "/ig_hashtag_search":
            return Answer(body=json.dumps({"data": [{"id": HASHTAG}]}).encode())
        if (
            path != f"/{HASHTAG}/recent_media"
            or query["user_id"] != [USER]
            or "username" in query["fields"][0]
        ):
            return refusal(100)
        # The server knows the way although the cursor never changes.
        self.turn = self.turn + 1 if "after" in query else 0
        number = min(self.turn, len(self.pages) - 1)
        page: dict[str, Any] = {"data": self.pages[number] if self.pages else []}
        page["paging"] = {"cursors": {"after": SAME_CURSOR}}
        if self.endless or number < len(self.pages) - 1:
            again = urlencode({"access_token": TOKEN, "after": SAME_CURSOR, "limit": query["limit"][0]})
            page["paging"]["next"] = f"https://graph.facebook.com/v23.0{path}?{again}"
        return Answer(body=json.dumps(page).encode(), headers=self.headers)


@contextmanager
def graph_api() -> Iterator[GraphApi]:
    """Serve on a free port."""
    api = GraphApi()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            api.asked.append(f"{self.headers['Host']}{self.path}")
            api.tokens.add(self.headers.get("Authorization", ""))
            answer = api.answer(parts.path, parse_qs(parts.query))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.location:
                self.send_header("Location", answer.location)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
