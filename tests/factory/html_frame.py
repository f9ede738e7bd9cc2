"""The frame of a page in the site's markup: all that stands around an article, and between its paragraphs."""

from __future__ import annotations

from datetime import date
from html import escape

from tests.factory.page_looks import chrome
from tests.factory.sample_articles import Story, stories

HOST = {"ru": "belta.by", "be": "blr.belta.by", "en": "eng.belta.by", "de": "deu.belta.by", "es": "esp.belta.by"} | {
    "pl": "pol.belta.by",
    "zh": "chn.belta.by",
}
HTTP_EQUIV = '<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
STYLE = "<style>.main{width:1180px}.date_full:before{content:'\\2014'}</style>"
PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
{head}
</head>
<body class="page">
<noscript><img src="/counter.gif" alt=""></noscript>
{top}
{main}
{foot}
{scripts}
</body>
</html>
"""
MAIN = """<div class="main">
<div class="content_margin">
{rubric}
{date}
{heading}
{person}
<div class="inner_content"><div class="text">
<div class="js-mediator-article" itemprop="articleBody">
{body}
</div>
</div></div>
{tags}
{below}
</div>
{side}
</div>"""
PHOTO = (
    '<div class="{name}"><a href="{src}"><img src="{src}" alt="{caption}"></a>\n'
    '<div class="img_text">{caption}</div><div class="img_doc_title"><a href="/photo/">{credit}</a></div></div>'
)
WORD = (
    "<!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml><![endif]-->"
    '<p class="MsoNormal" style="margin-bottom:0cm"><span lang="DE" style="font-size:14.0pt">{text}<o:p></o:p></span></p>'
)
INSERTS = {
    "subscribe": '<div class="invite_in_messagers"><span>{subscribe}</span> <a href="https://example.org/">{network}</a></div>',
    "read_also": '<div class="news_accent_block"><a href="/view/other-1-2024"><p>{title}</p></a><p>{lead}</p></div>',
    "advertising": '<div class="advertising_block"><!-- ad --><ins>{foreign}</ins><script>show("<p>ad</p>")</script></div>',
    "video": '<div class="video_add"><p>{title}</p><iframe src="https://example.org/embed/1"></iframe></div>',
    "share": '<div class="yandex_share_print"><a onclick="window.print()">{foreign}</a></div>',
    "bookmark": '<a href="#" title="Добавить БЕЛТА в избранное">{foreign}</a>',
    "tweet": '<blockquote class="twitter-tweet"><p>{lead}</p>&mdash; (@example)</blockquote>',
    "instagram": '<blockquote class="instagram-media"><a href="https://example.org/">{title}</a></blockquote>',
    "iframe": '<iframe src="https://example.org/embed/2"><p>iframe</p></iframe>',
    "hidden": '<div style="color:red; display: none">{lead}</div><p hidden>{title}</p>',
    "script": "<script>document.write('<p>' + \"x\" + '</p>');</script><style>p{{color:#111}}</style>",
    "form": '<button type="button">{foreign}</button>',
}


def insert(name: str, one: Story) -> str:
    """Something between the paragraphs that is not the article."""
    other = _others(one)[0]
    words = chrome(one.edition)
    return INSERTS[name].format(
        title=escape(other.title),
        lead=escape(other.paragraphs[0]),
        subscribe=words["tail"].get("subscribe", words["foreign_label"]),
        network="X",
        foreign=words["foreign_label"],
    )


def day(one: Story) -> str:
    """The visitor's day."""
    words, seen = chrome(one.edition), date(2024, 4, 19)
    month = words.get("capture_months", words["months"])[seen.month - 1]
    return f"{words['weekdays'][seen.weekday()]}, {seen.day} {month} {seen.year}"


