"""What an output held when it was opened: which articles, of which pages, made by what."""

from __future__ import annotations

from collections import Counter

import msgspec

from belta_spider.output.index import AuditReader, decode_object, decode_record, page_of
from belta_spider.output.journal import Journal
from belta_spider.text.keys import Keys, key_of


class Held:
    """The ids and pages that an article file and its audit hold."""

    def __init__(self) -> None:
        self.producers: Counter[str] = Counter()
        """What made the articles that the file held when it was opened."""
        self.ids, self.sources, self.left_out = Keys(), Keys(), Keys()
        self.own = 0
        """Records of the file that are articles of ours."""

    def read_article(self, line: bytes, _: int) -> None:
        """Learn which article a line holds, and which page it is of."""
        try:
            one = decode_record(line)
        except msgspec.ValidationError:
            decode_object(line)  # another item of the user's: nothing of it need be known
            return
        self.own += bool(one.id and one.source.uri)
        if one.producer:
            self.producers[one.producer] += 1
        self.ids.loaded.append(key_of(one.id))
        self.sources.loaded.append(key_of(one.source.uri, one.source.record))

    def read_entry(self, line: bytes) -> None:
        """Learn from an entry of the audit whose articles are known to be held which page gave none."""
        found = page_of(line)
        if found:
            self.sources.loaded.append(found[0])
            if found[1]:
                self.left_out.loaded.append(found[0])

    def add_entry(self, line: bytes) -> None:
        """Learn it after all is sorted."""
        found = page_of(line)
        if found:
            self.sources.add(found[0])

    def sort(self) -> None:
        """Be ready to be asked, after the last line."""
        for keys in (self.ids, self.sources, self.left_out):
            keys.sort()

    def load_audit(self, audit: Journal | None) -> int | None:
        """Learn which pages were dropped; return where the entries begin whose article was not written."""
        self.ids.sort()
        orphan_at = self._read_audit(audit) if audit else None
        self.sources.sort()
        return orphan_at

    def _read_audit(self, audit: Journal) -> int | None:
        reader = AuditReader(self.ids.loaded, self.sources.loaded)
        audit.load(reader.read)
        if reader.orphan_at is not None:
            del self.sources.loaded[reader.known :]
        kept = len(self.sources.loaded)
        self.left_out.loaded.extend(sorted(key for key, place in reader.left_out if place < kept))
        return reader.orphan_at

    def holds(self, identity: str | None) -> bool:
        """Whether an article with that id is in the file."""
        return key_of(identity) in self.ids

    def has_read(self, uri: str, record: str | None) -> bool:
        """Whether the page from there was dealt with by an earlier run.

        Pages that are no articles are known from the audit alone: without one they are read again.
        """
        return len(self.sources) > 0 and key_of(uri, record) in self.sources

    def has_left_out(self, uri: str, record: str | None) -> bool:
        """Whether an earlier run read the page from there, and was not asked for its article."""
        return len(self.left_out) > 0 and key_of(uri, record) in self.left_out
