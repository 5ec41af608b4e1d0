"""Peers on the nearest equal work: a chain with base stock, lead times and noisy demand, in a year of many futures.

    pip install 'rare-earth-sim[peers]'
    python benchmarks/peers.py [--futures 1000] [--days 365] [--quick]

The unit is a stage-day: one stage of one chain, one day of one future. What is equal: stages one behind the other,
orders up to a level every day, goods under way, demand with noise, one core, in one process and one run. What is not:

* ours has seven places (mine, separation, metal, magnets, a pile, two buyers), two elements, lanes, rationing, prices
  in two markets, buyers in cohorts, noise that lasts, and records every day; none of that is in a peer;
* deepbullwhip is vectorised over futures as ours is: four echelons in a row, one product, weekly steps counted as days
  here, costs;
* stockpyl is scalar: four nodes in a row, one product, backorders, costs; it runs one future after the other;
* SupplyNetPy is scalar and goes event by event: a supplier without limits, a distributor and a retailer with (s, S),
  costs; its stages are those two.

So a stage-day of ours holds more work than any of theirs. A peer that is not installed is left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
from telling import seconds, tell

from sim.running.experiment import run_block
from sim.spec.reading import read_scenario
from sim.testing.check import shortened

SIX_NODE = Path(__file__).parents[1] / "tests" / "scenarios" / "six_node.yaml"
MEAN, SD = 20.0, 4.0
"""Demand a day in the peers' chains."""
Measured = tuple[int, int, float]
"""Stages, futures and seconds."""


def ours(futures: int, days: int) -> Measured:
    """Run six nodes without their ban and fire, all futures together."""
    scenario = shortened(read_scenario(str(SIX_NODE)).scenario, days).model_copy(update={"disruptions": {}})
    job = lambda: run_block(scenario, 1, np.arange(futures), twin=False)  # noqa: E731
    return len(scenario.facilities) + len(scenario.buyers), futures, seconds(job, 2)


def deepbullwhip(futures: int, days: int) -> Measured:
    """Run four echelons in a row, all futures together."""
    from deepbullwhip import VectorizedSupplyChain

    demand = np.random.default_rng(1).normal(MEAN, SD, (futures, days)).clip(0)
    mean, sd, chain = np.full_like(demand, MEAN), np.full_like(demand, SD), VectorizedSupplyChain()
    return chain.K, futures, seconds(lambda: chain.simulate(demand, mean, sd), 2)


def stockpyl(futures: int, days: int) -> Measured:
    """Run four nodes in a row, one future after the other."""
    from stockpyl.sim import simulation
    from stockpyl.supply_chain_network import serial_system

    chain = serial_system(
        4, node_order_in_system=[4, 3, 2, 1], local_holding_cost=[1] * 4, stockout_cost=[10, 0, 0, 0],
        shipment_lead_time=[3] * 4, policy_type="BS", base_stock_level=[120] * 4,
        demand_type="N", mean=MEAN, standard_deviation=SD,
    )  # fmt: skip
    few = min(futures, 3)
    job = lambda: [simulation(chain, days, rand_seed=r, progress_bar=False) for r in range(few)]  # noqa: E731
    return 4, few, seconds(job)


def supplynetpy(futures: int, days: int) -> Measured:
    """Run a distributor and a retailer, one future after the other."""
    from SupplyNetPy import Components

    logging.disable(logging.CRITICAL)
    few = min(futures, 20)

    def stage(id: str, kind: str) -> dict[str, object]:
        return {
            "ID": id, "name": id, "node_type": kind, "capacity": 500, "initial_level": 300, "inventory_holding_cost": 1,
            "replenishment_policy": Components.SSReplenishment, "policy_param": {"s": 200, "S": 300},
            "product_sell_price": 10, "product_buy_price": 8,
        }  # fmt: skip

    def future(number: int) -> None:
        draws = np.random.default_rng(number)
        supplier = {"ID": "supplier", "name": "supplier", "node_type": "infinite_supplier"}
        nodes = [supplier, stage("distributor", "distributor"), stage("retailer", "retailer")]
        pairs = [("supplier", "distributor"), ("distributor", "retailer")]
        links = [{"ID": f"to {b}", "source": a, "sink": b, "cost": 5, "lead_time": lambda: 3} for a, b in pairs]
        asks = {
            "ID": "demand", "name": "demand", "demand_node": "retailer", "order_arrival_model": lambda: 1,
            "order_quantity_model": lambda: max(draws.normal(MEAN, SD), 0.0),
        }  # fmt: skip
        Components.simulate_sc_net(Components.create_sc_net(nodes, links, [asks]), sim_time=days, logging=False)

    return 2, few, seconds(lambda: [future(r) for r in range(few)])


PEERS: dict[str, Callable[[int, int], Measured]] = {
    "deepbullwhip": deepbullwhip,
    "stockpyl": stockpyl,
    "SupplyNetPy": supplynetpy,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--futures", type=int, default=1000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--quick", action="store_true", help="30 days of at most 50 futures")
    given = parser.parse_args()
    futures, days = (50, 30) if given.quick else (given.futures, given.days)
    found = {"ours": ours(futures, days)}
    found |= {name: peer(futures, days) for name, peer in PEERS.items() if importlib.util.find_spec(name)}
    rates = {name: stages * n * days / taken for name, (stages, n, taken) in found.items()}
    rows = [
        {
            "what": name,
            "stages": found[name][0],
            "futures": found[name][1],
            "seconds": found[name][2],
            "million_stage_days_per_s": rate / 1e6,
            "ours_is_times": rates["ours"] / rate,
        }
        for name, rate in rates.items()
    ]
    absent = [name for name in PEERS if name not in found]
    tell(f"stage-days a second, {days} days", rows, not_installed=absent)


if __name__ == "__main__":
    main()
