"""Records in other formats: each written by the library made for it, whole or not at all."""

from __future__ import annotations

import itertools
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import msgspec

from belta_spider.exporting.choice import audit_beside, write_audit
from belta_spider.exporting.flat import write_csv, write_sqlite
from belta_spider.items import Article, Removal
from belta_spider.output.replacing import replaced

if TYPE_CHECKING:
    from belta_spider.exporting.works import Works

_BLOCK = 2**23  # bytes of a row group, which a reader holds whole
_TEXTS = ("csv", "jsonld", "ndjson", "tei", "vert")
_DATABASES = (".sqlite", ".db")
_BULK = ".ndjson"
_MODULES = {".tei.xml": "tei", ".tei": "tei", ".vert": "vertical"}
"""Formats of which each has a module of its own."""
_encode = msgspec.json.Encoder().encode


PAIRS = re.compile(r"(?:^|.*\.)(?P<one>[a-z]{2,3})-(?P<other>[a-z]{2,3})\.(?:jsonl|tmx)$")
"""A target's name that asks for pairs of versions in two editions."""
_STORIES, _MEMORY = "stories", ".tmx"


class ExportError(ValueError):
    """The target cannot be told or must not be replaced: says why and what to do."""


def is_pairs(target: str) -> bool:
    """Whether the target's name asks for pairs or stories: `X.de-en.jsonl`, `X.tmx`, `stories/`."""
    name = Path(target).name
    return name.endswith(_MEMORY) or name == _STORIES or bool(PAIRS.match(name))


def export(
    articles: Iterable[Article],
    target: str,
    *,
    several: bool = False,
    works: Works | None = None,
    audit: Iterable[Removal] | None = None,
) -> int:
    """Write the records to `target`, in the format that its name tells; return how many.

    An article may have `several` records, its captures; else the last one with an id counts in a database. `works` say
    of which story it is a version. The `audit` is read after the records, and goes into a table of a database, or into
    a file beside the target.

    Raises:
        ExportError: no known format, or the folder holds something else.
        OSError: it cannot be written; what stood there before stands.
    """
    check(target)
    path = Path(target)
    write = _writer(path, several=several)
    if works and write is write_jsonld:
        write = partial(write_jsonld, works=works)
    if audit is not None and _suffix(path) in _DATABASES:
        return written(path, partial(write, audit=audit), articles)
    number = written(path, write, articles)
    if audit is not None:
        write_audit(audit_beside(path), audit)
    return number


def _suffix(path: Path) -> str:
    """What the name ends in that tells a format: `.tei.xml` for `corpus.tei.xml`."""
    return next((one for one in _SUFFIXES if path.name.lower().endswith(one)), "")


def _writer(path: Path, *, several: bool = False) -> Callable[..., None]:
    suffix = _suffix(path)
    if suffix in _DATABASES:
        return partial(write_sqlite, several=several)
    if suffix == _BULK:
        from belta_spider.exporting import opensearch

        return opensearch.writer(path, several=several)
    if suffix in _MODULES:
        return cast("Callable[..., None]", import_module(f"belta_spider.exporting.{_MODULES[suffix]}").write)
    return _WRITERS[suffix]


def audit_of(target: str) -> str:
    """Say where the audit of an export stands."""
    path = Path(target)
    return "its table audit" if _suffix(path) in _DATABASES else str(audit_beside(path))


def check(target: str) -> None:
    """Check that a target's name tells a format.

    Raises:
        ExportError: it does not.
    """
    if not target.endswith("/") and not _suffix(Path(target)):
        known = " ".join(_SUFFIXES)
        advice = "; - tells none: write -:csv or -:jsonld" if target == "-" else ""
        raise ExportError(f"--to {target}: the name must end in one of {known}, or in / for a dataset folder{advice}")


