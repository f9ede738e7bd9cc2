"""A run that failed never says 0, and says which way it failed."""

from __future__ import annotations

import functools
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from belta_spider.reporting.run import exit_code, failed_gates, nothing_came
from tests.factory.small_pages import PAGE, fill
from tests.faults.spiders import PAGE_TEXT

SLOW = pytest.mark.faults  # each of these is a process
LONGEST = 120  # seconds, on a busy machine
ROOT = Path(__file__).resolve().parents[2]
SEED = "fixtures/de/000_30530b0d588a9a9f.txt"
FAILING = ("-s", "SPIDER_MODULES=tests.faults.spiders")
PIPELINES = 'ITEM_PIPELINES={"belta_spider.pipelines.ChromePipeline": 100, "tests.faults.spiders.%s": 950}'


def start(*arguments: str, program: str = "scrapy", **options: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", program, "crawl", *arguments]
    environment = {name: options.pop(name) for name in list(options) if name.isupper()}
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, **options)


def crawl(*arguments: str, **options: Any) -> tuple[int, str]:
    """Return the exit code and what a run said. Options in capitals are variables of its environment."""
    process = start(*arguments, **options)
    said = last_words(process)
    return process.returncode, said


def last_words(process: subprocess.Popen[bytes]) -> str:
    """What a process said until it ended; one that hangs is killed."""
    try:
        _, said = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return said.decode()


class _Missing(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        ok = self.path.startswith("/ok")
        self.send_response(200 if ok else 404)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Missing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as held:  # bound, but nobody listens
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.mark.parametrize(
    ("how", "quiet"),
    [
        ("callback", ()),
        ("start", ()),
        ("object", ()),
        pytest.param("surrogate", (), marks=SLOW),
        pytest.param("callback", ("-s", "LOG_LEVEL=CRITICAL"), marks=SLOW),
        ("callback", ("--nolog",)),
    ],
)
def test_errors_in_code_give_4_in_lines_without_the_page_s_text(
    how: str, quiet: tuple[str, ...], site: str, tmp_path: Path
) -> None:
    code, said = crawl(
        "fails", *FAILING, "-a", f"how={how}", "-a", f"url={site}/ok", "-o", f"{tmp_path}/a.jsonl", *quiet
    )
    assert code == 4, said
    assert "\x1b" not in said
    assert "\x07" not in said
    assert max(map(len, said.splitlines())) < len(PAGE_TEXT)
    assert "Traceback" not in said


@pytest.mark.parametrize("pipeline", ["Raise", pytest.param("RaiseMemory", marks=SLOW), "Unwritable"])
def test_a_pipeline_that_fails_gives_4(pipeline: str, tmp_path: Path) -> None:
    output = tmp_path / "a.jsonl"
    code, said = crawl("belta", "-a", f"source={SEED}", "-s", PIPELINES % pipeline, "-o", str(output))
    assert code == 4, said
    assert output.read_bytes() == b""
    assert SEED in said
    assert "Traceback" not in said


@pytest.mark.parametrize("why", ["all pages 404", "connection refused", "no such host"])
def test_pages_that_do_not_come_give_4(why: str, site: str, closed_port: int, tmp_path: Path) -> None:
    addresses = {"all pages 404": f"{site}/missing", "connection refused": f"http://127.0.0.1:{closed_port}/"}
    url = addresses.get(why, "http://belta.invalid/")
    never = ("-s", "RETRY_ENABLED=0", "-s", "ROBOTSTXT_OBEY=0", "-o", f"{tmp_path}/a.jsonl")
    code, said = crawl("fails", *FAILING, "-a", "how=", "-a", f"url={url}", *never)
    assert code == 4, said


@pytest.mark.parametrize("why", ["all pages 404", "connection refused", pytest.param("no such host", marks=SLOW)])
def test_a_live_crawl_that_gets_nothing_gives_4(why: str, site: str, closed_port: int, tmp_path: Path) -> None:
    bases = {"all pages 404": site, "connection refused": f"http://127.0.0.1:{closed_port}"}
    base = bases.get(why, "http://belta.invalid")
    arguments = ("-a", "source=live", "-a", "editions=de", "-s", "BELTA_CONTACT=desk@example.org")
    there = ("-s", f"BELTA_BASE_URLS={json.dumps({'de': base})}", "-s", "RETRY_TIMES=0", "-s", "DOWNLOAD_DELAY=0")
    code, said = crawl("belta", *arguments, *there, "-o", f"{tmp_path}/a.jsonl")
    assert code == 4, said
    assert ("nothing_came" if base == site else "robots_unreachable") in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(("-o", "x://a/b.jsonl"), "unknown scheme", marks=SLOW),
        (("-o", "gopher://a/b.jsonl"), "unknown scheme"),
        (("-o", "a.csv.gz"), "only JSON Lines are compressed"),
        pytest.param(("-o", "a.gz"), "only JSON Lines are compressed", marks=SLOW),
        pytest.param(("-o", "a.docx"), "docx", marks=SLOW),
        pytest.param(("-s", "BELTA_MIN_ARTICLES=many"), "BELTA_MIN_ARTICLES=many", marks=SLOW),
        (("-s", "BELTA_MAX_UNKNOWN=2"), "a share from 0 to 1"),
        pytest.param(("-s", "BELTA_MAX_DRIFT=most"), "a share from 0 to 1", marks=SLOW),
        (("-s", "JOBDIR=jobs"), "pickles"),
        pytest.param(("-s", "HTTPCACHE_ENABLED=1"), "pickles", marks=SLOW),
    ],
)
def test_wrong_use_gives_2_and_writes_nothing(arguments: tuple[str, ...], words: str) -> None:
    before = sorted(ROOT.iterdir())
    code, said = crawl("belta", "-a", f"source={SEED}", *arguments)
    assert code == 2, said
    assert words in said
    assert "Traceback" not in said
    assert sorted(ROOT.iterdir()) == before


