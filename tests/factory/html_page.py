"""Makes a page of an article of tests/factory/articles, in the site's markup, and says what must come out of it.

pages("de")          -> the edition's pages: `HtmlPage`, by their names
page.data            -> the bytes
page.expected        -> the record's keys, or {"dropped": reason}; made of the article and the
look alone, never by the extractor
page.story, .look    -> what it was made of; `as_text(page)` is the same article as a text dump

python -m tests.factory.html_page      writes them to fixtures/<edition>/
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html import escape
from html.entities import codepoint2name
from pathlib import Path
from typing import Any

from belta_spider.reporting import golden_files as golden
from tests.factory import golden_files
from tests.factory import html_frame as frame
from tests.factory.page_looks import chrome, dateline_text, seen
from tests.factory.sample_articles import EDITIONS, Story, person, stories
from tests.factory.text_dump import dump_of

HOST = frame.HOST
OLD_CHARSET = {"ru": "windows-1251", "be": "iso-8859-5", "de": "windows-1252", "en": "windows-1252"} | {
    "es": "iso-8859-1",
    "pl": "windows-1250",
    "zh": "gb18030",
}
CODEC = {"windows-1251": "cp1251", "windows-1252": "cp1252", "iso-8859-1": "cp1252", "windows-1250": "cp1250"}
COLUMNS = {"2022": "12,4", "2023": "15,1"}


@dataclass(frozen=True)
class HtmlLook:
    """How a page in markup looks."""

    body: str = "p"
    """p, div, br, word, list, unclosed or wrapped: the form of the paragraphs."""
    photos: str = "main"
    """main, slides, none."""
    inserts: tuple[str, ...] = ()
    """What stands between the paragraphs and is not the article: names of frame.INSERTS."""
    entities: bool = False
    table: bool = False
    quote: bool = False
    subhead: bool = False
    h1: bool = True
    rubric: bool = True
    date: str = "full"
    """full, mediator or json_ld."""
    og_title: str = "{title}"
    minutes_apart: int = 0
    """The meta tags' time less the printed one."""
    modified: int | None = 90
    """Minutes after the publication."""
    upload_days: int = 0
    """How many days before the publication the pictures were uploaded."""
    canonical: bool = False
    charset: str = "utf-8"
    address: str = "dated"
    """dated, opinions, photonews or none."""
    person: bool = False
    markup: str = "belta"
    """belta or foreign."""
    side: int = 6
    """Items in the side column: they make the page's size."""
    scripts: int = 1
    end_mark: bool = False
    dateline: int = 0
    depth: int = 0
    """How many elements too many are around the body."""
    seen_day: bool = True


LOOKS: dict[str, tuple[int, HtmlLook]] = {
    "full-page": (0, HtmlLook(side=60, scripts=40, end_mark=True, inserts=("subscribe",))),
    "nested": (1, HtmlLook(body="div", photos="slides", inserts=("read_also", "subscribe"), modified=None)),
    "bare-text": (3, HtmlLook(body="br", entities=True, dateline=1, side=3)),
    "word": (4, HtmlLook(body="word", end_mark=True, inserts=("advertising",), canonical=True)),
    "lists": (2, HtmlLook(body="list", subhead=True, inserts=("video",), side=4)),
    "table": (7, HtmlLook(body="wrapped", table=True, quote=True, inserts=("share",), photos="none")),
    "column": (14, HtmlLook(address="opinions", person=True, rubric=False, photos="none", inserts=("bookmark",))),
    "photo-report": (10, HtmlLook(address="photonews", photos="slides", upload_days=3, modified=0)),
    "embeds": (6, HtmlLook(body="unclosed", inserts=("tweet", "instagram", "iframe", "hidden", "script", "form"))),
    "no-heading": (
        9,
        HtmlLook(h1=False, rubric=False, date="mediator", og_title="{title} | {agency}", photos="slides"),
    ),
    "old-encoding": (11, HtmlLook(charset="old", body="div", og_title="{title}!", minutes_apart=45, seen_day=False)),
    "json-ld": (
        12,
        HtmlLook(date="json_ld", canonical=True, address="none", rubric=False, photos="none", modified=None),
    ),
    "other-markup": (5, HtmlLook(markup="foreign", photos="none", side=3, seen_day=False)),
    "too-deep": (8, HtmlLook(markup="foreign", depth=3000, photos="none", side=2, seen_day=False, modified=None)),
}
BIG = {"de": 250, "ru": 110}
"""Items in the side column of the editions' largest pages."""


