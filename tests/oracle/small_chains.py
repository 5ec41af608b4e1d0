"""The smallest chains a reader can follow by hand: a mine in one country, a buyer in another."""

from __future__ import annotations

from typing import Any

from sim.spec.scenario import Scenario
from sim.testing.quantities import Spec, q


def material(form: str, **content: float) -> Spec:
    """Return a material."""
    return {"form": form, "content": {element: q(part, "t/t") for element, part in content.items()}}


def mine(capacity_tpd: float) -> Spec:
    """Return a mine of ore."""
    return {
        "kind": "mine", "region": "cn", "product": "ore",
        "capacity": q(capacity_tpd, "t/d"), "lead": q(2, "d"), "cover": q(10, "d"),
    }  # fmt: skip


def separation(recovery: dict[str, float], capacity_tpd: float) -> Spec:
    """Return a plant that makes the oxide of each element it recovers."""
    return {
        "kind": "separation", "region": "cn", "products": [f"{element}_oxide" for element in recovery],
        "recovery": {element: q(part, "share") for element, part in recovery.items()},
        "capacity": q(capacity_tpd, "t/d"), "lead": q(4, "d"), "cover": q(10, "d"), "feed_cover": q(10, "d"),
    }  # fmt: skip


def buyer(wanted: str, demand_tpd: float, cover_d: float, region: str = "jp") -> Spec:
    """Return a buyer with one cohort."""
    return {
        "region": region, "end_use": "use", "material": wanted, "demand": q(demand_tpd, "t/d"), "priority": 2,
        "cohorts": [{"share": q(1, "share"), "cover": q(cover_d, "d")}], "output_value": q(1000, "usd/kg"),
    }  # fmt: skip


def lane(seller: str, receiver: str, shipped: str, transit_d: int, **more: Any) -> Spec:
    """Return a lane that is a sole supply, unless said otherwise."""
    usual = {"share": q(1, "share")} if not more.keys() & {"standby", "release"} else {}
    more.pop("release", None)
    return {"from": seller, "to": receiver, "material": shipped, "transit": q(transit_d, "d")} | usual | more


def prices(priced: dict[str, float]) -> Spec:
    """Return how prices form, the same opening price in both markets."""
    return {
        "elements": {
            e: {"oxide": f"{e}_oxide", "opening": {"china": q(p, "usd/kg"), "world": q(p, "usd/kg")}}
            for e, p in priced.items()
        },
        "scarcity_slope": q(1, "elasticity"), "cover_floor": q(0.1, "share"), "cover_ceiling": q(3, "multiple"),
        "unmet_slope": q(1, "log"),
        "adjustment": q(30, "d"), "tie": q(20, "d"), "noise_persistence": q(60, "d"),
        "netback_exponent": q(1, "elasticity"), "response_threshold": q(1.2, "multiple"),
        "response_smoothing": q(30, "d"),
    }  # fmt: skip


def scenario(
    *,
    ore: dict[str, float],
    facilities: dict[str, Spec],
    buyers: dict[str, Spec],
    lanes: dict[str, Spec],
    priced: dict[str, float],
    disruptions: dict[str, Spec] | None = None,
    horizon: int = 150,
    pricing: Spec | None = None,
    **habits: Any,
) -> Scenario:
    """Return a scenario of ore, oxides and nothing else; `pricing` and `habits` are other terms than the usual."""
    oxides = {f"{e}_oxide": material("oxide", **{e: 1.0}) for e in ore}
    whole = {
        "schema_version": 1, "name": "small", "question": "Does the arithmetic hold?",
        "start_date": "2026-01-01", "horizon_d": horizon, "elements": list(ore),
        "regions": {"cn": {"name": "China"}, "jp": {"name": "Japan"}},
        "markets": {
            "china": {"name": "China", "regions": ["cn"]}, "world": {"name": "World", "regions": ["jp"]},
        },
        "materials": {"ore": material("concentrate", **ore)} | oxides,
        "facilities": facilities, "buyers": buyers, "lanes": lanes,
        "order_ceiling": q(2, "multiple"), "allocation_memory": q(60, "d"),
        "prices": prices(priced) | (pricing or {}), "disruptions": disruptions or {},
    } | habits  # fmt: skip
    return Scenario.model_validate(whole)


