"""The Arrow schema says what the item class says."""

from dataclasses import fields

import msgspec
import pyarrow as pa

from belta_spider import arrow
from belta_spider.items import Article
from tests.factory import outputs


def test_the_columns_are_the_keys_in_their_order() -> None:
    assert arrow.schema().names == [one.name for one in fields(Article)]


def test_what_may_be_null_is_nullable_and_nothing_else() -> None:
    schema = arrow.schema()
    nullable = {one.name for one in schema if one.nullable}
    assert nullable == {
        "url", "title", "section", "section_title", "date_published", "date_modified", "captured_at", "captured_on",
    }  # fmt: skip
    assert schema.field("weather").type.field("temperature_c").type == pa.int64()
    assert schema.field("images").type.value_type.field("url").nullable is False


def test_records_come_back_from_arrow_as_they_were() -> None:
    records = [msgspec.to_builtins(one) for one in (outputs.bare(1), outputs.article(1), outputs.hostile())]
    assert pa.Table.from_pylist(records, schema=arrow.schema()).to_pylist() == records
