"""The opening state: cover in every row and every shelf filled, as the opening plan calls for (section 4)."""

from __future__ import annotations

from sim.spec.network import Stockpile as PileSpec
from sim.spec.piles import PileStock
from sim.spec.scenario import Scenario

from .draws import Draws
from .facilities import Maker, Mine, Separation
from .lanes import Lane
from .parts import Cargo, Yard
from .plan import Actor, normal_rows
from .stockpiles import Stockpile
from .treasury import Treasury


def fill(scenario: Scenario, actors: dict[str, Actor], lanes: list[Lane], draws: Draws) -> None:
    """Fill rows, lanes and works."""
    for lane in lanes:
        if not lane.release:
            origins = lane.source.origins
            lane.cargo.extend(Cargo(day, lane.material, lane.flow, origins) for day in range(lane.transit))
    for name, actor in actors.items():
        for row in normal_rows(actor):
            row.stock = row.normal
        if isinstance(actor, Mine | Separation | Maker):
            _fill_works(actor.yard)
        if isinstance(actor, Stockpile):
            _fill_pile(scenario, name, actor, draws)


def _fill_works(yard: Yard) -> None:
    for day in range(yard.lead):
        yard.works.extend(Cargo(day, material, yard.out[material], row.origins) for material, row in yard.rows.items())


def _fill_pile(scenario: Scenario, name: str, pile: Stockpile, draws: Draws) -> None:
    spec = scenario.facilities[name]
    assert isinstance(spec, PileSpec)
    stream = f"facility/{spec.stream or name}"
    for material, held in spec.stocks.items():
        a_day = sum(_day_of_use(pile, material, user) for user in spec.days_of)
        opening, target, room = _amounts(held, stream, material, a_day, draws)
        pile.opening[material] = min(opening, room)
        pile.target[material] = min(target, room)
        pile.rows[material].stock = pile.rows[material].normal = pile.opening[material]
        pile.room[material] = room
    pile.open_books()


def _amounts(held: PileStock, stream: str, material: str, a_day: float, draws: Draws) -> tuple[float, float, float]:
    """Return opening stock, target and room."""
    scale = {"t": 1.0, "d": a_day}
    opening = draws.number(held.opening, f"{stream}/opening/{material}") * scale[held.opening.unit]
    target = room = opening
    if held.target is not None:
        target = max(opening, draws.number(held.target, f"{stream}/target/{material}") * scale[held.target.unit])
        room = target
    if held.room is not None:
        room = draws.number(held.room, f"{stream}/room/{material}") * scale[held.room.unit]
    return opening, target, room


def _day_of_use(pile: Stockpile, material: str, user: str) -> float:
    """Return a day's planned use, in shipped tonnes, in the group that the pile's lane leads to."""
    lanes = [lane for lane in pile.served if (lane.material, lane.receiver) == (material, user)]
    return pile.receivers[lanes[0].id].use / lanes[0].received if lanes else 0.0


def pay_for_openings(paid_by: Treasury, piles: list[Stockpile]) -> None:
    """Leave piles of the policy what can be paid of what they open with."""
    for pile in piles:
        market = pile.world.market_of[pile.region]
        for material, row in pile.rows.items():
            cost = 1000 * market.opening_value(material) * row.stock
            part = paid_by.part(cost)
            row.stock *= part
            row.normal = pile.opening[material] = row.stock
            paid_by.spent += part * cost
        pile.open_books()
