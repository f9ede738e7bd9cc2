"""Bulk requests for OpenSearch and Elasticsearch: two lines a record, which one request hands on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import msgspec

from belta_spider.items import Article

_NO_NAME = re.compile(r"[^a-z0-9._-]+")
_encode = msgspec.json.Encoder().encode


def write(path: Path, articles: Iterable[Article], *, index: str = "belta", several: bool = False) -> None:
    """Write an action and a document for each record; the id of a capture among `several` has its time behind it."""
    with path.open("wb") as file:
        for article in articles:
            moment = article.captured_at or article.captured_on
            identity = f"{article.id}@{moment}" if several and moment else article.id
            file.write(_encode({"index": {"_index": index, "_id": identity}}) + b"\n" + _encode(article) + b"\n")


def writer(target: Path, *, several: bool) -> partial[None]:
    """Return what writes to an index that is named after the target: `corpus` for `corpus.ndjson`."""
    name = _NO_NAME.sub("-", target.stem.lower()).strip("-._+") or "belta"
    return partial(write, index=name, several=several)
