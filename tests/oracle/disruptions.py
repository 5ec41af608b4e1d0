"""From the disruptions of a scenario to actors that make them so, day by day (section 6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sim.spec import disruptions as spec
from sim.spec.controls import ContentRule, Control
from sim.spec.scenario import Scenario

from . import controls, hits, origins, quotas
from .build import Chain
from .buyers import Buyer
from .clock import Routine
from .controls import Announcement, Bar, Rule, announcement
from .dates import Dates, stream_of
from .draws import Draws, constant
from .facilities import Maker, Mine, Separation
from .lanes import Group, Lane
from .licences import Authority
from .market import Market
from .parts import Layers
from .stockpiles import Stockpile


class Actor(Protocol):
    """Anything with a daily routine."""

    @property
    def routine(self) -> Routine:
        """What it does every day."""


@dataclass
class Stage:
    """Makes the actors of one future's disruptions."""

    scenario: Scenario
    draws: Draws
    chain: Chain
    dates: dict[str, Dates]

    @property
    def lanes(self) -> list[Lane]:
        """All lanes."""
        return list(self.chain.lanes.values())

    def actors(self) -> Iterator[Actor]:
        """Return an actor for everything that happens, in file order."""
        for name, disruption in self.scenario.disruptions.items():
            stream = stream_of(name, disruption)
            if isinstance(disruption, spec.Outage) and not disruption.is_dated:
                yield from self._failures(name, disruption, stream)
            elif name in self.dates:
                yield from self._dated(name, disruption, stream, self.dates[name])

    def _dated(self, name: str, disruption: spec.Disruption, stream: str, dates: Dates) -> Iterator[Actor]:
        match disruption:
            case Control():
                yield self._control(name, disruption, stream, dates)
            case ContentRule():
                yield origins.rule(name, disruption, stream, dates, self.draws, self.chain)
            case spec.Closure() | spec.Outage():
                remaining = self.draws.number(disruption.remaining, f"{stream}/remaining")
                yield hits.layer(name, dates, self._layers_hit(disruption), remaining)
            case spec.FreightDelay():
                days = self.draws.days(disruption.delay, f"{stream}/delay")
                yield hits.delay(name, dates, hits.lanes_delayed(disruption, self.lanes), days)
            case spec.DemandSurge():
                factor = self.draws.number(disruption.factor, f"{stream}/factor")
                yield hits.surge(name, dates, self._buyers(disruption.buyers), factor)
            case spec.Dumping():
                discount = self.draws.number(disruption.discount, f"{stream}/discount")
                market = self.chain.markets[disruption.market]
                yield hits.dumping(name, dates, market, disruption.elements, discount)
            case spec.Tariff():
                rate = self.draws.number(disruption.rate, f"{stream}/rate")
                yield hits.tariff(name, dates, hits.lanes_taxed(disruption, self.lanes), rate)

    # What is hit

    def _buyers(self, names: Sequence[str]) -> list[Buyer]:
        return [self.chain.buyers[name] for name in names]

    def _layers_hit(self, hit: spec.Closure | spec.Outage) -> list[Layers]:
        if isinstance(hit, spec.Closure):
            return [lane.layers for lane in hits.lanes_closed(hit, self.lanes)]
        return [self.plants[name].yard.layers for name in hit.facilities if name in self.plants]

    @property
    def plants(self) -> dict[str, Mine | Separation | Maker]:
        """The facilities that work."""
        return {n: a for n, a in self.chain.actors.items() if isinstance(a, Mine | Separation | Maker)}

    def _failures(self, name: str, outage: spec.Outage, stream: str) -> Iterator[Actor]:
        remaining = self.draws.number(outage.remaining, f"{stream}/remaining")
        for facility in outage.facilities:
            of_plant = f"{stream}/{self.scenario.facilities[facility].stream or facility}"
            layers = self.plants[facility].yard.layers
            horizon = self.scenario.horizon_d
            yield hits.failures(name, outage, self.draws, of_plant, layers, remaining, horizon)

    # Controls

    def _control(self, name: str, control: Control, stream: str, dates: Dates) -> Rule:
        lanes = [lane for lane in self.lanes if is_about(control, lane)]
        spells = controls.suspensions(control, stream, dates, self.draws)
        parts = (name, dates, spells, self._news(control, stream, dates, lanes), lanes)
        match control:
            case spec.Quota():
                tonnage = self.draws.number(control.tonnage, f"{stream}/tonnage")
                given = quotas.batches(control, tonnage, dates.first, dates.end)
                pace = constant(control.pace, absent=1.0)
                return quotas.Allowance(*parts, given, tonnage, pace, self.chain.world.judge)
            case spec.Licence() | spec.ExportBan():
                leak = controls.leak_of(control, stream, self.draws)
                again = controls.reexport(control.reexport, stream, dates, self.draws)
                bar = Bar(*parts, leak, again, markup=controls.markup_of(control, stream, self.draws))
                if isinstance(control, spec.Licence):
                    office = Authority(control, stream, dates, self.draws, self.scenario.horizon_d)
                    bar.exceptions = {lane.id: [office.licensed(lane), office.general(lane)] for lane in lanes}
                return bar
        raise AssertionError(control)

    def _news(self, control: Control, stream: str, dates: Dates, lanes: list[Lane]) -> Announcement:
        materials = self.scenario.materials
        elements = sorted({e for m in control.materials for e, c in materials[m].content.items() if constant(c) > 0})
        elements = sorted(control.jumping) or elements
        markets = [m for m in self.chain.markets.values() if self._sells_to(m, control.destinations)]
        priced = [element for element in elements if element in self.scenario.prices.elements]
        groups = [group for group in self.chain.groups if self._may_hoard(group, lanes)]
        return announcement(control, stream, dates, self.draws, priced, markets, groups)

    def _sells_to(self, market: Market, regions: Sequence[str]) -> bool:
        return bool(set(self.scenario.markets[market.id].regions) & set(regions))

    def _may_hoard(self, group: Group, lanes: list[Lane]) -> bool:
        is_pile = isinstance(self.chain.actors[group.owner], Stockpile)
        return not is_pile and any(lane in group.pulls for lane in lanes)


def is_about(control: Control, lane: Lane) -> bool:
    """Return whether a control is about a lane."""
    leaves, reaches = lane.regions
    return leaves == control.authority and reaches in control.destinations and lane.material in control.materials
