"""What is written down every day, and what is counted in the end (section 10)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sim.spec.scenario import Measures

from .bills import Bill
from .build import Chain
from .buyers import Buyer
from .clock import Routine, Step
from .facilities import Maker, Mine, Separation
from .parts import Cargo

QUANTITIES = ("notional", "thrifted", "delivered", "priced_out", "forgone", "unmet", "caught_up")
"""What is written down of each buyer, tonnes of the day."""
UNNAMED = ("caught_up", "forgone")
"""What is no metric of its own."""


@dataclass
class Diary:
    """What one future was like."""

    series: dict[str, list[float]]
    """Name -> a value per day."""
    margins: list[float]
    """The closest call among the day's decisions on a threshold."""
    metrics: dict[str, float]
    balance: dict[str, float]
    """Element -> what the ledger misses, relative to throughput."""


@dataclass
class Recorder:
    """Writes the day down when everything else is done."""

    chain: Chain
    rules: Measures
    bills: list[Bill]
    output_value: dict[str, float]
    """Buyer -> what a kilogram not delivered costs."""
    series: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    margins: list[float] = field(default_factory=list)
    short: defaultdict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    """Buyer -> whether each day was short."""
    stopped: defaultdict[tuple[str, int], list[bool]] = field(default_factory=lambda: defaultdict(list))
    """Buyer and cohort -> whether each day was below the share of a line stop."""

    @property
    def routine(self) -> Routine:
        """What it does every day."""
        return [(Step.RECORD, self.record)]

    def record(self, _day: int) -> None:
        """Write down stocks, flows, buyers, prices and the margin, and turn the page."""
        for row in self.chain.rows:
            self.series[row.key].append(row.stock)
        for name, lane in self.chain.lanes.items():
            self.series[f"under_way/{name}"].append(lane.under_way)
            self.series[f"shipped/{name}"].append(lane.shipped)
            self.series[f"open/{name}"].append(lane.layers.open_share)
            lane.yesterday, lane.shipped = lane.shipped, 0.0
        for market in self.chain.markets.values():
            for element, price in market.price.items():
                self.series[f"price/{element}/{market.id}"].append(price)
        for buyer in self.chain.buyers.values():
            self._record_buyer(buyer)
        for bill in self.bills:
            bill.record()
        self.margins.append(self.chain.world.judge.margin)
        self.chain.world.judge.margin = math.inf

    def _record_buyer(self, buyer: Buyer) -> None:
        for what in QUANTITIES:
            self.series[f"{what}/{buyer.id}"].append(getattr(buyer, what))
        below, rules = self.chain.world.judge.below, self.rules
        done = buyer.delivered + buyer.thrifted
        self.short[buyer.id].append(below(done, rules.shortage_share * buyer.notional))
        for number, cohort in enumerate(buyer.cohorts):
            needed = rules.line_stop_share * cohort.share * buyer.notional
            done = cohort.used + cohort.share * buyer.thrifted
            self.stopped[buyer.id, number].append(below(done, needed))

    def metrics(self, span: tuple[int, int] | None) -> dict[str, float]:
        """Count what buyers went through and things cost; `span` is from the first control to the last one's end."""
        first, end = span or (math.nan, math.nan)
        found = {"all/disruption_day": self._in_time(first), "all/control_end_day": self._in_time(end)}
        for bill in self.bills:
            found |= bill.metrics(span)
        for name, buyer in self.chain.buyers.items():
            short = self.short[name]
            cohorts = range(len(buyer.cohorts))
            found |= {
                f"{name}/shortage_days": float(sum(short)),
                **{f"{name}/{what}_usd": usd for what, usd in self._losses(buyer).items()},
                f"{name}/first_shortage_day": first_run(short, 1),
                f"{name}/longest_run_d": float(longest_run(short)),
                f"{name}/line_stop_day": earliest(
                    [first_run(self.stopped[name, number], self.rules.line_stop_d) for number in cohorts]
                ),
                f"{name}/lost_production_days": self._lost_days(name),
                f"{name}/recovery_day": recovery(short, span and span[1], self.rules.recovery_d),
            }
            found |= {f"{name}/{what}_t": self._total(what, name) for what in QUANTITIES if what not in UNNAMED}
        wholes = ("output_lost_usd", "output_unmet_usd", "output_priced_out_usd", "welfare_lost_usd")
        return found | {f"all/{what}": sum(found[f"{name}/{what}"] for name in self.chain.buyers) for what in wholes}

    def _in_time(self, day: float) -> float:
        """Return a day, nan where it lies past the horizon."""
        return day if day < len(self.margins) else math.nan

    def _total(self, what: str, name: str) -> float:
        return sum(self.series[f"{what}/{name}"])

    def _losses(self, buyer: Buyer) -> dict[str, float]:
        """Return what a buyer loses, USD: in all, for want, for the price, and in its own eyes."""
        unmet, dear, gone, made_up = (self._total(w, buyer.id) for w in ("unmet", "priced_out", "forgone", "caught_up"))
        value, opening = self.output_value[buyer.id] * 1000, self.opening_value(buyer) * 1000
        want = max(0.0, unmet - made_up) * value
        return {
            "output_lost": max(0.0, unmet + dear - made_up) * value,
            "output_unmet": want,
            "output_priced_out": dear * value,
            "welfare_lost": want + gone * opening,
        }

    def opening_value(self, buyer: Buyer) -> float:
        """Return what a kilogram of what it buys cost at the start."""
        return self.chain.world.market_of[buyer.region].opening_value(buyer.material)

    def _lost_days(self, name: str) -> float:
        days = zip(*(self.series[f"{what}/{name}"] for what in ("delivered", "thrifted", "notional")), strict=True)
        return math.fsum(1 - (c + saved) / n for c, saved, n in days if n > 0)


