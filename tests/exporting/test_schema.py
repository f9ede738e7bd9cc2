"""The published schemas are current, and every record we write validates."""

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from belta_spider.cleaning import clean
from belta_spider.exporting import schema
from belta_spider.reporting import golden

FIXTURES = list(golden.pages("fixtures"))


@pytest.mark.parametrize("name", ["article", "audit"])
def test_a_published_schema_is_current(name: str) -> None:
    assert schema.file(name).read_text(encoding="utf-8") == schema.text(name), (
        "run python -m belta_spider.exporting.schema"
    )


def test_every_record_and_every_entry_of_the_audit_validates() -> None:
    article = jsonschema.Draft202012Validator(json.loads(Path("docs/article.schema.json").read_text(encoding="utf-8")))
    audit = jsonschema.Draft202012Validator(json.loads(Path("docs/audit.schema.json").read_text(encoding="utf-8")))
    for page in FIXTURES:
        cleaned = clean(page)
        if cleaned.article:
            article.validate(msgspec.to_builtins(cleaned.article))
        for entry in cleaned.audit:
            audit.validate(msgspec.to_builtins(entry))


def test_a_record_with_a_key_too_few_does_not_validate() -> None:
    record = msgspec.to_builtins(clean(FIXTURES[0]).article)
    del record["weather"]["place"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record, schema.schema("article"))
