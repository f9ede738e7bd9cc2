"""What must come out of an article in a look: made of these two alone, never by the cleaner."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factory.page_looks import Look, chrome, dateline_text, has_bare_title, has_dateline, texts_of, used_captions
from tests.factory.sample_articles import Story, person


def expected(one: Story, look: Look) -> dict[str, Any]:
    """What must come out, of the keys that a page decides."""
    words = chrome(one.edition)
    full = look.layout > 0
    has_section = full and look.section_line and "header.section" not in look.missing
    dated = full and "header.date" not in look.missing
    printed = words["sections"].get(one.section)
    published = one.date.isoformat(timespec="seconds") if dated else None
    day = look.captured if look.layout > 2 and "header.day" not in look.missing else None
    return {
        "title": one.title if full or has_bare_title(one, look) else None,
        "section": one.section if has_section else None,
        "section_title": printed if has_section else None,
        "date_published": published,
        "captured_on": day.isoformat() if day else None,
        "dateline": _expected_dateline(one, look, dated=dated),
        "weather": _expected_weather(look),
        "text": "\n\n".join(texts_of(one, look)),
        "captions": list(dict.fromkeys(used_captions(one, look))),
        "credits": list(one.credits) if look.credit else [],
        "authors": _expected_authors(one, look),
        "flags": _expected_flags(one, look, dated=dated, day=day),
    }


def _expected_dateline(one: Story, look: Look, *, dated: bool) -> dict[str, str | None]:
    if not has_dateline(one, look):
        return dict.fromkeys(("raw", "place", "date", "agency"))
    words = chrome(one.edition)
    raw = dateline_text(one, look).strip()
    place = one.place.upper() if "{PLACE}" in words["datelines"][look.dateline] else one.place
    day = one.dateline_day.isoformat() if dated else None
    return {"raw": raw, "place": place, "date": day, "agency": words["agency"]}


def _expected_weather(look: Look) -> dict[str, Any]:
    if look.weather is None or look.layout < 3 or "header.weather" in look.missing:
        return dict.fromkeys(("place", "condition", "temperature_c"))
    place, condition, degrees, _ = look.weather
    number = int(degrees.lstrip("+-−–"))
    return {"place": place, "condition": condition or None, "temperature_c": -number if degrees[0] in "-−–" else number}


def _expected_authors(one: Story, look: Look) -> list[str]:
    names = [person(one)] if look.opinion else []
    if has_dateline(one, look) and "{reporter}" in chrome(one.edition)["datelines"][look.dateline]:
        names.append(chrome(one.edition)["reporter"])
    return names


def _expected_flags(one: Story, look: Look, *, dated: bool, day: date | None) -> list[str]:
    title = look.layout > 0 or has_bare_title(one, look)
    apart = dated and has_dateline(one, look) and abs((one.dateline_day - one.date.date()).days) > 2
    flags = {
        "no_title": not title,
        "no_date": not dated,
        "captured_before_published": bool(dated and day and day < one.date.date()),
        "dateline_date_differs": apart,
        "unpaired_caption": look.captions == "single" and bool(used_captions(one, look)),
        "repeated_text": look.repeat > 0,
        "unknown_chrome": bool(look.unknown_head or look.unknown_tail),
    }
    return sorted(name for name, raised in flags.items() if raised)
