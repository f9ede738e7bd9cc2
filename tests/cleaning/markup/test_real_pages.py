"""What pages of other sites have and the site's own do not: markup in scripts, languages of no edition."""

from __future__ import annotations

import pytest

from belta_spider import cleaning
from belta_spider.cleaning.markup.unclosed import close_raw
from belta_spider.items import Page

_ITALIAN = "Il coro ha cantato ieri nella piazza del mercato davanti a molti ospiti e poi tutti sono tornati a casa. "


@pytest.mark.parametrize(
    "element",
    [
        b"<script>a.innerHTML = '<div class=a>' + b;</script>",
        b"<script>document.write('<html><head></head><body onload=a()>')</script>",
        b'<script>var a = "<div><script src=b><\\/script></div>"; b(a)</script>',
        b"<script type=text/template>\n<div class=a>{{b}}</div>\n</script>",
        b"<noscript>\n<div class=a><img src=b></div>\n</noscript>",
    ],
)
def test_markup_within_an_element_that_is_closed_closes_nothing(element: bytes) -> None:
    page = b"<html><head>%b</head><body>%b<p>Der Chor sang.</p></body></html>" % (element, element)
    assert close_raw(page) == (page, False)


def test_another_sites_page_in_a_language_of_no_edition_is_read() -> None:
    data = f"<html><body><article><h1>Il coro</h1><p>{_ITALIAN * 4}</p></article></body></html>".encode()
    page = Page("html", "a.html", data, is_html=True, url="https://example.org/coro")
    found = cleaning.clean(page, cleaning.Options(any_site=True))
    assert found.article
    assert (found.article.language, "language_differs" in found.article.flags) == ("it", True)
    assert "ha cantato" in found.article.text
    assert cleaning.clean(page).dropped == "other_site"
