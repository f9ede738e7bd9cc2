"""One small text dump, line by line, and what the cleaner makes of it."""

from __future__ import annotations

from typing import Any

from belta_spider.cleaning import Cleaned, Options, clean
from belta_spider.items import Page

HEAD = ["Projekte", "Staatsorgane", "flag Freitag, 19 April 2024", "Alle Nachrichten", "Alle Nachrichten"]
DATED = [*HEAD, "Kultur", "18 April 2024, 10:05"]
TITLE = "Glocken über der Düna"
BODY = [
    "MINSK, 18. April (BelTA) - Am Ufer der Düna haben acht Glöcknerinnen ihr neues Stück geprobt.",
    "Die Zuhörer saßen auf Decken und tranken Tee aus großen Kannen, bis es dunkel wurde.",
    "Im Sommer soll das Stück auf drei Bühnen zugleich erklingen, sagte die Leiterin der Schule, Alaisa Marhunez.",
]
TEXT = [BODY[0].removeprefix("MINSK, 18. April (BelTA) - "), *BODY[1:]]
LINE = "Die Glöcknerinnen bei der Probe"
TAIL = ["Abonnieren Sie uns auf", "Twitter", "Letzte Nachrichten aus Belarus"]


def cleaned(*lines: str) -> Cleaned:
    return clean(Page("text", "page.txt", "\n".join(lines).encode()), Options(edition="de"))


def text_of(*lines: str) -> list[str]:
    article = cleaned(*lines).article
    return article.text.split("\n\n") if article else []


def field(name: str, *lines: str) -> Any:
    article = cleaned(*lines).article
    assert article is not None
    return getattr(article, name)


def rules_of(text: str, *lines: str) -> list[str]:
    return [entry.rule for entry in cleaned(*lines).audit if entry.text == text]
