"""The invariants can fail: each claim is false where what it forbids was seen."""

from __future__ import annotations

import numpy as np
import pytest
from command_line import SHORT
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import engine
from sim.assembly import assemble
from sim.chance.draws import Draws
from sim.records.ledger import Ledger
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.testing import serves_classes_in_order, shortened, splits_anywhere, stands_still
from sim.testing.invariants import claims_of
from sim.testing.strategies import scenarios
from sim.testing.watching import Watcher
from sim.world import World

DAYS = 25


def watched() -> tuple[Watcher, World]:
    """Run six nodes for some days under the eyes of a watcher."""
    scenario = shortened(read_scenario(str(SHORT)).scenario, DAYS)
    world = assemble(scenario, Draws(1, np.arange(2), parameters=scenario.parameters))
    watcher = Watcher(Ledger(world), world)
    engine.run(world, watcher)
    return watcher, world


@pytest.mark.parametrize(
    ("seen", "value", "claim"),
    [
        ("lowest", -1e-300, "no stock, flow or price is negative"),
        ("strange", "a price on day 3", "every number is finite"),
        ("unaccounted_t", 1e-6, "nobody gets more than he wants"),
        ("smuggled_t", 1e-6, "nothing passes a closed lane"),
        ("overflow_t", 1e-6, "no stockpile is above its room"),
        ("overdrawn_t", 1e-6, "no owner draws more than it may"),
        ("overpaid_t", 1e-6, "no stockpile buys above its ceiling"),
        ("overspent_usd", 1e-6, "nobody spends more than the budget"),
    ],
)
def test_what_was_seen_is_told(seen: str, value: object, claim: str) -> None:
    """One thing amiss breaks one claim, and no other."""
    watcher, world = watched()
    block = watcher.ledger.block(world)
    assert all(one.holds for one in claims_of(watcher, block))

    setattr(watcher, seen, value)
    assert [one.claim.startswith(claim) for one in claims_of(watcher, block) if not one.holds] == [True]


@pytest.mark.parametrize(("column", "value"), [("jp.ev/unmet_t", np.nan), ("jp.ev/first_shortage_day", np.inf)])
def test_a_column_that_is_no_number_is_found(column: str, value: float) -> None:
    """Only days that may never come may be not a number, and nothing may be infinite."""
    watcher, world = watched()
    block = watcher.ledger.block(world)
    block.columns[column] = np.array([1.0, value])

    assert [one.found for one in claims_of(watcher, block) if not one.holds] == [column]


def test_a_price_and_a_lane_gone_wrong_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the engine does wrong on one day shows, though it is right on all others."""
    step = engine.Day.step

    def wrong(self: engine.Day, day: int) -> None:
        step(self, day)
        if day == DAYS - 2:
            self._world.market.price[0] = np.nan
            self._leaving[list(self._world.lanes.specs).index("ndpr-oxide-metal")] = 1e9

    monkeypatch.setattr(engine.Day, "step", wrong)
    watcher, _ = watched()

    assert watcher.strange == f"a price on day {DAYS - 2}"
    assert watcher.smuggled_t > 1e8


def test_a_world_out_of_balance_does_not_stand_still() -> None:
    """A surge of use is no undisturbed world."""
    scenario = read_scenario(str(SHORT)).scenario
    starving = scenario.model_copy(update={"order_ceiling": scenario.order_ceiling.model_copy(update={"value": 0.5})})

    assert stands_still(shortened(scenario, 60)).holds
    assert not stands_still(shortened(starving, 60)).holds


def test_classes_are_told_apart() -> None:
    """Second to first is wrong; what is left over for the second is right."""
    asked, priority = np.array([5.0, 5.0]), np.array([1, 2])

    assert serves_classes_in_order(np.array([5.0, 2.0]), asked, priority)
    assert not serves_classes_in_order(np.array([4.0, 3.0]), asked, priority)


@given(scenario=scenarios(max_horizon=60), n=st.integers(2, 9), data=st.data())
@settings(max_examples=8, deadline=None)
def test_batches_may_be_split_anywhere(scenario: Scenario, n: int, data: st.DataObject) -> None:
    """Columns and counts of the parts are those of the whole, to the last bit."""
    claim = splits_anywhere(scenario, np.arange(n), data.draw(st.integers(1, n - 1)), seed=2)

    assert claim.holds, claim.found


def test_shares_that_sum_to_a_bit_more_than_one_leave_nothing_below_nothing() -> None:
    """In the network of 2024 nobody's part of an order is negative, though contract shares are rounded sums."""
    scenario = read_scenario("export_ban", "framework").scenario
    world = assemble(scenario, Draws(1, np.arange(1), parameters=scenario.parameters))
    share, lost = world.lanes.todays_shares(np.arange(1))

    assert share.min() >= 0
    assert lost.min() >= 0
