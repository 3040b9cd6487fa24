"""Pictures, forms and questions for the model process."""

import asyncio
import base64
import io
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import numpy as np

from classifier.embedded import embed_snapshot
from classifier.index import StyleIndex
from classifier.predict import DeepDress
from classifier.snapshot import read_snapshot
from tests.asgi import Answered, run
from tests.tiny import dress

JSON = "application/json"
Ask = Callable[..., Answered]


def picture_bytes(form: str = "PNG", size: tuple[int, int] | None = None, style: int = 2, **options) -> bytes:
    content = io.BytesIO()
    image = dress(style, np.random.default_rng(4), 110)
    (image.resize(size) if size else image).save(content, form, **options)
    return content.getvalue()


def moving(form: str) -> bytes:
    return picture_bytes(form, save_all=True, append_images=[dress(1, np.random.default_rng(1), 9)])


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def form_of(*files: tuple[str, bytes], boundary: str = "x7") -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="a.png"\r\n\r\n'.encode()
        + content
        for name, content in files
    ]
    return b"\r\n".join([*parts, f"--{boundary}--\r\n".encode()])


def index_of(run: Path, trained: Path) -> StyleIndex:
    model = DeepDress.load(run, "cpu")
    return embed_snapshot(model, read_snapshot(trained / "snapshot")).index(model)


def gathered(*questions: Coroutine[Any, Any, Answered | None]) -> list[Answered]:
    """Ask at the same time."""

    async def all_of_them() -> list[Answered | None]:
        return await asyncio.gather(*questions)

    return [answered for answered in run(all_of_them()) if answered is not None]


def skus(document: Any) -> list[str]:
    return [candidate["sku"] for candidate in document["candidates"]]