def to_standard_output(articles: Iterable[Article], suffix: str, out: IO[bytes]) -> int:
    """Write the records, in a format that is text, to standard output; return how many.

    Raises:
        ExportError: the format is no text.
    """
    if suffix not in _TEXTS:
        raise ExportError(f"--to -:{suffix}: only {' '.join(_TEXTS)} can go to standard output")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"articles.{suffix}"
        number = written(path, _writer(path), articles)
        with path.open("rb") as file:
            shutil.copyfileobj(file, out)
    return number


def written(path: Path, write: Callable[[Path, Iterator[Article]], None], articles: Iterable[Article]) -> int:
    """Let `write` fill a new file beside `path`, then put it in its place."""
    counted = itertools.count()
    records = (article for article, _ in zip(articles, counted, strict=False))
    with replaced(path) as new:
        write(new, records)
    return next(counted)


# Parquet


def write_parquet(path: Path, records: Iterable[Article] | Iterable[Removal], item_class: type = Article) -> None:
    """One row a record, nested as in the JSON."""
    import io

    import pyarrow.json as pj
    from pyarrow import parquet

    from belta_spider import arrow

    schema = arrow.schema(item_class)
    options = pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error")
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for block in _blocks(records):
            whole = pj.ReadOptions(block_size=len(block) + 1)  # a record must not cross a block's end
            writer.write_table(pj.read_json(io.BytesIO(block), whole, options).cast(schema))


def _blocks(records: Iterable[Article] | Iterable[Removal]) -> Iterator[bytes]:
    """Records as JSON Lines, some megabytes at a time."""
    lines: list[bytes] = []
    size = 0
    for record in records:
        lines.append(_encode(record))
        size += len(lines[-1])
        if size > _BLOCK:
            yield b"\n".join(lines)
            lines, size = [], 0
    if lines:
        yield b"\n".join(lines)


# schema.org


def write_jsonld(path: Path, articles: Iterable[Article], works: Works | None = None) -> None:
    """One JSON-LD document; each article of its graph on a line of its own."""
    with path.open("wb") as file:
        file.write(b'{"@context":"https://schema.org","@graph":[')
        held: set[str] = set()
        for number, article in enumerate(articles):
            node = news_article(article) | (works or {}).get(article.id, {})
            if node["@id"] in held:  # one name for two states of an article would join them
                node["@id"] += f"#capture-{number}"
            held.add(node["@id"])
            file.write((b",\n" if number else b"\n") + _encode(node))
        file.write(b"\n]}\n")


def news_article(article: Article) -> dict[str, Any]:
    """A record as a schema.org NewsArticle; what the record does not know is left out."""
    found = {
        "@type": "NewsArticle",
        "@id": article.url or f"#{article.id}",
        "identifier": article.id,
        "url": article.url,
        "headline": article.title,
        "articleSection": article.section_title or article.section,
        "datePublished": article.date_published,
        "dateModified": article.date_modified,
        "dateline": article.dateline.raw,
        "locationCreated": _named("Place", article.dateline.place),
        "inLanguage": article.language,
        "articleBody": article.text,
        "keywords": article.tags,
        "author": [_named("Person", name) for name in article.authors],
        "image": [_image(one.url, one.caption, one.credit) for one in article.images],
        "publisher": _named("NewsMediaOrganization", "BelTA"),
    }
    return {key: value for key, value in found.items() if value}


def _named(kind: str, name: str | None) -> dict[str, str] | None:
    return {"@type": kind, "name": name} if name else None


def _image(url: str, caption: str | None, credit: str | None) -> dict[str, str]:
    found = {"@type": "ImageObject", "url": url, "caption": caption, "creditText": credit}
    return {key: value for key, value in found.items() if value}


_WRITERS: dict[str, Callable[[Path, Iterator[Article]], None]] = {
    ".parquet": write_parquet,
    ".csv": write_csv,
    ".jsonld": write_jsonld,
}
_SUFFIXES = (*_WRITERS, *_DATABASES, *_MODULES, _BULK)
