"""Figures: constant where the model draws nothing, and within what its formulas bear."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from sim import units
from sim.spec.disruptions import AddedDisruption
from sim.spec.figures import figures
from sim.spec.finding import Finding, Path, dotted
from sim.spec.quantity import Quantity
from sim.spec.scenario import Scenario

Value = TypeVar("Value")


class _Fields(Generic[Value]):
    """What holds of fields, each a pattern of paths with `*` for any step.

    By section and length, since thousands of paths are held against dozens of patterns.
    """

    def __init__(self, patterns: Mapping[Path, Value]) -> None:
        self._near: dict[tuple[str | int, int], list[tuple[Path, Value]]] = {}
        for pattern, value in patterns.items():
            self._near.setdefault((pattern[0], len(pattern)), []).append((pattern, value))

    def get(self, path: Path) -> Value | None:
        """Return what holds of the field at a path, if anything."""
        near = self._near.get((path[0], len(path)), ())
        return next((value for pattern, value in near if _fits(path, pattern)), None)

    def __contains__(self, path: Path) -> bool:
        return self.get(path) is not None


def _fits(path: Path, pattern: Path) -> bool:
    return all(want in ("*", step) for want, step in zip(pattern, path, strict=True))


def _fields(*patterns: Path) -> _Fields[bool]:
    return _Fields(dict.fromkeys(patterns, True))


# docs/model.md, section 9, has a random stream for each of these; every other figure is a constant.
_DRAWN = _fields(
    *(("lanes", "*", name) for name in ("transit", "qualification", "requalify_after", "capacity", "right")),
    *(("facilities", "*", name) for name in ("lead", "capacity", "cover", "feed_cover", "opens")),
    *(("facilities", "*", name) for name in ("trigger", "release_over", "ration", "handling", "decision_day", "rate")),
    ("facilities", "*", "when", "start"),
    ("facilities", "*", "when", "emergency", "delay"),
    ("facilities", "*", "refill", "rate"),
    ("facilities", "*", "rotation", "over"),
    ("facilities", "*", "stocks", "*", "opening"),
    ("facilities", "*", "stocks", "*", "target"),
    ("facilities", "*", "stocks", "*", "room"),
    ("buyers", "*", "cohorts", "*", "cover"),
    *(("disruptions", "*", name) for name in ("announced", "start", "duration")),
    *(("disruptions", "*", name) for name in ("leak", "price_jump", "remaining", "hoarding", "hoarding_for")),
    ("parameters", "*"),
    *(("prices", name) for name in ("scarcity_slope", "cover_ceiling", "unmet_slope", "adjustment", "decay", "tie")),
    ("prices", "response_threshold"),
    *(("prices", name) for name in ("response_smoothing", "long_smoothing")),
    *(("buyers", "*", name) for name in ("elasticity", "long_elasticity")),
    ("backlog_share",),
    *(("speculation", name) for name in ("cover", "starts_at", "full_at", "memory")),
    ("disruptions", "*", "tonnage"),
    *(("disruptions", "*", name) for name in ("review", "approval", "freeze", "term", "renewal", "reapply")),
    *(("disruptions", "*", name) for name in ("delay", "factor", "discount", "rate", "stretch", "odds")),
    *(("disruptions", "*", name) for name in ("threshold", "compliance", "clean_after")),
    *(("disruptions", "*", "reexport", name) for name in ("share", "lag", "markup")),
    *(("disruptions", "*", "suspensions", "*", name) for name in ("start", "duration")),
    *(("disruptions", "*", "changes", "*", name) for name in ("day", "approval", "review")),
    *(("disruptions", "*", "general", "*", name) for name in ("day", "share")),
    *(("responses", "*", name) for name in ("detection", "convening", "decision", "lasts", "cool_down")),
    *(("responses", "*", name) for name in ("decision_day", "restores", "keep")),
    ("responses", "*", "tonnage", "*"),
    ("responses", "*", "limit"),
    ("projects", "*", "decision_day"),
    ("floors", "*", "decision_day"),
)
# Divisors, and steps of a day that would overshoot, in the engine's unit.
_AT_LEAST_A_DAY = _fields(
    ("lanes", "*", "transit"),
    ("facilities", "*", "lead"),
    ("facilities", "*", "release_over"),
    ("facilities", "*", "ration"),
    ("facilities", "*", "rotation", "over"),
    ("disruptions", "*", "mtbf"),
    ("prices", "adjustment"),
    ("prices", "decay"),
    ("prices", "tie"),
    ("prices", "response_smoothing"),
    ("prices", "long_smoothing"),
    ("prices", "contract_lag"),
    ("speculation", "memory"),
    ("facilities", "*", "idle", "lag"),
    ("facilities", "*", "thrift", "*", "lag"),
    ("buyers", "*", "thrift", "lag"),
    ("responses", "*", "lasts"),
)
# What a parameter may multiply: figures that bear any multiple.
_MULTIPLIED = _fields(
    *(("buyers", "*", name) for name in ("elasticity", "long_elasticity")),
    *(("disruptions", "*", name) for name in ("hoarding", "hoarding_for")),
    ("speculation", "cover"),
)
_UNDER_WAY = _fields(
    ("lanes", "*", "transit"),
    *(("facilities", "*", name) for name in ("lead", "handling")),
    ("disruptions", "*", "delay"),
)
MOST_UNDER_WAY_D = 1000
_ABOVE_ZERO = _fields(
    ("buyers", "*", "demand"),
    ("facilities", "*", "recipes", "*", "inputs", "*"),
    ("prices", "cover_floor"),
    ("prices", "cover_ceiling"),
    ("prices", "noise_persistence"),
    ("prices", "elements", "*", "opening", "*"),
    ("disruptions", "*", "factor"),
    ("demand_noise", "persistence"),
    ("order_ceiling",),
    ("responses", "*", "cover_below"),
)
# Lowest value it may take, and why.
_AT_LEAST: _Fields[tuple[float, str]] = _Fields(
    {
        ("prices", "response_threshold"): (1, "else use is given up at opening prices"),
        ("disruptions", "*", "stretch"): (1, "what is left to build takes no less"),
        ("disruptions", "*", "pace"): (1, "the pace of even use"),
        ("disruptions", "*", "discount"): (0, "dumping raises no price"),
        ("projects", "*", "plants", "*", "odds"): (1, "support makes it no less likely"),
        ("responses", "*", "price_above"): (1, "else it is called at opening prices"),
    }
)


def _is_drawn_by_its_own(path: Path, scenario: Scenario) -> bool:
    """Tell whether a kind that a package adds draws this field of it."""
    section, name, field = (*path, "", "")[:3] if len(path) < 4 else ("", "", "")
    if section == "facilities":
        return field in scenario.facilities[str(name)].drawn
    found = scenario.disruptions[str(name)] if section == "disruptions" else None
    return isinstance(found, AddedDisruption) and field in found.drawn


def check_figures(scenario: Scenario) -> Iterator[Finding]:
    """Find figures that vary where the model needs a constant, and those its formulas cannot bear."""
    found = [*figures(scenario)]
    for path, quantity in found:
        if not quantity.is_constant and not (path in _DRAWN or _is_drawn_by_its_own(path, scenario)):
            yield Finding(path, "constant", str(quantity), "a constant: {value: ..., unit: ...}")
        elif quantity.times and path not in _MULTIPLIED:
            yield Finding(
                path,
                "times",
                str(quantity),
                "`times` with elasticities, hoarding, hoarding_for and speculation.cover only",
            )
        yield from _bounds(path, quantity)
    lists = [(path, quantity.among) for path, quantity in found if quantity.among is not None]
    yield from _together(lists)
    yield from _families(scenario, [among for _, among in lists])
    yield from _calendar(scenario)
    yield from _overshoot(scenario)


def _together(lists: Sequence[tuple[Path, Sequence[float]]]) -> Iterator[Finding]:
    """Find lists of equally likely values that cannot move together."""
    for path, among in lists:
        if len(among) != len(lists[0][1]):
            allowed = f"{len(lists[0][1])} values, as at {dotted(lists[0][0])}: all lists of a scenario move together"
            yield Finding((*path, "among"), "among", f"{len(among)} values", allowed)


def _families(scenario: Scenario, lists: Sequence[Sequence[float]]) -> Iterator[Finding]:
    """Find sets of parameters that are of no family, or of two."""
    sets = [number for family in scenario.families.values() for number in family.sets]
    expected = range(len(lists[0]) if lists else len(sets))
    if sets and sorted(sets) != list(expected):
        twice = [number for number, times in Counter(sets).items() if times > 1]
        odd = sorted({*twice, *set(sets).symmetric_difference(expected)})
        found = f"{', '.join(map(str, odd[:5]))} amiss" + (f", and {len(odd) - 5} more" if len(odd) > 5 else "")
        yield Finding(("families",), "families", found, f"every set from 0 to {len(expected) - 1} in one family")


def _bounds(path: Path, quantity: Quantity) -> Iterator[Finding]:
    if path in _AT_LEAST_A_DAY and _least(path, quantity) < 1:
        yield Finding(path, "bounds", str(quantity), "at least 1 d")
    if path in _UNDER_WAY and max(quantity.typical, _longest_d(quantity)) > MOST_UNDER_WAY_D:
        yield Finding(path, "bounds", str(quantity), f"at most {MOST_UNDER_WAY_D} d under way")
    if path == ("allocation_memory",) and quantity.typical < units.DAYS_PER_WEEK:
        yield Finding(path, "bounds", str(quantity), "at least 7 d: a seller who forgets at once shares by chance")
    if path in _ABOVE_ZERO and _least(path, quantity) <= 0:
        yield Finding(path, "bounds", str(quantity), "above 0")
    least, why = _AT_LEAST.get(path) or (-math.inf, "")
    if quantity.support[0] < least:
        yield Finding(path, "bounds", str(quantity), f"at least {least:g}: {why}")


def _longest_d(quantity: Quantity) -> float:
    """Return the longest it can be, d; of an exponential eight times the mean, passed once in 3,000."""
    return min(quantity.support[1], 8 * (quantity.exponential or math.inf)) * units.factor(quantity.unit)


def _overshoot(scenario: Scenario) -> Iterator[Finding]:
    """Find a daily step of prices that would carry them past where they are drawn to."""
    prices, others = scenario.prices, len(scenario.markets) - 1
    fastest_d = min(_lowest(each) for each in (prices.adjustment, prices.decay) if each)
    step = 1 / max(1.0, fastest_d) + others / max(1.0, _lowest(prices.tie))
    if step > 1:
        allowed = "1 / adjustment (and 1 / decay) + (markets - 1) / tie of at most 1 per day"
        yield Finding(("prices", "tie"), "bounds", f"{step:.3g} with {others} other markets", allowed)


def _least(path: Path, quantity: Quantity) -> float:
    """Return what a bound is held against: the lowest value where nothing is rounded up to a day."""
    return _lowest(quantity) if path[0] in ("prices", "speculation") else quantity.typical


def _lowest(quantity: Quantity) -> float:
    return quantity.support[0] * units.factor(quantity.unit)


def _calendar(scenario: Scenario) -> Iterator[Finding]:
    left_d = (datetime.date.max - scenario.start_date).days
    if scenario.horizon_d > left_d:
        found = str(scenario.horizon_d)
        yield Finding(("horizon_d",), "bounds", found, f"at most {left_d}, the last day there is")
