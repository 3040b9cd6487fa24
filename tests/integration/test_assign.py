"""Photos come to people by need, back in time, once each."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import MINUTE, NOON
from tests.dealing import answer, deal, make_photos, photos_in, walk_through
from tests.factories import make_batch, make_photo, make_style
from truther.flow import assign
from truther.models import Batch, Photo, PlaySession, Serve, Style, Vote
from truther.models.batches import BatchState
from truther.models.photos import State

pytestmark = [
    pytest.mark.django_db(databases=["default", "documents"]),
    pytest.mark.usefixtures("bare_walk"),
]


def test_a_walk_goes_back_in_time_wraps_once_and_stops_where_it_began() -> None:
    photos = make_photos(30)

    met = walk_through()

    start = photos.index(met[0])
    assert met == photos[start:] + photos[:start]


def test_sessions_start_where_votes_are_missing() -> None:
    make_photos(20, need=0)
    make_photo("needy", need=2, taken_at=NOON - timedelta(days=9))

    starts = {photos_in(deal(f"person{number}", fresh=1, minute=9 * number))[0] for number in range(6)}

    assert starts == {"needy"}


def test_the_same_seed_and_state_walk_the_same_walk() -> None:
    make_photos(25)
    first = walk_through()
    begun = PlaySession.objects.get()
    Serve.objects.all().delete()
    PlaySession.objects.all().delete()
    Photo.objects.update(state=State.OPEN, need=2, votes=0, tally={}, leased_by="")
    Vote.objects.all().delete()

    second = walk_through()

    assert first == second
    assert PlaySession.objects.get().seed == begun.seed


def test_different_sessions_start_at_different_places() -> None:
    make_photos(40)

    starts = {photos_in(deal(f"person{number}", fresh=1))[0] for number in range(8)}

    assert len(starts) > 4


def test_a_reload_shows_the_same_hand() -> None:
    make_photos(10)

    assert deal() == deal(minute=5)
    assert Serve.objects.count() == 4


def test_two_tabs_and_a_new_sign_in_hold_the_same_cards() -> None:
    make_photos(10)

    assert photos_in(deal()) == photos_in(deal(key="another browser"))


def test_the_hand_is_filled_up_after_an_answer() -> None:
    make_photos(10)
    before = photos_in(deal())
    answer("ann", before[0])

    after = photos_in(deal(minute=1))

    assert after[:3] == before[1:]
    assert len(after) == 4


def test_nobody_is_shown_a_photo_twice() -> None:
    photos = make_photos(12)

    met = walk_through(key="first") + walk_through(key="second")

    assert sorted(met) == sorted(photos)


def test_two_people_who_play_at_once_hold_different_photos_while_there_are_enough() -> None:
    make_photos(16)

    hands = [photos_in(deal(person)) for person in ("ann", "ben", "cem")]

    assert len({photo for hand in hands for photo in hand}) == 12


def test_a_lent_photo_is_dealt_when_nothing_else_is_left_and_may_be_voted_on() -> None:
    make_photos(4)
    held = photos_in(deal("ann"))

    assert sorted(photos_in(deal("ben"))) == sorted(held)
    answer("ben", held[0])
    assert Photo.objects.get(pk=held[0]).votes == 1


def test_a_loan_ends_by_itself() -> None:
    make_photos(8)
    lent = photos_in(deal("ann"))

    assert not Photo.objects.get(pk=lent[0]).lent_to_another("ben", now=NOON + 2 * MINUTE)
    assert Photo.objects.get(pk=lent[0]).lent_to_another("ben", now=NOON + MINUTE)


def test_settled_and_contested_photos_are_passed_over() -> None:
    photos = make_photos(6)
    Photo.objects.filter(pk=photos[1]).update(state=State.SETTLED)
    Photo.objects.filter(pk=photos[2]).update(state=State.CONTESTED)
    Photo.objects.filter(pk=photos[3]).update(state=State.REMOVED)

    assert sorted(walk_through()) == [photos[0], photos[4], photos[5]]


def test_a_card_whose_photo_was_settled_meanwhile_is_withdrawn() -> None:
    make_photos(6)
    before = photos_in(deal())
    Photo.objects.filter(pk=before[0]).update(state=State.SETTLED)

    after = photos_in(deal(minute=1))

    assert before[0] not in after
    assert not Serve.objects.get(photo_id=before[0]).waiting
    assert Serve.objects.get(photo_id=before[0]).answered_at is None


def test_options_are_shuffled_per_person_and_stored_with_the_models_version() -> None:
    photos = make_photos(1)
    people = [f"person{number}" for number in range(12)]

    cards = [deal(person).current for person in people]

    orders = {tuple(option.sku for option in card.options) for card in cards if card}
    assert len(orders) > 2
    serve = Serve.objects.get(person="person0")
    assert (serve.photo_id, serve.model_version, serve.number) == (photos[0], "v0", 0)
    assert serve.options == [option.sku for option in cards[0].options]  # type: ignore[union-attr]


def test_a_retired_style_gives_way_to_the_next_best() -> None:
    make_style("next-best")
    make_photos(
        1,
        candidates=[
            {"sku": sku, "probability": 0.2}
            for sku in ("red-wrap", "blue-column", "green-swing", "next-best")
        ],
    )
    Style.objects.filter(pk="blue-column").update(retired_on=NOON.date())

    card = deal().current

    assert card is not None
    assert {option.sku for option in card.options} == {"red-wrap", "green-swing", "next-best"}


def test_a_style_retired_after_dealing_is_not_offered_any_more() -> None:
    make_photos(1)
    deal()
    Style.objects.filter(pk="blue-column").update(retired_on=NOON.date())

    card = deal(minute=1).current

    assert card is not None
    assert {option.sku for option in card.options} == {"red-wrap", "green-swing"}
    assert len(Serve.objects.get().options) == 3


def test_an_end_is_honest_and_has_numbers() -> None:
    make_photos(2)
    make_photo("contested", state=State.CONTESTED)
    make_photo("new", state=State.NEW)
    walk_through()

    hand = deal(minute=50)

    assert (hand.current, hand.cards) == (None, ())
    assert hand.ending == assign.Ending(yours=2, contested=1, arriving=1)


def test_without_an_open_batch_nothing_is_dealt() -> None:
    make_photos(2)
    Batch.objects.update(state=BatchState.FROZEN)

    hand = deal()

    assert (hand.current, hand.session_id, hand.batch_id) == (None, "", "")


def test_a_photo_between_two_batches_waits_and_comes_back() -> None:
    make_photos(1)
    before = deal()
    Batch.objects.update(state=BatchState.FREEZING, frozen_at=NOON)
    between = deal(minute=1)
    make_batch(2)
    Photo.objects.update(batch_id="batch-00002")

    after = deal(minute=2)

    assert between.current is None
    assert after.current == before.current
    assert after.session_id != before.session_id


def test_photos_that_are_opened_again_are_found_after_the_walk_is_over() -> None:
    photos = make_photos(5)
    Photo.objects.filter(pk=photos[2]).update(state=State.SETTLED)
    walk_through()
    Photo.objects.filter(pk=photos[2]).update(state=State.OPEN)

    assert photos_in(deal(minute=50)) == [photos[2]]


def test_photos_of_the_same_moment_are_all_met() -> None:
    photos = [make_photo(f"p{number:03d}", taken_at=NOON).pk for number in range(20)]

    assert sorted(walk_through()) == photos


def test_dealing_asks_a_bounded_number_of_questions(django_assert_max_num_queries: Any) -> None:
    make_photos(60)
    walk_through(most=5)

    with django_assert_max_num_queries(22, using="documents"):
        deal(minute=30, fresh=10)


def test_what_the_browser_has_is_not_handed_out_again() -> None:
    make_photos(40)
    first = photos_in(deal(fresh=5))

    more = photos_in(deal(fresh=5, have=first[1:]))

    assert more[0] == first[0]
    assert len(set(first + more)) == 9
    assert Serve.objects.filter(waiting=True).count() == 9


def test_answers_that_are_not_sent_yet_fill_the_room() -> None:
    make_photos(40)
    held: list[str] = []
    for _ in range(6):
        held += photos_in(deal(fresh=4, have=held))

    hand = deal(fresh=4, have=held)

    assert hand.room == 10  # 40 open photos, four to a card, one person at play
    assert (len(held), hand.cards, hand.ending) == (10, (), None)


def test_there_is_room_for_six_cards_however_many_play() -> None:
    make_photos(8)
    for number in range(5):
        deal(f"person{number}")

    hand = deal(fresh=20, minute=1)

    assert (hand.room, len(hand.cards)) == (6, 6)


def test_a_held_card_that_came_too_late_leaves_room_for_another() -> None:
    photos = make_photos(24)
    held = photos_in(deal(fresh=6))
    Photo.objects.filter(pk__in=held[:2]).update(state=State.SETTLED)

    more = photos_in(deal(fresh=6, have=held, minute=1))

    assert len(more) == 2
    assert not set(more) & set(held)
    assert set(more) <= set(photos)
    assert Serve.objects.filter(waiting=True).count() == 6
