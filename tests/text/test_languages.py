"""The language of a text: ours told apart, Ukrainian and Arabic not taken for ours, short texts left open."""

import pytest

from belta_spider.text.languages import UNDETERMINED, count_letters, detect
from tests.factory.sample_articles import EDITIONS, Story, stories

STORIES = [pytest.param(one, id=f"{one.edition}-{one.key}") for code in EDITIONS for one in stories(code)]
EAST_SLAVIC = [one for code in ("be", "ru") for one in stories(code)]

UKRAINIAN = [
    "Музей льону відкрився в будівлі старої канатної майстерні",
    "У Гомелі їжаки зупинили рух на головній вулиці міста",
    "На лижному марафоні старт дали за годину до світанку",
    "Навіщо школі тридцять три туби?",
    "Нове депо обслуговуватиме вісімнадцять потягів за зміну",
    "Театр ляльок показав прем'єру про їжака, який збирав туман",
    "Пасічник навчив бджіл літати за розкладом приміських потягів",
    "Сільська бібліотека видає книжки разом із теплими шкарпетками",
]
BELARUSIAN = [
    "Вожыкі спынілі рух на галоўнай вуліцы горада",
    "У сельскай бібліятэцы разам з кнігамі выдаюць шкарпэткі",
    "Пчаляр навучыў пчол лятаць па раскладзе",
    "Ці патрэбен гораду другі мост?",
    "Снег у траўні здзівіў садоўнікаў",
]
RUSSIAN = [
    "Ежи остановили движение на главной улице города",
    "В сельской библиотеке вместе с книгами выдают носки",
    "Пасечник научил пчел летать по расписанию",
    "Нужен ли городу второй мост?",
    "Снег в мае удивил садоводов",
]


@pytest.mark.parametrize("one", STORIES)
def test_an_articles_body_is_in_its_editions_language(one: Story) -> None:
    assert detect("\n\n".join(one.paragraphs))[0] == one.edition


@pytest.mark.parametrize("one", EAST_SLAVIC, ids=lambda one: f"{one.edition}-{one.key}")
def test_russian_and_belarusian_are_told_apart_on_titles_alone(one: Story) -> None:
    assert detect(one.title)[0] == one.edition


@pytest.mark.parametrize(
    ("language", "text"),
    [(code, text) for code, texts in (("uk", UKRAINIAN), ("be", BELARUSIAN), ("ru", RUSSIAN)) for text in texts],
)
def test_a_title_in_ukrainian_belarusian_or_russian_is_told(language: str, text: str) -> None:
    assert detect(text)[0] == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (" ".join(UKRAINIAN), "uk"),
        ("افتتح متحف الكتان في مبنى ورشة الحبال القديمة في وسط المدينة.", "ar"),
        ("明斯克开设了一间新的中文阅览室。", "zh"),
        ("明斯克阅览室", UNDETERMINED),  # 18 letters, by weight
        ("明斯克阅览室吧", "zh"),
        ("亜麻の博物館が古いロープ工場の建物に開館しました。", "ja"),
        ("Музеят на лена отвори врати в сградата на старата въжарска работилница.", "bg"),
        ("Le musée du lin a ouvert ses portes dans le bâtiment de l'ancienne corderie.", "fr"),
        ("Sinaida Haselbusch-Lapatun, Milena Frostowitsch-Baran", UNDETERMINED),
        ("qwelkj zxmnb qwpoi lkjasd zxqwv", UNDETERMINED),
        ("Minsk", UNDETERMINED),
        ("12:30 - 0:3", UNDETERMINED),
        ("", UNDETERMINED),
    ],
)
def test_other_and_short_texts_are_not_forced_into_a_language_of_ours(text: str, language: str) -> None:
    assert detect(text)[0] == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("festival in Nizhny Novgorod", "en"),  # Italian, among sixty
        ("commissions grain terminal", "en"),  # French
        ("устроили склад, в бане по", "ru"),  # Bulgarian
    ],
)
def test_where_evidence_is_thin_the_likely_languages_count(text: str, language: str) -> None:
    assert detect(text)[0] == language


def test_a_quotation_at_the_start_does_not_decide() -> None:
    text = f"“{stories('en')[0].title}” " + "\n\n".join(stories("ru")[0].paragraphs)
    assert detect(text)[0] == "ru"


@pytest.mark.parametrize(("text", "letters"), [("abc, 12", 3), ("明斯克", 9), ("明a", 4), ("", 0)])
def test_a_han_character_counts_for_three_letters(text: str, letters: int) -> None:
    assert count_letters(text) == letters
