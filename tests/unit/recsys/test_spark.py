"""Spark starts a Java process of its own: local[2], one for all of these.

Costs are compared at a relative 1e-4: MLlib keeps factors as float32 and starts from others than we do.
"""

import sys

import numpy as np
import pyarrow
import pytest
from pyarrow import csv, parquet

from recsys.cli import main
from recsys.data import interactions, read_interactions
from recsys.models import make
from recsys.models.storing import load, save
from recsys.refusal import BadFile, BadInteractions, BadParameter, MissingExtra
from recsys.spark import fit_als, need_spark

BLOCKS = 2  # MLlib's ten are for more than sixty people
ROUNDS = 40  # until both stand still
SAME_COST = 1e-4  # relative


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    quiet = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.default.parallelism": "2",
        "spark.sql.codegen.wholeStage": "false",  # so few rows are done before a query is compiled
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
    }
    session = SparkSession.builder.master("local[2]").config(map=quiet).getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def stars():
    """Sixty people, thirty things, tastes of rank three; nobody rated the last thing."""
    random = np.random.default_rng(5)
    tastes, things = random.normal(size=(60, 3)), random.normal(size=(30, 3))
    users, items = np.nonzero(random.random((60, 30)) < 0.5)
    users, items = users[items != 29], items[items != 29]
    values = np.clip(np.round(3 + (tastes @ things.T)[users, items]), 1, 5)
    names = [f"person{user:02}" for user in users]
    everyone = [f"person{user:02}" for user in range(60)]
    return interactions(names, items, values, users=everyone, items=range(30), dtype="float64")


@pytest.fixture(scope="module")
def fitted(spark, stars):
    """One round of als, from memory."""
    return fit_als(make("als:k=3,iterations=1"), stars, session=spark, blocks=BLOCKS)


def explicit_cost(model, data):
    """What als minimises, with every user folded in."""
    users, rows = model.fold_in(model.as_histories(data.csr)).factors, data.user_rows
    errors = (users[rows] * model.item_factors[data.csr.indices]).sum(axis=1) - data.csr.data
    ridges = (np.diff(data.csr.indptr) @ (users**2).sum(axis=1)) + (
        np.diff(data.csc.indptr) @ (model.item_factors**2).sum(axis=1)
    )
    return float((errors**2).sum() + model.lam * ridges)


def implicit_cost(model, data):
    """What ials with nu=1 minimises, over all cells."""
    users = model.fold_in(model.as_histories(data.csr)).factors
    scores, strengths = users @ model.item_factors.T, data.csr.toarray()
    errors = ((1 + model.alpha * strengths) * ((strengths > 0) - scores) ** 2).sum()
    ridges = (np.diff(data.csr.indptr) @ (users**2).sum(axis=1)) + (
        np.diff(data.csc.indptr) @ (model.item_factors**2).sum(axis=1)
    )
    return float(errors + model.lam * ridges)


SAME = {
    "als": (f"als:k=3,lam=0.1,iterations={ROUNDS},dtype=float64", explicit_cost),
    "ials": (f"ials:k=3,lam=0.3,nu=1,alpha=2,iterations={ROUNDS},dtype=float64", implicit_cost),
}


@pytest.mark.parametrize("name", SAME)
def test_spark_reaches_the_cost_and_the_lists_that_ours_does(spark, stars, name):
    spec, cost = SAME[name]

    theirs, ours = fit_als(make(spec), stars, session=spark, blocks=BLOCKS), make(spec).fit(stars)

    assert spark.sparkContext.getCheckpointDir() is not None  # without, many rounds overflow Spark's stack
    assert cost(theirs, stars) == pytest.approx(cost(ours, stars), rel=SAME_COST)
    everyone = np.arange(stars.n_users)
    lists = zip(theirs.recommend(everyone, N=5).items, ours.recommend(everyone, N=5).items, strict=True)
    shared = [len(set(one.tolist()) & set(other.tolist())) / 5 for one, other in lists]
    assert np.mean(shared) > 0.97


@pytest.mark.parametrize("name", SAME)
def test_folding_in_gives_the_predictions_of_mllib(spark, stars, name):
    """So its ridge and its confidence are ours: with others the users' factors would differ."""
    from pyspark.ml.recommendation import ALS

    model = fit_als(make(SAME[name][0]).set_params(iterations=2), stars, session=spark, blocks=BLOCKS)
    columns = {"user": stars.user_rows, "item": stars.csr.indices.astype(np.int32)}
    frame = spark.createDataFrame(pyarrow.table({**columns, "value": stars.csr.data.astype(np.float32)}))
    params = {
        "rank": 3,
        "maxIter": 2,
        "regParam": model.lam,
        "seed": 0,
        "numUserBlocks": 2,
        "numItemBlocks": 2,
    }
    if name == "ials":
        params |= {"implicitPrefs": True, "alpha": model.alpha}
    fitted = ALS(userCol="user", itemCol="item", ratingCol="value", **params).fit(frame)
    theirs = fitted.transform(frame).toArrow()

    scores = model.score(model.fold_in(model.as_histories(stars.csr)))

    places = theirs["user"].to_numpy(), theirs["item"].to_numpy()
    assert np.allclose(scores[places], theirs["prediction"].to_numpy(), atol=1e-4)


def test_what_spark_fitted_is_kept_in_the_usual_files_and_explains(fitted, stars, tmp_path):
    save(fitted, tmp_path / "als")

    read = load(tmp_path / "als", train=stars)

    assert fitted.recommend([0, 1], N=5).items.tolist() == read.recommend([0, 1], N=5).items.tolist()
    why = read.explain(3, user=0)
    assert why.base + why.parts.sum() == pytest.approx(why.score, abs=1e-5)


