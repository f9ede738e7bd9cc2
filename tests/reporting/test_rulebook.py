"""The published list of rules is current and complete."""

from belta_spider.editions import load, structural_rules
from belta_spider.reporting import rulebook


def test_the_published_list_is_current() -> None:
    assert rulebook.FILE.read_text(encoding="utf-8") == rulebook.text(), "run python -m belta_spider.reporting.rulebook"


def test_every_rule_stands_in_it_with_an_example_and_a_share() -> None:
    rows = [line for line in rulebook.text().splitlines() if line.startswith("| `")]
    names = [row.split("`")[1] for row in rows]
    elements = [rule.name for rule in load().elements.all]
    editions = [rule.name for one in load().by_code.values() for rule in one.rules]
    assert names == [*structural_rules(), *elements, *editions]
    assert [row for row in rows if not row.endswith("% |")] == []
