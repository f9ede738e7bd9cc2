"""Pages that one edition alone prints: its own words, months, footers and bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime

from tests.factory.chosen_articles import Chooser
from tests.factory.expected import expected
from tests.factory.page_looks import Look, seen
from tests.factory.sample_articles import MINSK, Story, moved, stories, story
from tests.factory.text_dump import TextDump, dump_of


def _reprinted(page: TextDump, rule: str, before: str, after: str) -> TextDump:
    """The page with other words in the lines of one rule."""
    audit = []
    text = page.text
    for line, column, name, into, piece in page.audit:
        printed = piece.replace(before, after) if name.endswith(rule) else piece
        text = text.replace(piece, printed, 1) if printed != piece else text
        audit.append((line, column, name, into, printed))
    assert text != page.text, f"{before!r} does not stand in {rule}"
    return replace(page, text=text, audit=audit)


def _dated(one: Story, moment: str) -> Story:
    published = datetime.fromisoformat(moment).replace(tzinfo=MINSK)
    return replace(one, date=published, dateline_day=published.date())


def _with_dateline(page: TextDump, **changes: str | None) -> TextDump:
    return replace(page, record=page.record | {"dateline": page.record["dateline"] | changes})


def _amp(one: Story) -> TextDump:
    """A page for readers on a slow line: title, day and hour, body."""
    body = dump_of(one, seen(one.edition, 0, parting="single"))
    moment = one.date.strftime("%Y-%m-%d %H:%M")
    record = expected(one, Look(1, section_line=False, captions="none"))
    audit = [
        (1, 0, f"{one.edition}.header.title", "title", one.title),
        (3, 0, f"{one.edition}.header.date", "date_published", moment),
        *((line + 3, *others) for line, *others in body.audit),
    ]
    return TextDump(f"{one.title}\n\n{moment}\n{body.text}", record, body.language, audit)


def _with_footer(page: TextDump, rule: str, line: str) -> TextDump:
    """A fragment of the site's furniture at the end of a body that was captured alone."""
    number = page.text.count("\n") + 1
    entry = (number, 0, rule, None, line)
    return replace(page, text=f"{page.text}{line}\n", audit=[*page.audit, entry])


def _russian(choose: Chooser) -> Iterator[tuple[str, TextDump]]:
    bare, full = seen("ru", 0), seen("ru", 5)
    yield "amp", _amp(_one(choose, "credits", bare))
    yield "amp-morning", _amp(_dated(_one(choose, "dateline", bare), "2010-07-03T08:05"))
    footer = "- размещаются материалы рекламно-информационного характера."
    yield "body-footer", _with_footer(dump_of(_one(choose, "plain", bare), bare), "ru.body.furniture", footer)
    yield "layout5-winter-time", dump_of(_dated(_one(choose, "dateline", full), "2010-01-14T11:21"), full)


def _belarusian(choose: Chooser) -> Iterator[tuple[str, TextDump]]:
    look = seen("be", 5, label="Сцяг")
    page = dump_of(_dated(_one(choose, "dateline", look), "2023-05-21T12:30"), look)
    page = _reprinted(_reprinted(page, "header.date", "мая", "траўня"), "body.dateline", "мая", "траўня")
    raw = page.record["dateline"]["raw"].replace("мая", "траўня")
    yield "layout5-other-word-for-may", _with_dateline(page, raw=raw)


def _english(choose: Chooser) -> Iterator[tuple[str, TextDump]]:
    look = seen("en", 5, tail="photo_tail", time_first=True)
    one = next(one for one in stories("en") if one.section == "society" and not one.dateline)
    page = _reprinted(dump_of(moved(one, 70), look), "header.section", "Society", "Daily Snapshot")
    yield (
        "layout5-daily-snapshot",
        replace(page, record=page.record | {"section": "photonews", "section_title": "Daily Snapshot"}),
    )
    bare = seen("en", 0)
    page = dump_of(_one(choose, "dateline", bare), bare)
    raw, place = page.record["dateline"]["raw"], page.record["dateline"]["place"]
    page = _reprinted(page, "body.dateline", raw, f"{place} (BelTA) –")
    yield "body-dateline-without-a-day", _with_dateline(page, raw=f"{place} (BelTA) –")
    page = dump_of(_one(choose, "dateline", bare), bare)
    yield "body-project", _with_footer(page, "en.body.project", "NUCLEAR POWER IN BELARUS AND WORLDWIDE")


