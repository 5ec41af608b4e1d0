"""A scenario put together: its chain, its manners and what a policy adds."""

from __future__ import annotations

from collections.abc import Sequence

from sim.spec.scenario import Scenario
from sim.testing.quantities import Spec, among, q, uniform
from sim.testing.strategies.draft import NERVOUS, Draft
from sim.testing.strategies.prices import prices

FAMILIES: Spec = {"tense": {"name": "tense", "sets": [2, 0]}, "calm": {"name": "calm", "sets": [1]}}


def _manners(draft: Draft) -> Spec:
    """Draw how short sellers sell, what stays on the book, and who makes up for lost output."""
    found: Spec = {}
    if "spot" in draft.habits:
        found["spot_share"] = q(draft.pick(0.3, 1.0), "share")
    if "backlog" in draft.habits:
        found["backlog_share"] = draft.doubted(q(draft.pick(0.5, 0.9), "share"), among([0.9, 0.0, 0.5], "share"))
    if "speculation" in draft.habits:
        found["speculation"] = {
            "cover": draft.pick(q(10, "d"), q(40, "d") | NERVOUS, uniform(5, 20, "d")),
            "starts_at": q(draft.pick(1.02, 1.2), "multiple"),
            "full_at": draft.pick(q(1.5, "multiple"), uniform(1.3, 2, "multiple")),
            "memory": q(draft.pick(20, 60), "d"),
        }
    if "catch_up" in draft.habits:
        found["catch_up"] = {"share": q(draft.pick(0.6, 1.0), "share"), "rate": q(draft.pick(0.1, 0.02), "share")}
    return found


def _budget(draft: Draft, added: Sequence[str]) -> Spec:
    """Let a policy have one budget for all it pays for, where that is anything."""
    if not (added or draft.projects or draft.floors):
        return {}
    return draft.pick({}, {}, {"budget": q(1.5e6, "usd")}, {"budget": q(6e6, "usd")})


def scenario(draft: Draft, markets: dict[str, Spec]) -> Scenario:
    """Put everything together and read it."""
    added = [name for name in draft.named("pile") if draft.pick(True, False)]
    whole: Spec = {
        "schema_version": 1,
        "name": "drawn",
        "question": "Does the model do what its text says?",
        "start_date": "2026-01-01",
        "horizon_d": draft.horizon,
        "elements": draft.elements,
        "regions": {region: {"name": region} for region in draft.regions},
        "markets": markets,
        "materials": draft.materials(),
        "facilities": draft.facilities,
        "buyers": draft.buyers,
        "lanes": draft.lanes,
        "order_ceiling": q(draft.pick(2, 1.2), "multiple"),
        "allocation_memory": draft.pick(q(30, "d"), q(7, "d"), q(1, "year")),
        "parameters": {"nerves": draft.doubted(q(1.5, "multiple"), among([2.0, 1.0, 0.5], "multiple"))},
        "families": draft.pick({}, FAMILIES),
        "prices": prices(draft, list(markets)),
        "disruptions": draft.disruptions,
        "policy_facilities": added,
        "responses": draft.responses,
        "projects": draft.projects,
        "floors": draft.floors,
        **_budget(draft, added),
        **_manners(draft),
    }
    if not draft.calm and draft.pick(False, True):
        whole["demand_noise"] = {"volatility": q(0.1, "share"), "persistence": q(40, "d")}
    return Scenario.model_validate(whole)
