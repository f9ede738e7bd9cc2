"""Spark itself, started here: its parts, one behind the other, are what one crawl writes."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.factory import page_folder
from tests.factory.archives import packed, url
from tests.scale.conftest import crawl

pytest.importorskip("pyspark", reason="pyspark is in requirements-scale.lock: make test-scale")
pytestmark = pytest.mark.skipif(not shutil.which("java"), reason="Spark needs Java 17")
JOB = Path("belta_spider/engines/spark_job.py").resolve()
OUTPUTS = (("articles", "jsonl"), ("audit", "audit.jsonl"), ("unread", "unread.jsonl"))


def submit(
    out: Path, *arguments: str, more: Mapping[str, str] = MappingProxyType({}), **conf: str
) -> subprocess.CompletedProcess[str]:
    bin_folder = Path(sys.executable).parent
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "4",
        "spark.master": "local[2]",
        **{name.replace("_", ".", 2): value for name, value in conf.items()},
    }
    command = [bin_folder / "spark-submit", *(f"--conf={name}={value}" for name, value in settings.items()), JOB]
    env = {
        **os.environ,
        "PATH": f"{bin_folder}:{os.environ['PATH']}",
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
        **more,
    }
    return subprocess.run(
        [*command, f"out={out}", *arguments], env=env, capture_output=True, text=True, check=False, timeout=600
    )


def together(folder: Path) -> bytes:
    return b"".join(part.read_bytes() for part in sorted(folder.glob("part-*")))


def agree(out: Path, output: Path) -> None:
    for name, suffix in OUTPUTS:
        whole = output.with_name(output.name.replace("jsonl", suffix))
        assert together(out / name) == (whole.read_bytes() if whole.exists() else b""), name
    counts = json.loads(together(out / "counts"))
    run = json.loads(output.with_name("x.run.json").read_bytes())
    for key, group in (("dropped", "drop"), ("not_readable", "unread"), ("skipped", "skipped"), ("flags", "flag")):
        prefix = f"belta/{group}/"
        found = {name.removeprefix(prefix): count for name, count in counts.items() if name.startswith(prefix)}
        assert {name: count for name, count in found.items() if count} == run[key]
    assert (counts["belta/articles"], counts["belta/pages/read"]) == (run["articles"], run["pages_read"])


def test_spark_writes_what_one_machine_writes(tmp_path: Path) -> None:
    source = page_folder.write(tmp_path / "source")
    done = submit(tmp_path / "out", f"source={source}", "part=3000", "partitions=3")
    code = crawl(source, tmp_path / "x.jsonl")
    assert (done.returncode, code) == (4, 4), done.stderr[-3000:]
    agree(tmp_path / "out", tmp_path / "x.jsonl")


@pytest.mark.parametrize(
    "asked", [["captures=newest"], ["captures=all"], ["since=2024-04-03", "editions=de"], ["any_site=1"]], ids=str
)
@pytest.mark.faults
def test_what_a_job_is_asked_for_holds(tmp_path: Path, asked: list[str]) -> None:
    source = page_folder.write(tmp_path / "source")
    assert submit(tmp_path / "out", f"source={source}", *asked).returncode == 4
    assert crawl(source, tmp_path / "x.jsonl", *asked) == 4
    agree(tmp_path / "out", tmp_path / "x.jsonl")


@pytest.mark.faults
def test_without_an_order_the_lines_are_the_same(tmp_path: Path) -> None:
    source = page_folder.write(tmp_path / "source")
    assert submit(tmp_path / "out", f"source={source}", "unordered=1").returncode == 4
    crawl(source, tmp_path / "x.jsonl")
    for name, suffix in OUTPUTS:
        whole = (tmp_path / f"x.{suffix}").read_bytes()
        assert sorted(together(tmp_path / "out" / name).splitlines()) == sorted(whole.splitlines())


@pytest.mark.faults
@pytest.mark.parametrize(("asked", "code"), [(["captures=some"], 2), (["source=nowhere"], 2), (["capture=all"], 2)])
def test_wrong_use_ends_with_one_line(tmp_path: Path, asked: list[str], code: int) -> None:
    done = submit(tmp_path / "out", "source=fixtures/de", *asked)
    assert done.returncode == code
    assert "spark_job: " in done.stdout  # spark-submit puts both of what Python prints there


def shards(folder: Path, number: int = 40, pages: int = 12) -> Path:
    """WARC files with the same articles in several, cut pages, other sites; four of them damaged."""
    generator = random.Random(7)
    folder.mkdir()
    for shard in range(number):
        records = []
        for _ in range(pages):
            article = generator.randrange(number * pages // 2)
            fields = {"WARC_Record_ID": f"<urn:uuid:{shard}-{len(records)}>"}
            if generator.random() < 0.1:
                fields["WARC_Truncated"] = "length"
            if generator.random() < 0.1:
                fields["WARC_Target_URI"] = f"https://example.org/{article}"
            records.append(page_folder.page(article, f"Im Heft {shard}", **fields))
        data = bytearray(packed(records))
        if shard in {7, 13}:
            data[len(data) // 2 : len(data) // 2 + 64] = bytes(64)
        (folder / f"{shard:05}.warc.gz").write_bytes({21: data[:0], 22: data[: len(data) * 2 // 3]}.get(shard, data))
    return folder


@pytest.mark.faults
@pytest.mark.parametrize("master", ["local[2,4]", "local-cluster[2,1,1024]"])
def test_tasks_and_executors_that_are_killed_change_nothing(master: str, tmp_path: Path) -> None:
    """Sixteen tasks end half-way, some with their processes, one with its executor; slow ones run twice."""
    source = shards(tmp_path / "source")
    marks = tmp_path / "marks"
    marks.mkdir()
    failing = {"PYTHONPATH": f"{Path(__file__).parent / 'failing'}:{Path.cwd()}", "BELTA_TEST_FAILING": str(marks)}
    conf = {"spark_master": master, "spark_speculation": "true", "spark_speculation_multiplier": "1.1"}
    for_executors = {f"spark_executorEnv_{name}": value for name, value in failing.items()}
    done = submit(tmp_path / "out", f"source={source}", more=failing, **conf, **for_executors)
    assert (done.returncode, crawl(source, tmp_path / "x.jsonl")) == (4, 4), done.stderr[-3000:]
    assert len(list(marks.iterdir())) == 16
    assert ("ExecutorLostFailure" in done.stderr) == ("cluster" in master)
    agree(tmp_path / "out", tmp_path / "x.jsonl")


@pytest.mark.faults
def test_a_table_that_spark_reads_itself_gives_the_same(tmp_path: Path) -> None:
    rows = [
        {
            "text": f"MINSK, 3. April (BelTA) - Die Zeile {number} kam aus einer Tabelle, und niemand hat sie gelesen.",
            "url": url(number % 90) if number % 3 else f"https://example.org/{number}",
            "date": "2024-05-01T10:00:00Z",
            "other": number,
        }
        for number in range(300)
    ]
    folder = tmp_path / "source"
    folder.mkdir()
    for name in ("a", "b", "c"):
        pq.write_table(
            pa.Table.from_pylist(rows[ord(name) - 97 :: 3] + rows[:30]), folder / f"{name}.parquet", row_group_size=16
        )
    done = submit(tmp_path / "out", f"source={folder}", "table=1", "columns=fineweb-2")
    assert (done.returncode, crawl(folder, tmp_path / "x.jsonl", "columns=fineweb-2")) == (0, 0), done.stderr[-3000:]
    agree(tmp_path / "out", tmp_path / "x.jsonl")
