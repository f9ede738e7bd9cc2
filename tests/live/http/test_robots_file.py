"""Whom a line of robots.txt is for."""

from __future__ import annotations

import pytest

from belta_spider.live.http.robots_file import RobotsFile

OURS = "https://deu.belta.by/politics/"
FORMS = ["User-agent: {}", "user-agent:{}", "User-Agent : {}", "User agent: {}", "useragent {}"]
OTHERS = ["spider", "belta", "spider/2.0", "belta_spider-2", "belta_spiders", "360Spider", "other_belta_spider"]
UNKNOWN = ["Noindex: /a", "Content-Signal: ai-train=no", "what is this", "Foo:", "", "# a word"]


def allows(text: str) -> bool:
    return RobotsFile.from_crawler(None, text.encode()).allowed(OURS, "belta_spider")


@pytest.mark.parametrize(
    "name",
    [
        "belta_spider",
        "belta_spider/1.0",
        "belta_spider/1.0.0 (+mailto:desk@example.org)",
        "Belta_Spider",
        "belta_spider 1.0",
        "belta_spider*",
        "*",
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_a_line_that_names_us_is_obeyed(form: str, name: str) -> None:
    assert not allows(f"{form.format(name)}\nDisallow: /\n")


@pytest.mark.parametrize("name", OTHERS)
def test_a_line_that_names_another_robot_is_not(name: str) -> None:
    assert allows(f"User-agent: {name}\nDisallow: /\n\nUser-agent: *\nDisallow: /search\n")


@pytest.mark.parametrize("between", UNKNOWN)
def test_an_unknown_line_between_names_does_not_end_a_group(between: str) -> None:
    assert not allows(f"User-agent: belta_spider/1.0\n{between}\nUser-agent: other\n{between}\nDisallow: /\n")


def test_a_known_line_does() -> None:
    assert allows("User-agent: belta_spider\nAllow: /\nUser-agent: other\nDisallow: /\n")


def test_the_delay_and_the_longest_rule_count_as_before() -> None:
    text = "\ufeffUser-agent: belta_spider/1.0\nCrawl-delay: 7\nDisallow: /\nAllow: /politics/\nSitemap: https://a/b\n"
    rules = RobotsFile.from_crawler(None, text.encode())
    assert rules.allowed(OURS, "belta_spider")
    assert not rules.allowed("https://deu.belta.by/sport/", "belta_spider")
    assert rules.crawl_delay("belta_spider") == 7
