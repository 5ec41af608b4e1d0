"""Which policy is best, said only as far as the futures bear it out.

The procedure: paired t intervals of all pairs, simultaneous by Bonferroni's inequality, with an indifference zone:
the selection rule of Clark and Yang (1986) for common random numbers, for all pairs at once as in Nelson and Matejcik
(1995). Of two policies, B behind A by the mean d of n paired differences with standard deviation s, the bound is

    low = d - t(n - 1, 1 - 0.025 / K) s / sqrt(n),     K = k (k - 1) / 2 pairs among k policies.

`worse` where low > 0; else `no_better`, by no more than the indifference, where low >= -indifference; else `open`.
The guarantee: for a number of futures fixed beforehand and means of them that are about normal, all that is said of
all pairs is right in at least 95 of 100 comparisons: who is called worse is worse, who is called no better is not
better by more than the indifference. Adding futures until it comes out settled weakens it. With two policies it is
the plain 95 % interval of their paired difference.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from scipy.special import ndtri

from sim.arrays import Array
from sim.documents import Json
from sim.results import estimate

State = Literal["worse", "no_better", "open"]

PROCEDURE = "paired t intervals of all pairs with Bonferroni and an indifference zone (Clark and Yang 1986)"
GUARANTEE = (
    "for a number of futures fixed beforehand and means of them that are about normal: in at least 95 of 100 "
    "comparisons all that is said of all pairs is right, who is `worse` is worse and who is `no_better` is so by "
    "no more than the indifference; adding futures until it comes out settled weakens it"
)
POWER = 0.8
"""How likely the futures asked for shall settle a pair, if it differs by as much as has been seen."""
MOST_FUTURES = 10**9


@dataclass(frozen=True)
class Pair:
    """Two policies, the one with the higher mean behind the other."""

    ahead: str
    behind: str
    by: float
    """Mean of the paired differences, at least 0."""
    low: float | None
    """Lower end of its simultaneous 95 % interval; None from a single future."""
    state: State
    more_futures: int | None
    """About how many more would settle it: 0 where it is settled, None where none in sight would."""

    def as_json(self) -> Json:
        """Return the pair as compare.json has it."""
        known = {"ahead": self.ahead, "behind": self.behind, "mean": self.by, "low": self.low}
        return known | {"state": self.state, "more_futures": self.more_futures}


def ranking(samples: Mapping[str, Array], indifference: float) -> Json:
    """Rank policies by the mean of what should be low, a column (N,) each, paired by future.

    `settled` says whether the first is known to be best, or to be no worse than the best by more than the
    indifference; `best` is then its name and else null. `order_settled` says so of every pair. `contenders` are
    the first and all that are not known to be worse than it.
    """
    order = sorted(samples, key=lambda policy: (float(np.mean(samples[policy])), policy))
    count = math.comb(len(order), 2)
    pairs = [_pair(samples, ahead, behind, count, indifference) for ahead, behind in combinations(order, 2)]
    first = [pair for pair in pairs if pair.ahead == order[0]]
    settled = all(pair.state != "open" for pair in first)
    return {
        "procedure": PROCEDURE,
        "guarantee": GUARANTEE,
        "confidence": estimate.CONFIDENCE,
        "indifference": indifference,
        "order": order,
        "settled": settled,
        "best": order[0] if settled else None,
        "contenders": [order[0], *(pair.behind for pair in first if pair.state != "worse")],
        "equal_to_first": [pair.behind for pair in first if np.array_equal(samples[pair.behind], samples[order[0]])],
        "order_settled": all(pair.state != "open" for pair in pairs),
        "more_futures": _most([pair.more_futures for pair in first]),
        "pairs": [pair.as_json() for pair in pairs],
    }


def _pair(samples: Mapping[str, Array], ahead: str, behind: str, count: int, indifference: float) -> Pair:
    behind_by = samples[behind] - samples[ahead]
    by, n = max(float(np.mean(behind_by)), 0.0), behind_by.size  # equal sums may differ in the last bit
    if n == 1:
        return Pair(ahead, behind, by, None, "open", None)
    p = 1 - (1 - estimate.CONFIDENCE) / (2 * count)
    low = by - estimate.half_width(behind_by, n - 1, p)
    if low > 0:
        return Pair(ahead, behind, by, low, "worse", 0)
    if low >= -indifference:
        return Pair(ahead, behind, by, low, "no_better", 0)
    return Pair(ahead, behind, by, low, "open", _more_futures(behind_by, by + indifference, p))


def _more_futures(behind_by: Array, gap: float, p: float) -> int | None:
    """Return about how many more futures would close an open pair, should it go on as it began."""
    if gap <= 0:
        return None
    need = ((float(ndtri(p)) + float(ndtri(POWER))) * float(np.std(behind_by, ddof=1)) / gap) ** 2
    return max(math.ceil(need) - behind_by.size, 1) if need < MOST_FUTURES else None


def _most(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return max(known) if len(known) == len(counts) else None