@dataclass(frozen=True)
class HtmlPage:
    """A page, and what must come out."""

    name: str
    story: Story
    look: HtmlLook
    data: bytes
    expected: dict[str, Any] = field(repr=False)

    @property
    def uri(self) -> str:
        return f"fixtures/{self.story.edition}/{self.name}.html"


def pages(edition: str) -> Iterator[HtmlPage]:
    """The edition's articles in markup."""
    for name, (place, usual) in LOOKS.items():
        one = stories(edition)[place]
        look = replace(usual, side=BIG.get(edition, usual.side)) if name == "full-page" else usual
        if look.person:
            one = replace(one, dateline=False)
        if look.address == "photonews":
            one = replace(one, dateline=False, section="photonews", paragraphs=one.paragraphs[:2])
        charset = OLD_CHARSET[edition] if look.charset == "old" else look.charset
        data = markup(one, look, charset).encode(CODEC.get(charset, charset), "xmlcharrefreplace")
        page = HtmlPage(name, one, look, data, {})
        yield replace(page, expected={"record": _record(page)})


def number(one: Story) -> int:
    """The article's number in its address."""
    return 60_000 + 7 * next(index for index, other in enumerate(stories(one.edition)) if other.key == one.key)


def address(one: Story, look: HtmlLook) -> str:
    host = frame.HOST[one.edition]
    if look.address in {"opinions", "photonews"}:
        return f"https://{host}/{look.address}/view/{one.key}-{number(one)}"
    return f"https://{host}/{one.section}/view/{one.key}-{number(one)}-{one.date.year}"


# The page


def markup(one: Story, look: HtmlLook, charset: str = "utf-8") -> str:
    """An article as a page looks."""
    head = "\n".join(_head(one, look, charset))
    if look.markup == "foreign":
        main = _foreign(one, look)
    else:
        main = frame.MAIN.format(
            rubric=_rubric(one, look),
            date=_date(one, look),
            heading=f"<h1>{_plain(one.title, look)}</h1>" if look.h1 else "",
            person=_person(one, look),
            body=_body(one, look),
            tags=_tags(one),
            below=frame.below(one),
            side=frame.side(one, look.side),
        )
    day = frame.day(one) if look.seen_day else ""
    return frame.PAGE.format(
        lang=one.edition,
        head=head,
        top=frame.top(one, day),
        main=main,
        foot=frame.foot(one),
        scripts=frame.scripts(look.scripts),
    )


def _head(one: Story, look: HtmlLook, charset: str) -> Iterator[str]:
    agency = chrome(one.edition)["agency"]
    published = one.date - timedelta(minutes=look.minutes_apart)
    yield f'<meta charset="{charset}">' if charset == "utf-8" else frame.HTTP_EQUIV.format(charset=charset)
    yield f"<title>{_plain(one.title, look)} | {agency}</title>"
    yield f'<meta property="og:title" content="{escape(look.og_title.format(title=one.title, agency=agency))}">'
    yield '<meta property="og:type" content="article">'
    if look.canonical or look.address == "none":
        yield f'<link rel="canonical" href="{address(one, look)}/">' if look.address != "none" else ""
    elif look.address != "none":
        yield f'<meta property="og:url" content="{address(one, look).replace("https:", "http:")}/">'
    if look.date == "json_ld":
        yield f'<script type="application/ld+json">{_json_ld(one)}</script>'
    else:
        yield f'<meta name="mediator_published_time" content="{published:%Y-%m-%dT%H:%M:%S}+00:00">'
    if look.date == "full":
        yield f'<meta property="article:published_time" content="{published:%Y-%m-%d %H:%M:%S}">'
    if look.modified is not None:
        modified = one.date + timedelta(minutes=look.modified)
        yield f'<meta property="article:modified_time" content="{modified:%Y-%m-%d %H:%M:%S}">'
    yield frame.STYLE


