"""A small world to walk through: a catalogue, an open batch, photos that wait."""

import pytest

from tests.factories import make_batch, make_photo, make_style


@pytest.fixture
def world(db, django_db_blocker) -> list[str]:
    """Three styles and six open photos; returns the photos' ids."""
    make_batch(1)
    for sku in ("red-wrap", "blue-column", "green-swing"):
        make_style(sku)
    return [make_photo(f"photo-{number}").pk for number in range(6)]
