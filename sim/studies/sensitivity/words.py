"""What drives the answer, in a planner's words."""

from __future__ import annotations

from sim.documents import Json
from sim.report import words

NAMED = 5
"""Assumptions that a sentence names."""
SHOWN = 10
"""Assumptions that a table or a picture shows."""
SEED, SETS = "seed", "sets"
NEARLY_ALL = 0.98
"""A share beyond which, or below the rest of which, tenths are told."""
WORTH_NAMING = 0.01
"""Part of the variance below which a factor is not put before what the screening found."""


def findings(document: Json) -> list[str]:
    """Return what was found, two sentences for every metric."""
    return [sentence for metric in document["metrics"] for sentence in _of_metric(document, metric)]


def _of_metric(document: Json, metric: Json) -> list[str]:
    spread, name = document["spread"][metric["column"]], metric["name"]
    if spread["doubt"]["share"] is None:
        told = [f"{words.sentence(name)}: the same in every future."]
    else:
        chance, doubt = spread["chance"], spread["doubt"]
        told = [
            f"{words.sentence(name)}: chance {words.percent(chance['share'])}, doubt {words.percent(doubt['share'])} "
            f"of the spread between futures (doubt {between(doubt['ci95'])})."
        ]
    named = drivers(document, metric["column"])[:NAMED]
    if named:
        many = (
            "The assumption that drives it"
            if len(named) == 1
            else f"The {_count(len(named))} assumptions that drive it"
        )
        told.append(f"{many}: {'; '.join(factor_name(document, one) for one in named)}.")
    return told


def drivers(document: Json, column: str) -> list[str]:
    """Return the factors that matter, the strongest first: by Sobol's total, and after those by Morris."""
    shares = (document["sobol"] or {"metrics": {}})["metrics"].get(column) or []
    effects = (document["screening"] or {"metrics": {}})["metrics"].get(column) or []
    found = [one["factor"] for one in shares if one["factor"] != SEED and one["total"] >= WORTH_NAMING]
    return [*found, *(one["factor"] for one in effects if one["mu_star"] > 0 and one["factor"] not in found)]


def factor_name(document: Json, factor: str) -> str:
    """Return what a planner calls a factor."""
    if factor == SEED:
        return "luck (the seed)"
    name: str = document["factors"][factor]["name"]
    return name


def between(ci95: list[float | None]) -> str:
    """Say an interval of shares; near all and nothing to a tenth of a percent."""
    low, high = ci95
    if low is None or high is None:
        return "no interval"
    digits = 1 if high > NEARLY_ALL or low < 1 - NEARLY_ALL else 0
    return f"{100 * low:.{digits}f} to {100 * high:.{digits}f} %"


def half(ci95: list[float | None]) -> str:
    """Say half the width of an interval of parts of a variance."""
    low, high = ci95
    return words.NONE if low is None or high is None else f"{(high - low) / 2:.2f}"


def basis(document: Json) -> str:
    """Say what was run, and over which ranges."""
    plan, said = document["plan"], words.count
    told = [
        f"{said(plan['worlds'])} worlds of {said(plan['futures'])} futures, {said(document['days'])} days from "
        f"{words.date(document['start_date'], 0)}, seed {document['seed']}, no twins."
    ]
    if document["screening"]:
        told.append(
            f"Constants are varied by ±{plan['spread'] * 100:.3g} %, what has a distribution over it. Screening: "
            f"{said(document['screening']['rows'])} rows over {said(len(document['factors']))} factors."
        )
    if document["sobol"]:
        told.append(f"Sobol: {said(document['sobol']['rows'])} rows.")
    failed = sum(len(document[part]["failed"]) for part in ("screening", "sobol") if document[part])
    if failed:
        told.append(f"{said(failed)} rows held a point that could not be run and are left out.")
    return " ".join(told)


def assumed(document: Json) -> str:
    """Say how much of what is assumed adds to doubt at all."""
    found = document["assumed"]
    return (
        f"Doubt: what is assumed and differs between worlds. {words.count(found['constant'])} of "
        f"{words.count(found['figures'])} assumed figures are constants and add none; the screening varies them, too."
    )


def way(effect: Json) -> str:
    """Say which way a factor works: more of it adds, takes away, or now this and now that; sets have no more."""
    if effect["factor"] == SETS:
        return words.NONE
    if abs(effect["mu"]) < 0.5 * effect["mu_star"]:
        return "either"
    return "more" if effect["mu"] > 0 else "less"


def _count(number: int) -> str:
    return ("none", "one", "two", "three", "four", "five")[number]
