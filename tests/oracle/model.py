"""The front door: run one future of a scenario."""

from __future__ import annotations

import math

from sim.spec.scenario import Scenario

from .bills import bills
from .build import Chain, build
from .clock import Clock, Step
from .commissioning import gates, sites, supported
from .costs import Purse, cost_metrics
from .dates import all_dates, span
from .disruptions import Stage
from .draws import Draws, constant
from .measures import Diary, Recorder, balance, elements_held
from .opening import fill, pay_for_openings
from .origins import claims, settle
from .plan import Planner
from .responses import staff
from .speculation import speculators


def run(scenario: Scenario, seed: int, replication: int, *, disturbed: bool = True, nudge: float = 0.0) -> Diary:
    """Simulate one future; `disturbed=False` is its twin without any disruption.

    `nudge` makes stocks larger and smaller by this part every morning: what follows tells how well a future is known.
    """
    draws, clock = Draws(seed, replication, scenario.parameters), Clock(scenario.horizon_d)
    dates = all_dates(scenario, draws) if disturbed else {}
    chain = build(scenario, draws, dates)
    lanes = list(chain.lanes.values())
    paid_by, works = chain.world.treasury, sites(scenario, draws, dates)
    support = supported(scenario, draws, works, paid_by, later=False)
    for gate in gates(scenario, draws, lanes, works):
        gate.wake(0)
    planner = Planner(clock, chain.actors, lanes, chain.groups)
    planner.open()
    chain.world.claims = claims(scenario, dates)
    settle(chain)
    fill(scenario, chain.actors, lanes, draws)
    if paid_by is not None:
        pay_for_openings(paid_by, [pile for i, pile in chain.piles.items() if i in scenario.policy_facilities])
    support += supported(scenario, draws, works, paid_by, later=True)
    plants = gates(scenario, draws, lanes, works)
    for market in chain.markets.values():
        market.open()
    opening, recorder = elements_held(chain), _recorder(scenario, chain)
    ahead, responders = speculators(scenario, draws, chain), staff(scenario, chain, draws)
    purses = [
        Purse(pile, scenario.facilities[name])
        for name, pile in chain.piles.items()
        if name in scenario.policy_facilities
    ]
    for purse in purses:
        purse.open()
    happening = Stage(scenario, draws, chain, dates).actors() if disturbed else []
    acting = [*chain.floors, *plants, *happening, *ahead, planner, *chain.actors.values(), responders]
    if nudge:
        clock.employ([(Step.CALENDAR, lambda day: _nudge(chain, nudge, day))])
    for actor in [*acting, *chain.markets.values(), *purses, recorder]:
        clock.employ(actor.routine)
    clock.env.run(until=scenario.horizon_d)
    metrics = recorder.metrics(span(dates, scenario)) | cost_metrics(purses, responders.carriage)
    elements = balance(chain, opening, scenario.elements)
    metrics |= {"all/policy_transfers_usd": support + sum(floor.paid for floor in chain.floors)}
    if scenario.families:
        metrics["all/family"] = _family(scenario, draws)
    return Diary(dict(recorder.series), recorder.margins, metrics, elements)


def _nudge(chain: Chain, part: float, day: int) -> None:
    for number, row in enumerate(chain.rows):
        row.stock *= 1 + part * (-1) ** (number + day)


def _family(scenario: Scenario, draws: Draws) -> float:
    """Return the number of the family whose set of parameters the future has."""
    drawn = math.floor(draws.uniform("parameters") * sum(len(family.sets) for family in scenario.families.values()))
    (number,) = (n for n, family in enumerate(scenario.families.values()) if drawn in family.sets)
    return float(number)


def _recorder(scenario: Scenario, chain: Chain) -> Recorder:
    buyers = list(chain.buyers.values())
    values = {name: constant(buyer.output_value) for name, buyer in scenario.buyers.items()}
    return Recorder(chain, scenario.measures, bills(scenario, list(chain.markets.values()), buyers), values)
