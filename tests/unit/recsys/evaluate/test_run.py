"""An evaluation, end to end: what it promises about lists, learning, groups, costs and its document."""

import json

import numpy as np
import pytest
from scipy.sparse import csr_array

from recsys.data import Interactions, interactions
from recsys.evaluate.folds import Lesson
from recsys.evaluate.judge import judge, recommend
from recsys.evaluate.metrics import list_metrics, mean_over_users
from recsys.evaluate.run import evaluate
from recsys.evaluate.schemes import Bootstrap, Cross, LeaveLast, Split, Temporal
from recsys.models.registry import make
from recsys.refusal import BadParameter

DAY = 86_400


@pytest.fixture(scope="module")
def data() -> Interactions:
    rng = np.random.default_rng(5)
    user, item = np.nonzero(rng.random((60, 25)) < rng.uniform(0.1, 0.7, (1, 25)))
    return interactions(
        user, item, rng.integers(1, 6, len(user)), rng.integers(0, 100 * DAY, len(user)), dtype="float64"
    )


@pytest.fixture(scope="module")
def document(data):
    return evaluate(data, ["popular", "random"], Cross(given=3, k=3), ns=(1, 5, 10), good=4, seed=2).json()


def test_the_document_is_json_without_nan(document):
    again = json.loads(json.dumps(document, allow_nan=False))

    assert again == document
    assert [model["spec"] for model in document["models"]] == ["popular", "random"]
    assert document["data"]["interactions"] > 0
    assert len(document["data"]["sha256"]) == 64
    assert document["baseline"] == "popular"
    assert document["main_n"] == 10


def test_the_same_seed_gives_the_same_document_but_for_costs(data):
    def once():
        found = evaluate(data, ["random", "popular"], Split(given=3), ns=(5,), good=4, seed=9).json()
        for model in found["models"]:
            del model["cpu_seconds"], model["memory_mb"]
        return found

    assert once() == once()


def test_means_are_those_of_lists_asked_for_by_hand(data, document):
    precision, recall = [], []
    for fold in Cross(given=3, k=3).folds(data, 2):
        model = make("popular").fit(fold.train.at_least(4))
        lists = model.recommend(None, fold.shown, N=10).items
        at = list_metrics(lists, fold.relevant(4), np.full(len(lists), data.n_items - 3), (10,))
        precision.append(at["precision"][0])
        recall.append(at["recall"][0])
    found = document["models"][0]["at"]["10"]

    assert found["precision"]["mean"] == pytest.approx(np.concatenate(precision).mean(), abs=1e-12)
    assert found["precision"]["runs"] == pytest.approx([part.mean() for part in precision], abs=1e-12)
    assert found["recall"]["mean"] == pytest.approx(mean_over_users(np.concatenate(recall)), abs=1e-12)
    assert found["precision"]["low"] < found["precision"]["mean"] < found["precision"]["high"]


def test_curves_are_the_means_at_each_n(document):
    model = document["models"][1]

    assert [point["n"] for point in model["roc"]] == [1, 5, 10]
    assert model["roc"][1] == {
        "n": 5, "tpr": model["at"]["5"]["tpr"]["mean"], "fpr": model["at"]["5"]["fpr"]["mean"],
    }  # fmt: skip
    assert model["precision_recall"][2]["recall"] == model["at"]["10"]["recall"]["mean"]


def test_users_with_nothing_relevant_are_counted_and_left_out(document):
    empty = sum(run["users_without_relevant"] for run in document["runs"])
    tested = sum(run["test_users"] for run in document["runs"])
    at = document["models"][0]["at"]["5"]

    assert at["precision"]["users"] == tested
    assert at["recall"]["users"] == at["ndcg"]["users"] == tested - empty


def test_chance_has_auc_one_half_and_loses_the_paired_test(data):
    found = evaluate(data, ["popular", "random"], Cross(given=3), ns=(5,), draws=200).json()
    popular, chance = found["models"]
    by_metric = {test["metric"]: test for test in found["tests"]}

    assert chance["overall"]["auc"]["low"] < 0.5 < chance["overall"]["auc"]["high"]
    assert by_metric["auc"]["mean"] == pytest.approx(
        chance["overall"]["auc"]["mean"] - popular["overall"]["auc"]["mean"]
    )
    assert by_metric["auc"]["high"] < 0
    assert by_metric["auc"]["p"] <= by_metric["auc"]["p_holm"] < 0.01


