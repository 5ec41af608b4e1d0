"""Under which conditions a policy fails: boxes in what was drawn, by a classification tree (CART, scikit-learn's).

Boxes are found in two thirds of the futures and told by what the last third says, which the tree has not seen; else a
tree finds a reason for anything. Pure functions of what was drawn and of which futures fail.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Array
from sim.documents import Json
from sim.errors import not_installed
from sim.results import estimate

Mask = NDArray[np.bool_]

BY = "classification tree (CART) of scikit-learn"
EVERY = 3
"""Every third future is held out."""
MOST_LIMITS = 3
"""Inputs that a box limits at most, since the tree is no deeper: more is no sentence any more."""
LEAST_SHARE = 0.05
"""Of the futures that boxes are found in, the least that a box holds."""
LEAST_GAIN = 0.01
"""Of all that there is to tell, what a limit must tell at least, or it is left out."""
LEAST = 20
"""Futures that fail, and that do not, below which nothing is looked for; and the least that a box holds."""
BOXES = 3
"""Boxes told at most."""
DIGITS = 3
"""Significant digits of a limit; boxes are counted as they are told."""


@dataclass(frozen=True)
class Drawn:
    """What was drawn in each future."""

    paths: tuple[str, ...]
    units: tuple[str, ...]
    values: Array
    """(future, input)."""


@dataclass(frozen=True)
class Limit:
    """What a box asks of one input: above `low`, at or below `high`."""

    column: int
    low: float
    high: float


Box = tuple[Limit, ...]


def held_out(futures: int) -> Mask:
    """Return which futures are held out, (N,)."""
    return np.asarray(np.arange(futures) % EVERY == EVERY - 1)


def discover(drawn: Drawn, fails: Mask) -> Json:
    """Return what is known of where a policy fails, and of where it is safest, each as a box and what it holds."""
    held = held_out(fails.size)
    found: Json = {
        "by": BY,
        "futures": {"found_in": int(np.count_nonzero(~held)), "held_out": int(np.count_nonzero(held))},
        "fails": {"found_in": estimate.chance(fails[~held]), "held_out": estimate.chance(fails[held])},
        "boxes": [],
        "safest": None,
        "inputs": [],
    }
    if min(np.count_nonzero(fails[~held]), np.count_nonzero(~fails[~held])) < LEAST:
        return found
    tree = _tree(drawn.values[~held], fails[~held])
    boxes = [_rounded(box) for box in _boxes(tree.tree_)]
    told = [_told(drawn, fails, held, box) for box in boxes if box]
    told.sort(key=lambda box: -box["found_in"]["density"])
    share = found["fails"]["found_in"]["mean"]
    found["boxes"] = [box for box in told if box["found_in"]["density"] > share][:BOXES]
    found["safest"] = told[-1] if told and told[-1]["found_in"]["density"] < share else None
    found["inputs"] = _important(drawn, tree.feature_importances_)
    return found


def inside(values: Array, box: Box) -> Mask:
    """Return the futures in a box, (N,)."""
    found = np.ones(len(values), dtype=bool)
    for limit in box:
        found &= (values[:, limit.column] > limit.low) & (values[:, limit.column] <= limit.high)
    return found


def classifier() -> Any:
    """Return scikit-learn's tree; say how to get it where it is not installed."""
    try:
        from sklearn.tree import DecisionTreeClassifier
    except ImportError:
        raise not_installed("sim discover", "scikit-learn", "discover") from None
    return DecisionTreeClassifier


def _tree(values: Array, fails: Mask) -> Any:
    leaf = max(LEAST, math.ceil(LEAST_SHARE * len(values)))
    share = float(np.mean(fails))
    least_gain = LEAST_GAIN * 2 * share * (1 - share)  # of Gini's impurity before any limit
    tree = classifier()(max_depth=MOST_LIMITS, min_samples_leaf=leaf, ccp_alpha=least_gain, random_state=0)
    return tree.fit(values, fails)


def _boxes(tree: Any, node: int = 0, limits: Box = ()) -> list[Box]:
    """Return the leaves below a node as boxes."""
    left, right = int(tree.children_left[node]), int(tree.children_right[node])
    if left < 0:
        return [limits]
    column, at = int(tree.feature[node]), float(tree.threshold[node])
    below, above = Limit(column, -math.inf, at), Limit(column, at, math.inf)
    return [*_boxes(tree, left, _narrowed(limits, below)), *_boxes(tree, right, _narrowed(limits, above))]


def _narrowed(limits: Box, one: Limit) -> Box:
    """Return the box with one limit more, or with a narrower one where the input has one already."""
    same = next((limit for limit in limits if limit.column == one.column), None)
    if same is None:
        return (*limits, one)
    both = Limit(one.column, max(one.low, same.low), min(one.high, same.high))
    return tuple(both if limit is same else limit for limit in limits)


def _rounded(box: Box) -> Box:
    return tuple(Limit(one.column, _short(one.low), _short(one.high)) for one in box)


def _short(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")


def _told(drawn: Drawn, fails: Mask, held: Mask, box: Box) -> Json:
    within = inside(drawn.values, box)
    there, rest = _counted(fails[held], within[held]), _counted(fails[~held], within[~held])
    low, share = there["density_ci95"][0], float(np.mean(fails[held]))
    return {
        "limits": [
            {
                "path": drawn.paths[one.column],
                "unit": drawn.units[one.column],
                "low": one.low if math.isfinite(one.low) else None,
                "high": one.high if math.isfinite(one.high) else None,
            }
            for one in box
        ],
        "found_in": rest,
        "held_out": there,
        "holds_up": low is not None and low > share,
    }


def _counted(fails: Mask, within: Mask) -> Json:
    """Return how many futures lie in a box, how many of them fail, and how many of all failures these are."""
    futures, failing = int(np.count_nonzero(within)), int(np.count_nonzero(fails & within))
    density, coverage = estimate.wilson(failing, futures), estimate.wilson(failing, int(np.count_nonzero(fails)))
    return {
        "futures": futures,
        "failing": failing,
        "density": density.value,
        "density_ci95": density.ci95,
        "coverage": coverage.value,
        "coverage_ci95": coverage.ci95,
    }


def _important(drawn: Drawn, importance: Sequence[float]) -> list[Json]:
    """Return the inputs that the tree splits by, the one that tells most first."""
    order = sorted(range(len(drawn.paths)), key=lambda column: (-importance[column], column))
    return [
        {"path": drawn.paths[column], "unit": drawn.units[column], "importance": float(importance[column])}
        for column in order
        if importance[column] > 0
    ]
