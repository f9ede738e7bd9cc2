"""Dresses an article of tests/articles into a text dump, and says what must come out of it.

The words around the article stand in tests/chrome.toml, apart from the editions' own files, and
what must come out is made of the article and the options alone: nothing here calls the cleaner.

    stories("de")                       -> the edition's 26 articles: `Story`, by their order
    story("de", "stau-igel")            -> one of them by its key
    seen("de", 4)                       -> how captures of a layout look: `Dress`
    seen("de", 4, end_mark="behind")    -> the same with changes
    dress(story, seen("de", 4))         -> `Dressed`: .text (or .data, the bytes), .record, .audit

`Dressed.record` holds the record's keys that the page decides: title, section, section_title,
date_published, captured_on, dateline, weather, text, captions, credits, authors, flags.
`Dressed.audit` holds (line, column, rule, field, text), rules named as in editions/de.toml.

Layouts are those of the site: 0 is the body alone, 1 and 2 the old desktop and mobile pages, 3 to
5 the newer ones; 1 and 2 of other editions than German are guesses.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
EDITIONS = ("be", "de", "en", "es", "pl", "ru", "zh")
MINSK = ZoneInfo("Europe/Minsk")
FINAL = ".!?…:;。！？：；"
CLOSING = "\"'»«”“’‘›)]}）】」』"
WIDTH = 75


@dataclass(frozen=True)
class Story:
    """A fictional article: one table of tests/articles/<edition>.toml."""

    edition: str
    key: str
    title: str
    section: str
    date: datetime
    place: str
    dateline_day: date
    dateline: bool
    """Whether the article has one."""
    paragraphs: tuple[str, ...]
    captions: tuple[str, ...]
    credits: tuple[str, ...]
    tags: tuple[str, ...]
    authors: tuple[str, ...]


class Related(NamedTuple):
    """A read-also block."""

    headline: str
    lead: str | None
    glued: bool = True
    """Printed twice on one line; else the line stands twice."""


@dataclass(frozen=True)
class Dress:
    """How a page looks; `seen` gives what captures of a layout show."""

    layout: int
    captured: date | None = None
    """The day in the header; printed in layouts 3 to 5 only."""
    label: str | None = None
    """flag or Flag before that day."""
    weather: tuple[str, str, str, str] | None = None
    head: tuple[str, ...] = ()
    """The labels above, by their names in chrome.toml."""
    tail: str | None = "tail"
    """The table of chrome.toml that holds the tail; None for none."""
    network: str | None = None
    """Another network than the table's; "" for no line of it."""
    section_line: bool = True
    time_first: bool = False
    title_again: bool = False
    """Photo pages: the title once more before the text, which ends in the photo's words."""
    opinion: bool = False
    bare_title: bool = False
    """Layout 0: the title stands above all the same; only over a dateline, which shows it."""
    captions: str = "pairs"
    """pairs (A A B B), run (A B A B), single or none."""
    dateline: int | None = 0
    """Which of the edition's forms."""
    end_mark: str | None = None
    """own, behind or glued."""
    credit: str | None = "own"
    """own, behind or None; of articles that have one."""
    related: tuple[Related, ...] = ()
    embed: str | None = None
    """An address on a line of its own, after the first paragraph."""
    repeat: int = 0
    """How many of the last paragraphs stand twice; marks and credits follow the second copy."""
    wrap: bool = False
    """Broken at some 75 characters; only where `is_wrappable`."""
    parting: str = "blank"
    """Between paragraphs: blank, single or alternating."""
    gaps: str = "seen"
    """Blank lines elsewhere: seen, none, doubled, nine or spaced (they hold spaces)."""
    tail_gap: bool = True
    spaces: str = "plain"
    """plain, edges (spaces at both ends of each line) or nbsp (no-break spaces, and double ones)."""
    newline: str = "\n"
    bom: bool = False
    final_newline: bool = True
    missing: frozenset[str] = frozenset()
    """Rules whose lines are not there: `header.day`."""
    unknown_head: str | None = None
    """A label that no rule knows, above the capture day."""
    unknown_tail: str | None = None
    """A label that no rule knows, above the tail's last line."""


class Segment(NamedTuple):
    """A piece of a line; no rule where it is in the text."""

    text: str
    rule: str | None = None
    into: str | None = None


