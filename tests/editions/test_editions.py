"""The editions' tables: each rule keeps its examples and is used; no word of a language stands in code."""

import pickle
import re
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import UsageError

from belta_spider.cleaning import Options, clean
from belta_spider.editions import Edition, EditionError, load, loading
from belta_spider.editions.checks import check
from belta_spider.editions.limits import Limits
from belta_spider.editions.rules import Rule
from belta_spider.items import Article, Page
from belta_spider.reporting import golden
from tests.factory.page_looks import chrome, seen
from tests.factory.sample_articles import EDITIONS, stories
from tests.factory.text_dump import dump_of

LOADED = load()
RULES = [(edition, rule) for edition in LOADED.by_code.values() for rule in edition.rules]
NAMES = [rule.name for _, rule in RULES]
PACKAGE = Path("belta_spider")


def takes(rule: Rule, text: str) -> bool:
    """Whether a rule takes the whole line, or for the body's end the whole paragraph."""
    if rule.where != "end":
        return rule.match(text) is not None
    return rule.ending(text) == 0


# Rules


@pytest.mark.parametrize("rule", [rule for _, rule in RULES], ids=NAMES)
def test_a_rule_takes_its_examples_and_leaves_the_others(rule: Rule) -> None:
    assert rule.takes, "what it takes"
    assert rule.leaves, "what it must leave"
    assert [text for text in rule.takes if not takes(rule, text)] == []
    assert [text for text in rule.leaves if rule.match(text) is not None or takes(rule, text)] == []
    if rule.where == "end":
        assert [text for text in rule.leaves if rule.ending(text) is not None] == []


