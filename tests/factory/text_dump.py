"""Makes a text dump of an article of tests/factory/articles, and says what must come out of it.

The words around the article stand in tests/factory/chrome.toml, apart from the editions' own files, and
what must come out is made of the article and the options alone: nothing here calls the cleaner.

    stories("de")                       -> the edition's 26 articles: `Story`, by their order (sample_articles)
    story("de", "stau-igel")            -> one of them by its key
    seen("de", 4)                       -> how captures of a layout look: `Look` (page_looks)
    seen("de", 4, end_mark="behind")    -> the same with changes
    dump_of(story, seen("de", 4))         -> `TextDump`: .text (or .data, the bytes), .record, .audit

`TextDump.record` holds the record's keys that the page decides: title, section, section_title,
date_published, captured_on, dateline, weather, text, captions, credits, authors, flags.
`TextDump.audit` holds (line, column, rule, field, text), rules named as in editions/de.toml.

Layouts are those of the site: 0 is the body alone, 1 and 2 the old desktop and mobile pages, 3 to
5 the newer ones; 1 and 2 of other editions than German are guesses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from tests.factory.expected import expected
from tests.factory.page_looks import (
    Look,
    Related,
    chrome,
    dateline_text,
    has_bare_title,
    has_dateline,
    texts_of,
    used_captions,
    weather_line,
)
from tests.factory.sample_articles import Story, person

FINAL = ".!?…:;。！？：；"
CLOSING = "\"'»«”“’‘›)]}）】」』"
WIDTH = 75


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
class TextDump:
    """A page and what must come out of it."""

    text: str
    record: dict[str, Any]
    language: tuple[str, float]
    """The article's, and how sure of it the cleaner must be."""
    audit: list[tuple[int, int, str, str | None, str]] = field(default_factory=list)
    bom: bool = False
    encoded: bytes | None = None
    """The page as it is saved, where that is not its text in UTF-8."""

    @property
    def data(self) -> bytes:
        if self.encoded is not None:
            return self.encoded
        return self.text.encode("utf-8-sig" if self.bom else "utf-8")


def is_wrappable(one: Story) -> bool:
    """Whether the article, broken at some 75 characters, has the shape of a hard-wrapped body."""
    lines = [line for paragraph in one.paragraphs for line in _wrapped(paragraph)]
    unfinished = sum(line.rstrip(CLOSING)[-1:] not in FINAL for line in lines)
    return one.edition != "zh" and len(lines) >= 4 and 2 * unfinished >= len(lines)


def dump_of(one: Story, look: Look) -> TextDump:
    """Look an article, and say what must come out."""
    body = [*_captions(one, look), *_body(one, look)]
    rows = [*_head(one, look), *body, *_tail(one, look)]
    rows = [row for row in rows if not look.missing & {f"{segment.rule}" for segment in row.segments}]
    return _assemble(one, look, rows)


def _line(text: str, rule: str, into: str | None = None, gap: int = 0) -> Row:
    return Row((Segment(text, rule, into),), gap)


def _head(one: Story, look: Look) -> list[Row]:
    words = chrome(one.edition)
    title = _line(one.title, "header.title", "title", gap=1)
    section = words["sections"].get(one.section, "")
    if look.layout == 0:
        return [replace(title, gap=0)] if has_bare_title(one, look) else []
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


def _old_top(one: Story, look: Look) -> list[Row]:
    words = chrome(one.edition)
    if look.layout == 2:
        return [_line(words["full"], "header.mobile_link")]
    labels = [_line(text, f"header.{name}") for name, text in words["head"].items()]
    return [_line(words["mobile"], "header.mobile_link"), *labels]


def _old_date(one: Story, section: str, look: Look) -> Row:
    moment = Segment(one.date.strftime("%d.%m.%Y | %H:%M"), "header.date", "date_published")
    if not look.section_line:
        return Row((moment,), 1)
    return Row((Segment(f"{section} ", "header.section", "section"), moment), 1)


def _article_date(one: Story, look: Look) -> str:
    words, moment = chrome(one.edition), one.date
    plain = words.get("date", "{day:02} {month} {year}, {time}")
    first = words.get("time_first", "{time} {day:02} {month} {year}")
    month = words["months"][moment.month - 1]
    form: str = first if look.time_first else plain
    return form.format(day=moment.day, month=month, year=moment.year, time=moment.strftime("%H:%M"))


def _capture_day(edition: str, look: Look) -> str:
    words, day = chrome(edition), look.captured
    assert day is not None
    month = words.get("capture_months", words["months"])[day.month - 1]
    label = f"{look.label} " if look.label else ""
    return f"{label}{words['weekdays'][day.weekday()]}, {day.day} {month} {day.year}"


def _opinion(one: Story, title: Row) -> list[Row]:
    name = _line(person(one), "header.person", "authors")
    return [name, title, name, name, _line(chrome(one.edition)["post"], "header.post")]


def _captions(one: Story, look: Look) -> list[Row]:
    if look.title_again:
        return [_line(one.title, "header.title_again", "title", gap=1)]
    rows = [_line(text, "body.caption", "captions") for text in used_captions(one, look)]
    if look.captions == "pairs":
        rows = [row for row in rows for _ in range(2)]
    elif look.captions == "run":
        rows = rows * 2
    return [replace(rows[0], gap=look.layout > 2), *rows[1:]] if rows else []


def _body(one: Story, look: Look) -> list[Row]:
    dateline = Segment(dateline_text(one, look) if has_dateline(one, look) else "", "body.dateline", "dateline")
    texts = texts_of(one, look)
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


def _block(text: str, look: Look, taken: int) -> list[Row]:
    lines = _wrapped(text, taken) if look.wrap else _broken(text) if look.broken else [text]
    return [Row((Segment(line),), in_body=True) for line in lines]


def _broken(text: str) -> list[str]:
    """Break a paragraph before the lower-case word nearest its middle."""
    words = text.split()
    places = [
        i for i in range(1, len(words)) if words[i][0].islower() and words[i - 1].rstrip(CLOSING)[-1:] not in FINAL
    ]
    if not places:
        return [text]
    place = min(places, key=lambda i: abs(2 * i - len(words)))
    return [" ".join(words[:place]), " ".join(words[place:])]


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


def _parted(blocks: list[list[Row]], look: Look) -> list[Row]:
    rows = []
    for index, (first, *others) in enumerate(blocks):
        blank = index == 0 or look.parting == "blank" or (look.parting == "alternating" and index % 2)
        blank = blank or (look.wrap and _is_unfinished(blocks[index - 1][-1]))  # else the lines are one paragraph
        gap = 0 if index == 0 and look.layout == 0 else int(blank)
        rows += [replace(first, gap=gap, in_body=index > 0), *others]
    return rows


def _tail(one: Story, look: Look) -> list[Row]:
    if look.tail is None:
        return []
    words = chrome(one.edition)
    old = look.layout == 1 and look.tail == "tail"
    texts = {} if look.layout == 2 else words.get("old_tail", {}) if old else words[look.tail]
    section = words["sections"].get(one.section, "")
    news = words.get("section_news")
    if look.layout == 2:
        texts = ({"section_news": news} if news else {}) | {"mobile_link": words["full"]}
    rows = [
        _line(line.format(section=section), f"tail.{name}") for name, text in texts.items() for line in text.split("\n")
    ]
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


def _assemble(one: Story, look: Look, rows: Iterable[Row]) -> TextDump:
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
    return TextDump(text, expected(one, look), (one.language, one.language_confidence), audit, look.bom)


def _blanks(row: Row, look: Look) -> list[str]:
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
