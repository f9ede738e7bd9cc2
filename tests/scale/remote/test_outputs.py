"""Outputs on an S3 server: whatever becomes of its answers or of a crawl, each article is there once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import zstandard

from belta_spider.output.ledger import audit_path
from belta_spider.output.stores.fetching import fetched
from tests.elsewhere import KINDS, STEPS, contents, in_parts, opened, run, unpack, written_here
from tests.factory import outputs
from tests.factory.small_pages import fill
from tests.faults.ledgers import work
from tests.scale.remote.conftest import Bucket, Proxy

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    return written_here(tmp_path_factory.mktemp("whole"))


@pytest.fixture(params=["in parts", "one object"])
def address(request: pytest.FixtureRequest, bucket: Bucket) -> str:
    return in_parts(bucket) if request.param == "in parts" else f"{bucket.url}/out/articles.jsonl.zst"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ["articles-%(batch_id)08d{}", "articles{}"])
def test_an_output_elsewhere_is_the_bytes_of_one_here(
    kind: str, form: str, bucket: Bucket, whole: tuple[bytes, bytes], tmp_path: Path
) -> None:
    address = f"{bucket.url}/out/{form.format(kind)}"
    assert run(address, tmp_path).written == whole[0].count(b"\n")
    assert contents(bucket, address) == whole
    assert run(address, tmp_path).written == 0
    assert not list(tmp_path.rglob("*.*")), "nothing stays here"


@pytest.mark.parametrize("kind", KINDS)
def test_twins_write_each_article_once(kind: str, bucket: Bucket, whole: tuple[bytes, bytes], tmp_path: Path) -> None:
    """The same run twice at once: the same bytes in each part, and one of them ends."""
    address = in_parts(bucket, kind)
    twins = [opened(address, tmp_path / name) for name in "ab"]
    failed = 0
    for step in STEPS:
        for one in twins:
            try:
                work(one, [step])
            except OSError:
                failed += 1
                twins.remove(one)
    for one in twins:
        one.close()
    assert failed == 1
    assert contents(bucket, address) == whole


def test_of_two_writers_the_second_is_told(bucket: Bucket, tmp_path: Path) -> None:
    address = in_parts(bucket)
    one, other = opened(address, tmp_path / "a"), opened(address, tmp_path / "b")
    work(one, STEPS[:10])
    one.commit()
    with pytest.raises(OSError, match="another run is writing this output"):
        work(other, STEPS[:20])
    one.close()
    assert fetched(address)


@pytest.mark.parametrize(
    "kinds", [("503",), ("cut",), ("reset",), ("lost",), ("409",), ("503", "cut", "reset", "lost", "409")], ids="+".join
)
@pytest.mark.usefixtures("no_waiting")
def test_a_store_that_breaks_a_fifth_of_its_answers_loses_nothing(
    kinds: tuple[str, ...],
    address: str,
    bucket: Bucket,
    proxy: Proxy,
    whole: tuple[bytes, bytes],
    tmp_path: Path,
) -> None:
    breaking = proxy(0.2, *kinds, wanted=lambda method, target: method in {"PUT", "GET", "DELETE"})
    run(address, tmp_path, STEPS[:40])
    run(address, tmp_path)
    assert contents(bucket, address) == whole
    assert sum(breaking.counts[kind] for kind in kinds) > 0


def test_a_store_without_conditional_writes_is_refused(bucket: Bucket, proxy: Proxy, tmp_path: Path) -> None:
    proxy(0.0, ignores_conditions=True)
    with pytest.raises(OSError, match="no conditional writes"):
        run(in_parts(bucket), tmp_path)
    assert not bucket.has("out/articles-")


def test_another_program_s_objects_are_left_alone(bucket: Bucket, tmp_path: Path) -> None:
    bucket.put("out/articles-00000001.jsonl", b'{"name": "another"}\n')
    bucket.put("out/articles.jsonl", b'{"name": "another"}\n')
    for name in ("articles-%(batch_id)08d.jsonl", "articles.jsonl"):
        code, said = crawl("-a", "source=fixtures/de", "-o", f"{bucket.url}/out/{name}", tmp_path=tmp_path)
        assert code == 3, said
        assert "holds no article of this program" in said
    assert all(
        bucket.get(f"out/{name}") == b'{"name": "another"}\n' for name in ("articles-00000001.jsonl", "articles.jsonl")
    )


# Crawls


def crawl(*arguments: str, tmp_path: Path, **environment: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "scrapy", "crawl", "belta", *arguments, "-s", f"FEED_TEMPDIR={tmp_path}/spool"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("-o", "hf://datasets/a/b/articles-%(batch_id)d.jsonl"), 2, "no conditional writes"),
        (("-o", "https://example.org/articles.jsonl"), 2, "is read, and not written to"),
        (("-o", "gs://b/articles.jsonl"), 2, "gcsfs"),
        (("-o", "s3://b/articles.csv.gz"), 2, "only JSON Lines are compressed"),
        (("-o", "hf://datasets/a/b/articles.csv"), 2, "only JSON Lines"),
        (
            ("-o", "s3://b/articles-%(batch_id)d.jsonl", "-s", "FEED_EXPORT_BATCH_ITEM_COUNT=5"),
            2,
            "BELTA_SEGMENT_BYTES",
        ),
        (("-o", "s3://b/%(batch_id)d/a.jsonl"), 2, "stands in the name of its object"),
        (("-o", "s3://b/a.jsonl", "-o", "s3://b/a.audit.jsonl"), 2, "is named as the audit"),
        (("-s", "BELTA_SEGMENT_BYTES=0"), 2, "BELTA_SEGMENT_BYTES=0: not a number from 1"),
        (("-s", "BELTA_SEGMENT_BYTES=many"), 2, "BELTA_SEGMENT_BYTES=many"),
        (("-s", "BELTA_SEGMENT_SECONDS=-1"), 2, "BELTA_SEGMENT_SECONDS=-1: not a number from 1 to 86400"),
        (("-o", "s3://b/a.parquet"), 2, "crawl to s3://b/a.jsonl, then scrapy export s3://b/a.jsonl"),
        (("-o", "s3://no-such-bucket/a-%(batch_id)d.jsonl"), 3, "s3://no-such-bucket/a.audit/"),
    ],
)
def test_what_cannot_be_an_output_is_told_in_a_line(
    arguments: tuple[str, ...], code: int, words: str, bucket: Bucket, tmp_path: Path
) -> None:
    found, said = crawl("-a", "source=fixtures/de/000_30530b0d588a9a9f.txt", *arguments, tmp_path=tmp_path)
    assert found == code, said
    assert words in said
    assert "Traceback" not in said


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("in"), 300)


@pytest.fixture(scope="session")
def here(source: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """What the crawl of the source writes here."""
    path = tmp_path_factory.mktemp("here") / "a.jsonl"
    assert crawl("-a", f"source={source}", "-o", str(path), tmp_path=path.parent)[0] == 0
    return path.read_bytes(), audit_path(path).read_bytes()


def test_a_crawl_leaves_beside_its_output_what_one_here_leaves(
    address: str, bucket: Bucket, source: Path, here: tuple[bytes, bytes], tmp_path: Path
) -> None:
    arguments = ("-a", f"source={source},{tmp_path}/bad.warc.gz", "-o", address, "-s", "BELTA_STORIES=1")
    (tmp_path / "bad.warc.gz").write_bytes(b"\x1f\x8b\x08\x00damaged")
    code, said = crawl(*arguments, tmp_path=tmp_path)
    assert code == 4, said
    assert contents(bucket, address) == here
    beside = {name for name in bucket.names() if "articles-" not in name and "articles.audit" not in name}
    beside.discard("out/articles.jsonl.zst")
    assert beside == {f"out/articles.{name}" for name in ("run.json", "unread.jsonl", "stories.jsonl")}
    unread = bucket.get("out/articles.unread.jsonl")
    assert crawl(*arguments, tmp_path=tmp_path)[0] == 4
    assert bucket.get("out/articles.unread.jsonl") == unread, "each once over all runs"
    assert not list(tmp_path.rglob("spool/**/*.*"))


@pytest.mark.parametrize(
    "command",
    [
        "stats",
        "report --to {0}/a.html",
        "changes --to -",
        "export --to {0}/a.csv",
        "export --to {0}/a/",
        "stories",
        "diff {1}",
    ],
)
def test_each_command_reads_it(command: str, address: str, bucket: Bucket, tmp_path: Path) -> None:
    steps = [step for step in STEPS if step.id]
    run(address, tmp_path, steps[:4])
    local = outputs.write(tmp_path / "articles.jsonl", [outputs.article(number) for number in range(14)])
    for path in (local, audit_path(local)):
        name = "articles-00000001.jsonl.zst" if "%(" in address else "articles.jsonl.zst"
        if path == local:
            bucket.remove("out")
            bucket.put(f"out/{name}", zstandard.compress(path.read_bytes()))
    name, *more = command.format(tmp_path, local).split()
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", name, address, *more], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "14" in done.stdout
    assert ("out/articles.stories.jsonl" in bucket.names()) is (name == "stories")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("none.jsonl", "no such object"),
        ("none-%(batch_id)d.jsonl", "no such object"),
        ("a.audit.jsonl", "is the audit beside"),
    ],
)
def test_what_is_no_output_is_told_to_who_reads(name: str, words: str, bucket: Bucket) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "stats", f"{bucket.url}/{name}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


KILLS = [(10, 1), *(pytest.param(50, seed, marks=pytest.mark.faults) for seed in (2, 3, 4, 5))]


@pytest.mark.parametrize(("kills", "seed"), KILLS)
@pytest.mark.usefixtures("breaking")
def test_a_crawl_that_is_killed_again_and_again_ends_with_the_bytes_of_one_that_is_not(
    kills: int, seed: int, bucket: Bucket, source: Path, here: tuple[bytes, bytes], tmp_path: Path
) -> None:
    """At random moments, a tenth of the answers broken, with parts of other sizes each time."""
    chance = random.Random(seed)
    address = in_parts(bucket)
    killed = 0
    while killed < kills:
        process = start(address, source, tmp_path, chance.choice([1, 3000, 30_000]))
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(1.5, 8))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += process.wait() == -signal.SIGKILL
            assert whole_parts(bucket)
        else:
            assert process.returncode == 0
            assert contents(bucket, address) == here
            bucket.remove("out")
    assert start(address, source, tmp_path, 30_000).wait() == 0
    assert contents(bucket, address) == here


@pytest.fixture
def breaking(proxy: Proxy) -> None:
    proxy(0.1)


def start(address: str, source: Path, tmp_path: Path, size: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "scrapy", "crawl", "belta", "-a", f"source={source}", "-o", address]
    settings = ["-s", f"BELTA_SEGMENT_BYTES={size}", "-s", f"FEED_TEMPDIR={tmp_path}/spool", "-s", "BELTA_WORKERS=1"]
    return subprocess.Popen([*command, *settings], cwd=ROOT, stderr=subprocess.DEVNULL)


def whole_parts(bucket: Bucket) -> bool:
    """Whether the parts are numbered without a gap, and each can be unpacked."""
    names = [name for name in bucket.names() if name.startswith("out/articles-")]
    assert names == [f"out/articles-{number:08d}.jsonl.zst" for number in range(1, len(names) + 1)]
    return all(
        unpack(bucket.get(name), name).endswith(b"\n") or not unpack(bucket.get(name), name) for name in names[-2:]
    )


def test_of_two_crawls_at_once_one_ends_with_3(
    bucket: Bucket, source: Path, here: tuple[bytes, bytes], tmp_path: Path
) -> None:
    address = in_parts(bucket)
    both = [start(address, source, tmp_path / name, 20_000) for name in "ab"]
    codes = sorted(one.wait() for one in both)
    assert codes[-1] in {0, 3}
    assert codes[0] == 0
    if codes == [0, 0]:  # the second came when the first was through
        assert bucket.has("out/articles.run.json")
    assert contents(bucket, address) == here
