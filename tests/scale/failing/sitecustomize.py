"""Loaded by each Python of a Spark that has this folder in its path: the first try of some tasks ends half-way.

`BELTA_TEST_FAILING` is a folder; a file in it tells that a task has failed already. Some end by an error, some with
their process; where an executor is a process of its own, one task takes that along, and all that it held.
"""

import os
import signal
from pathlib import Path

EVERY = 5
LAST = 6


def executor() -> int | None:
    """The process of the executor that this task is a child of; None where Spark runs in one process."""
    process = os.getpid()
    while process > 1:
        if b"CoarseGrainedExecutorBackend" in Path(f"/proc/{process}/cmdline").read_bytes():
            return process
        process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    return None


if "BELTA_TEST_FAILING" in os.environ:
    from belta_spider.engines import rows

    whole = rows.rows
    folder = Path(os.environ["BELTA_TEST_FAILING"])

    def failing(part, job):
        found = list(whole(part, job))
        mark = folder / part.name
        is_failing = part.shard % EVERY in {1, 3} and not mark.exists()
        yield from found[: len(found) // 2] if is_failing else found
        if is_failing:
            mark.touch()
            if part.shard == LAST and (alone := executor()):
                os.kill(alone, signal.SIGKILL)
            if part.shard % EVERY == 1:
                os.kill(os.getpid(), signal.SIGKILL)
            raise RuntimeError("the test's own failure")

    rows.rows = failing
