"""Edits as editors make them, in seven editions: each has the kinds that a reader would name, there and back."""

from __future__ import annotations

import copy

import pytest

from belta_spider.changes.atom import marked
from belta_spider.changes.edits import Edit, edits
from belta_spider.editions import load
from belta_spider.items import Article, Image, Source

EDITIONS = load()
TEXTS = {
    "ru": "Музей в Ветке получил 48 икон, передает корреспондент.\n\n"
    "Директор Галина Нечаева показала их гостям 14 июля.",
    "be": "Музей у Ветцы атрымаў 48 абразоў, перадае карэспандэнт.\n\n"
    "Дырэктар Галіна Нячаева паказала іх гасцям 14 ліпеня.",
    "en": "The museum in Vetka has received 48 icons, it was reported.\n\n"
    "Director Galina Nechayeva showed them on 14 July.",
    "de": "Das Museum in Wetka hat 48 Ikonen erhalten, hieß es.\n\n"
    "Direktorin Galina Netschajewa zeigte sie am 14. Juli.",
    "es": "El museo de Vetka ha recibido 48 iconos, se informó.\n\n"
    "La directora Galina Necháyeva los mostró el 14 de julio.",
    "pl": "Muzeum w Wietce otrzymało 48 ikon, podano w komunikacie.\n\n"
    "Dyrektor Halina Nieczajewa pokazała je 14 lipca.",
    "zh": "韦特卡博物馆获得48幅圣像。\n\n馆长加林娜·涅恰耶娃7月14日向来宾展示了圣像。",
}
EDITS: list[tuple[str, str, str, list[str]]] = [
    ("ru", "48 икон", "53 иконы", ["figure"]),
    ("ru", "48 икон", "около полусотни икон", ["figure"]),
    ("ru", "Нечаева", "Роговцова", ["name"]),
    ("ru", "в Ветке", "в Чечерске", ["name"]),
    ("ru", "14 июля", "15 июля", ["date"]),
    ("ru", "14 июля", "14 августа", ["date"]),
    ("ru", "получил", "полуичл", ["typo"]),
    ("ru", "передает корреспондент", "сообщили в районе", ["wording"]),
    ("be", "48 абразоў", "53 абразы", ["figure"]),
    ("be", "Нячаева", "Раґаўцова", ["name"]),
    ("be", "14 ліпеня", "14 жніўня", ["date"]),
    ("be", "атрымаў", "атрымау", ["typo"]),
    ("be", "перадае карэспандэнт", "паведамілі ў раёне", ["wording"]),
    ("en", "48 icons", "4,800 icons", ["figure"]),
    ("en", "48 icons", "two icons", ["figure"]),
    ("en", "Nechayeva", "Rogovtsova", ["name"]),
    ("en", "14 July", "4 July", ["date"]),
    ("en", "14 July", "July 16", ["date"]),
    ("en", "received", "recieved", ["typo"]),
    ("en", "it was reported", "the district said", ["wording"]),
    ("de", "48 Ikonen", "58 Ikonen", ["figure"]),
    ("de", "Netschajewa", "Rogowzowa", ["name"]),
    ("de", "14. Juli", "24. Juli", ["date"]),
    ("de", "Museum", "Musuem", ["typo"]),
    ("de", "hieß es", "teilte der Kreis mit", ["wording"]),
    ("es", "48 iconos", "48,5 mil iconos", ["figure"]),
    ("es", "Necháyeva", "Rogovtsova", ["name"]),
    ("es", "14 de julio", "14 de junio", ["date"]),
    ("es", "recibido", "recibdo", ["typo"]),
    ("es", "se informó", "según el distrito", ["wording"]),
    ("pl", "48 ikon", "1,2 tys. ikon", ["figure"]),
    ("pl", "Nieczajewa", "Rogowcowa", ["name"]),
    ("pl", "14 lipca", "14 sierpnia", ["date"]),
    ("pl", "otrzymało", "otrzymalo", ["typo"]),
    ("pl", "podano w komunikacie", "informuje rejon", ["wording"]),
    ("zh", "48幅", "53幅", ["figure"]),
    ("zh", "涅恰耶娃", "罗戈夫佐娃", ["name"]),
    ("zh", "7月14日", "7月24日", ["date"]),
    ("zh", "7月14日", "8月14日", ["date"]),
    ("zh", "来宾", "记者", ["wording"]),
    # two at once, and marks, spaces and breaks alone
    ("ru", "48 икон, передает корреспондент.\n\nДиректор Галина Нечаева",
     "53 иконы, передает корреспондент.\n\nДиректор Галина Роговцова", ["figure", "name"]),
    ("en", "Nechayeva showed them on 14 July", "Rogovtsova showed them on 15 July", ["date", "name"]),
    ("zh", "48幅圣像。\n\n馆长加林娜·涅恰耶娃", "53幅圣像。\n\n馆长加林娜·罗戈夫佐娃", ["figure", "name"]),
    ("ru", "икон, передает", "икон - передает", ["typo"]),
    ("zh", "圣像。\n\n", "圣像！\n\n", ["typo"]),
    ("pl", "ikon, podano", "ikon,  podano", ["typo"]),
    ("de", ".\n\nDirektorin", ". Direktorin", ["paragraph break"]),
    ("zh", "。\n\n馆长", "。馆长", ["paragraph break"]),
    ("ru", "48 икон, передает корреспондент.\n\n", "53 иконы, передает корреспондент. ",
     ["figure", "paragraph break"]),
]  # fmt: skip
WEEKDAYS = [
    ("ru", "Выставка откроется в среду.", "Выставка откроется в субботу."),
    ("be", "Выстава адкрыецца ў чацвер.", "Выстава адкрыецца ў пятніцу."),
    ("en", "The exhibition opens on Monday.", "The exhibition opens on Tuesday."),
    ("de", "Die Ausstellung beginnt am Montag.", "Die Ausstellung beginnt am Dienstag."),
    ("es", "La muestra se abre el lunes.", "La muestra se abre el martes."),
    ("pl", "Wystawa rusza w środę.", "Wystawa rusza w sobotę."),
    ("zh", "展览星期一开幕。", "展览星期二开幕。"),
]
OPENERS = [
    ("ru", "Нечаева", "Роговцова", "{} отметила, что гости довольны."),
    ("be", "Нячаева", "Раґаўцова", "{} адзначыла, што госці задаволены."),
    ("en", "Nechayeva", "Rogovtsova", "{} said the guests were happy."),
    ("de", "Netschajewa", "Rogowzowa", "{} sagte, die Gäste seien froh."),
    ("es", "Necháyeva", "Rogovtsova", "{} dijo que los visitantes están contentos."),
    ("pl", "Nieczajewa", "Rogowcowa", "{} powiedziała, że goście są zadowoleni."),
    ("zh", "涅恰耶娃", "罗戈夫佐娃", "{}说，客人很满意。"),
]
FIELDS: list[tuple[dict[str, object], list[str], str]] = [
    ({"tags": ["b", "c"]}, ["tag"], "[-a-]\nb\n{+c+}"),
    ({"authors": ["Ганна Рудак"]}, ["author"], "[-Іван Воля-]{+Ганна Рудак+}"),
    ({"section": "sport", "section_title": "Sport"}, ["section"], "[-society-]{+sport+}"),
    ({"date_published": "2026-07-15T10:00:00+03:00"}, ["date"], "[-2026-07-14T10:00:00+03:00-]"),
    ({"images": [Image("1", "B", "K"), Image("2")]}, ["caption"], "[-A-]{+B+}"),
    ({"images": [Image("1", "A", "L"), Image("2")]}, ["credit"], "[-K-]{+L+}"),
    ({"images": [Image("2"), Image("1", "A", "K")]}, ["photo"], "{+2+}\n1\n[-2-]"),
    ({"images": [Image("1", "B", "K")]}, ["caption", "photo"], "1\n[-2-]"),
    ({"images": [Image("1", "A", "K"), Image("2"), Image("3")]}, ["photo"], "1\n2\n{+3+}"),
    ({"title": "Ветка 2027", "tags": []}, ["figure", "tag", "title"], "Ветка [-2026-]{+2027+}"),
]


