"""What is told of a future, counted from its diary and that of its twin: groups, origins, flows, months, bands.

The diary is the oracle's; docs/model.md section 10 has the words. Futures are counted one at a time, in plain loops.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sim.spec.network import Lane, Maker, Stockpile
from sim.spec.scenario import Exports, Scenario

from .draws import Draws, constant
from .measures import Diary, earliest, first_run, longest_run, recovery

GRAMS_PER_T = 1_000_000
SHARE_NODES, MULTIPLE_NODES, MOST = 201, 301, 64.0
SUMMED = ("notional_t", "delivered_t", "thrifted_t", "priced_out_t", "unmet_t", "output_lost_usd", "output_unmet_usd",
          "output_priced_out_usd", "welfare_lost_usd")  # fmt: skip


@dataclass(frozen=True)
class Future:
    """A future of a scenario, and the same undisturbed."""

    scenario: Scenario
    own: Diary
    twin: Diary
    draws: Draws

    @property
    def days(self) -> range:
        """All days."""
        return range(self.scenario.horizon_d)

    def span(self) -> tuple[int, int]:
        """Return the first day of the first control, and the day after that of the last, no later than the horizon."""
        first, end = (self.own.metrics[f"all/{name}"] for name in ("disruption_day", "control_end_day"))
        last = self.scenario.horizon_d
        return (last if math.isnan(first) else int(first)), (last if math.isnan(end) else int(end))

    # Buyers, alone and together

    def groups(self) -> dict[str, list[str]]:
        """Return group -> its buyers."""
        found: dict[str, list[str]] = defaultdict(list)
        for dimension in ("region", "end_use", "priority"):
            for name, buyer in self.scenario.buyers.items():
                found[f"{dimension}:{getattr(buyer, dimension)}"].append(name)
        return dict(found)

    def share(self, diary: Diary, buyers: list[str], day: int) -> tuple[float, float]:
        """Return what some buyers had or did without on a day, and what they wanted at first, t."""
        had = sum(diary.series[f"{what}/{name}"][day] for name in buyers for what in ("delivered", "thrifted"))
        return had, sum(diary.series[f"notional/{name}"][day] for name in buyers)

    def short(self, diary: Diary, buyers: list[str]) -> list[bool]:
        """Return whether they were short, together, each day."""
        least = self.scenario.measures.shortage_share
        both = (self.share(diary, buyers, day) for day in self.days)
        return [below(had, least * wanted) for had, wanted in both]

    def any_short(self, diary: Diary, buyers: list[str]) -> list[bool]:
        """Return whether one of them was short, each day."""
        return [any(each) for each in zip(*(self.short(diary, [name]) for name in buyers), strict=True)]

    def of_buyers(self) -> dict[str, float]:
        """Return what groups went through, what everybody would have without the disruption, and overtime."""
        alone = {name: [name] for name in self.scenario.buyers}
        found = {}
        for who, buyers in (alone | self.groups()).items():
            short, calm = self.short(self.own, buyers), self.short(self.twin, buyers)
            found[f"{who}/attributable_shortage_days"] = _only(short, calm)
            found[f"{who}/caught_up_t"] = sum(sum(self.own.series[f"caught_up/{name}"]) for name in buyers)
        for group, buyers in self.groups().items():
            found |= {f"{group}/{what}": value for what, value in self._pooled(buyers).items()}
            short, calm = self.any_short(self.own, buyers), self.any_short(self.twin, buyers)
            found |= {
                f"{group}:any/shortage_days": float(sum(short)),
                f"{group}:any/attributable_shortage_days": _only(short, calm),
                f"{group}:any/first_shortage_day": first_run(short, 1),
                f"{group}:any/line_stop_day": self._first_stop(buyers),
            }
        return found

    def _pooled(self, buyers: list[str]) -> dict[str, float]:
        short = self.short(self.own, buyers)
        both = [self.share(self.own, buyers, day) for day in self.days]
        found = {what: sum(self.own.metrics[f"{name}/{what}"] for name in buyers) for what in SUMMED}
        end = None if math.isnan(self.own.metrics["all/control_end_day"]) else self.span()[1]
        return found | {
            "shortage_days": float(sum(short)), "longest_run_d": float(longest_run(short)),
            "first_shortage_day": first_run(short, 1), "line_stop_day": self._first_stop(buyers),
            "lost_production_days": math.fsum(1 - had / wanted for had, wanted in both if wanted > 0),
            "recovery_day": recovery(short, end, self.scenario.measures.recovery_d),
        }  # fmt: skip

    def _first_stop(self, buyers: list[str]) -> float:
        return earliest([self.own.metrics[f"{name}/line_stop_day"] for name in buyers])

    # Prices

    def value(self, thing: str, prices: dict[str, float]) -> float:
        """Return what a material is worth at these prices of its elements, USD/kg."""
        rules, content = self.scenario.prices, self.scenario.materials[thing].content
        conversion = constant(rules.products[thing].conversion) if thing in rules.products else 0.0
        return sum(constant(content[e]) * price for e, price in prices.items() if e in content) + conversion

    def on_day(self, diary: Diary, market: str, day: int) -> dict[str, float]:
        """Return the prices of a day."""
        return {e: diary.series[f"price/{e}/{market}"][day] for e in self.scenario.prices.elements}

    def multiples(self, diary: Diary) -> dict[str, list[float]]:
        """Return each priced thing in each market as multiples of its opening price."""
        prices = self.scenario.prices
        found = {}
        for thing in [*(price.oxide for price in prices.elements.values()), *prices.products]:
            for market in self.scenario.markets:
                at_first = {e: constant(price.opening[market]) for e, price in prices.elements.items()}
                values = [self.value(thing, self.on_day(diary, market, day)) for day in self.days]
                found[f"{thing}@{market}"] = [value / self.value(thing, at_first) for value in values]
        return found

    def of_prices(self) -> dict[str, float]:
        """Return how long prices were high, and how much higher than without the disruption."""
        found, calm = {}, self.multiples(self.twin)
        for name, multiples in self.multiples(self.own).items():
            for what, step in (("1_5x", 1.5), ("2x", 2.0), ("5x", 5.0)):
                found[f"{name}/days_above_{what}"] = float(sum(multiple > step for multiple in multiples))
            back = max((day + 1 for day, multiple in enumerate(multiples) if multiple > 1.1), default=0)
            found[f"{name}/back_within_10pct_day"] = math.nan if back == self.scenario.horizon_d else float(back)
            ratios = (here / there for here, there in zip(multiples, calm[name], strict=True))
            found[f"{name}/attributable_peak"] = max(1.0, *ratios)
        return found

    # Lanes

    def region(self, place: str) -> str:
        """Return where a facility or a buyer stands."""
        places = {**self.scenario.facilities, **self.scenario.buyers}
        return places[place].region

    def of_origins(self) -> dict[str, float]:
        """Return the largest origin of what each region's buyers are sent."""
        found = {}
        for region in {buyer.region for buyer in self.scenario.buyers.values()}:
            whole: Counter[str] = Counter()
            above = 0.0
            for start in range(0, self.scenario.horizon_d, 30):
                window = self.days[start : start + 30]
                sent = self._sent_to(region, window)
                whole += sent
                above += len(window) * (_largest(sent) > 0.65)
            found |= {f"origin:{region}/largest_share": _largest(whole), f"origin:{region}/days_above_65pct": above}
        return found

    def _sent_to(self, region: str, window: range) -> Counter[str]:
        sent: Counter[str] = Counter()
        for name, lane in self.scenario.lanes.items():
            if lane.to in self.scenario.buyers and self.region(lane.to) == region:
                sent[self.region(lane.from_)] += sum(self.own.series[f"shipped/{name}"][day] for day in window)
        return sent

    def flows(self) -> dict[tuple[str, ...], list[float]]:
        """Return link -> g a year of each element before the first control, and from then to the last one's end."""
        first, end = self.span()
        found: dict[tuple[str, ...], list[float]] = {}
        for name, lane in self.scenario.lanes.items():
            shipped = self.own.series[f"shipped/{name}"]
            contents = self.scenario.materials[lane.material].content.items()
            for element, content in ((element, of) for element, of in contents if constant(of) > 0):
                rates = found.setdefault((element, *self._ends(lane)), [0.0, 0.0])
                for n, window in enumerate((range(first), range(first, end))):
                    tonnes = constant(content) * sum(shipped[day] for day in window)
                    rates[n] += tonnes * 365 / len(window) * GRAMS_PER_T if window else 0.0
        return found

    def _ends(self, lane: Lane) -> tuple[str, str, str, str]:
        start = "scrap" if lane.push else self._stage(lane.from_)
        return start, self.region(lane.from_), self._stage(lane.to), self.region(lane.to)

    def _stage(self, place: str) -> str:
        if place in self.scenario.buyers:
            return "use"
        facility = self.scenario.facilities[place]
        return facility.stage if isinstance(facility, Maker) else facility.kind

    def months(self) -> dict[str, dict[str, float]]:
        """Return month -> tonnes of each flow, and the mean of each oxide's price."""
        by_month: dict[str, list[int]] = defaultdict(list)
        for day in self.days:
            by_month[f"{self.scenario.start_date + timedelta(days=day):%Y-%m}"].append(day)
        return {month: dict(self._of_month(days)) for month, days in by_month.items()}

    def _of_month(self, days: list[int]) -> Iterator[tuple[str, float]]:
        assert self.scenario.monthly is not None
        for name, flow in self.scenario.monthly.exports.items():
            lanes = [i for i, lane in self.scenario.lanes.items() if self._is_part(flow, lane)]
            tell = self._landed if flow.counted == "arrival" else self._left
            word = "imports_t" if flow.counted == "arrival" else "exports_t"
            yield f"{word}/{name}", sum(tell(i, day) for i in lanes for day in days)
        for price in self.scenario.prices.elements.values():
            for market in self.scenario.markets:
                quotes = [self.value(price.oxide, self.on_day(self.own, market, day)) for day in days]
                yield f"price_usd_per_kg/{price.oxide}@{market}", sum(quotes) / len(quotes)

    def _is_part(self, flow: Exports, lane: Lane) -> bool:
        here, there = self.region(lane.from_), self.region(lane.to)
        abroad = there in flow.destinations if flow.destinations else there not in flow.origins
        return here in flow.origins and abroad and lane.material in flow.materials

    def _left(self, lane: str, day: int) -> float:
        return self.own.series[f"shipped/{lane}"][day]

    def _landed(self, lane: str, day: int) -> float:
        """Return what landed: what was under way the evening before and left today, less what still is.

        On day 0 what was under way is not written down; the usual day's flow arrives.
        """
        under_way, shipped = (self.own.series[f"{what}/{lane}"] for what in ("under_way", "shipped"))
        if day:
            return under_way[day - 1] + shipped[day] - under_way[day]
        return self.opening_landing[lane]

    @property
    def opening_landing(self) -> dict[str, float]:
        """What lands on day 0: a day of the opening flow, of which the twin's first days are full."""
        # Undisturbed, what lands on day 1 left as long before the start as what landed on day 0: a day's flow.
        twin = self.twin.series
        return {
            lane: twin[f"under_way/{lane}"][0] + twin[f"shipped/{lane}"][1] - twin[f"under_way/{lane}"][1]
            for lane in self.scenario.lanes
        }

    # Every day

    def kept_days(self) -> dict[str, list[float]]:
        """Return every series that a folder of days has."""
        series, found = self.own.series, {}
        for name in self.scenario.buyers:
            found |= {
                f"{what}_t/{name}": series[f"{what}/{name}"] for what in ("notional", "delivered", "thrifted", "unmet")
            }
            cohorts = [of for key, of in series.items() if key.startswith(f"stock/{name}/")]
            found[f"stock_t/{name}"] = [sum(each) for each in zip(*cohorts, strict=True)]
            found[f"short/{name}"] = [float(hit) for hit in self.short(self.own, [name])]
        for pile, facility in self.scenario.facilities.items():
            for thing in facility.stocks if isinstance(facility, Stockpile) else ():
                found[f"stock_t/{pile}/{thing}"] = series[f"stock/{pile}/{thing}"]
        for name in self.multiples(self.own):
            thing, market = name.split("@")
            values = [self.value(thing, self.on_day(self.own, market, day)) for day in self.days]
            found[f"price_usd_per_kg/{name}"] = values
        return found

    def bands(self) -> dict[str, list[int]]:
        """Return daily series -> the node of each day."""
        found = {}
        for who, buyers in ({name: [name] for name in self.scenario.buyers} | self.groups()).items():
            both = [self.share(self.own, buyers, day) for day in self.days]
            found[f"delivered_share/{who}"] = [share_node(had / wanted if wanted > 0 else 1.0) for had, wanted in both]
        for name, multiples in self.multiples(self.own).items():
            found[f"price_multiple/{name}"] = [multiple_node(multiple) for multiple in multiples]
        return found | self._stocks()

    def _stocks(self) -> dict[str, list[int]]:
        """Return the same of each pile's row whose target is given in tonnes."""
        found = {}
        for pile, facility in self.scenario.facilities.items():
            for thing, held in facility.stocks.items() if isinstance(facility, Stockpile) else ():
                names = ("opening", held.opening), ("target", held.target)
                target = max(self.draws.number(of, f"facility/{pile}/{what}/{thing}") for what, of in names if of)
                if held.opening.unit == "t" and target > 0:
                    stock = self.own.series[f"stock/{pile}/{thing}"]
                    found[f"stock_share/{pile}/{thing}"] = [share_node(tonnes / target) for tonnes in stock]
        return found


def below(x: float, y: float) -> bool:
    """Return whether x is below y by more than rounding."""
    return x < y - 1e-9 * max(abs(x), abs(y))


def share_node(share: float) -> int:
    """Return the number of the nearest of the nodes from 0 to 1."""
    return round(min(max(share, 0.0), 1.0) * (SHARE_NODES - 1))


def multiple_node(multiple: float) -> int:
    """Return the number of the nearest, in the log, of the nodes from 1/64 to 64."""
    place = (math.log(multiple) / math.log(MOST) + 1) / 2
    return round(min(max(place, 0.0), 1.0) * (MULTIPLE_NODES - 1))


def _only(here: list[bool], there: list[bool]) -> float:
    return float(sum(one and not other for one, other in zip(here, there, strict=True)))


def _largest(sent: Counter[str]) -> float:
    whole = sum(sent.values())
    return max(sent.values()) / whole if whole > 0 else 0.0