def _json_ld(one: Story) -> str:
    organization = {"@type": "Organization", "name": chrome(one.edition)["agency"]}
    article = {"@type": ["NewsArticle"], "headline": one.title, "datePublished": one.date.isoformat()}
    return json.dumps({"@context": "https://schema.org", "@graph": [organization, article | {"author": organization}]})


def _rubric(one: Story, look: HtmlLook) -> str:
    printed = chrome(one.edition)["sections"].get(one.section)
    return f'<a class="rubric" href="/{one.section}/">{printed}</a>' if look.rubric and printed else ""


def _date(one: Story, look: HtmlLook) -> str:
    if look.date != "full":
        return ""
    words, moment = chrome(one.edition), one.date
    form = words.get("date", "{day:02} {month} {year}, {time}")
    month = words["months"][moment.month - 1]
    text = form.format(day=moment.day, month=month, year=moment.year, time=moment.strftime("%H:%M"))
    return f'<div class="date_full">\n{text.replace(", ", ",&nbsp;")}\n</div>'


def _person(one: Story, look: HtmlLook) -> str:
    if not look.person:
        return ""
    name = escape(person(one))
    post = chrome(one.edition)["post"]
    return f'<div class="person"><div class="person_fio" title="{name}">{name}</div><div>{post}</div></div>'


def _tags(one: Story) -> str:
    links = "\n".join(f'<a class="tag_item" href="/tags/{i}" title="{tag}">{tag}</a>' for i, tag in enumerate(one.tags))
    return f'<div class="news_tags_block">{links}</div>' if links else ""


# The body


def blocks(one: Story, look: HtmlLook) -> list[str]:
    """The paragraphs that must come out as text."""
    texts = list(one.paragraphs)
    if look.subhead:
        texts.insert(2, one.title.split(":")[0].split("：")[0])
    if look.quote:
        texts.insert(1, stories(one.edition)[5].paragraphs[0])
    if look.table:
        texts += [f"{name} | {value}" for name, value in COLUMNS.items()]
    return texts


def _plain(text: str, look: HtmlLook) -> str:
    if not look.entities:
        return escape(text, quote=False)
    return "".join(_entity(one) for one in text)


def _entity(one: str) -> str:
    name = codepoint2name.get(ord(one))
    if one < "\x7f" and one not in "&<>":
        return one
    return f"&{name};" if name else f"&#{ord(one)};"


def _body(one: Story, look: HtmlLook) -> str:
    texts = [_plain(text, look) for text in blocks(one, look)]
    rows = len(COLUMNS) if look.table else 0
    table = "".join(f"<tr><td>{a}</td>\n<td><p>{b}</p></td></tr>" for a, b in COLUMNS.items())
    texts = texts[: len(texts) - rows]
    if one.dateline:
        texts[0] = _plain(_dateline(one, look), look) + texts[0]
    if look.end_mark and chrome(one.edition)["end_marks"]:
        texts[-1] += " " + chrome(one.edition)["end_marks"][0]
    texts += [_plain(credit, look) for credit in one.credits] if not rows else []
    parts = _FORMS[look.body](texts)
    if look.quote:
        parts[1] = f"<blockquote>{parts[1]}</blockquote>"
    if look.subhead:
        parts[2] = f"<h3>{texts[2]}</h3>"
    parts += [f"<table><tbody>{table}</tbody></table>"] if rows else []
    photos = _photos(one, look)
    if photos and look.photos == "slides":
        parts.insert(1, "\n".join(photos))
    else:
        parts[:0] = photos
    for index, name in enumerate(look.inserts):
        parts.insert(2 + index, frame.insert(name, one))
    return "\n".join(parts)


def _dateline(one: Story, look: HtmlLook) -> str:
    forms = chrome(one.edition)["datelines"]
    return dateline_text(one, replace(seen(one.edition, 5), dateline=min(look.dateline, len(forms) - 1)))


