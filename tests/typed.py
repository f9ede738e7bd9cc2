"""Commands as they are typed, each in a process of its own that starts from one with everything loaded.

A process that imports Scrapy anew takes a second; a table of some hundred commands would take minutes.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 120  # seconds, on a busy machine


class Said(NamedTuple):
    """What came of a command."""

    code: int
    out: str
    err: str


class Typist:
    """Types commands."""

    def __init__(self, process: subprocess.Popen[str]):
        self.process = process

    def type(self, *arguments: str, cwd: Path = ROOT) -> Said:
        """Run `scrapy ARGUMENTS...` in a folder that has the project's settings."""
        with tempfile.TemporaryDirectory() as folder:
            task = {"argv": ["scrapy", *arguments], "cwd": str(cwd), "folder": folder}
            self.process.stdin.write(json.dumps(task) + "\n")  # type: ignore[union-attr]
            self.process.stdin.flush()  # type: ignore[union-attr]
            code = int(self.process.stdout.readline())  # type: ignore[union-attr]
            return Said(code, *((Path(folder) / name).read_text("utf-8", "replace") for name in ("out", "err")))


@contextmanager
def typist(*hidden: str) -> Iterator[Typist]:
    """Start the process that the others start from; libraries that are `hidden` are not there for any of them."""
    environment = {
        **os.environ,
        "HIDDEN": " ".join(hidden),
        "PYTHONPATH": str(ROOT),
        "SCRAPY_SETTINGS_MODULE": "belta_spider.settings",
    }
    command = [sys.executable, "-m", "tests.typed"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Typist(process)
        process.stdin.close()  # type: ignore[union-attr]
        process.wait(LONGEST)


def _serve() -> None:
    _load()
    answers = os.dup(1)
    for line in sys.stdin:
        task = json.loads(line)
        child = os.fork()
        if not child:
            _run(task)
        _, status = os.waitpid(child, 0)
        os.write(answers, f"{os.waitstatus_to_exitcode(status)}\n".encode())


def _load() -> None:
    """Import what commands need, but no reactor: each process installs its own."""
    sys.modules |= dict.fromkeys(os.environ["HIDDEN"].split())  # type: ignore[arg-type]  # None: no such module
    import scrapy.cmdline  # noqa: F401
    from scrapy.utils.misc import walk_modules_iter

    for name in ("belta_spider.commands", "belta_spider.spiders", "scrapy.commands"):
        list(walk_modules_iter(name))
    assert "twisted.internet.reactor" not in sys.modules


def _stay_here() -> None:
    """Find no host by its name: whatever is typed, no test asks another machine."""

    def nobody(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "no such name: tests stay on this machine")

    socket.getaddrinfo = socket.gethostbyname = nobody


def _run(task: dict[str, Any]) -> None:
    """Be the process of one command."""
    import scrapy.cmdline

    _stay_here()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(f"{task['folder']}/{name}", os.O_WRONLY | os.O_CREAT, 0o600), number)
    os.chdir(task["cwd"])
    code = 1
    try:
        scrapy.cmdline.execute(task["argv"])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 (whatever it is, it is shown)
        import traceback

        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()
