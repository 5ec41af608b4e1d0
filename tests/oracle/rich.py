"""Two small worlds with one of everything that the model has, at figures that put no decision on a threshold."""

from __future__ import annotations

from typing import Any

from sim.spec.scenario import Scenario
from sim.testing.quantities import Spec, among, exponential, q, triangular, uniform

from .small_chains import answer, happens, lane, material

DAYS = 130
DOUBTFUL = {
    "lanes": "transit qualification requalify_after capacity right",
    "facilities": "lead capacity cover feed_cover opens trigger release_over rate ration handling decision_day start "
    "delay over opening target",
    "buyers": "cover elasticity long_elasticity",
    "prices": "cover_ceiling unmet_slope adjustment decay tie response_threshold response_smoothing long_smoothing",
    "speculation": "cover starts_at full_at memory",
    "disruptions": "threshold compliance clean_after announced start duration leak price_jump remaining approval "
    "freeze term renewal reapply hoarding hoarding_for tonnage delay factor discount rate stretch odds share lag "
    "markup day review",
    "responses": "detection convening decision lasts cool_down decision_day restores keep limit magnet_hot ndpr_oxide "
    "dy_oxide",
    "projects": "decision_day",
    "floors": "decision_day",
}
"""What may differ from future to future, by section of a scenario."""
CERTAIN = ("idle", "thrift", "recipes", "batches", "weights", "offtake", "plants", "elements", "products")
"""What has figures of the same names that may not."""


def rich() -> dict[str, Scenario]:
    """Return the same network under all that may happen to it, and under all that may be done about it."""
    return {
        "controls": Scenario.model_validate(_doubted(_world() | _controls())),
        "policies": Scenario.model_validate(_doubted(_with_policies(_world()))),
    }


def _doubted(world: Spec) -> Spec:
    """Make every figure uncertain that may be."""
    for section, names in DOUBTFUL.items():
        _doubt(world.get(section, {}), set(names.split()))
    return world


def _doubt(spec: Any, names: set[str]) -> None:
    for key, inner in list(spec.items() if isinstance(spec, dict) else enumerate(spec)):
        if key in CERTAIN or not isinstance(inner, dict | list):
            continue
        if key in names and "value" in inner:
            value, unit = inner.pop("value"), inner["unit"]
            usual = 1.0 if unit == "multiple" else 0.0
            low, high = sorted(usual + part * (value - usual) for part in (0.85, 1.15))
            inner["uniform"] = [low, min(high, 1.0) if unit == "share" else high]
        else:
            _doubt(inner, names)


def _plant(kind: str, region: str, capacity_tpd: float, **more: Any) -> Spec:
    usual = {"lead": q(3, "d"), "cover": q(6, "d"), "capacity": q(capacity_tpd, "t/d")}
    fed = {} if kind == "mine" else {"feed_cover": uniform(5, 12, "d")}
    return {"kind": kind, "region": region} | usual | fed | more


def _separation(region: str, capacity_tpd: float, **more: Any) -> Spec:
    recovery = {"ndpr": q(0.9, "share"), "dy": q(0.8, "share"), "tb": q(0.7, "share")}
    oxides = ["ndpr_oxide", "dy_oxide", "tb_oxide"]
    return _plant("separation", region, capacity_tpd, products=oxides, recovery=recovery, **more)


def _metal(region: str, capacity_tpd: float, **more: Any) -> Spec:
    recipes = {
        "ndpr_metal": {"inputs": {"ndpr_oxide": q(1.2, "t/t")}},
        "dy_metal": {"inputs": {"dy_oxide": q(1.18, "t/t")}},
    }
    return _plant("maker", region, capacity_tpd, stage="metal", recipes=recipes, **more)


def _magnets(region: str, capacity_tpd: float, spice: Spec | None = None, **more: Any) -> Spec:
    swarf = {"byproducts": {"swarf": q(0.38, "t/t")}}
    recipes = {
        "magnet": {"inputs": {"ndpr_metal": q(0.42, "t/t"), "dy_metal": q(0.014, "t/t")}} | swarf,
        "magnet_hot": {"inputs": {"ndpr_metal": q(0.38, "t/t"), "dy_metal": q(0.07, "t/t")} | (spice or {})},
    }
    return _plant("maker", region, capacity_tpd, stage="magnet", recipes=recipes, **more)


