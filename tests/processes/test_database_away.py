"""The database is killed under a running game: people are told, and what was kept comes back with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.apart import manage
from tests.servers import Secantus
from tests.serving import status_of
from tests.visitor import Visitor

pytestmark = pytest.mark.slow
SHOP = (
    "from tests.factories import make_batch, make_photo, make_style\n"
    "for sku in ('red-wrap', 'blue-column', 'green-swing'): make_style(sku)\n"
    "make_batch()\n"
    "for number in range(4): make_photo(f'p{number}')\n"
)
COUNT = "from truther.models import Vote; print(sorted(Vote.objects.values_list('photo_id', flat=True)))"


@pytest.fixture
def documents(tmp_path: Path) -> Iterator[Secantus]:
    server = Secantus(tmp_path / "documents")
    server.start("--sync-on-commit")
    yield server
    server.stop()


def test_votes_survive_a_database_that_is_killed_and_the_game_says_what_happened(serve, documents):
    house = serve("--only", "setup,web", "--no-demo", TRUTHER_MONGODB_URI=documents.uri)
    house.wait_for(lambda: status_of(house.port, "/readyz") == 200, seconds=90, what="the web")
    manage(house.environment, "shell", "--no-imports", "-c", SHOP)
    with Visitor(house.port) as visitor:
        visitor.come_in()
        first = visitor.photo()
        assert visitor.answer(first).status_code == 302
        second = visitor.photo()

        documents.kill()
        refused = visitor.answer(second)
        page = visitor.get("/play/")
        health = (status_of(house.port, "/healthz"), status_of(house.port, "/readyz"))
        documents.start("--sync-on-commit")
        kept = visitor.answer(second)

    assert (refused.status_code, page.status_code, health) == (503, 503, (200, 503))
    assert "What you had saved is safe" in refused.text
    assert refused.headers["Retry-After"] == "30"
    assert kept.status_code == 302
    stored = manage(house.environment, "shell", "--no-imports", "-c", COUNT)
    assert stored.strip() == str(sorted([first, second]))
