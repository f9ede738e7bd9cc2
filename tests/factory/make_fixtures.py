"""Write the fixtures that are text anew: `python -m tests.factory.make_fixtures`.

Each page is a fictional article of tests/factory/articles in one look, or a page that is no article. The
expected record beside it comes from the article and the look (tests/factory/expected.py), not from the
cleaner: where `scrapy golden` shows a difference, one of the two is wrong.
The two captures of real pages (000, 002) are not made here and stay as they are.
"""

from __future__ import annotations

from tests.factory import fixture_list
from tests.factory.golden_files import outcome, write
from tests.factory.no_articles import no_articles
from tests.factory.sample_articles import EDITIONS
from tests.factory.text_fixtures import articles


def main() -> None:
    for edition in EDITIONS:
        for name, page in articles(edition):
            write(edition, f"{name}.txt", page.data, outcome(edition, f"{name}.txt", page, page.data))
        for name, (reason, text) in no_articles(edition).items():
            write(edition, f"dropped-{name}.txt", text.encode(), {"dropped": reason})
    fixture_list.write()


if __name__ == "__main__":
    main()
