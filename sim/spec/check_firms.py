"""Firms: how they answer to prices, make up for what was lost, and whether their plants ever open."""

from __future__ import annotations

from collections.abc import Iterator

from sim import units
from sim.spec.finding import Finding, Path
from sim.spec.network import Answer, Maker, Stockpile, Thrift
from sim.spec.scenario import Scenario


def check_firms(scenario: Scenario) -> Iterator[Finding]:
    """Find answers that begin before there is a question, and figures without what they belong to."""
    for path, answer in _answers(scenario):
        yield from _answer(path, answer)
    for key, facility in scenario.facilities.items():
        if isinstance(facility, Maker):
            yield from _thrifted(key, facility)
        if not isinstance(facility, Stockpile) and facility.odds is not None and facility.opens is None:
            allowed = "`odds` only with `opens`: it is open from day 0"
            yield Finding(("facilities", key, "odds"), "odds", str(facility.odds), allowed)
    yield from _long_run(scenario)
    yield from _floors(scenario)
    yield from _buying_ahead(scenario)
    backlog = scenario.backlog_share
    if backlog is not None and backlog.support[1] * units.factor(backlog.unit) >= 1:
        allowed = "below 1: an order that never lapses is never done with"
        yield Finding(("backlog_share",), "bounds", str(backlog), allowed)


def _answers(scenario: Scenario) -> Iterator[tuple[Path, Answer]]:
    for key, facility in scenario.facilities.items():
        if isinstance(facility, Maker):
            yield from ((("facilities", key, "thrift", name), one) for name, one in facility.thrift.items())
        if not isinstance(facility, Stockpile) and facility.idle is not None:
            yield ("facilities", key, "idle"), facility.idle
    for key, buyer in scenario.buyers.items():
        if buyer.thrift is not None:
            yield ("buyers", key, "thrift"), buyer.thrift


def _answer(path: Path, answer: Answer) -> Iterator[Finding]:
    starts, full = answer.starts_at, answer.full_at
    if starts.typical < 1:
        yield Finding((*path, "starts_at"), "bounds", str(starts), "at least 1: nobody answers at the opening price")
    elif full.typical <= starts.typical:
        yield Finding((*path, "full_at"), "bounds", str(full), f"above `starts_at`, {starts}")
    if isinstance(answer, Thrift) and answer.limit.typical >= 1:
        yield Finding((*path, "limit"), "bounds", str(answer.limit), "below 1: nobody does quite without")


def _thrifted(key: str, maker: Maker) -> Iterator[Finding]:
    inputs = dict.fromkeys(name for recipe in maker.recipes.values() for name in recipe.inputs)
    for name in maker.thrift:
        if name not in inputs:
            path, allowed = ("facilities", key, "thrift", name), f"an input of what {key} makes"
            yield Finding(path, "reference", f"'{name}'", allowed, None, name, inputs)


def _long_run(scenario: Scenario) -> Iterator[Finding]:
    if scenario.prices.long_smoothing is not None:
        return
    for key, buyer in scenario.buyers.items():
        if buyer.long_elasticity is not None:
            found = f"{buyer.long_elasticity} without `prices.long_smoothing`"
            path = ("buyers", key, "long_elasticity")
            yield Finding(path, "missing", found, "the mean days over which it feels a price, there")
            return  # one figure is missing, however many buyers ask for it


def _floors(scenario: Scenario) -> Iterator[Finding]:
    for element, price in scenario.prices.elements.items():
        for market, floor in price.floor.items():
            opening = price.opening.get(market)
            if opening is not None and floor.typical > opening.typical:
                path = ("prices", "elements", element, "floor", market)
                yield Finding(path, "bounds", str(floor), f"at most the opening price, {opening}")


def _buying_ahead(scenario: Scenario) -> Iterator[Finding]:
    terms = scenario.speculation
    if terms is not None and terms.starts_at.support[0] < 1:
        yield Finding(("speculation", "starts_at"), "bounds", str(terms.starts_at), "at least 1: the price climbs")
    if terms is not None and terms.full_at.support[0] <= terms.starts_at.support[1]:
        yield Finding(("speculation", "full_at"), "bounds", str(terms.full_at), "above `starts_at` in every future")
