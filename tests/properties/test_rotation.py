"""Rotation keeps what a pile holds fresh: as much is bought back as is sold, and never on a bad day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from oracle.corners import with_pile
from oracle.small_chains import ban

from sim import engine
from sim.arrays import Array
from sim.assembly import assemble
from sim.chance.draws import Draws
from sim.decisions import below
from sim.records.ledger import Ledger
from sim.running.experiment import run_block
from sim.spec.scenario import Scenario
from sim.testing.diary import keep_diary
from sim.testing.quantities import q
from sim.testing.strategies import scenarios
from sim.world import World

ROUNDING_T = 1e-9


class Inspector(Ledger):
    """A ledger that looks at every day on which something is rotated."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._value = world.value[world.value_rows.pile]

    def note_day(self, world: World, day: int, shipped: Array) -> None:
        """Rotate only where nothing is let go, the price allows buying back, and all is there or on its way."""
        super().note_day(world, day, shipped)
        piles = world.stockpiles
        sold = piles.rotated > 0
        dear = below(piles.price_ceiling * piles.opening_value, self._value)
        assert not (sold & dear).any()
        for pile in piles.piles:
            released = (piles.let_go[pile.rows] > ROUNDING_T).any(axis=0)
            assert not (sold[pile.rows] & released).any()
            assert pile.rotation is not None or not sold[pile.rows].any()
            if pile.rotation is not None:
                slice_t = (piles.stock + piles.rotated)[pile.rows] / pile.rotation.over_d
                assert (piles.rotated[pile.rows] <= slice_t + ROUNDING_T).all()
        self._value = world.value[world.value_rows.pile]


@given(scenario=scenarios(max_horizon=120))
@settings(max_examples=15, deadline=None)
def test_nothing_is_rotated_on_a_bad_day(scenario: Scenario) -> None:
    """Not while a pile lets go, not above the ceiling, and no more than a day's part of what is held."""
    world = assemble(scenario, Draws(2, np.arange(2), parameters=scenario.parameters))

    engine.run(world, Inspector(world))


def pile(*, over_d: float = 60, rotated: bool = True, **terms: Any) -> Scenario:
    """Return 60 t held for a buyer of 1.8 t a day, sold over so many days, bought back by up to 3 t a day."""
    refill = {"rate": q(3, "t/d"), "price_ceiling": q(1.3, "multiple")}
    rotation = {"rotation": {"over": q(over_d, "d"), "discount": q(0.1, "share")}} if rotated else {}
    usual = {"trigger": q(0, "d"), "refill": refill}
    scenario = with_pile(refilled=True, home="jp", terms=usual | rotation | terms)
    return scenario.model_copy(update={"policy_facilities": ("pile",)})


def test_all_is_sold_once_in_the_time_it_keeps() -> None:
    """Of 60 t that keep for 60 days about 1 t is sold a day, as much is bought, and what is on its way is missing."""
    series, _ = keep_diary(pile(), 1, [0], twin=False)
    sold, bought = series["shipped/release"][:, 0], series["shipped/refill"][:, 0]
    stock = series["stock/pile/ndpr_oxide"][:, 0]

    assert sold[0] == pytest.approx(1)
    assert sold[30:] == pytest.approx(stock[29:-1] / 60, rel=0.01)
    np.testing.assert_allclose(sold, bought, atol=1e-6)
    assert (stock > 60 - 7).all()


def test_rotation_costs_what_old_stock_has_lost() -> None:
    """At prices that hardly move the cost is a tenth of what is sold."""
    series, block = keep_diary(pile(), 1, [0], twin=False)
    price, sold = series["price/ndpr/world"][:, 0], series["shipped/release"][:, 0]

    assert np.abs(price / 60 - 1).max() < 0.2
    lost = float((0.1 * sold * price * 1000).sum())
    cost = float(block.columns["all/policy_cost_usd"][0])
    assert cost == pytest.approx(lost, rel=0.2)


def test_a_budget_is_for_more_than_what_is_sold() -> None:
    """What rotation brings in pays for what it buys back: money for 20 t is enough to buy 140 t in five months."""
    refill = {"rate": q(3, "t/d"), "price_ceiling": q(1.3, "multiple"), "budget": q(1.2e6, "usd")}
    series, _ = keep_diary(pile(refill=refill), 1, [0], twin=False)

    assert (series["stock/pile/ndpr_oxide"][:, 0] > 50).all()
    assert series["shipped/refill"].sum() > 125


def test_a_watched_future_keeps_a_diary_of_what_the_policy_does() -> None:
    """Rotation is told from its first day to the last, with the tonnes; a future that is not watched says nothing."""
    seen, unseen = (
        [event for event in run_block(pile(), 1, np.arange(1), twin=False, watched=watched).events]
        for watched in (True, False)
    )
    told = [(event.kind, event.day) for event in seen if event.kind.startswith("rotation")]
    sold = next(event.values for event in seen if event.kind == "rotation_end")

    assert told == [("rotation_start", 0), ("rotation_end", 149)]
    assert sold is not None
    assert 120 < sold[0] < 150
    assert not [event for event in unseen if event.kind.startswith("rotation")]


def test_owners_keep_their_parts() -> None:
    """What is sold and bought back is nobody's gain: each owner ends with its share of what is there."""
    shares = {"owners": ["cn", "jp"], "shares": {"cn": q(0.25, "share"), "jp": q(0.75, "share")}}
    world = assemble(pile(**shares), Draws(2, np.arange(2)))
    engine.run(world, Ledger(world))
    accounts = world.stockpiles.piles[0].accounts

    assert accounts is not None
    china, japan = accounts.each
    assert np.allclose(china.held * 3, japan.held)
    assert np.allclose(china.held + japan.held, world.stockpiles.stock)
    assert np.allclose([china.brought, japan.brought], np.array([15, 45])[:, None, None])


def test_who_rotates_is_no_less_ready() -> None:
    """In a ban a pile that rotates helps about as much as one that does not: days differ by what was on its way."""
    days = [
        run_block(
            pile(rotated=rotated, trigger=q(20, "d"), release_over=None).model_copy(
                update={"disruptions": with_pile(home="jp", ban=ban(60, 60)).disruptions}
            ),
            1, np.arange(1), twin=False,
        ).columns["jp.use/shortage_days"][0]
        for rotated in (False, True)
    ]  # fmt: skip

    assert abs(days[0] - days[1]) <= 7 / 1.8 + 1