def one_product(
    *,
    cover_d: float = 30,
    transit_d: int = 10,
    disruptions: dict[str, Spec] | None = None,
    facilities: dict[str, Spec] | None = None,
    lanes: dict[str, Spec] | None = None,
    buyers: dict[str, Spec] | None = None,
    buying: Spec | None = None,
    **terms: Any,
) -> Scenario:
    """Return ore with 20 % NdPr, 90 % of it recovered, and a buyer of 1.8 t of oxide a day in Japan.

    `buying` is what else the buyer does.
    """
    return scenario(
        ore={"ndpr": 0.2, "other": 0.8},
        facilities={"mine": mine(50), "plant": separation({"ndpr": 0.9}, 50)} | (facilities or {}),
        buyers={"jp.use": buyer("ndpr_oxide", 1.8, cover_d) | (buying or {})} | (buyers or {}),
        lanes={
            "ore": lane("mine", "plant", "ore", 3),
            "oxide": lane("plant", "jp.use", "ndpr_oxide", transit_d),
        }
        | (lanes or {}),
        priced={"ndpr": 60},
        disruptions=disruptions,
        **terms,
    )


def control(kind: str, start_d: int, duration_d: int, **more: Any) -> Spec:
    """Return a control of oxide from China to Japan."""
    return {
        "kind": kind, "authority": "cn", "destinations": ["jp"], "materials": ["ndpr_oxide"],
        "start": q(start_d, "d"), "duration": q(duration_d, "d"),
    } | more  # fmt: skip


def ban(start_d: int, duration_d: int, **more: Any) -> Spec:
    """Return a ban."""
    return control("export_ban", start_d, duration_d, **more)


def licence(start_d: int, duration_d: int, **more: Any) -> Spec:
    """Return a licence of which every application is granted after a review of five days, unless said otherwise."""
    usual = {"applicants": 1, "review": q(5, "d"), "approval": q(1, "share")}
    return control("licence", start_d, duration_d, **usual | more)


def quota(start_d: int, duration_d: int, tonnes: float, **more: Any) -> Spec:
    """Return a quota."""
    return control("quota", start_d, duration_d, tonnage=q(tonnes, "t"), **more)


def happens(kind: str, start_d: int, duration_d: int, **more: Any) -> Spec:
    """Return something else that happens once."""
    return {"kind": kind, "start": q(start_d, "d"), "duration": q(duration_d, "d")} | more


def threat(day: int, to: str = "jp", **more: Any) -> Spec:
    """Return a control that is announced and never comes; it may move prices and let firms hoard."""
    authority = {"jp": "cn", "cn": "jp"}[to]
    return ban(1000, 0, announced=q(day, "d"), **{"authority": authority, "destinations": [to]} | more)


def answer(starts_at: float, full_at: float, lag_d: float, **more: Spec) -> Spec:
    """Return how firms answer to a price."""
    terms = {"starts_at": q(starts_at, "multiple"), "full_at": q(full_at, "multiple"), "lag": q(lag_d, "d")}
    return terms | more


def jump(day: int, log: float, to: str = "jp") -> dict[str, Spec]:
    """Return a threat that makes the price jump."""
    return {"threat": threat(day, to, price_jump=q(log, "log"))}


def smelter(disruptions: dict[str, Spec], half_of: str = "plant", conversion: float = 0) -> Scenario:
    """Return a chain with a maker between plant and buyer that learns to save a quarter of the oxide it takes.

    Half of the oxide comes from another plant, where one is named; `conversion` is added to the price of metal.
    """
    maker = {
        "kind": "maker", "stage": "metal", "region": "jp", "capacity": q(9, "t/d"), "lead": q(3, "d"),
        "cover": q(10, "d"), "feed_cover": q(10, "d"),
        "recipes": {"metal": {"inputs": {"ndpr_oxide": q(1.25, "t/t")}}},
        "thrift": {"ndpr_oxide": answer(1.1, 2, 1, limit=q(0.25, "share"))},
    }  # fmt: skip
    chain = one_product(
        facilities={
            "smelter": maker,
            "mine-jp": mine(50) | {"region": "jp"},
            "plant-jp": separation({"ndpr": 0.9}, 50) | {"region": "jp"},
        },
        lanes={
            "ore-jp": lane("mine-jp", "plant-jp", "ore", 3),
            "oxide": lane("plant", "smelter", "ndpr_oxide", 10, share=q(0.5, "share")),
            "more": lane(half_of, "smelter", "ndpr_oxide", 10, share=q(0.5, "share")),
            "metal": lane("smelter", "jp.use", "metal", 5),
        },
        disruptions=disruptions,
        buying={"material": "metal"},
    ).model_dump(by_alias=True)
    chain["prices"]["products"] = {"metal": {"conversion": q(conversion, "usd/kg")}}
    chain["materials"]["metal"] = {"form": "metal", "content": {"ndpr": q(1, "t/t")}}
    return Scenario.model_validate(chain)
