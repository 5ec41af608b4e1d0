"""Rapid Response: it is called when somebody is about to run low, decided after some days, and then sends by air."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.disruptions.spans import Act, between, on
from sim.entities.responses import Response
from sim.spec.policies import RapidResponse
from sim.spec.quantity import Quantity
from sim.world import World


def tell(world: World) -> None:
    """Let every response that is decided on later be ready from that day."""
    for response in world.responses.each:
        day = world.scenario.responses[response.id].decision_day
        if day is not None:
            on(world, _days(world, response, "decision_day", day, draw=False), ~response.ready, _make_ready(response))


def send(world: World, going_t: Array, on_hand: Array) -> None:
    """Let those that stand send; `going_t` is (group, replication), `on_hand` (shipper, replication) is written."""
    responses, piles, n_works = world.responses, world.stockpiles, len(world.works.stock)
    open_share = world.lanes.limits.standing[world.lanes.response]
    responses.send(world.plan.use_tpd, world.plan.out_tpd, going_t, world.position, on_hand, open_share)
    world.works.position[:] -= responses.taken[:n_works]
    of_piles = responses.taken[len(responses.taken) - len(piles.stock) :]
    piles.position[:] -= of_piles
    piles.let_go[:] += of_piles
    piles.released_t[:] += of_piles


def look(world: World, going_t: Array) -> None:
    """Call those responses whose watch says it is time; `going_t` is (group, replication)."""
    ahead_t, buyers = world.position - going_t, world.buyers
    unmet_t = buyers.wanted - buyers.delivered
    for response in world.responses.each:
        if response.ready.any():
            time = response.watch.calls(
                world.plan.use_tpd, ahead_t, buyers.notional, unmet_t, world.value, world.opening_value
            )
            called = time & response.ready
            if called.any():
                _call(world, response, called)


def _call(world: World, response: Response, called: Mask) -> None:
    spec = world.scenario.responses[response.id]
    response.ready[called] = False
    world.note("response_called", response.id, called)
    begins = world.clock.day + np.maximum(1, _until_decided(world, response, spec))
    ends = begins + np.maximum(1, _days(world, response, "lasts", spec.lasts))
    again = ends + _days(world, response, "cool_down", spec.cool_down)
    response.calls[called] += 1

    def begin(hit: Mask) -> None:
        response.begin(hit)
        world.note("response_start", response.id, hit)

    def end(hit: Mask) -> None:
        response.stands[hit] = False
        world.note("response_end", response.id, hit, values=response.sent_t)

    between(world, begins, ends, called, begin, end)
    on(world, again, called, _make_ready(response))


def _until_decided(world: World, response: Response, spec: RapidResponse) -> Index:
    parts = ("detection", spec.detection), ("convening", spec.convening), ("decision", spec.decision)
    whole = np.zeros(world.width, dtype=np.int64)
    for what, quantity in parts:
        if quantity is not None:
            whole += _days(world, response, what, quantity)
    return whole


def _make_ready(response: Response) -> Act:
    def make_ready(hit: Mask) -> None:
        response.ready[hit] = True

    return make_ready


def _days(world: World, response: Response, what: str, quantity: Quantity, *, draw: bool = True) -> Index:
    """Return whole days of the response that each future is at, (replication,): of call k, draw k."""
    stream = f"response/{world.scenario.responses[response.id].stream or response.id}/{what}"
    calls = response.calls if draw else np.zeros_like(response.calls)
    drawn = world.draws.quantities(stream, quantity, range(int(calls.max()) + 1))
    return np.rint(drawn[calls, np.arange(world.width)]).astype(np.int64)
