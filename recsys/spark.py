"""ALS and iALS fitted by Spark's MLlib, for data that one machine cannot hold; they come back as our models.

MLlib minimises what `als`, and `ials` with nu=1 and unseen=0, do here: its ridge too is lam times how many
values a user or an item has, and its confidence too is 1 + alpha * value. Only the fit runs on Spark: item
factors come back, `save` keeps them in the usual two files, and folding in, lists and reasons need no Spark.

Source: org.apache.spark.ml.recommendation.ALS of Spark 4; Zhou et al., 2008; Hu, Koren and Volinsky, 2008.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from recsys.data import Interactions
from recsys.models.als import ALS
from recsys.models.base import Array, Recommender
from recsys.models.fallback import recent_popularity
from recsys.models.ials import IALS
from recsys.refusal import BadParameter, MissingExtra, require_package
from recsys.spark_rows import Counts, Frame, Session, counted, read_rows, rows_of

JAVA = "Spark needs Java 17 or later: apt-get install openjdk-17-jre-headless, or set JAVA_HOME"
CHECKPOINT_EVERY = 10  # MLlib's own default, in iterations
QUIET: dict[str, Any] = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}


def fit_als(
    model: Recommender,
    source: Interactions | Path | str,
    *,
    session: Session | None = None,
    user: str = "user",
    item: str = "item",
    value: str | None = "value",
    duplicates: str = "refuse",
    blocks: int = 10,
) -> ALS | IALS:
    """Fit one of our models on Spark and give it back fitted.

    Args:
        model: als, or ials with nu=1 and unseen=0; its k, lam, iterations, seed, alpha and above count. MLlib
            starts from factors of its own, and ends with the users', which are those that folding in gives.
        source: interactions; or CSV, TSV or Parquet that Spark reads, a file, a folder or an address such as
            "s3a://bucket/rentals". Then pairs never come here, and who did nothing gets what is popular of
            all time.
        session: a running one, which is left running; None starts one, on this machine's cores unless
            Spark's own settings say otherwise, and stops it.
        user, item, value, duplicates: as in read_interactions, but for duplicates="last".
        blocks: into how many parts MLlib cuts users and items; another number starts from other factors.

    Raises:
        MissingExtra: pyspark or Java is not there. BadParameter: MLlib cannot fit such a model, or so many
            iterations without a checkpoint folder. BadFile, BadInteractions: as spark_rows says.
    """
    model = _fit_for_mllib(model)
    need_spark()
    with _running(session) as spark:
        _cut_lineage(spark, model.iterations)
        if isinstance(source, Interactions):
            rows = rows_of(spark, source)
        else:
            rows = read_rows(spark, source, user=user, item=item, value=value, duplicates=duplicates)
        frame = rows.frame.persist()  # read and joined once, not once for each question
        try:
            implicit, above = isinstance(model, IALS), getattr(model, "above", 0.0)
            counts = counted(rows, implicit=implicit, above=above)
            factors = _fitted(model, frame, len(rows.items), blocks)
        finally:
            frame.unpersist()
    train = source if isinstance(source, Interactions) else None
    popular = counts.of_items.astype(np.float32) if train is None else recent_popularity(train)
    model.restore({"item_factors": factors, "item_offset": _offset(model, counts)})
    vars(model).pop("train", None)  # of a fit before this one
    model.adopt(rows.users, rows.items, popular, train)
    return model


def need_spark() -> None:
    """Raise MissingExtra where pyspark or Java is missing; the sentence says what to install."""
    require_package("pyspark", install="'pyspark>=4,<5'")
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java") and not (home and (Path(home) / "bin" / "java").is_file()):
        raise MissingExtra(JAVA)


def _fit_for_mllib(model: Recommender) -> ALS | IALS:
    if not isinstance(model, (ALS, IALS)):
        raise BadParameter(f"Spark fits als and ials, not {model.name}")
    if isinstance(model, IALS) and (model.nu, model.unseen) != (1, 0):
        raise BadParameter(
            f"nu={model.nu:g}, unseen={model.unseen:g}: MLlib's ridge grows with counts alone, so set nu=1 "
            "and unseen=0"
        )
    if isinstance(model, ALS) and model.refit:
        raise BadParameter("refit=True solves again for every question: on Spark leave it False")
    return model


@contextmanager
def _running(session: Session | None) -> Iterator[Session]:
    if session is not None:
        yield session
        return
    from pyspark.errors import PySparkRuntimeError
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession() is not None
    try:
        spark = SparkSession.builder.appName("recsys").config(map=QUIET).getOrCreate()
    except PySparkRuntimeError as error:  # the process of Java ended at once: it is too old
        raise MissingExtra(f"Spark did not start. {JAVA}") from error
    try:
        yield spark
    finally:
        if not running:
            spark.stop()


def _cut_lineage(spark: Session, iterations: int) -> None:
    """Give Spark a folder for checkpoints: without, it recalls every round, until its stack overflows."""
    context = spark.sparkContext
    if context.getCheckpointDir() is not None or iterations <= CHECKPOINT_EVERY:
        return
    if not context.master.startswith("local"):  # a folder of this machine is none of theirs
        raise BadParameter(
            f"iterations={iterations} on a cluster need a folder that all its machines see: call "
            f"sparkContext.setCheckpointDir first, or take at most {CHECKPOINT_EVERY}"
        )
    folder = tempfile.mkdtemp(prefix="recsys-spark-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # the session may go on using it
    context.setCheckpointDir(folder)


def _fitted(model: ALS | IALS, frame: Frame, n_items: int, blocks: int) -> Array:
    """(I, k) item factors; zeros for items that Spark did not see."""
    from pyspark.ml.recommendation import ALS as SparkALS
    from pyspark.sql import functions as F

    params: dict[str, Any] = {
        "rank": model.k,
        "maxIter": model.iterations,
        "regParam": model.lam,
        "seed": model.seed,
    }
    params |= {"numUserBlocks": blocks, "numItemBlocks": blocks, "checkpointInterval": CHECKPOINT_EVERY}
    if isinstance(model, IALS):
        params |= {"implicitPrefs": True, "alpha": model.alpha}
        frame = frame.withColumn("value", F.col("value") - F.lit(model.above)).filter("value > 0")
    solver = SparkALS(userCol="user", itemCol="item", ratingCol="value", **params)
    table = solver.fit(frame).itemFactors.toArrow()
    factors = np.zeros((n_items, model.k), model.dtype)
    flat = table["features"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    factors[table["id"].to_numpy()] = flat.reshape(-1, model.k)
    return factors


def _offset(model: ALS | IALS, counts: Counts) -> Array:
    """(I,) as `learn` leaves it: als gives an item that nobody rated the mean of the items' means."""
    rated = counts.of_items > 0
    if isinstance(model, IALS):
        return np.zeros(len(rated), model.dtype)
    mean = float((counts.sums[rated] / counts.of_items[rated]).mean())
    return np.where(rated, 0, mean).astype(model.dtype)
