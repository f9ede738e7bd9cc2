"""What an address tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belta_spider.editions import load
from belta_spider.editions.addresses import is_of_the_site, parse

EDITIONS = load()
DE = "https://deu.belta.by"

ARTICLES = {
    f"{DE}/politics/view/treffen-in-lida-65342-2024": (
        "de-65342-2024",
        "politics",
        "/politics/view/treffen-in-lida-65342-2024",
    ),
    f"{DE}/society/view/-46186-2026/": ("de-46186-2026", "society", "/society/view/-46186-2026"),
    "http://deu.belta.by/economics/view/am-13.-17.-mai-messe-36565-2018?a=1#b": (
        "de-36565-2018",
        "economics",
        "/economics/view/am-13.-17.-mai-messe-36565-2018",
    ),
    "http://m.deu.belta.by/regions/view/1228-29-15280-2021": (
        "de-15280-2021",
        "regions",
        "/regions/view/1228-29-15280-2021",
    ),
    f"{DE}/fotoreportage/view/herbst-im-park-1999": (
        "de-fotoreportage-1999",
        "fotoreportage",
        "/fotoreportage/view/herbst-im-park-1999",
    ),
    f"{DE}/photonews/view/tag-2020-28917/": ("de-photonews-28917", "photonews", "/photonews/view/tag-2020-28917"),
    f"{DE}/photonews/view/tag-10-2020/": ("de-photonews-2020", "photonews", "/photonews/view/tag-10-2020"),
    f"{DE}/fotoreportage/view/messe-in-lida-70901-2022/": (
        "de-70901-2022",
        "fotoreportage",
        "/fotoreportage/view/messe-in-lida-70901-2022",
    ),
    f"{DE}/amp/regions/view/messe-1234-2019": ("de-1234-2019", "regions", "/regions/view/messe-1234-2019"),
    f"{DE}/society/view/%D1%88%D0%BA%D0%BE%D0%BB%D0%B0-12-2020": (
        "de-12-2020",
        "society",
        "/society/view/%D1%88%D0%BA%D0%BE%D0%BB%D0%B0-12-2020",
    ),
}
OTHERS = {
    f"{DE}/": "front_page",
    DE: "front_page",
    f"{DE}/de": "front_page",
    f"{DE}/politics": "list_page",
    f"{DE}/politics/page/3/": "list_page",
    f"{DE}/all_news/page/2/?day=01&month=02&year=25": "list_page",
    f"{DE}/search/getResults?q=x": "search_page",
    f"{DE}/video/getRecord/760": "video_record",
    f"{DE}/video_official/getRecord/7": "video_record",
    f"{DE}/printv/politics/view/treffen-65342-2024": "print_view",
    f"{DE}/printv/view/treffen-65342-2024": "print_view",
}
SPELLINGS = [
    "//society/view/pump-70001-2024/",
    "/society//view//pump-70001-2024//",
    "/./society/view/pump-70001-2024/",
    "/x/../society/view/pump-70001-2024/",
    "/../society/view/pump-70001-2024",
    "/society\\view\\pump-70001-2024",
    "/society/view/pump%2D70001-2024/",
    "/society/view/pump-70001-2024%2F",
    "/SOCIETY/View/Pump-70001-2024/",
    "/society/view/pump-70001-2024;jsessionid=1F",
    "/society/view/pump-70001-2024;jsessionid=F-3-2023",
    "/society/view/pump-70001-2024/%20",
    "/society/view/pump-70001-2024%0A",
    "/society/view/pump-70001-2024&utm_source=feed",
    "/society/view/pump-70001-2024/&utm_source=feed-1-2023",
    "/society/view/pump-70001-2024/?utm_source=feed",
    "/society/view/pump-70001-2024%3Futm_source=feed",
    "/society/view/pump-70001-2024/#top",
    *(
        f"/society/view/pump-70001-2024{end}"
        for end in (",", ".", ")", ").", "'", "%22", "]", "*", "|", "/)", "/,", "\u2026", "\u201d")
    ),
    "/society/view/pump-70001-2024.html",
    "/society/view/pump-70001-2024/index.html",
    "/society/view/pump-70001-2024/amp",
    "/society/view/pump-70001-2024/amp/",
    "/amp/society/view/pump-70001-2024/",
    "/society/view/pump-70001-2024/page/2/",
]


@pytest.mark.parametrize("path", SPELLINGS)
@pytest.mark.parametrize("host", ["https://deu.belta.by", "HTTP://www.DEU.belta.by.:80", "https://m.deu.belta.by"])
def test_every_spelling_of_an_address_gives_one_id_and_one_canonical_address(host: str, path: str) -> None:
    address = parse(host + path, EDITIONS)
    assert address is not None
    assert (address.id, address.url) == ("de-70001-2024", f"{DE}/society/view/pump-70001-2024")


@pytest.mark.parametrize("url", ARTICLES)
def test_an_article_s_address_tells_its_id_and_section(url: str) -> None:
    identity, section, path = ARTICLES[url]
    address = parse(url, EDITIONS)
    assert address is not None
    assert (address.id, address.section, address.url, address.drop) == (identity, section, f"{DE}{path}", None)


@pytest.mark.parametrize("url", OTHERS)
def test_other_addresses_tell_why_they_are_none(url: str) -> None:
    address = parse(url, EDITIONS)
    assert address is not None
    assert (address.id, address.drop) == (None, OTHERS[url])


@pytest.mark.parametrize(
    "url", ["https://example.org/politics/view/a-1-2024", "ftp://deu.belta.by/x", "http://[", "", "deu.belta.by"]
)
def test_another_site_s_address_tells_nothing(url: str) -> None:
    assert parse(url, EDITIONS) is None


def test_the_site_is_its_domain_and_what_is_below() -> None:
    assert is_of_the_site("https://new.belta.by/x")
    assert not is_of_the_site("https://notbelta.by/x")


@given(
    st.from_regex(
        rf"{DE}/([a-z_]{{1,9}}/){{0,2}}(view/)?[a-zA-Z0-9_./-]{{0,20}}(-[0-9]{{1,4}}){{0,2}}/?", fullmatch=True
    )
)
def test_a_plain_address_is_read_like_one_with_a_query(url: str) -> None:
    assert parse(url, EDITIONS) == parse(f"{url}?", EDITIONS)
