"""A customer who is forgotten is in no list and no file of any recommender; everybody else's lists stay."""

from io import StringIO

import pytest
from django.core.management import call_command

from recsys import blocks
from tests.conftest import NOON
from tests.renting import clear_rack, stock, town
from truther import rack
from truther.config import config
from truther.flow import recommend
from truther.flow.recommend import fitting, listing
from truther.models import ListBlock, RecommendationList, Rental

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
RUN = "2026-03-14"


@pytest.fixture(autouse=True)
def fitted(monkeypatch) -> None:
    clear_rack()
    stock()
    town(NOON)
    monkeypatch.setattr(fitting, "SPECS", ("ials:k=4",))
    monkeypatch.setattr(fitting, "BLOCK_ROWS", 32)
    recommend.recommend(RUN, at=NOON, clock=lambda: NOON)


def lists() -> dict[str, list]:
    return {row.customer: row.items for row in RecommendationList.objects.filter(run_id=RUN)}


def files_with(name: str) -> list[str]:
    """Files under recommenders/ in which a name stands, as text or as NumPy writes text."""
    spelt = (name.encode(), name.encode("utf-32-le"))
    files = [path for path in (config.data_dir / "recommenders").rglob("*") if path.is_file()]
    return [path.name for path in files if any(one in path.read_bytes() for one in spelt)]


def test_nothing_names_her_any_more_and_nobody_elses_list_changes():
    before = lists()
    assert files_with("c033") == ["32.npz"]

    out = StringIO()
    call_command("rentals", "forget", "c033", stdout=out)

    assert "5 rentals deleted" in out.getvalue()
    assert files_with("c033") == []
    assert Rental.objects.filter(customer="c033").count() == 0
    before.pop("c033")
    assert lists() == before


def test_lists_made_anew_from_the_files_leave_her_out_and_give_the_others_the_same():
    before = lists()
    recommend.forget("c033")
    RecommendationList.objects.all().delete()

    for start, _ in listing.cuts(RUN):
        listing.make(RUN, start)

    before.pop("c033")
    assert lists() == before


def test_a_list_that_was_being_made_when_she_was_forgotten_does_not_stay(monkeypatch):
    rank = blocks.recommend_block

    def forgotten_meanwhile(*asked, **named):
        recommend.forget("c033")
        return rank(*asked, **named)

    monkeypatch.setattr(blocks, "recommend_block", forgotten_meanwhile)
    listing.make(RUN, 32)

    assert "c033" not in lists()
    assert "c034" in lists()


def test_forgetting_a_stranger_or_twice_changes_nothing():
    before = lists()

    assert recommend.forget("nobody") == 0
    assert recommend.forget("c033") == 1
    assert recommend.forget("c033") == 0

    assert len(lists()) == len(before) - 1
    assert ListBlock.objects.left(RUN) == []


def test_a_file_that_was_cut_off_goes_and_stops_nothing():
    torn = rack.run_folder(RUN) / "blocks" / "0.npz.part.npz"
    torn.write_bytes(b"half of it")

    assert recommend.forget("c033") == 1

    assert not torn.exists()
    assert listing.cuts(RUN) == [(0, 32), (32, 64), (64, 80)]
