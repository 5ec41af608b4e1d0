"""Put a world together from a scenario and its draws."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array
from sim.assembly.answers import idle_capacities, speculation, thrifts
from sim.assembly.buyers import build_buyers
from sim.assembly.constants import draw_constants
from sim.assembly.floors import build_floors
from sim.assembly.lanes import build_lanes
from sim.assembly.market import build_market, opening_prices, value_rows
from sim.assembly.opening import group_sums, opening_stock, pay_for_opening
from sim.assembly.origin import origins
from sim.assembly.piles import build_piles
from sim.assembly.plants import build_chemistry, build_makers, build_mines, build_plants, build_works
from sim.assembly.responses import build_responses
from sim.building import build, support
from sim.chance.dates import When, counted, dates
from sim.chance.draws import Draws
from sim.chance.noise import demand_noise
from sim.clock import Clock
from sim.disruptions import commissioning
from sim.entities.detours import Detours
from sim.entities.lanes import Lanes
from sim.entities.layers import Layers
from sim.entities.normal import Normal
from sim.entities.plan import Capacities, Plan
from sim.entities.rows import Rows
from sim.entities.shelves import Shelves
from sim.entities.treasury import Treasury
from sim.entities.values import Values, build_values
from sim.spec.disruptions import FreightDelay
from sim.spec.scenario import Scenario
from sim.world import ValueRows, World


def assemble(scenario: Scenario, draws: Draws, *, watched: bool = False) -> World:
    """Make the world of one block; where draws come in two copies, the second are undisturbed twins."""
    rows = Rows(scenario)
    lanes = build_lanes(scenario, rows, draws)
    disturbed = np.arange(draws.width) < len(draws.replications)
    when = dates(scenario, draws, disturbed)
    treasury = None
    if scenario.budget is not None:
        treasury = Treasury(scenario.budget.typical, np.zeros(draws.width))
    building = build(scenario, draws, when)
    support(building, scenario, draws, treasury, later=False)
    commissioning.shut(building, lanes)
    chemistry = build_chemistry(scenario, rows)
    constants = draw_constants(scenario, rows, draws)
    capacities = Capacities(constants.mine_capacity_tpd, constants.plant_capacity_tpd, constants.maker_capacity_tpd)
    makers_thrift = np.zeros((len(rows.maker_feeds), draws.width))
    plan = Plan(scenario, rows, lanes, chemistry, capacities, makers_thrift)
    plan.open()
    normal = Normal(
        rows,
        lanes,
        plan,
        constants.group_cover_d,
        constants.cohort_cover_d,
        constants.cohort_share,
        constants.work_cover_d,
        Layers(rows.n_groups, draws.width, 0.0, np.maximum),
    )
    stock, values = opening_stock(scenario, rows, draws, normal), build_values(scenario)
    priced = _value_rows(scenario, rows, lanes, values)
    if treasury is not None:
        value = values.at(opening_prices(scenario))[priced.pile]
        pay_for_opening(treasury, rows, stock[rows.stock["piles"]], value)
    support(building, scenario, draws, treasury, later=True)
    position = group_sums(rows, stock) + plan.pipeline_t
    limits = Layers(len(scenario.facilities), draws.width)
    works = build_works(rows, plan, chemistry, constants, stock)
    market = build_market(scenario, rows, draws, lanes, plan, stock)
    opening_value = values.at(market.opening)
    buyers = build_buyers(scenario, rows, draws, constants, stock, position)
    piles = build_piles(rows, draws, when, lanes, plan, stock, position, opening_value[priced.pile], treasury)
    accounts = {i: pile.accounts for i, pile in zip(rows.stockpiles, piles.piles, strict=True) if pile.accounts}
    late = _detours(scenario, draws, when, lanes)
    disruption_day, control_end_day = _measured_between(scenario, when, draws.width)
    return World(
        scenario=scenario,
        rows=rows,
        clock=Clock(scenario.horizon_d),
        draws=draws,
        when=when,
        building=building,
        disturbed=disturbed,
        stock=stock,
        position=position,
        limits=limits,
        lanes=lanes,
        shelves=Shelves(lanes.transit_d, plan.flow_tpd),
        detours=late,
        quotas=[],
        plan=plan,
        opening_flow_tpd=plan.flow_tpd.copy(),
        normal=normal,
        works=works,
        mines=build_mines(rows, constants, limits),
        plants=build_plants(scenario, rows, constants, limits, chemistry, stock, position, works),
        makers=build_makers(rows, constants, limits, plan, stock, position, makers_thrift),
        buyers=buyers,
        stockpiles=piles,
        floors=build_floors(scenario, rows, draws, lanes, treasury),
        responses=build_responses(scenario, rows, draws, lanes, constants, values, accounts),
        answers=(
            *thrifts(scenario, rows, values, opening_value, buyers.thrift, makers_thrift),
            *idle_capacities(scenario, rows, values, opening_value, constants, plan),
        ),
        speculation=speculation(scenario, rows, draws, values, opening_value, normal.hoards),
        origins=origins(scenario, rows, lanes, plan, chemistry, values, opening_value, constants.lead_d, late),
        market=market,
        values=values,
        value=np.repeat(opening_value, draws.width, axis=1),
        value_rows=priced,
        opening_value=opening_value,
        demand_noise=demand_noise(scenario, draws),
        disruption_day=disruption_day,
        control_end_day=control_end_day,
        watched=watched,
    )


def _measured_between(scenario: Scenario, when: dict[str, When], width: int) -> tuple[Array, Array]:
    """Return the days that measures count from and to, (replication,) each, NaN where nothing happens."""
    first, end = np.full((2, width), np.nan)
    for each in counted(scenario, when):
        comes = each.stands & (each.first < scenario.horizon_d)
        first[comes] = np.fmin(first, each.first)[comes]
        end[comes] = np.fmax(end, each.end)[comes]
    return first, end


def _detours(scenario: Scenario, draws: Draws, when: dict[str, When], lanes: Lanes) -> Detours | None:
    """Make room for delayed cargo where there may be any."""
    late = {i: d for i, d in scenario.disruptions.items() if isinstance(d, FreightDelay)}
    if not late:
        return None
    most_d = sum(int(np.rint(when[i].draw(draws, "delay", d.delay)).max()) for i, d in late.items())
    materials = {m for d in late.values() for m in d.materials or scenario.materials}
    rows = [n for n, lane in enumerate(lanes.specs.values()) if lane.material in materials]
    return Detours(np.array(rows, dtype=np.int64), len(lanes.specs), lanes.transit_d, most_d)


def _value_rows(scenario: Scenario, rows: Rows, lanes: Lanes, values: Values) -> ValueRows:
    bought, carried = scenario.buyers.items(), lanes.specs.values()
    return ValueRows(
        plant_product=value_rows(scenario, values, rows.plant_products),
        lane=value_rows(scenario, values, ((lane.to, lane.material) for lane in carried)),
        buyer=value_rows(scenario, values, ((i, b.material) for i, b in bought)),
        pile=value_rows(scenario, values, rows.piles),
    )
