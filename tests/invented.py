"""A small invented scenario and blocks of invented futures, for tests of what is read off results."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.results import metrics
from sim.results.bins import MULTIPLE_BINS, SHARE_BINS
from sim.results.futures import Block, Event
from sim.results.subjects import buyer_subjects, group_subjects
from sim.spec.scenario import Scenario

DAYS = 730
REGIONS = {"cn": "China", "jp": "Japan", "us": "United States", "eu": "European Union", "au": "Australia"}
END_USES = {"ev": 2, "wind": 3, "defense": 1}
HARM = {"jp.ev": 150, "jp.wind": 120, "us.ev": 170, "us.wind": 90, "us.defense": 20, "eu.ev": 160, "eu.wind": 60}
NAMES = {"ndpr": "NdPr", "dy": "Dysprosium", "tb": "Terbium"}


def number(value: float, unit: str, source: str | None = None) -> dict[str, Any]:
    """A constant as YAML would have it."""
    origin = {"source": source} if source else {"assumed": "invented for a test"}
    return {"value": value, "unit": unit, **origin}


def scenario(**changes: Any) -> Scenario:
    """China stops dysprosium, terbium and magnets for a year; Japan has a pile and Australia a plant."""
    return Scenario.model_validate(_document() | changes)


def _document() -> dict[str, Any]:
    return {
        "schema_version": 1,
        "name": "invented_ban",
        "question": "Who runs short, and when, if China stops Dy, Tb and magnets for a year?",
        "not_modelled": ["samarium-cobalt magnets", "magnets inside imported motors"],
        "start_date": "2026-01-01",
        "horizon_d": DAYS,
        "elements": list(NAMES),
        "regions": {id: {"name": name} for id, name in REGIONS.items()},
        "markets": {
            "china": {"name": "China", "regions": ["cn"]},
            "world": {"name": "rest of the world", "regions": ["jp", "us", "eu", "au"]},
        },
        "materials": _materials(),
        "facilities": _facilities(),
        "buyers": _buyers(),
        "lanes": _lanes(),
        "order_ceiling": number(2, "multiple"),
        "allocation_memory": number(90, "d"),
        "families": {"tense": {"name": "like 2010", "sets": [0]}, "calm": {"name": "like 2023", "sets": [1]}},
        "prices": _prices(),
        "disruptions": _disruptions(),
    }


def _materials() -> dict[str, Any]:
    oxides = {
        f"{e}_oxide": {"form": "oxide", "name": f"{name} oxide", "content": {e: number(1, "t/t")}}
        for e, name in NAMES.items()
    }
    magnet = {
        "form": "magnet",
        "name": "high-temperature magnet",
        "content": {"ndpr": number(0.34, "t/t", "mp-2024"), "dy": number(0.04, "t/t")},
    }
    return {**oxides, "magnet_high": magnet}


def _facilities() -> dict[str, Any]:
    plant = {"capacity": number(3000, "t/year"), "lead": number(20, "d"), "cover": number(20, "d")}
    maker = {
        **plant,
        "kind": "maker",
        "stage": "magnet",
        "feed_cover": number(45, "d"),
        "recipes": {"magnet_high": {"inputs": {"dy_oxide": number(0.05, "t/t")}}},
    }
    return {
        "cn_oxides": {"kind": "mine", "region": "cn", "name": "Chinese oxides", "product": "dy_oxide", **plant},
        "au_oxides": {"kind": "mine", "region": "au", "name": "Lynas", "product": "dy_oxide", **plant},
        "cn_magnets": {**maker, "region": "cn", "name": "Chinese magnet makers"},
        "jp_magnets": {**maker, "region": "jp", "name": "Japanese magnet makers"},
        "jp_pile": {
            "kind": "stockpile",
            "region": "jp",
            "name": "JOGMEC stockpile",
            "owners": ["jp"],
            "stocks": {"dy_oxide": {"opening": number(120, "t")}},
            "trigger": number(30, "d"),
        },
    }


def _buyers() -> dict[str, Any]:
    return {
        f"{region}.{end_use}": {
            "region": region,
            "end_use": end_use,
            "name": "" if region != "us" else f"US {'EV' if end_use == 'ev' else end_use}",
            "material": "magnet_high",
            "demand": number(1000, "t/year"),
            "priority": priority,
            "cohorts": [{"share": number(1, "share"), "cover": number(21, "d")}],
            "output_value": number(400, "usd/kg"),
        }
        for region in ("jp", "us", "eu", "cn")
        for end_use, priority in END_USES.items()
    }


def _lanes() -> dict[str, Any]:
    transit = {"transit": number(25, "d")}
    lanes: dict[str, Any] = {
        "cn-jp.dy": {"from": "cn_oxides", "to": "jp_magnets", "material": "dy_oxide", "share": number(0.8, "share")},
        "au-jp.dy": {"from": "au_oxides", "to": "jp_magnets", "material": "dy_oxide", "share": number(0.2, "share")},
        "pile-jp.dy": {"from": "jp_pile", "to": "jp_magnets", "material": "dy_oxide"},
        "cn-cn.dy": {"from": "cn_oxides", "to": "cn_magnets", "material": "dy_oxide", "share": number(1, "share")},
    }
    for id in _buyers():
        home = {"from": "jp_magnets", "to": id, "material": "magnet_high", "share": number(0.4, "share")}
        china = {"from": "cn_magnets", "to": id, "material": "magnet_high", "share": number(0.6, "share")}
        lanes |= {f"jp-{id}": home, f"cn-{id}": china}
    return {id: lane | transit for id, lane in lanes.items()}


def _prices() -> dict[str, Any]:
    opening = {"china": number(230, "usd/kg", "argus-2024"), "world": number(260, "usd/kg", "argus-2024")}
    return {
        "elements": {e: {"oxide": f"{e}_oxide", "opening": opening} for e in NAMES},
        "products": {"magnet_high": {"conversion": number(40, "usd/kg")}},
        "scarcity_slope": number(0.8, "elasticity"),
        "cover_floor": number(0.05, "share"),
        "cover_ceiling": number(3, "multiple"),
        "unmet_slope": number(1.5, "log"),
        "adjustment": number(45, "d"),
        "tie": number(60, "d"),
        "noise_persistence": number(90, "d"),
        "netback_exponent": number(2, "elasticity"),
        "response_threshold": number(1.5, "multiple"),
        "response_smoothing": number(90, "d"),
    }


def _disruptions() -> dict[str, Any]:
    return {
        "ban": {
            "kind": "export_ban",
            "authority": "cn",
            "destinations": ["jp", "us", "eu"],
            "materials": ["dy_oxide", "tb_oxide", "magnet_high"],
            "start": {"uniform": [100, 140], "unit": "d", "assumed": "some time in spring"},
            "duration": number(365, "d"),
        },
        "lynas_kiln": {
            "kind": "outage",
            "facilities": ["au_oxides"],
            "mtbf": number(900, "d"),
            "mttr": number(20, "d"),
        },
    }


def block(first: int = 0, size: int = 256, *, twin: bool = True, harm: float = 1.0, seed: int = 5) -> Block:
    """Futures `first` to `first + size`: a ban near day 120 for a year, shortage by `HARM` and luck."""
    futures = [_future(first + r, twin, harm, seed) for r in range(size)]
    columns = {name: np.array([future[0][name] for future in futures]) for name in futures[0][0]}
    counts = {
        name: (MULTIPLE_BINS if name.startswith("price") else SHARE_BINS).count(
            np.stack([future[1][name] for future in futures], axis=1)
        )
        for name in futures[0][1]
    }
    events = [event for future in futures for event in future[2]]
    return Block(np.arange(first, first + size), columns, counts, tuple(events))


def _future(r: int, twin: bool, harm: float, seed: int) -> tuple[dict[str, float], dict[str, Any], list[Event]]:
    rng = np.random.default_rng([seed, r])
    start = int(rng.integers(100, 141))
    columns: dict[str, float] = {}
    series: dict[str, Any] = {}
    events = [_event(start, "control_start", "ban", r), _event(start + 365, "control_end", "ban", r)]
    luck = rng.lognormal(0, 0.35)
    spells: dict[str, tuple[float, int, Any]] = {}
    for subject in buyer_subjects(scenario()):
        days = float(min(int(HARM.get(subject.id, 0) * harm * luck * rng.uniform(0.8, 1.1)), 400))
        spells[subject.id] = _spell(columns, subject.id, days, start, twin, rng)
        series[f"delivered_share/{subject.id}"] = spells[subject.id][2]
        events += _shortage_events(subject.id, days, spells[subject.id][1], r)
    for group in group_subjects(scenario()):
        mine = [spells[id] for id in group.buyers]
        share = np.mean([one[2] for one in mine], axis=0)
        _spell(columns, group.id, max(one[0] for one in mine), start, twin, rng)
        series[f"delivered_share/{group.id}"] = share
        for metric in metrics.ANY_MEMBER_METRICS:
            columns[f"{group.id}:any/{metric.name}"] = columns[f"{group.id}/{metric.name}"]
    _prices_of(columns, series, start, luck * harm, twin, rng)
    day = np.arange(DAYS)
    series["stock_share/jp_pile/dy_oxide"] = np.clip(1 - (day - start - 40) / (120 / max(luck, 0.1)), 0, 1)
    columns |= {"all/disruption_day": start, "all/control_end_day": start + 365.0, "all/policy_cost_usd": 0.0}
    lost = {"lost": 4e9, "unmet": 2.5e9, "priced_out": 1.5e9}
    columns |= {f"all/output_{part}_usd": usd * luck * harm for part, usd in lost.items()}
    columns |= {"all/welfare_lost_usd": 2.6e9 * luck * harm, "all/balance_error": 3e-14 * luck}
    columns |= {"all/family": float(r % 2), "origin:jp/largest_share": 0.7, "origin:jp/days_above_65pct": 90 * luck}
    return columns, series, events


def _event(day: int, kind: Any, subject: str, r: int, value: float | None = None) -> Event:
    return Event(day, kind, subject, np.array([r]), values=None if value is None else np.array([value]))


def _shortage_events(id: str, days: float, first: int, r: int) -> list[Event]:
    if days == 0:
        return []
    stop = [_event(first + 20, "line_stop", id, r)] if days > 60 else []
    return [_event(first, "short_start", id, r), *stop, _event(first + int(days), "short_end", id, r, days * 1.5)]


def _spell(columns: dict[str, float], subject: str, days: float, start: int, twin: bool, rng: Any) -> Any:
    """One shortage of so many days, some weeks after the start."""
    first = start + 40 + int(rng.integers(0, 30))
    depth = 0.7 * min(days / 200, 1)
    share = np.ones(DAYS)
    middle = np.arange(DAYS) - first
    share[first : first + int(days)] -= depth * np.sin(np.pi * middle[first : first + int(days)] / max(days, 1)) ** 0.5
    never = np.nan
    values = {
        "shortage_days": days,
        "attributable_shortage_days": days if twin else never,
        "lost_production_days": days * depth * 0.8,
        "longest_run_d": days,
        "notional_t": 2000.0,
        "delivered_t": 2000 - days * depth * 2,
        "thrifted_t": 0.0,
        "caught_up_t": days * depth * 0.2,
        "priced_out_t": days * 0.3,
        "unmet_t": days * depth * 2,
        "output_lost_usd": days * depth * 8e5,
        "output_unmet_usd": days * depth * 5e5,
        "output_priced_out_usd": days * depth * 3e5,
        "welfare_lost_usd": days * depth * 5.2e5,
        "first_shortage_day": first if days else never,
        "line_stop_day": first + 20 if days > 60 else never,
        "recovery_day": max(start + 365, first + int(days)),
    }
    columns |= {f"{subject}/{name}": float(value) for name, value in values.items()}
    return days, first, share


def _prices_of(
    columns: dict[str, float], series: dict[str, Any], start: int, luck: float, twin: bool, rng: Any
) -> None:
    day = np.arange(DAYS)
    for e, height in (("ndpr", 0.25), ("dy", 1.3), ("tb", 1.5)):
        rise = np.clip((day - start) / 120, 0, 1) * np.exp(-np.clip(day - start - 365, 0, None) / 90)
        for market, sign in (("china", -0.15), ("world", 1.0)):
            refill = 0.5 * luck * (market == "china") * np.exp(-(((day - start - 420) / 40) ** 2))
            log = height * sign * rise * luck + refill + 0.04 * np.cumsum(rng.normal(size=DAYS)) / 5
            multiple = np.exp(log)
            series[f"price_multiple/{e}_oxide@{market}"] = multiple
            values = {
                "peak_multiple": multiple.max(),
                "peak_in_force_multiple": multiple[start : start + 365].max(),
                "attributable_peak": multiple.max() if twin else np.nan,
                "days_above_1_5x": (multiple > 1.5).sum(),
                "days_above_2x": (multiple > 2).sum(),
                "days_above_5x": (multiple > 5).sum(),
                "back_within_10pct_day": np.nan,
                "extra_spend_usd": 1e6 * multiple.max(),
                "paid_average_multiple": multiple.mean(),
            }
            columns |= {f"{e}_oxide@{market}/{name}": float(value) for name, value in values.items()}
