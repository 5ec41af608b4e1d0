"""How far the engine is from the limit: the same day as fused compiled loops, on the same arrays, in one run.

    python benchmarks/limit.py [--scenario export_ban] [--days 1096] [--largest 1024] [--quick]

Each runs the same futures without twins on one core, in blocks of every width, records included, in processor time;
the limit is the least time per future of either, each at its own best width. It ends with an error where the two
differ anywhere by more than 1e-9, relative. Needs the extra `fast`.

Compiled are arrivals, use, works, orders, rationing, departures, prices, answers to prices, the plan and the daily
counts. Not compiled, and in both times: assembly, the calendar and all that happens on it, releases of stockpiles,
and sums over windows and at the end.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from telling import tell

from sim.compiled.agreement import LIMIT, disagreement
from sim.running.experiment import run_block
from sim.spec.reading import read_scenario
from sim.testing.invariants import shortened

WIDTHS = (1, 32, 64, 100, 128, 256, 512, 1024)


def processor_ms(job: Callable[[], object], repeats: int) -> float:
    """Return the least processor time that a job took, ms: others on this machine add little to it."""
    found = []
    for _ in range(repeats):
        begun = time.process_time()
        job()
        found.append(1000 * (time.process_time() - begun))
    return min(found)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="export_ban")
    parser.add_argument("--days", type=int, default=1096)
    parser.add_argument("--largest", type=int, default=1024, help="the widest block")
    parser.add_argument("--quick", action="store_true", help="60 days of at most 100 futures")
    given = parser.parse_args()
    days, largest = (60, 100) if given.quick else (given.days, given.largest)
    scenario = shortened(read_scenario(given.scenario).scenario, days)
    run = partial(run_block, scenario, 1, twin=False)
    begun = time.perf_counter()
    run(np.arange(2), compiled=True)
    compiling = time.perf_counter() - begun
    rows, worst = [], (0.0, "nowhere")
    for width in (w for w in WIDTHS if w <= largest):
        futures = np.arange(width)
        worst = max(worst, disagreement(run(futures), run(futures, compiled=True)))
        repeats = 3 if width <= 128 else 1
        engine = processor_ms(lambda futures=futures: run(futures), repeats) / width
        fused = processor_ms(lambda futures=futures: run(futures, compiled=True), repeats) / width
        rows.append({"width": width, "engine_ms": engine, "compiled_ms": fused, "engine_over_compiled": engine / fused})
    best = {who: min(rows, key=lambda row, who=who: row[who]) for who in ("engine_ms", "compiled_ms")}
    tell(
        f"{given.scenario}, {scenario.horizon_d} days: ms per future by width of the block",
        rows,
        limit=best["engine_ms"]["engine_ms"] / best["compiled_ms"]["compiled_ms"],
        best_widths=f"{best['engine_ms']['width']} and {best['compiled_ms']['width']}",
        first_run_s=compiling,
        disagreement=worst[0],
        where=worst[1],
    )
    if not worst[0] <= LIMIT:
        raise SystemExit(f"the compiled days differ from the engine's by {worst[0]:.2g} in {worst[1]}")


if __name__ == "__main__":
    main()
