"""Figures as a planner says them: `97 %`, `4 Sep 2027`, `4.1x`, `USD 1.2 bn`. What is not known is a dash."""

from __future__ import annotations

import datetime
import re

NONE = "–"
USD_STEPS = ((1e9, "bn"), (1e6, "m"))


def count(number: float | None, digits: int = 0) -> str:
    """Say a number: days, tonnes, futures; small ones with a decimal, so that 0.3 days are not none."""
    if number is None:
        return NONE
    if digits == 0 and 0 < abs(number) < 9.5 and abs(number - round(number)) >= 0.05:
        digits = 1
    said = f"{number:,.{digits}f}"
    return said if said.strip("-0.") else said.removeprefix("-")


def days(number: float | None) -> str:
    """Say how long somebody holds out: days, or that the shortage came first."""
    return NONE if number is None else "not at all" if number < 0 else f"{count(number)} d"


def percent(share: float | None) -> str:
    """Say a share; what is rare is not said to be nothing, nor what is nearly sure to be certain."""
    if share is None:
        return NONE
    if 0 < share < 0.01:
        return "<1 %"
    return ">99 %" if 0.99 < share < 1 else f"{share * 100:.0f} %"


def of_100(share: float) -> str:
    """Say a share of the futures."""
    if share in (0.0, 1.0):
        return "no future" if share == 0 else "every future"
    if share < 0.01:
        return "fewer than 1 of 100 futures"
    return "more than 99 of 100 futures" if share > 0.99 else f"{share * 100:.0f} of 100 futures"


def multiple(number: float | None) -> str:
    """Say a multiple of an opening price."""
    return NONE if number is None else f"{number:.1f}x" if number < 99.95 else f"{number:,.0f}x"


def usd(number: float | None) -> str:
    """Say an amount of money."""
    if number is None:
        return NONE
    sign, size = ("-" if number <= -0.5 else ""), abs(number)
    for step, word in USD_STEPS:
        if size >= step:
            return f"{sign}USD {size / step:,.1f} {word}"
    return f"{sign}USD {size:,.0f}"


def amount(number: float | None, unit: str) -> str:
    """Say an amount of money, a share, a multiple, or a number of days or tonnes, whose word is the reader's."""
    say = {"usd": usd, "share": percent, "multiple": multiple}.get(unit, count)
    return say(number)


def tick(number: float, unit: str) -> str:
    """Say a round number on an axis, as short as can be: `12.5 m` for dollars."""
    step, word = next(((step, f" {word}") for step, word in USD_STEPS if abs(number) >= step), (1.0, ""))
    return f"{number / step:g}{word}" if unit == "usd" else f"{number:,g}"


def plus_minus(ci95: list[float | None], unit: str) -> str:
    """Say half the width of an interval."""
    low, high = ci95
    return NONE if low is None or high is None else f"± {amount((high - low) / 2, unit)}"


def amounts(ci95: list[float | None], unit: str) -> str:
    """Say an interval of days, tonnes or money."""
    return f"{amount(ci95[0], unit)} to {amount(ci95[1], unit)}"


def date(start_date: str, day: float | None) -> str:
    """Say a day since the start as a calendar date."""
    if day is None:
        return NONE
    at = datetime.date.fromisoformat(start_date) + datetime.timedelta(days=int(day))
    return f"{at.day} {at:%b %Y}"


def interval(ci95: list[float | None], scale: float = 1.0, digits: int = 0) -> str:
    """Say an interval, `137 to 149`; a bound the sample cannot give is a dash."""
    low, high = (None if bound is None else bound * scale for bound in ci95)
    return f"{count(low, digits)} to {count(high, digits)}"


def sentence(name: str) -> str:
    """Write a name as it begins a sentence or a row: `dy oxide` is `Dy oxide`; capitals inside are kept."""
    return name[:1].upper() + name[1:]


def listed(items: list[str], at_most: int = 4) -> str:
    """Join with commas and an `and`; past `at_most` the rest is counted."""
    if len(items) > at_most:
        items = [*items[: at_most - 1], f"{len(items) - at_most + 1} others"]
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else "nobody"


def short_name(name: str) -> str:
    """Return a plant's name without what stands in brackets after it."""
    return re.split(r"\s*[\[(]", name, maxsplit=1)[0] or name
