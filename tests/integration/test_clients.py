"""The clients of docs/clients/ against the real servers: web and model process, over sockets."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from classifier.predict import DeepDress
from classifier.runs import SHIPPED
from tests.integration.test_model_process import photo
from tests.serving import Serve, status_of
from truther.config import ROOT

pytestmark = pytest.mark.slow
CLIENTS = ROOT / "docs" / "clients"


class House:
    """Web and model process with the shipped model, and a token to get in."""

    def __init__(self, serve: Serve, folder: Path) -> None:
        self.url = f"http://127.0.0.1:{serve.port}"
        token = [sys.executable, "manage.py", "token", "create", "admin", "--json"]
        made = subprocess.run(token, cwd=ROOT, env=serve.environment, capture_output=True, check=True)
        self.token = json.loads(made.stdout)["token"]
        kinds = {"pet": "pet", "bag": "bag", "torn": "pet", "shoe": "shoe"}
        self.pictures = [folder / f"{name}.jpg" for name in kinds]
        for path, kind in zip(self.pictures, kinds.values(), strict=True):
            path.write_bytes(photo(kind))
        self.pictures[2].write_bytes(self.pictures[2].read_bytes()[:900])

    def run(self, *command: str, url: str = "") -> list[dict]:
        """What a client prints, line by line."""
        ours = os.environ | {"TRUTHER_URL": url or self.url, "TRUTHER_TOKEN": self.token}
        done = subprocess.run(command, env=ours, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clients")
    models = folder / "data" / "models"
    models.mkdir(parents=True)
    DeepDress.load(SHIPPED, "cpu").new_index().save(models / f"index-{SHIPPED.name}.safetensors")
    serve = Serve(folder, "--only", "setup,web,model", "--no-demo")
    try:
        serve.wait_for(
            lambda: status_of(serve.port, "/healthz") == status_of(serve.model_port, "/healthz") == 200,
            seconds=120,
            what="web and model",
        )
        yield House(serve, folder)
    finally:
        serve.stop()


COMMANDS = {
    "python": (sys.executable, str(CLIENTS / "identify.py")),
    "node": ("node", str(CLIENTS / "identify.mjs")),
    "curl": ("bash", str(CLIENTS / "identify.sh")),
}


@pytest.mark.parametrize("client", COMMANDS)
def test_a_client_gets_one_picture_answered(house, client):
    [found] = house.run(*COMMANDS[client], str(house.pictures[0]))

    assert found["model_version"] == SHIPPED.name
    assert 0 <= found["p_dress"] <= 1
    assert found["timings"]["total"] > 0


@pytest.mark.parametrize("client", COMMANDS)
def test_a_client_gets_many_pictures_answered_in_order(house, client):
    results = house.run(*COMMANDS[client], *map(str, house.pictures))

    assert [result["id"] for result in results] == [str(path) for path in house.pictures]
    assert [result.get("status", 200) for result in results] == [200, 200, 422, 200]


def test_a_stream_that_is_cut_off_harms_nobody(house):
    head = f"POST /api/v1/identify HTTP/1.1\r\nHost: x\r\nAuthorization: Token {house.token}\r\n"
    head += "Content-Type: application/x-ndjson\r\nContent-Length: 5000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(house.url.rpartition(":")[2])), 30) as client:
        client.sendall(head.encode() + b'"QUJD"\n"QU')

    answer = httpx.post(
        f"{house.url}/api/v1/identify",
        content=house.pictures[0].read_bytes(),
        headers={"Authorization": f"Token {house.token}", "Content-Type": "image/jpeg"},
    )

    assert answer.status_code == 200