def _facilities() -> dict[str, Spec]:
    idle = answer(1.03, 1.6, 9, capacity=q(3, "t/d"))
    thrift = {"dy_oxide": answer(1.04, 2, 8, limit=q(0.2, "share"))}
    lean = {"dy_metal": answer(1.02, 1.7, 11, limit=q(0.3, "share"))}
    return {
        "mine.cn": _plant("mine", "cn", 17, product="ore", idle=idle),
        "mine.us": _plant("mine", "us", 6, product="clay", lead=triangular(2, 4, 9, "d")),
        "mine.late": _plant("mine", "us", 5, product="clay", opens=q(60, "d")),
        "sep.cn": _separation("cn", 22, operating_cost=q(9.6, "usd/kg")),
        "sep.us": _separation("us", 7, operating_cost=q(8.9, "usd/kg"), lead=uniform(2, 8, "d"),
                              idle=answer(1.01, 1.4, 7, capacity=q(2, "t/d"))),
        "metal.cn": _metal("cn", 2.9),
        "metal.jp": _metal("jp", 1.7, thrift=thrift, stream="osaka"),
        "magnet.cn": _magnets("cn", 5.1, {"tb_oxide": q(0.002, "t/t")}, lead=q(5, "d")),
        "magnet.jp": _magnets("jp", 3.2, thrift=lean, idle=answer(1.05, 1.5, 6, capacity=q(0.9, "t/d"))),
    }  # fmt: skip


def _buyer(use: str, bought: str, demand_tpd: float, priority: int, *cohorts: tuple[float, Spec], **more: Any) -> Spec:
    region, end_use = use.split(".")
    return {
        "region": region, "end_use": end_use, "material": bought, "demand": q(demand_tpd, "t/d"), "priority": priority,
        "cohorts": [{"share": q(share, "share"), "cover": cover} for share, cover in cohorts],
        "output_value": q(1000 + 100 * priority, "usd/kg"),
    } | more  # fmt: skip


def _buyers() -> dict[str, Spec]:
    short, long = {"elasticity": q(0.3, "elasticity")}, {"long_elasticity": uniform(0.4, 0.8, "elasticity")}
    learning = {"thrift": answer(1.03, 1.9, 12, limit=q(0.15, "share"))}
    ends = {"growth": q(-0.2, "share/year"), "growth_until": q(80, "d")}
    return {
        "cn.use": _buyer("cn.use", "magnet", 2.3, 3, (0.7, q(4, "d")), (0.3, q(30, "d")), growth=q(0.3, "share/year")),
        "jp.use": _buyer("jp.use", "magnet", 1.1, 2, (0.5, q(3, "d")), (0.2, q(9, "d")), (0.3, uniform(10, 30, "d")),
                         **short, **long),
        "jp.hot": _buyer("jp.hot", "magnet_hot", 0.9, 2, (1, q(8, "d")), **learning, **short),
        "us.use": _buyer("us.use", "magnet", 1.3, 2, (0.6, q(6, "d")), (0.4, q(14, "d")), **long, **ends),
        "us.arms": _buyer("us.arms", "magnet_hot", 0.4, 1, (1, triangular(5, 9, 20, "d"))),
        "eu.light": _buyer("eu.light", "tb_oxide", 0.012, 4, (1, q(12, "d")), **short),
    }  # fmt: skip


