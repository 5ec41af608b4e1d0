"""Chains for what drawn scenarios come to too seldom."""

from __future__ import annotations

from typing import Any

from sim.spec.scenario import Scenario
from sim.testing.quantities import Spec, q

from .small_chains import ban, happens, jump, lane, licence, one_product, quota, smelter


def corners() -> dict[str, Scenario]:
    """Return them, by what they are about."""
    return {
        "a year of a quota lapses": one_product(
            disruptions={"quota": quota(10, 730, 365), "ban": ban(10, 365)}, horizon=400
        ),
        "a ban of one day, on the second": one_product(disruptions={"ban": ban(1, 1)}, horizon=20),
        "licences are decided at once, and end with the horizon": one_product(
            disruptions={"papers": licence(13, 47, review=q(1, "d"), term=q(20, "d"))}, horizon=60
        ),
        "what is left of a batch is left to the next": one_product(disruptions={"quota": quota(
            10, 60, 100, batches=[{"day": 0, "share": q(0.8, "share")}, {"day": 30, "share": q(0.2, "share")}])}
        ),
        "a response has less to send than is asked of it": with_response(
            ban=ban(40, 40), terms={"limit": q(1.7, "t"), "cool_down": q(20, "d")}
        ),
        "releases are outside a quota": with_pile(quota=quota(10, 60, 20)),
        "releases are delayed, and late cargo is still going": with_pile(
            strait=happens("freight_delay", 20, 40, **{"between": ["cn"], "and": ["jp"], "delay": q(9, "d")}),
            ban=ban(30, 40, leak=q(0.2, "share")),
        ),
        "a pile fills with what a rule is about": with_pile(
            rule=happens("content_rule", 5, 98, authority="cn", destinations=["jp"], materials=["ndpr_oxide"],
                         threshold=q(0.01, "share"), compliance=q(0.7, "share"), clean_after=q(0, "d")),
            refilled=True, home="jp", strait=happens("closure", 30, 12, facilities=["plant"], against=["jp"]),
        ),
        "an emergency is declared in one of two bans": with_pile(
            terms={"when": {"emergency": {"delay": q(7, "d"), "during": ["later"]}}, "handling": q(2, "d")},
            home="jp", ban=ban(10, 30), later=ban(60, 40),
        ),
        "any control is an emergency, and what is held is rationed": with_pile(
            terms={"when": {"emergency": {"delay": q(3, "d")}}, "ration": q(25, "d"), "trigger": None},
            home="jp", ban=ban(10, 30), later=ban(60, 70),
        ),
        "a pile is filled up on a budget, and let go at a price": with_pile(
            refilled=True, home="jp", ban=ban(70, 60),
            terms={
                "stocks": {"ndpr_oxide": {"opening": q(0, "t"), "target": q(80, "t")}}, "decision_day": q(8, "d"),
                "when": {"price": q(1.3, "multiple")}, "rate": q(1.1, "t/d"),
                "refill": {"rate": q(2, "t/d"), "price_ceiling": q(1.2, "multiple"), "budget": q(5e6, "usd")},
            },
        ),
        "what a pile holds is sold and bought anew, of two owners, on a budget": with_pile(
            refilled=True, home="jp", ban=ban(70, 40),
            terms={
                "owners": ["cn", "jp"], "shares": {"cn": q(0.3, "share"), "jp": q(0.7, "share")},
                "entitlement": q(0.5, "share"), "trigger": q(13.3, "d"),
                "rotation": {"over": q(47, "d"), "discount": q(0.2, "share")},
                "refill": {"rate": q(1.5, "t/d"), "price_ceiling": q(1.21, "multiple"), "budget": q(9e5, "usd")},
            },
        ),
        "what is sent falls under a rule, is late, and no quota counts it": with_response(
            quota=quota(5, 40, 20),
            strait=happens("freight_delay", 20, 60, **{"between": ["cn"], "and": ["jp"], "delay": q(9, "d")}),
            rule=happens("content_rule", 5, 140, authority="cn", destinations=["jp"], materials=["ndpr_oxide"],
                         threshold=q(0.01, "share"), compliance=q(0.7, "share"), clean_after=q(0, "d")),
            ban=ban(60, 30, leak=q(0.2, "share")),
        ),
        "a quota on what is pushed": pushed(
            quota(10, 60, 20, authority="jp", destinations=["cn"], materials=["swarf"]),
        ),
        "thrift alone makes plans due": smelter(jump(20, 3)),
    }  # fmt: skip


def with_pile(*, refilled: bool = False, home: str = "cn", terms: Spec | None = None, **disruptions: Spec) -> Scenario:
    """Return a chain with a pile of oxide for the buyer, so eager that it is always about to let go.

    `terms` are the pile's own.
    """
    pile: Spec = {
        "kind": "stockpile", "region": home, "owners": ["jp"], "stocks": {"ndpr_oxide": {"opening": q(60, "t")}},
        "trigger": q(29, "d"), "release_over": q(20, "d"),
    }  # fmt: skip
    lanes = {"release": lane("pile", "jp.use", "ndpr_oxide", 4, release=True)}
    if refilled:
        pile["refill"] = {"rate": q(2, "t/d"), "price_ceiling": q(9, "multiple")}
        lanes["refill"] = lane("plant", "pile", "ndpr_oxide", 6)
    return one_product(facilities={"pile": pile | (terms or {})}, lanes=lanes, disruptions=disruptions)


def with_response(*, terms: Spec | None = None, **disruptions: Spec) -> Scenario:
    """Return a chain with a response that sends from the buyer's own seller and from a pile, again and again.

    `terms` are the response's own.
    """
    pile: Spec = {
        "kind": "stockpile", "region": "jp", "owners": ["jp"], "stocks": {"ndpr_oxide": {"opening": q(60, "t")}},
        "trigger": q(0, "d"), "refill": {"rate": q(1, "t/d"), "price_ceiling": q(9, "multiple")},
    }  # fmt: skip
    lanes = {
        "refill": lane("plant", "pile", "ndpr_oxide", 6),
        "air": lane("plant", "jp.use", "ndpr_oxide", 2, release=True, response="airlift", freight=q(5, "usd/kg")),
        "lorry": lane("pile", "jp.use", "ndpr_oxide", 1, release=True, response="airlift"),
    }
    response = {
        "watched": ["jp.use"], "cover_below": q(27.7, "d"), "decision": q(2, "d"), "lasts": q(9, "d"),
        "restores": q(33, "d"), "tonnage": {"ndpr_oxide": q(20, "t")}, "keep": q(4, "d"), "cool_down": q(3, "d"),
    }  # fmt: skip
    return one_product(
        facilities={"pile": pile}, lanes=lanes, disruptions=disruptions, responses={"airlift": response | (terms or {})}
    )


def pushed(swarf_quota: Spec) -> Scenario:
    """Return a chain whose maker pushes swarf back over the border."""
    chain: dict[str, Any] = smelter({"quota": swarf_quota}).model_dump(by_alias=True)
    chain["materials"]["swarf"] = {"form": "scrap", "content": {"ndpr": q(1, "t/t")}}
    chain["facilities"]["smelter"]["recipes"]["metal"]["byproducts"] = {"swarf": q(0.2, "t/t")}
    chain["lanes"]["swarf"] = lane("smelter", "plant", "swarf", 8) | {"push": True}
    return Scenario.model_validate(chain)
