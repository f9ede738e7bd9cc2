"""TEI P5: one `teiCorpus` with a `TEI` for each record (tei-c.org, Guidelines, chapters 2, 4 and 7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from belta_spider.exporting.formats import ExportError
from belta_spider.items import Article
from belta_spider.version import __version__

_TEI = "http://www.tei-c.org/ns/1.0"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold (XML 1.0, 2.2)."""
_NO_NAME = re.compile(r"[^A-Za-z0-9._-]")
_DAY = len("2024-04-03")
_TITLE = "Articles of BelTA, the Belarusian Telegraph Agency"
_RIGHTS = "The texts are BelTA's; the licence of the program that collected them does not cover them."
_METHOD = "Taken from pages by rules; no word of a text was changed, only Unicode and white space normalised."


def write(path: Path, articles: Iterable[Article]) -> None:
    """Write the corpus, a record at a time.

    Raises:
        ExportError: there is no article; a TEI corpus has one at least.
    """
    names = _Names()
    with etree.xmlfile(str(path), encoding="utf-8") as file:
        file.write_declaration()
        with file.element(f"{{{_TEI}}}teiCorpus", nsmap={None: _TEI}):
            file.write(_corpus_header(), pretty_print=True)
            for article in articles:
                file.write(document(article, names(article.id)), pretty_print=True)
    if not names.given:
        raise ExportError("no article is chosen, and a TEI corpus has one at least")


class _Names:
    """Ids that XML takes, each once."""

    def __init__(self) -> None:
        self.given: dict[str, int] = {}

    def __call__(self, identity: str) -> str:
        name = _NO_NAME.sub("_", identity)
        name = name if name[:1].isalpha() else f"a{name}"
        number = self.given[name] = self.given.get(name, 0) + 1
        return name if number == 1 else f"{name}.{number}"


def _add(parent: Any, tag: str, text: str | None = None, **attributes: str | None) -> Any:
    one = etree.SubElement(parent, f"{{{_TEI}}}{tag}")
    for name, value in attributes.items():
        if value:
            one.set(f"{_XML}{name[4:]}" if name.startswith("xml_") else name, _clean(value))
    if text is not None:
        one.text = _clean(text)
    return one


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def _element(tag: str) -> Any:
    return etree.Element(f"{{{_TEI}}}{tag}", nsmap={None: _TEI})


def _corpus_header() -> Any:
    header = _element("teiHeader")
    description = _add(header, "fileDesc")
    _add(_add(description, "titleStmt"), "title", _TITLE)
    publication = _add(description, "publicationStmt")
    _add(publication, "publisher", "BelTA")
    _add(_add(publication, "availability", status="restricted"), "p", _RIGHTS)
    _add(_add(description, "sourceDesc"), "p", "Pages of the agency's sites, one for each article.")
    encoding = _add(header, "encodingDesc")
    _add(_add(encoding, "projectDesc"), "p", _METHOD)
    program = _add(_add(encoding, "appInfo"), "application", ident="belta_spider", version=__version__)
    _add(program, "label", "belta_spider")
    return header


def document(article: Article, name: str) -> Any:
    """One article as a TEI document; what the record does not know is left out."""
    found = _element("TEI")
    found.set(f"{_XML}id", name)
    _put_header(found, article)
    text = _add(found, "text", xml_lang=article.language)
    body = _add(_add(text, "body"), "div", type="article")
    if article.title:
        _add(body, "head", article.title)
    if article.dateline.raw:
        _put_dateline(body, article)
    for paragraph in article.text.split("\n\n"):
        _add(body, "p", paragraph)
    for caption in article.captions:
        _add(body, "note", caption, type="caption")
    return found


def _put_header(found: Any, article: Article) -> None:
    header = _add(found, "teiHeader")
    description = _add(header, "fileDesc")
    titles = _add(description, "titleStmt")
    _add(titles, "title", article.title or article.id)
    for author in article.authors:
        _add(titles, "author", author)
    publication = _add(description, "publicationStmt")
    _add(publication, "publisher", "BelTA")
    for kind, value in (("belta", article.id), ("capture", article.captured_at)):
        if value:
            _add(publication, "idno", value, type=kind)
    if article.date_published:
        _add(publication, "date", article.date_published[:_DAY], when=article.date_published)
    _put_source(_add(_add(description, "sourceDesc"), "bibl"), article)
    profile = _add(header, "profileDesc")
    _add(_add(profile, "langUsage"), "language", article.edition, ident=article.language)
    keywords = list(_keywords(article))
    if keywords:
        classes = _add(profile, "textClass")
        for kind, terms in keywords:
            holder = _add(classes, "keywords", scheme=f"#{kind}")
            for term in terms:
                _add(holder, "term", term)


def _put_source(bibl: Any, article: Article) -> None:
    _add(bibl, "title", article.title or article.id)
    _add(bibl, "publisher", "BelTA")
    if article.date_published:
        _add(bibl, "date", article.date_published, when=article.date_published)
    if article.url:
        _add(bibl, "ptr", target=article.url)


def _keywords(article: Article) -> Iterator[tuple[str, list[str]]]:
    for kind, terms in (
        ("edition", [article.edition] if article.edition else []),
        ("section", [article.section] if article.section else []),
        ("tags", article.tags),
        ("flags", article.flags),
    ):
        if terms:
            yield kind, terms


def _put_dateline(body: Any, article: Article) -> None:
    opener = _add(_add(body, "opener"), "dateline")
    opener.text = _clean(article.dateline.raw or "")