@pytest.mark.parametrize(
    "output", ["folder", pytest.param("file/a.jsonl", marks=SLOW), pytest.param("/proc/a.jsonl", marks=SLOW)]
)
def test_an_output_that_cannot_be_opened_gives_3(output: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    code, said = crawl("belta", "-a", f"source={SEED}", "-o", f"{tmp_path / output}:jsonl")
    assert code == 3, said
    assert "not written" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("format_", ["jsonl", pytest.param("csv", marks=SLOW), pytest.param("json", marks=SLOW)])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_behind_standard_output_gives_3(format_: str) -> None:
    with Path("/dev/full").open("wb") as full:
        code, said = crawl("belta", "-a", f"source={SEED}", "-o", f"-:{format_}", stdout=full)
    assert code == 3, said
    assert "Exception ignored" not in said


def test_a_reader_that_goes_away_gives_3(tmp_path: Path) -> None:
    process = start("belta", "-a", f"source={fill(tmp_path, 300)}", "-o", "-:jsonl")
    process.stdout.close()  # type: ignore[union-attr]
    said = process.stderr.read().decode()  # type: ignore[union-attr]
    process.stderr.close()  # type: ignore[union-attr]
    assert process.wait(LONGEST) == 3, said
    assert "Broken pipe" in said
    assert "Exception ignored" not in said


@pytest.mark.parametrize(
    "name", ["a.jsonl", pytest.param("a.jsonl.gz", marks=SLOW), "a.csv", pytest.param("a.json", marks=SLOW)]
)
def test_a_disk_that_fills_gives_3_and_the_next_run_goes_on(name: str, tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk: both end with a short write."""
    fill(tmp_path / "in", 400)
    arguments = ("belta", "-a", f"source={tmp_path / 'in'}", "-o", str(tmp_path / name))
    limit = f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({20_000}, {20_000}));"
    run = f"sys.argv = ['scrapy', 'crawl', *{list(arguments)!r}]; import scrapy.cmdline; scrapy.cmdline.execute()"
    done = subprocess.run([sys.executable, "-c", limit + run], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    if name == "a.jsonl":
        goes_on(arguments, tmp_path)


@pytest.mark.parametrize(
    "failure",  # which call on the outputs fails, from 0, and how; 6 to 9 write and sync the first audit and articles
    [
        "8 EIO",
        *(
            pytest.param(one, marks=SLOW)
            for one in ("0 EIO", "7 EIO", "6 ENOSPC", "8 short", "9 ENOSPC", "8 MemoryError")
        ),
    ],
)
def test_a_call_on_the_output_that_fails_gives_3_and_the_next_run_goes_on(failure: str, tmp_path: Path) -> None:
    arguments = ("belta", "-a", f"source={fill(tmp_path / 'in', 300)}", "-o", str(tmp_path / "a.jsonl"))
    code, said = crawl(*arguments, program="tests.faults.victim", FAIL_AT=failure)
    assert code == 3, said
    assert "not written" in said
    assert "Traceback" not in said
    goes_on(arguments, tmp_path)


def goes_on(arguments: tuple[str, ...], folder: Path, *, in_order: bool = True) -> None:
    """The next run completes what one left that stopped, to the byte; a page that failed comes later."""
    output = folder / "a.jsonl"
    assert not output.exists() or output.read_bytes()[-1:] in {b"", b"\n"}
    code, said = crawl(*arguments)
    assert code == 0, said
    crawl(*arguments[:-1], str(folder / "whole.jsonl"))
    for name in ("", ".audit"):
        lines = [(folder / f"{stem}{name}.jsonl").read_bytes().splitlines() for stem in ("a", "whole")]
        assert lines[0] == lines[1] or (not in_order and sorted(lines[0]) == sorted(lines[1]))


@SLOW
@pytest.mark.parametrize("room", [60, 150])
@pytest.mark.skipif(sys.platform != "linux", reason="limits address space")
def test_a_limit_of_memory_never_gives_0_and_the_next_run_goes_on(room: int, tmp_path: Path) -> None:
    """So many MiB more than the libraries take, and a page that needs more among good ones."""
    fill(tmp_path / "in", 300)
    (tmp_path / "in" / "000100.txt").write_text("Der Chor sang, und alle hörten zu.\n" * 400_000, encoding="utf-8")
    arguments = ("belta", "-a", f"source={tmp_path / 'in'}", "-s", "BELTA_WORKERS=1", "-o", str(tmp_path / "a.jsonl"))
    code, said = crawl(*arguments, program="tests.faults.victim", MEMORY=str(room * 2**20))
    assert code in {3, 4}, said
    assert "Traceback" not in said
    goes_on(arguments, tmp_path, in_order=False)


@pytest.mark.faults  # most of it waiting
def test_scrapy_s_own_limit_of_memory_gives_4_and_the_next_run_goes_on(tmp_path: Path) -> None:
    arguments = ("belta", "-a", f"source={fill(tmp_path / 'in', 2000)}", "-o", str(tmp_path / "a.jsonl"))
    limits = ("-s", "MEMUSAGE_LIMIT_MB=1", "-s", "MEMUSAGE_CHECK_INTERVAL_SECONDS=0.1")
    code, said = crawl(*arguments, *limits)
    assert code == 4, said
    goes_on(arguments, tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_gives_3(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    code, said = crawl("belta", "-a", f"source={SEED}", "-o", str(tmp_path / "a.jsonl"))
    tmp_path.chmod(0o700)
    assert code == 3, said
    assert "Permission denied" in said


def test_a_second_run_on_one_output_gives_3_and_the_first_goes_on(tmp_path: Path) -> None:
    from belta_spider.output.ledger import ledger_of_files

    held = ledger_of_files(tmp_path / "a.jsonl", overwrite=False, with_audit=True)
    code, said = crawl("belta", "-a", f"source={SEED}", "-O", str(tmp_path / "a.jsonl"))
    held.close()
    assert code == 3, said
    assert "another run is writing this file" in said


SIGNALS = {
    "INT": [signal.SIGINT],
    "TERM": [signal.SIGTERM],
    "HUP": [signal.SIGHUP],
    "QUIT": [signal.SIGQUIT],
    "INT twice": [signal.SIGINT, signal.SIGINT],
    "TERM twice": [signal.SIGTERM, signal.SIGTERM],
}

SLOW_SIGNALS = {"TERM", "TERM twice", "HUP"}


@pytest.mark.parametrize(
    "numbers",
    [pytest.param(numbers, id=name, marks=[SLOW] * (name in SLOW_SIGNALS)) for name, numbers in SIGNALS.items()],
)
def test_a_signal_ends_with_whole_lines_no_worker_and_11(numbers: list[signal.Signals], tmp_path: Path) -> None:
    fill(tmp_path / "in", 4000)
    output = tmp_path / "a.jsonl"
    process = start("belta", "-a", f"source={tmp_path / 'in'}", "-o", str(output), start_new_session=True)
    while not (output.exists() and output.stat().st_size) and process.poll() is None:
        time.sleep(0.01)
    for number in numbers:
        process.send_signal(number)
        time.sleep(0.01)
    said = last_words(process)
    assert process.returncode == 11, said
    assert output.read_bytes().endswith(b"\n")
    assert "Traceback" not in said
    assert "ERROR" not in said
    assert "goes on where this run ended" in said
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


@SLOW
def test_under_nohup_a_run_outlives_its_terminal(tmp_path: Path) -> None:
    ignore = functools.partial(signal.signal, signal.SIGHUP, signal.SIG_IGN)
    fill(tmp_path / "in", 200)
    output = tmp_path / "a.jsonl"
    process = start("belta", "-a", f"source={tmp_path / 'in'}", "-o", str(output), preexec_fn=ignore)
    while not output.exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGHUP)
    said = last_words(process)
    assert process.returncode == 0, said


ROBOTS = {"downloader/request_count": 1, "robotstxt/request_count": 1, "downloader/response_status_count/200": 1}


@pytest.mark.parametrize(
    ("stats", "nothing"),
    [
        ({}, False),
        (ROBOTS | {"robotstxt/response_status_count/200": 1}, False),  # it forbids all
        ({"downloader/request_count": 3, "downloader/response_status_count/404": 3}, True),
        ({"downloader/request_count": 3, "downloader/response_status_count/304": 3}, False),
        (
            {
                "downloader/request_count": 3,
                "downloader/response_status_count/404": 2,
                "downloader/response_status_count/200": 1,
            },
            False,
        ),
        (ROBOTS | {"downloader/request_count": 9, "robotstxt/response_status_count/200": 1}, True),
    ],
)
def test_nothing_came_where_no_page_was_there(stats: dict[str, int], nothing: bool) -> None:
    assert nothing_came(stats) is nothing


# The table, without a process each

DONE = {"finish_reason": "finished"}


@pytest.mark.parametrize(
    ("stats", "code"),
    [
        (DONE, 0),
        ({**DONE, "belta/drop/empty": 3, "belta/errors": 0, "belta/gate": ""}, 0),
        ({"finish_reason": "closespider_itemcount"}, 0),
        ({**DONE, "belta/output_failure": "disk full", "spider_exceptions/count": 1}, 3),
        ({**DONE, "feedexport/failed_count/S3FeedStorage": 1}, 3),
        ({"finish_reason": "output_failed", "belta/output_failure": "locked"}, 3),
        ({"finish_reason": "shutdown", "belta/output_failure": "disk full"}, 3),
        ({**DONE, "spider_exceptions/count": 1}, 4),
        ({**DONE, "belta/errors": 1}, 4),
        ({**DONE, "belta/unread/truncated": 1}, 4),
        ({**DONE, "httperror/response_ignored_count": 1}, 4),
        ({"finish_reason": "start_error"}, 4),
        ({"finish_reason": "memusage_exceeded"}, 4),
        ({**DONE, "belta/gate": "2 articles", "belta/errors": 1}, 4),
        ({**DONE, "belta/gate": "2 articles"}, 5),
        ({"finish_reason": "shutdown", "belta/gate": "2 articles"}, 11),
        ({"finish_reason": "shutdown", "spider_exceptions/count": 1}, 11),
        ({}, 11),
    ],
)
def test_the_worst_that_happened_decides(stats: dict[str, Any], code: int) -> None:
    assert exit_code(stats) == code


@pytest.mark.parametrize(
    ("stats", "least", "most", "fallen"),
    [
        ({}, 0, 1.0, 0),
        ({}, 1, 1.0, 1),
        ({"belta/articles": 2}, 2, 1.0, 0),
        ({"belta/articles": 1, "belta/pages/held": 1}, 2, 1.0, 0),
        ({"item_scraped_count": 1}, 2, 1.0, 1),
        ({"belta/articles": 4, "belta/flag/unknown_chrome": 1}, 0, 0.25, 0),
        ({"belta/articles": 4, "belta/flag/unknown_chrome": 2}, 0, 0.25, 1),
        ({"belta/articles": 4, "belta/flag/generic_extraction": 2}, 5, 0.25, 2),
        ({"belta/articles": 0, "belta/flag/generic_extraction": 0}, 0, 0.0, 0),
        ({"belta/articles": 4, "belta/drift": ["de: title"]}, 0, 1.0, 1),
    ],
)
def test_a_gate_falls_below_the_least_and_above_the_most(
    stats: dict[str, Any], least: int, most: float, fallen: int
) -> None:
    assert len(list(failed_gates(stats, least, most))) == fallen


def test_a_gate_that_falls_gives_5(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PAGE.format(n=1), encoding="utf-8")
    arguments = ("belta", "-a", f"source={tmp_path / 'a.txt'}", "-o", str(tmp_path / "a.jsonl"))
    code, said = crawl(*arguments, "-s", "BELTA_MIN_ARTICLES=2")
    assert code == 5, said
    assert "1 articles, and BELTA_MIN_ARTICLES is 2" in said
    assert crawl(*arguments, "-s", "BELTA_MIN_ARTICLES=1")[0] == 0  # it is held already
