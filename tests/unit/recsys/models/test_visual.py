import numba
import numpy as np
import pytest
from scipy.sparse import csr_array

from recsys.data import interactions
from recsys.kernels.choice import threads, using
from recsys.models import Reason, make
from recsys.models.storing import load, save
from recsys.refusal import BadInteractions, BadParameter

VISUAL = "visual:k=3,lam=1,item_lam=1,map_lam=1"  # for data this small
SPECS = [VISUAL, f"{VISUAL},together=False", "vbpr:k=3,visual_k=2", "content", "content:centred=False"]


def two_tastes():
    """Users 0-9 take even items, 10-19 odd ones; nobody took 12 (even) and 13 (odd); pictures tell parity."""
    random = np.random.default_rng(7)
    pairs = [(u, i) for u in range(20) for i in range(12) if i % 2 == (u >= 10) and random.random() < 0.7]
    data = interactions(*zip(*pairs, strict=True), users=range(20), items=range(14))
    parity = np.where(np.arange(14) % 2, 1.0, -1.0)
    return data, parity[:, None] * [1.0, 0.5] + 0.1 * random.standard_normal((14, 2))


DATA, LOOKS = two_tastes()


def scores_of(model, histories=DATA.csr):
    return model.score(model.fold_in(histories.astype(model.dtype)))


@pytest.mark.parametrize("spec", SPECS)
def test_an_unseen_item_is_ranked_by_its_picture(spec):
    scores = scores_of(make(spec).with_features(LOOKS).fit(DATA))

    assert (scores[:10, 12] > scores[:10, 13]).all()
    assert (scores[10:, 13] > scores[10:, 12]).all()


@pytest.mark.parametrize("spec", SPECS)
def test_an_unseen_item_without_a_picture_is_never_recommended(spec):
    looks = LOOKS.copy()
    looks[13] = np.nan
    model = make(spec).with_features(looks).fit(DATA)

    assert np.isnan(scores_of(model)[:, 13]).all()
    assert not (model.recommend(np.arange(20), N=14).items == 13).any()


@pytest.mark.parametrize("spec", SPECS)
def test_a_history_that_says_nothing_falls_back_to_popularity(spec):
    looks = LOOKS.copy()
    looks[13] = np.nan
    model = make(spec).with_features(looks).fit(DATA)
    history = csr_array((np.ones(1), (np.zeros(1, int), np.full(1, 13))), shape=(1, 14))

    assert model.recommend(None, history, N=3).reasons == (Reason.POPULAR,)


@pytest.mark.parametrize("spec", SPECS)
def test_features_must_be_there_and_fit(spec):
    with pytest.raises(BadParameter, match="give their features"):
        make(spec).fit(DATA)
    with pytest.raises(BadParameter, match="13 rows of features but 14 items"):
        make(spec).with_features(LOOKS[:13]).fit(DATA)
    with pytest.raises(BadParameter, match="row 2 of the features has inf"):
        make(spec).with_features(np.where(np.arange(28).reshape(14, 2) == 5, np.inf, LOOKS))
    with pytest.raises(BadParameter, match="two dimensions"):
        make(spec).with_features(np.zeros(14))


@pytest.mark.parametrize("spec", ["visual", "vbpr"])
def test_a_level_above_all_values_leaves_nothing_to_learn(spec):
    with pytest.raises(BadInteractions, match="nothing can be learnt"):
        make(spec, above=1).with_features(LOOKS).fit(DATA)


@pytest.mark.parametrize("spec", [VISUAL, "content"])
def test_explanations_add_up(spec):
    model = make(spec, dtype="float64").with_features(LOOKS).fit(DATA)

    for item in range(14):
        told = model.explain(item, user=4)
        assert told.base + told.parts.sum() == pytest.approx(told.score, abs=1e-9)


