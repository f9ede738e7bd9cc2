"""The sample is small, the same each time, and leaves no edition and no flag out."""

from belta_spider.reporting.report.sample import Sample
from tests.factory import outputs

NUMBER = 3_000


def sample(order: int = 1, asked: tuple[str, ...] = ()) -> Sample:
    drawn = Sample(asked)
    for number in range(NUMBER)[::order]:
        made = outputs.bare(number)
        if number % 1_000 == 0:
            made.edition, made.flags = "zh", ["no_title"]
        drawn.add(made)
    return drawn


def test_each_edition_and_each_flag_is_shown() -> None:
    shown = sample().articles()
    assert 600 <= len(shown) <= 640
    assert sum(article.edition == "zh" for article in shown) == sum(bool(article.flags) for article in shown) == 3


def test_the_order_of_the_records_does_not_change_the_sample() -> None:
    assert sample().articles() == sample(-1).articles()


def test_few_articles_are_all_shown() -> None:
    drawn = Sample()
    for number in range(100):
        drawn.add(outputs.bare(number))
    assert len(drawn.articles()) == 100


def test_what_is_asked_for_comes_first_and_what_is_missing_is_told() -> None:
    drawn = sample(asked=("de-77-2024", "de-x"))
    assert drawn.articles()[0].id == "de-77-2024"
    assert len({article.id for article in drawn.articles()}) == len(drawn.articles())
    assert drawn.missing == ["de-x"]


def test_no_more_is_held_than_twice_what_is_shown() -> None:
    assert len(sample()._held) <= 2 * 640
