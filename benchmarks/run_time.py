"""How long the main job takes: futures of the export ban, on one core or more, beside one future in the oracle.

    python benchmarks/run_time.py [--futures 1000] [--days 1096] [--workers 1]

Prints a table and a JSON line. The ratio to the oracle is taken in the same run.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sim.results.futures import merge
from sim.running.job import Job
from sim.running.workers import crew
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.testing.check import shortened

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))


def seconds(job: Callable[[], object]) -> float:
    """Return how long a job takes, s."""
    begun = time.perf_counter()
    job()
    return time.perf_counter() - begun


def run_all(job: Job, futures: int, workers: int) -> None:
    """Run and merge all futures, the start of the processes included."""
    with crew(job, workers, futures, lambda done: None) as hands:
        blocks = hands.blocks([range(futures)])
        merge(sorted(blocks, key=lambda block: int(block.replications[0])))


def measure(scenario: Scenario, futures: int, *, twin: bool, workers: int) -> dict[str, float]:
    """Time a batch, and count what it did; the peak is of this process, or of its largest worker."""
    taken = seconds(lambda: run_all(Job(scenario, 1, twin), futures, workers))
    peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    worlds = futures * (2 if twin else 1) * scenario.horizon_d
    return {
        "seconds": round(taken, 2),
        "million_facility_days_per_second": round(
            worlds * (len(scenario.facilities) + len(scenario.buyers)) / taken / 1e6, 2
        ),
        "million_lane_days_per_second": round(worlds * len(scenario.lanes) / taken / 1e6, 2),
        "ms_per_future": round(taken / futures * 1000, 2),
        "peak_mib": round(max(peaks) / 1024),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--futures", type=int, default=1000)
    parser.add_argument("--days", type=int, default=1096)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    scenario = shortened(read_scenario("export_ban").scenario, options.days)
    from oracle.model import run

    found = {
        "without twins": measure(scenario, options.futures, twin=False, workers=options.workers),
        "with twins": measure(scenario, options.futures, twin=True, workers=options.workers),
    }
    oracle_ms = 1000 * seconds(lambda: run(scenario, 1, 0))
    for name, figures in found.items():
        print(f"{options.futures} futures of {scenario.horizon_d} days, {name}")
        for figure, value in figures.items():
            print(f"  {figure.replace('_', ' '):36}{value:>10}")
    ratio = oracle_ms / found["without twins"]["ms_per_future"]
    print(f"one future in the scalar oracle: {oracle_ms:.0f} ms, {ratio:.0f} times the engine's")
    print(json.dumps(found | {"oracle_ms": round(oracle_ms), "ratio": round(ratio)}))


if __name__ == "__main__":
    main()
