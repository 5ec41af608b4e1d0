"""Who answers to prices, and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from sim.arrays import Array
from sim.assembly.constants import Constants
from sim.assembly.market import value_rows
from sim.chance.draws import Draws
from sim.entities.answers import IdleCapacity, Pace, Thrifts
from sim.entities.incidence import incidence
from sim.entities.layers import Layers
from sim.entities.plan import Plan
from sim.entities.rows import Key, Rows
from sim.entities.speculation import CAUSE, Speculation
from sim.entities.values import Values
from sim.spec.network import Maker, Mine, SeparationPlant, Thrift
from sim.spec.scenario import Scenario


def thrifts(
    scenario: Scenario, rows: Rows, values: Values, opening_value: Array, buyers: Array, makers: Array
) -> Iterator[Thrifts]:
    """Yield how buyers and makers learn to thrift; the blocks (buyer or maker feed, replication) are written."""
    of_buyers = {(i, b.material): b.thrift for i, b in scenario.buyers.items() if b.thrift}
    of_makers = {(i, m): thrift for i, maker in rows.makers.items() for m, thrift in maker.thrift.items()}
    users = [(i, b.material) for i, b in scenario.buyers.items()]
    for found, keys, thrift in ((of_buyers, users, buyers), (of_makers, list(rows.maker_feeds), makers)):
        if found:
            yield _thrifts(scenario, values, opening_value, found, keys, thrift)


def _thrifts(
    scenario: Scenario, values: Values, opening_value: Array, found: Mapping[Key, Thrift], keys: list[Key], to: Array
) -> Thrifts:
    value_row = value_rows(scenario, values, found)
    return Thrifts(
        pace=Pace.of(list(found.values())),
        limit=np.array([[thrift.limit.typical] for thrift in found.values()]),
        value_row=value_row,
        opening_value=opening_value[value_row],
        thrift=to,
        user=np.array([keys.index(key) for key in found], dtype=np.int64),
    )


def speculation(
    scenario: Scenario, rows: Rows, draws: Draws, values: Values, opening_value: Array, hoards: Layers
) -> Speculation | None:
    """Return how buyers and makers buy ahead, if they do; `hoards` is written."""
    terms = scenario.speculation
    if terms is None:
        return None
    keys = [*rows.maker_feeds, *((i, buyer.material) for i, buyer in scenario.buyers.items())]
    value_row, bought = np.unique(value_rows(scenario, values, keys), return_inverse=True)
    hoards.expect(CAUSE)
    return Speculation(
        group=np.array([rows.groups[key] for key in keys], dtype=np.int64),
        bought=bought,
        value_row=value_row,
        most_d=draws.quantity("speculation/cover", terms.cover),
        pace=Pace(
            starts_at=draws.quantity("speculation/starts_at", terms.starts_at),
            full_at=draws.quantity("speculation/full_at", terms.full_at),
            lag_d=draws.quantity("speculation/memory", terms.memory),
        ),
        mean=np.repeat(opening_value[value_row], draws.width, axis=1),
        hoards=hoards,
    )


def idle_capacities(
    scenario: Scenario, rows: Rows, values: Values, opening_value: Array, constants: Constants, plan: Plan
) -> Iterator[IdleCapacity]:
    """Yield what mines, separation plants and makers may start again; their capacities are written."""
    kinds: tuple[tuple[Mapping[str, Mine | SeparationPlant | Maker], Array], ...] = (
        (rows.mines, constants.mine_capacity_tpd),
        (rows.plants, constants.plant_capacity_tpd),
        (rows.makers, constants.maker_capacity_tpd),
    )
    for plants, capacity_tpd in kinds:
        found = {i: plant.idle for i, plant in plants.items() if plant.idle}
        if found:
            plant = np.array([list(plants).index(i) for i in found], dtype=np.int64)
            works = [n for n, (i, _) in enumerate(rows.works) if i in found]
            value_row = value_rows(scenario, values, (rows.works[n] for n in works))
            basket = incidence([list(found).index(rows.works[n][0]) for n in works], len(found))
            opening_out_tpd = plan.out_tpd[works]
            yield IdleCapacity(
                pace=Pace.of(list(found.values())),
                nameplate_tpd=capacity_tpd[plant],
                idle_tpd=np.array([[idle.capacity.typical] for idle in found.values()]),
                basket=basket,
                opening_out_tpd=opening_out_tpd,
                value_row=value_row,
                opening_basket=basket @ (opening_out_tpd * opening_value[value_row]),
                started=np.zeros((len(found), capacity_tpd.shape[1])),
                capacity_tpd=capacity_tpd,
                plant=plant,
            )