def test_only_models_that_do_not_predict_values_learn_from_good_pairs_alone(data):
    [fold] = Split(given=5).folds(data, 0)
    lesson, whole = Lesson.of(fold, make("popular"), 4), Lesson.of(fold, make("random"), 4)

    assert lesson.train.csr.data.min() == lesson.shown.data.min() == 4
    assert whole.train is fold.train
    assert Lesson.of(fold, make("popular"), None).train is fold.train
    assert Lesson.of(fold, make("ease:above=2"), 4).train is fold.train  # weighs values by itself
    lists = recommend(make("popular").fit(lesson.train), fold, lesson, data.n_items).items
    listed = [set(row[row >= 0].tolist()) for row in lists]
    shown = np.split(fold.shown.indices, fold.shown.indptr[1:-1])
    assert all(not row & set(known.tolist()) for row, known in zip(listed, shown, strict=True))


def test_lists_take_from_the_full_catalogue_less_what_is_shown(data):
    [fold] = Split(given=5).folds(data, 0)
    lesson = Lesson.of(fold, make("random"), None)

    lists = recommend(make("random").fit(lesson.train), fold, lesson, data.n_items).items

    assert set((lists >= 0).sum(axis=1).tolist()) == {data.n_items - 5}


def test_values_that_are_predicted_are_judged_with_their_coverage(document):
    popular, chance = document["models"]

    assert popular["ratings"] is None
    assert chance["ratings"]["coverage"] == 1
    assert chance["ratings"]["scored"] == sum(run["hidden"] for run in document["runs"])
    assert chance["ratings"]["rmse"]["mean"] == pytest.approx(chance["ratings"]["mse"]["mean"] ** 0.5)
    assert chance["ratings"]["rmse"]["low"] < chance["ratings"]["rmse"]["mean"]


def test_unseen_users_and_items_are_told_apart():
    # Two old users and two old items; after the cut a new user, and a new item for an old user.
    data = interactions(
        ["ann", "ann", "ben", "ben", "cem", "ann"],
        ["red", "blue", "red", "green", "red", "new"],
        time=[0, 1, 2, 3, 50 * DAY, 51 * DAY],
    )

    found = evaluate(data, ["popular"], Temporal(cut=40 * DAY, items="all"), ns=(1, 3)).json()

    [run], [model] = found["runs"], found["models"]
    assert (run["unseen_users"], run["hidden_unseen_items"], run["unreachable"]) == (1, 1, 0)
    groups = model["groups"]
    assert {name: part["users"] for name, part in groups.items()} == {
        "seen_users": 1, "unseen_users": 1, "seen_items": 1, "unseen_items": 1,
    }  # fmt: skip
    assert groups["unseen_users"]["metrics"]["hr@3"]["mean"] == 1  # cem wants red, the most popular
    assert groups["unseen_items"]["metrics"]["auc"]["mean"] == 0  # the new one comes after green
    assert [(part["from"], part["to"], part["users"]) for part in model["by_history"]] == [
        (0, 0, 1),
        (1, 4, 1),
    ]


def test_items_out_of_reach_count_as_missed_and_are_warned_of():
    data = interactions(["ann", "ann", "ben", "ann"], ["red", "blue", "red", "new"], time=[0, 1, 2, 9])

    result = evaluate(data, ["popular"], Temporal(cut=5), ns=(1, 3))

    assert result.mean("popular", "recall@3") == 0
    assert result.json()["runs"][0]["unreachable"] == 1
    assert "1 of 1 relevant pairs" in result.json()["warnings"][0]
    assert result.text().startswith("Warning: 1 of 1")
    assert result.json()["models"][0]["at"]["3"]["n"]["mean"] == 1  # nothing else is left, and the missed one


def test_leave_last_carries_its_warning_to_the_reader(data):
    result = evaluate(data, ["popular"], LeaveLast(), ns=(5,), good=4, draws=50)

    assert "use temporal" in result.json()["warnings"][0]
    assert result.text().startswith("Warning: leave-last")
    at = result.json()["models"][0]["at"]["5"]
    assert at["hr"]["mean"] == pytest.approx(at["recall"]["mean"])  # one hidden pair each


def test_a_user_tested_in_several_runs_counts_once(data):
    found = evaluate(data, ["popular"], Bootstrap(given=2, runs=6), ns=(5,), draws=50).json()

    assert sum(run["test_users"] for run in found["runs"]) > found["models"][0]["at"]["5"]["ndcg"]["users"]
    assert len(found["models"][0]["at"]["5"]["ndcg"]["runs"]) == 6


def test_costs_are_told_for_each_run(document):
    for model in document["models"]:
        assert len(model["cpu_seconds"]["fit_runs"]) == len(document["runs"])
        assert model["memory_mb"]["peak"] > 0
        assert model["lists"] == {"all": 60, "short": 0, "popular": 0}


