"""Reads files, each in a process of its own, and measures it: a path for each line of the input, JSON for each out."""

from __future__ import annotations

import json
import os
import resource
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from protego import Protego

from belta_spider import cleaning, sources
from belta_spider.editions import load
from belta_spider.live.discovery import Reader
from belta_spider.live.mirrors import Bases
from tests.faults.fetching import fetch

CPU_SECONDS = 5
MEMORY = 300 * 2**20
"""Of a whole process, with all libraries."""


_reader = Reader(load(), Bases(load(), {}))
_URL = "https://deu.belta.by/culture/"
_LISTS: dict[str, Callable[[bytes], int]] = {
    ".rss": lambda body: len(_reader.read_feed(body)),
    ".list": lambda body: len(_reader.read_list(body, _URL).items),
    ".robots": lambda body: int(Protego.parse(body.decode("utf-8", "ignore")).can_fetch(_URL, "belta_spider")),
}
"""What a live crawl reads beside pages: how many articles a list shows, whether robots.txt lets us in."""


def read(path: Path) -> dict[str, int]:
    """Read and clean a file: what came of its pages and records, as a crawl counts them."""
    found: Counter[str] = Counter()
    if path.suffix == ".http":
        return fetch(path.read_bytes())
    if path.suffix in _LISTS:
        return {"listed": _LISTS[path.suffix](path.read_bytes())}
    for entry in sources.Reader([(path, path.name)]):
        if isinstance(entry, sources.Unread):
            found[f"unread {entry.cause}"] += 1
        elif isinstance(entry, sources.Skipped):
            found[f"skipped {entry.cause}"] += entry.count
        elif isinstance(entry, sources.PassedOver):
            found[f"passed over {entry.reason}"] += entry.count
        elif isinstance(entry, sources.Dropped):
            found[f"drop {entry.reason}"] += 1
        else:
            cleaned = cleaning.clean(entry)
            found[f"drop {cleaned.dropped}" if cleaned.dropped else "article"] += 1
    return dict(found)


def alone(path: Path) -> dict[str, object]:
    """Read a file in a process of its own, with limits."""
    receiver, sender = os.pipe()
    process = os.fork()
    if not process:
        os.close(receiver)
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS * 4, CPU_SECONDS * 4))
        try:
            said: dict[str, object] = {"found": read(path)}
        except BaseException as error:  # noqa: BLE001 (whatever it is, it is what the test looks for)
            said = {"error": f"{type(error).__name__}: {error}"[:300]}
        os.write(sender, json.dumps(said).encode())
        os._exit(0)
    os.close(sender)
    with os.fdopen(receiver, "rb") as pipe:
        said = json.loads(pipe.read() or b'{"error": "it died"}')
    _, _, usage = os.wait4(process, 0)
    return {
        "name": path.name,
        **said,
        "cpu": round(usage.ru_utime + usage.ru_stime, 2),
        "memory": usage.ru_maxrss * 1024,
    }


def main() -> None:
    for line in sys.stdin:
        sys.stdout.write(json.dumps(alone(Path(line.rstrip("\n")))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
