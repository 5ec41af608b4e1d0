"""The model in plain words, as `sim check` tells it before anything runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from sim.spec import policy_words
from sim.spec.disruption_words import sentence
from sim.spec.figures import figures
from sim.spec.network import Maker, Stockpile
from sim.spec.phrases import counted, listed, told, told_day
from sim.spec.piles import PileStock
from sim.spec.scenario import Scenario

__all__ = ["describe", "figures"]


def describe(scenario: Scenario) -> list[str]:
    """Say what is modelled, what happens, what stands by, what is left out and what the numbers rest on."""
    return list(
        chain(
            _question(scenario),
            _network(scenario),
            _firms(scenario),
            _prices(scenario),
            _disruptions(scenario),
            _stockpiles(scenario),
            policy_words.responses(scenario),
            policy_words.projects(scenario),
            policy_words.floors(scenario),
            _policy(scenario),
            _monthly(scenario),
            _not_modelled(scenario),
            _origins(scenario),
        )
    )


def _question(scenario: Scenario) -> Iterator[str]:
    yield f"{scenario.name}: {scenario.question}"
    yield f"{scenario.horizon_d} days from {scenario.start_date}."


def _network(scenario: Scenario) -> Iterator[str]:
    kinds = Counter(
        f"{facility.stage} maker" if isinstance(facility, Maker) else _noun(facility.kind)
        for facility in scenario.facilities.values()
    )
    buyers = counted(len(scenario.buyers), "buyer")
    regions = counted(len({buyer.region for buyer in scenario.buyers.values()}), "region")
    plants = listed(counted(number, kind) for kind, number in kinds.items())
    yield f"{plants}; {buyers} in {regions}; {counted(len(scenario.lanes), 'lane')}."
    habits = ((key, facility.habit()) for key, facility in scenario.facilities.items())
    yield from (f"{key} {habit}." for key, habit in habits if habit)
    markets = (f"{key} ({', '.join(market.regions)})" for key, market in scenario.markets.items())
    yield f"Balanced: {listed(scenario.elements)}. Priced: {listed(scenario.prices.elements)}."
    yield f"Markets: {listed(markets)}."


def _noun(kind: str) -> str:
    return "separation plant" if kind == "separation" else kind.replace("_", " ")


def _firms(scenario: Scenario) -> Iterator[str]:
    """Say in a line how firms behave beyond ordering what they use."""
    plants = [one for one in scenario.facilities.values() if not isinstance(one, Stockpile)]
    makers, idle = (maker for maker in plants if isinstance(maker, Maker)), [one for one in plants if one.idle]
    thrifty = sum(bool(buyer.thrift) for buyer in scenario.buyers.values()) + sum(bool(one.thrift) for one in makers)
    unsure, more = sum(plant.odds is not None for plant in plants), scenario.catch_up
    ahead = scenario.speculation
    clauses = [
        f"{told(scenario.backlog_share)} of what they miss stays on order" if scenario.backlog_share else "",
        f"{told(more.share)} of lost output is made up, by at most {told(more.rate)} of use a day" if more else "",
        f"{told(scenario.spot_share)} of what is scarce goes by today's orders and prices"
        if scenario.spot_share
        else "",
        f"{counted(thrifty, 'user')} can learn to thrift" if thrifty else "",
        f"{counted(len(idle), 'plant')} can start idle capacity" if idle else "",
        f"where prices climb, up to {told(ahead.cover)} of use are laid in besides" if ahead else "",
        f"{counted(unsure, 'planned plant')} may never open" if unsure else "",
    ]
    if any(clauses):
        yield f"Firms: {'; '.join(filter(None, clauses))}."
    if scenario.families:
        sets = [f"{len(family.sets)} {family.name}" for family in scenario.families.values()]
        yield f"What firms and prices do is drawn for each future from sets of parameters: {listed(sets)}."


def _prices(scenario: Scenario) -> Iterator[str]:
    """Say what bounds prices and who feels them late, where a scenario says so."""
    prices = scenario.prices
    floored = [element for element, price in prices.elements.items() if price.floor]
    feel = any(buyer.long_elasticity for buyer in scenario.buyers.values())
    clauses = [
        f"{listed(floored)} {'have floors' if len(floored) > 1 else 'has a floor'}" if floored else "",
        f"what is paid follows the quote by {told(prices.contract_lag)}" if prices.contract_lag else "",
        f"use falls further with the price felt over {told(prices.long_smoothing)}"
        if feel and prices.long_smoothing
        else "",
    ]
    if any(clauses):
        yield f"Prices: {'; '.join(filter(None, clauses))}."


def _monthly(scenario: Scenario) -> Iterator[str]:
    if scenario.monthly is not None:
        flows = listed(scenario.monthly.exports) or "no trade flow"
        yield f"Told month by month: prices, line stops, and {flows}."


def _disruptions(scenario: Scenario) -> Iterator[str]:
    if not scenario.disruptions:
        yield "Nothing happens."
    for key, disruption in scenario.disruptions.items():
        yield f"{key}: {sentence(disruption)}"


def _stockpiles(scenario: Scenario) -> Iterator[str]:
    piles = [(key, one) for key, one in scenario.facilities.items() if isinstance(one, Stockpile)]
    if not piles:
        yield "There is no stockpile."
    for key, pile in piles:
        served = {lane.to: None for lane in scenario.lanes.values() if lane.from_ == key and lane.response is None}
        yield f"Stockpile {key} of {_owners(pile)} {_holding(pile)}. {_release(pile, list(served))}"


def _owners(pile: Stockpile) -> str:
    if not pile.shares:
        return listed(pile.owners)
    shares = listed(f"{owner} {told(share)}" for owner, share in pile.shares.items())
    more = f", and {told(pile.entitlement)} of what the others brought" if pile.entitlement else ""
    return f"{listed(pile.owners)} (each draws its share{more}: {shares})"


def _holding(pile: Stockpile) -> str:
    stocks = listed(f"{told(stock.opening)} of {name}{_up_to(stock)}" for name, stock in pile.stocks.items())
    in_days = any(stock.opening.unit == "d" for stock in pile.stocks.values())
    return f"holds {stocks}" + (f", in days of what {listed(pile.days_of)} uses" if in_days else "")


def _up_to(stock: PileStock) -> str:
    return f" (to be filled up to {told(stock.target)})" if stock.target else ""


def _release(pile: Stockpile, served: list[str]) -> str:
    if not served:
        return f"It releases to nobody by itself{_refill(pile)}{_rotation(pile)}."
    first = f", {listed(pile.first)} first" if pile.first else ""
    rate = f", over at least {told(pile.release_over)}" if pile.release_over else ""
    handling = f", after {told(pile.handling)} of handling" if pile.handling else ""
    after = f"{_refill(pile)}{_rotation(pile)}"
    return f"It releases to {listed(served)}{first} {_pace(pile)}{_call(pile)}{rate}{handling}{after}."


def _pace(pile: Stockpile) -> str:
    below = f"below {told(pile.trigger)} of projected cover" if pile.trigger else "whatever their cover"
    if pile.rate:
        return f"{below}, {told(pile.rate)} at most"
    return f"{below}, rationed over {told(pile.ration)}" if pile.ration else below


def _call(pile: Stockpile) -> str:
    """Say what else must be the case for a pile to let go."""
    clauses = [f"from {told_day(pile.decision_day)} on"] if pile.decision_day else []
    if pile.when is not None:
        clauses += [f"from {told_day(pile.when.start)} on"] if pile.when.start else []
        clauses += [f"at {told(pile.when.price)} the opening value"] if pile.when.price else []
        if pile.when.emergency is not None:
            named = listed(pile.when.emergency.during, "or") or "any control"
            clauses.append(f"{told(pile.when.emergency.delay)} into {named}")
    return f", only {listed(clauses)}" if clauses else ""


def _refill(pile: Stockpile) -> str:
    if pile.refill is None:
        return ", and does not buy back"
    budget = f" for {told(pile.refill.budget)} in all" if pile.refill.budget else ""
    ceiling = f"at up to {told(pile.refill.price_ceiling)} the opening value"
    return f", and buys back {told(pile.refill.rate)} {ceiling}{budget}"


def _rotation(pile: Stockpile) -> str:
    if pile.rotation is None:
        return ""
    off = f", at {told(pile.rotation.discount)} off" if pile.rotation.discount else ""
    return f"; all it holds is sold and bought anew over {told(pile.rotation.over)}{off}"


def _policy(scenario: Scenario) -> Iterator[str]:
    added = f" adds {listed(scenario.policy_facilities)}" if scenario.policy_facilities else " adds no facility"
    budget = f", and spends at most {told(scenario.budget)} in all" if scenario.budget else ""
    yield f"Policy {scenario.policy}{added}{budget}."


def _not_modelled(scenario: Scenario) -> Iterator[str]:
    if scenario.not_modelled:
        yield f"Not modelled: {'; '.join(scenario.not_modelled)}."


def _origins(scenario: Scenario) -> Iterator[str]:
    quantities = [quantity for _, quantity in figures(scenario)]
    sources = {quantity.source: None for quantity in quantities if quantity.source is not None}
    sourced = sum(quantity.source is not None for quantity in quantities)
    drawn = sum(not quantity.is_constant for quantity in quantities)
    yield (
        f"{counted(len(quantities), 'figure')}: {sourced} from {counted(len(sources), 'source')}, "
        f"{len(quantities) - sourced} assumed; {drawn} are drawn anew for every future."
    )
