"""Who gets how much of a row that cannot serve all (section 5, step 9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NO_WEIGHT = 1e-200
"""A sum of weights below this is none."""


@dataclass(frozen=True)
class Request:
    """What one lane asks of a row."""

    wanted: float
    priority: int
    weight: float
    right: float = 0.0


def ration(available: float, requests: Sequence[Request]) -> list[float]:
    """Return what each request is granted: all where it suffices, else rights first, then by priority."""
    if sum(request.wanted for request in requests) <= available:
        return [request.wanted for request in requests]
    claims = [min(request.wanted, request.right) for request in requests]
    granted = tier(available, claims, [request.right for request in requests])
    for priority in sorted({request.priority for request in requests}):
        rest = [
            request.wanted - got if request.priority == priority else 0.0
            for request, got in zip(requests, granted, strict=True)
        ]
        weights = [request.weight if request.priority == priority else 0.0 for request in requests]
        more = tier(max(0.0, available - sum(granted)), rest, weights)
        granted = [got + extra for got, extra in zip(granted, more, strict=True)]
    return granted


def tier(available: float, wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Share out by weight first, then what is left pro rata to what each still lacks."""
    total = sum(weights)
    if total < NO_WEIGHT:
        first = [0.0 for _ in wanted]
    else:
        first = [min(r, available * w / total) for r, w in zip(wanted, weights, strict=True)]
    lacking = sum(r - a for r, a in zip(wanted, first, strict=True))
    if lacking <= 0:
        return first
    part = min(1.0, max(0.0, available - sum(first)) / lacking)
    return [a + (r - a) * part for r, a in zip(wanted, first, strict=True)]


def netback(value: float, opening: float, freight: float, exponent: float) -> float:
    """Return the factor by which a short seller favours a market whose value has risen."""
    if opening == 0:
        return 1.0
    floor = 0.01 * opening
    return float((max(value - freight, floor) / max(opening - freight, floor)) ** exponent)
