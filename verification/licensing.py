"""Licences: how much of a lane is open, and when."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from verification.case import Case, Expected
from verification.distributions import binomial, rounded, uniform
from verification.watching import Watched

Array = NDArray[np.float64]

FILED_D = 21
"""The first day in force, on which all apply."""
APPROVAL = 0.6


def weekly(day: int) -> int:
    """Return the first day divisible by 7 that is not before `day`: when offices decide."""
    return -(-day // 7) * 7


def licences_once() -> Expected:
    """Ten apply, a tenth leaks; the lane has the larger of what is granted and what leaks."""
    chances = binomial(10, APPROVAL)
    after = sum(chance * max(0.1, granted / 10) for granted, chance in enumerate(chances))
    return {"before": 0.1, "after": after, "all granted": chances[10]}


def measured_once(watched: Watched) -> Mapping[str, Array]:
    """Read the days before the decision and the last one."""
    open_share = watched.series["open/sea"]
    decided = weekly(FILED_D + 30)
    last = open_share[-1]
    return {"before": open_share[FILED_D:decided].mean(axis=0), "after": last, "all granted": (last == 1) * 1.0}


def licences_in_review() -> Expected:
    """Each is decided on the first seventh day after its review."""
    weights, decided = rounded(uniform(20, 80), at_least=1), np.zeros(300)
    for review in range(100):
        decided[weekly(FILED_D + review) :] += weights[review]
    granted = APPROVAL * decided
    return {"days 21 to 139": float(granted[FILED_D:140].mean()), "day 63": granted[63], "day 112": granted[112]}


def measured_review(watched: Watched) -> Mapping[str, Array]:
    """Read the same off."""
    open_share = watched.series["open/sea"]
    return {"days 21 to 139": open_share[FILED_D:].mean(axis=0), "day 63": open_share[63], "day 112": open_share[112]}


def renewed(days: int) -> Array:
    """Return the expected open share of each day, (day,): the renewal equation of decisions, by the week."""
    decided, granted = np.zeros(days + 400), np.zeros(days + 400)
    decided[weekly(FILED_D + 30)] = 1.0
    for day in range(0, days, 7):
        ends, again = weekly(day + 180), weekly(day + 60 + 30)
        granted[day:ends] += APPROVAL * decided[day]
        decided[weekly(ends + 30)] += APPROVAL * decided[day]
        decided[again] += (1 - APPROVAL) * decided[day]
    return granted[:days]


def long_run() -> float:
    """Return the share of time that a licence is held: held 182 days, 35 to renew, 91 to try anew."""
    return APPROVAL * 182 / (APPROVAL * (182 + 35) + (1 - APPROVAL) * 91)


def licences_renewed() -> Expected:
    """The renewal equation, on the way and where it has all but come to the long run."""
    share = renewed(3650)
    return {"two years": float(share[:730].mean()), "days 1825 to 3649": float(share[1825:].mean())}


def measured_renewed(watched: Watched) -> Mapping[str, Array]:
    """Read the same off."""
    open_share = watched.series["open/sea"]
    return {
        "two years": open_share[:730].mean(axis=0) - FILED_D / 730,
        "days 1825 to 3649": open_share[1825:].mean(axis=0),
    }


OPEN = ("open/sea",)

CASES = (
    Case("licences_once", OPEN, measured_once, licences_once, futures=8192),
    Case("licences_in_review", OPEN, measured_review, licences_in_review, futures=8192),
    Case("licences_renewed", OPEN, measured_renewed, licences_renewed, futures=2048, slow=True),
)