def _hard_breaks(text: str) -> str:
    words = text.split(" ")
    return " ".join(f"{word}\n    " if index % 8 == 7 else word for index, word in enumerate(words)).strip()


_FORMS = {
    "p": lambda texts: [f"<p>{text}</p>" for text in texts],
    "div": lambda texts: [f"<div><div><span>{text}</span></div></div>" for text in texts],
    "br": lambda texts: [f"{text}<br><br />" for text in texts],
    "word": lambda texts: [frame.WORD.format(text=_hard_breaks(text)) for text in texts],
    "list": lambda texts: [
        f"<ul><li>{text}</li></ul>" if text.endswith((";", "；")) else f"<p>{text}" for text in texts
    ],
    "unclosed": lambda texts: [f"<p><b>{text[:1]}</b>{text[1:]}<!-- <p>x</p> -->" for text in texts],
    "wrapped": lambda texts: [f"<p>\n  {_hard_breaks(text)}\n</p>" for text in texts],
}


def _photos(one: Story, look: HtmlLook) -> list[str]:
    if look.photos == "none":
        return []
    name = "main_img" if look.photos == "main" else "news_img_slide"
    return [
        frame.PHOTO.format(name=name, src=src, caption=escape(caption), credit=escape(credit or ""))
        for src, caption, credit in _images(one, look)
    ]


def _images(one: Story, look: HtmlLook) -> list[tuple[str, str, str | None]]:
    if look.photos == "none":
        return []
    uploaded = int((one.date - timedelta(days=look.upload_days, minutes=10)).timestamp())
    agency = chrome(one.edition)["agency"]
    return [
        (f"/images/storage/news/{index:06}_{uploaded + index}_{number(one)}_big.jpg", caption, agency)
        for index, caption in enumerate(one.captions, 11)
    ]


def _foreign(one: Story, look: HtmlLook) -> str:
    texts = [_plain(text, look) for text in blocks(one, look)]
    if one.dateline:
        texts[0] = _plain(_dateline(one, look), look) + texts[0]
    text = "\n".join(f"<p>{text}</p>" for text in texts)
    article = f"<article><h1>{_plain(one.title, look)}</h1>\n<section class='story'>{text}</section></article>"
    return f"{'<div>' * look.depth}{article}{'</div>' * look.depth}"


# What must come out


def _record(page: HtmlPage) -> dict[str, Any]:
    one, look = page.story, page.look
    foreign = look.markup == "foreign"
    printed = chrome(one.edition)["sections"].get(one.section) if look.rubric and not foreign else None
    has_address = look.address != "none"
    section = look.address if look.address in {"opinions", "photonews"} else one.section
    published = one.date if look.date == "full" and not foreign else one.date - timedelta(minutes=look.minutes_apart)
    url = address(one, look) if has_address else None
    captions = list(dict.fromkeys(caption for _, caption, _ in _images(one, look)))
    title = one.title
    modified = one.date + timedelta(minutes=look.modified) if look.modified else None
    return {
        "schema_version": "1",
        "id": _id(one, look, title),
        "url": url,
        "edition": one.edition,
        "language": one.language,
        "language_confidence": one.language_confidence,
        "title": title,
        "section": section if has_address else None,
        "section_title": printed,
        "date_published": published.isoformat(timespec="seconds"),
        "date_modified": modified.isoformat(timespec="seconds") if modified else None,
        "captured_at": None,
        "captured_on": "2024-04-19" if look.seen_day else None,
        "dateline": _dateline_record(one, look),
        "weather": dict.fromkeys(("place", "condition", "temperature_c")),
        "text": "\n\n".join(blocks(one, look)),
        "captions": captions,
        "credits": [] if look.table or foreign else list(one.credits),
        "tags": [] if foreign else list(one.tags),
        "authors": _authors(one, look),
        "images": [
            {"url": f"https://{frame.HOST[one.edition]}{src}", "caption": caption, "credit": credit}
            for src, caption, credit in _images(one, look)
        ],
        "source": {
            "kind": "html",
            "uri": page.uri,
            "record": None,
            "digest": f"sha256:{hashlib.sha256(page.data).hexdigest()}",
        },
        "provenance": {
            "title": "h1" if look.h1 else "og:title",
            "section": "address" if has_address else None,
            "date_published": {"full": "date_full", "mediator": "meta", "json_ld": "json_ld"}[look.date]
            if not foreign
            else "meta",
            "text": "generic" if foreign else "page",
            "language": "text",
        },
        "flags": _flags(one, look),
    }


