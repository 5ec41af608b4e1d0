"""Regret in words: which policy is a good one whatever happens, and where each is worst."""

from __future__ import annotations

from sim.documents import Json
from sim.report import words


def findings(told: Json) -> list[str]:
    """Return the answer, a sentence each."""
    least = told["least_regret"]
    worst = told["worst"][least]
    first = f"{least} is least to be regretted: at worst by {amount(told, worst)}, in {worst['scenario']}."
    if not worst["mean"]:
        first = f"{least} is best in every scenario, or as good as the best."
    return [first, *(_of_policy(told, policy) for policy in told["policies"] if policy != least)]


def amount(told: Json, stat: Json) -> str:
    """Say a regret with the half-width of its interval."""
    unit = told["objective"]["unit"]
    said = words.amount(stat["mean"], unit)
    return said if stat["ci95"][0] is None else f"{said} {words.plus_minus(stat['ci95'], unit)}"


def objective(told: Json) -> str:
    """Say what should be low, where it does not follow a figure."""
    name: str = told["objective"]["name"]
    return name.removeprefix("of ")


def basis(told: Json) -> str:
    """Say what was run."""
    return (
        f"Regret: the mean of {objective(told)} less that of the best policy in the scenario, over the same "
        f"{words.count(told['replications'])} futures, seed {told['seed']}; 95 % intervals, paired by future."
    )


def _of_policy(told: Json, policy: str) -> str:
    worst = told["worst"][policy]
    return f"{policy} at worst: {amount(told, worst)}, in {worst['scenario']}."
