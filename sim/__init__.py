"""Simulate rare-earth supply disruptions, and the stockpiles that answer them.

For example::

    import sim

    scenario = sim.load("export_ban", policy="joint_pooled")
    results = sim.run(scenario, "results/mine", n=200)
    results.summary["buyers"]["jp.ev"]["shortage_days"]["mean"]
    results.to_pandas()["jp.ev/shortage_days"].hist()

    policies = [sim.load("export_ban", policy) for policy in ("none", "joint_pooled")]
    comparison = sim.compare(policies, "results/mine.compare", n=200)

    curve = sim.sweep(sim.load("export_ban"), ["disruptions.china_ban.duration=90:360:90"], "results/mine.sweep", n=200)

    trigger, target = "facilities.us_jp_magnet_pool.trigger=7:90", "all/output_lost_usd <= 9e10"
    best = sim.optimize(sim.load("export_ban", "joint_pooled"), [trigger], [target], "results/mine.optimum", trials=20)

    drivers = sim.sensitivity(sim.load("export_ban"), "results/mine.sensitivity")
    where = sim.discover(sim.load("export_ban", "joint_pooled"), "us.ev/shortage_days > 365", "results/mine.discovery")
    losses = sim.vulnerabilities(sim.load("baseline"), "results/mine.vulnerabilities")
    history = sim.backtest(["embargo_2010", "after_2011"], "results/mine.backtest")
"""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.library.runs import load, plot, read, rebuild, run, trace
    from sim.library.studies import (
        backtest,
        compare,
        compare_runs,
        discover,
        optimize,
        regret,
        sensitivity,
        sweep,
        vulnerabilities,
    )
    from sim.results.saved import Saved as Results
    from sim.spec.reading import ReadScenario as Scenario

__all__ = [
    "Results",
    "Scenario",
    "__version__",
    "backtest",
    "compare",
    "compare_runs",
    "discover",
    "load",
    "optimize",
    "plot",
    "read",
    "rebuild",
    "regret",
    "run",
    "sensitivity",
    "sweep",
    "trace",
    "vulnerabilities",
]

__version__ = metadata.version("rare-earth-sim")


def __getattr__(name: str) -> Any:
    """Import what is offered when it is asked for, and no earlier: `sim --help` needs no numpy."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sim.library import runs, studies

    return getattr(runs if hasattr(runs, name) else studies, name)
