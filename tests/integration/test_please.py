"""Twins and smiles: for pleasure, kept, and never a vote."""

import pytest

from tests.conftest import MINUTE, NOON
from tests.factories import make_batch, make_golden, make_photo, make_style
from truther.flow import please
from truther.models import Bonus, Golden, Photo, Serve, Smile, Vote, twins
from truther.models.album import album_of
from truther.models.photos import Rights, State
from truther.models.sessions import ServeReason
from truther.rules.walk import serve_id

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


@pytest.fixture
def closet() -> None:
    """Three styles with a studio shot each."""
    make_batch()
    for sku in ("red-wrap", "blue-column", "green-swing"):
        make_style(sku, images=["5e" * 32])


def settled(*names: str, **golden: object) -> None:
    """Settle photos as the red wrap, unless said otherwise."""
    for name in names:
        make_photo(name, state=State.SETTLED)
        make_golden(name, **golden)


def ask(person_id: str = "ann") -> please.Question:
    return please.next_question(person_id, kind="twins", now=NOON)


def say(photo_id: str, said: str, person_id: str = "ann") -> Bonus:
    return please.answer(
        person_id, kind="twins", photo_id=photo_id, said=said, now=NOON + Bonus.objects.count() * MINUTE
    )


def play(count: int, said: str = "red-wrap") -> list[Bonus]:
    """Answer so many questions."""
    return [say(ask().riddle.photo_id, said) for _ in range(count)]


def test_a_question_is_the_true_style_and_the_one_it_is_taken_for(closet):
    settled("p1")

    question = ask()

    assert {option.sku for option in question.riddle.options} == {"red-wrap", "blue-column"}
    assert (question.riddle.true, question.number) == ("red-wrap", 1)


def test_a_question_stays_until_it_is_answered(closet):
    settled("p1", "p2", "p3")

    assert ask() == ask()
    first = ask().riddle.photo_id
    say(first, "red-wrap")
    assert ask().riddle.photo_id != first


def test_answers_are_kept_and_are_no_votes(closet):
    settled("p1")
    photo = Photo.objects.values().get()

    ask()
    row = say("p1", "blue-column")

    assert (row.right, row.person, row.kind) == (False, "ann", "twins")
    assert Bonus.objects.count() == 1
    assert not Vote.objects.exists()
    assert Photo.objects.values().get() == photo
    assert Golden.objects.get().style == "red-wrap"


def test_the_first_answer_stays(closet):
    settled("p1")
    ask()
    say("p1", "blue-column")

    assert say("p1", "red-wrap").answer == "blue-column"


def test_what_was_shown_in_a_round_is_met_and_comes_in_no_blind_look(closet):
    settled("p1")

    ask()

    serve = Serve.objects.get()
    assert (serve.pk, serve.reason, serve.waiting) == (serve_id("p1", "ann"), ServeReason.BONUS, False)
    assert Serve.objects.met("ann", ["p1"]) == {"p1"}


def test_nobody_is_asked_about_what_they_met_in_the_game(closet):
    settled("p1")
    Serve.objects.create(
        id=serve_id("p1", "ann"),
        session_id="s",
        person="ann",
        photo_id="p1",
        number=0,
        reason="walk",
        served_at=NOON,
    )

    with pytest.raises(please.NothingToAsk):
        ask()
    assert ask("ben").riddle.photo_id == "p1"


def test_no_dress_and_what_has_no_twin_make_no_question(closet):
    settled("p1", verdict="not_dress")
    settled("p2", style="green-swing")
    Photo.objects.filter(pk="p2").update(candidates=[{"sku": "green-swing", "probability": 0.9}])

    with pytest.raises(please.NothingToAsk):
        ask()
    assert not Serve.objects.exists()


def test_a_question_nobody_asked_cannot_be_answered(closet):
    settled("p1")

    with pytest.raises(please.Refusal):
        say("p1", "red-wrap")
    assert not Bonus.objects.exists()


def test_only_one_of_the_two_is_an_answer(closet):
    settled("p1")
    ask()

    with pytest.raises(please.Refusal):
        say("p1", "green-swing")
    assert not Bonus.objects.exists()