@pytest.mark.parametrize("spec", SPECS)
def test_a_model_is_read_back_as_it_was_kept(spec, tmp_path):
    model = make(spec).with_features(LOOKS).fit(DATA)
    save(model, tmp_path / "m")

    again = load(tmp_path / "m", train=DATA)

    assert np.array_equal(scores_of(again), scores_of(model))
    assert np.array_equal(
        again.recommend(np.arange(20), N=5).items, model.recommend(np.arange(20), N=5).items
    )


@pytest.mark.parametrize("spec", SPECS)
def test_threads_change_no_bit(spec):
    scores = []
    for count in (1, numba.config.NUMBA_NUM_THREADS):
        with threads(count):
            scores.append(scores_of(make(spec).with_features(LOOKS).fit(DATA)))

    assert np.array_equal(*scores)


def test_a_new_dress_outside_the_catalogue_has_the_factor_of_its_picture():
    model = make(VISUAL).with_features(LOOKS).fit(DATA)

    assert np.allclose(model.factors_of(LOOKS[12:]), model.item_factors[12:], atol=1e-6)
    with pytest.raises(BadParameter, match="3 numbers, not 2"):
        model.factors_of(np.zeros((1, 3)))


def test_freshness_lengthens_the_factors_of_unseen_items_alone():
    plain, fresh = (make(VISUAL, fresh=f).with_features(LOOKS).fit(DATA) for f in (1.0, 2.0))

    assert np.allclose(fresh.item_factors[12:], 2 * plain.item_factors[12:])
    assert np.array_equal(fresh.item_factors[:12], plain.item_factors[:12])


def test_a_strong_prior_puts_worn_items_where_their_pictures_say():
    weak, strong = (
        make("visual:k=3,lam=1,map_lam=1e-3,fresh=1", item_lam=lam, dtype="float64")
        .with_features(LOOKS)
        .fit(DATA)
        for lam in (1e-2, 1e6)
    )

    def away(model):
        return np.abs(model.item_factors - model.factors_of(LOOKS))[:12].max()

    assert away(strong) < 1e-4 < away(weak)


def test_each_epoch_lowers_the_cost_that_is_minimised():
    models = [make(VISUAL, iterations=n, dtype="float64") for n in range(1, 9)]
    costs = [cost(model.with_features(LOOKS).fit(DATA)) for model in models]

    assert (np.diff(costs) <= 1e-9 * np.array(costs[:-1])).all()


def cost(model):
    """The cost at the item factors and map of a fit, users being what they are best."""
    users = model.fold_in(DATA.csr.astype(float)).factors
    items, looks = model.item_factors[:12], model.scaling.apply(LOOKS[:12], "float64")
    happened = DATA.csr.toarray()[:, :12]
    expected = np.hstack([np.ones((12, 1)), looks]) @ model.map
    errors = (1 + model.alpha * happened) * (happened - users @ items.T) ** 2
    held = model.item_lam * ((items - expected) ** 2).sum() + model.map_lam * (model.map**2).sum()
    return errors.sum() + model.lam * (users**2).sum() + held


def test_vbpr_is_the_same_with_and_without_numba():
    fitted = []
    for engine in ("numba", "numpy"):
        with using(engine):
            model = make("vbpr:k=3,visual_k=2,epochs=4", dtype="float64").with_features(LOOKS).fit(DATA)
            fitted.append((model.arrays(), scores_of(model)))

    (fast, fast_scores), (plain, plain_scores) = fitted
    assert all(np.allclose(fast[name], plain[name], rtol=1e-9, atol=1e-12) for name in plain)
    assert np.allclose(fast_scores, plain_scores, rtol=1e-9, atol=1e-12)


def test_vbpr_folds_each_user_in_alone():
    model = make("vbpr:k=3,visual_k=2,epochs=4").with_features(LOOKS).fit(DATA)

    together, alone = (model.fold_in(histories) for histories in (DATA.csr, DATA.csr[[5]]))

    assert np.array_equal(alone.users[0], together.users[5])
    assert np.array_equal(alone.tastes[0], together.tastes[5])
