"""The table of months: what monthly.parquet holds."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.results import estimate, metrics
from sim.results.futures import Results
from sim.results.subjects import group_subjects
from sim.spec.scenario import Scenario


def month_of(scenario: Scenario, day: int) -> str:
    """Return the month of a day, such as `2025-04`."""
    return f"{scenario.start_date + datetime.timedelta(days=day):%Y-%m}"


def series_of(scenario: Scenario) -> list[str]:
    """Return what a scenario is told of month by month: trade flows, then prices."""
    flows = scenario.monthly.exports.items() if scenario.monthly else ()
    trade = [f"{'imports' if flow.counted == 'arrival' else 'exports'}_t/{name}" for name, flow in flows]
    return trade + [
        f"price_usd_per_kg/{e.oxide}@{m}" for e in scenario.prices.elements.values() for m in scenario.markets
    ]


MonthRow = dict[str, Any]
"""month (`2025-04`; null where the row is about the whole run), series, unit, mean, p05, p50, p95, censored_share."""


def month_rows(results: Results, scenario: Scenario) -> Iterator[MonthRow]:
    """Yield trade and prices month by month, then when lines stop, by group of buyers.

    Quantiles are over futures, inverse CDF, lower. A day that never comes in a future counts as later than any;
    `censored_share` is the part of the futures in which it never comes.
    """
    for month, series in results.monthly.items():
        for name, column in series.items():
            stat = estimate.amount(column, "high")
            unit = "usd/kg" if name.startswith("price_") else "t"
            yield _row(month, name, unit, stat) | {"mean": stat["mean"]}
    for group in group_subjects(scenario):
        column = results.columns[f"{group.id}:any/{metrics.LINE_STOP.name}"]
        stat = estimate.day(column, scenario.horizon_d, "low")
        row = _row(None, f"line_stop_day/{group.id}", "day", stat)
        yield row | {"censored_share": float(np.isnan(column).mean())}


def _row(month: str | None, name: str, unit: str, stat: estimate.Stat) -> MonthRow:
    quantiles = {p: stat[p] for p in estimate.QUANTILES}
    return {"month": month, "series": name, "unit": unit, "mean": None, **quantiles, "censored_share": None}
