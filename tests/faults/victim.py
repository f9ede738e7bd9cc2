"""`scrapy` in a process that kills itself where it is told: `python -m tests.faults.victim crawl belta ...`.

KILL_AT is `open`, `close`, or the number of the call on the output files to die at, so that low
numbers hit opening and repair; half a write is done. Nothing runs after SIGKILL.
FAIL_AT is `NUMBER FAULT`: that call fails, and the process lives on.
MEMORY is how many bytes it may take beyond what the libraries do.
COUNT_IN names a file that grows by a byte for each page that is begun, in whatever process.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

import scrapy.cmdline

from belta_spider import cleaning
from belta_spider.extensions import feeds
from belta_spider.output import journal, ledger
from belta_spider.output.stores import files
from tests.faults.failpoints import Failpoint, Killed


class _Dies(Failpoint):
    """A failpoint that is the process's last."""

    def _counted(self, name: str, real: Any) -> Any:
        call = super()._counted(name, real)

        def last(*arguments: Any) -> Any:
            try:
                return call(*arguments)
            except Killed:
                die()

        return last


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def count_pages(path: str) -> None:
    """The byte is in the file before the page is cleaned, and stays there whatever becomes of us."""
    begin, fd = cleaning.begin, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def counted(*arguments: Any) -> Any:
        os.write(fd, b".")
        return begin(*arguments)

    cleaning.begin = counted


def limit_memory(room: int) -> None:
    """Limit the address space when the spider opens: all libraries are there by then."""
    opened = feeds.DurableFeeds.open_spider

    def limited(self: Any, spider: Any) -> None:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + room, resource.RLIM_INFINITY))
        opened(self, spider)

    feeds.DurableFeeds.open_spider = limited  # type: ignore[method-assign]


def main() -> None:
    if os.environ.get("COUNT_IN"):
        count_pages(os.environ["COUNT_IN"])
    if os.environ.get("MEMORY"):
        limit_memory(int(os.environ["MEMORY"]))
    if os.environ.get("FAIL_AT"):
        number, fault = os.environ["FAIL_AT"].split()
        journal.os = Failpoint(int(number), fault)  # type: ignore[attr-defined]
    where = os.environ.get("KILL_AT", "")
    if where == "open":
        files.FileStore.load = die  # type: ignore[method-assign]
    elif where == "close":
        ledger.Ledger.close = die  # type: ignore[method-assign]
    elif where:
        journal.os = _Dies(int(where), then_dead=True)  # type: ignore[attr-defined]
    sys.argv[0] = "scrapy"
    scrapy.cmdline.execute()


if __name__ == "__main__":
    main()
