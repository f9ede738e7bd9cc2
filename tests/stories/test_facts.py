"""Facts of an article that survive translation: figures in each language's forms, names by sound, countries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from belta_spider.editions import built_in, load
from belta_spider.editions.story_words import StoryWords
from belta_spider.items import Article
from belta_spider.stories.doubles import Doubles, sketch_of
from belta_spider.stories.facts.article import FactReader
from belta_spider.stories.facts.concepts import concepts_of
from belta_spider.stories.facts.countries import countries_of
from belta_spider.stories.facts.figures import are_near, digits_of, reader_of, telling
from belta_spider.stories.facts.names import names_of
from belta_spider.stories.facts.sounds import coarse, ear_of, nearest, sound_alike

EDITIONS = load().by_code


@pytest.mark.parametrize("wrong", [{"amounts": {"half": ("half",)}}, {"compound": "{tens}"}, {"sizes": {"dozen": ()}}])
def test_what_no_number_can_be_read_by_is_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        StoryWords(**wrong)


@pytest.mark.parametrize(
    ("code", "text", "values"),
    [
        ("ru", "5 млн 321 тыс. тонн", [5_321_000]),
        ("ru", "1 360 тыс. и 7,81 %", [1_360_000, 7.81]),
        ("be", "5 мільёнаў 321 тысяча", [5_321_000]),
        ("de", "5 Mio. 321 Tsd. und 1,36 Mio.", [5_321_000, 1_360_000]),
        ("de", "5.009.000 Gäste und drei Boote", [5_009_000, 3]),
        ("en", "8,499,000 and 2.150 million, 7,81 %", [8_499_000, 2_150_000, 7.81]),
        ("en", "Br11.7 million, Br320,000, $5m, USD77", [11_700_000, 320_000, 5_000_000, 77]),
        ("en", "164m long, the 100m freestyle, 8.5m tonnes", [164, 100, 8_500_000]),
        ("es", "22 458 personas, 3,2 mil millones", [22_458, 3_200_000_000]),
        ("pl", "1 360 tys. i trzech", [1_360_000, 3]),
        ("zh", "168万、44,361、636.5万吨、三名", [1_680_000, 44_361, 6_365_000, 3]),
        ("ru", "шестьдесят восемь машин, два миллиона, полмиллиона", [68, 2_000_000, 500_000]),
        ("ru", "500-тысячный пассажир и одна шина", [500_000]),
        ("be", "шэсцьдзясят восем, паўмільёна, дзве", [68, 500_000]),
        ("en", "Sixty-eight cars, twenty, the half-millionth, two", [68, 20, 500_000]),
        ("en", "an eleven-meter, three thousand, one and a half million", [11, 3000, 1_500_000]),
        ("de", "Achtundsechzig Wagen, dreißig, eine halbe Million, eine", [68, 30, 500_000]),
        ("es", "sesenta y ocho, medio millón, un coche y dos mil", [68, 500_000, 2000]),
        ("pl", "Czternaście, sześćdziesiąt osiem, pół miliona", [14, 68, 500_000]),
        ("zh", "六十八辆车、十四吨、二十三名、四百个、三百名、一百万", [68, 14, 23]),
        ("zh", "百名学生", [100]),
        ("en", "Two hundred pupils, a hundred trees", [200, 100]),
        ("es", "Veintitrés casas, quinientas personas", [23, 500]),
        ("ru", "Триста саженцев", [300]),
    ],
)
def test_figures_are_read_in_each_language_s_forms(code: str, text: str, values: list[float]) -> None:
    assert list(reader_of(EDITIONS[code]).read(text).values) == values


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ru", "9 мая счет 29:23"), ("be", "9 мая лік 29:23"), ("de", "9. Mai und 29:23"), ("en", "9 May, 29-23"),
        ("en", "May 9, 29-23"), ("es", "9 de mayo, 29-23"), ("pl", "9 maja, 29:23"), ("zh", "5月9日,29比23"),
    ],
)  # fmt: skip
def test_dates_and_scores_stand_apart(code: str, text: str) -> None:
    found = reader_of(EDITIONS[code]).read(text)
    assert (found.dates, found.scores) == ({(5, 9)}, {"29:23"})


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        (22_458, 22_000, True),
        (85.4, 85, True),
        (8.54, 8.5, False),
        (22_458, 23_000, False),
        (35, 36, False),
        (5, 5, True),
    ],
)
def test_a_figure_may_be_cut_or_rounded_to_two_digits(one: float, other: float, near: bool) -> None:
    assert are_near(one, other) is are_near(other, one) is near


def test_longer_figures_say_more() -> None:
    assert telling(5) < telling(2020) < telling(500) < telling(55) < telling(555) < telling(44_361)
    assert [digits_of(value) for value in (500.0, 0.5, 44_361.0)] == [1, 1, 5]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("be", "Ганчарэвіч"),
        ("en", "Goncharevich"),
        ("de", "Gontscharewitsch"),
        ("pl", "Hanczarewicz"),
        ("es", "Goncharévich"),
    ],
)
def test_a_name_sounds_alike_in_all_editions(code: str, name: str) -> None:
    assert sound_alike(ear_of(EDITIONS["ru"]).code("Гончаревич"), ear_of(EDITIONS[code]).code(name))


def test_a_name_is_heard_in_characters() -> None:
    reader = names_of(EDITIONS["zh"])
    (run,) = reader.runs("经理托马斯·林德奎斯特说")
    for name, heard in (("Линдквист", True), ("Гончаревич", False)):
        code = coarse(ear_of(EDITIONS["ru"]).code(name))
        assert bool(nearest(code, [reader.sound(run)], 0.22 * len(code))) is heard


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ru", "в Зимбабве"),
        ("be", "у Зімбабвэ"), ("de", "nach Simbabwe"), ("en", "to Zimbabwe"), ("es", "a Zimbabue"),
        ("pl", "do Zimbabwe"), ("zh", "津巴布韦"),
    ],
)  # fmt: skip
def test_countries_are_found_by_their_names_in_cldr(code: str, text: str) -> None:
    assert countries_of(EDITIONS[code]).read(text) == {"ZW"}


def test_an_edition_without_the_table_is_read_by_figures_and_dates(tmp_path: Path) -> None:
    made = Path(built_in.__file__).with_name("es.toml").read_text(encoding="utf-8")
    made = made.replace('edition = "es"', 'edition = "it"').replace('language = "es"', 'language = "it"')
    head, _, rest = made.partition("\n[stories]")
    assert rest
    (tmp_path / "it.toml").write_text(head.replace("belta.by", "example"), encoding="utf-8")
    editions = load(tmp_path)
    article = Article(id="it-1-2026", edition="it", language="it", text="1,36 e 44361")
    article.date_published = "2026-05-09T10:00:00+03:00"
    facts = FactReader(editions).read(article)
    assert facts
    assert set(facts.figures) == {1.36, 44_361}
    assert FactReader(editions).read(Article(id="it-2-2026", edition="it", text="No date.")) is None


@pytest.mark.parametrize(
    ("code", "title", "concepts"),
    [
        ("ru", "Пожар в больнице потушили за час", {"fire", "hospital"}),
        ("be", "Пажар у бальніцы патушылі за гадзіну", {"fire", "hospital"}),
        ("en", "Hospital fire put out within an hour", {"fire", "hospital"}),
        ("de", "Brand im Krankenhaus in einer Stunde gelöscht", {"fire", "hospital"}),
        ("es", "Apagan en una hora el incendio del hospital", {"fire", "hospital"}),
        ("pl", "Pożar w szpitalu ugaszono w godzinę", {"fire", "hospital"}),
        ("zh", "医院火灾一小时内扑灭", {"fire", "hospital"}),
        # organisations, whose letters each language has of its own, and what statements are about
        ("ru", "Наблюдатели СНГ оценили явку", {"cis", "observer", "assess", "turnout"}),
        ("be", "Назіральнікі СНД ацанілі яўку", {"cis", "observer", "assess", "turnout"}),
        ("en", "CIS observers assess turnout", {"cis", "observer", "assess", "turnout"}),
        ("de", "GUS-Beobachter bewerten Wahlbeteiligung", {"cis", "observer", "assess", "turnout", "election"}),
        ("es", "Observadores de la CEI evalúan la afluencia", {"cis", "observer", "assess", "turnout"}),
        ("pl", "Obserwatorzy WNP ocenili frekwencję", {"cis", "observer", "assess", "turnout"}),
        ("zh", "独联体观察员评价投票率", {"cis", "observer", "assess", "turnout"}),
        ("ru", "ОДКБ откровенно о вызовах и угрозах", {"csto", "honest", "threat"}),
        ("de", "OVKS ehrlich über Bedrohungen", {"csto", "honest", "threat"}),
        ("es", "La OTSC, sincera sobre las amenazas", {"csto", "honest", "threat"}),
        ("zh", "集安组织坦诚面对威胁", {"csto", "honest", "threat"}),
        ("ru", "Шоссе", {"road"}),
        ("de", "Sozialer Gustav", set()),
        ("pl", "Sowa", {"bird"}),
        ("en", "Scissors", set()),
        # a short stem begins many words
        ("pl", "Serbia czeka", set()),
        ("pl", "Ser z Mira", {"milk"}),
        ("en", "Business is good", set()),
        ("en", "Buses are late", {"bus"}),
        ("es", "Museo Nacional", {"museum"}),
        ("ru", "Северный ветер", {"wind"}),
        # a longer stem says what the shorter one does not
        ("ru", "Центр и цены", {"center", "price"}),
        ("en", "Teams drink coffee", {"team", "coffee"}),
        ("pl", "Promocja w Mińsku", set()),
    ],
)
def test_what_a_title_is_about_has_one_name_in_all_editions(code: str, title: str, concepts: set[str]) -> None:
    assert concepts_of(EDITIONS[code]).read(title) == concepts


def test_each_edition_has_words_for_the_same_concepts() -> None:
    assert len({frozenset(edition.stories.concepts) for edition in EDITIONS.values()}) == 1


def test_what_other_titles_head_is_no_double() -> None:
    read = FactReader(load()).read
    text = "Mówiono o tym na spotkaniu z ministrem."
    titles = ("Będzie więcej autobusów", "Będzie więcej szpitali", "Będzie więcej nowych autobusów")
    facts = []
    for number, title in enumerate(titles):
        one = Article(id=f"pl-{number}-2026", edition="pl", language="pl", title=title, text=text)
        one.date_published = "2026-06-01T10:00:00+03:00"
        facts.append(read(one))
    doubles = Doubles(3.0)
    found = [[double.earlier for double in doubles.of(one, text, sketch_of(text))] for one in facts if one]
    assert found == [[], [], ["pl-0-2026"]]