def _lanes() -> dict[str, Spec]:
    half, rest, standby = {"share": q(0.6, "share")}, {"share": q(0.4, "share")}, {"standby": q(1, "multiple")}
    proof = {"qualification": q(9, "d"), "requalify_after": q(11, "d")}
    return {
        "ore": lane("mine.cn", "sep.cn", "ore", 4, share=q(0.9, "share")),
        "clay-cn": lane("mine.us", "sep.cn", "clay", 9, share=q(0.1, "share")),
        "clay": lane("mine.us", "sep.us", "clay", 3, share=q(0.7, "share"), **standby),
        "clay-late": lane("mine.late", "sep.us", "clay", 3, share=q(0.3, "share"), **proof),
        "ndpr-cn": lane("sep.cn", "metal.cn", "ndpr_oxide", 2, right=q(0.9, "t/d")),
        "dy-cn": lane("sep.cn", "metal.cn", "dy_oxide", 2),
        "ndpr-jp": lane("sep.cn", "metal.jp", "ndpr_oxide", 7, **half, freight=q(2, "usd/kg"), stream="sea"),
        "ndpr-us-jp": lane("sep.us", "metal.jp", "ndpr_oxide", 8, **rest, **standby, right=q(0.2, "t/d")),
        "dy-jp": lane("sep.cn", "metal.jp", "dy_oxide", 7, **half, stream="sea"),
        "dy-us-jp": lane("sep.us", "metal.jp", "dy_oxide", 8, **rest, **standby, capacity=q(0.06, "t/d")),
        "metal-cn": lane("metal.cn", "magnet.cn", "ndpr_metal", 1),
        "dy-metal-cn": lane("metal.cn", "magnet.cn", "dy_metal", 1),
        "metal-jp": lane("metal.jp", "magnet.jp", "ndpr_metal", 2, **half),
        "metal-cn-jp": lane("metal.cn", "magnet.jp", "ndpr_metal", 8, share=q(0.3, "share"), **standby),
        "toll": lane("sep.us", "magnet.jp", "ndpr_oxide", 6, share=q(0.1, "share"), received_as="ndpr_metal"),
        "dy-metal-jp": lane("metal.jp", "magnet.jp", "dy_metal", 2, **half),
        "dy-metal-cn-jp": lane("metal.cn", "magnet.jp", "dy_metal", 8, **rest),
        "spice": lane("sep.cn", "magnet.cn", "tb_oxide", 3),
        "cn.use": lane("magnet.cn", "cn.use", "magnet", 2),
        "jp.use": lane("magnet.jp", "jp.use", "magnet", 2, **half, **standby, freight=q(3, "usd/kg")),
        "jp.use-cn": lane("magnet.cn", "jp.use", "magnet", 9, **rest, **proof),
        "jp.hot": lane("magnet.jp", "jp.hot", "magnet_hot", 2),
        "jp.hot-cn": lane("magnet.cn", "jp.hot", "magnet_hot", 9, **standby, qualification=q(13, "d")),
        "us.use": lane("magnet.jp", "us.use", "magnet", 12, **rest, capacity=uniform(0.7, 1.4, "t/d")),
        "us.use-cn": lane("magnet.cn", "us.use", "magnet", 14, **half) | {"transit": exponential(9, "d")},
        "us.arms": lane("magnet.jp", "us.arms", "magnet_hot", 12, right=uniform(0.1, 0.3, "t/d")),
        "us.arms-cn": lane("magnet.cn", "us.arms", "magnet_hot", 14, **standby, qualification=uniform(5, 20, "d")),
        "eu.light": lane("sep.cn", "eu.light", "tb_oxide", 11, **half),
        "eu.light-us": lane("sep.us", "eu.light", "tb_oxide", 6, **rest, **standby),
        "swarf-cn": lane("magnet.cn", "sep.cn", "swarf", 3, push=True),
        "swarf-jp": lane("magnet.jp", "sep.cn", "swarf", 9, push=True, share=q(0.7, "share")),
        "swarf-us": lane("magnet.jp", "sep.us", "swarf", 9, push=True, share=q(0.3, "share"), capacity=q(0.2, "t/d")),
    }  # fmt: skip


def _prices() -> Spec:
    def quoted(china: float, world: float, far: float) -> Spec:
        return {"china": q(china, "usd/kg"), "pacific": q(world, "usd/kg"), "europe": q(far, "usd/kg")}

    return {
        "elements": {
            "ndpr": {"oxide": "ndpr_oxide", "opening": quoted(60, 66, 63), "volatility": q(0.1, "log/sqrt(year)")},
            "dy": {"oxide": "dy_oxide", "opening": quoted(230, 260, 240), "floor": quoted(226, 258, 200)},
            "tb": {"oxide": "tb_oxide", "opening": quoted(800, 900, 850)},
        },
        "products": {"magnet": {"conversion": q(30, "usd/kg")}},
        "scarcity_slope": among([1.1, 0.9, 1.3], "elasticity"), "cover_floor": q(0.1, "share"),
        "cover_ceiling": q(2.1, "multiple"), "unmet_slope": uniform(0.8, 1.2, "log"), "adjustment": q(17, "d"),
        "decay": q(40, "d"), "tie": q(23, "d"), "noise_persistence": q(60, "d"),
        "netback_exponent": q(1.5, "elasticity"), "response_threshold": q(1.02, "multiple"),
        "response_smoothing": q(12, "d"), "long_smoothing": q(35, "d"), "contract_lag": q(20, "d"),
    }  # fmt: skip


