"""The model's invariants as functions of a scenario: what `sim check` runs, and the property tests too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim import engine
from sim.arrays import Array, Index
from sim.assembly import assemble
from sim.decisions import below
from sim.draws import Draws
from sim.entities.accounts import Accounts
from sim.entities.incidence import sum_rows
from sim.entities.treasury import Treasury
from sim.experiment import run_block
from sim.recorder import Ledger
from sim.spec.network import Stockpile
from sim.spec.scenario import Scenario
from sim.units import KG_PER_T
from sim.world import World

SEED = 1
FUTURES = 8
DAYS = 400
STANDING_DAYS = 120
STANDS_STILL = 1e-9
ROUNDING_T = 1e-9


@dataclass(frozen=True)
class Claim:
    """Something the model promises, and whether it holds."""

    claim: str
    holds: bool
    found: str
    """What was measured."""


def check_model(scenario: Scenario) -> Iterator[Claim]:
    """Run the invariants on a scenario over its first days and a few futures."""
    short = shortened(scenario, DAYS)
    yield stands_still(shortened(scenario, STANDING_DAYS))
    yield from keeps_its_books(short, np.arange(FUTURES))
    yield is_alone_as_in_company(short, np.arange(FUTURES))


def shortened(scenario: Scenario, days: int) -> Scenario:
    """Return the scenario with at most so many days."""
    return scenario.model_copy(update={"horizon_d": min(days, scenario.horizon_d)})


def undisturbed(scenario: Scenario) -> Scenario:
    """Return the scenario without disruption, noise, growth, plants yet to open, or piles that buy or sell by date."""
    open_now = {
        i: f.model_copy(update=_at_rest(f) if isinstance(f, Stockpile) else {"opens": None, "odds": None})
        for i, f in scenario.facilities.items()
    }
    elements = {i: e.model_copy(update={"volatility": None}) for i, e in scenario.prices.elements.items()}
    return scenario.model_copy(
        update={
            "disruptions": {},
            "projects": {},
            "demand_noise": None,
            "facilities": open_now,
            "prices": scenario.prices.model_copy(update={"elements": elements}),
            "buyers": {i: b.model_copy(update={"growth": None}) for i, b in scenario.buyers.items()},
        }
    )


def _at_rest(pile: Stockpile) -> dict[str, None]:
    """Return what to change of a pile so that it waits for its trigger, and neither buys nor sells by date."""
    paced = pile.rate is not None or pile.ration is not None
    return {"refill": None, "rotation": None} | (dict.fromkeys(("rate", "ration", "trigger")) if paced else {})


def stands_still(scenario: Scenario) -> Claim:
    """Undisturbed, nobody is ever short and every price stays at its opening level."""
    columns = run_block(undisturbed(scenario), SEED, np.arange(FUTURES), twin=False).columns
    days = max(float(c.max()) for name, c in columns.items() if name.endswith("/shortage_days"))
    peaks = [float(np.abs(c - 1).max()) for name, c in columns.items() if name.endswith("/peak_multiple")]
    drift = max(peaks, default=0.0)
    return Claim(
        "undisturbed, the network stands still",
        days == 0 and drift <= STANDS_STILL,
        f"{days:g} shortage days, prices within {drift:.1g} of opening",
    )


def keeps_its_books(scenario: Scenario, replications: Index) -> list[Claim]:
    """Nothing is negative or passes a closed lane, no pile overflows or lets go too much, every element balances."""
    world = assemble(scenario, Draws(SEED, replications, parameters=scenario.parameters))
    watcher = Watcher(Ledger(world), world)
    engine.run(world, watcher)
    error = float(watcher.ledger.block(world).columns["all/balance_error"].max())
    return [
        Claim("every element balances", error <= STANDS_STILL, f"to {error:.1g} of throughput"),
        Claim("no stock, flow or price is negative", watcher.lowest >= 0, f"lowest {watcher.lowest:g}"),
        Claim(
            "nothing passes a closed lane but its leak",
            watcher.smuggled_t <= ROUNDING_T,
            f"{watcher.smuggled_t:.1g} t too much",
        ),
        Claim(
            "no stockpile is above its room", watcher.overflow_t <= ROUNDING_T, f"{watcher.overflow_t:.1g} t too much"
        ),
        Claim("no owner draws more than it may", watcher.overdrawn_t <= ROUNDING_T, f"{watcher.overdrawn_t:.1g} t"),
        Claim(
            "no stockpile buys above its ceiling", watcher.overpaid_t <= ROUNDING_T, f"{watcher.overpaid_t:.1g} t so"
        ),
        Claim(
            "nobody spends more than the budget",
            watcher.overspent_usd <= 0,
            f"USD {watcher.overspent_usd:.1g} too much",
        ),
    ]


def is_alone_as_in_company(scenario: Scenario, replications: Index) -> Claim:
    """Any future can be pulled out of the batch and replayed alone, to the last bit."""
    batch = run_block(scenario, SEED, replications).columns
    alone = run_block(scenario, SEED, replications[-1:]).columns
    differ = [name for name, column in alone.items() if not np.array_equal(column, batch[name][-1:], equal_nan=True)]
    return Claim("a future alone is the same as in a batch", not differ, ", ".join(differ[:3]) or "to the last bit")


class Watcher:
    """A ledger that also looks for what must never be."""

    def __init__(self, ledger: Ledger, world: World) -> None:
        self.ledger = ledger
        self.lowest = float(world.stock.min(initial=0.0))
        self.smuggled_t = 0.0
        self.overflow_t = 0.0
        self.overdrawn_t = 0.0
        self.overpaid_t = 0.0
        self.overspent_usd = 0.0
        self._drawn_t = np.zeros_like(world.stockpiles.released)
        budgets = world.stockpiles.budgets
        self._budget_usd = None if budgets is None else budgets.left_usd.copy()
        self._spent_usd = np.zeros_like(self._drawn_t) if budgets is None else np.zeros_like(budgets.left_usd)
        self._value = world.value[world.value_rows.pile]
        self._bought_usd = np.zeros(world.width)
        if budgets is not None:
            self._bought_usd = budgets.cost_usd(world.stockpiles.position, self._value)

    def note_day(self, world: World, day: int, shipped: Array) -> None:
        """Look at a day, and pass it on."""
        self.ledger.note_day(world, day, shipped)
        for block in (world.stock, shipped, world.market.price, world.works.begun):
            self.lowest = min(self.lowest, float(block.min(initial=0.0)))
        passing = world.lanes.limits.standing
        allowed = np.where(passing < 1, passing * world.opening_flow_tpd, world.lanes.capacity_tpd)
        carried = np.delete(shipped - allowed, np.arange(len(shipped))[world.lanes.unordered], axis=0)
        self.smuggled_t = max(self.smuggled_t, float(carried.max(initial=0.0)))
        over = world.stockpiles.stock - world.stockpiles.room_t
        self.overflow_t = max(self.overflow_t, float(over.max(initial=0.0)))
        self._watch_buying(world, shipped)
        for pile in world.stockpiles.piles:
            calm = world.stockpiles.rotated[pile.rows].sum(axis=0) == 0
            self._drawn_t[pile.lanes] += world.stockpiles.released[pile.lanes] * calm
        for pile in world.stockpiles.piles:
            if pile.accounts is not None:
                self.overdrawn_t = max(self.overdrawn_t, overdrawn(pile.accounts, self._drawn_t[pile.lanes]))

    def _watch_buying(self, world: World, shipped: Array) -> None:
        """See what piles bought at the values of the day before, at which they ordered."""
        piles, lanes = world.stockpiles, world.lanes
        bought = (lanes.to_receivers @ shipped)[lanes.n_receivers - len(piles.stock) :]
        dear = below(piles.price_ceiling * piles.opening_value, self._value)
        self.overpaid_t = max(self.overpaid_t, float((bought * dear).max(initial=0.0)))
        if piles.budgets is not None and self._budget_usd is not None:
            earned = piles.proceeds(self._value)
            self._spent_usd += piles.budgets.per_pile @ (bought * self._value * KG_PER_T - earned)
            over = self._spent_usd - self._budget_usd * (1 + STANDS_STILL)
            self.overspent_usd = max(self.overspent_usd, float(over.max(initial=0.0)))
            self._bought_usd += piles.budgets.cost_usd(bought, self._value) - sum_rows(earned[piles.budgets.of_policy])
            self._watch_treasury(world, piles.budgets.treasury)
        self._value = world.value[world.value_rows.pile]

    def _watch_treasury(self, world: World, treasury: Treasury | None) -> None:
        """See what all instruments of the policy have spent together."""
        if treasury is not None:
            paid = self._bought_usd + world.building.support_usd + world.floors.paid_usd(world.width)
            over = paid - treasury.budget_usd * (1 + STANDS_STILL)
            self.overspent_usd = max(self.overspent_usd, float(over.max(initial=0.0)))


def overdrawn(accounts: Accounts, drawn: Array) -> float:
    """Return by how much any owner has drawn more than its own and what it is entitled to of the others', t.

    `drawn` is what left on each of the pile's lanes since the start, t, (lane, replication).
    """
    too_much = 0.0
    for account in accounts.each:
        others = [other.brought for other in accounts.each if other is not account]
        may = account.brought + accounts.entitlement * sum(others, np.zeros_like(account.brought))
        over = account.own.rationing.leaves(drawn[account.own.lanes]) - may
        too_much = max(too_much, float(over.max(initial=0.0)), float((-account.held).max(initial=0.0)))
    return too_much
