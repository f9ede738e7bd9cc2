"""Processes that clean batches: they end when told, and one that dies is noticed."""

from __future__ import annotations

import os
import signal

import pytest

from belta_spider.cleaning import Options
from belta_spider.items import Page
from belta_spider.replay.workers import DeadWorkerError, Pool, finished_of

TEXT = ("Der Chor sang auf dem Markt, und viele Gäste hörten bis in den Abend hinein zu. " * 5).encode()
OPTIONS = Options()
MEGABYTE = [Page("text", f"{number}.txt", TEXT * 25 + b"%d" % number) for number in range(100)]


def test_a_pool_that_has_done_its_work_ends_by_itself() -> None:
    pool = Pool(3, OPTIONS)
    futures = [pool.submit([Page("text", f"{number}.txt", TEXT)]) for number in range(7)]
    articles = [finished_of(future.result(timeout=30))[0] for future in futures]
    assert [article.source.uri for article in articles if article] == [f"{number}.txt" for number in range(7)]
    pool.close(at_once=False)
    assert [process.exitcode for process in pool.processes] == [0, 0, 0]


def test_batches_and_results_larger_than_a_pipe_pass_each_other() -> None:
    pool = Pool(1, OPTIONS)
    futures = [pool.submit(MEGABYTE) for _ in range(4)]
    assert [len(finished_of(future.result(timeout=60))) for future in futures] == [100] * 4
    pool.close(at_once=False)
    assert [process.exitcode for process in pool.processes] == [0]


def test_a_process_that_dies_at_work_fails_what_was_sent_and_what_waits() -> None:
    pool = Pool(1, OPTIONS)
    futures = [pool.submit(MEGABYTE) for _ in range(4)]
    os.kill(pool.processes[0].pid, signal.SIGKILL)
    assert [type(future.exception(timeout=30)) for future in futures[1:]] == [DeadWorkerError] * 3
    pool.close(at_once=True)


def test_a_pool_that_is_stopped_leaves_no_process() -> None:
    pool = Pool(2, OPTIONS)
    pool.close(at_once=True)
    assert [process.exitcode for process in pool.processes] == [-signal.SIGKILL] * 2


def test_a_process_that_dies_fails_its_batch_and_all_behind_it() -> None:
    pool = Pool(1, OPTIONS)
    os.kill(pool.processes[0].pid, signal.SIGKILL)
    for _ in range(3):
        with pytest.raises(DeadWorkerError):
            pool.submit([Page("text", "a.txt", TEXT)]).result(timeout=30)
    pool.close(at_once=True)
