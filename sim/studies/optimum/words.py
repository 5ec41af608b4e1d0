"""An optimum in words: what to hold and what it costs, how sure that is, or that nothing found is good enough."""

from __future__ import annotations

from string import ascii_uppercase

from sim.documents import Json
from sim.report import words
from sim.studies.sweep.words import number

COST_WORDS = {"net": "net", "outlay": "in outlay, before sales"}
NEAR = 0.02
"""Of a range: what lies nearer to an end may be better beyond it."""
STATES = {"whole": "", "hopeless": "misses", "dearer": "dearer"}


def findings(told: Json) -> list[str]:
    """Return what was found, a sentence each."""
    if not told["trials"]:
        return ["No trial could be run: the scenario was refused at every point."]
    if told["recommended"] is not None:
        return [*_recommendation(told), *_at_the_edge(told)]
    if told["candidates"]:
        return [f"None qualifies: {_lucky(told)}", _advice(told)]
    return [f"None qualifies: {_nearest(told)}", _advice(told)]


def basis(told: Json) -> str:
    """Say what was run."""
    policy = "" if told["policy"] == "none" else f", policy {told['policy']}"
    refused = f", {told['search']['refused']} refused" if told["search"]["refused"] else ""
    return (
        f"{count_of(told['search']['trials'], 'trial')}{refused}, of up to {words.count(told['replications'])} futures "
        f"of {words.count(told['days'])} days from {words.date(told['start_date'], 0)}{policy}, "
        f"seed {told['seed']}{_check(told)}."
    )


def _check(told: Json) -> str:
    if not told["candidates"]:
        return ""
    candidates, fresh = count_of(len(told["candidates"]), "candidate"), told["fresh"]
    return f"; {candidates} checked on {words.count(fresh['replications'])} others each, seed {fresh['seed']}"


def legend(told: Json) -> list[str]:
    """Say which figures were chosen, from what, and what they are in the scenario itself."""
    return [
        f"{letter}: {one['path']}, {number(one['low'])} to {number(one['high'])} {one['unit']}; {one['was']} in the "
        "scenario."
        for letter, one in lettered(told)
    ]


def lettered(told: Json) -> list[tuple[str, Json]]:
    """Pair each figure with the letter it has in tables."""
    return list(zip(ascii_uppercase, told["vary"], strict=False))


def found(target: Json, value: float) -> str:
    """Say what is held against a target: a share of the futures, or a mean."""
    return f"{100 * value:.1f} %" if target["of"] == "chance" else words.amount(value, target["unit"])


def values(told: Json, point: Json) -> list[str]:
    """Say the figures of a trial, in the order of the legend."""
    return [number(point[one["path"]]) for one in told["vary"]]


def state(trial: Json) -> str:
    """Say what became of a trial."""
    return "meets" if trial["meets_with_margin"] else STATES[trial["state"]] or "misses"


def count_of(many: int, what: str) -> str:
    """Say how many of something there are."""
    return f"{many:,} {what}{'' if many == 1 else 's'}"


def trial_of(told: Json, which: int) -> Json:
    """Return a trial by its number."""
    return next(one for one in told["trials"] if one["trial"] == which)


def _recommendation(told: Json) -> list[str]:
    best = next(one for one in told["candidates"] if one["trial"] == told["recommended"]["trial"])
    chosen = [f"{one['path']} = {number(best['values'][one['path']])} {one['unit']}" for one in told["vary"]]
    held = [
        f"{target['text']}: {found(target, one['found'])}, {_bound(target)} {found(target, one['bound'])}"
        for target, one in zip(told["targets"], best["targets"], strict=True)
    ]
    cost = f"{words.usd(best['cost']['mean'])} {words.plus_minus(best['cost']['ci95'], 'usd')}"
    return [
        f"The cheapest found that qualifies: {'; '.join(chosen)}.",
        f"It costs {cost} {COST_WORDS[told['cost']['counted']]}.",
        f"On {words.count(told['fresh']['replications'])} fresh futures, with 95 % confidence over all candidates: "
        f"{'; '.join(held)}.",
    ]


def _bound(target: Json) -> str:
    return "at most" if target["relation"].startswith("<") else "at least"


def _at_the_edge(told: Json) -> list[str]:
    """Say which figures stand at an end of their range: beyond it may be better."""
    chosen = told["recommended"]["values"]
    edges = [letter for letter, one in lettered(told) if _is_at_an_end(one, chosen[one["path"]])]
    if not edges:
        return []
    return [f"{words.listed(edges, 26)} {'is' if len(edges) == 1 else 'are'} near an end of the range: look beyond it."]


def _is_at_an_end(one: Json, value: float) -> bool:
    near: bool = min(value - one["low"], one["high"] - value) <= NEAR * (one["high"] - one["low"])
    return near


def _lucky(told: Json) -> str:
    """Say how candidates looked in the search, and what they did on fresh futures."""
    said = []
    for one in told["candidates"]:
        misses = [
            f"{found(target, searched)} in the search, {found(target, here['found'])} on fresh futures ("
            f"{_bound(target)} {found(target, here['bound'])})"
            for target, searched, here in zip(told["targets"], one["searched"], one["targets"], strict=True)
            if not here["met"]
        ]
        said.append(f"trial {one['trial']} had {', '.join(misses)}")
    return f"{'; '.join(said)}."


def _nearest(told: Json) -> str:
    near = trial_of(told, told["nearest"])
    at = [f"{one['path']} = {number(near['values'][one['path']])} {one['unit']}" for one in told["vary"]]
    reached = [
        f"{target['text']}: {found(target, value)}"
        for target, value in zip(told["targets"], near["targets"], strict=True)
    ]
    aims = [f"{one['aimed_at']:g}" for one in told["targets"] if one["aimed_at"] is not None]
    aim = f" (the search aims at {' and '.join(dict.fromkeys(aims))})" if aims else ""
    return f"no trial met every target with its margin{aim}. The nearest, {'; '.join(at)}, has {'; '.join(reached)}."


def _advice(told: Json) -> str:
    more = "more --trials or -n" if told["candidates"] else "wider ranges, other figures or more --trials"
    return f"Nothing is recommended. Try {more}, or ask for less."