def test_a_photo_taken_down_in_the_middle_is_asked_about_no_more(closet):
    settled("p1")
    ask()
    Photo.objects.update(state=State.REMOVED)

    with pytest.raises(please.Refusal):
        say("p1", "red-wrap")
    with pytest.raises(please.NothingToAsk):
        ask()


def test_the_pair_shown_stays_although_the_model_changes_its_mind(closet):
    settled("p1")
    before = ask().riddle.options
    Photo.objects.update(candidates=[{"sku": "green-swing", "probability": 0.9}])

    assert ask().riddle.options == before


def test_a_round_has_five_questions_and_is_told_at_its_end(closet):
    settled(*(f"p{number}" for number in range(7)))
    answers = [*play(3), *play(1, "blue-column"), *play(1, please.PASSED), *play(1)]

    told = [please.told("ann", answer.pk) for answer in answers]

    assert [each.number for each in told if each] == [1, 2, 3, 4, 5, 1]
    assert [each.round_right for each in told if each] == [1, 2, 3, 3, 3, 1]
    assert [each.round_over for each in told if each] == [False] * 4 + [True, False]
    assert [each.right for each in told if each][3:5] == [False, None]


def test_an_answer_is_told_to_nobody_else(closet):
    settled("p1")
    ask()
    row = say("p1", "red-wrap")

    assert please.told("ben", row.pk) is None
    assert please.told("ann", "no-such-answer") is None


def test_every_kind_of_round_can_be_asked_again(closet):
    settled("p1")
    for kind in please.KINDS.values():
        riddle = kind.next("ann", now=NOON)
        assert riddle is not None
        assert kind.again(riddle.photo_id, "ann") == riddle
    assert twins.KIND in please.KINDS


def smile(photo_id: str, person_id: str = "ann", *, on: bool = True) -> None:
    please.smile(photo_id, person_id=person_id, on=on, now=NOON)


def hung(person_id: str = "ann", page: int = 1) -> list[tuple[str, int, bool]]:
    pictures = album_of(person_id, page=page).pictures
    return [(picture.photo.pk, picture.smiles, picture.mine) for picture in pictures]


def test_the_album_shows_most_smiles_first_then_the_newest():
    for number, name in enumerate(("cat", "dog", "dinner", "sunset")):
        settled(name, verdict="not_dress", settled_at=NOON + number * MINUTE)
    smile("dog")
    smile("cat", "ben")
    smile("cat")

    assert hung() == [("cat", 2, True), ("dog", 1, True), ("sunset", 0, False), ("dinner", 0, False)]
    assert hung("ben")[:2] == [("cat", 2, True), ("dog", 1, False)]


def test_a_smile_is_given_once_and_can_be_taken_back():
    settled("dog", verdict="not_dress")
    smile("dog")
    smile("dog")
    assert Smile.objects.count() == 1

    smile("dog", on=False)
    smile("dog", on=False)
    assert not Smile.objects.exists()


def test_only_what_pleases_and_may_be_seen_hangs_in_the_album():
    settled("blurred", verdict="not_dress", fit=False)
    settled("dress")
    settled("refused", verdict="not_dress")
    settled("gone", verdict="not_dress")
    Photo.objects.filter(pk="refused").update(rights=Rights.REFUSED)
    Photo.objects.filter(pk="gone").update(state=State.REMOVED)

    assert hung() == []
    for name in ("blurred", "dress", "refused", "gone", "nowhere"):
        with pytest.raises(please.Refusal):
            smile(name)
    assert not Smile.objects.exists()


def test_the_album_has_pages(monkeypatch):
    monkeypatch.setattr("truther.models.album.PAGE", 2)
    for number in range(5):
        settled(f"p{number}", verdict="not_dress", settled_at=NOON + number * MINUTE)

    assert [[name for name, *_ in hung(page=page)] for page in (1, 2, 3, 9)] == [
        ["p4", "p3"],
        ["p2", "p1"],
        ["p0"],
        ["p0"],
    ]
