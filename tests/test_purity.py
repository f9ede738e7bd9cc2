"""The core imports no Scrapy, reads no file and opens no network."""

import subprocess
import sys

HEAVY = ("scrapy", "twisted", "trafilatura", "eldc", "ftfy", "charset_normalizer", "pyarrow", "rich")


def test_the_cleaner_loads_neither_scrapy_nor_what_only_some_pages_need() -> None:
    code = f"import sys, belta_spider.cleaning; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
