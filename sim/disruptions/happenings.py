"""Which story tells which kind of disruption."""

from __future__ import annotations

from sim.disruptions import ban, content, effects, licence, outage, quota
from sim.spec.controls import ContentRule, ExportBan, Licence, Quota
from sim.spec.disruptions import (
    AddedDisruption,
    Closure,
    DemandSurge,
    Disruption,
    Dumping,
    FreightDelay,
    Outage,
    Tariff,
)
from sim.world import World


def tell(world: World, i: str, disruption: Disruption) -> None:
    """Let a disruption take its course in every future in which it happens."""
    match disruption:
        case ExportBan():
            ban.tell(world, i, disruption)
        case Licence():
            licence.tell(world, i, disruption)
        case Quota():
            quota.tell(world, i, disruption)
        case ContentRule():
            content.tell(world, i, disruption)
        case Outage():
            outage.tell(world, i, disruption)
        case Closure():
            effects.close(world, i, disruption)
        case FreightDelay():
            effects.delay(world, i, disruption)
        case DemandSurge():
            effects.surge(world, i, disruption)
        case Dumping():
            effects.dump(world, i, disruption)
        case Tariff():
            effects.tax(world, i, disruption)
        case AddedDisruption():
            disruption.tell(world, i)
    # Nothing else has a story: setbacks are part of when a plant opens, triggers do nothing but be followed.
