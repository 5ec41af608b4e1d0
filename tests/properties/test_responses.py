"""A Rapid Response sends no more than it may, no sooner than it was decided, and takes nobody's own cover."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from oracle.small_chains import ban, buyer, lane, one_product

from sim import engine
from sim.arrays import Array
from sim.assembly import assemble
from sim.chance.draws import Draws
from sim.entities.rationing import Rationing
from sim.entities.responses import Response, Responses, Source, Watch
from sim.records.ledger import Ledger
from sim.results.futures import Block
from sim.running.experiment import run_block
from sim.spec.quantity import Quantity
from sim.spec.scenario import Scenario
from sim.testing.check import keeps_its_books
from sim.testing.quantities import q
from sim.testing.strategies import scenarios
from sim.world import World

ROUNDING_T = 1e-9


class Auditor(Responses):
    """Responses that are watched while they send."""

    def send(
        self, use_tpd: Array, out_tpd: Array, going_t: Array, position: Array, on_hand: Array, open_share: Array
    ) -> None:
        """Send, and look at who gave what."""
        before, was = on_hand.copy(), position.copy()
        super().send(use_tpd, out_tpd, going_t, position, on_hand, open_share)
        assert np.allclose(before - on_hand, self.taken, atol=ROUNDING_T)
        assert (position >= was).all()
        for response in self.each:
            assert (response.left_t[:, response.stands] <= response.tonnage_t[:, response.stands]).all()
            if np.isfinite(response.tonnage_t).all():
                spent = (response.tonnage_t - response.left_t).sum(axis=0)
                assert np.allclose(spent[response.stands], response.sent_t[response.stands], atol=ROUNDING_T)
            if response.limit_t is not None:
                assert (response.sent_t <= response.limit_t * (1 + 1e-12)).all()
            for source in response.sources:
                assert (self.sent[source.lanes][:, ~response.stands] == 0).all()
                assert (self.sent[source.lanes] <= source.capacity_tpd * (1 + 1e-12)).all()
                assert (self.sent[source.lanes][open_share[source.lanes] < 1] == 0).all()
        self._nobody_gives_his_own(before, on_hand, out_tpd)

    def _nobody_gives_his_own(self, before: Array, after: Array, out_tpd: Array) -> None:
        least = np.full_like(before, np.inf)
        for source in [source for response in self.each for source in response.sources]:
            own = source.keep_d * out_tpd[source.shippers]
            least[source.shippers] = np.minimum(least[source.shippers], own)
        assert (after >= np.minimum(before, least) - ROUNDING_T).all()


def audited(scenario: Scenario, n: int = 5) -> tuple[World, Block]:
    """Run futures with somebody watching the responses."""
    world = assemble(scenario, Draws(3, np.arange(n), parameters=scenario.parameters))
    kept = world.responses
    world = replace(world, responses=Auditor(kept.each, kept.sent, kept.taken, kept.groups))
    ledger = Ledger(world)
    engine.run(world, ledger)
    return world, ledger.block(world)


def airlift(**more: Any) -> Scenario:
    """Return a chain under a ban, with a second plant in Japan and a pile, both of which can send."""
    pile = {
        "kind": "stockpile", "region": "jp", "owners": ["jp"], "stocks": {"ndpr_oxide": {"opening": q(60, "t")}},
        "trigger": q(0, "d"),
    }  # fmt: skip
    response = {
        "watched": ["jp.use"], "cover_below": q(20.3, "d"), "detection": q(3, "d"), "convening": q(2, "d"),
        "decision": q(2, "d"), "lasts": q(10, "d"), "restores": q(25, "d"), "tonnage": {"ndpr_oxide": q(12, "t")},
        "keep": q(5, "d"), "cool_down": q(20, "d"),
    }  # fmt: skip
    plant = one_product().model_dump(by_alias=True)["facilities"]["plant"] | {"region": "jp"}
    return one_product(
        facilities={"pile": pile, "other": plant},
        lanes={
            "ore-other": lane("mine", "other", "ore", 3),
            "sold": lane("other", "jp.more", "ndpr_oxide", 5),
            "air-other": lane("other", "jp.use", "ndpr_oxide", 2, release=True, response="airlift"),
            "air": lane("pile", "jp.use", "ndpr_oxide", 4, release=True, response="airlift", freight=q(4, "usd/kg")),
        },
        buyers={"jp.more": buyer("ndpr_oxide", 1, 30) | {"end_use": "more"}},
        disruptions={"ban": ban(20, 90)},
        responses={"airlift": response | more},
    )


@given(scenario=scenarios())
@settings(max_examples=60, deadline=None)
def test_a_response_keeps_to_its_terms_on_any_scenario(scenario: Scenario) -> None:
    """No more than its tonnage, only while it stands, nothing through a control, nobody below what he keeps."""
    _, block = audited(scenario)
    called: dict[tuple[str, int], int] = {}
    for event in block.events:
        for replication in event.replications:
            if event.kind == "response_called":
                called[event.subject, replication] = event.day
            if event.kind == "response_start":
                assert event.day > called[event.subject, replication]


def test_a_response_comes_when_it_has_been_detected_convened_and_decided() -> None:
    """Three, two and two days after the call, for ten days, and not again for twenty."""
    _, block = audited(airlift(), 1)
    days = [(event.kind, event.day) for event in block.events if event.kind.startswith("response")]

    assert days[:4] == [("response_called", 40), ("response_start", 47), ("response_end", 57), ("response_called", 77)]


def test_what_is_sent_is_in_the_books() -> None:
    """The maker gives what he has above five days of sales, the pile the rest of the twelve tonnes; freight is paid."""
    scenario = airlift(cool_down=q(900, "d"))
    world, block = audited(scenario, 2)
    end = next(event for event in block.events if event.kind == "response_end")
    of_pile = 60 - world.stockpiles.stock[0]

    assert end.values is not None
    assert np.allclose(end.values, 12)
    assert np.allclose(of_pile, 12 - (10 - 5) * 1)
    assert np.allclose(block.columns["all/policy_cost_usd"], of_pile * 4 * 1000)
    assert all(claim.holds for claim in keeps_its_books(scenario, np.arange(3)))


def two_goods(asked: tuple[float, float], most: tuple[float, float], limit: float) -> dict[str, Any]:
    """Return what a response with a limit lets leave a pile that can spare enough of both goods, t each."""
    one, none = np.ones((2, 1)), np.zeros(0, dtype=np.int64)
    two = np.arange(2)
    rationing = Rationing(two, 2, np.ones(2, dtype=np.int64))
    source = Source(two, two, one, one, two, two, 0 * one, rationing, None)
    watch = Watch(none, none, none, 1.0, None, None)
    tonnage, day = np.array(most, dtype=np.float64)[:, None], np.zeros(1)
    response = Response(
        "airlift", watch, (source,), day, tonnage, day + limit, day > 0, day == 0, tonnage.copy(), day.astype(int), day
    )
    allowed = response.allowed(source, np.array(asked, dtype=np.float64)[:, None], 99 * one)
    return {"allowed": allowed[:, 0].tolist()}


def test_a_limit_to_all_is_shared_by_what_is_asked() -> None:
    """Of 10 t, 30 t asked of one thing and 10 of another get 7.5 and 2.5; what has a tonnage counts with no more."""
    assert two_goods((30, 10), (np.inf, np.inf), 10)["allowed"] == [7.5, 2.5]
    assert two_goods((30, 10), (10, np.inf), 10)["allowed"] == [5, 5]
    assert two_goods((3, 1), (10, np.inf), 10)["allowed"] == [3, 1]


@pytest.mark.parametrize("entitlement", [0, 0.25, 1])
def test_a_response_draws_on_owners_accounts(entitlement: float) -> None:
    """Japan has a tenth of 60 t and gets its 6 t, and what it is entitled to of China's 54."""
    shares = {"owners": ["cn", "jp"], "shares": {"cn": q(0.9, "share"), "jp": q(0.1, "share")}}
    scenario = airlift(tonnage={}, limit=q(500, "t"), lasts=q(100, "d"), restores=q(90, "d"))
    whole = scenario.model_dump(by_alias=True, mode="json")
    whole["facilities"]["pile"] |= shares | {"entitlement": q(entitlement, "share")}
    world, _ = audited(Scenario.model_validate(whole), 2)
    accounts = world.stockpiles.piles[0].accounts

    assert accounts is not None
    china, japan = accounts.each
    drawn = 6 + entitlement * 54
    assert np.allclose(world.stockpiles.stock[0], 60 - drawn)
    assert np.allclose([japan.held[0], china.held[0]], [[0, 0], [60 - drawn] * 2])
    assert np.allclose(china.lent, entitlement * 54)


