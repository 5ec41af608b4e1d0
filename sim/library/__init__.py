"""What `import sim` offers."""

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
