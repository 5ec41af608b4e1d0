"""How time grows with futures, facilities, lanes and days, and memory with futures.

    python benchmarks/growth.py [--scenario export_ban] [--largest 100000] [--memory-days 14] [--quick]

Networks grow by copies beside each other (tests/copies.py), so that facilities, buyers and lanes grow alike; lanes
alone grow by doubles of lanes on standby. Each line of a table is one run in this process without twins; an exponent
is the slope of log time over log size. Memory is the peak of a process of its own that runs and writes results; what
it holds of a future does not depend on days, so a hundred thousand futures of few days tell as much as of many.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from telling import child, exponent, seconds, tell

from sim.results.futures import merge
from sim.running.experiment import run_block, run_blocks
from sim.spec.quantity import Quantity
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.testing.check import shortened

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from copies import copied


def doubled(scenario: Scenario, times: int) -> Scenario:
    """Return the scenario with every pull lane so many times; the doubles carry nothing until the first is shut."""
    none = Quantity(value=1e-9, unit="share", assumed="a double")
    lanes = dict(scenario.lanes)
    for number in range(1, times):
        for id, lane in scenario.lanes.items():
            if lane.share is not None:
                lanes[f"{id}-{number + 1}"] = lane.model_copy(update={"share": None, "standby": none})
    return scenario.model_copy(update={"lanes": lanes})


def growth(what: str, sizes: Sequence[int], job: Callable[[int], object], size: Callable[[int], int]) -> None:
    """Run a job of every size and print how its time grows; `size` says how large a size is."""
    rows = [{"size": size(n), "seconds": seconds(lambda n=n: job(n))} for n in sizes]
    found = exponent([row["size"] for row in rows], [row["seconds"] for row in rows])
    tell(f"time against {what}", rows, exponent=found)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="export_ban")
    parser.add_argument("--largest", type=int, default=100_000, help="the most futures whose memory is measured")
    parser.add_argument("--memory-days", type=int, default=14, help="days of the futures whose memory is measured")
    parser.add_argument("--quick", action="store_true", help="a few days of few futures")
    given = parser.parse_args()
    whole = read_scenario(given.scenario).scenario
    short, few = shortened(whole, 20 if given.quick else 365), np.arange(32 if given.quick else 256)
    sizes = [8, 16] if given.quick else [n for n in (1000, 10_000, 100_000) if n <= given.largest]
    memory(given.scenario, given.memory_days, sizes)  # first: a process begins with the peak of who starts it
    times, steps = ([1, 2], [16, 32]) if given.quick else ([1, 2, 4, 8], [256, 1024, 4096, 16_384])
    run_block(shortened(whole, 2), 1, np.arange(2), twin=False)  # imports, and memory that is kept

    growth("futures", steps, lambda n: merge(run_blocks(short, 1, n, twin=False)), lambda n: n)
    growth("days", [9, 18] if given.quick else [137, 274, 548, 1096],
           lambda n: run_block(shortened(whole, n), 1, few, twin=False), lambda n: n)  # fmt: skip
    networks = {n: copied(short, n) for n in times}
    growth("facilities, buyers and lanes", times, lambda n: run_block(networks[n], 1, few, twin=False),
           lambda n: len(networks[n].facilities) + len(networks[n].buyers))  # fmt: skip
    denser = {n: doubled(short, n) for n in times}
    growth("lanes", times, lambda n: run_block(denser[n], 1, few, twin=False), lambda n: len(denser[n].lanes))


def memory(scenario: str, days: int, steps: Sequence[int]) -> None:
    """Print the peak memory of whole runs of so many days."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        short = Path(folder) / "short.yaml"
        short.write_text(f"schema_version: 1\nextends: {scenario}\nname: short\nhorizon_d: {days}\n", "utf-8")
        for n in steps:
            words = ("run", "short.yaml", "-n", str(n), "--workers", "1", "--no-twin", "-q", "--out", "out")
            taken, peak = child("-m", "sim", *words, folder=folder)
            rows.append({"futures": n, "peak_mib": peak, "seconds": taken})
    tell("peak memory against futures", rows, last_to_the_one_before=rows[-1]["peak_mib"] / rows[-2]["peak_mib"])


if __name__ == "__main__":
    main()
