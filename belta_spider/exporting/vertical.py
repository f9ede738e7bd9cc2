"""Vertical text for Sketch Engine, NoSketch Engine, Manatee and CWB: a token a line, structures as tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from belta_spider.items import Article
from belta_spider.text import words

_DAY, _MONTH, _YEAR = len("2024-04-03"), len("2024-04"), len("2024")
_SPACES = re.compile(r"\s+")
_GLUE = "<g/>"
"""No white space stands between the tokens on either side."""


def write(path: Path, articles: Iterable[Article]) -> None:
    """Write each record as a `doc` with its attributes, its title as `head`, its paragraphs as `p`.

    Tokens are divided by ICU: by Unicode's rules, Chinese by a dictionary.
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for article in articles:
            file.writelines(f"{line}\n" for line in lines(article))


def lines(article: Article) -> Iterator[str]:
    """Yield the lines of a record."""
    yield f"<doc{''.join(f' {name}={_quoted(value)}' for name, value in attributes(article))}>"
    if article.title:
        yield from _structure("head", article.title, article.language)
    for paragraph in article.text.split("\n\n"):
        yield from _structure("p", paragraph, article.language)
    yield "</doc>"


def attributes(article: Article) -> Iterator[tuple[str, str]]:
    """Yield what a search may ask for, by name; an attribute that has no value is empty, never missing."""
    day = (article.date_published or "")[:_DAY]
    yield from (("id", article.id), ("edition", article.edition), ("language", article.language))
    yield from (("section", article.section or ""), ("date", day), ("month", day[:_MONTH]), ("year", day[:_YEAR]))
    yield from (("place", article.dateline.place or ""), ("title", article.title or ""), ("url", article.url or ""))
    yield from (("tags", "|".join(article.tags)), ("flags", "|".join(article.flags)))
    yield ("captured", article.captured_at or article.captured_on or "")


def _quoted(value: str) -> str:
    return f'"{escape(_SPACES.sub(" ", value).strip(), {chr(34): "&quot;"})}"'


def _structure(name: str, text: str, language: str) -> Iterator[str]:
    yield f"<{name}>"
    is_first = True
    for token, is_apart in words.tokens(text, language):
        if not is_apart and not is_first:
            yield _GLUE
        yield escape(_SPACES.sub(" ", token))
        is_first = False
    yield f"</{name}>"
