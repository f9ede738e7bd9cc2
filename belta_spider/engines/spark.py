"""Apache Spark: saved pages as a DataFrame, and tables that Spark reads itself.

    spark.dataSource.register(BeltaSource)
    rows = spark.read.format("belta").options(editions="de,en").load("crawl/*.warc.gz")

A row is what became of a page (`engines/rows.py` has the columns). Each task is a pure function of its part: one that
is run again, or twice, gives the same rows. `engines/spark_job.py` makes articles and audit of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from pyspark.sql import functions as F  # noqa: N812 (as all of Spark's own documentation has it)
from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition
from pyspark.sql.pandas.types import from_arrow_schema

from belta_spider.engines import rows
from belta_spider.engines.job import Job, Part
from belta_spider.sources.finishing import wanted_by
from belta_spider.sources.place import Place
from belta_spider.sources.tables.rows import COLUMNS, is_wanted, names_of, page_of_cells

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType


class _Task(InputPartition):
    """A part on its way to the task that reads it."""

    def __init__(self, part: Part):
        super().__init__(part.name)
        self.part = part


class BeltaSource(DataSource):
    """`format("belta")`: `load(SOURCE)`, or the option `source`; the other options are a crawl's arguments."""

    @classmethod
    def name(cls) -> str:
        return "belta"

    def schema(self) -> StructType:
        return from_arrow_schema(rows.SCHEMA)

    def reader(self, schema: StructType) -> DataSourceReader:  # noqa: ARG002 (Spark's signature)
        given = dict(self.options)
        path = given.pop("path", None)
        return _Reader(given | ({"source": path} if path else {}))


class _Reader(DataSourceReader):
    def __init__(self, given: dict[str, str]):
        self.job = Job(given)

    def partitions(self) -> list[_Task]:
        return [_Task(part) for part in self.job.parts()]

    def read(self, partition: _Task) -> Iterator[pa.RecordBatch]:
        return rows.batches(rows.rows(partition.part, self.job))


def rows_of_table(table: DataFrame, job: Job, files: Mapping[str, int]) -> DataFrame:
    """Clean a table that Spark reads itself: only the columns of pages, and of rows of other sites the addresses alone.

    `files` are the table's files as `_metadata.file_path` names them, each with its place in reading order.
    """
    columns = _picked(table, job)
    path = F.regexp_replace("_metadata.file_path", "^file:/+", "/")  # Spark writes one slash, or three
    shard = F.create_map([F.lit(one) for name, at in files.items() for one in (re.sub("^file:/+", "/", name), at)])[
        path
    ]
    number = F.col("_metadata.row_index")
    picked = table.select(*columns, path.alias("uri"), shard.alias("shard"), number.alias("number"))

    def clean(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return rows.batches(row for batch in batches for row in _cleaned(batch.to_pylist(), job))

    return picked.mapInArrow(clean, from_arrow_schema(rows.SCHEMA))


def _picked(table: DataFrame, job: Job) -> list[Any]:
    """Our columns out of a table's: the first of the usual names that is there, nested ones by dots."""
    found = []
    for ours in COLUMNS:
        for name in names_of(job.columns, ours):
            path = [name] if name in table.columns else name.split(".", 1)
            if path[0] in table.columns:
                column = F.col(f"`{path[0]}`")
                found.append((column[path[1]] if len(path) > 1 else column).alias(ours))
                break
        else:
            found.append(F.lit(None).cast("string").alias(ours))
    return found


def _cleaned(cells: list[dict[str, Any]], job: Job) -> Iterator[rows.Row]:
    wanted = wanted_by(job.options)
    for cell in cells:
        path = unquote(cell["uri"])
        if not is_wanted(cell["url"], wanted):
            yield rows.Row(rows.IN_PLACE, cell["shard"], cell["number"], "skipped", "other_site")
            continue
        page = page_of_cells(Place(path, path), str(cell["number"] + 1), *(cell[name] for name in COLUMNS))
        yield rows.row_of(cell["shard"], cell["number"], page, job)