def _world() -> Spec:
    return {
        "schema_version": 1, "name": "rich", "question": "Does the model do what its text says?",
        "start_date": "2026-01-20", "horizon_d": DAYS, "elements": ["ndpr", "dy", "tb", "other"],
        "regions": {"cn": {"name": "China"}, "jp": {"name": "Japan"}, "us": {"name": "America"},
            "eu": {"name": "Europe"}},
        "markets": {
            "china": {"name": "China", "regions": ["cn"]}, "pacific": {"name": "Pacific", "regions": ["jp", "us"]},
            "europe": {"name": "Europe", "regions": ["eu"]},
        },
        "materials": {
            "ore": material("concentrate", ndpr=0.2, dy=0.006, tb=0.001, other=0.793),
            "clay": material("concentrate", ndpr=0.25, dy=0.03, tb=0.004, other=0.716),
            "swarf": material("scrap", ndpr=0.35, dy=0.0114),
            "ndpr_oxide": material("oxide", ndpr=1, tb=0), "dy_oxide": material("oxide", dy=1),
            "tb_oxide": material("oxide", tb=1), "ndpr_metal": material("metal", ndpr=1.17),
            "dy_metal": material("metal", dy=1.147), "magnet": material("magnet", ndpr=0.35, dy=0.0114),
            "magnet_hot": material("magnet", ndpr=0.3, dy=0.055),
        },
        "facilities": _facilities(), "buyers": _buyers(), "lanes": _lanes(), "prices": _prices(),
        "order_ceiling": q(1.7, "multiple"), "allocation_memory": q(25, "d"), "spot_share": q(0.3, "share"),
        "backlog_share": uniform(0.3, 0.9, "share"), "catch_up": {"share": q(0.6, "share"), "rate": q(0.07, "share")},
        "speculation": {
            "cover": q(5, "d") | {"times": "nerves"}, "starts_at": q(1.02, "multiple"), "full_at": q(1.4, "multiple"),
            "memory": q(33, "d"),
        },
        "parameters": {"nerves": uniform(0.7, 1.5, "multiple")},
        "families": {"tense": {"name": "tense", "sets": [2, 0]}, "calm": {"name": "calm", "sets": [1]}},
        "demand_noise": {"volatility": q(0.08, "share"), "persistence": q(40, "d")},
        "monthly": {"exports": {
            "oxides": {"origins": ["cn"], "materials": ["ndpr_oxide", "dy_oxide", "tb_oxide"]},
            "landed": {"origins": ["cn"], "destinations": ["jp"], "materials": ["magnet", "ndpr_oxide"],
                "counted": "arrival"},
        }},
    }  # fmt: skip


def _control(
    kind: str, start: int, days: int, materials: list[str], *, to: tuple[str, ...] = ("jp",), **more: Any
) -> Spec:
    return happens(kind, start, days, authority="cn", destinations=list(to), materials=materials, **more)