def _id(one: Story, look: HtmlLook, title: str) -> str:
    if look.address in {"opinions", "photonews"}:
        return f"{one.edition}-{look.address}-{number(one)}"
    if look.address == "none":
        parts = (one.edition, one.date.isoformat(timespec="seconds"), title)
        digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
        return f"{one.edition}-x{digest[:16]}"
    return f"{one.edition}-{number(one)}-{one.date.year}"


def _dateline_record(one: Story, look: HtmlLook) -> dict[str, str | None]:
    words = chrome(one.edition)
    if not one.dateline:
        return dict.fromkeys(("raw", "place", "date", "agency"))
    form = words["datelines"][min(look.dateline, len(words["datelines"]) - 1)]
    return {
        "raw": _dateline(one, look).strip(),
        "place": one.place.upper() if "{PLACE}" in form else one.place,
        "date": one.dateline_day.isoformat(),
        "agency": words["agency"],
    }


def _authors(one: Story, look: HtmlLook) -> list[str]:
    if look.person:
        return [person(one)]
    words = chrome(one.edition)
    form = words["datelines"][min(look.dateline, len(words["datelines"]) - 1)]
    return [words["reporter"]] if one.dateline and "{reporter}" in form else []


def _flags(one: Story, look: HtmlLook) -> list[str]:
    apart = one.dateline and abs((one.dateline_day - one.date.date()).days) > 2
    flags = {
        "generic_extraction": look.markup == "foreign",
        "dateline_date_differs": apart,
        "title_sources_differ": look.og_title.endswith("!"),
        "date_sources_differ": look.minutes_apart > 0,
        "photo_date_differs": look.upload_days > 1 and bool(_images(one, look)),
        "captured_before_published": look.seen_day and one.date.date().isoformat() > "2024-04-19",
        "language_differs": one.language != one.edition,
    }
    return sorted(name for name, raised in flags.items() if raised)


def as_text(page: HtmlPage) -> bytes:
    """The same article as a text dump."""
    one, look = page.story, page.look
    plain = replace(one, paragraphs=tuple(blocks(one, look)), credits=tuple(page.expected["record"]["credits"]))
    forms = len(chrome(one.edition)["datelines"])
    return dump_of(
        plain,
        seen(
            one.edition,
            5,
            dateline=min(look.dateline, forms - 1),
            captions="none" if look.photos == "none" else "pairs",
            section_line=page.expected["record"]["section_title"] is not None,
            opinion=look.person,
        ),
    ).data


DROPPED = {
    "de": ("front_page", "list_page", "print_view"),
    "en": ("list_page", "video_record"),
    "ru": ("front_page", "search_page", "video_record"),
    "be": ("list_page",),
    "es": ("video_record", "error_page"),
    "pl": ("front_page", "empty"),
    "zh": ("list_page", "print_view"),
}
"""Which pages that are no articles stand among an edition's fixtures."""


def write() -> None:
    """Write all pages with their expected records to fixtures/.

    An audit stays as it stands there: it is the program's, `scrapy golden --update` writes it for review.
    """
    from tests.factory import fixture_list

    for edition in EDITIONS:
        for page in pages(edition):
            expected = page.expected | {"audit": _audit(page.uri)}
            golden_files.write(edition, Path(page.uri).name, page.data, expected)
        for reason in DROPPED[edition]:
            name = f"dropped-{reason.replace('_', '-')}.html"
            golden_files.write(edition, name, frame.whole(reason, edition).encode(), {"dropped": reason})
    fixture_list.write()


def _audit(uri: str) -> list[Any]:
    file = Path(f"{uri}.record.json")
    return golden.decode(file.read_bytes())["audit"] if file.exists() else []


if __name__ == "__main__":
    write()
