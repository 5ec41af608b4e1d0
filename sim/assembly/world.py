"""Put a world together from a scenario and its draws."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array
from sim.assembly.answers import idle_capacities, speculation, thrifts
from sim.assembly.constants import Constants, draw_constants
from sim.assembly.floors import build_floors
from sim.assembly.market import build_market, opening_prices, value_rows
from sim.assembly.opening import group_sums, opening_stock, pay_for_opening
from sim.assembly.origin import origins
from sim.assembly.piles import build_piles
from sim.assembly.responses import build_responses
from sim.building import build, support
from sim.chance.dates import When, counted, dates
from sim.chance.draws import Draws
from sim.chance.noise import demand_noise
from sim.clock import Clock
from sim.disruptions import commissioning
from sim.entities.buyers import Buyers, Overtime
from sim.entities.detours import Detours
from sim.entities.incidence import incidence, matrix
from sim.entities.lanes import Lanes, build_lanes
from sim.entities.layers import Layers
from sim.entities.makers import Makers, turns
from sim.entities.mines import Mines
from sim.entities.normal import Normal
from sim.entities.plan import Capacities, Plan
from sim.entities.plan_levels import Chemistry
from sim.entities.rows import Rows
from sim.entities.separation import SeparationPlants, yield_of
from sim.entities.shelves import Shelves
from sim.entities.treasury import Treasury
from sim.entities.values import Values, build_values
from sim.spec.disruptions import FreightDelay
from sim.spec.scenario import Scenario
from sim.world import ValueRows, Works, World


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
    chemistry = _chemistry(scenario, rows)
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
    works = _works(rows, plan, chemistry, constants, stock)
    market = build_market(scenario, rows, draws, lanes, plan, stock)
    opening_value = values.at(market.opening)
    buyers = _buyers(scenario, rows, draws, constants, stock, position)
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
        mines=_mines(rows, constants, limits),
        plants=_plants(scenario, rows, constants, limits, chemistry, stock, position, works),
        makers=_makers(rows, constants, limits, plan, stock, position, makers_thrift),
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


def _chemistry(scenario: Scenario, rows: Rows) -> Chemistry:
    n_shippers, feeds = len(rows.shippers), {key: n for n, key in enumerate(rows.plant_feeds)}
    recipes = [(i, p, r) for i, maker in rows.makers.items() for p, r in maker.recipes.items()]
    bill = [(rows.groups[i, m], rows.shippers[i, p], q.typical) for i, p, r in recipes for m, q in r.inputs.items()]
    falls = [
        (rows.shippers[i, m], rows.shippers[i, p], q.typical) for i, p, r in recipes for m, q in r.byproducts.items()
    ]
    separated = [
        (n, feeds[i, feed], yield_of(scenario, rows.plants[i], product, feed))
        for n, (i, product) in enumerate(rows.plant_products)
        for j, feed in rows.plant_feeds
        if i == j
    ]
    number = {i: n for n, i in enumerate(rows.plants)}
    return Chemistry(
        bill=matrix(bill, (rows.n_groups, n_shippers)),
        falls=matrix(falls, (n_shippers, n_shippers)),
        separated=matrix(separated, (len(rows.plant_products), len(feeds))),
        plant_of_product=np.array([number[i] for i, _ in rows.plant_products], dtype=np.int64),
        plant_of_feed=np.array([number[i] for i, _ in rows.plant_feeds], dtype=np.int64),
    )


def _works(rows: Rows, plan: Plan, chemistry: Chemistry, constants: Constants, stock: Array) -> Works:
    ready, out = stock[rows.stock["works"]], plan.out_tpd[: len(rows.works)]
    byproducts = slice(len(rows.works), len(rows.works) + len(rows.byproducts))
    return Works(
        stock=ready,
        position=ready + out * constants.lead_d,
        cover_d=constants.work_cover_d + constants.lead_d + 1.0,
        begun=np.zeros_like(ready),
        begun_t=np.zeros_like(ready),
        shelves=Shelves(constants.lead_d, out),
        falls=chemistry.falls[byproducts, : len(rows.works)],
    )


def _mines(rows: Rows, constants: Constants, limits: Layers) -> Mines:
    return Mines(constants.mine_capacity_tpd, limits, rows.facility_rows(rows.mines))


def _plants(
    scenario: Scenario,
    rows: Rows,
    constants: Constants,
    limits: Layers,
    chemistry: Chemistry,
    stock: Array,
    position: Array,
    works: Works,
) -> SeparationPlants:
    first, n_plants = len(rows.maker_feeds), len(rows.plants)
    made = slice(len(rows.mine_products), len(rows.mine_products) + len(rows.plant_products))
    cost = [p.operating_cost.typical if p.operating_cost else 0.0 for p in rows.plants.values()]
    feeds = stock[rows.stock["plant_feeds"]]
    return SeparationPlants(
        feeds=feeds,
        position=position[first : first + n_plants],
        products=works.stock[made],
        product_position=works.position[made],
        surplus=stock[rows.stock["surplus"]],
        to_surplus=np.zeros((made.stop - made.start, stock.shape[1])),
        drawn=np.zeros((made.stop - made.start, stock.shape[1])),
        separated=chemistry.separated,
        per_plant=incidence(chemistry.plant_of_feed, n_plants),
        per_plant_products=incidence(chemistry.plant_of_product, n_plants),
        plant_of_product=chemistry.plant_of_product,
        plant_of_feed=chemistry.plant_of_feed,
        first_product=np.flatnonzero(np.diff(chemistry.plant_of_product, prepend=-1)),
        capacity_tpd=constants.plant_capacity_tpd,
        limits=limits,
        facility=rows.facility_rows(rows.plants),
        operating_cost=np.array(cost)[:, None],
        used_t=np.zeros_like(feeds),
    )


def _makers(
    rows: Rows, constants: Constants, limits: Layers, plan: Plan, stock: Array, position: Array, thrift: Array
) -> Makers:
    feeds = stock[rows.stock["maker_feeds"]]
    return Makers(
        feeds=feeds,
        position=position[: len(rows.maker_feeds)],
        capacity_tpd=constants.maker_capacity_tpd,
        opening_tpd=plan.out_tpd.copy(),
        limits=limits,
        facility=rows.facility_rows(rows.makers),
        turns=turns(rows),
        used_t=np.zeros_like(feeds),
        thrift=thrift,
    )


def _buyer_draws(scenario: Scenario, draws: Draws, what: str) -> Array:
    """Draw the quantity named `what` of each buyer, 0 where it has none, (buyer, replication)."""
    buyers = scenario.buyers.items()
    return np.stack([draws.optional(f"buyer/{b.stream or i}/{what}", getattr(b, what)) for i, b in buyers])


def _buyers(
    scenario: Scenario, rows: Rows, draws: Draws, constants: Constants, stock: Array, position: Array
) -> Buyers:
    end = rows.n_groups - len(rows.piles)
    owner = np.array([rows.buyers[i] for i, _ in rows.cohorts])
    regions = list(scenario.regions)
    catch_up = scenario.catch_up
    blank = np.zeros((len(rows.buyers), stock.shape[1]))
    return Buyers(
        stock=stock[rows.stock["cohorts"]],
        position=position[end - len(rows.buyers) : end],
        buyer=owner,
        per_buyer=incidence(owner, len(rows.buyers)),
        share=constants.cohort_share,
        target_t=np.zeros_like(constants.cohort_cover_d),
        elasticity=_buyer_draws(scenario, draws, "elasticity"),
        long_elasticity=_buyer_draws(scenario, draws, "long_elasticity"),
        threshold=draws.quantity("prices/response_threshold", scenario.prices.response_threshold),
        felt=np.ones_like(blank),
        felt_long=np.ones_like(blank),
        thrift=blank.copy(),
        overtime=Overtime(catch_up.share.typical, catch_up.rate.typical, blank.copy(), blank.copy())
        if catch_up
        else None,
        region=np.array([regions.index(b.region) for b in scenario.buyers.values()], dtype=np.int64),
        notional=blank.copy(),
        thrifted=blank.copy(),
        wanted=blank.copy(),
        forgone=blank.copy(),
        used=np.zeros_like(constants.cohort_cover_d),
        delivered=blank.copy(),
        used_t=blank.copy(),
    )


def _value_rows(scenario: Scenario, rows: Rows, lanes: Lanes, values: Values) -> ValueRows:
    bought, carried = scenario.buyers.items(), lanes.specs.values()
    return ValueRows(
        plant_product=value_rows(scenario, values, rows.plant_products),
        lane=value_rows(scenario, values, ((lane.to, lane.material) for lane in carried)),
        buyer=value_rows(scenario, values, ((i, b.material) for i, b in bought)),
        pile=value_rows(scenario, values, rows.piles),
    )
