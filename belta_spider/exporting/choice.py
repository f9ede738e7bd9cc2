"""What of an output is exported: articles of some editions, days and sections, and their part of the audit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from belta_spider.cleaning.choice import Choice
from belta_spider.items import Article, Removal
from belta_spider.output import reading
from belta_spider.output.ledger import audit_path
from belta_spider.output.reading import BadLine
from belta_spider.output.replacing import replaced
from belta_spider.output.revisions import ALL, NEWEST, Captures
from belta_spider.text.keys import key_of

_encode = msgspec.json.Encoder().encode


class Chosen:
    """The records of an output that are asked for, and after them what the audit says of these."""

    def __init__(self, path: Path, choice: Choice | None, bad: list[BadLine], revisions: str = NEWEST):
        self.path = path
        self.choice = choice
        self.revisions = revisions
        self.captures = Captures(path, bad)
        self.written = 0
        """How many different articles were yielded."""
        self._bad = bad
        self._keys: set[int] = set()

    def __contains__(self, article: Article) -> bool:
        return self.choice is None or self.choice.reason_to_leave_out(article) is None

    @property
    def several(self) -> bool:
        """Whether an article may have several records."""
        return self.revisions == ALL

    def marked(self) -> Iterator[tuple[Article, bool]]:
        """Yield the records, each with whether it is the newest capture of its article."""
        for article, is_newest in self.captures.marked():
            if (is_newest or self.several) and article in self:
                self.written += is_newest
                if self.choice:
                    self._keys.add(key_of(article.id))
                yield article, is_newest

    def articles(self) -> Iterator[Article]:
        """Yield the records alone."""
        return (article for article, _ in self.marked())

    @property
    def has_audit(self) -> bool:
        """Whether an audit stands beside the output."""
        return audit_path(self.path).is_file()

    def audit(self) -> Iterator[Removal]:
        """Yield the entries of the articles that were yielded; where nothing was chosen, of dropped pages too."""
        for removal in reading.audit(self.path, self._bad):
            if self.choice is None or (removal.id is not None and key_of(removal.id) in self._keys):
                yield removal


def audit_beside(target: Path) -> Path:
    """`corpus.vert.audit.jsonl` beside `corpus.vert`."""
    return target.with_name(f"{target.name}.audit.jsonl")


def write_audit(path: Path, removals: Iterable[Removal]) -> int:
    """Write entries as JSON Lines; return how many.

    Raises:
        OSError: it cannot be written; what stood there before stands.
    """
    number = 0
    with replaced(path) as new, new.open("wb") as file:
        for number, removal in enumerate(removals, 1):  # noqa: B007 (counts)
            file.write(_encode(removal) + b"\n")
    return number
