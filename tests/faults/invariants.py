"""What holds whatever comes in: records and audit are valid, what is repaired stays repaired, nothing is raised."""

from __future__ import annotations

from pathlib import Path

import msgspec

from belta_spider import cleaning, sources
from belta_spider.items import FLAGS, Article, Page
from belta_spider.output.ledger import audit_path, ledger_of_files
from tests.faults.ledgers import content

_LARGEST = 4 * 2**20


def cleans(body: bytes, is_html: bool, charset: str | None) -> None:
    """A page is an article that can be written and read again, or is dropped."""
    done = cleaning.clean(Page("html" if is_html else "text", "a", body, is_html, charset=charset))
    assert (done.article is None) == bool(done.dropped)
    if done.article:
        line = msgspec.json.encode(done.article)
        line.decode()
        again = msgspec.json.decode(line, type=Article)
        assert set(again.flags) <= FLAGS.keys()
        assert again.text.strip() == again.text != ""


def reads(data: bytes, name: str, folder: Path) -> None:
    """A file's pages can be cleaned; what cannot be read is told."""
    path = folder / name
    path.write_bytes(data)
    for page in sources.read([(path, name)]):
        if isinstance(page, sources.Unread):
            assert page.cause
            assert page.detail
        else:
            assert len(page.body) <= _LARGEST


def repairs(path: Path, articles: bytes, audit: bytes) -> None:
    """A repaired file holds no more than before and needs no repair; a refused one is what it was."""
    both = {path: articles, audit_path(path): audit}
    for one, data in both.items():
        one.write_bytes(data)
    try:
        ledger_of_files(path, overwrite=False, with_audit=True).close()
    except OSError:
        assert path.read_bytes() == articles
        return
    for one, data in both.items():
        left = one.read_bytes()
        assert data.startswith(left) or left == data + b"\n"
        assert content(one)[-1:] in {b"", b"\n"}
    again = ledger_of_files(path, overwrite=False, with_audit=True)
    again.close()
    assert not again.cut