def test_progress_ends_where_it_said_it_would(data):
    told: list[tuple[int, int]] = []

    evaluate(data, ["popular", "random"], Cross(given=3, k=2), ns=(5,), draws=10,
             progress=lambda done, of: told.append((done, of)))  # fmt: skip

    assert told[-1] == (400, 400)
    assert told == sorted(told)


def test_tables_say_what_the_document_says(data):
    result = evaluate(data, ["popular", "random"], Cross(given=3, k=3), ns=(1, 10), good=4, draws=50)

    titles = [table.title for table in result.tables()]
    assert titles[0] == "Lists from the full catalogue"
    assert titles[-1] == "Differences from popular, paired by user"
    assert f"{result.mean('popular', 'ndcg@10'):.4f} (" in result.text()
    assert np.isnan(result.mean("popular", "rmse"))
    with pytest.raises(KeyError):
        result.mean("ease", "auc")


@pytest.mark.parametrize(
    ("specs", "more", "words"),
    [
        ([], {}, "at least one model"),
        (["popular", "popular"], {}, "none twice"),
        (["nothing"], {}, "no model 'nothing'"),
        (["popular"], {"baseline": "ease"}, "baseline='ease'"),
        (["popular"], {"ns": (1, 99)}, "between 1 and 25"),
        (["popular"], {"ns": ()}, "between 1 and 25"),
        (["popular"], {"good": 6}, "no value is so large"),
    ],
)
def test_what_makes_no_sense_is_refused(data, specs, more, words):
    with pytest.raises(BadParameter, match=words):
        evaluate(data, specs, Cross(given=3), **more)


def test_good_needs_values():
    with pytest.raises(BadParameter, match="have no values"):
        evaluate(interactions([0, 0, 1, 1], [0, 1, 0, 1]), ["popular"], Cross(given=1, k=2), ns=(1,), good=4)


def test_a_ranking_judged_in_blocks_is_the_same(data, monkeypatch):
    [fold] = Split(given=3, test=0.5).folds(data, 0)
    model = make("random")
    lesson = Lesson.of(fold, model, 4)
    lists = recommend(model.fit(lesson.train), fold, lesson, 5)
    whole = judge(model, fold, lesson, lists, ns=(5,), good=4, main_n=5)

    monkeypatch.setattr("recsys.evaluate.judge.CELLS_PER_BLOCK", 60)

    parts = judge(model, fold, lesson, lists, ns=(5,), good=4, main_n=5)
    for name, values in whole.values.items():
        assert np.array_equal(values, parts.values[name], equal_nan=True), name


@pytest.mark.parametrize("spec", ["popular-rated", "svd:k=2", "als:k=2", "rsvd:k=2"])
def test_a_mean_of_nothing_is_no_prediction_for_new_users(spec):
    rng = np.random.default_rng(1)
    user, item = np.nonzero(rng.random((30, 10)) < 0.6)
    data = interactions(user, item, rng.integers(3, 6, len(user)), np.where(user < 20, 0, 9), dtype="float64")

    found = evaluate(data, [spec], Temporal(cut=5), ns=(3,), draws=10).json()["models"][0]

    assert found["ratings"]["coverage"] == 0
    assert found["ratings"]["rmse"]["mean"] is None
    model = make(spec).fit(data)
    assert np.isnan(model.predict(None, [0], csr_array((1, 10)))[0])


def test_features_reach_the_models_that_take_them():
    # Looks decide: everybody takes red things or blue things, and one red and one blue come after the cut.
    red, blue = ["r1", "r2", "r3"], ["b1", "b2", "b3"]
    user = [f"{colour}{n}" for colour in "rb" for n in range(10) for _ in range(3)]
    item = [name for names in (red, blue) for _ in range(10) for name in names]
    data = interactions(user, item, time=[9 if name.endswith("3") else 0 for name in item])
    looks = np.array([[name[0] == "r", name[0] == "b"] for name in data.items.names.tolist()], float)

    found = evaluate(data, ["content", "popular"], Temporal(cut=5, items="all"), ns=(1,), features=looks)

    unseen = found.json()["models"][0]["groups"]["unseen_items"]
    assert (unseen["users"], unseen["metrics"]["auc"]["mean"]) == (20, 1)
    assert found.mean("content", "hr@1") == 1
    assert found.mean("popular", "hr@1") < 1
    with pytest.raises(BadParameter, match="features"):
        evaluate(data, ["content"], Temporal(cut=5), ns=(1,))
