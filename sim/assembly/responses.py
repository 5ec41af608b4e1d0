"""Rapid Responses: who sends, whom they watch, and what each may send."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Index
from sim.assembly.constants import Constants
from sim.assembly.market import value_rows
from sim.assembly.piles import drawers_of
from sim.chance.draws import Draws
from sim.entities.accounts import Accounts
from sim.entities.lanes import Lanes
from sim.entities.rationing import Rationing
from sim.entities.responses import Response, Responses, Source, Watch
from sim.entities.rows import Rows
from sim.entities.values import Values
from sim.spec.policies import RapidResponse
from sim.spec.quantity import Mass, Quantity
from sim.spec.scenario import Scenario


def build_responses(
    scenario: Scenario,
    rows: Rows,
    draws: Draws,
    lanes: Lanes,
    constants: Constants,
    values: Values,
    accounts: dict[str, Accounts],
) -> Responses:
    """Make all Rapid Responses, none of them called; `accounts` are those of piles that have any."""
    each = tuple(
        Response(
            id=i,
            watch=_watch(scenario, rows, values, spec),
            sources=tuple(_sources(scenario, rows, draws, lanes, constants, accounts, i)),
            restores_d=draws.quantity(f"{_stream(scenario, i)}/restores", spec.restores),
            tonnage_t=np.stack(
                [draws.optional(f"{_stream(scenario, i)}/tonnage/{m}", most, np.inf) for m, most in goods.items()]
            ),
            limit_t=None if spec.limit is None else draws.quantity(f"{_stream(scenario, i)}/limit", spec.limit),
            ready=np.full(draws.width, spec.decision_day is None),
            stands=np.zeros(draws.width, dtype=bool),
            left_t=np.zeros((len(goods), draws.width)),
            calls=np.zeros(draws.width, dtype=np.int64),
            sent_t=np.zeros(draws.width),
        )
        for i, spec in scenario.responses.items()
        for goods in [_goods(scenario, i)]
    )
    known = [response.watch.groups for response in each] + [lanes.group[lanes.response]]
    return Responses(
        each,
        np.zeros((len(lanes.specs) - lanes.response.start, draws.width)),
        np.zeros((len(rows.shippers), draws.width)),
        np.unique(np.concatenate(known)),
    )


def _stream(scenario: Scenario, i: str) -> str:
    return f"response/{scenario.responses[i].stream or i}"


def _goods(scenario: Scenario, i: str) -> dict[str, Mass | None]:
    """Return what a response ships, and the most of each where it has one."""
    shipped = dict.fromkeys(lane.material for lane in scenario.lanes.values() if lane.response == i)
    return shipped | scenario.responses[i].tonnage


def _watch(scenario: Scenario, rows: Rows, values: Values, spec: RapidResponse) -> Watch:
    buyers = [i for i in spec.watched if i in scenario.buyers]
    groups = dict.fromkeys(row for (place, _), row in rows.groups.items() if place in spec.watched)
    return Watch(
        groups=np.array(sorted(groups), dtype=np.int64),
        buyers=np.array([rows.buyers[i] for i in buyers], dtype=np.int64),
        value_row=value_rows(scenario, values, ((i, scenario.buyers[i].material) for i in buyers)),
        cover_below_d=_typical(spec.cover_below),
        unmet_above=_typical(spec.unmet_above),
        price_above=_typical(spec.price_above),
    )


def _typical(quantity: Quantity | None) -> float | None:
    return None if quantity is None else quantity.typical


def _sources(
    scenario: Scenario,
    rows: Rows,
    draws: Draws,
    lanes: Lanes,
    constants: Constants,
    accounts: dict[str, Accounts],
    i: str,
) -> list[Source]:
    own = {n: lane for n, lane in enumerate(lanes.specs.values()) if lane.response == i}
    goods = list(_goods(scenario, i))
    found = []
    for sender in dict.fromkeys(lane.from_ for lane in own.values()):
        at = np.array([n for n, lane in own.items() if lane.from_ == sender], dtype=np.int64)
        shippers = np.unique(lanes.shipper[at])
        keys = list(rows.shippers)
        found.append(
            Source(
                lanes=at - lanes.response.start,
                group=lanes.group[at],
                received=lanes.received[at, None],
                capacity_tpd=lanes.capacity_tpd[at],
                shippers=shippers,
                goods=np.array([goods.index(keys[row][1]) for row in shippers], dtype=np.int64),
                keep_d=_keep_d(scenario, rows, draws, constants, i, shippers),
                rationing=Rationing(np.searchsorted(shippers, lanes.shipper[at]), len(shippers), lanes.priority[at]),
                accounts=_accounts(rows, lanes, sender, at, accounts[sender]) if sender in accounts else None,
            )
        )
    return found


def _accounts(rows: Rows, lanes: Lanes, sender: str, at: Index, own: Accounts) -> Accounts:
    """Return the accounts of a pile as lanes `at`, which are not its own, may draw on them."""
    specs = list(lanes.specs.values())
    piles = [n for n, (i, _) in enumerate(rows.piles) if i == sender]
    row = lanes.shipper[at] - (len(rows.shippers) - len(rows.piles)) - piles[0]
    to = [specs[n].to for n in at]
    return own.drawn_by(drawers_of(rows.scenario, rows.stockpiles[sender], to, lanes.priority[at], row, len(piles)))


def _keep_d(scenario: Scenario, rows: Rows, draws: Draws, constants: Constants, i: str, shippers: Index) -> Array:
    """Return what each row keeps, in days of planned sales: nothing where it is a pile's."""
    spec, n_works = scenario.responses[i], len(rows.works)
    found = []
    for row in shippers:
        if row >= n_works:
            found.append(np.zeros(draws.width))
        elif spec.keep is not None:
            found.append(draws.quantity(f"{_stream(scenario, i)}/keep", spec.keep))
        else:
            found.append(constants.work_cover_d[row])
    return np.stack(found)
