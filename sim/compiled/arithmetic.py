"""Exponential, logarithm and comparison that a compiler can apply to many futures at once.

Those of the C library are called one number at a time. These are fdlibm's, without its special cases: below one unit in
the last place for what a model meets (finite, normal numbers; exponents between -700 and 700).
"""

from __future__ import annotations

import math
from typing import Any

import numba
from numba import types
from numba.extending import intrinsic

from sim.compiled.jit import compiled

TOLERANCE = 1e-9
"""That of `sim.decisions.below`."""


def _read_as(of: Any, to: Any) -> Any:
    """Return a function of compiled code that reads the bits of one type as another."""

    def read(_: Any, number: Any) -> Any:
        return to(of), lambda context, builder, signature, args: builder.bitcast(args[0], context.get_value_type(to))

    return intrinsic(read)


_bits, _float = _read_as(types.float64, types.int64), _read_as(types.int64, types.float64)


@compiled
def exp(x: float) -> float:
    """Return e to the power x, for -700 < x < 700."""
    # Adding 1.5 x 2^52 rounds to a whole number, which then stands in the last bits.
    shifted = x * 1.4426950408889634 + 6755399441055744.0
    whole = shifted - 6755399441055744.0
    high = x - whole * 6.93147180369123816490e-01
    low = whole * 1.90821492927058770002e-10
    rest = high - low
    t = rest * rest
    c = rest - t * (
        1.66666666666666019037e-01
        + t
        * (
            -2.77777777770155933842e-03
            + t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))
        )
    )
    y = 1.0 - ((low - (rest * c) / (2.0 - c)) - high)
    power: float = _float(_bits(y) + (_bits(shifted) << 52))
    return power


@compiled
def log(x: float) -> float:
    """Return the natural logarithm of a normal number above 0."""
    bits = _bits(x)
    k = (bits - 0x3FE6A09E667F3BCD) >> 52
    f = _float(bits - (k << 52)) - 1.0
    e = float(k)
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    odd = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    even = z * (
        6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )
    half = 0.5 * f * f
    small = s * (half + odd + even) + e * 1.90821492927058770002e-10
    found: float = e * 6.93147180369123816490e-01 - ((half - small) - f)
    return found


@compiled
def below(x: float, y: float) -> bool:
    """Say whether x is below y by more than rounding, as `sim.decisions.below` does."""
    size, other = abs(x), abs(y)
    return x < y - TOLERANCE * (size if size > other else other)


if vars(numba.config)["DISABLE_JIT"]:  # bits are read by compiled code alone
    globals().update(exp=math.exp, log=math.log)
