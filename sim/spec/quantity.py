"""Every number is a quantity: a value or a distribution, a unit, and where it comes from."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from sim import units


class Frozen(BaseModel):
    """The base of every spec: no unknown keys, no change after reading, no NaN, docstrings are the manual."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True, strict=False
    )


class Quantity(Frozen):
    """A number with its unit and its origin; a constant is the degenerate distribution."""

    value: float | None = None
    """The number itself, where it is taken as certain."""
    uniform: tuple[float, float] | None = None
    """Lowest and highest."""
    triangular: tuple[float, float, float] | None = None
    """Lowest, most likely, highest."""
    exponential: float | None = None
    """The mean."""
    among: tuple[float, ...] | None = None
    """Equally likely values. All such lists of a scenario move together: a future has the same number of each."""
    times: str | None = None
    """A parameter of the scenario that the number is multiplied with in each future."""
    unit: str
    """The unit, such as `t/year`."""
    source: str | None = None
    """A key of scenarios/sources.yaml; either this or `assumed`."""
    assumed: str | None = None
    """Why this number, where no source gives it; either this or `source`."""
    note: str | None = None
    """Anything a reader should know about the number."""

    @model_validator(mode="after")
    def _is_one_distribution_with_one_origin(self) -> Self:
        forms = (self.value, self.uniform, self.triangular, self.exponential, self.among or None)
        if sum(form is not None for form in forms) != 1:
            raise PydanticCustomError("quantity", "exactly one of value, uniform, triangular, exponential, among")
        if (self.source is None) == (self.assumed is None):
            raise PydanticCustomError("origin", "exactly one of source, assumed")
        if self.exponential is not None and self.exponential <= 0:
            raise PydanticCustomError("bounds", "the mean of an exponential is above 0")
        ordered = self.uniform or self.triangular or ()
        if list(ordered) != sorted(ordered):
            raise PydanticCustomError("bounds", "the numbers of a distribution stand in ascending order")
        return self

    @property
    def support(self) -> tuple[float, float]:
        """Lowest and highest value it can take, in its own unit, before any parameter."""
        if self.value is not None:
            return self.value, self.value
        if self.among is not None:
            return min(self.among), max(self.among)
        if self.exponential is not None:
            return 0.0, math.inf
        ends = self.uniform or self.triangular
        assert ends is not None
        return ends[0], ends[-1]

    @property
    def is_constant(self) -> bool:
        """Whether it is the same in every future."""
        low, high = self.support
        return low == high and self.times is None

    @property
    def typical(self) -> float:
        """Value, mode, median or mean, in the engine's unit and before any parameter: what words and pictures quote."""
        if self.uniform is not None:
            centre = (self.uniform[0] + self.uniform[1]) / 2
        elif self.among is not None:
            centre = statistics.median_low(self.among)
        elif self.triangular is not None:
            centre = self.triangular[1]
        else:
            centre = self.value if self.value is not None else self.exponential or 0.0
        return centre * units.factor(self.unit)

    def __repr__(self) -> str:
        return f"<{self}>"

    def __str__(self) -> str:
        return f"{self._number} x {self.times}" if self.times else self._number

    @property
    def _number(self) -> str:
        if self.value is not None:
            return f"{self.value:g} {self.unit}"
        if self.exponential is not None:
            return f"exponential, mean {self.exponential:g} {self.unit}"
        low, high = self.support
        if self.among is not None:
            return f"{low:g} to {high:g}, {len(self.among)} values {self.unit}"
        if self.triangular is not None:
            return f"{low:g} to {high:g}, most likely {self.triangular[1]:g} {self.unit}"
        return f"{low:g} to {high:g} {self.unit}"


COMMON_SENSE = 10_000.0
"""Bounds above this are there for the arithmetic, and not worth a word to who went below zero."""
LONGEST_D = 73_000.0
"""Two hundred years."""


def _measured(dimension: str, *, at_least: float = -1e12, at_most: float = 1e12) -> Callable[..., Quantity]:
    """Make the check that a quantity has a unit of `dimension` and stays within bounds, in the engine's unit.

    Without bounds of its own it stays below 10**12: what a float can carry through thirty years of sums.
    """

    def check(quantity: Quantity) -> Quantity:
        allowed = units.DIMENSIONS[dimension]
        if quantity.unit not in allowed:
            names = ", ".join(allowed) + (" (80 % is 0.8)" if dimension == "share" else "")
            raise PydanticCustomError(
                "unit", "a unit of {dimension}: {names}", {"dimension": dimension, "names": names}
            )
        scale = units.factor(quantity.unit)
        low, high = quantity.support
        if low * scale < at_least or min(high, quantity.exponential or high) * scale > at_most:
            span = f"{at_least / scale:g} to {at_most / scale:g}"
            if at_most > COMMON_SENSE:
                span = f"at least {at_least / scale:g}" if low * scale < at_least else f"at most {at_most / scale:g}"
            raise PydanticCustomError("bounds", "{span} {unit}", {"span": span, "unit": quantity.unit})
        return quantity

    return check


Duration = Annotated[Quantity, AfterValidator(_measured("duration", at_least=0, at_most=LONGEST_D))]
Rate = Annotated[Quantity, AfterValidator(_measured("rate", at_least=0, at_most=1e9))]
Mass = Annotated[Quantity, AfterValidator(_measured("mass", at_least=0))]
Stock = Annotated[Quantity, AfterValidator(_measured("stock", at_least=0))]
Share = Annotated[Quantity, AfterValidator(_measured("share", at_least=0, at_most=1))]
Duty = Annotated[Quantity, AfterValidator(_measured("share", at_least=0, at_most=10))]
Growth = Annotated[Quantity, AfterValidator(_measured("growth", at_least=-0.5, at_most=1))]
Price = Annotated[Quantity, AfterValidator(_measured("price", at_least=0, at_most=1e9))]
Money = Annotated[Quantity, AfterValidator(_measured("money", at_least=0))]
Storage = Annotated[Quantity, AfterValidator(_measured("storage", at_least=0))]
Interest = Annotated[Quantity, AfterValidator(_measured("growth", at_least=0, at_most=1))]
Ratio = Annotated[Quantity, AfterValidator(_measured("ratio", at_least=0, at_most=1000))]
Multiple = Annotated[Quantity, AfterValidator(_measured("multiple", at_least=0, at_most=1e6))]
LogStep = Annotated[Quantity, AfterValidator(_measured("log", at_least=-5, at_most=5))]
Volatility = Annotated[Quantity, AfterValidator(_measured("volatility", at_least=0, at_most=5))]
Elasticity = Annotated[Quantity, AfterValidator(_measured("elasticity", at_least=0, at_most=10))]
