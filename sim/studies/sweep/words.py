"""A sweep in words: what one more unit of a figure buys around the middle, and how the table's columns are called."""

from __future__ import annotations

from sim.documents import Json
from sim.report import words
from sim.report.verdict import COUNTED, TOTAL

COST = "policy_cost_usd"


def findings(sweep: Json) -> list[str]:
    """Return a sentence per figure: what more of it changes around the middle."""
    return [_finding(sweep, number) for number in range(len(sweep["vary"]))]


def basis(sweep: Json) -> str:
    """Say what was run."""
    policy = "" if sweep["policy"] == "none" else f", policy {sweep['policy']}"
    return (
        f"The same {words.count(sweep['replications'])} futures of {words.count(sweep['days'])} days from "
        f"{words.date(sweep['start_date'], 0)} at each of {len(sweep['points'])} points{policy}, seed {sweep['seed']}."
    )


def legend(sweep: Json) -> str:
    """Say which figures vary, and what they are in the scenario itself."""
    return " ".join(f"{letter}: {one['path']}, {one['was']} in the scenario." for letter, one in lettered(sweep))


def lettered(sweep: Json) -> list[tuple[str, Json]]:
    """Pair each figure that varies with the letter it has in tables."""
    return list(zip("AB", sweep["vary"], strict=False))


def number(value: float) -> str:
    """Say a value of a figure in as few digits as tell it."""
    return f"{value:,.12g}"


def middle_step(sweep: Json, figure: Json) -> Json | None:
    """Return the step in the middle of a figure, the other one in its middle too; None for a single value."""
    steps = [step for step in sweep["steps"] if step["figure"] == figure["path"]]
    for other in sweep["vary"]:
        if other is not figure:
            centre = other["values"][(len(other["values"]) - 1) // 2]
            steps = [step for step in steps if _at(sweep, step["from"], other) == centre]
    return steps[(len(steps) - 1) // 2] if steps else None


def _finding(sweep: Json, number_of: int) -> str:
    figure = sweep["vary"][number_of]
    step = middle_step(sweep, figure)
    if step is None:
        return f"{figure['path']} has one value, so nothing can be said of more of it."
    start, end = (number(_at(sweep, step[side], figure)) for side in ("from", "to"))
    # Of a share one unit is all there is: where points are nearer than a unit, a step is told as it is.
    per = min(step["apart"], 1.0)
    scale = per / step["apart"]
    return (
        f"Around the middle, from {start} to {end} {figure['unit']}, {number(per)} {figure['unit']} more of "
        f"{figure['path']} {_days(step[TOTAL], scale)}{_cost(step[COST], scale)}."
    )


def _days(stat: Json, scale: float) -> str:
    mean = stat["mean"] * scale
    if stat["ci95"][0] is None:
        return f"changes buyer-days short by {_small(mean)} in the one future that was run"
    low, high = (end * scale for end in stat["ci95"])
    if low == high == 0:
        return "changes nobody's days short in any future"
    between = f"95 % interval {_small(low)} to {_small(high)}"
    if low <= 0 <= high:
        return f"makes no clear difference to buyer-days short ({_small(mean)}, {between})"
    if mean > 0:
        return f"adds {_small(mean)} buyer-days of shortage ({between})"
    return f"avoids {_small(-mean)} buyer-days of shortage (95 % interval {_small(-high)} to {_small(-low)})"


def _cost(stat: Json, scale: float) -> str:
    """Say what it costs; nothing where no cost is known, or none is counted."""
    if not stat["mean"]:
        return ""
    cost = stat["mean"] * scale
    return f" and costs the policy {words.usd(abs(cost))} {'more' if cost > 0 else 'less'} ({COUNTED})"


def _small(days: float) -> str:
    """Say days to two digits at least: what one unit more buys is often less than a day."""
    return words.count(days) if abs(days) >= 9.5 or days == 0 else f"{days:.2g}"


def _at(sweep: Json, point: int, figure: Json) -> float:
    value: float = sweep["points"][point]["values"][figure["path"]]
    return value