def first_run(days: Sequence[bool], length: int, start: int = 0) -> float:
    """Return the first day that begins `length` true ones on end, nan if there is none."""
    run = 0
    for day in range(start, len(days)):
        run = run + 1 if days[day] else 0
        if run == length:
            return float(day - length + 1)
    return math.nan


def earliest(days: Sequence[float]) -> float:
    """Return the earliest day among those that came, nan if none did."""
    return min((day for day in days if not math.isnan(day)), default=math.nan)


def longest_run(days: Sequence[bool]) -> int:
    """Return the most true days on end."""
    longest = run = 0
    for hit in days:
        run = run + 1 if hit else 0
        longest = max(longest, run)
    return longest


def recovery(short: Sequence[bool], last_control_end: int | None, length: int) -> float:
    """Return the first day from the last control's end on that begins `length` days without shortage."""
    if last_control_end is None:
        return math.nan
    return first_run([not hit for hit in short], length, last_control_end)


def elements_held(chain: Chain) -> defaultdict[str, float]:
    """Return the tonnes of each element in rows, on lanes and in work."""
    held: defaultdict[str, float] = defaultdict(float)
    content = chain.world.ledger.content
    piles = [Cargo(0, row.material, row.stock) for row in chain.rows]
    for lane in chain.lanes.values():
        piles.extend(lane.cargo)
    for actor in chain.actors.values():
        if isinstance(actor, Mine | Separation | Maker):
            piles.extend(actor.yard.works)
    for pile in piles:
        for element, c in content[pile.material].items():
            held[element] += c * pile.tonnes
    return held


def balance(chain: Chain, opening: defaultdict[str, float], elements: Sequence[str]) -> dict[str, float]:
    """Return per element what is missing in the end, relative to what was there and what was mined."""
    closing, ledger = elements_held(chain), chain.world.ledger
    errors = {}
    for element in elements:
        throughput = opening[element] + ledger.mined[element]
        missing = throughput - ledger.left[element] - closing[element]
        errors[element] = missing / throughput if throughput > 0 else 0.0
    return errors
