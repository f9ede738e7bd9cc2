"""Fit the points of `scrapy stories` on records whose stories are known, and print the tables for points.toml.

    python -m benchmarks.fit_stories TRUTH.jsonl [--meaning] [--penalty 1.0]

TRUTH.jsonl holds records with the extra key `story`. Logistic regression by Newton's method over all pairs that the
index finds, with a penalty on the squares of the weights (of features scaled to one deviation). Evidence that would
count against its sense is left out: it would be an accident of the records. Needs numpy.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from belta_spider.editions.loading import load
from belta_spider.items import Article
from belta_spider.stories import evidence
from belta_spider.stories.build import compared

_STEPS = 25
_AGAINST = {
    "figures_missing",
    "top_figures_missing",
    "other_title_figures",
    "names_missing",
    "other_countries",
    "late_days",
    "other_days",
    "length",
    "quotes",
}
_EITHER = {"characters"}
"""Evidence that may count for or against; all other evidence counts for one story."""
_POINTS = 100
"""Points in one unit of the logarithm of the odds."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--meaning", action="store_true")
    parser.add_argument("--penalty", type=float, default=1.0)
    options = parser.parse_args()
    features, wanted = examples(options.truth, meaning=options.meaning)
    names = (*evidence.NAMES, *(evidence.MEANING if options.meaning else ()))
    signs = [0 if name in _EITHER else -1 if name in _AGAINST else 1 for name in names]
    base, weights = fit(features, wanted, options.penalty, signs)
    print(f"base = {round(_POINTS * base)}")
    for name, weight in zip(names, weights, strict=True):
        print(f"{name} = {round(_POINTS * weight)}")


def examples(path: Path, *, meaning: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the evidence of each pair of two editions that is compared, and whether it is one story."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    story = {row["id"]: row.pop("story") for row in rows}
    articles = [msgspec.convert(row, Article) for row in rows]
    pairs = list(compared(articles, load(), meaning=meaning))
    features = np.array([found.values for _, _, found in pairs])
    return features, np.array([float(story[one] == story[other]) for one, other, _ in pairs])


def fit(features: np.ndarray, wanted: np.ndarray, penalty: float, signs: Sequence[int]) -> tuple[float, np.ndarray]:
    """Return the base and the weights; what would count against its sign is left out, the worst first."""
    spread = features.std(axis=0)
    spread[spread == 0] = 1.0
    kept = list(range(features.shape[1]))
    while True:
        solved = solve(features[:, kept] / spread[kept], wanted, penalty)
        wrong = [
            (abs(weight), place) for place, weight in zip(kept, solved[1:], strict=True) if signs[place] * weight < 0
        ]
        if not wrong:
            weights = np.zeros(features.shape[1])
            weights[kept] = solved[1:] / spread[kept]
            return float(solved[0]), weights
        kept.remove(max(wrong)[1])


def solve(features: np.ndarray, wanted: np.ndarray, penalty: float) -> np.ndarray:
    """Return base and weights of a logistic regression, by Newton's method."""
    table = np.hstack([np.ones((len(features), 1)), features])
    ridge = np.full(table.shape[1], penalty)
    ridge[0] = 0.0
    weights = np.zeros(table.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (chance - wanted) + ridge * weights
        curve = (table * (chance * (1 - chance))[:, None]).T @ table + np.diag(ridge)
        weights -= np.linalg.solve(curve + 1e-9 * np.eye(len(curve)), slope)
    return weights


if __name__ == "__main__":
    main()
