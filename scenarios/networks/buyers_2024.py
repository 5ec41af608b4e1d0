"""Buyers of 2024: who uses magnets and oxides, how urgently, and with how much on the shelf."""

from __future__ import annotations

import math

import lanes_2024 as lanes
import other_uses_2024 as other
import reconcile_2024 as year
import tables_2024 as tables
import yaml_text as yt
from lanes_2024 import REGION_OF
from plants_2024 import nodes

USES: dict[str, tuple[int, float, float, str]] = {
    # priority, elasticity, USD of output per kg of magnet, and why
    "defense": (1, 0.0, 20000, "a missile or aircraft holds a few kg and costs millions"),
    "ev": (2, 0.05, 4000, "USD 10,000 value added per car, 2.5 kg of traction magnets"),
    "auto": (2, 0.05, 10000, "USD 8,000 value added per car, 0.8 kg in steering, brakes, pumps"),
    "wind": (2, 0.1, 800, "USD 0.5 M value added per MW, 0.65 t of magnets"),
    "industrial": (2, 0.1, 1500, "a servo drive of USD 700 holds about 0.5 kg; medical devices far more"),
    "hvac": (3, 0.1, 600, "USD 150 value added per air conditioner, 0.25 kg"),
    "consumer": (3, 0.1, 1500, "USD 30 value added per phone, drive or loudspeaker, 20 g"),
    "lowgrade": (3, 0.15, 100, "toys, tools, holding magnets: little more than the magnet"),
}
ELASTICITY_WHY = "data README, section 11: -0.05 to -0.15 within six months"
THRIFT_WHY = "Sprecher 2017: substitution of 10 % of demand a year; a part of it needs no magnet at all"
CAR_SHARES = (0.4, 0.35, 0.25)
CAR_COVER = {True: (7.0, 14.0), False: (14.0, 30.0)}
"""Days of the first two cohorts of car makers: where the region holds up to three weeks, and elsewhere."""
OTHER_COVER = (0.5, 1.0, 2.0)
"""Multiples that, with the shares above, have a mean of 1.05."""


def cohorts(end_use: str, weeks: float) -> list[str]:
    """Write firms by cover: car makers two to four weeks and some long, others around the region's mean."""
    if end_use not in ("ev", "auto"):
        return spread_cohorts(weeks, f"spread around the region's {weeks:g} weeks (nodes.csv, est.)")
    short = CAR_COVER[weeks <= 3]
    rest = weeks * 7 - math.fsum(s * c for s, c in zip(CAR_SHARES, short, strict=False))
    why = f"car makers hold 2 to 4 weeks; the rest by the region's {weeks:g} weeks (est.)"
    return written([*short, rest / CAR_SHARES[2]], why)


def spread_cohorts(weeks: float, why: str) -> list[str]:
    """Write firms of shorter and longer cover around a mean."""
    spread = math.fsum(s * c for s, c in zip(CAR_SHARES, OTHER_COVER, strict=True))
    return written([weeks * 7 * multiple / spread for multiple in OTHER_COVER], why)


def written(covers: list[float], why: str) -> list[str]:
    """Write cohorts of the usual shares with the covers given, d."""
    return [
        yt.flow({"share": yt.assumed(share, "share", "a spread"), "cover": yt.assumed(round(cover, 1), "d", why)})
        for share, cover in zip(CAR_SHARES, covers, strict=True)
    ]


def buyer(node: str, end_use: str, used: str, demand: str) -> dict[str, object]:
    """Write one buyer."""
    priority, elasticity, value, why = USES[end_use]
    weeks = float(nodes()[node]["working_inventory_weeks_EST"])
    return {
        "region": REGION_OF[node],
        "end_use": end_use,
        "material": used,
        "demand": demand,
        "priority": str(priority),
        "elasticity": yt.assumed(
            elasticity,
            "elasticity",
            ELASTICITY_WHY if elasticity else "defence buys at any price",
            times="response" if elasticity else "",
        ),
        **({"thrift": thrift()} if elasticity else {}),
        "output_value": yt.assumed(value, "usd/kg", why),
        "cohorts": cohorts(end_use, weeks),
    }


def thrift() -> dict[str, object]:
    """Write how a buyer learns to do without magnets that stay dear for years."""
    return {
        "limit": yt.assumed(0.15, "share", THRIFT_WHY),
        "starts_at": yt.assumed(1.5, "multiple", "below it magnets are too small a cost to act on"),
        "full_at": yt.assumed(4, "multiple", "as dear as in 2011, whatever can be done is done"),
        "lag": yt.assumed(540, "d", "a new motor takes a model year and a half"),
    }


def buyers(world: year.Reconciled) -> dict[str, object]:
    """Write all buyers, those of oxide for other uses last."""
    result: dict[str, object] = {}
    for (node, kind), tonnes in tables.demand().items():
        end_use, grade = tables.CLASSES[kind]
        demand = yt.assumed(tonnes, "t/year", "demand.csv, est.")
        result[lanes.buyer_id(node, kind)] = buyer(node, end_use, grade, demand)
    for place, end_use, tonnes in other.wanted(world):
        result[other.buyer_id(place, end_use)] = other_buyer(place, end_use, tonnes)
    return result


def other_buyer(place: str, end_use: str, tonnes: float) -> dict[str, object]:
    """Write a buyer of oxide for something else than magnets."""
    kind = other.KINDS[end_use]
    why = f"{100 * kind.share:.0f} % of flows.csv's {kind.element}: {kind.share_why}"
    return {
        "region": REGION_OF[place],
        "end_use": end_use,
        "material": f"{kind.element}_oxide",
        "demand": yt.assumed(tonnes, "t/year", why),
        "priority": str(kind.priority),
        "elasticity": yt.assumed(kind.elasticity, "elasticity", kind.elasticity_why),
        "thrift": {
            "limit": yt.assumed(kind.limit, "share", kind.limit_why),
            "starts_at": yt.assumed(1.5, "multiple", "below it few look for a way out"),
            "full_at": yt.assumed(4, "multiple", "as dear as in 2011, whatever can be done is done"),
            "lag": yt.assumed(kind.lag_d, "d", kind.lag_why),
        },
        "output_value": yt.assumed(kind.value, "usd/kg", kind.value_why),
        "cohorts": spread_cohorts(kind.weeks, f"spread around {kind.weeks:g} weeks: {kind.weeks_why}"),
    }
