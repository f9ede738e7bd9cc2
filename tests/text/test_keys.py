"""Sets of millions of keys: what is in them, and what they weigh."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belta_spider.text import keys as keys_module
from belta_spider.text.keys import Keys, key_of
from tests.memory import peak

KEYS = st.integers(0, 2**64 - 1) | st.integers(0, 30) | st.integers(2**64 - 9, 2**64 - 1)
MOST = 300 * 2**20
ROWS = 10_000_000


@given(st.lists(KEYS), st.lists(KEYS), st.integers(1, 5))
def test_keys_are_those_that_were_loaded_and_added(loaded: list[int], added: list[int], recent: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys_module, "_RECENT", recent)
        keys = Keys()
        keys.loaded.extend(loaded)
        keys.sort()
        assert list(keys.loaded) == sorted(loaded)
        for key in added:
            keys.add(key)
        assert all(key in keys for key in (*loaded, *added))
        held = {*loaded, *added}
        assert not any(near in keys for key in held for near in (key ^ 1, key ^ 2**63) if near not in held)
        assert sorted(keys.loaded) == list(keys.loaded)
        assert len(keys._new) < recent


def test_a_key_is_the_same_in_every_process() -> None:
    assert key_of("de-1-2024") == 0xB2BD62F8DC84058E


FILL = """
import belta_spider.commands.crawl, belta_spider.spiders.belta, pyarrow  # as the parent of a crawl
from belta_spider.text.keys import Keys
keys = Keys()
key = 88172645463325252
for _ in range({number}):
    key ^= key << 13 & 0xFFFFFFFFFFFFFFFF
    key ^= key >> 7
    key ^= key << 17 & 0xFFFFFFFFFFFFFFFF
    keys.{add}(key)
{then}
assert len(keys) == {number} and key in keys
"""


WAYS = {"new": {"add": "add", "then": ""}, "held": {"add": "loaded.append", "then": "keys.sort()"}}


@pytest.mark.parametrize("way", WAYS)
def test_a_key_weighs_some_ten_bytes(way: str) -> None:
    few, many = (peak(FILL.format(number=number, **WAYS[way])) for number in (1, 400_000))
    assert many - few < 12 * 400_000 + 20 * 2**20


@pytest.mark.faults
@pytest.mark.parametrize("way", WAYS)
def test_ten_million_articles_fit_into_300_mib(way: str) -> None:
    assert peak(FILL.format(number=ROWS, **WAYS[way])) < MOST
