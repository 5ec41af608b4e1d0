"""The front door: run one future of a scenario."""

from __future__ import annotations

from sim.spec.disruptions import Control
from sim.spec.network import Stockpile as PileSpec
from sim.spec.scenario import Scenario

from .build import Chain, build
from .clock import Clock
from .disruptions import COMMISSIONING, ban_days, ban_exports, commission, stop_plants
from .draws import Draws
from .facilities import Maker, Mine, Separation
from .measures import Diary, Recorder, balance, elements_held
from .opening import fill
from .plan import Planner


def run(scenario: Scenario, seed: int, replication: int, *, disturbed: bool = True) -> Diary:
    """Simulate one future; `disturbed=False` is its twin without any disruption."""
    draws, clock = Draws(seed, replication), Clock(scenario.horizon_d)
    chain = build(scenario, draws)
    planner = Planner(clock, chain.actors, list(chain.lanes.values()), chain.groups)
    planner.open()
    fill(scenario, chain.actors, list(chain.lanes.values()), draws)
    for market in chain.markets.values():
        market.open()
    recorder = Recorder(chain, scenario.measures)
    opening = elements_held(chain)
    _start_calendar(clock, scenario, draws, chain, disturbed=disturbed)
    _start_days(clock, chain, planner, recorder)
    clock.env.run(until=scenario.horizon_d)
    end = last_control_end(scenario, draws) if disturbed else None
    elements = balance(chain, opening, scenario.elements)
    return Diary(dict(recorder.series), recorder.margins, recorder.metrics(end), elements)


def _start_calendar(clock: Clock, scenario: Scenario, draws: Draws, chain: Chain, *, disturbed: bool) -> None:
    lanes = list(chain.lanes.values())
    for name, facility in scenario.facilities.items():
        waiting = [ln for ln in lanes if ln.shipper == name and COMMISSIONING in ln.layers.standing]
        if waiting and not isinstance(facility, PileSpec) and facility.opens is not None:
            opens = draws.days(facility.opens, f"facility/{facility.stream or name}/opens")
            clock.env.process(commission(clock, waiting, opens))
    if disturbed:
        _start_disruptions(clock, scenario, draws, chain)


def _start_disruptions(clock: Clock, scenario: Scenario, draws: Draws, chain: Chain) -> None:
    lanes, markets = list(chain.lanes.values()), list(chain.markets.values())
    plants = {n: a.yard.layers for n, a in chain.actors.items() if isinstance(a, Mine | Separation | Maker)}
    for name, disruption in scenario.disruptions.items():
        if isinstance(disruption, Control):
            stories = ban_exports(clock, name, disruption, draws, scenario, lanes, markets)
        else:
            stories = stop_plants(clock, name, disruption, draws, scenario, plants)
        for story in stories:
            clock.env.process(story)


def _start_days(clock: Clock, chain: Chain, planner: Planner, recorder: Recorder) -> None:
    clock.employ(planner.routine)
    for actor in [*chain.actors.values(), *chain.markets.values()]:
        clock.employ(actor.routine)
    clock.employ(recorder.routine)


def last_control_end(scenario: Scenario, draws: Draws) -> int | None:
    """Return the day on which the last export ban has ended, None where there is none."""
    bans = {name: each for name, each in scenario.disruptions.items() if isinstance(each, Control)}
    return max((ban_days(name, ban, draws)[2] for name, ban in bans.items()), default=None)
