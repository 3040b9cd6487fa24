"""The play, against a server of a few lines that can be made to misbehave."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from truther.simulate.client import Api
from truther.simulate.furnish import Invitation
from truther.simulate.people import KINDS, Kind, Person, Sitting
from truther.simulate.plan import MONDAY
from truther.simulate.play import FRESH, Ledger, Table, play
from truther.simulate.world import Truth

CAREFUL = Kind("careful", 1.0, 1.0, 0.0, 0.0, 4.0, first=0.0, favourite=0.0, slips=0.0)
TRUTHS = {
    f"p{number:03d}": Truth(f"p{number:03d}", "dress", "S1", False, MONDAY, 0.9, (("S1", 0.8),))
    for number in range(60)
}
OPTIONS = [{"sku": "S2"}, {"sku": "S1"}, {"sku": "S3"}]


class Hall:
    """Deals every person the same photos in order, and keeps what it is told."""

    def __init__(self, photos: int = 60, *, forgets: bool = False) -> None:
        self.photos, self.forgets = [*TRUTHS][:photos], forgets
        self.asked: list[tuple[str, datetime, list[str]]] = []
        self.sent: list[tuple[str, datetime, Mapping[str, Any]]] = []
        self.refuse: set[str] = set()

    def cards(
        self, token: str, *, sitting: str, count: int, have: Collection[str], now: datetime
    ) -> Mapping[str, Any]:
        self.asked.append((token, now, list(have)))
        met = set() if self.forgets else {item["photo"] for who, _, item in self.sent if who == token}
        fresh = [name for name in self.photos if name not in met and name not in have]
        return {"cards": [{"photo": name, "options": OPTIONS} for name in fresh[:count]]}

    def votes(self, token: str, items: Sequence[Mapping[str, Any]], *, now: datetime) -> list[dict[str, Any]]:
        photos = {item["id"]: item["photo"] for item in items if "photo" in item}
        self.sent += [(token, now, {"photo": photos[item["id"]], **item}) for item in items]
        return [{"id": item["id"], **self._receipt(item, photos[item["id"]])} for item in items]

    def _receipt(self, item: Mapping[str, Any], photo: str) -> dict[str, str]:
        if photo in self.refuse:
            return {"state": "refused", "code": "frozen"}
        return {"state": "undone" if "undo" in item else "kept"}


def sitting(name: str, votes: int, *, minutes: float = 0, kind: Kind = CAREFUL) -> Sitting:
    return Sitting(Person(name, kind, 1.0, votes), MONDAY + timedelta(minutes=minutes), votes)


def play_in(hall: Hall, *sittings: Sitting) -> Ledger:
    invitations = {each.person.name: Invitation(each.person, each.person.name) for each in sittings}
    table = Table(cast(Api, hall), TRUTHS, invitations, {}, Ledger(), seed=1)
    play(sittings, table)
    return table.ledger


def test_everybody_casts_as_many_votes_as_wanted_and_sees_no_photo_twice():
    hall = Hall()

    ledger = play_in(hall, sitting("ann", 20), sitting("ben", 9))

    assert Counter(who for who, _, _ in hall.sent) == {"ann": 20, "ben": 9}
    assert len({(who, item["photo"]) for who, _, item in hall.sent}) == 29
    assert len(ledger.acknowledged) == 29
    assert (ledger.repeats, ledger.refused.total(), ledger.ended_early) == ([], 0, 0)


def test_requests_come_in_the_order_of_simulated_time():
    hall = Hall()

    play_in(hall, sitting("ann", 20), sitting("ben", 20, minutes=0.5), sitting("cem", 5, minutes=30))

    moments = [now for _, now, _ in hall.sent]
    assert moments == sorted(moments)
    assert {who for who, _, _ in hall.sent[:12]} == {"ann", "ben"}
    assert hall.asked[-1][0] == "cem"


def test_the_reserve_is_filled_up_in_time_and_what_is_in_hand_is_named():
    hall = Hall()

    play_in(hall, sitting("ann", 12))

    first, second, *_ = hall.asked
    assert first[2] == []
    assert len(second[2]) == FRESH  # three in hand, three answered and not sent yet


def test_a_photo_that_comes_again_after_its_answer_is_found_out():
    ledger = play_in(Hall(photos=10, forgets=True), sitting("ann", 30))

    assert len(ledger.repeats) > 0
    assert len(ledger.delivered) == 10


def test_a_slip_is_sent_taken_back_and_answered_again_under_another_id():
    hall = Hall()

    ledger = play_in(hall, sitting("ann", 1, kind=Kind("", 1, 1.0, 0, 0, 4.0, 0, 0, slips=1.0)))

    wrong, back, right = (item for _, _, item in hall.sent)
    assert back == {"id": wrong["id"], "undo": True, "photo": wrong["photo"]}
    assert wrong.get("style") != "S1"
    assert (right["style"], right["photo"]) == ("S1", wrong["photo"])
    assert ledger.undone == {wrong["id"]}
    assert set(ledger.acknowledged) == {wrong["id"], right["id"]}


def test_a_sitting_ends_early_when_nothing_is_left():
    ledger = play_in(Hall(photos=5), sitting("ann", 20))

    assert len(ledger.acknowledged) == 5
    assert ledger.ended_early == 1


def test_a_refused_vote_is_not_taken_for_kept():
    hall = Hall()
    hall.refuse = {"p002"}

    ledger = play_in(hall, sitting("ann", 5))

    assert len(ledger.acknowledged) == 4
    assert ledger.refused == {"frozen": 1}


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_the_same_seed_sends_the_same_at_the_same_moments(kind):
    halls = [Hall(), Hall()]

    for hall in halls:
        play_in(hall, sitting("ann", 25, kind=kind), sitting("ben", 25, minutes=0.2, kind=kind))

    assert halls[0].sent == halls[1].sent
    assert halls[0].asked == halls[1].asked
