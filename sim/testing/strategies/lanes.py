"""Lanes: who supplies whom, by contract or on standby, and the way of swarf."""

from __future__ import annotations

from collections.abc import Sequence

from sim.testing.quantities import Spec, q, uniform
from sim.testing.strategies.draft import Draft

SCHEMES = ("sole", "sole", "split", "standby", "qualifying")
LAPSES: tuple[Spec, ...] = (
    {"qualification": q(12, "d"), "requalify_after": q(10, "d")},
    {"qualification": uniform(5, 30, "d"), "requalify_after": uniform(1, 25, "d")},
)
"""Terms of lanes that must be qualified anew when they were shut for so long."""
DRESSES: tuple[Spec, ...] = (
    {},
    {},
    {"freight": q(2, "usd/kg")},
    {"capacity": q(0.3, "t/d")},
    {"right": q(0.1, "t/d")},
    {"stream": "pinned"},
    {"right": q(0.02, "t/d"), "freight": q(15, "usd/kg"), "capacity": uniform(0.5, 3, "t/d")},
)


def add_lanes(draft: Draft) -> None:
    """Supply every group from the stage above, and push swarf to a separation plant."""
    for name, plant in list(draft.facilities.items()):
        if plant["kind"] == "separation":
            _supply(draft, name, [(mine, draft.facilities[mine]["product"]) for mine in draft.named("mine")])
        elif plant["kind"] == "maker":
            for material in dict.fromkeys(m for r in plant["recipes"].values() for m in r["inputs"]):
                _supply(draft, name, [(maker, material) for maker in draft.makers_of[material]])
    for name, buyer in draft.buyers.items():
        _supply(draft, name, [(maker, buyer["material"]) for maker in draft.makers_of[buyer["material"]]])
    _toll_reduction(draft)
    if draft.has_swarf:
        _push_swarf(draft)


def _supply(draft: Draft, receiver: str, sellers: Sequence[tuple[str, str]]) -> None:
    scheme = draft.pick(*SCHEMES) if len(sellers) > 1 else "sole"
    turn = draft.pick(*range(len(sellers)))
    shares = {"split": [0.5, 0.3, 0.2] if len(sellers) == 3 else [0.6, 0.4]}.get(scheme, [1.0])
    for i, (seller, material) in enumerate([*sellers[turn:], *sellers[:turn]]):
        lane = draft.lane(seller, receiver, material)
        if i < len(shares):
            lane["share"] = q(shares[i], "share")
            if scheme == "split" and i == 0:
                lane["standby"] = q(0.5, "multiple")
        else:
            lane["standby"] = q(1.0, "multiple")
            if scheme == "qualifying":
                lane["qualification"] = draft.pick(q(10, "d"), uniform(5, 40, "d"))
        if not draft.calm:
            lane |= draft.pick({}, {}, {}, *LAPSES)
        if scheme == "sole" and i > 0:
            continue
        _dress(draft, lane)
        draft.lanes[f"{seller}-{receiver}-{material}"] = lane


def _dress(draft: Draft, lane: Spec) -> None:
    lane |= draft.pick(*[dress for dress in DRESSES if not (draft.calm and "capacity" in dress)])


def _toll_reduction(draft: Draft) -> None:
    """Let a magnet maker buy oxide that counts as metal, where drawn."""
    magnet, sep = draft.pick(None, *draft.named("magnet")), draft.named("sep")[-1]
    if magnet is None:
        return
    lane = draft.lane(sep, magnet, "ndpr_oxide") | {"received_as": "ndpr_metal"}
    terms = draft.pick(
        {"share": q(0.3, "share")},
        {"standby": q(0.7, "multiple")},
        {"standby": q(0.7, "multiple"), "qualification": q(15, "d")},
    )
    for other in draft.lanes.values():
        same = (other["to"], other["material"]) == (magnet, "ndpr_metal")
        if same and "share" in terms and "share" in other:
            other["share"] = q(0.7 * other["share"]["value"], "share")
    draft.lanes[f"toll-{magnet}"] = lane | terms


def _push_swarf(draft: Draft) -> None:
    """Push each magnet maker's swarf to one separation plant; the last may live on swarf alone."""
    recycler = draft.named("sep")[-1]
    if len(draft.named("sep")) > 1 and draft.pick(False, True):
        for name in [n for n, lane in draft.lanes.items() if lane["to"] == recycler]:
            del draft.lanes[name]
    for magnet in draft.named("magnet"):
        lane = draft.lane(magnet, recycler, "swarf")
        draft.lanes[f"swarf-{magnet}"] = lane | {"push": True, "share": q(1, "share")}