def article(code: str) -> Article:
    return Article(
        id=f"{code}-5-2026", edition=code, language=code, title="Ветка 2026", text=TEXTS[code],
        date_published="2026-07-14T10:00:00+03:00", captured_at="2026-07-14T08:00:00Z",
        images=[Image("https://img.example/1.jpg")], source=Source("live", "x", None, "sha256:0"),
    )  # fmt: skip


def edited(old: Article, number: int = 1, **values: object) -> Article:
    new = copy.deepcopy(old)
    new.captured_at, new.source.digest = f"2026-07-{14 + number}T08:00:00Z", f"sha256:{number}"
    for name, value in values.items():
        setattr(new, name, value)
    return new


def kinds(found: list[Edit]) -> list[list[str]]:
    return [one.kinds for one in found]


@pytest.mark.parametrize(("code", "old", "new", "expected"), EDITS)
def test_an_edit_and_its_way_back_have_the_same_kinds(code: str, old: str, new: str, expected: list[str]) -> None:
    first = article(code)
    assert first.text.count(old) == 1
    second = edited(first, text=first.text.replace(old, new))
    found = edits([first, second, edited(first, 2)], EDITIONS)
    assert kinds(found) == [expected, expected]
    assert all(one.silent for one in found)
    for edit, before, after in zip(found, (first, second), (second, first), strict=True):
        for difference in edit.differences:
            sides = {side: [text for sign, text in difference.pieces if sign != side] for side in ("gone", "added")}
            assert "".join(sides["added"]) in before.text
            assert "".join(sides["gone"]) in after.text


