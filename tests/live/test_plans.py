"""The arguments of a live crawl."""

from __future__ import annotations

from datetime import date

import pytest

from belta_spider.editions import load
from belta_spider.live.arguments import check_contact, read

TODAY = date(2024, 5, 1)


@pytest.mark.parametrize(
    "arguments",
    [
        {"editions": "de,xx"},
        {"since": "1.4.2024"},
        {"until": "2024-02-30"},
        {"since": "2024-04-02", "until": "2024-04-01"},
        {"since": "2024-05-02"},
        {"refresh": "3"},
        {"refresh": "3w"},
        {"max_pages": "0"},
        {"max_minutes": "-1"},
        {"max_pages": "many"},
        {"missing": "yes"},
    ],
)
def test_a_wrong_argument_is_named(arguments: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="|".join(value.split(",")[-1] for value in arguments.values())):
        read(arguments, load(), {}, TODAY)


BOTH = {"ru": "http://127.0.0.1:1", "de": "http://127.0.0.1:1/"}


def test_a_base_of_an_edition_that_is_not_crawled_stands_in_for_nothing() -> None:
    bases = read({"editions": "de"}, load(), BOTH, TODAY).bases
    assert bases.to_site("http://127.0.0.1:1/sport/") == "https://deu.belta.by/sport/"


@pytest.mark.parametrize("bases", [BOTH, {"de": "http://127.0.0.1:1", "xx": "http://127.0.0.1:2"}])
def test_bases_that_cannot_be_told_apart_or_are_of_no_edition_are_refused(bases: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="BELTA_BASE_URLS: "):
        read({"editions": "de,ru"}, load(), bases, TODAY)


def test_without_editions_all_are_crawled() -> None:
    assert {edition.code for edition in read({}, load(), {}, TODAY).editions} == set(load().by_code)


@pytest.mark.parametrize(
    ("day", "year", "within"),
    [
        ("2024-04-01", 2024, True),
        ("2024-04-30", 2024, True),
        ("2024-03-31", None, False),
        ("2024-05-01", None, False),
        (None, 2023, False),
        (None, 2025, False),
        (None, None, True),
    ],
)
def test_bounds_are_days_in_minsk_and_inclusive(day: str | None, year: int | None, within: bool) -> None:
    plan = read({"since": "2024-04-01", "until": "2024-04-30"}, load(), {}, TODAY)
    assert (plan.includes(day) and plan.may_include(year)) is within


@pytest.mark.parametrize("contact", [None, "", "me", "a@b", "me@example.org\r\nX: y", "(me@example.org)", "ftp://a.b"])
def test_a_contact_is_a_mail_address_or_a_web_page(contact: str | None) -> None:
    with pytest.raises(ValueError, match="BELTA_CONTACT"):
        check_contact(contact)


@pytest.mark.parametrize("contact", ["me@example.org", "https://example.org/crawler"])
def test_a_contact_passes_as_it_is(contact: str) -> None:
    assert check_contact(contact) == contact
