"""Compiling ahead, so that nobody waits for it later: once per machine, and version of the loops."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.assembly import assemble
from sim.chance.draws import Draws
from sim.compiled.day import CompiledDay
from sim.compiled.jit import KEPT_IN, digest
from sim.compiled.ledger import CompiledLedger
from sim.engine import run
from sim.spec.reading import read_scenario

SCENARIO = "export_ban"
"""Its futures go through every loop."""
TOLD = "Compiling the days of the model, once on this machine: half a minute or so ..."
_DONE = f"whole-{digest()}"


def compile_once(say: Callable[[str], None]) -> None:
    """Compile every loop, and say so, unless that was done before.

    Raises `OSError` where there is no folder to keep what was compiled for other processes.
    """
    if KEPT_IN is None:
        raise OSError("nothing can be written to the cache folder of the user")
    if not (KEPT_IN / _DONE).exists():
        say(TOLD)
        warm_up()


def warm_up() -> None:
    """Run two futures, which compiles every loop, or loads it where it was compiled before."""
    scenario = read_scenario(SCENARIO).scenario
    world = assemble(scenario, Draws(1, np.arange(2), copies=1, parameters=scenario.parameters))
    ledger = CompiledLedger(world)
    run(world, ledger, CompiledDay)
    ledger.block(world)
    if KEPT_IN is not None:
        (KEPT_IN / _DONE).touch()
