"""Which paragraphs of two versions say the same: in the same order, with some dropped, with two that changed places."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations

import pytest

from belta_spider.editions import load
from belta_spider.items import Article
from belta_spider.stories import paragraphs

EDITIONS = load()
VERSIONS: list[dict[str, list[str]]] = [
    {
        "ru": [
            "В Пружанах открыли новую школу на 640 мест.",
            "Директор Марина Лозовик рассказала, что в школе 32 класса.",
            "Строительство обошлось в 18,4 млн рублей и длилось два года.",
            "Во дворе разбили сад из 85 яблонь.",
            "Первый звонок прозвучал 1 сентября.",
        ],
        "de": [
            "In Pruschany ist eine neue Schule für 640 Kinder eröffnet worden.",
            "Direktorin Marina Losowik sagte, die Schule habe 32 Klassenzimmer.",
            "Der Bau kostete 18,4 Mio. Rubel und dauerte zwei Jahre.",
            "Im Hof wurde ein Garten mit 85 Apfelbäumen angelegt.",
            "Zum ersten Mal läutete die Glocke am 1. September.",
        ],
        "en": [
            "A new school for 640 pupils has opened in Pruzhany.",
            "Its director Marina Lozovik said the school has 32 classrooms.",
            "The construction cost Br18.4 million and took two years.",
            "A garden of 85 apple trees was planted in the yard.",
            "The first bell rang on 1 September.",
        ],
        "zh": [
            "普鲁扎内一所可容纳640名学生的新学校开学。",
            "校长玛丽娜·洛佐维克说，学校有32间教室。",
            "建设耗资1840万卢布，历时两年。",
            "院子里种了85棵苹果树。",
            "9月1日响起了第一声铃。",
        ],
    },
    {
        "ru": [
            "Лыжница Вера Дубко выиграла гонку в Контиолахти с результатом 29.14,3.",
            "Второй стала финка Аню Ранта, она отстала на 11 секунд.",
            "На дистанцию вышли 74 спортсменки из 19 стран.",
            "Следующий этап пройдет в Эстерсунде с 9 декабря.",
        ],
        "de": [
            "Langläuferin Wera Dubko hat das Rennen in Kontiolahti in 29:14,3 gewonnen.",
            "Zweite wurde die Finnin Anju Ranta mit 11 Sekunden Rückstand.",
            "Am Start waren 74 Läuferinnen aus 19 Ländern.",
            "Die nächste Etappe beginnt am 9. Dezember in Östersund.",
        ],
        "en": [
            "Skier Vera Dubko won the race in Kontiolahti in 29:14.3.",
            "Finland's Anju Ranta came second, 11 seconds behind.",
            "A total of 74 athletes from 19 countries took part.",
            "The next stage will be held in Ostersund from 9 December.",
        ],
        "pl": [
            "Narciarka Wiera Dubko wygrała bieg w Kontiolahti z czasem 29:14,3.",
            "Druga była Finka Anju Ranta, straciła 11 sekund.",
            "Na starcie stanęły 74 zawodniczki z 19 krajów.",
            "Następny etap rozpocznie się 9 grudnia w Östersund.",
        ],
    },
    {
        "ru": [
            "Завод в Барани отправил в Зимбабве партию из 48 тракторов.",
            "Контракт на 3,6 млн долларов подписал Игорь Шпак.",
            "В прошлом году завод экспортировал 1 270 машин.",
            "Заводу в этом году исполняется 60 лет.",
            "Посол Зимбабве побывал в цехах и похвалил рабочих.",
        ],
        "de": [
            "Das Werk in Baran hat 48 Traktoren nach Simbabwe geliefert.",
            "Den Vertrag über 3,6 Mio. Dollar unterzeichnete Igor Schpak.",
            "Im Vorjahr exportierte das Werk 1.270 Maschinen.",
            "Das Werk wird in diesem Jahr 60 Jahre alt.",
            "Der Botschafter Simbabwes besuchte die Hallen und lobte die Arbeiter.",
        ],
        "es": [
            "La fábrica de Baran envió 48 tractores a Zimbabue.",
            "El contrato de 3,6 millones de dólares lo firmó Ígor Shpak.",
            "El año pasado la fábrica exportó 1 270 máquinas.",
            "La fábrica cumple 60 años este año.",
            "El embajador de Zimbabue visitó los talleres y elogió a los obreros.",
        ],
        "be": [
            "Завод у Барані адправіў у Зімбабвэ партыю з 48 трактараў.",
            "Кантракт на 3,6 млн долараў падпісаў Ігар Шпак.",
            "Летась завод экспартаваў 1 270 машын.",
            "Заводу сёлета спаўняецца 60 гадоў.",
            "Пасол Зімбабвэ пабываў у цэхах і пахваліў рабочых.",
        ],
    },
    {
        "ru": [
            "В Мирском замке открылась выставка гобеленов Софьи Верас.",
            "Мастерица ткет с детства, ее научила бабушка.",
            "Зрители увидят работы из льна и шерсти.",
            "Выставка открыта до конца весны.",
        ],
        "de": [
            "Im Schloss Mir ist eine Ausstellung mit Wandteppichen von Sofia Weras zu sehen.",
            "Die Meisterin webt seit der Kindheit, ihre Großmutter lehrte sie.",
            "Gezeigt werden Werke aus Leinen und Wolle.",
            "Die Ausstellung ist bis Ende des Frühlings geöffnet.",
        ],
        "en": [
            "An exhibition of tapestries by Sofia Veras has opened in Mir Castle.",
            "The craftswoman has been weaving since childhood, taught by her grandmother.",
            "Visitors will see works of linen and wool.",
            "The exhibition is open until the end of spring.",
        ],
    },
    {
        "ru": [
            "В Слуцке 11 ноября начал работу цех по выпуску козьего сыра.",
            "Цех построил фермер Тихон Ракицкий, он вложил 2,7 млн рублей.",
            "За сутки здесь перерабатывают 1,8 т молока от 640 коз.",
            "Сыр зреет в подвале старой пивоварни три месяца.",
            "Покупателей привлекает вкус с травами и орехом.",
            "Часть продукции уйдет в Казахстан и Армению.",
            "Весной фермер откроет музей сыра для туристов.",
        ],
        "en": [
            "A goat cheese plant began operating in Slutsk on 11 November.",
            "It was built by farmer Tikhon Rakitsky, who invested Br2.7 million.",
            "The plant processes 1.8 tonnes of milk from 640 goats a day.",
            "The cheese ripens in the cellar of an old brewery for three months.",
            "Customers like the taste with herbs and nuts.",
            "Some of the output will go to Kazakhstan and Armenia.",
            "In spring the farmer will open a cheese museum for tourists.",
        ],
        "de": [
            "In Sluzk hat am 11. November eine Ziegenkäserei die Arbeit aufgenommen.",
            "Gebaut hat sie Landwirt Tichon Rakizki, er investierte 2,7 Mio. Rubel.",
            "Täglich werden 1,8 Tonnen Milch von 640 Ziegen verarbeitet.",
            "Der Käse reift drei Monate im Keller einer alten Brauerei.",
            "Den Kunden gefällt der Geschmack mit Kräutern und Nüssen.",
            "Ein Teil der Ware geht nach Kasachstan und Armenien.",
            "Im Frühling eröffnet der Landwirt ein Käsemuseum für Touristen.",
        ],
        "zh": [
            "11月11日，斯卢茨克一家山羊奶酪厂投产。",
            "该厂由农场主季洪·拉基茨基投资270万卢布建成。",
            "工厂每天加工640只山羊产的1.8吨奶。",
            "奶酪在老啤酒厂的地窖中成熟三个月。",
            "顾客喜欢带有香草和坚果味的口感。",
            "部分产品将销往哈萨克斯坦和亚美尼亚。",
            "春天农场主将为游客开设奶酪博物馆。",
        ],
    },
    {
        "ru": [
            "Учения спасателей прошли на Браславских озерах.",
            "По легенде, туристический катер с 28 пассажирами налетел на мель.",
            "Участвовали 96 спасателей, вертолет и девять лодок.",
            "Всех условных пострадавших эвакуировали за 47 минут.",
            "Руководил учениями полковник Емельян Бурак.",
            "Наблюдали за ними гости из Латвии и Литвы.",
            "Местных жителей предупредили заранее, чтобы не было паники.",
        ],
        "be": [
            "Вучэнні ратавальнікаў прайшлі на Браслаўскіх азёрах.",
            "Паводле легенды, турыстычны катар з 28 пасажырамі наляцеў на мель.",
            "Удзельнічалі 96 ратавальнікаў, верталёт і дзевяць лодак.",
            "Усіх умоўных пацярпелых эвакуіравалі за 47 хвілін.",
            "Кіраваў вучэннямі палкоўнік Емяльян Бурак.",
            "Назіралі за імі госці з Латвіі і Літвы.",
            "Мясцовых жыхароў папярэдзілі загадзя, каб не было панікі.",
        ],
        "es": [
            "Los socorristas realizaron ejercicios en los lagos de Braslav.",
            "Según el guion, un barco turístico con 28 pasajeros encalló.",
            "Participaron 96 socorristas, un helicóptero y nueve botes.",
            "Todos los heridos simulados fueron evacuados en 47 minutos.",
            "Dirigió los ejercicios el coronel Emelián Burak.",
            "Los observaron invitados de Letonia y Lituania.",
            "Se advirtió a los vecinos de antemano para evitar el pánico.",
        ],
        "pl": [
            "Ćwiczenia ratowników odbyły się na Jeziorach Brasławskich.",
            "Według scenariusza statek turystyczny z 28 pasażerami wpadł na mieliznę.",
            "Uczestniczyło 96 ratowników, śmigłowiec i dziewięć łodzi.",
            "Wszystkich umownych poszkodowanych ewakuowano w 47 minut.",
            "Ćwiczeniami kierował pułkownik Jemieljan Burak.",
            "Obserwowali je goście z Łotwy i Litwy.",
            "Mieszkańców ostrzeżono wcześniej, aby nie było paniki.",
        ],
    },
]
LEAST_PRECISION, LEAST_RECALL = 0.95, 0.90


def article(edition: str, texts: list[str]) -> Article:
    return Article(
        id=f"{edition}-1-2026", edition=edition, language=edition, date_published="2026-09-02T10:00:00+03:00",
        text="\n\n".join(texts),
    )  # fmt: skip


def orders(number: int, change: str) -> Iterator[list[int]]:
    """Which paragraphs the other version has, in its order."""
    chance = random.Random(number)
    for _ in range(3):
        kept = list(range(number))
        if "dropped" in change:
            dropped = 3 if "three" in change else 1
            kept = sorted(chance.sample(kept, max(2, number - dropped)))
        if "moved" in change:
            one, other = chance.randrange(1, len(kept)), chance.randrange(1, len(kept))
            kept[one], kept[other] = kept[other], kept[one]
        yield kept


@pytest.mark.parametrize(
    "change", ["same order", "dropped", "moved", "dropped and moved", "three dropped", "three dropped, moved"]
)
def test_paragraphs_are_aligned_as_surely_as_they_are_found(change: str) -> None:
    wanted = found = both = 0
    for versions in VERSIONS:
        for one, other in combinations(versions, 2):
            for kept in orders(len(versions[one]), change):
                theirs = [versions[other][place] for place in kept]
                pairs = paragraphs.align(article(one, versions[one]), article(other, theirs), EDITIONS)
                right = sum(versions[one].index(pair.one) == versions[other].index(pair.other) for pair in pairs)
                wanted, found, both = wanted + len(kept), found + len(pairs), both + right
    assert both / found >= LEAST_PRECISION
    assert both / wanted >= LEAST_RECALL
