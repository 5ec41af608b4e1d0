"""What happens to the network: export bans, outages, commissioning (section 6)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.spec.disruptions import Control, Licence, Outage
from sim.spec.scenario import Scenario

from .clock import Clock, Story
from .draws import Draws, constant
from .market import Market
from .parts import Lane, Layers

COMMISSIONING = "(opens)"
"""The name of the layer; no disruption can be called that."""


def commission(clock: Clock, lanes: list[Lane], opens: int) -> Story:
    """Keep closed what leaves a plant until the day it opens."""
    yield clock.until(opens)
    for lane in lanes:
        del lane.layers.standing[COMMISSIONING]


def stand(clock: Clock, name: str, layers: list[Layers], share: float, start: int, end: int) -> Story:
    """Let a layer stand from one day to another, excluded."""
    if end <= start:
        return
    yield clock.until(start)
    for each in layers:
        each.standing[name] = share
    yield clock.until(end)
    for each in layers:
        del each.standing[name]


def jump(clock: Clock, markets: list[Market], elements: set[str], step: float, day: int) -> Story:
    """Let prices step on the day of an announcement."""
    yield clock.until(day)
    for market in markets:
        for element in sorted(elements & market.x.keys()):
            market.jump(element, step)


def ban_days(name: str, ban: Control, draws: Draws) -> tuple[int, int, int]:
    """Return the days on which a ban becomes known, starts and has ended."""
    stream = f"disruption/{ban.stream or name}"
    start = draws.days(ban.start, f"{stream}/start")
    known = start if ban.announced is None else draws.days(ban.announced, f"{stream}/announced")
    return min(known, start), start, start + draws.days(ban.duration, f"{stream}/duration")


def ban_exports(
    clock: Clock,
    name: str,
    ban: Control,
    draws: Draws,
    scenario: Scenario,
    lanes: list[Lane],
    markets: list[Market],
) -> Iterator[Story]:
    """Return the processes of a ban: the jump of prices, and the layer on its lanes."""
    stream = f"disruption/{ban.stream or name}"
    known, start, end = ban_days(name, ban, draws)
    elements = {e for material in ban.materials for e, c in scenario.materials[material].content.items() if c.value}
    hit = [m for m in markets if set(scenario.markets[m.id].regions) & set(ban.destinations)]
    yield jump(clock, hit, elements, draws.number(ban.price_jump, f"{stream}/price_jump"), known)
    closed = [
        lane.layers
        for lane in lanes
        if lane.regions[0] == ban.authority and lane.regions[1] in ban.destinations and lane.material in ban.materials
    ]
    leak = draws.number(ban.leak, f"{stream}/leak")
    yield stand(clock, name, closed, leak, start, end)
    if isinstance(ban, Licence):
        for lane in lanes:
            if lane.layers in closed:
                yield from apply_for_licences(clock, name, ban, draws, lane, leak, (start, end))


def apply_for_licences(
    clock: Clock, name: str, licence: Licence, draws: Draws, lane: Lane, leak: float, span: tuple[int, int]
) -> Iterator[Story]:
    """Return a process per applicant of a lane; together they open as much of it as they hold licences for."""
    holders: set[int] = set()

    def count(day: int) -> None:
        if span[0] <= day < span[1]:
            lane.layers.standing[name] = max(leak, len(holders) / licence.applicants)

    def applicant(j: int) -> Story:
        stream = f"disruption/{licence.stream or name}"
        chance = draws.number(licence.approval, f"{stream}/approval")
        filed, k = span[0], 0
        while filed < min(span[1], clock.horizon):
            draw = k * licence.applicants + j
            review = draws.number(licence.review, f"{stream}/{lane.stream}/review", draw=draw)
            day = filed + max(1, round(review))
            yield clock.until(day)
            if draws.uniform(f"{stream}/{lane.stream}/outcome", draw) < chance:
                holders.add(j)
                count(day)
                if licence.term is None:
                    return
                filed = day + draws.days(licence.term, f"{stream}/term", least=1)
                yield clock.until(filed)
                holders.discard(j)
                count(filed)
            elif licence.reapply is None:
                return
            else:
                filed = day + draws.days(licence.reapply, f"{stream}/reapply", least=1)
            k += 1

    for j in range(licence.applicants):
        yield applicant(j)


def stop_plants(
    clock: Clock, name: str, outage: Outage, draws: Draws, scenario: Scenario, plants: dict[str, Layers]
) -> Iterator[Story]:
    """Return the processes of an outage: one for given days, one per plant by chance."""
    stream = f"disruption/{outage.stream or name}"
    remaining = draws.number(outage.remaining, f"{stream}/remaining")
    hit = {facility: plants[facility] for facility in outage.facilities if facility in plants}
    if outage.start is not None and outage.duration is not None:
        start = draws.days(outage.start, f"{stream}/start")
        end = start + draws.days(outage.duration, f"{stream}/duration")
        yield stand(clock, name, list(hit.values()), remaining, start, end)
        return
    for facility, layers in hit.items():
        of_plant = f"{stream}/{scenario.facilities[facility].stream or facility}"
        yield fail_and_mend(clock, name, outage, draws, of_plant, layers, remaining)


def fail_and_mend(
    clock: Clock, name: str, outage: Outage, draws: Draws, stream: str, layers: Layers, remaining: float
) -> Story:
    """Fail and be mended again and again; drawn in continuous time, down on the whole days between."""
    time, pair = 0.0, 0
    while time < clock.horizon:
        fail = time - constant(outage.mtbf) * math.log1p(-draws.uniform(f"{stream}/up", pair))
        time = fail - constant(outage.mttr) * math.log1p(-draws.uniform(f"{stream}/down", pair))
        pair += 1
        yield from stand(clock, name, [layers], remaining, math.ceil(fail), math.ceil(time))
