"""What our own means did in one future, and what would have been without the policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.documents import Json
from sim.report import words
from sim.results.futures import Event
from sim.results.subjects import group_subjects
from sim.spec.scenario import Scenario
from sim.tracing.causes import plant_name
from sim.tracing.chronicle import EMPTY, FULL, Series
from sim.tracing.spells import Spell

Column = Mapping[str, NDArray[np.float64]]

LOST, COST = "all/output_lost_usd", "all/policy_cost_usd"


def piles(series: Series, scenario: Scenario) -> list[Json]:
    """Return what each stockpile did with each material: shares of its target, and days."""
    found = []
    for name, stock in series.items():
        kind, _, rest = name.partition("/")
        if kind != "stock_share":
            continue
        pile, _, material = rest.partition("/")
        steps = np.diff(stock)
        drawn = np.flatnonzero(steps < 0)
        found.append(
            {
                "stockpile": pile,
                "material": material,
                "drawn_share": float(-steps[drawn].sum()),
                "refilled_share": float(steps[steps > 0].sum()),
                "first_day": int(drawn[0]) + 1 if drawn.size else None,
                "lowest_share": float(stock.min()),
                "empty_d": int((stock < EMPTY).sum()),
                "end_share": float(stock[-1]),
                "by_policy": pile in scenario.policy_facilities,
            }
        )
    return found


def pile_lines(found: Sequence[Json], scenario: Scenario) -> Iterator[str]:
    """Say what each stockpile did, one sentence each; those that let nothing go are named together."""
    still = dict.fromkeys(plant_name(scenario, one["stockpile"]) for one in found)
    for pile in dict.fromkeys(one["stockpile"] for one in found):
        told = [_pile(one, scenario) for one in found if one["stockpile"] == pile and one["drawn_share"] >= 1 - FULL]
        if told:
            still.pop(plant_name(scenario, pile), None)
            yield f"{plant_name(scenario, pile)} let go, of its stock: {'; '.join(told)}."
    if still:
        yield f"Let nothing go: {words.listed(list(still), at_most=8)}."


def _pile(one: Json, scenario: Scenario) -> str:
    goods = scenario.materials[one["material"]].name or one["material"]
    day = words.date(scenario.start_date.isoformat(), one["first_day"])
    dry = f", none left on {words.count(one['empty_d'])} days" if one["empty_d"] else ""
    back = f", bought back {words.percent(one['refilled_share'])}" if one["refilled_share"] >= 1 - FULL else ""
    return f"{words.percent(one['drawn_share'])} of {goods} from {day}{dry}{back}"


def response_line(events: Sequence[Event]) -> str:
    """Say how often Rapid Responses were called and what they sent; empty where there is none."""
    called = [event for event in events if event.kind == "response_called"]
    sent = [float(e.values[0]) for e in events if e.kind == "response_end" and e.values is not None]
    if not called:
        return ""
    times = "once" if len(called) == 1 else f"{len(called)} times"
    return f"Rapid Response was called {times}, and sent {words.count(sum(sent))} t in all."


def without(scenario: Scenario, here: Column, there: Column) -> Json:
    """Return the same future with the policy and without: what was lost, and who was short for how long."""
    groups = {group.id: group.name for group in group_subjects(scenario) if group.dimension in ("region", "priority")}
    return {
        "output_lost_usd": _pair(here, there, LOST),
        "policy_cost_usd": _value(here, COST),
        "buyer_days": [sum(_value(one, f"{i}/shortage_days") or 0.0 for i in scenario.buyers) for one in (here, there)],
        "unmet_t": [sum(_value(one, f"{i}/unmet_t") or 0.0 for i in scenario.buyers) for one in (here, there)],
        "groups": {
            id: {"name": name}
            | {
                metric: _pair(here, there, f"{id}/{metric}")
                for metric in ("shortage_days", "lost_production_days", "first_shortage_day", "line_stop_day")
            }
            for id, name in groups.items()
        },
    }


def without_lines(found: Json, policy: str) -> Iterator[str]:
    """Say in a few lines what would have been without the policy."""
    (lost, would_lose), (days, would_days), (unmet, would) = (
        found[name] for name in ("output_lost_usd", "buyer_days", "unmet_t")
    )
    yield (
        f"Without {policy} in this same future: {words.usd(would_lose)} of output lost instead of {words.usd(lost)}, "
        f"{words.count(would_days)} buyer-days short instead of {words.count(days)}, {words.count(would)} t refused "
        f"instead of {words.count(unmet)}."
    )
    changed = [
        (one["name"], *one["lost_production_days"]) for id, one in found["groups"].items() if id.startswith("region:")
    ]
    changed = sorted((c for c in changed if abs(c[2] - c[1]) >= 0.5), key=lambda c: c[1] - c[2])
    if changed:
        told = [f"{name} {words.count(there)} instead of {words.count(here)}" for name, here, there in changed]
        yield f"Full days lost without it: {words.listed(told, at_most=8)}."
    if found["policy_cost_usd"] is not None:
        cost = found["policy_cost_usd"]
        verb = "earned" if cost < 0 else "cost"
        yield f"The policy's stockpiles {verb} {words.usd(abs(cost))} net in this future."


def spell_rows(found: Sequence[Spell]) -> list[Json]:
    """Return spells of shortage as rows."""
    return [
        {"buyer": s.buyer, "first_day": s.first, "end_day": s.end, "short_d": s.short_d, "unmet_t": s.unmet_t}
        for s in found
    ]


def _pair(here: Column, there: Column, name: str) -> list[float | None]:
    return [_value(here, name), _value(there, name)]


def _value(columns: Column, name: str) -> float | None:
    value = float(columns[name][0]) if name in columns else float("nan")
    return None if np.isnan(value) else value
