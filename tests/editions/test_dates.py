"""Dates as each edition prints them, in Minsk wall time."""

import pytest

from belta_spider.editions import Edition, load
from belta_spider.editions.dates import read_date, rfc3339

LOADED = load()
KNOWN = [pytest.param(edition, id=code) for code, edition in LOADED.by_code.items()]
MONTHS = [
    pytest.param(edition, name, number, id=f"{code}-{name}")
    for code, edition in LOADED.by_code.items()
    for name, number in edition.months.items()
]


@pytest.mark.parametrize(("edition", "name", "number"), MONTHS)
def test_a_month_is_read_in_every_form_and_case(edition: Edition, name: str, number: int) -> None:
    for month in (name, name.capitalize(), name.upper()):
        forms = [f"2019 {month} 08, 13:04"] if edition.code == "zh" and not name.isascii() else []
        for text in forms or [f"08 {month} 2019, 13:04", f"13:04 08 {month} 2019", f"8 {month} 2019, 13:04"]:
            printed = read_date(text, edition)
            assert printed is not None, text
            assert printed.moment is not None, text
            assert printed.moment.isoformat() == f"2019-{number:02}-08T13:04:00", text


@pytest.mark.parametrize("edition", KNOWN)
def test_an_edition_names_twelve_months_and_seven_weekdays(edition: Edition) -> None:
    assert set(edition.months.values()) == set(range(1, 13))
    assert len(edition.weekdays) >= 7


@pytest.mark.parametrize("edition", KNOWN)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14.07.2017 | 11:21", "2017-07-14T11:21:00+03:00"),
        ("{section} 14.07.2017 | 11:21", "2017-07-14T11:21:00+03:00"),
        ("{section} 14.07.2017 11:21", "2017-07-14T11:21:00+03:00"),
        ("14.07.2010 | 11:21", "2010-07-14T11:21:00+03:00"),  # summer time, to 2011
        ("14.01.2010 | 11:21", "2010-01-14T11:21:00+02:00"),
        ("14.01.2012 | 11:21", "2012-01-14T11:21:00+03:00"),
        ("2019-03-03 18:26", "2019-03-03T18:26:00+03:00"),
        ("31.02.2017 | 11:21", None),
        ("14.07.2017 | 25:21", None),
    ],
)
def test_a_date_in_figures_is_minsk_time_in_every_edition(edition: Edition, text: str, expected: str | None) -> None:
    printed = read_date(text.format(section=next(iter(edition.section_slugs))), edition)
    assert printed is not None
    assert (rfc3339(printed.moment) if printed.moment else None) == expected


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("zh", "2019 四月 19, 13:04", "2019-04-19T13:04"),
        ("zh", "2018 二月 08, 16:46", "2018-02-08T16:46"),
        ("zh", "2018 十二月 08，16：46", "2018-12-08T16:46"),
        ("zh", "2019 April 19, 13:04", "2019-04-19T13:04"),
        ("zh", "19 April 2019, 13:04", "2019-04-19T13:04"),
        ("zh", "2019年4月19日 13:04", "2019-04-19T13:04"),
        ("es", "05 Septriembre 2021, 09:12", "2021-09-05T09:12"),
        ("es", "5 de mayo de 2021, 09:12", "2021-05-05T09:12"),
        ("be", "05 траўня 2021, 09:12", "2021-05-05T09:12"),
        ("be", "05 мая 2021, 09:12", "2021-05-05T09:12"),
        ("en", "October 2, 2026, 11:54", "2026-10-02T11:54"),
        ("pl", "03 Listopada 2024, 20:21", "2024-11-03T20:21"),
        ("pl", "03 November 2024, 20:21", "2024-11-03T20:21"),  # another edition's word
        ("ru", "20:10 05 августа 2023", "2023-08-05T20:10"),
    ],
)
def test_an_editions_own_forms_of_a_date_are_read(code: str, text: str, expected: str) -> None:
    edition = LOADED.by_code[code]
    printed = read_date(text, edition)
    moment = printed.moment if printed else None
    assert moment is not None
    assert moment.isoformat(timespec="minutes") == expected