@pytest.mark.parametrize("rule", [rule for _, rule in RULES if rule.labels], ids=[r.name for _, r in RULES if r.labels])
def test_a_label_may_stand_in_any_case_twice_on_a_line_or_with_a_colon_of_either_width(rule: Rule) -> None:
    for label in rule.takes:
        bare = label.rstrip(":")
        if bare[: len(bare) // 2] * 2 == bare:
            bare = bare[: len(bare) // 2]
        assert all(
            takes(rule, text) for text in (bare.upper(), bare * 2, f"{bare} {bare}", f"{bare}:", f"{bare}\uff1a")
        )
        assert not takes(rule, f"{bare} {bare}. ")


def test_every_rule_is_used_by_a_fixture() -> None:
    outcomes = [golden.expected(page) or {} for page in golden.pages("fixtures")]
    used = {entry["rule"] for outcome in outcomes for entry in outcome.get("audit", [])}
    assert sorted(set(NAMES) - used) == []


def test_the_tables_of_two_editions_name_different_hosts_and_languages() -> None:
    hosts = [host for edition in LOADED.by_code.values() for host in edition.hosts]
    assert len(hosts) == len(set(hosts))
    assert len(LOADED.by_language) == len(LOADED.by_code) == len(EDITIONS)


# Code


def test_no_letter_beyond_ascii_stands_in_the_package() -> None:
    found = [
        f"{path}:{number}: {character}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for character in line
        if not character.isascii() and unicodedata.category(character).startswith(("L", "M"))
    ]
    assert found == []


# Where a table is wrong


def altered(code: str, change: str) -> tuple[str, dict[str, Any]]:
    """A full page whose chrome is worded as no table has it, and the record of the page as it was."""
    one = next(story for story in stories(code) if story.dateline and chrome(code)["list_link"] not in story.paragraphs)
    words = chrome(code)
    page = dump_of(one, seen(code, 4, label=words["labels"][0]))
    lines = page.text.split("\n")
    day = next(index for index, line in enumerate(lines) if line.endswith(" 2021"))
    date = next(index for index, line in enumerate(lines) if line.endswith(f"{one.date:%H:%M}"))
    last = max(index for index, line in enumerate(lines) if line)
    for index, line in enumerate(lines):
        if change in {"head", "all"} and index < day:
            lines[index] = f"Qoqo {index}xyz"
        if change in {"list_link", "all"} and line == words["list_link"]:
            lines[index] = "Qoqo Zuzu"
    if change in {"weekday", "all"}:
        lines[day] = "Flag Qoqoday, 24 September 2021"
    if change == "month":
        lines[date] = f"{one.date:%d} Qoqomonth {one.date:%Y, %H:%M}"
    if change in {"tail", "all"}:
        lines[last] = "Qoqo Zuzu"
    return "\n".join(lines), page.record


@pytest.mark.parametrize("code", EDITIONS)
@pytest.mark.parametrize("change", ["head", "list_link", "weekday", "month", "tail", "all"])
def test_chrome_that_is_worded_otherwise_is_peeled_by_position_and_shape(code: str, change: str) -> None:
    text, record = altered(code, change)
    article = clean(Page("text", "page.txt", text.encode())).article
    assert article is not None
    assert article.edition == code
    for key in ("text", "title", "captions", "section", "captured_on", "credits"):
        assert getattr(article, key) == record[key], key
    assert article.date_published == (None if change == "month" else record["date_published"])
    assert "unknown_chrome" in article.flags


# An eighth edition, from one file


EIGHTH = """
edition = "eo"
language = "eo"
hosts = ["epo.belta.by"]

[sections]
politics = ["Politiko"]

[calendar]
months = [["januaro"], ["februaro"], ["marto"], ["aprilo"], ["majo"], ["junio"],
          ["julio"], ["auxgusto"], ["septembro"], ["oktobro"], ["novembro"], ["decembro"]]
weekdays = ["lundo", "mardo", "merkredo", "jxauxdo", "vendredo", "sabato", "dimancxo"]
day_labels = ["Flago"]

[weather]
longer_places = []

[dateline]
agencies = ["BelTA"]
forms = ['{caps}, {day}-a de {month}{signed}']
takes = ["MINSKO, 3-a de aprilo (BelTA) –"]
leaves = ["En la 3-a de aprilo"]
"""
_HEAD = [
    ("projects", 'lines = ["Projektoj"]', "Projektoj de urbo"),
    ("day", 'shape = "capture_day"\nfield = "captured_on"\ntakes = ["Flago mardo, 30 aprilo 2024"]', "mardo"),
    ("weather", 'shape = "weather"\nfield = "weather"\ntakes = ["Minsko 0°C"]', "Minsko"),
    ("list_link", 'lines = ["Cxiuj novajxoj"]\nmost = 2', "Cxiuj novajxoj de hodiaux"),
    ("section", 'shape = "section"\nfield = "section"\ntakes = ["Politiko"]', "Politiko kaj sporto"),
    ("date", 'shape = "date"\nfield = "date_published"\ntakes = ["03 aprilo 2024, 14:54"]', "03 aprilo 2024"),
]
EIGHTH += "".join(
    f'\n[[rule]]\nname = "header.{name}"\nwhere = "head"\n{body}\nleaves = ["{leaves}"]\n'
    for name, body, leaves in _HEAD
)
EIGHTH += '\n[[rule]]\nname = "tail.recent"\nwhere = "tail"\nlines = ["Lastaj novajxoj"]\nleaves = ["Novajxoj"]\n'
ESPERANTO = """Projektoj
Flago mardo, 30 aprilo 2024
Cxiuj novajxoj
Cxiuj novajxoj
Politiko
03 aprilo 2024, 14:54

Ponto super la rivero estas denove malfermita

MINSKO, 3-a de aprilo (BelTA) – La malnova ponto super la rivero estas denove malfermita por piedirantoj.

Dum du jaroj oni riparis la lignajn partojn.
Lastaj novajxoj
"""


async def test_an_eighth_edition_is_one_file_and_its_pages(crawl: Any, tmp_path: Path) -> None:
    """As CONTRIBUTING says: an invented edition needs no change in code."""
    editions, pages = tmp_path / "editions", tmp_path / "pages"
    editions.mkdir()
    pages.mkdir()
    (editions / "eo.toml").write_text(EIGHTH, encoding="utf-8")
    (pages / "ponto.txt").write_text(ESPERANTO, encoding="utf-8")
    items, _ = await crawl({"BELTA_EDITIONS": str(editions)}, source=str(pages))
    (article,) = items
    assert isinstance(article, Article)
    assert (article.edition, article.section, article.captured_on) == ("eo", "politics", "2024-04-30")
    assert article.date_published == "2024-04-03T14:54:00+03:00"
    assert article.dateline.raw == "MINSKO, 3-a de aprilo (BelTA) –"
    assert article.dateline.date == "2024-04-03"
    assert article.title == "Ponto super la rivero estas denove malfermita"
    assert article.text.endswith("\n\nDum du jaroj oni riparis la lignajn partojn.")


LATER = '\n[[rule]]\nname = "tail.%s"\nwhere = "tail"\nlines = ["%s"]\nleaves = ["%s"]\n'
WRONG = {
    "no TOML": ("edition = ", "Invalid value"),
    "a key is missing": (EIGHTH.replace("hosts = ", "# hosts = "), "missing key `hosts`"),
    "a key is mistyped": (EIGHTH.replace("hosts", "host"), "unknown key `host`"),
    "a table is unknown": (f"{EIGHTH}\n[calender]\nmonths = []\n", "unknown key `calender`"),
    "a key of a table is unknown": (
        EIGHTH.replace("longer_places", "long_places"),
        "[weather]: unknown key `long_places`",
    ),
    "a key of a rule is mistyped": (
        EIGHTH.replace("most = 2", "mots = 2"),
        "[[rule]] header.list_link: unknown key `mots`",
    ),
    "a string for a number": (
        EIGHTH.replace("most = 2", 'most = "2"'),
        "[[rule]] header.list_link most: expected a whole number",
    ),
    "a number below 1": (EIGHTH.replace("most = 2", "most = 0"), "[[rule]] header.list_link most"),
    "a string for a list": (
        EIGHTH.replace('agencies = ["BelTA"]', 'agencies = "BelTA"'),
        "[dateline] agencies: expected a list",
    ),
    "a number in a list": (EIGHTH.replace('["Politiko"]', "[3]", 1), "[sections] politics[0]: expected a string"),
    "eleven months": (EIGHTH.replace('["januaro"], ', ""), "[calendar] months: expected a list"),
    "an unknown place": (
        EIGHTH.replace('where = "tail"', 'where = "foot"'),
        "[[rule]] tail.recent where: Invalid enum value 'foot' (known: head tail end)",
    ),
    "an unknown shape": (EIGHTH.replace('shape = "weather"', 'shape = "wether"'), "[[rule]] header.weather shape"),
    "no example of the other side": (
        EIGHTH.replace('leaves = ["Novajxoj"]', ""),
        "[[rule]] tail.recent: missing key `leaves`",
    ),
    "an empty list of them": (EIGHTH.replace('leaves = ["Novajxoj"]', "leaves = []"), "[[rule]] tail.recent leaves"),
    "two rules of one name": (
        EIGHTH + LATER % ("recent", "Alie", "Ie"),
        "[[rule]] tail.recent: 2 rules have this name",
    ),
    "a rule with nothing to go by": (
        EIGHTH.replace('lines = ["Lastaj novajxoj"]', ""),
        "[[rule]] tail.recent: it has neither lines, pattern nor shape",
    ),
    "a component that is not there": (
        EIGHTH.replace("{caps}", "{place_name}"),
        "[dateline] forms: unknown component {place_name}",
    ),
    "one in a rule": (
        EIGHTH.replace('lines = ["Lastaj novajxoj"]', "pattern = '{foo}'"),
        "[[rule]] tail.recent pattern: unknown component {foo}",
    ),
    "a pattern that does not compile": (EIGHTH.replace("{caps}", "("), "[dateline] forms: missing )"),
    "one of a rule": (
        EIGHTH.replace('lines = ["Lastaj novajxoj"]', "pattern = '['"),
        "[[rule]] tail.recent pattern: ",
    ),
    "a shape that is needed": (
        EIGHTH.replace('shape = "section"', 'lines = ["Politiko"]'),
        "[[rule]]: there is no rule of the shape section",
    ),
    "a field that no record has": (
        EIGHTH.replace('field = "weather"', 'field = "wether"'),
        "wether is no key of a record",
    ),
    "an example that its rule leaves": (
        EIGHTH.replace('takes = ["Minsko 0°C"]', 'takes = ["Minsko"]'),
        "[[rule]] header.weather takes: the rule leaves 'Minsko'",
    ),
    "an example that its rule takes": (
        EIGHTH.replace('leaves = ["Novajxoj"]', 'leaves = ["lastaj novajxoj:"]'),
        "[[rule]] tail.recent leaves: the rule takes 'lastaj novajxoj:'",
    ),
    "a dateline that no form takes": (EIGHTH.replace("MINSKO, 3-a", "MINSKO 3-a"), "[dateline] takes: no form takes"),
    "a dateline that a form takes": (
        EIGHTH.replace('["En la 3-a de aprilo"]', '["BRESTO, 9-a de majo (BelTA) -"]'),
        "[dateline] leaves: a form takes",
    ),
    "it extends what is not there": ('extends = "fr"', "extends: unknown edition fr (known: be de en es pl ru zh)"),
    "a rule without its place": (
        'extends = "de"' + LATER % ("new", "Neu hier", "Alt"),
        "[[rule]] tail.new after: None, not one of",
    ),
    "a rule behind none": (
        'extends = "de"' + LATER % ("new", "Neu hier", "Alt") + 'after = "tail.none"\n',
        "[[rule]] tail.new after: tail.none, not one of tail.print tail.section_news",
    ),
    "a rule of a name that is taken": (
        'extends = "de"' + LATER % ("top", "Neu hier", "Alt") + 'after = "tail.top"\n',
        "[[rule]] tail.top: the edition has a rule of that name",
    ),
    "an unknown key of an addition": ('extends = "de"\nlanguage = "de"', "unknown key `language`"),
    "a size word of an addition": (
        'extends = "de"\n[stories.sizes]\ndozen = ["Dutzend"]\n',
        "[stories.sizes] has dozen, and may have thousand",
    ),
    "an amount of an addition": (
        'extends = "de"\n[stories.amounts]\nhalf = ["halbe"]\n',
        "[stories.amounts] has half, which is no number in digits",
    ),
    "what stories have once": ('extends = "de"\n[stories]\nendings = 2\n', "[stories]: unknown key `endings`"),
    "limits, which are one for all editions": (f"{EIGHTH}\n[limits]\nhead_lines = 50\n", "unknown key `limits`"),
    "limits in an addition": ('extends = "de"\n[limits]\nhead_lines = 50\n', "unknown key `limits`"),
}
WRONG_LIMITS = {
    "unknown": ("head_lines = 40", "head_line = 40", "[limits]: unknown key `head_line`"),
    "missing": ("head_lines = 40", "# head_lines = 40", "[limits]: missing key `head_lines`"),
    "a string": ("head_lines = 40", 'head_lines = "40"', "[limits] head_lines: expected a whole number"),
    "a fraction": ("head_lines = 40", "head_lines = 40.5", "[limits] head_lines: expected a whole number"),
    "below one": ("head_lines = 40", "head_lines = 0", "[limits] head_lines: expected a whole number >= 1"),
    "a string for a share": ("match_again = 0.5", 'match_again = "0.5"', "[limits] match_again: expected a number"),
    "a share of more than all": (
        "match_again = 0.5",
        "match_again = 1.5",
        "[limits] match_again: expected a number <= 1",
    ),
    "no share": ("match_again = 0.5", "match_again = 0.0", "[limits] match_again: expected a number > 0"),
}


@pytest.mark.parametrize("what", WRONG)
async def test_a_wrong_edition_file_ends_the_run_with_file_table_rule_and_key(
    crawl: Any, tmp_path: Path, what: str
) -> None:
    text, says = WRONG[what]
    (tmp_path / "eo.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as raised:
        await crawl({"BELTA_EDITIONS": str(tmp_path)}, source="fixtures/de/00*.txt")
    assert str(tmp_path / "eo.toml") in str(raised.value)
    assert says in str(raised.value)


@pytest.fixture
def common(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of `common.toml` in a copy of the built-in editions, which are loaded from there."""
    for path in loading._HERE.glob("*.toml"):
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(loading, "_HERE", tmp_path)
    load.cache_clear()
    yield tmp_path / "common.toml"
    load.cache_clear()


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


@pytest.mark.parametrize("what", WRONG_LIMITS)
async def test_a_wrong_limit_ends_the_run_with_file_table_and_key(crawl: Any, common: Path, what: str) -> None:
    before, after, says = WRONG_LIMITS[what]
    edit(common, before, after)
    with pytest.raises(UsageError) as raised:
        await crawl(source="fixtures/de/00*.txt")
    assert f"{common}: {says}" in str(raised.value)


def test_a_limit_is_part_of_the_rules_digest_and_the_same_in_all_editions(common: Path) -> None:
    edit(common, "head_lines = 40", "head_lines = 41")
    found = load()
    assert found.digest != LOADED.digest
    assert {edition.limits.head_lines for edition in (found, *found.by_code.values())} == {41}


def stated_limits() -> list[tuple[str, str, str]]:
    """Name, value and source of each limit, as its table states them."""
    text = Path("belta_spider/editions/common.toml").read_text(encoding="utf-8")
    lines = text.partition("[limits]\n")[2].partition("\n[[")[0].split("\n")
    matches = (re.fullmatch(r"(\w+) = (\S+) +# (.+)", line) for line in lines if " = " in line)
    return [(found[1], found[2], found[3]) if found else ("", "", "") for found in matches]


def test_each_limit_has_its_source_beside_it() -> None:
    assert [name for name, _, _ in stated_limits()] == list(Limits.__struct_fields__)
    assert [name for name, _, source in stated_limits() if len(source) < 10] == []


def test_the_published_limits_are_those_of_the_table() -> None:
    """`make sensitivity` writes them; where only a value or a source has changed, this test says so."""
    rows = [line.strip("| ").split(" | ") for line in Path("docs/limits.md").read_text(encoding="utf-8").split("\n")]
    published = [(row[0].strip("`"), float(row[1]), row[-1]) for row in rows if row[0].startswith("`")]
    assert published == [(name, float(f"{float(value):.4g}"), source) for name, value, source in stated_limits()]


@pytest.mark.parametrize("edition", LOADED.by_code.values(), ids=lambda edition: edition.code)
def test_the_built_in_files_keep_what_they_promise(edition: Edition) -> None:
    check(Path(f"{edition.code}.toml"), edition)


def test_a_file_may_add_to_a_built_in_edition(tmp_path: Path) -> None:
    added = """extends = "de"
hosts = ["de.mirror.example"]
[sections]
politics = ["Politisches"]
science = ["Wissenschaft"]
[calendar]
day_labels = ["Fahne"]
[dateline]
agencies = ["BELTA-DE"]
takes = ["MINSK, 3. April (BELTA-DE) -"]
[stories]
common = ["Seebühne"]
sounds = [["ő", ""]]
[stories.sizes]
thousand = ["Tausender"]
[stories.concepts]
fire = ["lohe"]
choir = ["chor"]
"""
    added += LATER % ("podcast", "Jetzt anhören", "Jetzt anhören: das Gespräch") + 'after = "tail.print"\n'
    (tmp_path / "more.toml").write_text(added, encoding="utf-8")
    before, after = LOADED.by_code["de"], load(tmp_path).by_code["de"]
    assert load(tmp_path).replaced == ()
    assert after.section_slug("politisches") == after.section_slug("Politik") == "politics"
    assert (after.section_slug("Wissenschaft"), after.hosts) == ("science", (*before.hosts, "de.mirror.example"))
    assert [rule.name for rule in after.tail][:2] == ["de.tail.print", "de.tail.podcast"]
    assert len(after.rules) == len(before.rules) + 1
    assert after.stories.common == (*before.stories.common, "Seebühne")
    assert after.stories.sounds[-1] == ("ő", "")
    assert after.stories.sizes == before.stories.sizes | {"thousand": ("Tsd", "Tausend", "Tausender")}
    assert after.stories.concepts["fire"] == (*before.stories.concepts["fire"], "lohe")
    assert after.stories.concepts.keys() - before.stories.concepts.keys() == {"choir"}
    assert after.stories.ones == before.stories.ones
    assert load(tmp_path).digest != LOADED.digest
    assert load(tmp_path).by_code["ru"].rules == LOADED.by_code["ru"].rules


async def test_a_file_of_a_built_in_edition_s_code_replaces_it_and_that_is_said(
    crawl: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "eo.toml").write_text(EIGHTH.replace('edition = "eo"', 'edition = "de"'), encoding="utf-8")
    await crawl({"BELTA_EDITIONS": str(tmp_path)}, source="fixtures/de/00*.txt")
    assert f"{tmp_path / 'eo.toml'} replaces the built-in edition de" in caplog.text


def test_two_own_files_of_one_code_are_refused(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(EIGHTH, encoding="utf-8")
    with pytest.raises(EditionError, match=r"b\.toml: edition eo is in a\.toml too"):
        load(tmp_path)


def test_editions_travel_as_the_name_of_their_folder(tmp_path: Path) -> None:
    (tmp_path / "eo.toml").write_text(EIGHTH, encoding="utf-8")
    packed = pickle.dumps(load(tmp_path))
    assert len(packed) < 300
    assert pickle.loads(packed) is load(tmp_path)


def test_a_folder_without_edition_files_is_named(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match=tmp_path.name):
        load(tmp_path)


def test_an_english_text_in_the_russian_edition_is_english_and_flagged() -> None:
    russian = dump_of(stories("ru")[0], seen("ru", 5, captions="none", dateline=None, credit=None))
    text = russian.text
    for before, after in zip(stories("ru")[0].paragraphs, stories("en")[0].paragraphs, strict=False):
        text = text.replace(before, after)
    article = clean(Page("text", "page.txt", text.encode()), Options()).article
    assert article is not None
    assert (article.edition, article.language, article.flags) == ("ru", "en", ["language_differs"])
