"""Somebody at the door with a plain browser: no JavaScript, forms and cookies over a real socket."""

import re
import uuid

import httpx


class Visitor(httpx.Client):
    """Signs in as a guest, looks at the photo that is shown, and answers."""

    def __init__(self, port: int) -> None:
        super().__init__(base_url=f"http://127.0.0.1:{port}", timeout=60)

    def come_in(self) -> httpx.Response:
        """Play as a guest; returns the first page of the game."""
        self.get("/accounts/login/")
        self.submit("/guest/")
        return self.get("/play/")

    def photo(self) -> str:
        """The id of the photo that is shown now."""
        [first, *_] = re.findall(r'name="photo" value="([^"]+)"', self.get("/play/").text)
        return str(first)

    def answer(self, photo_id: str, answer: str = "not_dress") -> httpx.Response:
        """Cast a vote under a fresh id."""
        return self.submit("/play/vote/", vote=str(uuid.uuid4()), photo=photo_id, answer=answer)

    def submit(self, path: str, **fields: str) -> httpx.Response:
        """Send a form with the token its page was given."""
        return self.post(path, data=fields | {"csrfmiddlewaretoken": self.cookies.get("csrftoken") or ""})
