"""Signs that answers are chance or haste, and that careful people are left in peace."""

import random
from dataclasses import replace

import pytest

from truther.rules.behaviour import Behaviour
from truther.rules.quality import Haste, Odds, Share, evenness

HOUSE_BITS = 0.9
CAREFUL = Behaviour(
    person="ann",
    answers=200,
    bits=0.9,
    places=Odds(1.2, 0.55),
    place_counts=(50, 60, 55),
    agreement=Share(150, 165),
    gold=Share(27, 30),
    haste=Haste(median=4.0, hasty=0.03, instant=0.0, n=200),
)


def test_somebody_careful_gets_no_sign():
    assert CAREFUL.signs(HOUSE_BITS) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"agreement": Share(60, 165)}, "golden records"),
        ({"gold": Share(9, 30)}, "known photos"),
        ({"places": evenness([120, 20, 20]), "place_counts": (120, 20, 20)}, "Favours one place"),
        ({"bits": 1.6}, "Mixes"),
        ({"bits": 0.2}, "same kind"),
        ({"haste": Haste(4.0, 0.3, 0.0, 200)}, "faster than usual"),
        ({"haste": Haste(0.6, 0.0, 0.7, 200)}, "faster than anybody"),
    ],
)
def test_each_oddity_is_told_alone(changes, words):
    [sign] = replace(CAREFUL, **changes).signs(HOUSE_BITS)

    assert words in sign


@pytest.mark.parametrize(
    "changes",
    [
        {"agreement": Share(10, 49)},
        {"gold": Share(5, 19)},
        {"haste": None},
        {"haste": Haste(0.3, 0.0, 1.0, 49)},
    ],
)
def test_too_few_answers_say_nothing(changes):
    assert replace(CAREFUL, **changes).signs(HOUSE_BITS) == []


def test_of_people_who_press_anything_all_are_found_and_of_careful_ones_hardly_any():
    chance = random.Random(6)

    def played(accuracy: float) -> list[str]:
        right = sum(chance.random() < accuracy for _ in range(150))
        places = [chance.randrange(3) for _ in range(120)]
        return replace(
            CAREFUL,
            agreement=Share(right, 150),
            places=evenness([places.count(place) for place in range(3)]),
        ).signs(HOUSE_BITS)

    assert all(played(0.2) for _ in range(200))
    assert sum(bool(played(0.8)) for _ in range(1000)) <= 5
