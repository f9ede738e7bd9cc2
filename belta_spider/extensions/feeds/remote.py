"""Outputs elsewhere behind Scrapy's own -o, -O and FEEDS: in parts where the address has a number, else one object."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from scrapy.exceptions import NotConfigured, UsageError
from scrapy.extensions.feedexport import GCSFeedStorage, S3FeedStorage, apply_uri_params

from belta_spider.output.ledger import LINE_SUFFIXES, Ledger
from belta_spider.output.stores import Store
from belta_spider.output.stores.objects import ObjectStore
from belta_spider.output.stores.parts import NUMBER, Parts
from belta_spider.output.stores.segments import SegmentStore
from belta_spider.output.stores.spool import Spool
from belta_spider.remote import AddressError, scheme_of
from belta_spider.remote.drivers import connect
from belta_spider.text.printable import one_line

_SPOOL = Path("data/spool")
_SCRAPYS: dict[str, tuple[Any, str]] = {"s3": (S3FeedStorage, "boto3"), "gs": (GCSFeedStorage, "google-cloud-storage")}
"""Who puts other formats there, and what that needs."""
_LINES = re.compile(rf"(?:{'|'.join(map(re.escape, LINE_SUFFIXES))})(?:\.gz|\.zst)$")
_READ_ONLY = frozenset({"http", "https"})


def wrong(uri: str, why: object) -> UsageError:
    return UsageError(f"cannot write to {one_line(uri)}: {one_line(why, 400)}", print_help=False)


def check_name(name: str) -> None:
    """Formats go by the last suffix: refuse a compressed file that does not say JSON Lines before it."""
    if not _LINES.search(name):
        raise wrong(name, "only JSON Lines are compressed, as X.jsonl.gz or X.jsonl.zst")


class RemoteStorage:
    """Opens a JSON Lines feed as a `Ledger` over segments or an object; others are Scrapy's own."""

    def __init__(self, uri: str, *, feed_options: dict[str, Any], settings: Any):
        self.uri, self.options, self.settings = uri, feed_options, settings

    @classmethod
    def from_crawler(cls, crawler: Any, uri: str, *, feed_options: dict[str, Any] | None = None) -> Any:
        """Return the storage of an address.

        Raises:
            UsageError: nothing can be written there: says why.
        """
        options = feed_options or {}
        if options.get("format") not in {"jsonl", "jsonlines", "jl", "gz", "zst"}:
            return _scrapys(crawler, uri, options)
        storage = cls(uri, feed_options=options, settings=crawler.settings)
        storage.check()
        return storage

    def check(self) -> None:
        """Refuse what would be no output that goes on, before anything is opened."""
        if self.options.get("format") in {"gz", "zst"}:
            check_name(self.uri)
        if self.options.get("batch_item_count"):
            raise wrong(self.uri, "BELTA_SEGMENT_BYTES and BELTA_SEGMENT_SECONDS say how large parts are, not a count")
        if self.options.get("postprocessing") or not {"id", "source"} <= set(
            self.options.get("fields") or ("id", "source")
        ):
            raise wrong(self.uri, "with postprocessing, or without the fields id and source, it could not go on")
        if scheme_of(self.uri) in _READ_ONLY:
            raise wrong(self.uri, f"{scheme_of(self.uri)}:// is read, and not written to")
        try:
            self._connect()
        except AddressError as error:
            raise wrong(self.uri, error) from error

    def _connect(self) -> Parts | None:
        if not NUMBER.search(self.uri):
            connect(self.uri)
            return None
        parts = Parts(self.uri)
        if not parts.store.has_conditions:
            why = "has no conditional writes, without which two runs would write over each other: name one object"
            raise AddressError(f"{scheme_of(self.uri)}:// {why}, X.jsonl.zst")
        return parts

    def open(self, spider: Any) -> Ledger:
        ledger = Ledger(self._store(), own_only=hasattr(spider, "captures"))
        ledger.keeps_all = getattr(spider, "captures", None) == "all"
        ledger.waits = not getattr(spider, "fetches", False)
        return ledger

    def _store(self) -> Store:
        overwrite, with_audit = bool(self.options.get("overwrite")), self.settings.getbool("BELTA_AUDIT")
        root = Path(self.settings.get("FEED_TEMPDIR") or _SPOOL)
        parts = self._connect()
        if parts is None:
            store, path = connect(self.uri)
            folder, _, name = path.rpartition("/")
            spool = Spool(root, self.uri, store, folder, name)
            return ObjectStore(spool, overwrite=overwrite, with_audit=with_audit)
        limits = self.settings.getint("BELTA_SEGMENT_BYTES"), self.settings.getfloat("BELTA_SEGMENT_SECONDS")
        spool = Spool(root, self.uri, parts.store, parts.folder, f"{parts.stem}{parts.kind}")
        return SegmentStore(parts, spool, overwrite=overwrite, with_audit=with_audit, limits=limits)

    def store(self, file: Any) -> None:
        """Do nothing: a ledger is closed before, by what became of the run."""


def _scrapys(crawler: Any, uri: str, options: dict[str, Any]) -> Any:
    """Scrapy's own storage, which puts a feed of another format there at the end."""
    kind, library = _SCRAPYS.get(scheme_of(uri), (None, ""))
    if kind is None:
        raise wrong(uri, "only JSON Lines are written there, X.jsonl, X.jsonl.gz or X.jsonl.zst")
    try:
        return kind.from_crawler(crawler, uri, feed_options=options)
    except (NotConfigured, ImportError) as error:
        raise wrong(uri, f"Scrapy writes this format there, and needs {library}: {error}") from error


def address_of(template: str, params: dict[str, Any]) -> str:
    """The address of a feed with its placeholders filled in, but for the number of a part."""
    number = NUMBER.search(template)
    if number is None:
        return apply_uri_params(template, params)
    before, after = template[: number.start()], template[number.end() :]
    return f"{apply_uri_params(before, params)}{number[0]}{apply_uri_params(after, params)}"
