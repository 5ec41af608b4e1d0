"""Quantities as a scenario file has them."""

from __future__ import annotations

from typing import Any

Spec = dict[str, Any]


def q(value: float, unit: str) -> Spec:
    """Return a constant quantity."""
    return {"value": value, "unit": unit, "assumed": "test"}


def uniform(low: float, high: float, unit: str) -> Spec:
    """Return an evenly distributed quantity."""
    return {"uniform": [low, high], "unit": unit, "assumed": "test"}


def triangular(low: float, mode: float, high: float, unit: str) -> Spec:
    """Return a triangular quantity."""
    return {"triangular": [low, mode, high], "unit": unit, "assumed": "test"}


def among(values: list[float], unit: str) -> Spec:
    """Return a quantity with equally likely values."""
    return {"among": values, "unit": unit, "assumed": "test"}


def exponential(mean: float, unit: str) -> Spec:
    """Return an exponential quantity."""
    return {"exponential": mean, "unit": unit, "assumed": "test"}
