import numpy as np
import pytest
from scipy.sparse import csr_array

from recsys.data import interactions
from recsys.models import Reason, make
from recsys.models.storing import load, save
from recsys.refusal import BadParameter

RANDOM = np.random.default_rng(5)
USERS, ITEMS = np.nonzero(RANDOM.random((30, 10)) < 0.4)
TRAIN = interactions(USERS, ITEMS, users=range(30), items=range(12))  # nobody had the last two
SPEC = "blend:parts=('ease:lam=5,binary=True','popular'),weights=(1,.3),dtype=float64"


def scores_of(model, histories):
    return model.score(model.fold_in(histories.astype(model.dtype)))


def test_a_blend_is_the_weighted_sum_of_standardised_scores():
    blend = make(SPEC).fit(TRAIN)
    ease, popular = (make(spec, dtype="float64").fit(TRAIN) for spec in ("ease:lam=5", "popular"))

    wanted = np.zeros((30, 12))
    for weight, part in ((1, ease), (0.3, popular)):
        scores = scores_of(part, TRAIN.csr)
        mean, deviation = np.nanmean(scores, 1, keepdims=True), np.nanstd(scores, 1, keepdims=True)
        wanted += weight * np.nan_to_num((scores - mean) / deviation)

    assert np.allclose(scores_of(blend, TRAIN.csr), wanted)


def test_items_that_one_part_cannot_judge_are_judged_by_the_others():
    assert np.isnan(scores_of(make("ease").fit(TRAIN), TRAIN.csr)[:, 10:]).all()
    assert np.isfinite(scores_of(make(SPEC).fit(TRAIN), TRAIN.csr)).all()


def test_items_that_no_part_can_judge_are_never_recommended():
    model = make("blend:parts=('ease','itemknn')").fit(TRAIN)
    alone = make("ease").fit(TRAIN)

    lists = model.recommend(None, TRAIN.csr[[0]], N=12)

    assert np.isnan(scores_of(alone, TRAIN.csr)[0, 10:]).all()
    assert not np.isnan(scores_of(model, TRAIN.csr)[0, :10]).any()
    assert lists.counts[0] <= 12 - TRAIN.csr[[0]].nnz


def test_an_explanation_adds_up_to_the_blended_score():
    model = make(SPEC).fit(TRAIN)

    for item in range(12):
        told = model.explain(item, user=3)
        assert told.base + told.parts.sum() == pytest.approx(told.score, abs=1e-9)


def test_ranks_lie_between_minus_one_and_one_and_are_not_explained():
    model = make("blend:parts=('ease',),scale=rank").fit(TRAIN)

    scores = scores_of(model, TRAIN.csr)

    assert np.nanmin(scores) == -1
    assert np.nanmax(scores) == 1
    with pytest.raises(BadParameter, match="ranks do not add up"):
        model.explain(0, user=3)


def test_a_blend_is_read_back_as_it_was_kept(tmp_path):
    features = RANDOM.standard_normal((12, 3))
    model = make("blend:parts=('visual:k=2','blend:parts=[\"ease\",\"content\"]','popular')")
    model.with_features(features).fit(TRAIN)
    save(model, tmp_path / "m")

    for again in (load(tmp_path / "m"), load(tmp_path / "m", train=TRAIN)):
        assert np.array_equal(scores_of(again, TRAIN.csr), scores_of(model, TRAIN.csr))
        assert again.weights is None
        assert len(again.models) == 3


def test_somebody_without_a_history_gets_what_is_popular():
    lists = make(SPEC).fit(TRAIN).recommend(None, csr_array((1, 12)), N=3)

    assert lists.reasons == (Reason.POPULAR,)


@pytest.mark.parametrize(
    ("spec", "word"),
    [
        ("blend:parts=ease", "one or more models"),
        ("blend:parts=('ease',),weights=(1,2)", "2 weights but 1 parts"),
        ("blend:weights=(1,'x')", "finite numbers"),
        ("blend:parts=('eas',)", "no model 'eas'"),
        ("blend:scale=log", "one of z, rank"),
    ],
)
def test_a_blend_that_cannot_be_is_refused(spec, word):
    with pytest.raises(BadParameter, match=word):
        make(spec)
