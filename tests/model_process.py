"""A stand-in for the model process that speaks its wire, so that its faults can be ordered."""

import base64
import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SEEN = {
    "candidates": [{"sku": "red-wrap", "probability": 0.6}, {"sku": "blue-column", "probability": 0.2}],
    "p_dress": 0.9,
    "model_version": "v0",
    "milliseconds": 12.5,
}


@dataclass
class ModelProcess:
    """What it answers with, and what it was sent: (path, content type, body).

    Each line of a batch is answered with `answer`, unless it is no base64.
    """

    url: str
    status: int = 200
    answer: bytes = json.dumps(SEEN).encode()
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)
    then_away: int = 0  # answers after which it is away; 0 is never

    def said_of(self, line: bytes) -> bytes:
        """The answer to one line."""
        try:
            base64.b64decode(json.loads(line), validate=True)
        except ValueError:
            return b'{"id": null, "status": 400, "error": "the image is not base64"}'
        return self.answer


@contextlib.contextmanager
def answering() -> Iterator[ModelProcess]:
    """Run one on a free port of the loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kind = self.headers["content-type"]
            process.asked.append((self.path, kind, body))
            answer, status = process.answer, process.status
            if process.then_away and len(process.asked) > process.then_away:
                answer, status = b'{"error": "starting"}', 503
            elif kind == "application/x-ndjson" and status == 200:
                answer = b"\n".join(process.said_of(line) for line in body.split(b"\n"))
            self.send_response(status)
            for name, value in process.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    process = ModelProcess(url=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield process
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
