"""How much faster a future is in the engine than in the scalar oracle, by how many futures run together.

    python benchmarks/oracle.py [--scenario export_ban] [--days 1096] [--largest 1000] [--quick]

Both run the same futures of the same network with all its mechanisms, in this process on one core, and the ratio is
taken in one run. The engine's time holds its records, the oracle's its diary; neither has twins.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from telling import seconds, tell

from sim.results.futures import merge
from sim.running.experiment import run_blocks
from sim.spec.reading import read_scenario
from sim.testing.check import shortened

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="export_ban")
    parser.add_argument("--days", type=int, default=1096)
    parser.add_argument("--largest", type=int, default=1000, help="the most futures: 1000, or 10000")
    parser.add_argument("--quick", action="store_true", help="60 days of at most 100 futures")
    given = parser.parse_args()
    days, largest = (60, 100) if given.quick else (given.days, given.largest)
    scenario = shortened(read_scenario(given.scenario).scenario, days)
    from oracle.model import run as oracle

    scalar = min(seconds(lambda r=r: oracle(scenario, 1, r)) for r in range(3))
    rows = []
    for futures in (n for n in (1, 10, 100, 1000, 10_000) if n <= largest):
        job = lambda n=futures: merge(run_blocks(scenario, 1, n, twin=False))  # noqa: E731
        each = seconds(job, 3 if futures <= 100 else 1) / futures
        places = len(scenario.facilities) + len(scenario.buyers)
        rows.append(
            {
                "futures": futures,
                "ms_per_future": 1000 * each,
                "times_the_oracle": scalar / each,
                "million_facility_days_per_s": places * scenario.horizon_d / each / 1e6,
            }
        )
    tell(f"{given.scenario}, {scenario.horizon_d} days: engine against oracle", rows, oracle_ms=1000 * scalar)


if __name__ == "__main__":
    main()
