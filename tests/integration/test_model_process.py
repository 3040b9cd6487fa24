"""The real model process, on a socket, with the shipped weights."""

import io
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from django.test import Client
from knox.models import AuthToken

from classifier.predict import DeepDress
from classifier.runs import SHIPPED
from classifier.ship import ship
from classifier.synthetic import PictureSpec, StyleSpec, design_styles, picture, studio_shot
from tests.factories import make_style
from truther.config import config
from truther.flow.identify import wire

STYLES = design_styles(12, seed=7)
BY_SKU = {style.sku: style for style in STYLES}
SHOT_PX = (205, 256)


@dataclass(frozen=True)
class Process:
    url: str
    folder: Path

    def index(self, run: Path, styles: list[StyleSpec]) -> None:
        """Build the index of a run and put it where the process looks."""
        model = DeepDress.load(run, "cpu")
        index = model.new_index()
        for style in styles:
            shots = [studio_shot(style, view=view, size_px=SHOT_PX) for view in (0, 1)]
            index.add(style.sku, studio=model.embed(shots))
        index.save(self.folder / f"index-{run.name}.safetensors")

    def promote(self, run: Path) -> None:
        """Move the champion link in one step."""
        beside = self.folder / "next"
        beside.symlink_to(run)
        beside.replace(self.folder / "champion")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, "the model process ended by itself"
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"no answer from {url} within {seconds} s")


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Process]:
    folder, port = tmp_path_factory.mktemp("models"), free_port()
    made = Process(f"http://127.0.0.1:{port}", folder)
    made.index(SHIPPED, STYLES)
    made.promote(SHIPPED)
    environment = os.environ | {
        "CLASSIFIER_CHAMPION": str(folder / "champion"),
        "CLASSIFIER_INDEX": str(folder / "index-{run}.safetensors"),
    }
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1", "--no-ws", "classifier.serve.app:app"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        wait_for(f"{made.url}/healthz", process)
        yield made
    finally:
        process.terminate()
        process.wait(10)


def photo(kind: str = "dress", sku: str = "", seed: int = 1) -> bytes:
    content = io.BytesIO()
    picture(PictureSpec(kind, sku, seed), BY_SKU, size_px=(320, 400)).save(content, "JPEG")
    return content.getvalue()


def test_street_photos_are_named_and_a_pet_is_no_dress(served):
    hits = 0
    for number, style in enumerate(STYLES):
        answer = httpx.post(f"{served.url}/predict", content=photo(sku=style.sku, seed=number)).json()
        hits += style.sku in [candidate["sku"] for candidate in answer["candidates"]]

    pet = httpx.post(f"{served.url}/predict", content=photo("pet")).json()

    assert hits >= 9  # of 12; a guess gets 3
    assert pet["p_dress"] < 0.5 < answer["p_dress"]
    assert answer["model_version"] == SHIPPED.name


@pytest.mark.parametrize(("body", "status"), [(b"hello", 415), (b"", 422), (photo("pet")[:900], 422)])
def test_bad_bytes_are_refused_over_the_wire(served, body, status):
    answer = httpx.post(f"{served.url}/predict", content=body)

    assert answer.status_code == status
    assert answer.json()["error"]


def test_a_huge_body_is_refused(served):
    assert httpx.post(f"{served.url}/predict", content=bytes(16 * 1024 * 1024)).status_code == 413


@pytest.mark.django_db(databases=["default", "documents"])
def test_the_api_passes_a_street_photo_on_and_names_the_styles(served, ann, monkeypatch):
    monkeypatch.setattr(wire, "config", config.model_copy(update={"model_url": served.url}))
    for style in STYLES:
        make_style(style.sku, name=style.name)
    _, token = AuthToken.objects.create(ann)
    api = Client(headers={"authorization": f"Token {token}"})

    answer = api.post("/api/v1/identify", photo(sku=STYLES[0].sku), content_type="image/jpeg")
    torn = api.post("/api/v1/identify", photo("pet")[:900], content_type="image/jpeg")

    found = answer.json()["candidates"]
    assert {one["sku"]: one["name"] for one in found}.get(STYLES[0].sku) == STYLES[0].name
    assert sum(one["probability"] for one in found) <= answer.json()["p_dress"] + 1e-6
    assert torn.status_code == 422
    assert "cannot be read" in torn.json()["detail"]


def test_a_promotion_under_load_fails_no_request(served, tmp_path):
    challenger, body = tmp_path / "challenger", photo(sku=STYLES[0].sku)
    ship(SHIPPED, challenger)
    deadline = time.monotonic() + 30

    def ask_until_promoted() -> Counter[tuple[int, str]]:
        seen: Counter[tuple[int, str]] = Counter()
        with httpx.Client() as client:
            while seen[200, "challenger"] < 20 and time.monotonic() < deadline:
                answer = client.post(f"{served.url}/predict", content=body)
                seen[answer.status_code, answer.json().get("model_version", "")] += 1
        return seen

    with ThreadPoolExecutor(3) as pool:
        askers = [pool.submit(ask_until_promoted) for _ in range(3)]
        time.sleep(1)
        served.promote(challenger)  # before its index is there: the old pair goes on
        time.sleep(0.5)
        served.index(challenger, STYLES[:6])
        seen = sum((asker.result() for asker in askers), Counter())

    assert set(seen) == {(200, SHIPPED.name), (200, "challenger")}
    assert seen[200, "challenger"] >= 60
    health = httpx.get(f"{served.url}/healthz").json()
    assert (health["model_version"], health["styles"]) == ("challenger", 6)
