"""The two real pages agree with the contract's last section."""

from pathlib import Path

import pytest

from belta_spider.cleaning import clean
from belta_spider.items import Article, Page

DE = Path("fixtures/de")
SEEDS = {
    "000_30530b0d588a9a9f.txt": {
        "captured_on": "2024-04-30",
        "date_published": "2024-04-03T14:54:00+03:00",
        "dateline": ("MINSK, 3. April (BelTA) -", "MINSK", "2024-04-03", "BelTA"),
        "weather": (None, None, None),
        "paragraphs": 5,
        "first": "Das 19. Treffen ",
        "last": " der Sicherheitsorgane.",
    },
    "002_a725bc5e62d4edbd.txt": {
        "captured_on": "2023-05-29",
        "date_published": "2023-01-10T12:58:00+03:00",
        "dateline": ("MOSKAU, 10. Januar (BelTA) -", "MOSKAU", "2023-01-10", "BelTA"),
        "weather": ("Minsk", "unbeständig", 14),
        "paragraphs": 4,
        "first": "Der neue Generalsekretär ",
        "last": " erläuterte Alexander Wolfowitsch.",
    },
}


def _article(name: str) -> Article:
    path = DE / name
    article = clean(Page("text", path.as_posix(), path.read_bytes())).article
    assert article is not None
    return article


@pytest.mark.parametrize("name", SEEDS)
def test_a_seed_gives_the_record_of_the_contract(name: str) -> None:
    article, expected = _article(name), SEEDS[name]
    line, weather = article.dateline, article.weather
    assert article.captured_on == expected["captured_on"]
    assert (article.section, article.section_title) == ("politics", "Politik")
    assert article.date_published == expected["date_published"]
    assert (line.raw, line.place, line.date, line.agency) == expected["dateline"]
    assert (weather.place, weather.condition, weather.temperature_c) == expected["weather"]
    assert len(article.text.split("\n\n")) == expected["paragraphs"]
    assert article.text.startswith(str(expected["first"]))
    assert article.text.endswith(str(expected["last"]))
    assert (article.edition, article.language, article.url) == ("de", "de", None)
    assert article.captions == article.flags == []