@dataclass(frozen=True)
class Row:
    """A line, and how many blank ones stand above it."""

    segments: tuple[Segment, ...]
    gap: int = 0
    in_body: bool = False


@dataclass
class Dressed:
    """A page and what must come out of it."""

    text: str
    record: dict[str, Any]
    audit: list[tuple[int, int, str, str | None, str]] = field(default_factory=list)
    bom: bool = False

    @property
    def data(self) -> bytes:
        return self.text.encode("utf-8-sig" if self.bom else "utf-8")


@cache
def chrome(edition: str) -> Mapping[str, Any]:
    """The edition's table of chrome.toml."""
    table = tomllib.loads((HERE / "chrome.toml").read_text(encoding="utf-8"))
    return table[edition]  # type: ignore[no-any-return]


@cache
def stories(edition: str) -> tuple[Story, ...]:
    """The edition's articles."""
    path = HERE / "articles" / f"{edition}.toml"
    tables = tomllib.loads(path.read_text(encoding="utf-8"))["article"]
    return tuple(_story(edition, table) for table in tables)


def story(edition: str, key: str) -> Story:
    return next(one for one in stories(edition) if one.key == key)


def _story(edition: str, table: dict[str, Any]) -> Story:
    table = {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
    moment = datetime.fromisoformat(table.pop("date")).replace(tzinfo=MINSK)
    day = date.fromisoformat(table.pop("dateline_day"))
    return Story(edition=edition, date=moment, dateline_day=day, **table)


def seen(edition: str, layout: int, **changes: Any) -> Dress:
    """The dress that captures of a layout show, with changes."""
    words = chrome(edition)
    head = tuple(words["head"])
    plain = Dress(layout)
    if layout == 0:
        plain = Dress(0, tail=None, captions="none")
    elif layout in {3, 4}:
        weather = tuple(words["weathers"][layout == 4])
        label = None if layout == 3 else words["labels"][0].capitalize()
        captured = date(2020, 5, 29) if layout == 3 else date(2021, 9, 24)
        plain = Dress(layout, captured, label, weather, head)
    elif layout == 5:
        short = tuple(name for name in head if name != "services" or "government" not in head)
        plain = Dress(layout, date(2024, 4, 19), words["labels"][0], None, short)
    return replace(plain, **changes)


def is_wrappable(one: Story) -> bool:
    """Whether the article, broken at some 75 characters, has the shape of a hard-wrapped body."""
    lines = [line for paragraph in one.paragraphs for line in _wrapped(paragraph)]
    unfinished = sum(line.rstrip(CLOSING)[-1] not in FINAL for line in lines)
    return one.edition != "zh" and len(lines) >= 4 and 2 * unfinished >= len(lines)


def related_from(other: Story, *, glued: bool = True) -> Related:
    """A read-also block for another article: its title, and its first sentence as the lead."""
    return Related(other.title, other.paragraphs[0], glued)


def dress(one: Story, look: Dress) -> Dressed:
    """Dress an article, and say what must come out."""
    body = [*_captions(one, look), *_body(one, look)]
    rows = [*_head(one, look), *body, *_tail(one, look)]
    rows = [row for row in rows if not look.missing & {f"{segment.rule}" for segment in row.segments}]
    return _assemble(one, look, rows)


# Above the body


def _line(text: str, rule: str, into: str | None = None, gap: int = 0) -> Row:
    return Row((Segment(text, rule, into),), gap)


def _head(one: Story, look: Dress) -> list[Row]:
    words = chrome(one.edition)
    title = _line(one.title, "header.title", "title", gap=1)
    section = words["sections"].get(one.section, "")
    if look.layout == 0:
        return [replace(title, gap=0)] if _has_bare_title(one, look) else []
    if look.layout in {1, 2}:
        return [*_old_top(one, look), title, _old_date(one, section, look)]
    rows = [_line(words["head"][name], f"header.{name}") for name in look.head]
    rows += [_line(look.unknown_head, "head.unknown")] if look.unknown_head else []
    if look.captured:
        rows.append(_line(_capture_day(one.edition, look), "header.day", "captured_on"))
    if look.weather:
        rows.append(_line(weather_line(look.weather), "header.weather", "weather"))
    rows += [_line(words["list_link"], "header.list_link")] * 2
    rows += [_line(section, "header.section", "section")] if look.section_line else []
    rows.append(_line(_article_date(one, look), "header.date", "date_published"))
    return rows + (_opinion(one, title) if look.opinion else [title])


def _old_top(one: Story, look: Dress) -> list[Row]:
    words = chrome(one.edition)
    if look.layout == 2:
        return [_line(words["full"], "header.mobile_link")]
    labels = [_line(text, f"header.{name}") for name, text in words["head"].items()]
    return [_line(words["mobile"], "header.mobile_link"), *labels]


def _old_date(one: Story, section: str, look: Dress) -> Row:
    moment = Segment(one.date.strftime("%d.%m.%Y | %H:%M"), "header.date", "date_published")
    if not look.section_line:
        return Row((moment,), 1)
    return Row((Segment(f"{section} ", "header.section", "section"), moment), 1)


def _article_date(one: Story, look: Dress) -> str:
    words, moment = chrome(one.edition), one.date
    plain = words.get("date", "{day:02} {month} {year}, {time}")
    first = words.get("time_first", "{time} {day:02} {month} {year}")
    month = words["months"][moment.month - 1]
    form: str = first if look.time_first else plain
    return form.format(day=moment.day, month=month, year=moment.year, time=moment.strftime("%H:%M"))


def _capture_day(edition: str, look: Dress) -> str:
    words, day = chrome(edition), look.captured
    assert day is not None
    month = words.get("capture_months", words["months"])[day.month - 1]
    label = f"{look.label} " if look.label else ""
    return f"{label}{words['weekdays'][day.weekday()]}, {day.day} {month} {day.year}"


def weather_line(weather: tuple[str, str, str, str]) -> str:
    place, condition, degrees, unit = weather
    return " ".join(filter(None, (place, condition, degrees + unit)))


def _opinion(one: Story, title: Row) -> list[Row]:
    name = _line(_person(one), "header.person", "authors")
    return [name, title, name, name, _line(chrome(one.edition)["post"], "header.post")]


def _person(one: Story) -> str:
    return one.authors[0] if one.authors else "Aglaja Wolkenstein"


def _captions(one: Story, look: Dress) -> list[Row]:
    if look.title_again:
        return [_line(one.title, "header.title_again", "title", gap=1)]
    rows = [_line(text, "body.caption", "captions") for text in _used_captions(one, look)]
    if look.captions == "pairs":
        rows = [row for row in rows for _ in range(2)]
    elif look.captions == "run":
        rows = rows * 2
    return [replace(rows[0], gap=look.layout > 2), *rows[1:]] if rows else []


def _has_bare_title(one: Story, look: Dress) -> bool:
    return look.bare_title and has_dateline(one, look)


def _used_captions(one: Story, look: Dress) -> tuple[str, ...]:
    if look.captions == "none" or look.title_again or look.opinion:
        return ()
    if look.layout == 0 and not _has_bare_title(one, look):
        return ()
    if look.captions == "single" and not has_dateline(one, look):
        return ()
    return one.captions


# The body


def has_dateline(one: Story, look: Dress) -> bool:
    return one.dateline and look.dateline is not None


def dateline_text(one: Story, look: Dress) -> str:
    """The dateline as printed, with the space behind it."""
    words, day = chrome(one.edition), one.dateline_day
    months = words.get("dateline_months", words["months"])
    assert look.dateline is not None
    form: str = words["datelines"][look.dateline]
    parts = {"PLACE": one.place.upper(), "place": one.place, "day": day.day, "month": months[day.month - 1]}
    return form.format(number=day.month, reporter=words.get("reporter"), **parts)


def _body(one: Story, look: Dress) -> list[Row]:
    dateline = Segment(dateline_text(one, look) if has_dateline(one, look) else "", "body.dateline", "dateline")
    texts = _texts(one, look)
    blocks = [_block(text, look, len(dateline.text) if index == 0 else 0) for index, text in enumerate(texts)]
    if dateline.text:
        first = blocks[0][0]
        blocks[0][0] = replace(first, segments=(dateline, *first.segments))
    repeated = blocks[-look.repeat :] if look.repeat else []
    blocks += [[_whole(row, "body.repeat") for row in block] for block in repeated]
    if look.end_mark and chrome(one.edition)["end_marks"]:
        _sign(blocks, Segment(chrome(one.edition)["end_marks"][0], "body.end_mark"), look.end_mark)
    for text in one.credits if look.credit else ():
        _sign(blocks, Segment(text, "body.credit", "credits"), look.credit or "")
    if look.embed:
        blocks.insert(1, [_line(look.embed, "body.embed")])
    for related in look.related:
        blocks += [[row] for row in _related(related)]
    return _parted(blocks, look)


def _texts(one: Story, look: Dress) -> list[str]:
    words = [chrome(one.edition)["photo_words"]] if look.title_again else []
    return [*one.paragraphs, *words]


def _block(text: str, look: Dress, taken: int) -> list[Row]:
    lines = _wrapped(text, taken) if look.wrap else [text]
    return [Row((Segment(line),), in_body=True) for line in lines]


def _wrapped(text: str, taken: int = 0) -> list[str]:
    """Break a paragraph, its first line shorter by `taken`; no sentence ends with a line that is not the last."""
    lines: list[list[str]] = [[]]
    for word in text.split(" "):
        width = WIDTH - (taken if len(lines) == 1 else 0)
        if lines[-1] and len(" ".join([*lines[-1], word])) > width:
            kept = lines[-1]
            lines.append([])
            while len(kept) > 1 and kept[-1].rstrip(CLOSING)[-1:] in FINAL:
                lines[-1].insert(0, kept.pop())
        lines[-1].append(word)
    return [" ".join(line) for line in lines]


def _sign(blocks: list[list[Row]], mark: Segment, where: str) -> None:
    if where == "own":
        blocks.append([Row((mark,), in_body=True)])
        return
    last = blocks[-1][-1]
    *before, end = last.segments
    space = "" if where == "glued" else " "
    blocks[-1][-1] = replace(last, segments=(*before, end._replace(text=end.text + space), mark))


def _is_unfinished(row: Row) -> bool:
    return row.segments[-1].text.rstrip(CLOSING)[-1:] not in FINAL


def _whole(row: Row, rule: str) -> Row:
    return replace(row, segments=(Segment("".join(one.text for one in row.segments), rule),))


def _related(related: Related) -> list[Row]:
    headlines = [related.headline * 2] if related.glued else [related.headline] * 2
    return [_line(text, "body.related") for text in (*headlines, related.lead) if text]


def _parted(blocks: list[list[Row]], look: Dress) -> list[Row]:
    rows = []
    for index, (first, *others) in enumerate(blocks):
        blank = index == 0 or look.parting == "blank" or (look.parting == "alternating" and index % 2)
        blank = blank or (look.wrap and _is_unfinished(blocks[index - 1][-1]))  # else the lines are one paragraph
        gap = 0 if index == 0 and look.layout == 0 else int(blank)
        rows += [replace(first, gap=gap, in_body=index > 0), *others]
    return rows


# Below the body


def _tail(one: Story, look: Dress) -> list[Row]:
    if look.tail is None:
        return []
    words = chrome(one.edition)
    texts = {1: words.get("old_tail", {}), 2: {}}.get(look.layout, words[look.tail])
    section = words["sections"].get(one.section, "")
    news = words.get("section_news")
    if look.layout == 2:
        texts = ({"section_news": news} if news else {}) | {"mobile_link": words["full"]}
    rows = [_line(text.format(section=section), f"tail.{name}") for name, text in texts.items()]
    if look.network is not None:
        rows = _with_network(rows, look.network)
    if look.unknown_tail:
        rows.insert(len(rows) - 1, _line(look.unknown_tail, "tail.unknown"))
    if look.layout == 1:
        rows += [_line(city, "tail.places") for city in words.get("cities", ())]
    return [replace(rows[0], gap=int(look.tail_gap)), *rows[1:]] if rows else []


def _with_network(rows: list[Row], network: str) -> list[Row]:
    found = [row for row in rows if network or row.segments[0].rule != "tail.network"]
    return [_line(network, "tail.network") if row.segments[0].rule == "tail.network" else row for row in found]


# The page


def _assemble(one: Story, look: Dress, rows: Iterable[Row]) -> Dressed:
    lines: list[str] = []
    audit = []
    for row in rows:
        lines += _blanks(row, look)
        column = 0
        for segment in _spaced(row.segments, look.spaces):
            if segment.rule:
                rule = segment.rule if segment.rule == "body.embed" else f"{one.edition}.{segment.rule}"
                audit.append((len(lines) + 1, column, rule, segment.into, segment.text))
            column += len(segment.text)
        lines.append("".join(segment.text for segment in _spaced(row.segments, look.spaces)))
    text = look.newline.join(lines) + (look.newline if look.final_newline else "")
    return Dressed(text, expected(one, look), audit, look.bom)


def _blanks(row: Row, look: Dress) -> list[str]:
    if look.gaps == "none" and not row.in_body:
        return []
    count = {"doubled": 2, "nine": 9}.get(look.gaps, 1) * row.gap
    return ["" if look.gaps != "spaced" else (" ", "\u00a0", "\t \u200b")[index % 3] for index in range(count)]


def _spaced(segments: tuple[Segment, ...], spaces: str) -> list[Segment]:
    found = list(segments)
    if spaces == "nbsp":
        found = [one._replace(text=one.text.replace(", ", ",\u00a0").replace(". ", ".  ")) for one in found]
    if spaces == "edges":
        found[0] = found[0]._replace(text=f"  {found[0].text}")
        found[-1] = found[-1]._replace(text=f"{found[-1].text} \u00a0")
    return found


def expected(one: Story, look: Dress) -> dict[str, Any]:
    """What must come out, of the keys that a page decides."""
    words = chrome(one.edition)
    full = look.layout > 0
    has_section = full and look.section_line and "header.section" not in look.missing
    dated = full and "header.date" not in look.missing
    printed = words["sections"].get(one.section)
    published = one.date.isoformat(timespec="seconds") if dated else None
    day = look.captured if look.layout > 2 and "header.day" not in look.missing else None
    return {
        "title": one.title if full or _has_bare_title(one, look) else None,
        "section": one.section if has_section else None,
        "section_title": printed if has_section else None,
        "date_published": published,
        "captured_on": day.isoformat() if day else None,
        "dateline": _expected_dateline(one, look, dated=dated),
        "weather": _expected_weather(look),
        "text": "\n\n".join(_texts(one, look)),
        "captions": list(dict.fromkeys(_used_captions(one, look))),
        "credits": list(one.credits) if look.credit else [],
        "authors": _expected_authors(one, look),
        "flags": _expected_flags(one, look, dated=dated, day=day),
    }


def _expected_dateline(one: Story, look: Dress, *, dated: bool) -> dict[str, str | None]:
    if not has_dateline(one, look):
        return dict.fromkeys(("raw", "place", "date", "agency"))
    words = chrome(one.edition)
    raw = dateline_text(one, look).strip()
    place = one.place.upper() if "{PLACE}" in words["datelines"][look.dateline] else one.place
    day = one.dateline_day.isoformat() if dated else None
    return {"raw": raw, "place": place, "date": day, "agency": words["agency"]}


def _expected_weather(look: Dress) -> dict[str, Any]:
    if look.weather is None or look.layout < 3 or "header.weather" in look.missing:
        return dict.fromkeys(("place", "condition", "temperature_c"))
    place, condition, degrees, _ = look.weather
    number = int(degrees.lstrip("+-−–"))
    return {"place": place, "condition": condition or None, "temperature_c": -number if degrees[0] in "-−–" else number}


def _expected_authors(one: Story, look: Dress) -> list[str]:
    names = [_person(one)] if look.opinion else []
    if has_dateline(one, look) and "{reporter}" in chrome(one.edition)["datelines"][look.dateline]:
        names.append(chrome(one.edition)["reporter"])
    return names


def _expected_flags(one: Story, look: Dress, *, dated: bool, day: date | None) -> list[str]:
    title = look.layout > 0 or _has_bare_title(one, look)
    apart = dated and has_dateline(one, look) and abs((one.dateline_day - one.date.date()).days) > 2
    flags = {
        "no_title": not title,
        "no_date": not dated,
        "captured_before_published": bool(dated and day and day < one.date.date()),
        "dateline_date_differs": apart,
        "unpaired_caption": look.captions == "single" and bool(_used_captions(one, look)),
        "repeated_text": look.repeat > 0,
        "unknown_chrome": bool(look.unknown_head or look.unknown_tail),
    }
    return sorted(name for name, raised in flags.items() if raised)