@given(scenario=scenarios(max_horizon=90))
@settings(max_examples=8, deadline=None)
def test_what_owners_have_is_what_the_pile_has(scenario: Scenario) -> None:
    """Whoever draws, for whatever reason, is booked: accounts add up to the stock, and none is overdrawn."""
    world, _ = audited(scenario, 2)
    for pile in world.stockpiles.piles:
        if pile.accounts is not None:
            held = sum(account.held for account in pile.accounts.each)
            assert np.allclose(held, world.stockpiles.stock[pile.rows], atol=1e-9)
            for account in pile.accounts.each:
                assert (account.lent <= pile.accounts.entitlement * account.brought + ROUNDING_T).all()


def test_a_response_helps() -> None:
    """Who is watched is short for fewer days, and whoever buys from the maker who gave is never short for it."""
    helped = run_block(airlift(), 1, np.arange(2), twin=False).columns
    alone = run_block(airlift(tonnage={"ndpr_oxide": q(0, "t")}), 1, np.arange(2), twin=False).columns

    assert (helped["jp.use/shortage_days"] < alone["jp.use/shortage_days"]).all()
    assert (helped["jp.more/shortage_days"] == 0).all()


@given(scenario=scenarios())
@settings(max_examples=25, deadline=None)
def test_a_response_that_may_send_nothing_changes_no_number(scenario: Scenario) -> None:
    """It is called, decides, and nothing is different to the last bit; accounts that sum over lanes, to rounding."""
    idle = {
        i: one.model_copy(update={"limit": Quantity.model_validate(q(0, "t"))})
        for i, one in scenario.responses.items()
    }  # fmt: skip
    none = {i: lane for i, lane in scenario.lanes.items() if lane.response is None}
    with_it, without = (
        run_block(scenario.model_copy(update=update), 1, np.arange(3), twin=False).columns
        for update in ({"responses": idle}, {"responses": {}, "lanes": none})
    )

    accounts = {name for name in without if name.startswith("all/policy_")} | {"all/balance_error"}
    differ = [
        name for name in without.keys() - accounts if not np.array_equal(without[name], with_it[name], equal_nan=True)
    ]
    assert not differ, differ[:5]
    assert all(np.allclose(without[name], with_it[name], rtol=1e-9, atol=1e-6) for name in accounts)
