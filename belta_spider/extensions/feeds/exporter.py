"""Items as lines, for a feed that is a ledger."""

from __future__ import annotations

from typing import Any

import msgspec
from itemadapter import ItemAdapter
from scrapy.exporters import BaseItemExporter

from belta_spider.cleaning.audit import duplicate_entry, encode
from belta_spider.extensions.page_item import PageItem
from belta_spider.items import Article
from belta_spider.output.ledger import Ledger
from belta_spider.sources.finishing import line_of
from belta_spider.text.printable import one_line


def _plain(value: object) -> object:
    """An item within an item, as what JSON has."""
    if ItemAdapter.is_item(value):
        return ItemAdapter(value).asdict()
    raise TypeError(f"JSON has no {type(value).__name__}")


_encode = msgspec.json.Encoder(enc_hook=_plain).encode


class DurableExporter(BaseItemExporter):
    """Each item is one line, written whole."""

    def __init__(self, file: Any, **options: Any):
        super().__init__(dont_fail=True, **options)
        self.file = file

    def export_item(self, item: Any) -> None:
        """Write the item; a second capture of an article goes to the audit alone.

        Raises:
            ValueError: the item holds what JSON cannot.
        """
        line = self._line(item)
        if not isinstance(self.file, Ledger):
            self.file.write(line)  # standard output
        elif not isinstance(item, Article):
            self.file.put(None, line, b"")
        elif not self._put(item, line):
            source = item.source
            if not self.file.held.has_read(source.uri, source.record):  # else another feed wanted it again
                self.file.note(encode([duplicate_entry(item)]))

    def _put(self, item: Article, line: bytes) -> bool:
        """Hand an article to the ledger; one that no stage gave an id is not told from others."""
        audit, revises = (item.audit_lines, item.revises) if isinstance(item, PageItem) else (b"", False)
        return bool(self.file.put(item.id or None, line, audit, revises=revises))

    def _line(self, item: Any) -> bytes:
        whole = isinstance(item, Article) and not self.fields_to_export
        try:
            return line_of(item, _plain) if whole else _encode(dict(self.get_serialized_fields(item))) + b"\n"
        except (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError) as error:
            source = getattr(item, "source", None)
            name = f"{source.uri} {source.record or ''}".rstrip() if source else type(item).__name__
            raise ValueError(f"cannot write {one_line(name)}: {one_line(error)}") from None

    def finish_exporting(self) -> None:
        """A full disk behind standard output shows here at the latest."""
        if not isinstance(self.file, Ledger):
            self.file.flush()
