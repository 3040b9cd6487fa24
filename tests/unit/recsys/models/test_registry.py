import numpy as np
import pytest

from recsys.data import interactions
from recsys.models import make
from recsys.refusal import BadParameter


def test_commas_within_brackets_and_quotes_part_nothing():
    model = make("blend:parts=('ease:lam=9,binary=False','popular'),weights=(1,.3),scale=rank")

    assert model.parts == ("ease:lam=9,binary=False", "popular")
    assert model.weights == (1, 0.3)
    assert model.scale == "rank"


@pytest.mark.parametrize("spec", ["ease:lam", "ease:lam=9,binary", "blend:parts=('a,b"])
def test_what_is_not_a_parameter_and_its_value_is_refused(spec):
    with pytest.raises(BadParameter):
        make(spec)


def test_a_random_list_is_random_even_when_all_values_are_equal():
    data = interactions(np.repeat(range(20), 2), np.tile([0, 1], 20), items=range(30))

    lists = make("random").fit(data).recommend(np.arange(20), N=5)

    assert len(np.unique(lists.scores)) > 1
    assert not np.array_equal(lists.items[0], [2, 3, 4, 5, 6])


def test_what_a_spec_says_counts_more_than_what_is_given_beside_it():
    model = make("als:dtype=float64", dtype="float32", k=3)

    assert (model.dtype, model.k) == ("float64", 3)


def test_a_parameter_that_a_spec_says_twice_is_refused():
    with pytest.raises(BadParameter, match="'als:k=3,lam=1,k=4' says k twice"):
        make("als:k=3,lam=1,k=4")