def top(one: Story, printed_day: str) -> str:
    words = chrome(one.edition)
    menu = "\n".join(f'<li><a href="/{slug}/">{name}</a></li>' for slug, name in words["sections"].items())
    labels = "\n".join(f'<a href="/{name}/">{text}</a>' for name, text in words["head"].items())
    seen = f'<div class="header_date">{printed_day}</div>' if printed_day else ""
    return (
        f'<div class="header"><div class="logo"><a href="/">{words["agency"]}</a></div>{labels}\n{seen}\n'
        f'<ul class="menu">{menu}</ul>\n<form action="/search/"><input name="q"><button>OK</button></form></div>'
    )


def below(one: Story) -> str:
    """What stands under the article, within its container."""
    words = chrome(one.edition)
    news = "\n".join(_item(other, "rubricNews_item") for other in _others(one)[:3])
    return (
        f'<div class="fp_block"><a href="/">{words["agency"]}</a></div>\n'
        f'<div class="yandex_share_print"><a href="/printv/">{words["foreign_label"]}</a></div>\n'
        f'<div class="invite_in_messagers"><p>{words["tail"].get("subscribe", words["foreign_label"])}</p><a>X</a></div>\n'
        f'<div class="rubricNews"><div>{words["list_link"]}</div>{news}</div>'
    )


def side(one: Story, count: int) -> str:
    others = _others(one)
    items = "\n".join(_item(others[index % len(others)], "news_item") for index in range(count))
    return f'<div class="one_right_col"><div class="fp_block">{chrome(one.edition)["list_link"]}</div>{items}</div>'


def _item(other: Story, name: str) -> str:
    link = f"/{other.section}/view/{other.key}-1-{other.date.year}/"
    return (
        f'<div class="{name}"><div class="new_date"><div class="day">{other.date:%d}</div>'
        f'<div class="month_year">{other.date:.%m.%y}</div></div><div class="time">{other.date:%H:%M}</div>'
        f'<a href="/{other.section}/">{chrome(other.edition)["sections"].get(other.section, "")}</a>'
        f'<a class="lenta_info" href="{link}" title="{escape(other.title)}"><span class="lenta_item_title">'
        f"{escape(other.title)}</span><span>{escape(other.paragraphs[0])}</span></a></div>"
    )


def foot(one: Story) -> str:
    words = chrome(one.edition)
    links = "".join(f"<p>{text}</p>" for text in words["tail"].values())
    return f'<div class="footer">{links}<p>© 1999-2024 {words["agency"]}</p></div>'


def scripts(count: int) -> str:
    """Counters and settings, some 600 characters each."""
    settings = ",".join(f'"k{index}":"{"ab" * (index % 9)}</"' for index in range(24))
    return "\n".join(
        f"<script>window.s{one}={{{settings}}};if(1<2&&3>2){{run({one})}}</script>" for one in range(count)
    )


def _others(one: Story) -> list[Story]:
    return [other for other in stories(one.edition) if other.key != one.key]


def whole(kind: str, edition: str) -> str:
    """A page that is no article: list_page, front_page, video_record, print_view, search_page, error_page, empty."""
    one = stories(edition)[0]
    words = chrome(edition)
    items = "\n".join(_item(other, "lenta_item") for other in _others(one)[:12])
    address = {
        "video_record": "/video/getRecord/887",
        "print_view": f"/printv/{one.key}-1",
        "search_page": "/search/?q=a",
    }
    main = {
        "list_page": f"<h1>{words['list_link']}</h1>{items}",
        "front_page": f'<div class="fp_block">{items}</div>',
        "error_page": "<h1>404 Not Found</h1><hr>nginx",
        "empty": "",
    }.get(
        kind,
        f'<div class="content_margin"><h1>{escape(one.title)}</h1><div class="text">{one.paragraphs[0]}</div></div>',
    )
    link = f'<meta property="og:url" content="https://{HOST[edition]}{address[kind]}">' if kind in address else ""
    frame = kind not in {"empty", "error_page"}
    return PAGE.format(
        lang=edition,
        head=f'<meta charset="utf-8"><title>{words["agency"]}</title>{link}{STYLE}',
        top=top(one, day(one)) if frame else "",
        main=main,
        foot=foot(one) if frame else "",
        scripts=scripts(2),
    )
