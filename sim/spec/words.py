"""The model in plain words, as `sim check` tells it before anything runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from sim import units
from sim.spec.disruptions import Control, Licence, Outage
from sim.spec.figures import figures
from sim.spec.network import Maker, Stockpile
from sim.spec.quantity import Quantity
from sim.spec.scenario import Scenario

__all__ = ["describe", "figures"]


def describe(scenario: Scenario) -> list[str]:
    """Say what is modelled, what happens, what stands by, what is left out and what the numbers rest on."""
    return list(
        chain(
            _question(scenario),
            _network(scenario),
            _disruptions(scenario),
            _stockpiles(scenario),
            _policy(scenario),
            _not_modelled(scenario),
            _origins(scenario),
        )
    )


def told(quantity: Quantity) -> str:
    """Return a quantity with its distribution and its origin: `120 to 180 d (uniform, assumed)`."""
    scale, words = _SPOKEN.get(quantity.unit, (1.0, quantity.unit))
    return _told(quantity, scale, f" {words}")


def told_day(quantity: Quantity) -> str:
    """Return a date as days since the start, without the unit: `day 120 to 180 (uniform, assumed)`."""
    return f"day {_told(quantity, units.factor(quantity.unit), '')}"


_NAMED_AT_MOST = 12
_SPOKEN = {"share": (100.0, "%"), "multiple": (1.0, "times"), "log": (1.0, "in logs")}


def _told(quantity: Quantity, scale: float, words: str) -> str:
    origin = quantity.source or "assumed"
    if quantity.value is not None:
        return f"{quantity.value * scale:g}{words} ({origin})"
    if quantity.exponential is not None:
        return f"{quantity.exponential * scale:g}{words} on average (exponential, {origin})"
    low, high = quantity.support
    span = f"{low * scale:g} to {high * scale:g}"
    if quantity.triangular is not None:
        return f"{span}, most likely {quantity.triangular[1] * scale:g}{words} (triangular, {origin})"
    return f"{span}{words} (uniform, {origin})"


def _question(scenario: Scenario) -> Iterator[str]:
    yield f"{scenario.name}: {scenario.question}"
    yield f"{scenario.horizon_d} days from {scenario.start_date}."


def _network(scenario: Scenario) -> Iterator[str]:
    kinds = Counter(
        f"{facility.stage} maker" if isinstance(facility, Maker) else _NOUNS[facility.kind]
        for facility in scenario.facilities.values()
    )
    buyers = _counted(len(scenario.buyers), "buyer")
    regions = _counted(len({buyer.region for buyer in scenario.buyers.values()}), "region")
    plants = _listed(_counted(number, kind) for kind, number in kinds.items())
    yield f"{plants}; {buyers} in {regions}; {_counted(len(scenario.lanes), 'lane')}."
    markets = (f"{key} ({', '.join(market.regions)})" for key, market in scenario.markets.items())
    yield f"Balanced: {_listed(scenario.elements)}. Priced: {_listed(scenario.prices.elements)}."
    yield f"Markets: {_listed(markets)}."


_NOUNS = {"mine": "mine", "separation": "separation plant", "stockpile": "stockpile"}


def _disruptions(scenario: Scenario) -> Iterator[str]:
    if not scenario.disruptions:
        yield "Nothing happens."
    for key, disruption in scenario.disruptions.items():
        sentence = _control(disruption) if isinstance(disruption, Control) else _outage(disruption)
        yield f"{key}: {sentence}"


def _control(ban: Control) -> str:
    leak = f", but for {told(ban.leak)} of the opening flow" if ban.leak else ""
    if isinstance(ban, Licence):
        leak += ", unless licensed"
    sentence = (
        f"From {told_day(ban.start)}, for {told(ban.duration)}, {ban.authority} lets no "
        f"{_listed(ban.materials, 'or')} out to {_listed(ban.destinations)}{leak}."
    )
    if isinstance(ban, Licence):
        sentence += _licensing(ban)
    known = f" It is known from {told_day(ban.announced)}." if ban.announced else ""
    jump = f" Prices there then step by {told(ban.price_jump)}." if ban.price_jump else ""
    return sentence + known + jump


def _licensing(licence: Licence) -> str:
    good = f", good for {told(licence.term)}" if licence.term else ""
    again = f"; who is refused applies anew after {told(licence.reapply)}" if licence.reapply else ""
    return (
        f" {licence.applicants} applicants on every lane wait {told(licence.review)} each, and "
        f"{told(licence.approval)} are granted a licence{good}{again}."
    )


def _outage(outage: Outage) -> str:
    one = len(outage.facilities) == 1
    works = ("works" if one else "work") if outage.remaining else ("stands still" if one else "stand still")
    if outage.remaining:
        works += f" at {told(outage.remaining)} of capacity"
    plants = _listed(outage.facilities)
    alone = "" if one else ", each on its own"
    if outage.mtbf is not None and outage.mttr is not None:
        return (
            f"By chance {plants} {works}{alone}: on average for {told(outage.mttr)}, "
            f"after {told(outage.mtbf)} without failure (both exponential)."
        )
    assert outage.start is not None
    assert outage.duration is not None
    return f"From {told_day(outage.start)}, for {told(outage.duration)}, {plants} {works}."


def _stockpiles(scenario: Scenario) -> Iterator[str]:
    piles = [(key, one) for key, one in scenario.facilities.items() if isinstance(one, Stockpile)]
    if not piles:
        yield "There is no stockpile."
    for key, pile in piles:
        served = {lane.to: None for lane in scenario.lanes.values() if lane.from_ == key}
        yield f"Stockpile {key} of {_listed(pile.owners)} {_holding(pile)}. {_release(pile, list(served))}"


def _holding(pile: Stockpile) -> str:
    stocks = _listed(f"{told(stock.opening)} of {name}" for name, stock in pile.stocks.items())
    in_days = any(stock.opening.unit == "d" for stock in pile.stocks.values())
    return f"holds {stocks}" + (f", in days of what {pile.days_of} uses" if in_days else "")


def _release(pile: Stockpile, served: list[str]) -> str:
    if not served:
        return "It serves nobody."
    rate = f", over at least {told(pile.release_over)}" if pile.release_over else ""
    back = "does not buy back"
    if pile.refill is not None:
        ceiling = f"at up to {told(pile.refill.price_ceiling)} the opening value"
        back = f"buys back {told(pile.refill.rate)} {ceiling}"
    return f"It releases to {_listed(served)} below {told(pile.trigger)} of projected cover{rate}, and {back}."


def _policy(scenario: Scenario) -> Iterator[str]:
    added = f" adds {_listed(scenario.policy_facilities)}" if scenario.policy_facilities else " adds no facility"
    yield f"Policy {scenario.policy}{added}."


def _not_modelled(scenario: Scenario) -> Iterator[str]:
    if scenario.not_modelled:
        yield f"Not modelled: {'; '.join(scenario.not_modelled)}."


def _origins(scenario: Scenario) -> Iterator[str]:
    quantities = [quantity for _, quantity in figures(scenario)]
    sources = {quantity.source: None for quantity in quantities if quantity.source is not None}
    sourced = sum(quantity.source is not None for quantity in quantities)
    drawn = sum(not quantity.is_constant for quantity in quantities)
    yield (
        f"{_counted(len(quantities), 'figure')}: {sourced} from {_counted(len(sources), 'source')}, "
        f"{len(quantities) - sourced} assumed; {drawn} are drawn anew for every future."
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _listed(names: Iterable[str], word: str = "and") -> str:
    named = list(names)
    if len(named) > _NAMED_AT_MOST:
        return f"{', '.join(named[:_NAMED_AT_MOST])} {word} {len(named) - _NAMED_AT_MOST} others"
    return f" {word} ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else "".join(named)
