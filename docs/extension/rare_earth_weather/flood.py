"""A disruption: a flood, of which a part of each plant stands dry."""

from typing import ClassVar, Literal

from sim.disruptions.spans import stand
from sim.spec.dated import Names
from sim.spec.disruptions import AddedDisruption
from sim.spec.phrases import listed, told
from sim.spec.quantity import Share
from sim.world import World


class Flood(AddedDisruption):
    """Plants stand under water, each but for a part that is drawn for every future."""

    drawn: ClassVar = ("dry",)
    kind: Literal["flood"]
    facilities: Names
    """Plants on the river."""
    dry: Share
    """Part of their capacity that goes on working."""

    def tell(self, world: World, i: str) -> None:
        """Let what is dry be all that works, while the flood stands."""
        when, plants = world.when[i], world.rows.facility_rows(self.facilities)
        stand(world, i, when, world.limits, plants, when.draw(world.draws, "dry", self.dry))

    def effect(self) -> str:
        """Say what it does."""
        return f"a flood leaves {told(self.dry)} of {listed(self.facilities)} at work"