@pytest.mark.parametrize(("code", "old", "new"), WEEKDAYS)
def test_another_weekday_is_another_date(code: str, old: str, new: str) -> None:
    first = edited(article(code), 0, text=f"{TEXTS[code]}\n\n{old}")
    assert (
        kinds(edits([first, edited(first, text=f"{TEXTS[code]}\n\n{new}"), edited(first, 2)], EDITIONS))
        == [["date"]] * 2
    )


@pytest.mark.parametrize(("code", "old", "new", "sentence"), OPENERS)
def test_a_name_that_opens_a_sentence_is_known_from_the_others(code: str, old: str, new: str, sentence: str) -> None:
    first = edited(article(code), 0, text=f"{TEXTS[code]}\n\n{sentence.format(old)}")
    second = edited(first, text=f"{TEXTS[code]}\n\n{sentence.format(new)}")
    assert kinds(edits([first, second, edited(first, 2)], EDITIONS)) == [["name"]] * 2


@pytest.mark.parametrize("code", list(TEXTS))
def test_a_paragraph_that_is_moved_is_neither_new_nor_gone(code: str) -> None:
    first = edited(article(code), 0, text="\n\n".join([TEXTS[code], *(one.split("\n\n")[0] for one in TEXTS.values())]))
    paragraphs = first.text.split("\n\n")
    second = edited(first, text="\n\n".join([*paragraphs[1:], paragraphs[0]]))
    found = edits([first, second, edited(first, 2)], EDITIONS)
    assert kinds(found) == [["paragraph moved"]] * 2
    assert {piece.text for piece in found[0].differences[0].pieces} == {paragraphs[0]}


@pytest.mark.parametrize(("values", "expected", "words"), FIELDS)
def test_other_fields_have_their_kinds_and_words(values: dict[str, object], expected: list[str], words: str) -> None:
    first = edited(article("ru"), 0, tags=["a", "b"], authors=["Іван Воля"], section="society", section_title="Society")
    first.images = [Image("1", "A", "K"), Image("2")]
    found = edits([first, edited(first, **values), edited(first, 2)], EDITIONS)  # type: ignore[arg-type]
    assert kinds(found) == [expected] * 2
    assert words in "\n".join(marked(one.pieces) for one in found[0].differences)


@pytest.mark.parametrize("code", list(TEXTS))
def test_paragraphs_titles_and_photos_are_told_in_each_edition(code: str) -> None:
    first = article(code)
    head, tail = first.text.split("\n\n")
    states = [
        first,
        edited(first, 1, text=f"{head}\n\n{TEXTS['zh' if code == 'ru' else 'ru'][:30]}\n\n{tail}"),
        edited(first, 2, text=tail),
        edited(first, 3, text=tail, title="Другое"),
        edited(first, 4, text=tail, title="Другое", images=[]),
        edited(first, 5, text=tail, title="Другое", images=[], date_modified="2026-07-19T10:00:00+03:00"),
    ]
    found = edits(states, EDITIONS)
    assert kinds(found) == [["paragraph added"], ["paragraph gone"], ["title"], ["photo"], ["touched"]]
    assert [one.silent for one in found] == [True, True, True, True, False]
