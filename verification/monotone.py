"""How often more of a good thing does harm: `python -m verification.monotone [SCENARIOS]`; needs the extra `testing`.

That a longer ban or a smaller pile means no fewer days short is claimed, and tested, for a single chain with fixed
demand and a pile that fills gaps (tests/properties/test_piles.py). Elsewhere it need not hold: prices answer, sellers
remember, others stand in line. Here it is counted on generated scenarios, future by future, for all buyers together.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings

from sim.running.experiment import run_block
from sim.spec.scenario import Scenario
from sim.testing.strategies import scenarios

FUTURES = 8
MORE = 1.5
Change = Callable[[dict[str, Any]], bool]


def _grow(quantity: dict[str, Any]) -> None:
    for form in ("value", "uniform", "triangular", "exponential", "among"):
        if quantity.get(form) is not None:
            drawn = quantity[form]
            quantity[form] = [MORE * one for one in drawn] if isinstance(drawn, list) else MORE * drawn


def longer_controls(data: dict[str, Any]) -> bool:
    """Let bans and licences stand for half as long again."""
    hit = [one for one in data["disruptions"].values() if one["kind"] in ("export_ban", "licence")]
    for one in hit:
        _grow(one["duration"])
    return bool(hit)


def longer_outages(data: dict[str, Any]) -> bool:
    """Let closures and dated outages last half as long again."""
    hit = [one for one in data["disruptions"].values() if one["kind"] in ("outage", "closure") and "duration" in one]
    for one in hit:
        _grow(one["duration"])
    return bool(hit)


def larger_piles(data: dict[str, Any]) -> bool:
    """Let piles hold half as much again on opening; more of it should mean less shortage."""
    piles = [one for one in data["facilities"].values() if one["kind"] == "stockpile"]
    for stock in (stock for pile in piles for stock in pile["stocks"].values()):
        for key in stock:
            _grow(stock[key])
    return bool(piles)


CLAIMS: dict[str, tuple[Change, int]] = {
    "longer bans and licences, no fewer days short": (longer_controls, 1),
    "longer closures and outages, no fewer days short": (longer_outages, 1),
    "larger piles, no more days short": (larger_piles, -1),
}
HOW = settings(deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
TOLERANCE = 1e-6
"""Days or tonnes that are no difference."""
METRICS = ("shortage_days", "unmet_t")


def totals(scenario: Scenario) -> dict[str, np.ndarray]:
    """Return each metric summed over all buyers, (replication,)."""
    columns = run_block(scenario, 1, np.arange(FUTURES), twin=False).columns
    return {metric: np.sum([columns[f"{i}/{metric}"] for i in scenario.buyers], axis=0) for metric in METRICS}


def rates(n: int) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Return per claim and metric in how many futures more changed anything, broke the claim, and of how many."""
    found = {(claim, metric): np.zeros(3, dtype=int) for claim in CLAIMS for metric in METRICS}

    @seed(1)
    @given(scenario=scenarios(max_horizon=150))
    @settings(HOW, max_examples=n)
    def count(scenario: Scenario) -> None:
        usual = totals(scenario)
        for claim, (change, sign) in CLAIMS.items():
            data = scenario.model_dump(mode="json", by_alias=True, exclude_none=True)
            if not change(data):
                continue
            for metric, more in totals(Scenario.model_validate(data)).items():
                apart = sign * (more - usual[metric])
                moved, against = np.abs(apart) > TOLERANCE, apart < -TOLERANCE
                found[claim, metric] += (int(moved.sum()), int(against.sum()), len(apart))

    count()
    return {key: (int(a), int(b), int(c)) for key, (a, b, c) in found.items()}


def main() -> None:
    """Print the rates as a table."""
    print("| claim | metric | futures | where it made a difference | against the claim |\n|---|---|---|---|---|")
    for (claim, metric), (moved, broke, total) in rates(int(sys.argv[1]) if sys.argv[1:] else 100).items():
        print(f"| {claim} | {metric} | {total} | {moved} | {broke} ({broke / max(moved, 1):.0%}) |")


if __name__ == "__main__":
    main()
