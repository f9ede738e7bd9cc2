"""How right stories are on articles that were written before they were judged: few of them have figures."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import msgspec
import pytest

from belta_spider.editions import load
from belta_spider.items import Article
from belta_spider.stories.write import Options, write

WRITTEN = Path(__file__).parent / "written.txt"
HOURS = {"ru": 0, "be": 1, "en": 3, "de": 7, "es": 8, "pl": 9, "zh": 13}
"""How long after the first each edition publishes."""
LEAST_PRECISION, LEAST_RECALL, LEAST_ALONE = 0.97, 0.85, 0.97


def articles() -> Iterator[tuple[str, Article]]:
    """Yield the story and the article of each line."""
    story, first, section = "", datetime.now(UTC), ""
    for number, line in enumerate(WRITTEN.read_text(encoding="utf-8").splitlines()):
        head, _, rest = line.partition(" ")
        if head == "=":
            story, published, section = rest.split(" ")
            first = datetime.fromisoformat(f"{published}:00+03:00")
        elif head in HOURS:
            title, text = rest.split(" | ")
            yield story, Article(
                id=f"{head}-{number + 1000}-2026", edition=head, language=head, title=title, section=section,
                date_published=(first + timedelta(hours=HOURS[head])).isoformat(), text=text.replace(" // ", "\n\n"),
            )  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[list[dict[str, str]]]:
    path = tmp_path_factory.mktemp("written") / "articles.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(article) + b"\n" for _, article in articles()))
    write(path, load(), Options(), [])
    lines = path.with_name("articles.stories.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["members"] for line in lines]


def pairs(groups: Iterable[list[str]]) -> set[tuple[str, str]]:
    """The pairs of two editions."""
    found = (tuple(sorted(pair)) for group in groups for pair in combinations(group, 2))
    return {(one, other) for one, other in found if one[:2] != other[:2]}


def test_stories_are_found_and_no_others(told: list[list[dict[str, str]]]) -> None:
    true = defaultdict(list)
    for story, article in articles():
        true[story].append(article.id)
    wanted, found = pairs(list(true.values())), pairs([[member["id"] for member in members] for members in told])
    assert len(wanted) > 200
    assert len(wanted & found) / len(found) >= LEAST_PRECISION, sorted(found - wanted)
    assert len(wanted & found) / len(wanted) >= LEAST_RECALL, sorted(wanted - found)


def test_articles_alone_are_left_alone(told: list[list[dict[str, str]]]) -> None:
    true = defaultdict(list)
    for story, article in articles():
        true[story].append(article.id)
    alone = {ids[0] for ids in true.values() if len(ids) == 1}
    assert len(alone - {member["id"] for members in told for member in members}) >= LEAST_ALONE * len(alone)


SUMMIT = {
    "ru": (
        "Гончаревич: СНГ нужен откровенный разговор об угрозах",
        "Содружеству нужен откровенный разговор об угрозах, убеждена Зинаида Гончаревич. Это сказано на саммите.",
        "Гончаревич поблагодарила наблюдателей за доверие",
        "Зинаида Гончаревич поблагодарила наблюдателей за доверие и назвала их друзьями. Это сказано на саммите.",
    ),
    "de": (
        "Gontscharewitsch: GUS braucht ehrliche Debatte über Bedrohungen",
        "Die GUS braucht ein ehrliches Gespräch über Bedrohungen, meint Sinaida Gontscharewitsch. So beim Gipfel.",
        "Gontscharewitsch dankt den Beobachtern für Vertrauen",
        "Sinaida Gontscharewitsch dankte den Beobachtern für ihr Vertrauen und nannte sie Freunde. So beim Gipfel.",
    ),
    "es": (
        "Goncharévich: La CEI necesita una conversación sincera sobre las amenazas",
        "La CEI necesita una conversación sincera sobre las amenazas, cree Zinaída Goncharévich. Lo dijo en la cumbre.",
        "Goncharévich agradece a los observadores su confianza",
        "Zinaída Goncharévich agradeció a los observadores su confianza y los llamó amigos. Lo dijo en la cumbre.",
    ),
    "zh": (
        "贡恰列维奇：独联体需要就威胁坦诚对话",
        "济娜伊达·贡恰列维奇认为，独联体需要就威胁坦诚对话。她在峰会上表示。",
        "贡恰列维奇感谢观察员的信任",
        "济娜伊达·贡恰列维奇感谢观察员的信任，称他们为朋友。她在峰会上表示。",
    ),
}
"""Two statements at one summit, without a figure: what they are about tells them apart."""


def test_statements_at_a_summit_find_their_own_versions(tmp_path: Path) -> None:
    at = datetime.fromisoformat("2026-10-08T12:00:00+03:00")
    told = [
        Article(
            id=f"{code}-{number}-2026", edition=code, language=code, title=texts[number], section="politics",
            date_published=(at + timedelta(hours=hour, minutes=number)).isoformat(), text=texts[number + 1],
        )
        for hour, (code, texts) in enumerate(SUMMIT.items()) for number in (0, 2)
    ]  # fmt: skip
    assert stories_of(tmp_path, told) == {frozenset(f"{code}-{number}-2026" for code in SUMMIT) for number in (0, 2)}


SERIES = {
    "de-1": (
        "Blutspendewoche: 3,71 % der Spender am ersten Tag gekommen",
        (
            "Am ersten Tag der Blutspendewoche kamen 3,71 Prozent der Spender, sagte Olga Ptaschkina. Erfasst sind "
            "22,4 Tsd. Spender in Brest, Witebsk, Gomel, Grodno und Mogiljow an 18.300 Plätzen."
        ),
    ),
    "es-2": (
        "Semana de la sangre: en dos días acudió el 9,26 % de los donantes",
        (
            "En dos días de la semana de la sangre acudió el 9,26 % de los donantes, dijo Olga Ptáshkina. Están "
            "inscritos 22,4 mil donantes en Brest, Vítebsk, Gómel, Grodno y Moguiliov en 18 300 plazas."
        ),
    ),
    "ru-2": (
        "За два дня недели донора кровь сдали 9,26 %",
        (
            "За два дня недели донора кровь сдали 9,26 % доноров, сказала Ольга Пташкина. Записаны 22,4 тыс. доноров в "
            "Бресте, Витебске, Гомеле, Гродно и Могилеве на 18 300 мест."
        ),
    ),
}
"""A series by the day: the totals are those of every day, the title's figure is the day's own."""


@pytest.mark.parametrize("hours", [3, 20])
def test_another_day_of_a_series_is_another_story(tmp_path: Path, hours: int) -> None:
    at = datetime.fromisoformat("2026-11-10T12:00:00+03:00")
    told = [
        Article(
            id=f"{name}-2026", edition=name[:2], language=name[:2], title=title, section="society", text=text,
            date_published=(at + timedelta(hours=hours * (name[-1] == "2"))).isoformat(),
        )
        for name, (title, text) in SERIES.items()
    ]  # fmt: skip
    assert stories_of(tmp_path, told) == {frozenset({"es-2-2026", "ru-2-2026"})}


def stories_of(folder: Path, told: list[Article]) -> set[frozenset[str]]:
    path = folder / "articles.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(article) + b"\n" for article in told))
    write(path, load(), Options(), [])
    lines = path.with_name("articles.stories.jsonl").read_text(encoding="utf-8").splitlines()
    return {frozenset(member["id"] for member in json.loads(line)["members"]) for line in lines}