def _controls() -> Spec:
    again = {"via": ["us"], "share": q(0.3, "share"), "lag": q(6, "d"), "markup": q(0.6, "share")}
    return {"disruptions": {
        "spark": happens("trigger", 12, 5),
        "ban": _control(
            "export_ban", 10, 55, ["ndpr_oxide", "dy_oxide"], follows="spark", announced=q(4, "d"), leak=q(0.04,
                "share"),
            price_jump=uniform(0.1, 0.3, "log"), jumping=["dy"], hoarding=q(4, "d"), hoarding_for=q(15, "d"),
                reexport=again,
            suspensions=[{"start": q(30, "d"), "duration": q(9, "d")}],
        ),
        "licence": _control(
            "licence", 35, 80, ["magnet", "magnet_hot", "ndpr_metal"], to=("jp", "us"), applicants=3,
            weights=[q(0.5, "share"), q(0.3, "share"), q(0.2, "share")], headroom=q(1.15, "multiple"), freeze=q(4, "d"),
            review=uniform(2, 20, "d"), approval=q(0.7, "share"), term=q(24, "d"), renewal=q(9, "d"), reapply=q(6, "d"),
            changes=[{"day": q(60, "d"), "approval": q(0.4, "share"), "review": q(8, "d")},
                     {"day": q(50, "d"), "review": q(2, "d")},
                     {"day": uniform(70, 90, "d"), "approval": q(0.9, "share")}],
            general=[{"facilities": ["us.arms"], "day": q(50, "d"), "share": q(0.6, "share")}],
            hoarding=q(3, "d"), hoarding_for=uniform(10, 30, "d"),
            reexport={"via": ["eu"], "share": q(0.2, "share"), "lag": q(9, "d"), "markup": q(0.4, "share")},
        ),
        "quota": _control(
            "quota", 40, 70, ["tb_oxide", "ndpr_oxide"], to=("eu", "jp"), tonnage=uniform(12, 20, "t"), pace=q(1.3,
                "multiple"),
            batches=[{"day": 0, "share": q(0.5, "share")}, {"day": 30, "share": q(0.5, "share")}],
            suspensions=[{"start": q(80, "d"), "duration": q(6, "d")}],
        ),
        "papers": happens("licence", 50, 40, authority="us", destinations=["cn"], materials=["clay"], applicants=2,
                          review=q(4, "d"), approval=q(0.5, "share")),
        "token": _control("quota", 119, 1, ["ndpr_metal"], tonnage=q(0.1, "t"),
                          batches=[{"day": 0, "share": q(0.6, "share")}, {"day": 1, "share": q(0.4, "share")}]),
        "trifle": _control("quota", 20, 20, ["magnet_hot"], tonnage=q(0.5, "t"), chance=q(0.5, "share")),
        "scrap": happens("quota", 20, 60, authority="jp", destinations=["cn"], materials=["swarf"], tonnage=q(30, "t")),
        "rule": _control("content_rule", 16, 90, ["magnet_hot", "tb_oxide"], to=("us", "eu"),
                         threshold=q(0.2, "share"), compliance=q(0.7, "share"), clean_after=q(40, "d")),
        "ice": happens("closure", 28, 70, regions=["eu"]),
        "border": happens("closure", 75, 13, regions=["us"], against=["jp"], remaining=q(0.2, "share")),
        "strike": happens("closure", 90, 8, facilities=["metal.jp"], materials=["ndpr_metal"]),
        "strait": happens("freight_delay", 22, 50, **{"between": ["cn", "us"], "and": ["jp"], "delay": uniform(3, 9,
            "d")}),
        "storm": happens("freight_delay", 50, 9, **{"between": ["jp"], "and": ["us"], "materials": ["magnet"],
            "delay": q(4, "d")}),
        "rush": happens("demand_surge", 30, 45, buyers=["jp.use", "us.arms"], factor=q(1.4, "multiple")),
        "slump": happens("demand_surge", 60, 25, buyers=["us.arms"], factor=q(0.7, "multiple"), chance=q(0.5, "share")),
        "flood": happens("dumping", 84, 30, market="europe", elements=["ndpr", "tb"], discount=q(0.5, "log")),
        "duty": happens("tariff", 18, 70, authority="us", origins=["cn", "jp"], materials=["magnet", "clay"],
            rate=q(0.3, "share")),
        "fire": happens("outage", 66, 14, facilities=["sep.cn", "magnet.jp"], remaining=q(0.3, "share")),
        "faults": {"kind": "outage", "facilities": ["mine.cn", "metal.jp"], "mtbf": q(24, "d"), "mttr": q(4, "d"),
                   "remaining": uniform(0.1, 0.5, "share")},
        "court": happens("setback", 20, 30, facilities=["mine.late"], stretch=q(1.6, "multiple"), odds=q(0.9, "share")),
    }}  # fmt: skip


