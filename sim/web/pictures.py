"""The pictures of a setting, and of a held one over it: the same fans as in a report."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from sim.arrays import Array
from sim.documents import Json
from sim.report import charts, words
from sim.report.charts import Fan
from sim.results import estimate
from sim.results.subjects import Subject
from sim.web.controls import spoken
from sim.web.figures import lost_of, material, peak, priced_at, regions_hit, regions_of
from sim.web.sight import Sight

REGIONS, PRICES, PILES = 6, 6, 6
"""Pictures of each kind at most."""
NOW, HELD = "This setting", "Held setting"


def delivered(now: Sight, held: Sight | None) -> list[Json]:
    """Draw what the regions receive, in the order of the table."""
    drawn = (regions_hit(now) or regions_of(now.scenario))[:REGIONS]
    return [_shares(now, held, region.name, f"delivered_share/{region.id}") for region in drawn]


def piles(now: Sight, held: Sight | None) -> list[Json]:
    """Draw what stockpiles hold, those of the policy first: it lays them over the others."""
    series = [name for name in now.counts if name.startswith("stock_share/")]
    return [_shares(now, held, _pile(now, name), name) for name in series[::-1][:PILES]]


def prices(now: Sight, held: Sight | None) -> list[Json]:
    """Draw prices: all markets of one setting, or the dearest market under both settings."""
    names = [name.partition("@")[0] for name in priced_at(now)]
    return [_price(now, held, priced) for priced in list(dict.fromkeys(names))[:PRICES]]


def bars(sights: list[Sight], subject: Subject, most: float) -> list[Markup]:
    """Draw the full days lost by a buyer or group under each setting: a bar to the mean, a line to p95."""
    lost = [lost_of(subject)(sight) for sight in sights]
    return [charts.bars({"mean": float(one.mean()), "p95": p95(one)}, most) for one in lost]


def p95(sample: Array) -> float:
    """Return the 95 % quantile."""
    return estimate.quantile(np.sort(sample), 0.95).value or 0.0


def short_most(sights: list[Sight], subjects: list[Subject]) -> float:
    """Return the highest 95 % quantile of the full days lost by any."""
    return max((p95(lost_of(subject)(sight)) for sight in sights for subject in subjects), default=0.0)


def _shares(now: Sight, held: Sight | None, name: str, series: str) -> Json:
    first, *others = _fans(now, held, series)
    scenario = now.scenario
    chart = charts.share_chart(
        first, scenario.start_date, now.controls_stand(), others=others, days=scenario.horizon_d, name=name
    )
    return {"name": name, "chart": chart, "lines": [first.name, *(fan.name for fan in others)]}


def _price(now: Sight, held: Sight | None, priced: str) -> Json:
    scenario, name = now.scenario, words.sentence(material(now.scenario, priced))
    series = {
        m: f"price_multiple/{priced}@{m}" for m in scenario.markets if f"price_multiple/{priced}@{m}" in now.counts
    }
    if held is None:
        fans = [Fan(scenario.markets[market].name, now.band(one)) for market, one in series.items()]
    else:
        market = max(series, key=lambda m: float(np.median(peak(now, f"{priced}@{m}"))))
        fans, name = _fans(now, held, series[market]), f"{name}, {scenario.markets[market].name}"
    fans = fans[: len(charts.PARTS)]
    chart = charts.price_chart(name, fans, scenario.start_date, now.controls_stand(), days=scenario.horizon_d)
    return {"name": name, "chart": chart, "lines": [fan.name for fan in fans]}


def _fans(now: Sight, held: Sight | None, series: str) -> list[Fan]:
    both = ((NOW, now), (HELD, held))
    return [Fan(name, sight.band(series)) for name, sight in both if sight is not None and series in sight.counts]


def _pile(sight: Sight, series: str) -> str:
    pile, id = series.split("/")[1:]
    owner = words.short_name(sight.scenario.facilities[pile].name or spoken(pile))
    return f"{owner}: {material(sight.scenario, id)}"
