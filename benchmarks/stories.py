"""What `scrapy stories` costs, on invented articles in seven editions, 300 a day.

    python -m benchmarks stories [articles=3000] [meaning=1] [rounds=3]

Prints the processor time (user and system) of one article, and of 13 more against ten days, the start of the program
in it, as the least of some rounds; and the most memory. A million: `articles=1000000 rounds=1`, some hours.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import msgspec
import regex

from belta_spider.items import Article, Dateline, Source
from tests.factory.sample_articles import EDITIONS, stories

_A_DAY, _AN_HOUR = 300, 13
_TEN_DAYS = 3_000
_START = datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=3)))
_LETTERS = 1_200
_SYLLABLES = {
    "ru": ("ба", "ро", "ни", "лу", "ке", "да", "ми", "то"),
    "zh": ("巴", "罗", "尼", "卢", "克", "达", "米", "托"),
    "": ("ba", "ro", "ni", "lu", "ke", "da", "mi", "to"),
}
"""Of names; without one in Chinese each text without figures would be the last one issued again, for ever."""
_NUMBER = regex.compile(r"\d[\d .,]*\d|\d")


def main(*, articles: int = _TEN_DAYS, meaning: int = 0, rounds: int = 3) -> None:
    """Measure and print."""
    options = ["--meaning"] if meaning else []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "articles.jsonl"
        _write(path, 0)
        start, _ = min(_run(path, options) for _ in range(rounds))
        print(f"\nscrapy stories, seconds of processor time\n  of no article {start:.2f}")
        _write(path, articles)
        whole, memory = min(_anew(path, options) for _ in range(rounds))
        each = (whole - start) / articles * 1000
        print(f"  of {articles:,} articles at once {whole:.2f}: {each:.2f} ms each; {memory:.0f} MB")
        if articles <= 10 * _TEN_DAYS:
            hour, memory = min(_hour(path, articles, options) for _ in range(rounds))
            print(f"  of {_AN_HOUR} more against these {hour:.2f}; {memory:.0f} MB")


def _anew(path: Path, options: list[str]) -> tuple[float, float]:
    for kept in path.parent.glob("*stories*"):
        kept.unlink()
    (path.parent / f".{path.stem}.stories.cache").unlink(missing_ok=True)
    return _run(path, options)


def _hour(path: Path, before: int, options: list[str]) -> tuple[float, float]:
    """The hour's articles, the ones before them known."""
    _write(path, before)
    _run(path, options)
    _write(path, before + _AN_HOUR)
    return _run(path, options)


def _run(path: Path, options: list[str]) -> tuple[float, float]:
    """Seconds of processor time and megabytes of one run of the command."""
    command = [sys.executable, "-m", "belta_spider", "stories", str(path), *options]
    child = os.spawnv(os.P_NOWAIT, sys.executable, command)  # noqa: S606
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit("scrapy stories failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _write(path: Path, count: int) -> None:
    """Write the first articles of an endless corpus."""
    with path.open("wb") as file:
        file.writelines(msgspec.json.encode(article) + b"\n" for article in made(count))


def made(count: int) -> Iterator[Article]:
    """Yield articles by date: each story in one edition to seven, within two days, with its own figures and name."""
    waiting: list[tuple[float, str, int]] = []
    number, told = 0, 0
    while told < count:
        chance = random.Random(number)  # noqa: S311
        hours = number * 24 * 4 / _A_DAY
        ready = sorted(one for one in waiting if one[0] <= hours)
        waiting = [one for one in waiting if one[0] > hours]
        for when, edition, story in ready[: count - told]:
            told += 1
            yield _article(edition, story, when)
        for edition in chance.sample(EDITIONS, chance.choice((1, 2, 4, 4, 5, 5, 7))):
            waiting.append((hours + chance.expovariate(0.3) % 48, edition, number))
        number += 1


def _article(edition: str, story: int, hours: float) -> Article:
    published = _START + timedelta(minutes=int(hours * 60))
    form = story % 20
    title, text = _form(edition, form)
    values = random.Random(story)  # noqa: S311
    figures = [values.randint(12, 99_999) for _ in range(40)]
    name = _name(story, edition)
    return Article(
        id=f"{edition}-{story}-2026", url=f"https://example.org/{edition}/a-{story}-2026", edition=edition,
        language=edition, title=_renumbered(f"{name}: {title}", figures), section="society",
        date_published=published.isoformat(), text=_renumbered(f"{name}. {text}", figures),
        dateline=Dateline(None, None, f"{published:%Y-%m-%d}", "BelTA"),
        source=Source("live", f"{edition}/{story}", None, f"sha256:{edition}{story}"),
    )  # fmt: skip


@cache
def _form(edition: str, number: int) -> tuple[str, str]:
    """A title and a text of about 1,200 letters; a character counts for three."""
    known = [one for one in stories(edition) if len("".join(one.paragraphs)) < 2 * _LETTERS]
    paragraphs = [part for step in range(4) for part in known[(number + step) % len(known)].paragraphs]
    length = _LETTERS // 3 if edition == "zh" else _LETTERS
    while len("\n\n".join(paragraphs)) > length:
        paragraphs.pop()
    return known[number % len(known)].title, "\n\n".join(paragraphs)


def _renumbered(text: str, figures: list[int]) -> str:
    """The same text with other figures."""
    left = iter(figures)
    return _NUMBER.sub(lambda match: str(next(left, match[0])), text)


def _name(story: int, edition: str) -> str:
    syllables = _SYLLABLES.get("ru" if edition == "be" else edition, _SYLLABLES[""])
    return "".join(syllables[story // 8**power % 8] for power in range(4)).capitalize()


if __name__ == "__main__":
    main()
