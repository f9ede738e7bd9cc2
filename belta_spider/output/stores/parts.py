"""The names of an output in parts, `s3://bucket/articles-%(batch_id)08d.jsonl.zst`, and of their audits."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple

from belta_spider.output.packing import PACKINGS, Packing
from belta_spider.remote import AddressError
from belta_spider.remote.drivers import connect

NUMBER = re.compile(r"%\(batch_id\)0?\d*[ds]")
"""Scrapy's own word for the number of a part."""
_KIND = re.compile(r"\.(?:jsonl|jsonlines|jl)(?:\.gz|\.zst)?$")
_AT_ONCE = 8  # requests: a store is waited for, whatever the size


class Part(NamedTuple):
    """A part's articles, and the audit that belongs to them, as they are in the store."""

    number: int
    articles: bytes
    audit: bytes | None


class Parts:
    """The parts of one output.

    Raises:
        AddressError: the name has no such number, or tells no JSON Lines; or a driver is missing.
    """

    def __init__(self, address: str):
        self.address = address
        marked = NUMBER.search(address) or re.search(r"\*(?=[^/*]*$)", address)
        if marked is None or "/" in address[marked.end() :]:
            raise AddressError(f"{address}: the number of a part stands in the name of its object, once")
        before, self._form, self.suffix = address[: marked.start()], marked[0], address[marked.end() :]
        self.store, self._before = connect(before)
        if address.rpartition("/")[0] and before.endswith("/") and not self._before.endswith("/"):
            self._before += "/"  # drivers take the last slash off
        self.folder, _, start = self._before.rpartition("/")
        self.stem = start.rstrip("-_.") or "articles"
        kind = _KIND.search(self.suffix)
        if kind is None:
            raise AddressError(f"{address}: parts are JSON Lines, X.jsonl, X.jsonl.gz or X.jsonl.zst")
        self.kind = kind[0]
        self.packing: Packing | None = PACKINGS.get(f".{self.kind.rpartition('.')[2]}")
        self.audit_folder = f"{self.folder}/{self.stem}.audit"

    def name(self, number: int) -> str:
        """The path of a part's articles."""
        shown = self._form % {"batch_id": number} if self._form != "*" else str(number)
        return f"{self._before}{shown}{self.suffix}"

    def audit_name(self, number: int, articles: bytes) -> str:
        """The path of the audit that belongs to just these articles."""
        digest = hashlib.sha256(articles).hexdigest()[:16]
        return f"{self.audit_folder}/{number:08d}-{digest}{self.kind}"

    def names(self) -> dict[int, str]:
        """The parts that are there: their numbers with the paths of their articles, in order."""
        form = re.compile(rf"{re.escape(self._before)}(\d+){re.escape(self.suffix)}")
        matches = filter(None, map(form.fullmatch, self.store.names(self.folder)))
        found = ((int(one[1]), one[0]) for one in matches)
        return dict(sorted(one for one in found if self._form == "*" or one[1] == self.name(one[0])))

    def audit_names(self) -> list[str]:
        """The paths of all audits that are there: of parts, and what a killed run has left."""
        return self.store.names(self.audit_folder)

    def read(self, names: dict[int, str], *, with_audit: bool) -> Iterator[Part]:
        """Yield the parts in order, a few read at a time."""
        from concurrent.futures import ThreadPoolExecutor

        audits = frozenset(self.audit_names()) if with_audit else frozenset()

        def one(number: int) -> Part:
            articles = self.store.read(names[number])
            audit = self.audit_name(number, articles)
            return Part(number, articles, self.store.read(audit) if audit in audits else None)

        numbers = list(names)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for start in range(0, len(numbers), _AT_ONCE):
                yield from pool.map(one, numbers[start : start + _AT_ONCE])


def is_in_parts(address: str) -> bool:
    """Whether an address names an output in parts: by its number, or by a star in the number's place."""
    return NUMBER.search(address) is not None or "*" in address.rpartition("/")[2]
