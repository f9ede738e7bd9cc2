"""Random input: whatever comes in, the records and the audit are valid, and nothing is raised."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from belta_spider.output.ledger import audit_path
from tests.faults import hostile, invariants
from tests.faults.ledgers import NAMES, Step, run

QUICK = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(QUICK, max_examples=20_000)
HOW = pytest.mark.parametrize(
    "how", [pytest.param(QUICK, id="quick"), pytest.param(LONG, id="long", marks=pytest.mark.fuzz)]
)
WORDS = [
    *"\n \t\u00a0\u200b\u0301\ud800-–()<>&;:.,!0123456789",
    "\r\n", "-0-", "BelTA", "MINSK", "3. April", "(BelTA) - ", "03 April 2024, 14:54", "Minsk +14°C", "Foto: Chor",
    "Projekte", "Alle Nachrichten", "Abonnieren Sie uns auf", "Twitter", "flag Freitag, 19 April 2024", "Kultur",
    "<p>", "</p>", "<div class=js-mediator-article>", "<html>", "<h1>", "白通社明斯克4月19日电。", "/Корр. БЕЛТА/. ",
    "Der Chor sang auf dem Markt.", "https://www.youtube.com/embed/a",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(WORDS), max_size=80).map("".join)
BODIES = st.one_of(st.binary(max_size=500), TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")))
ENCODINGS = st.sampled_from([None, "utf-8", "utf-16", "punycode", "rot13", "hex", "\x00", "cp1251", "idna", "x" * 999])


def small_containers() -> list[bytes]:
    """Made where they are needed, as each process collects all tests, and without bombs, which take seconds."""
    table = {name: make for name, make in hostile.table().items() if not name.endswith((".txt", ".html"))}
    made = (make() for name, make in table.items() if "bomb" not in name and name not in hostile.HUGE)
    return [data for data in made if len(data) < 5000]


def flipped(data: bytes, places: list[tuple[int, int]]) -> bytes:
    changed = bytearray(data)
    for place, value in places:
        if changed:
            changed[place % len(changed)] = value
    return bytes(changed)


def repairable(name: str, places: list[tuple[int, int]], size: int, folder: Path) -> None:
    """What a crawl wrote, with bytes changed and an end cut off."""
    steps = [Step(f"{n}.txt", f"de-{n}-2024" if n % 3 else None) for n in range(6)]
    path = folder / name
    run(path, steps, overwrite=True)
    damaged = flipped(path.read_bytes(), places)[: size or None]
    invariants.repairs(path, damaged, audit_path(path).read_bytes())


PLACES = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=4)
FILE_NAMES = st.sampled_from(
    ["a.txt", "a.html", "a.txt.gz", "a.txt.zst", "a.warc", "a.warc.gz", "a.wacz", "a.jsonl", "a"]
)


@HOW
def test_the_cleaner_takes_anything(how: settings) -> None:
    how(given(BODIES, st.booleans(), ENCODINGS)(invariants.cleans))()


@HOW
def test_the_readers_take_anything(how: settings, tmp_path: Path) -> None:
    packed = BODIES.flatmap(lambda data: st.sampled_from([data, gzip.compress(data), zstandard.compress(data)]))
    data = st.one_of(packed, st.builds(flipped, st.sampled_from(small_containers()), PLACES))
    how(given(data, FILE_NAMES)(lambda one, name: invariants.reads(one, name, tmp_path)))()


@HOW
def test_the_repair_takes_anything(how: settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda fd: None)
    tried = given(st.sampled_from(NAMES), PLACES, st.integers(0, 900))
    how(tried(lambda name, places, size: repairable(name, places, size, tmp_path)))()
