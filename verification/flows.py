"""Stock over flow, without chance: what the arithmetic of a day must give to the last digits.

Parameters are given a second time here, apart from the scenario files: a file that is misread shows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from verification.case import Case, Expected
from verification.reading import both, columns, days
from verification.watching import Watched

Array = NDArray[np.float64]

ON_SEA_D = 10
"""What is at sea when a ban begins lasts so long."""


def pipeline_stock() -> Expected:
    """Rate x transit, rate x lead; on hand 30 days of cover."""
    return {"under_way/sea": 37.5 * 42, "in_work/mine": 37.5 * 20, "stock/jp.use": 37.5 * 30}


def demand_growth() -> Expected:
    """A geometric sum to day 500, a constant after."""
    daily, until, horizon = 1.05 ** (1 / 365), 500, 730
    tonnes = (daily**until - 1) / (daily - 1) + (horizon - until) * daily**until
    return {"notional_t": tonnes, "delivered_t": tonnes, "shortage_days": 0.0}


def joint_production() -> Expected:
    """A thousand tonnes of ore give 198 t of NdPr, and the rest is what it is; the store grows by it every day."""
    assay = {"dy": 0.006, "tb": 0.001, "la": 0.27, "ce": 0.49}
    kept: dict[str, Array] = {f"surplus/{e}_oxide": np.arange(1.0, 101.0) * 900 * part for e, part in assay.items()}
    lost = 1000 - 198 - 1000 * 0.9 * sum(assay.values())
    return {"shipped/road": 1000.0, "shipped/sea": 198.0, **kept, "tailings, t/d": lost}


def measured_joint(watched: Watched) -> Mapping[str, Array]:
    """Read the same off; what neither was sold nor is kept went to tailings."""
    found = days(*JOINT)(watched)
    made = found["shipped/sea"] + sum(np.diff(found[name], prepend=0.0) for name in JOINT[2:])
    return {**found, "tailings, t/d": found["shipped/road"] - made}


JOINT = ("shipped/road", "shipped/sea", *(f"surplus/{e}_oxide" for e in ("dy", "tb", "la", "ce")))


def time_to_survive() -> Expected:
    """1650 t against 55 t/d that are missing for 90 days."""
    missing_tpd, lost_d, begin = 0.55 * 100, 90, 40 + ON_SEA_D
    survived = 1650 / missing_tpd
    return {
        "first_shortage_day": begin + survived,
        "shortage_days": lost_d - survived,
        "longest_run_d": lost_d - survived,
        "unmet_t": (lost_d - survived) * missing_tpd,
        "recovery_day": begin + lost_d,
    }


def two_cohorts() -> Expected:
    """Six tenths hold 14 days, four tenths 45, against 60."""
    begin = 20 + ON_SEA_D
    lost = 0.6 * (60 - 14) + 0.4 * (60 - 45)
    return {"lost_production_days": lost, "shortage_days": 60 - 14, "line_stop_day": begin + 14, "unmet_t": lost}


def pile_and_cover() -> Expected:
    """Ten days of one's own and 35 of the pile, against 60."""
    survived = 10 + 35
    return {"shortage_days": 60 - survived, "first_shortage_day": 20 + ON_SEA_D + survived, "unmet_t": 60 - survived}


def leak_and_reexport() -> Expected:
    """A tenth for 60 days, three tenths for 60 more."""
    return {"shipped/sea": np.repeat([0.1, 0.1 + 0.2], 60)}


def quota_even() -> Expected:
    """Each batch in even parts until the next, in the second and third years; in every year all of it."""
    year = np.repeat([0.3 * 200 / 100, 0.7 * 200 / 265], [100, 265])
    return {"shipped/sea": np.tile(year, 2), "t/year": 200.0}


def quota_in_a_hurry() -> Expected:
    """Twice even use of what is left: the product of 1 - 2 / n telescopes."""
    left = np.arange(364, -1, -1)
    return {"shipped/sea": np.tile(2 * 730 * left / (365 * 364), 2), "t/year": 730.0}


def rationing() -> Expected:
    """Six tonnes: the first class whole, four to the second by 3 to 5."""
    return {"delivered/a.use": 2.0, "delivered/b.use": 4 * 3 / 8, "delivered/c.use": 4 * 5 / 8}


def rationing_with_a_right() -> Expected:
    """Six tonnes: two by right, two to the first class, two to the second by 3 to 5."""
    return {"delivered/a.use": 2.0, "delivered/b.use": 2 * 3 / 8, "delivered/c.use": 2 + 2 * 5 / 8}


def pile_under_stops() -> Expected:
    """Four stops; the pile fills by half a tonne a day between them. The buyer feels a day two days later."""
    net = np.full(400, 0.5)
    for first, lasts in STOPS:
        net[first : first + lasts] = -1
    ends = list(accumulate(net[:-1], lambda stock, more: min(max(stock + more, 0.0), 30.0), initial=30.0))
    short = short_t(STOPS, pile=30.0, refill_tpd=0.5)
    return {"unmet_t": sum(short), "shortage_days": sum(map(math.ceil, short)), "product/mine": np.array(ends)}


STOPS = ((50, 40), (130, 30), (250, 25), (280, 20))
"""First day and days of each."""


def short_t(stops: Sequence[tuple[int, int]], pile: float, refill_tpd: float) -> list[float]:
    """Return the tonnes short in each stop, at a tonne a day, with a pile that is full before the first."""
    stock, short, since = pile, [], 0
    for first, lasts in stops:
        stock = min(pile, stock + refill_tpd * (first - since))
        short.append(max(lasts - stock, 0.0))
        stock, since = max(stock - lasts, 0.0), first + lasts
    return short


def years(watched: Watched) -> Mapping[str, Array]:
    """Return what left in each of three years of a quota, and on each day of the last two."""
    shipped = watched.series["shipped/sea"][30:, 0]
    return {"shipped/sea": shipped[365:], "t/year": shipped.reshape(3, 365).sum(axis=1)}


USED = ("delivered/a.use", "delivered/b.use", "delivered/c.use")
SHARED = days(*USED, since=52)

CASES = (
    Case("joint_production", JOINT, measured_joint, joint_production),
    Case(
        "pipeline_stock",
        ("under_way/sea", "in_work/mine", "stock/jp.use"),
        days("under_way/sea", "in_work/mine", "stock/jp.use"),
        pipeline_stock,
    ),
    Case("demand_growth", (), columns("notional_t", "delivered_t", "shortage_days"), demand_growth),
    Case(
        "time_to_survive",
        (),
        columns("first_shortage_day", "shortage_days", "longest_run_d", "unmet_t", "recovery_day"),
        time_to_survive,
    ),
    Case("two_cohorts", (), columns("lost_production_days", "shortage_days", "line_stop_day", "unmet_t"), two_cohorts),
    Case("pile_and_cover", (), columns("shortage_days", "first_shortage_day", "unmet_t"), pile_and_cover),
    Case("leak_and_reexport", ("shipped/sea",), days("shipped/sea", since=20, until=140), leak_and_reexport),
    Case("quota_even", ("shipped/sea",), years, quota_even),
    Case("quota_in_a_hurry", ("shipped/sea",), years, quota_in_a_hurry),
    Case("rationing", USED, SHARED, rationing),
    Case("rationing_with_a_right", USED, SHARED, rationing_with_a_right),
    Case(
        "pile_under_stops",
        ("product/mine",),
        both(columns("shortage_days", "unmet_t"), days("product/mine")),
        pile_under_stops,
    ),
)
