import numpy as np
import pytest

from tests.unit.recsys.fitting import fitted, small_world

DATA = small_world()


def test_a_folded_user_solves_the_equation_of_the_paper():
    model = fitted("ials", alpha=2.0, lam=3.0, dtype="float64")
    history = DATA.csr[[0]].astype(float)
    V = model.item_factors
    values = history.toarray()[0]
    confidence, wanted = np.diag(1 + 2.0 * values), (values > 0).astype(float)

    expected = np.linalg.solve(V.T @ confidence @ V + 3.0 * np.eye(3), V.T @ confidence @ wanted)

    assert model.fold_in(history).factors[0] == pytest.approx(expected)


def test_a_larger_ridge_for_folding_in_holds_users_back_and_leaves_items_alone():
    plain, held = fitted("ials"), fitted("ials", fold_ridge=8.0)

    assert (plain.item_factors == held.item_factors).all()
    lengths = [np.linalg.norm(model.fold_in(DATA.csr[[0]]).factors) for model in (plain, held)]
    assert lengths[1] < lengths[0]