def _with_policies(world: Spec) -> Spec:
    world["facilities"] |= _piles()
    world["facilities"]["mine.late"] |= {"odds": q(0.6, "share")}
    world["facilities"]["sep.us"] |= {"operating_cost": q(23.3, "usd/kg")}
    world["lanes"] |= _lanes_of_policies()
    del world["spot_share"]
    return world | {
        "policy_facilities": ["pile.pool", "pile.us"],
        "budget": q(4.2e6, "usd"),
        "disruptions": {
            "ban": _control("export_ban", 30, 45, ["ndpr_oxide", "dy_oxide", "dy_metal", "magnet_hot", "magnet"],
                to=("jp", "us"),
                            announced=q(20, "d"), price_jump=q(0.25, "log"), leak=q(0.05, "share"),
                            hoarding=q(3, "d"), hoarding_for=q(12, "d")),
            "gate": happens("closure", 25, 40, facilities=["pile.us"], remaining=q(0.3, "share")),
            "again": _control("export_ban", 60, 40, ["ndpr_oxide", "magnet"], chance=q(0.6, "share")),
            "fire": happens("outage", 45, 20, facilities=["magnet.jp"], remaining=q(0.4, "share")),
            "flood": happens("dumping", 2, 20, market="pacific", elements=["ndpr"], discount=q(0.3, "log")),
        },
        "responses": _responses(),
        "projects": {
            "early": {"decision_day": q(0, "d"), "budget": q(3e6, "usd"),
                      "plants": {"mine.late": {"permits": q(0.5, "share"), "shortened_to": q(0.4, "share"),
                                               "grant": q(1e6, "usd"), "equity": q(2e5, "usd")}}},
            "late": {"decision_day": q(20, "d"), "budget": q(9e5, "usd"),
                     "plants": {"mine.late": {"odds": q(1.3, "multiple"), "loan": q(8e5, "usd")}}},
        },
        "floors": {
            "american": {"producers": ["sep.us"], "least": {"ndpr": q(67, "usd/kg"), "dy": q(262, "usd/kg")},
                         "decision_day": q(3, "d"), "budget": q(2.5e4, "usd"),
                         "offtake": {"takers": ["metal.jp", "pile.pool"], "share": q(0.6, "share")}},
            "chinese": {"producers": ["sep.cn"], "least": {"dy": q(231, "usd/kg")}, "decision_day": uniform(5, 15, "d"),
                        "budget": q(1.1e4, "usd"), "offtake": {"takers": ["metal.jp"], "rate": {"dy_oxide": q(0.03,
                            "t/d")}}},
        },
    }  # fmt: skip


def _piles() -> dict[str, Spec]:
    return {
        "pile.jp": {
            "kind": "stockpile", "region": "jp", "owners": ["jp"], "trigger": uniform(9, 14, "d"), "rate": q(0.2,
                "t/d"),
            "stocks": {"magnet_hot": {"opening": q(6, "t"), "room": q(6.5, "t")}, "dy_metal": {"opening": q(0.3, "t")}},
            "when": {"start": q(12, "d")}, "first": ["us.arms"],
            "refill": {"rate": q(0.15, "t/d"), "price_ceiling": q(1.5, "multiple")},
        },
        "pile.pool": {
            "kind": "stockpile", "region": "jp", "owners": ["jp", "us"], "days_of": ["metal.jp"], "trigger": q(11, "d"),
            "stocks": {"ndpr_oxide": {"opening": q(14, "d")}, "dy_oxide": {"opening": q(8, "d"), "target": q(15, "d")}},
            "release_over": q(9, "d"), "handling": q(2, "d"), "rotation": {"over": q(37, "d")},
            "refill": {"rate": q(0.3, "t/d"), "price_ceiling": q(1.4, "multiple"), "budget": q(3.5e5, "usd")},
            "storage": q(900, "usd/t/year"), "capital": q(0.05, "share/year"),
        },
        "pile.us": {
            "kind": "stockpile", "region": "us", "owners": ["jp", "us"], "entitlement": q(0.4, "share"),
            "shares": {"jp": q(0.4, "share"), "us": q(0.6, "share")}, "trigger": q(13, "d"),
            "stocks": {"magnet": {"opening": q(9, "t"), "target": q(11, "t")}}, "decision_day": q(6, "d"),
            "rotation": {"over": q(61, "d"), "discount": q(0.1, "share")},
            "refill": {"rate": q(0.2, "t/d"), "price_ceiling": q(1.3, "multiple")}, "storage": q(700, "usd/t/year"),
        },
        "pile.eu": {
            "kind": "stockpile", "region": "eu", "owners": ["eu"], "stocks": {"tb_oxide": {"opening": q(0.15, "t")}},
            "when": {"price": q(1.001, "multiple"), "emergency": {"delay": q(4, "d"), "during": ["ban"]}},
            "ration": q(17, "d"),
        },
    }  # fmt: skip