def _polish(choose: Chooser) -> Iterator[tuple[str, TextDump]]:
    bare = seen("pl", 0)
    page = dump_of(_one(choose, "dateline", bare), bare)
    yield "body-project", _with_footer(page, "pl.body.project", "ENERGIA ATOMOWA")


def _spanish(choose: Chooser) -> Iterator[tuple[str, TextDump]]:
    look = seen("es", 5)
    page = dump_of(_dated(_one(choose, "dateline", look), "2021-09-05T09:12"), look)
    yield "layout5-misspelt-month", _reprinted(page, "header.date", "Septiembre", "Septriembre")


def _chinese(choose: Chooser) -> Iterator[tuple[str, TextDump]]:
    look = seen("zh", 5)
    page = dump_of(_dated(_one(choose, "dateline", look), "2019-04-19T13:04"), look)
    yield "layout5-english-month", _reprinted(page, "header.date", "四月", "April")
    page = dump_of(_one(choose, "dateline", look), look)
    raw = page.record["dateline"]["raw"]
    after = f"{raw}记者林溪月报道。"
    page = _with_dateline(_reprinted(page, "body.dateline", raw, after), raw=after)
    yield "layout5-reporter-after-the-dateline", replace(page, record=page.record | {"authors": ["林溪月"]})


def _german(_: Chooser) -> Iterator[tuple[str, TextDump]]:
    yield from _in_other_bytes()
    yield "layout5-english-text", _in_english()


def _in_other_bytes() -> Iterator[tuple[str, TextDump]]:
    """Pages that are not the UTF-8 they should be."""
    one = moved(story("de", "winterwetter-rueckblick"), 9)
    page = _repaired(dump_of(one, seen("de", 5)))
    yield "bytes-cp1252", replace(page, encoded=page.text.encode("cp1252"))
    page = _repaired(dump_of(moved(one, 1), seen("de", 4, captured=date(2022, 5, 1))))
    lines = page.text.split("\n")
    latin = max(range(len(lines)), key=lambda index: len(lines[index]) * (not lines[index].isascii()))
    mixed = [line.encode("cp1252" if index == latin else "utf-8") for index, line in enumerate(lines)]
    yield "bytes-mixed", replace(page, encoded=b"\n".join(mixed))
    page = _repaired(dump_of(moved(one, 2), seen("de", 5)))
    yield "bytes-mojibake", replace(page, encoded=page.text.encode().decode("cp1252").encode())


def _repaired(page: TextDump) -> TextDump:
    page.record["flags"] = sorted([*page.record["flags"], "encoding_repaired"])
    return page


def _in_english() -> TextDump:
    """An English text on a German page."""
    english = stories("en")[1]
    one = replace(story("de", "residenz-tag"), title=english.title, paragraphs=english.paragraphs, captions=())
    one = replace(one, language=english.language, language_confidence=english.language_confidence)
    page = dump_of(moved(one, 5), seen("de", 5, captured=date(2025, 7, 1)))
    page.record["flags"] = sorted([*page.record["flags"], "language_differs"])
    return page


def _one(choose: Chooser, kind: str, look: Look) -> Story:
    one = choose(kind, look)
    assert one is not None
    return one


OWN: dict[str, Callable[[Chooser], Iterator[tuple[str, TextDump]]]] = {
    "be": _belarusian,
    "de": _german,
    "en": _english,
    "es": _spanish,
    "pl": _polish,
    "ru": _russian,
    "zh": _chinese,
}
