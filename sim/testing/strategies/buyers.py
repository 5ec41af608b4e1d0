"""Buyers: what they need, how long they last, and how they answer to a price."""

from __future__ import annotations

from sim.testing.quantities import Spec, q, uniform
from sim.testing.strategies.draft import NERVOUS, Draft

COHORTS = (
    ((1.0, q(20, "d")),),
    ((0.6, q(7, "d")), (0.4, q(40, "d"))),
    ((0.5, q(3, "d")), (0.3, uniform(5, 25, "d")), (0.2, q(30, "d"))),
)


def add_buyers(draft: Draft) -> None:
    """Draw two to four buyers, and the grades they need."""
    for number in range(draft.pick(2, 3, 4)):
        region = draft.regions[(number + 1) % len(draft.regions)]
        material = "magnet_std" if number == 0 else draft.pick("magnet_std", "magnet_hot", *draft.oxides[2:])
        cohorts = draft.pick(*COHORTS)
        draft.buyers[f"{region}.use{number}"] = {
            "region": region,
            "end_use": f"use{number}",
            "material": material,
            "demand": q(draft.pick(30, 100, 250) / (50 if material == "tb_oxide" else 1), "t/year"),
            "priority": draft.pick(2, 1, 3),
            "cohorts": [{"share": q(share, "share"), "cover": cover} for share, cover in cohorts],
            "output_value": q(1000, "usd/kg"),
            **_moods(draft),
        }


def _moods(draft: Draft) -> Spec:
    growth = draft.pick(None, 0.2, -0.1) if draft.grows else None
    elasticity = draft.pick(None, 0.3)
    found = {} if growth is None else {"growth": q(growth, "share/year")}
    if growth is not None and "growth_until" in draft.habits:
        found["growth_until"] = draft.pick(q(40, "d"), q(0.2, "year"), q(0, "d"))
    if "long_elasticity" in draft.habits and draft.pick(True, False):
        long = q(0.6, "elasticity")
        found["long_elasticity"] = draft.doubted(long, uniform(0.2, 0.8, "elasticity"), long | NERVOUS)
    if "thrifty_buyer" in draft.habits and draft.pick(True, False):
        found["thrift"] = draft.answer() | {"limit": q(draft.pick(0.2, 0.05), "share")}
    if elasticity is None:
        return found
    short = q(elasticity, "elasticity")
    return found | {"elasticity": draft.doubted(short, short | NERVOUS)}
