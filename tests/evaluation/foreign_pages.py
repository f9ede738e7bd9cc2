"""Pages that no author of a rule wrote: of faults that other projects had, in the site's form, with invented news.

cases() -> each page: a file's name, its bytes, and what must come of it, field by field

What a page must give was written down with the page, by who looked for faults; here it is only made to be read by
the program: texts of three paragraphs in German, Russian and English, in a page's markup, a text dump, a row or a WARC.
A field that a case says nothing about is not judged.
"""

from __future__ import annotations

import gzip
import json
import tomllib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import brotli

WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
TEXT = {edition: tuple(words["text"]) for edition, words in WORDS["edition"].items()}
DATELINE = {edition: words["dateline"] for edition, words in WORDS["edition"].items()}
PATH = "society/view/pumpstation-70001-2024"
URL = f"https://deu.belta.by/{PATH}"
SPELLINGS = (
    f"/{PATH}/", f"//{PATH}/", f"/./{PATH}/", f"/x/../{PATH}/", f"/{PATH};jsessionid=1F", f"/{PATH}/%20", f"/{PATH},",
    f"/{PATH}&utm_source=feed", f"/{PATH}/?utm_source=feed", "/society/view/pump%2Dstation-70001-2024/",
)  # fmt: skip
BOXES = (
    "advertising_block", "invite_in_messagers", "news_accent_block", "video_add", "yandex_share_print", "main_img",
    "news_img_slide", "person_fio",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One page: in a file of that name, and what must come of it."""

    file: str
    data: bytes
    expected: dict[str, Any]
    edition: str | None = None
    """Told to the program, as `-a edition=`."""


def cases() -> Iterator[Case]:
    for edition in TEXT:
        yield Case(f"whole-{edition}.html", markup(edition), whole(edition))
    yield from _cut_bodies()
    for number, path in enumerate(SPELLINGS):
        record = response(f"https://deu.belta.by{path}", markup("de"))
        url = URL.replace("pumpstation", "pump-station") if "%2D" in path else URL
        yield Case(f"spelling-{number}.warc", record, whole("de") | {"id": "de-70001-2024", "url": url})
    for one in WORDS["notice"]:
        page = f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{one['title']}</title></head>"
        page += f"<body><h1>{one['title']}</h1><p>{one['text']}</p></body></html>"
        yield Case(f"notice-{one['name']}.warc", response(f"{URL}/", page.encode()), {"dropped": "notice"})
    yield Case(
        "without-markup.warc", response(f"{URL}/", b"Error establishing a database connection"), {"is_article": False}
    )
    yield from _unclosed_boxes()
    yield from _damaged_bytes()
    yield _row()
    for name, letter in (("cyrillic", "і"), ("latin", "i")):
        lines = "\n".join(WORDS["dump"]["lines"]).replace("і", letter)
        expected = {"edition": "be", "date_published": "2024-04-19T14:30:00+03:00", "dateline.date": "2024-04-19"}
        yield Case(f"belarusian-{name}-i.txt", lines.encode(), expected)


def whole(edition: str) -> dict[str, Any]:
    """What must come of an undamaged page."""
    return {
        "edition": edition,
        "language": edition,
        "title": WORDS["edition"][edition]["title"],
        "section_title": WORDS["edition"][edition]["section"],
        "date_published": "2024-05-21T14:30:00+03:00",
        "dateline.date": "2024-05-21",
        "text": "\n\n".join(TEXT[edition]),
        "tags": ["Wasser"],
    }


def markup(edition: str, inner: str | None = None, texts: tuple[str, ...] | None = None) -> bytes:
    first, *others = texts or TEXT[edition]
    inner = inner or "\n".join(f"<p>{text}</p>" for text in (f"{DATELINE[edition]} {first}", *others))
    words = WORDS["edition"][edition]
    title = escape(words["title"])
    return f"""<!DOCTYPE html>
<html lang="{edition}"><head><meta charset="utf-8">
<title>{title}</title>
<meta property="og:title" content="{title}">
</head><body>
<div class="header"><a href="/">BelTA</a> <a href="/projects/">Projekte</a></div>
<div class="main"><div class="content_margin">
<a class="rubric" href="/society/">{words["section"]}</a>
<div class="date_full">{words["date"]}</div>
<h1>{title}</h1>
<div class="inner_content"><div class="text"><div class="js-mediator-article" itemprop="articleBody">
{inner}
</div></div></div>
<div class="news_tags_block"><a href="/tag/" title="Wasser">Wasser</a></div>
</div></div>
<div class="footer"><p>© 1999-2024 BelTA</p></div>
</body></html>
""".encode()


def response(target: str, payload: bytes, *headers: str, fields: str = "") -> bytes:
    """A WARC record of an answer."""
    told = ["HTTP/1.1 200 OK", "Content-Type: text/html; charset=utf-8", *headers, f"Content-Length: {len(payload)}"]
    block = ("\r\n".join(told) + "\r\n\r\n").encode() + payload
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:5f1c2b1e-0000-4000-8000-000000000001>\r\n"
        f"WARC-Date: 2024-05-22T08:00:00Z\r\nWARC-Target-URI: {target}\r\n{fields}"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def _cut_bodies() -> Iterator[Case]:
    places = ("Brest", "Lida", "Grodno", "Pinsk", "Minsk", "Orscha", "Gomel")
    visits = (
        f"Auch am {day}. Tag nach der Eröffnung kamen Besucher aus {place}, insgesamt waren es {day * 137}."
        for day, place in enumerate(places, 2)
    )
    page = markup("de", texts=(*TEXT["de"], *visits))
    for name, packed in {
        "gzip": gzip.compress(page),
        "deflate": zlib.compress(page),
        "br": brotli.compress(page),
    }.items():
        data = response(f"{URL}/", packed[: len(packed) * 4 // 5], f"Content-Encoding: {name}")
        yield Case(f"cut-{name}.warc", data, {"is_truncated": True})


def _unclosed_boxes() -> Iterator[Case]:
    first, second, third = TEXT["de"]
    for box in BOXES:
        inner = f'<p>{DATELINE["de"]} {first}</p><div class="{box}"><p>Kasten</p>\n<p>{second}</p><p>{third}</p>'
        expected = whole("de")
        del expected["text"]
        yield Case(f"unclosed-{box}.html", markup("de", inner), expected | {"paragraphs": [first, second, third]})


def _damaged_bytes() -> Iterator[Case]:
    page, word = markup("ru"), "восемьсот".encode()
    at = page.index(word)
    text = "\n\n".join(TEXT["ru"])
    damaged = {
        "first-half-lost": (page[:at] + page[at + 1 :], "осемьсот"),
        "second-half-lost": (page[: at + 5] + page[at + 6 :], "воемьсот"),
        "garbage": (page[:at] + b"\xff\xfe" * 10 + page[at:], "восемьсот"),
        "overlong": (page[:at] + b"\xc0\x80" + page[at:], "восемьсот"),
    }
    for name, (data, left) in damaged.items():
        yield Case(f"damaged-{name}.html", data, whole("ru") | {"text": text.replace("восемьсот", left)})
    cut = page[: page.index("кубометров".encode()) + 1]
    expected = {"text": text[: text.index(" кубометров")], "is_truncated": True}
    yield Case(
        "damaged-cut.warc",
        response(f"https://belta.by/{PATH}/", cut, fields="WARC-Truncated: length\r\n"),
        expected,
    )


def _row() -> Case:
    first, *others = TEXT["de"]
    row = {"text": "\n".join([f"{DATELINE['de']} {first}", *others]), "id": "<urn:uuid:1>"}
    row["metadata"] = {"url": f"{URL}/", "date": "2024-05-22T08:00:00Z", "dump": "x"}
    expected = {"id": "de-70001-2024", "url": URL, "edition": "de", "text": "\n\n".join(TEXT["de"])}
    return Case("row.jsonl", (json.dumps(row, ensure_ascii=False) + "\n").encode(), expected, "de")
