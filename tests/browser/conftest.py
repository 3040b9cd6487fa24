"""A real Chromium against a live server, with pictures on the disk."""

import hashlib
import io
import os

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client
from PIL import Image
from playwright.sync_api import BrowserContext

from tests.factories import make_batch, make_photo, make_style
from truther.config import config

# Playwright's loop runs in this thread, which Django takes for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
PHOTOS = 24
FLAGS = ("no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
         "disable-component-update", "disable-sync")  # fmt: skip


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Use Debian's Chromium where there is one; elsewhere the one that Playwright installs."""
    args: dict[str, object] = {"args": [f"--{flag}" for flag in FLAGS]}
    if os.path.exists("/usr/bin/chromium"):  # noqa: PTH110
        args["executable_path"] = "/usr/bin/chromium"
    return args


def store(colour: tuple[int, int, int]) -> str:
    """Put a picture of one colour where the web looks for it; returns its name."""
    buffer = io.BytesIO()
    Image.new("RGB", (320, 400), colour).save(buffer, "WEBP")
    name = hashlib.sha256(buffer.getvalue()).hexdigest()
    folder = config.data_dir / "media" / "web" / name[:2]
    folder.mkdir(parents=True, exist_ok=True)
    for size in (640, 256):
        (folder / f"{name}-{size}.webp").write_bytes(buffer.getvalue())
    return name


@pytest.fixture
def world(transactional_db) -> None:
    """Three styles and photos enough for ten answers twice."""
    make_batch(1)
    for number, sku in enumerate(("red-wrap", "blue-column", "green-swing")):
        make_style(sku, images=[store((200, 40 * number, 90))])
    for number in range(PHOTOS):
        make_photo(f"photo-{number:02}", sha256=store((10 * number, 120, 160)))


@pytest.fixture
def ann_page(world, context: BrowserContext, live_server):
    """A page of a browser in which ann, who is staff, is signed in."""
    user = User.objects.create_user("ann", password="a long walk back", is_staff=True)
    client = Client()
    client.force_login(user)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    return page
