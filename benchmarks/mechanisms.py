"""What each mechanism does: switch them off one by one on the same futures.

    python benchmarks/mechanisms.py [SCENARIO] [-n FUTURES] [--seed SEED]

Prints, for the scenario as it is and without each of its mechanisms in turn: mean shortage days of the first two
priority classes (pooled tonnes), output lost, the median peak of the first heavy element's price in either market,
and what is paid for it on average.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from sim.results.futures import Results, merge
from sim.running.experiment import run_blocks
from sim.spec.controls import Bar, Control, Licence
from sim.spec.disruptions import Outage
from sim.spec.quantity import Quantity
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario

Change = Callable[[Scenario], Scenario]


def main() -> None:
    """Run the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="?", default="licensing_2025")
    parser.add_argument("-n", type=int, default=128)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    whole = read_scenario(given.scenario).scenario
    print(f"{'without':<28}{'class 1, d':>11}{'class 2, d':>11}{'lost, bn':>10}{'peak out':>9}{'in':>6}{'paid out':>9}")
    for name, change in [("(as it is)", _same), *_switches()]:
        scenario = change(whole)
        if name == "(as it is)" or scenario != whole:
            print(_row(name, merge(run_blocks(scenario, given.seed, given.n, twin=False)), scenario), flush=True)


def _row(name: str, results: Results, scenario: Scenario) -> str:
    def of(column: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        return results.columns[column]

    heavy = "dy_oxide" if "dy_oxide" in scenario.materials else next(iter(scenario.prices.elements.values())).oxide
    days = [of(f"priority:{p}/shortage_days").mean() for p in (1, 2)]
    peaks = [np.median(of(f"{heavy}@{m}/peak_multiple")) for m in ("world", "china")]
    paid, lost = of(f"{heavy}@world/paid_average_multiple").mean(), of("all/output_lost_usd").mean() / 1e9
    return f"{name:<28}{days[0]:>11.1f}{days[1]:>11.1f}{lost:>10.1f}{peaks[0]:>8.2f}x{peaks[1]:>5.2f}x{paid:>8.2f}x"


def _switches() -> Iterator[tuple[str, Change]]:
    yield "hoarding", _controls(Control, hoarding=None, hoarding_for=None)
    yield "price jumps", _controls(Control, price_jump=None)
    yield "leaks", _controls(Bar, leak=None)
    yield "re-export", _controls(Bar, reexport=None)
    yield "dated changes of licensing", _controls(Licence, changes=())
    yield "general licences", _controls(Licence, general=())
    yield "headroom of licences", _controls(Licence, headroom=None)
    yield "terms of licences", _controls(Licence, term=None)
    yield "backlog", lambda s: s.model_copy(update={"backlog_share": None})
    yield "catch-up", lambda s: s.model_copy(update={"catch_up": None})
    yield "spot sales", lambda s: s.model_copy(update={"spot_share": None})
    yield "speculation", lambda s: s.model_copy(update={"speculation": None})
    yield "slow fall of prices", lambda s: s.model_copy(update={"prices": s.prices.model_copy(update={"decay": None})})
    yield "netback", _prices(netback_exponent=0.0)
    yield "ties between markets", _prices(tie=1e6)
    yield "thrift of buyers", _of("buyers", thrift=None)
    yield "short-run elasticity", _of("buyers", elasticity=None)
    yield "thrift of makers", _of("facilities", thrift={})
    yield "idle capacity", _of("facilities", idle=None)
    yield "plants yet to open", _never_open
    yield "plant failures", _without(Outage)
    yield "noise of demand", lambda s: s.model_copy(update={"demand_noise": None})


def _same(scenario: Scenario) -> Scenario:
    return scenario


def _controls(kind: type, **update: Any) -> Change:
    def change(scenario: Scenario) -> Scenario:
        disruptions = {
            i: d.model_copy(update=update) if isinstance(d, kind) else d for i, d in scenario.disruptions.items()
        }
        return scenario.model_copy(update={"disruptions": disruptions})

    return change


def _without(kind: type) -> Change:
    return lambda s: s.model_copy(
        update={"disruptions": {i: d for i, d in s.disruptions.items() if not isinstance(d, kind)}}
    )


def _prices(**values: float) -> Change:
    def change(scenario: Scenario) -> Scenario:
        prices = scenario.prices
        update = {name: getattr(prices, name).model_copy(update={"value": value}) for name, value in values.items()}
        return scenario.model_copy(update={"prices": prices.model_copy(update=update)})

    return change


def _of(section: str, **update: Any) -> Change:
    def changed(thing: Any) -> Any:
        return thing.model_copy(update={k: v for k, v in update.items() if hasattr(thing, k)})

    return lambda s: s.model_copy(update={section: {i: changed(thing) for i, thing in getattr(s, section).items()}})


def _never_open(scenario: Scenario) -> Scenario:
    never = Quantity(value=0, unit="share", assumed="switched off")
    facilities = {
        i: f.model_copy(update={"odds": never}) if getattr(f, "opens", None) else f
        for i, f in scenario.facilities.items()
    }
    return scenario.model_copy(update={"facilities": facilities})


if __name__ == "__main__":
    main()