def _lanes_of_policies() -> dict[str, Spec]:
    out, air, aid = {"release": True}, {"release": True, "response": "air"}, {"release": True, "response": "aid"}
    light = {"release": True, "response": "light"}
    return {
        "pool-ndpr": lane("pile.pool", "metal.jp", "ndpr_oxide", 3, **out, freight=q(1, "usd/kg")),
        "pool-dy": lane("pile.pool", "metal.jp", "dy_oxide", 3, **out, capacity=q(0.05, "t/d")),
        "pool-in": lane("sep.us", "pile.pool", "ndpr_oxide", 8, share=q(0.5, "share")),
        "pool-in-cn": lane("sep.cn", "pile.pool", "ndpr_oxide", 7, share=q(0.5, "share")),
        "pool-dy-in": lane("sep.us", "pile.pool", "dy_oxide", 8),
        "us-out": lane("pile.us", "us.use", "magnet", 1, **out),
        "us-jp": lane("pile.us", "jp.use", "magnet", 8, **out, freight=q(2, "usd/kg")),
        "eu-out": lane("pile.eu", "eu.light", "tb_oxide", 1, **out),
        "us-in": lane("magnet.jp", "pile.us", "magnet", 9),
        "jp-hot": lane("pile.jp", "jp.hot", "magnet_hot", 1, **out),
        "jp-arms": lane("pile.jp", "us.arms", "magnet_hot", 8, **out),
        "jp-dy": lane("pile.jp", "magnet.jp", "dy_metal", 1, **out),
        "jp-hot-in": lane("magnet.jp", "pile.jp", "magnet_hot", 2),
        "air-jp": lane("magnet.jp", "us.arms", "magnet_hot", 2, **air, freight=q(7, "usd/kg")),
        "air-cn": lane("magnet.cn", "us.arms", "magnet_hot", 2, **air),
        "air-pile": lane("pile.jp", "us.arms", "magnet_hot", 2, **air, capacity=q(0.1, "t/d")),
        "air-use": lane("pile.us", "us.use", "magnet", 1, **air),
        "light-eu": lane("pile.eu", "eu.light", "tb_oxide", 1, **light),
        "light-us": lane("sep.us", "eu.light", "tb_oxide", 2, **light),
        "aid-toll": lane("sep.us", "magnet.jp", "ndpr_oxide", 2, **aid, received_as="ndpr_metal"),
        "pool-toll": lane("pile.pool", "magnet.jp", "ndpr_oxide", 2, **out, received_as="ndpr_metal"),
        "aid-ndpr": lane("pile.pool", "metal.jp", "ndpr_oxide", 1, **aid),
        "aid-ndpr-us": lane("sep.us", "metal.jp", "ndpr_oxide", 2, **aid),
        "aid-dy": lane("sep.us", "metal.jp", "dy_oxide", 2, **aid),
    }  # fmt: skip


def _responses() -> dict[str, Spec]:
    return {
        "air": {"watched": ["us.arms", "us.use"], "unmet_above": q(0.02, "share"), "detection": q(2, "d"),
            "convening": q(1, "d"),
                "decision": uniform(0, 4, "d"), "lasts": q(12, "d"), "restores": q(17, "d"), "limit": q(0.3, "t"),
                "tonnage": {"magnet_hot": q(1.3, "t")}, "cool_down": q(9, "d"), "keep": q(2, "d")},
        "light": {"watched": ["eu.light"], "price_above": q(1.02, "multiple"), "lasts": q(7, "d"),
                  "restores": q(25, "d"), "tonnage": {"tb_oxide": q(0.05, "t")}, "cool_down": q(30, "d")},
        "aid": {"watched": ["metal.jp"], "cover_below": q(8.7, "d"), "lasts": uniform(6, 20, "d"), "restores": q(14,
            "d"),
                "tonnage": {"ndpr_oxide": q(3, "t"), "dy_oxide": q(0.2, "t")}, "cool_down": q(5, "d"),
                "decision_day": q(25, "d")},
    }  # fmt: skip
