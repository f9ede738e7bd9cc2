"""Which article a page is made of: of those of a kind the one that was used least."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from tests.factory.page_looks import Look, chrome
from tests.factory.sample_articles import Story, moved, stories
from tests.factory.text_dump import is_wrappable

LONG = 30

KINDS: dict[str, Callable[[Story], bool]] = {
    "dateline": lambda one: one.dateline,
    "captions": lambda one: one.dateline and len(one.captions) > 1,
    "credits": lambda one: one.dateline and bool(one.credits),
    "plain": lambda one: not one.dateline and len(one.paragraphs) < LONG,
    "long": lambda one: len(one.paragraphs) > LONG,
    "list": lambda one: any(text.endswith((";", "\uff1b")) for text in one.paragraphs),
    "trap": lambda one: one.dateline and any(text in chrome_words(one.edition) for text in one.paragraphs),
    "wrappable": lambda one: one.dateline and is_wrappable(one),
}


class Chooser:
    """Gives the article of a kind that was used least, dated before the look's capture."""

    def __init__(self, edition: str):
        self.edition = edition
        self.used: Counter[str] = Counter()

    def __call__(self, kind: str, look: Look) -> Story | None:
        fitting = [one for one in stories(self.edition) if KINDS[kind](one)]
        if not fitting:
            return None
        one = min(fitting, key=lambda one: self.used[one.key])
        self.used[one.key] += 1
        weeks = self.used[one.key] - 1
        while look.captured and moved(one, weeks).date.date() > look.captured:
            weeks += 52
        return moved(one, weeks)


def chrome_words(edition: str) -> set[str]:
    """Whole lines of the edition's chrome that stand in articles too."""
    words = chrome(edition)
    weathers = {" ".join(filter(None, (place, text, number + unit))) for place, text, number, unit in words["weathers"]}
    labels = {words["list_link"], *words["head"].values(), *words["tail"].values(), *words["sections"].values()}
    return labels | weathers | set(words["networks"])
