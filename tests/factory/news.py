"""Invented news in several editions: what each says in its own words, with figures, names and dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from belta_spider.items import Article, Dateline, Source

MINSK = timezone(timedelta(hours=3))
START = datetime(2026, 6, 1, 9, tzinfo=MINSK)
PLACES = [
    ("Лида", "Lida", "利达"), ("Слоним", "Slonim", "斯洛尼姆"), ("Полоцк", "Polozk", "波洛茨克"),
    ("Пинск", "Pinsk", "平斯克"),
    ("Орша", "Orscha", "奥尔沙"), ("Браслав", "Braslaw", "布拉斯拉夫"),
    ("Кобрин", "Kobrin", "科布林"), ("Мозырь", "Mosyr", "莫济里"),
]  # fmt: skip
NAMES = [
    ("Гончаревич", "Gontscharewitsch"), ("Полещук", "Poleschtschuk"), ("Рудак", "Rudak"), ("Сикора", "Sikora"),
    ("Жилинский", "Schilinski"), ("Кравец", "Krawez"), ("Шумак", "Schumak"), ("Воробей", "Worobej"),
]  # fmt: skip


def ru(number: int) -> tuple[str, str]:
    (place, *_), (name, _) = PLACES[number % 8], NAMES[number % 8]
    visitors, area = figures(number)
    text = (
        f"Ярмарку посетили {visitors // 1000} тыс. {visitors % 1000} человек, рассказал директор Олег {name}.\n\n"
        f"Площадь выставки - {area // 10},{area % 10} га."
    )
    return f"Ярмарка открылась: {place}", text


def de(number: int) -> tuple[str, str]:
    (_, place, _), (_, name) = PLACES[number % 8], NAMES[number % 8]
    visitors, area = figures(number)
    text = (
        f"Den Jahrmarkt besuchten {visitors // 1000}.{visitors % 1000:03d} Menschen, sagte Direktor Oleg {name}.\n\n"
        f"Die Ausstellung hat {area // 10},{area % 10} Hektar."
    )
    return f"Jahrmarkt eröffnet: {place}", text


def zh(number: int) -> tuple[str, str]:
    visitors, area = figures(number)
    return f"集市开幕:{PLACES[number % 8][2]}", f"共有{visitors:,}人参观集市。\n\n展览面积{area / 10:.1f}公顷。"


WORDS = {"ru": ru, "de": de, "zh": zh}


def figures(number: int) -> tuple[int, int]:
    return 12_345 + 1_739 * number, 113 + 29 * number


def article(edition: str, number: int, *, hours: float = 0.0) -> Article:
    """The story of that number in an edition; each later edition is some hours later."""
    title, text = WORDS[edition](number)
    published = START + timedelta(hours=9 * number + 1.5 * list(WORDS).index(edition) + hours)
    return Article(
        id=f"{edition}-{1000 + number}-2026", url=f"https://{edition}.example/a-{1000 + number}-2026", edition=edition,
        language=edition, title=title, section="society", date_published=published.isoformat(), text=text,
        dateline=Dateline(None, None, f"{published:%Y-%m-%d}", "BelTA"),
        source=Source("live", f"{edition}/{number}", None, f"sha256:{edition}{number}"),
    )  # fmt: skip


def corpus(number: int = 20) -> Iterator[Article]:
    """Stories in three editions; each fifth is in one alone."""
    for one in range(number):
        yield from (article(edition, one) for edition in (["ru"] if one % 5 == 4 else WORDS))
