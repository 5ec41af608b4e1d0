"""How far the engine is from the limit: the same day as fused compiled loops, on the same arrays, in one run.

    python benchmarks/limit.py [--scenario export_ban] [--days 1096] [--widths 1 32 100 ...] [--quick]

Each runs the same futures without twins on one core, in blocks of every width, in processor time; the limit is the
least time per future of either, each at its own best width. `day` is the day step and the records of the day; `run` is
all of it, with what both share. It ends with an error where the two differ anywhere by more than 1e-9, relative. Needs
the extra `fast`.

Compiled are arrivals, use, works, orders, rationing, departures, prices, answers to prices, the plan and the daily
counts. Not compiled, in the day of both: releases of stockpiles, Rapid Responses, when a plan is due, sums over
windows. Not in the day, and shared: assembly, the calendar and all that happens on it, the end.
"""

from __future__ import annotations

import argparse
import time
from typing import NamedTuple

import numpy as np
from telling import tell

from sim import engine
from sim.arrays import Array
from sim.assembly import assemble
from sim.chance.draws import Draws
from sim.compiled.agreement import LIMIT, disagreement
from sim.compiled.ahead import warm_up
from sim.compiled.day import CompiledDay
from sim.compiled.ledger import CompiledLedger
from sim.memory import keep_freed_memory
from sim.records.ledger import Ledger
from sim.results.futures import Block
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.testing.check import shortened
from sim.world import World

WIDTHS = (1, 32, 64, 100, 128, 256, 512, 1024)


class Taken(NamedTuple):
    """Processor time of a block, s, and what it brought."""

    run: float
    day: float
    block: Block


def take(scenario: Scenario, width: int, step: type[engine.Day], keep: type[Ledger]) -> Taken:
    """Run a block, and time the whole of it and its days."""
    spent = 0.0

    class Step(step):  # type: ignore[misc, valid-type]
        def step(self, day: int) -> None:
            nonlocal spent
            begun = time.process_time()
            super().step(day)
            spent += time.process_time() - begun

    class Keep(keep):  # type: ignore[misc, valid-type]
        def note_day(self, world: World, day: int, shipped: Array) -> None:
            nonlocal spent
            begun = time.process_time()
            super().note_day(world, day, shipped)
            spent += time.process_time() - begun

    begun = time.process_time()
    world = assemble(scenario, Draws(1, np.arange(width), copies=1, parameters=scenario.parameters))
    ledger = Keep(world)
    engine.run(world, ledger, Step)
    block = ledger.block(world)
    return Taken(time.process_time() - begun, spent, block)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="export_ban")
    parser.add_argument("--days", type=int, default=1096)
    parser.add_argument("--widths", type=int, nargs="+", default=WIDTHS)
    parser.add_argument("--quick", action="store_true", help="60 days of at most 100 futures")
    given = parser.parse_args()
    days, widths = (60, (1, 32, 100)) if given.quick else (given.days, given.widths)
    scenario = shortened(read_scenario(given.scenario).scenario, days)
    keep_freed_memory()
    compiling = time.process_time()
    warm_up()
    compiling = time.process_time() - compiling
    rows, worst = [], (0.0, "nowhere")
    for width in widths:
        found: dict[str, list[Taken]] = {"engine": [], "compiled": []}
        for _ in range(3 if width <= 128 else 1):
            found["engine"].append(take(scenario, width, engine.Day, Ledger))
            found["compiled"].append(take(scenario, width, CompiledDay, CompiledLedger))
        worst = max(worst, disagreement(found["engine"][0].block, found["compiled"][0].block))
        row: dict[str, int | float] = {"width": width}
        for what in ("run", "day"):
            for who, each in found.items():
                row[f"{what}_{who}"] = 1000 * min(getattr(taken, what) for taken in each) / width
            row[f"{what}_ratio"] = row[f"{what}_engine"] / row[f"{what}_compiled"]
        rows.append(row)
    least = {name: min(row[name] for row in rows) for name in rows[0]}
    tell(
        f"{given.scenario}, {scenario.horizon_d} days: ms per future by width of the block",
        rows,
        limit_of_a_run=least["run_engine"] / least["run_compiled"],
        limit_of_the_days=least["day_engine"] / least["day_compiled"],
        compiling_or_loading_s=compiling,
        disagreement=worst[0],
        where=worst[1],
    )
    if not worst[0] <= LIMIT:
        raise SystemExit(f"the compiled days differ from the engine's by {worst[0]:.2g} in {worst[1]}")


if __name__ == "__main__":
    main()
