"""Made-up outputs: articles with their audit, as many as a test wants, the same each time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from belta_spider.items import Article, Dateline, Image, Provenance, Removal, Source, Weather
from belta_spider.output.ledger import audit_path

EDITIONS = ("ru", "be", "en", "de", "es", "pl", "zh")
SECTIONS = ("president", "politics", "economics", "society", "sport", "culture", "regions", "tech", "world", None)
WORDS = ["bridge", "orchard", "choir", "harvest", "market", "ferry", "museum", "tram", "school", "garden", "lantern"]
PRODUCER = "belta_spider/1.0.0 rules/0123abcd"
HOSTILE = (
    '<script>document.title=\'owned\'</script>"onmouseover="alert(1)" javascript:alert(1) <img src=x onerror=alert(1)>'
)
_HEAD = [("header.projects", None, "Projects"), ("header.date", "date_published", "03 April 2024, 14:54")]
_TAIL = [("tail.subscribe", None, "Subscribe to us"), ("tail.recent", None, "Recent news from Belarus")]
_encode = msgspec.json.Encoder().encode


def sentence(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(8, 24))).capitalize() + "."


def article(number: int) -> Article:
    """An article with whatever a record may hold; every fifth is bare."""
    chance = random.Random(number)
    edition = EDITIONS[number % len(EDITIONS)]
    published = datetime(2019, 1, 1, tzinfo=UTC) + timedelta(hours=number * 7 % 50_000)
    made = Article(
        id=f"{edition}-{number}-{published.year}",
        url=f"https://{edition}.example/politics/view/a-{number}-{published.year}",
        edition=edition,
        language=edition,
        language_confidence=0.9876,
        title=" ".join(chance.choices(WORDS, k=5)).capitalize(),
        section=SECTIONS[number % len(SECTIONS)],
        date_published=published.strftime("%Y-%m-%dT%H:%M:00+03:00"),
        text="\n\n".join(sentence(chance) for _ in range(chance.randint(3, 8))),
        source=Source("text", f"pages/{number}.txt", None, "sha256:" + f"{number:064x}"),
        provenance=Provenance("page", None, "page", "page", "text"),
        producer=PRODUCER,
    )
    if number % 5:
        made.dateline = Dateline("MINSK, 3 April (BelTA) -", "MINSK", "2024-04-03", "BelTA")
        made.weather = Weather("Minsk", "Sun and clouds", number % 40 - 15)
        made.captions, made.tags = ["A ferry at dawn"], ["ferry", "dawn"]
        made.images = [Image("https://img.example/1.jpg", "A ferry at dawn", None)]
        made.flags = ["unknown_chrome"] if number % 7 == 0 else []
    return made


def removals(made: Article) -> Iterator[Removal]:
    """The audit of an article: head, dateline and tail around its paragraphs."""
    end = len(_HEAD) + 1 + 2 * (made.text.count("\n\n") + 1)
    tail = [*_TAIL, *([("tail.unknown", None, "Top stories")] if made.flags else [])]
    placed = [(number, *one) for number, one in enumerate(_HEAD, 1)]
    placed.append((len(_HEAD) + 1, "header.title", "title", made.title or ""))
    if made.dateline.raw:
        placed.append((len(_HEAD) + 3, "body.dateline", "dateline", f"{made.dateline.raw} "))
    placed += [(number, *one) for number, one in enumerate(tail, end + 2)]
    for number, rule, into, text in placed:
        yield Removal(made.id, made.source.uri, None, number, 0, f"{made.edition}.{rule}", into, text)


def bare(number: int) -> Article:
    """An article whose lists are empty and whose optional values are null."""
    return Article(
        id=f"de-{number}-2024", edition="de", language="de", language_confidence=1.0, text="Ein Satz.",
        source=Source("text", f"pages/{number}.txt", None, f"sha256:{number:064x}"), producer=PRODUCER,
    )  # fmt: skip


def hostile() -> Article:
    """An article each of whose strings is an attack."""
    made = article(1)
    made.id, made.title, made.section_title, made.text = (
        f"en-{HOSTILE}",
        HOSTILE,
        HOSTILE,
        f"{HOSTILE}\n\n</script>{HOSTILE}",
    )
    made.section, made.edition, made.flags, made.tags, made.producer = HOSTILE, HOSTILE, [HOSTILE], [HOSTILE], HOSTILE
    made.source.uri = HOSTILE
    return made


def write(path: Path, articles: Iterator[Article] | list[Article]) -> Path:
    """Write articles and their audit."""
    with path.open("wb") as file, audit_path(path).open("wb") as audit:
        for made in articles:
            file.write(_encode(made) + b"\n")
            audit.writelines(_encode(one) + b"\n" for one in removals(made))
    return path


def note(path: Path, removal: Removal) -> None:
    """Add an entry to the audit of an output."""
    with audit_path(path).open("ab") as audit:
        audit.write(_encode(removal) + b"\n")
