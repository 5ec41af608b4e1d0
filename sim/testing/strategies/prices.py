"""Markets, and how prices form in them."""

from __future__ import annotations

from collections.abc import Sequence

from sim.testing.quantities import Spec, among, q, triangular, uniform
from sim.testing.strategies.draft import Draft


def markets(draft: Draft) -> dict[str, Spec]:
    """Return one market per region, or the first region against the rest."""
    apart = draft.pick(False, True)
    parts = [[region] for region in draft.regions] if apart else [["cn"], list(draft.regions[1:])]
    return {f"market{i}": {"name": f"market {i}", "regions": regions} for i, regions in enumerate(parts)}


def prices(draft: Draft, markets: Sequence[str]) -> Spec:
    """Return how prices form."""
    opening = {"ndpr": 60.0, "dy": 230.0, "tb": 800.0}
    elements: dict[str, Spec] = {
        e: {
            "oxide": f"{e}_oxide",
            "opening": {m: q(opening[e] * (1 + 0.1 * i), "usd/kg") for i, m in enumerate(markets)},
        }
        for e in draft.elements[:-1]
    }
    if not draft.calm and draft.pick(False, True):
        elements["dy"]["volatility"] = q(0.4, "log/sqrt(year)")
    if "floor" in draft.habits:
        low = draft.pick(0.97, 0.7)
        quoted = draft.pick(tuple(markets), tuple(markets)[:1])
        for e in draft.pick(("ndpr", "dy"), ("dy",)):
            elements[e]["floor"] = {m: q(low * elements[e]["opening"][m]["value"], "usd/kg") for m in quoted}
    return _slow_prices(draft) | {
        "elements": elements,
        "products": {"magnet_std": {"conversion": q(30, "usd/kg")}},
        "scarcity_slope": draft.doubted(q(draft.pick(1.2, 0.4), "elasticity"), among([0.4, 1.2, 0.9], "elasticity")),
        "cover_floor": q(0.1, "share"),
        "cover_ceiling": draft.doubted(q(3, "multiple"), uniform(1.1, 3, "multiple")),
        "unmet_slope": draft.doubted(q(1.0, "log"), among([0.0, 2.0, 1.0], "log"), uniform(0, 2, "log")),
        "adjustment": draft.doubted(q(draft.pick(15, 45), "d"), among([40.0, 15.0, 25.0], "d")),
        "tie": draft.doubted(q(20, "d"), triangular(10, 20, 60, "d")),
        "noise_persistence": q(60, "d"),
        "netback_exponent": q(draft.pick(1, 0, 2.5), "elasticity"),
        "response_threshold": draft.doubted(q(1.2, "multiple"), uniform(1, 2, "multiple")),
        "response_smoothing": draft.doubted(q(draft.pick(30, 5), "d"), among([5.0, 10.0, 30.0], "d")),
    }


def _slow_prices(draft: Draft) -> Spec:
    found: Spec = {}
    if "long_elasticity" in draft.habits:
        found["long_smoothing"] = draft.doubted(q(90, "d"), uniform(60, 200, "d"))
    if "decay" in draft.habits:
        found["decay"] = draft.pick(q(100, "d"), uniform(30, 200, "d"), q(10, "d"))
    if "contract_lag" in draft.habits:
        found["contract_lag"] = q(draft.pick(30, 1, 90), "d")
    return found
