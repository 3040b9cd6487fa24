import numpy as np
import pytest

from recsys.refusal import BadParameter
from recsys.synthetic import ATTRIBUTES, FIRST_WEEK_AT, SECONDS_PER_WEEK, rentals

SMALL = {"users": 400, "items": 80, "weeks": 30}
TOWN = rentals(3, **SMALL)
WEEKS = (TOWN.interactions.times - FIRST_WEEK_AT) // SECONDS_PER_WEEK


def test_the_same_seed_draws_the_same_town_and_another_seed_another():
    again, other = rentals(3, **SMALL), rentals(4, **SMALL)

    assert again.interactions.sha256 == TOWN.interactions.sha256 != other.interactions.sha256
    assert np.array_equal(again.features, TOWN.features)


def test_every_rental_falls_within_the_time_that_its_dress_was_there():
    columns = TOWN.interactions.csr.indices

    assert (TOWN.arrivals[columns] <= WEEKS).all()
    assert (TOWN.retirements[columns] > WEEKS).all()
    assert (WEEKS >= 0).all()
    assert (WEEKS < 30).all()


def test_what_is_available_arrived_and_did_not_retire():
    there = TOWN.available(10)

    assert there.any()
    assert (TOWN.arrivals[there] <= 10).all()
    assert (TOWN.retirements[there] > 10).all()
    assert not (there & TOWN.unseen_since(11)).any()


def test_people_rent_what_they_like():
    data = TOWN.interactions
    rented = TOWN.utility[data.user_rows, data.csr.indices]

    assert rented.mean() > TOWN.utility.mean() + TOWN.utility.std() / 2


def test_without_taste_rentals_are_chance():
    town = rentals(3, **SMALL, strength=0)

    assert not town.utility.any()
    assert town.interactions.nnz > 0


def test_most_people_rent_less_than_the_mean():
    counts = np.diff(TOWN.interactions.csr.indptr)

    assert np.median(counts) < counts.mean()


def test_dresses_that_look_alike_share_more_attributes():
    shared = sum((values[:, None] == values).astype(float) for values in TOWN.attributes.values())
    likeness = TOWN.features @ TOWN.features.T
    pairs = np.triu_indices(80, 1)

    assert set(TOWN.attributes) == set(ATTRIBUTES)
    assert np.allclose(np.diag(likeness), 1, atol=1e-5)
    assert np.corrcoef(shared[pairs], likeness[pairs])[0, 1] > 0.3


@pytest.mark.parametrize("wrong", [{"users": 1}, {"weeks": 0}, {"lifetime_weeks": 0}, {"strength": -1}])
def test_a_town_that_cannot_be_is_refused(wrong):
    with pytest.raises(BadParameter, match="at least"):
        rentals(0, **wrong)
