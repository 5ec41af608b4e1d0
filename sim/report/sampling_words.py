"""What was gained by drawing futures other than the plain way, in a planner's words."""

from __future__ import annotations

from sim.documents import Json
from sim.report import words

NAMES = {"antithetic": "Antithetic pairs", "sobol": "Sobol points"}


def gained(summary: Json) -> str:
    """Say how many plain futures would have told as much, for output lost and the days of every priority."""
    sampling = summary["sampling"]
    told = [_said(summary, name, gain) for name, gain in sampling["gain"].items()]
    n, blocks = words.count(summary["replications"]), words.count(sampling["blocks"])
    return (
        f"{NAMES[sampling['name']]}, {n} futures in {blocks} blocks. As many plain futures as would tell the mean as "
        f"well, for each of these: {'; '.join(told)}. Below 1 is a loss."
    )


def _said(summary: Json, name: str, gain: Json) -> str:
    subject, _, _ = name.rpartition("/")
    what = "output lost" if subject == "all" else f"days short of {summary['groups'][subject]['name']}"
    if gain["ratio"] is None:
        return f"{what} not known (blocks do not differ)"
    low, high = gain["ci95"]
    return f"{what} {gain['ratio']:.2g} ({low:.2g} to {high:.2g})"
