"""Fetching over TLS: the certificate must be the name's although the address is dialled."""

import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.conftest import NOON
from truther.sources.addresses import Unfetchable
from truther.sources.fetch import Fetcher

NAME = "scontent.cdninstagram.com"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A TLS server for one name, and the file of the only certificate to trust."""
    pem = tmp_path_factory.mktemp("tls") / "server.pem"
    pem.write_bytes(_certificate())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    asked: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.headers["Host"], self.headers["Accept-Encoding"]))
            self.send_response(200)
            if self.path == "/packed":
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(b"a picture")

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield httpd.server_address[1], pem, asked
    httpd.shutdown()
    httpd.server_close()


def _certificate() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret + certificate.public_bytes(serialization.Encoding.PEM)


def fetcher(pem) -> Fetcher:
    return Fetcher(
        hosts=["cdninstagram.com"],
        max_bytes=1_000,
        resolve=lambda host: ["127.0.0.1"],
        loopback=True,
        tls=ssl.create_default_context(cafile=str(pem)),
    )


def test_the_name_is_sent_and_its_certificate_checked_at_the_pinned_address(server, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # would be asked if the environment counted
    port, pem, asked = server

    assert fetcher(pem).fetch(f"https://{NAME}:{port}/a.jpg", now=NOON) == b"a picture"
    assert asked[-1] == (f"{NAME}:{port}", "identity")


def test_another_name_at_the_same_address_is_not_trusted(server):
    port, pem, asked = server
    before = len(asked)

    with pytest.raises(Unfetchable, match="could not be asked"):
        fetcher(pem).fetch(f"https://other.cdninstagram.com:{port}/a.jpg", now=NOON)

    assert len(asked) == before


def test_packed_answers_are_refused(server):
    port, pem, _ = server

    with pytest.raises(Unfetchable, match="packed"):
        fetcher(pem).fetch(f"https://{NAME}:{port}/packed", now=NOON)


def test_this_machine_is_not_asked_unless_a_test_says_so(server):
    port, _, asked = server
    before = len(asked)
    strict = Fetcher(hosts=["cdninstagram.com"], max_bytes=1_000, resolve=lambda host: ["127.0.0.1"])

    with pytest.raises(Unfetchable):
        strict.fetch(f"https://{NAME}:{port}/a.jpg", now=NOON)
    with pytest.raises(Unfetchable, match="does not lead to a public address"):
        strict.fetch(f"https://{NAME}/a.jpg", now=NOON)

    assert len(asked) == before
