"""Apache Spark: articles and audit as one machine writes them, in parts.

    spark-submit .../belta_spider/engines/spark_job.py source='crawl/*.warc.gz' out=OUT [NAME=VALUE ...]

Map: `format("belta")` to OUT/rows, once. Choose: of each article the lowest rank and place. Write: OUT/articles,
OUT/audit and OUT/unread in reading order: their parts, one behind the other, are the files of one crawl; OUT/counts.
"""

from __future__ import annotations

import sys
from typing import Any

import msgspec
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 (as all of Spark's own documentation has it)

from belta_spider.engines.job import ARGUMENTS, Job
from belta_spider.engines.merge import Counts, verdict
from belta_spider.engines.rows import AT_THE_END, IN_PLACE
from belta_spider.engines.spark import BeltaSource, rows_of_table
from belta_spider.items import DUPLICATE
from belta_spider.reporting.run import OUTPUT, USAGE

OWN = ("out", "table", "partitions", "unordered", "overwrite")
"""`table=1` lets Spark read Parquet itself; `partitions` of each output; `unordered=1` saves the sort."""
_PLACE = ("late", "shard", "number")
_WRITTEN = ("page", "failed", "revisit", "unread", "skipped", "passed_over")


def judged(rows: DataFrame) -> DataFrame:
    """Return the rows with what is to be written of each: `line`, `audit`, `unread`; and its cause."""
    first = rows.where("id is not null").groupBy("id").agg(F.min(F.struct("rank", *_PLACE)).alias("first"))
    told = rows.where(F.col("kind").isin(*_WRITTEN)).join(
        first.select("first.late", "first.shard", "first.number", F.lit(True).alias("is_first")), list(_PLACE), "left"
    )
    told = _with_turns(rows, told)
    is_double = F.expr("id is not null and is_first is null")
    is_lost = F.expr("kind = 'revisit' and original is null")
    is_unread = is_lost | (F.col("kind") == "unread")
    return told.select(
        F.when(F.expr("kind <> 'revisit'"), F.col("late"))
        .when(F.expr("original < struct(shard, number)"), F.lit(IN_PLACE))
        .otherwise(F.lit(AT_THE_END))
        .alias("late"),
        "shard",
        "number",
        F.expr("if(kind <> 'revisit', kind, if(original is null, 'unread', 'page'))").alias("kind"),
        F.when(is_double, F.lit(DUPLICATE))
        .when(is_lost, F.lit("no_original"))
        .otherwise(F.col("cause"))
        .alias("cause"),
        "times",
        *("edition", "language", "flags"),
        F.when(~is_double, F.col("line")).alias("line"),
        F.when(is_double, F.col("double")).when(~is_lost, F.col("audit")).alias("audit"),
        F.when(is_unread, F.col("detail")).alias("unread"),
    )


def _with_turns(rows: DataFrame, told: DataFrame) -> DataFrame:
    """Add where the original of each revisit is that waits for one of another part."""
    at = F.struct("shard", "number").alias("at")
    names = rows.where("kind = 'names'").select(F.explode("names").alias("name"), at)
    asked = rows.where("kind = 'revisit'").select("shard", "number", F.explode("names").alias("name"))
    found = asked.join(names, "name").groupBy("shard", "number").agg(F.min("at").alias("original"))
    return told.join(found, ["shard", "number"], "left")


def counts_of(rows: DataFrame, told: DataFrame) -> dict[str, int]:
    """Return the counts, as a crawl has them in its stats."""
    counts = Counts()
    article = [F.expr(f"if(cause is null, {name}, null)").alias(name) for name in ("edition", "language", "flags")]
    groups = told.select("kind", "cause", "times", *article).groupBy("kind", "cause", "edition", "language", "flags")
    for one in groups.agg(F.sum("times").alias("times")).collect():
        counts.add(one.asDict())
    for one in rows.where("kind = 'end'").select("kind", "shard", "cause", "times").collect():
        counts.add(one.asDict())
    return counts.total_counts()


def write(told: DataFrame, column: str, target: str, partitions: int, *, is_ordered: bool) -> None:
    """Write the lines of a column; in reading order the parts, one behind the other, are the file of one machine."""
    value = F.expr(f"left({column}, length({column}) - 1)").alias("value")
    lines = told.where(f"length({column}) > 0").select(*_PLACE, value)
    if is_ordered:
        lines = lines.repartitionByRange(partitions, *_PLACE).sortWithinPartitions(*_PLACE)
    lines.select("value").write.mode("overwrite").text(target)


def run(spark: SparkSession, given: dict[str, str]) -> dict[str, int]:
    """Run a job; return its counts.

    Raises:
        ValueError: an argument is wrong.
    """
    job = Job({name: value for name, value in given.items() if name not in OWN})
    out, partitions = given["out"].rstrip("/"), int(given.get("partitions", "8"))
    if given.get("table") == "1":
        found = _table(spark, job)
    else:
        list(job.parts())  # what is wrong with the source is said here, not by a task
        spark.dataSource.register(BeltaSource)
        found = spark.read.format("belta").options(**job.given).load()
    mode = "overwrite" if given.get("overwrite") == "1" else "errorifexists"
    found.write.mode(mode).parquet(f"{out}/rows")
    rows = spark.read.parquet(f"{out}/rows")
    told = judged(rows)
    for column, name in (("line", "articles"), ("audit", "audit"), ("unread", "unread")):
        write(told, column, f"{out}/{name}", partitions, is_ordered=given.get("unordered") != "1")
    counts = counts_of(rows, told)
    line = msgspec.json.encode(dict(sorted(counts.items()))).decode()
    spark.createDataFrame([(line,)], "value string").coalesce(1).write.mode("overwrite").text(f"{out}/counts")
    return counts


def _table(spark: SparkSession, job: Job) -> DataFrame:
    """Read Parquet with Spark, its files in our reading order."""
    table = spark.read.parquet(job.source)
    files = {path: place for place, path in enumerate(sorted(table.inputFiles()))}
    return rows_of_table(table, job, files)


def main(arguments: list[str]) -> int:
    """Run a job from the command line; return the exit code of a crawl."""
    given: dict[str, Any] = dict(one.partition("=")[::2] for one in arguments)
    spark = SparkSession.builder.getOrCreate()
    try:
        if not given.get("out"):
            raise ValueError(f"out= names no folder; known: {' '.join((*ARGUMENTS, *OWN))}")
        counts = run(spark, given)
    except ValueError as error:
        sys.stderr.write(f"spark_job: {error}\n")
        return USAGE
    except Exception as error:
        if "PATH_ALREADY_EXISTS" not in str(error):
            raise
        sys.stderr.write(f"spark_job: {given['out']}/rows is there already: name another, or overwrite=1\n")
        return OUTPUT
    sys.stderr.write("".join(f"{key} {counts[key]}\n" for key in sorted(counts)))
    return verdict(counts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
