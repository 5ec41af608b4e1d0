"""Where a policy fails, in words: conditions as a planner says them, and how much they explain."""

from __future__ import annotations

from sim.documents import Json
from sim.report import words
from sim.studies.sweep.words import number

WHETHER = "0 or 1"


def findings(told: Json) -> list[str]:
    """Return what was found, a sentence each."""
    overall = f"It fails, {told['condition']['text']}, in {_per_100(told['fails']['held_out']['mean'])} futures"
    if not told["boxes"] and told["safest"] is None:
        return [f"{overall}.", _nothing(told)]
    sentences = [f"{overall} that were held out."]
    sentences += [_box(told, box) for box in told["boxes"] if box["holds_up"]]
    if not any(box["holds_up"] for box in told["boxes"]):
        sentences.append("No condition that was found holds up on futures held out: what was drawn does not tell.")
    safest = told["safest"]
    if safest is not None and safest["held_out"]["futures"]:
        sentences.append(f"It is safest where {conditions(safest)}: it fails in {_of(safest)} of those.")
    return sentences


def conditions(box: Json) -> str:
    """Say the limits of a box."""
    return words.listed([_limit(one) for one in box["limits"]], 9)


def basis(told: Json) -> str:
    """Say what was run, and what was looked at."""
    policy = "" if told["policy"] == "none" else f", policy {told['policy']}"
    return (
        f"{words.count(told['replications'])} futures of {words.count(told['days'])} days from "
        f"{words.date(told['start_date'], 0)}{policy}, seed {told['seed']}; {words.count(told['drawn'])} drawn inputs; "
        f"boxes found in {words.count(told['futures']['found_in'])} futures, counted in "
        f"{words.count(told['futures']['held_out'])} others."
    )


def _box(told: Json, box: Json) -> str:
    return (
        f"It fails in {_of(box)} held-out futures in which {conditions(box)}, against "
        f"{_per_100(told['fails']['held_out']['mean'])} overall; {_per_100(box['held_out']['coverage'])} of its "
        "failures lie there."
    )


def _of(box: Json) -> str:
    low, high = box["held_out"]["density_ci95"]
    between = "" if low is None else f" (95 % interval {100 * low:.0f} to {100 * high:.0f})"
    return f"{_per_100(box['held_out']['density'])}{between}"


def _per_100(share: float) -> str:
    return f"{words.count(100 * share)} of 100"


def _limit(one: Json) -> str:
    if one["unit"] == WHETHER:
        what = one["path"].removesuffix(".chance").removesuffix(".odds")
        verb = "happens" if one["path"].endswith(".chance") else "is built"
        return f"{what} {verb}" if one["high"] is None else f"{what} never {verb}"
    low, high, unit = one["low"], one["high"], one["unit"]
    if low is None:
        return f"{one['path']} is at most {number(high)} {unit}"
    return f"{one['path']} is above {number(low)} {unit}{'' if high is None else f', at most {number(high)}'}"


def _nothing(told: Json) -> str:
    share = told["fails"]["found_in"]["mean"]
    kind = "fail" if share < 0.5 else "do not fail"
    return (
        f"Too few futures {kind}, or all are alike, to say under which conditions. Try more futures, or another limit."
    )