def test_a_thing_that_nobody_rated_gets_the_mean_of_means(fitted, stars):
    counts, sums = np.diff(stars.csc.indptr), np.asarray(stars.csr.sum(axis=0)).ravel()

    assert fitted.predict([0], [29])[0] == pytest.approx((sums[:29] / counts[:29]).mean(), rel=1e-5)


@pytest.mark.parametrize("ending", ["parquet", "tsv"])
def test_a_file_that_only_spark_reads_gives_the_same_model_as_its_rows(
    spark, fitted, stars, tmp_path, ending
):
    path = tmp_path / f"stars.{ending}"
    order = np.random.default_rng(1).permutation(stars.nnz)
    rows = {"who": stars.users.names[stars.user_rows], "what": stars.csr.indices, "stars": stars.csr.data}
    table = pyarrow.table(rows).take(order)
    if ending == "parquet":
        parquet.write_table(table, path)
    else:
        csv.write_csv(table, path, csv.WriteOptions(delimiter="\t"))
    columns = {"user": "who", "item": "what", "value": "stars"}

    model = fit_als(make("als:k=3,iterations=1"), path, session=spark, blocks=BLOCKS, **columns)

    data = read_interactions(path, **columns)
    assert (model.users, model.items) == (data.users, data.items)
    assert np.allclose(model.item_factors, fitted.item_factors[:29], atol=1e-4)  # nobody had 29
    assert model.fallback.tolist() == fitted.fallback[:29].tolist()


def test_pairs_that_come_twice_are_merged_on_spark(spark, tmp_path):
    rows = {"user": ["ann", "ann", "ben"], "item": [1, 1, 2], "value": [1.0, 4.0, 2.0]}
    parquet.write_table(pyarrow.table(rows), tmp_path / "rows.parquet")
    fit = {"session": spark, "blocks": BLOCKS, "duplicates": "sum"}

    model = fit_als(make("als:k=1,iterations=1,lam=1e-6"), tmp_path / "rows.parquet", **fit)

    merged = interactions(["ann", "ben"], [1, 2], [5.0, 2.0])
    assert model.predict(None, [0, 1], merged.csr).tolist() == pytest.approx([5, 2], abs=1e-3)
    assert model.fallback.tolist() == [1, 1]


def test_the_command_line_fits_on_spark_and_recommends_without(spark, tmp_path, capsys):
    rows = tmp_path / "worn.csv"
    rows.write_text("user,item\nann,007\nann,red\nben,red\nben,blue\ncem,007\n", encoding="utf-8")
    fit = ["fit", "--data", str(rows), "--model", "ials:k=2,nu=1,lam=0.1,iterations=2", "--engine", "spark"]

    assert main([*fit, "--out", str(tmp_path / "kept")]) == 0
    assert main(["recommend", "ben", "--data", str(rows), "--saved", str(tmp_path / "kept"), "--n", "1"]) == 0

    printed = capsys.readouterr().out
    assert "3 users and 3 items, by Spark" in printed
    assert "007" in printed


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ({"user": [1, 1], "item": [2, 2], "value": [3.0, 4.0]}, "1 rows are a pair that was there before"),
        ({"user": [1, 1], "item": [2, 3], "value": ["3", "many"]}, "1 values are missing or not finite"),
        ({"user": [1, 1], "item": [2, 3], "value": [3.0, -1.0]}, "ials takes no negative values"),
        ({"user": [1, 1], "item": [2, 3], "value": [0.0, 0.0]}, "no value is above 0"),
        ({"user": [1, None], "item": [2, 3], "value": [3.0, 1.0]}, "there are rows that have no user"),
    ],
)
def test_files_that_cannot_be_used_are_refused(spark, tmp_path, rows, sentence):
    parquet.write_table(pyarrow.table(rows), tmp_path / "rows.parquet")

    with pytest.raises(BadInteractions, match=sentence):
        fit_als(make("ials:nu=1"), tmp_path / "rows.parquet", session=spark)


def test_a_file_or_a_column_that_is_missing_is_named(spark, tmp_path):
    parquet.write_table(pyarrow.table({"user": [1], "item": [2]}), tmp_path / "rows.parquet")

    with pytest.raises(BadFile, match="no column 'stars'; the columns are user, item"):
        fit_als(make("als"), tmp_path / "rows.parquet", session=spark, value="stars")
    with pytest.raises(BadFile, match=r"Spark cannot read .*gone\.parquet"):
        fit_als(make("als"), tmp_path / "gone.parquet", session=spark)
    with pytest.raises(BadParameter, match="on Spark choose one of refuse, sum, mean, max"):
        fit_als(make("als"), tmp_path / "rows.parquet", session=spark, duplicates="last")


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("ials:nu=0.5", "set nu=1 and unseen=0"),
        ("als:refit=True", "on Spark leave it False"),
        ("ease", "Spark fits als and ials, not ease"),
    ],
)
def test_models_that_mllib_cannot_fit_are_refused(stars, spec, sentence):
    with pytest.raises(BadParameter, match=sentence):
        fit_als(make(spec), stars)


def test_a_machine_without_java_is_told_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)

    with pytest.raises(MissingExtra, match="Java 17 or later: apt-get install openjdk-17-jre-headless"):
        need_spark()


def test_a_machine_without_pyspark_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)

    with pytest.raises(MissingExtra, match="pip install 'pyspark>=4,<5'"):
        need_spark()
