"""The words that a run counts by, as a page of docs/: why something is not read, passed over, or no article.

python -m belta_spider.reporting.causes writes docs/causes.md anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from belta_spider.sources.causes import DROPPED, PASSED_OVER, REFUSALS, SKIPPED, UNREAD

PATH = Path("docs") / "causes.md"
_HEAD = """# What a run counts, and why

Made by `python -m belta_spider.reporting.causes` from `belta_spider/sources/causes.py`; do not edit.

Everything that comes in is an article, or is counted under one of these words in the summary. What could not be
read stands beside the output too, in `X.unread.jsonl`: a line each with `uri`, `record`, `offset` (bytes, where the
damage begins), `cause` and `detail`. A page that is no article has one line in the audit, under `drop.` and its reason.
"""
_TABLES = (
    ("Not readable (exit 4)", "cause", UNREAD),
    ("Passed over, in folders, zip and tar files", "reason", PASSED_OVER),
    ("Skipped records of archives", "cause", SKIPPED),
    ("Dropped pages", "reason", DROPPED),
    ("What is said of a kind that is refused", "kind", REFUSALS),
)


def text() -> str:
    """The page as its file holds it."""
    return "\n".join([_HEAD, *(_table(*one) for one in _TABLES)])


def _table(title: str, head: str, words: Mapping[str, str]) -> str:
    rows = [f"| `{word}` | {meaning.replace('|', ' ')} |" for word, meaning in sorted(words.items())]
    return "\n".join([f"## {title}", "", f"| {head} | meaning |", "|---|---|", *rows, ""])


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
