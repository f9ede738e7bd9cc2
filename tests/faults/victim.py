"""`scrapy` in a process that kills itself where it is told: `python -m tests.faults.victim crawl belta ...`.

KILL_AT is `open`, `close`, or the number of the call on the output files to die at, so that low
numbers hit opening and repair; half a write is done. Nothing runs after SIGKILL.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import scrapy.cmdline

from belta_spider import journal, ledger
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


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    where = os.environ.get("KILL_AT", "")
    if where == "open":
        ledger.Ledger._load = die  # type: ignore[method-assign]
    elif where == "close":
        ledger.Ledger.close = die  # type: ignore[method-assign]
    elif where:
        journal.os = _Dies(int(where), then_dead=True)  # type: ignore[attr-defined]
    sys.argv[0] = "scrapy"
    scrapy.cmdline.execute()


if __name__ == "__main__":
    main()
