"""A site that edits some of its articles: all of them are named, no other, with the right words and kinds."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree
from scrapy.exceptions import UsageError

from belta_spider.changes.collect import Changes, collect, moment_of
from belta_spider.changes.kinds import distance, kinds_of
from belta_spider.changes.words import pieces
from belta_spider.commands import changes as command
from belta_spider.editions import load
from belta_spider.items import Article, Image, Source
from tests.conftest import run_command
from tests.factory import outputs

EDITIONS = load()
ATOM = etree.RelaxNG(file=Path(__file__).with_name("atom.rng"))
FIRST, SECOND, THIRD = "2026-05-01T10:00:00Z", "2026-05-02T10:00:00Z", "2026-05-03T10:00:00Z"
PAGES = {
    "de": (
        "Neue Brücke im Dorf eröffnet",
        "Die Brücke ist 120 Meter lang, sagte Jan Kowal am 3. Mai.\n\nDie Arbeiten dauerten zwei Jahre.",
        ("120", "135"),
        ("Jan Kowal", "Jan Nowik"),
        "Am Abend spielte eine Kapelle.",
    ),
    "ru": (
        "В деревне открыли новый мост",
        "Длина моста - 120 м, рассказал Иван Коваль 3 мая.\n\nРаботы шли два года.",
        ("120", "135"),
        ("Коваль", "Новик"),
        "Вечером играл оркестр.",
    ),
    "en": (
        "New bridge opened in the village",
        "The bridge is 120 metres long, said Jan Koval on 3 May.\n\nThe work took two years.",
        ("120", "135"),
        ("Koval", "Novik"),
        "A band played in the evening.",
    ),
    "zh": (
        "村里新桥通车",
        "大桥长120米，伊万·科瓦利5月3日说。\n\n工程历时两年。",
        ("120", "135"),
        ("科瓦利", "诺维克"),
        "晚上乐队演出。",
    ),
}


def page(number: int) -> Article:
    code = list(PAGES)[number % len(PAGES)]
    title, text, *_ = PAGES[code]
    return Article(
        id=f"{code}-{number}-2026", url=f"https://{code}.example/view/a-{number}-2026", edition=code, language=code,
        title=f"{title} ({number})", date_published="2026-05-01T09:00:00+03:00", captured_at=FIRST, text=text,
        images=[Image(f"https://img.example/{number}.jpg")],
        source=Source("live", f"p/{number}", None, f"sha256:{number}"),
        producer=outputs.PRODUCER,
    )  # fmt: skip


def edit(old: Article, kind: str, moment: str = SECOND, *, dated: bool = False) -> Article:
    new = copy.deepcopy(old)
    _, _, figures, names, paragraph = PAGES[old.edition]
    new.captured_at, new.source.digest = moment, f"{old.source.digest}{moment}{kind}"
    if kind == "title":
        new.title = (old.title or "").replace("(", "– (")
    elif kind == "figure":
        new.text = old.text.replace(*figures)
    elif kind == "name":
        new.text = old.text.replace(*names)
    elif kind == "paragraph added":
        new.text += f"\n\n{paragraph}"
    elif kind == "paragraph gone":
        new.text = old.text.partition("\n\n")[0]
    elif kind == "photo":
        new.images[0].url += "?other"
    if dated:
        new.date_modified = "2026-05-02T12:00:00+03:00"
    return new


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """200 articles, of which 40 were edited and four of these edited back; with visits beside them."""
    articles = [page(number) for number in range(200)]
    kinds = ["title", "figure", "name", "paragraph added", "paragraph gone", "photo"]
    edited = {articles[number * 5].id: kinds[number % len(kinds)] for number in range(40)}
    later = [edit(one, edited[one.id], dated=one.id in list(edited)[:10]) for one in articles if one.id in edited]
    back = [edit(one, "back", THIRD) for one in articles if one.id in list(edited)[30:34]]
    path = outputs.write(tmp_path_factory.mktemp("site") / "a.jsonl", [*articles, *later, *back])
    visits = [{"url": "x", "id": articles[1].id, "outcome": "held/error_page"}, {"list": "y"}]
    visits += [{"url": "x", "id": articles[2].id, "outcome": "failed/timeout"}, {"url": "x", "id": articles[3].id}]
    path.with_name("a.visits.jsonl").write_text("".join(json.dumps(one) + "\n" for one in visits))
    return path, edited


def found_in(path: Path, since: str | None = None, chosen: tuple[str, ...] = ()) -> Changes:
    return collect(path, path.with_name("a.visits.jsonl"), EDITIONS, since=since, chosen=chosen, bad=[])


def test_all_edits_are_named_and_no_other(site: tuple[Path, dict[str, str]]) -> None:
    path, edited = site
    found = found_in(path)
    assert (found.articles, found.captures, len(found.new)) == (200, 244, 200)
    first = {one.id: one.kinds for one in found.edited if one.after.first == SECOND}
    assert first == {identity: [kind] for identity, kind in edited.items()}
    assert {one.id for one in found.edited if one.after.first == THIRD} == set(list(edited)[30:34])
    assert found.silent == 34
    assert [(one.id, one.why) for one in found.gone] == [("ru-1-2026", "error_page")]


def test_an_edit_that_is_taken_back_has_the_opposite_words(site: tuple[Path, dict[str, str]]) -> None:
    path, edited = site
    for identity in list(edited)[30:34]:
        there, back = (one for one in found_in(path).edited if one.id == identity)
        assert there.after == back.before
        opposite = {"gone": "added", "added": "gone", "same": "same"}
        words = [sorted((opposite[sign], text) for sign, text in one.pieces) for one in there.differences]
        assert words == [sorted(map(tuple, one.pieces)) for one in back.differences]


def test_since_and_editions_choose(site: tuple[Path, dict[str, str]]) -> None:
    path, _ = site
    since = found_in(path, since="2026-05-02T12:00:00Z")
    assert (len(since.new), len(since.edited)) == (0, 4)
    assert {one.edition for one in found_in(path, chosen=("zh",)).edited} == {"zh"}


@pytest.mark.parametrize(
    ("code", "old", "new", "kinds"),
    [
        ("de", "Es waren neun Boote im Hafen.", "Es waren zehn Boote im Hafen.", {"figure"}),
        ("de", "Am 3. Mai begann das Fest.", "Am 4. Mai begann das Fest.", {"date"}),
        ("de", "Am 3. Mai begann das Fest.", "Am 3. Juni begann das Fest.", {"date"}),
        ("de", "Die Straße wurde gesperrt.", "Die Strasse wurde gesperrt.", {"typo"}),
        ("de", "Dann sprach Olga Kowal lange.", "Dann sprach Olga Nowik lange.", {"name"}),
        ("de", "Alle kamen auf die Wiese.", "Alle kamen auf den Marktplatz.", {"wording"}),
        ("ru", "Собрано 5,3 млн тонн зерна.", "Собрано 5,4 млн тонн зерна.", {"figure"}),
        ("ru", "Об этом рассказал Петр Коваль.", "Об этом рассказал Петр Новик.", {"name"}),
        ("ru", "Работы закончилсь вечером.", "Работы закончились вечером.", {"typo"}),
        ("be", "Свята адбудзецца 9 мая ў вёсцы.", "Свята адбудзецца 10 мая ў вёсцы.", {"date"}),
        ("en", "The talks were held in Brest.", "The talks were held in Grodno.", {"name"}),
        ("en", "It opens on 3 May at noon.", "It opens on 5 May at noon.", {"date"}),
        ("es", "Llegaron el 9 de mayo en tren.", "Llegaron el 8 de mayo en tren.", {"date"}),
        ("pl", "Most ma 120 metrów długości.", "Most ma 130 metrów długości.", {"figure"}),
        ("zh", "大桥长120米。", "大桥长130米。", {"figure"}),
        ("zh", "节日5月3日开幕。", "节日5月4日开幕。", {"date"}),
        ("zh", "市长伊万·科瓦利说。", "市长伊万·诺维克说。", {"name"}),
    ],
)
def test_kinds_go_by_the_words_of_the_edition(code: str, old: str, new: str, kinds: set[str]) -> None:
    assert kinds_of(EDITIONS.by_code[code]).kinds(old, new) == kinds


def test_differences_are_of_words_and_in_chinese_of_characters() -> None:
    assert pieces("Es kamen 5,3 Mio. Gäste.", "Es kamen 5,4 Mio. Gäste.") == [
        ("same", "Es kamen "), ("gone", "5,3"), ("added", "5,4"), ("same", " Mio. Gäste."),
    ]  # fmt: skip
    assert pieces("大桥已通车", "大桥未通车") == [("same", "大桥"), ("gone", "已"), ("added", "未"), ("same", "通车")]


@pytest.mark.parametrize(("one", "other", "steps"), [("abc", "abc", 0), ("abcd", "acbd", 1), ("ab", "xyz", 3)])
def test_distance_counts_letters_and_swaps(one: str, other: str, steps: int) -> None:
    assert distance(one, other) == steps


def test_since_is_a_span_or_a_day() -> None:
    now = datetime(2026, 5, 2, 12, tzinfo=UTC)
    assert moment_of("1d", now) == "2026-05-01T12:00:00Z"
    assert moment_of("2026-05-01", now) == "2026-04-30T21:00:00Z"
    with pytest.raises(ValueError, match="1d or 12h"):
        moment_of("soon", now)


Run = Callable[..., int]


@pytest.fixture
def run() -> Run:
    def run(*arguments: str | Path) -> int:
        return run_command(command.Command(), arguments)

    return run


def test_the_command_prints_json_a_feed_or_lines(
    run: Run, site: tuple[Path, dict[str, str]], tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    path, _ = site
    assert run(path) == 0
    told = capsys.readouterr().out
    assert "200 articles in 244 captures: 200 new, 44 edited (34 silently), 1 gone" in told
    assert "[-120-]{+135+}" in told
    assert run(path, "--to", "-") == 0
    assert json.loads(capsys.readouterr().out)["counts"]["edited"] == 44
    assert run(path, "--to", tmp_path / "x.xml", "--editions", "de,zh") == 0
    capsys.readouterr()
    assert len(valid(tmp_path / "x.xml")) > 100


def valid(path: Path) -> list[etree._Element]:
    """Validate a feed; return its entries."""
    root = etree.parse(path).getroot()
    ATOM.assertValid(root)
    entries = root.findall(f"{{{root.nsmap[None]}}}entry")
    ids = [entry.findtext("{*}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    moments = [entry.findtext("{*}updated") for entry in entries]
    assert moments == sorted(moments, reverse=True)
    assert root.findtext("{*}updated") in {moments[0] if moments else None, "1970-01-01T00:00:00Z"}
    return entries


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"captured_at": None},
        {"captured_at": None, "captured_on": "2026-05-01"},
        {"url": None},
        {"url": 'https://de.example/Straße mit Leerzeichen?q=<a>&b="c"#d'},
        {"title": None, "date_published": None},
        {"title": "A \x01 <b> & ]]> \U0001f600 \ufffe", "text": "\x00"},
        {"id": "de-1 ü<&>-2026"},
    ],
)
@pytest.mark.parametrize("name", ["a.jsonl", "my articles <ü>.jsonl"])
def test_a_feed_is_valid_whatever_the_records_hold(
    run: Run, tmp_path: Path, changed: dict[str, str | None], name: str
) -> None:
    old, new = page(0), edit(page(0), "figure")
    for key, value in changed.items():
        setattr(old, key, value)
        setattr(new, key, value)
    new.text += "\n\nNeu."
    path = outputs.write(tmp_path / name, [old, new])
    assert run(path, "--to", tmp_path / "x.xml") == 0
    assert len(valid(tmp_path / "x.xml")) == 2


def test_a_feed_of_nothing_is_valid(run: Run, tmp_path: Path) -> None:
    assert run(outputs.write(tmp_path / "a.jsonl", []), "--to", tmp_path / "x.xml") == 0
    assert valid(tmp_path / "x.xml") == []


@pytest.mark.parametrize(
    ("there", "wrong"),
    [
        ("<updated>2026-05-0", "<updated>0"),
        ("<author>", "<writer>"),
        ("<id>tag:", "<id>"),
        ("<category term=", "<category name="),
    ],
)
def test_the_validator_finds_what_is_wrong(run: Run, tmp_path: Path, there: str, wrong: str) -> None:
    path = outputs.write(tmp_path / "a.jsonl", [page(0)])
    assert run(path, "--to", tmp_path / "x.xml") == 0
    text = (tmp_path / "x.xml").read_text(encoding="utf-8")
    assert there in text
    text = text.replace(there, wrong).replace(there.replace("<", "</"), wrong.replace("<", "</"))
    assert not ATOM.validate(etree.fromstring(text.encode()))


@pytest.mark.parametrize("arguments", [["--since", "x"], ["--to", "x.csv"], ["--editions", "xx"]])
def test_wrong_use_is_told(run: Run, site: tuple[Path, dict[str, str]], arguments: list[str]) -> None:
    with pytest.raises(UsageError):
        run(site[0], *arguments)
