"""Stockpiles: what they hold, whose they are, on what terms they let go and fill up again."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from sim.testing.quantities import Spec, q, uniform
from sim.testing.strategies.draft import Draft

PILE_TERMS = ("paced", "when", "first", "handling", "decision_day", "target", "costs")
ROTATIONS: tuple[Spec, ...] = (
    {"rotation": {"over": q(40, "d")}},
    {"rotation": {"over": uniform(20, 400, "d"), "discount": q(0.2, "share")}},
)
RELEASES: tuple[Spec, ...] = ({}, {}, {"capacity": q(0.05, "t/d")}, {"freight": q(3, "usd/kg")})
PILED = (
    ("ndpr_oxide", "dy_oxide"),
    ("dy_oxide",),
    ("ndpr_metal",),
    ("magnet_std",),
    ("dy_metal", "dy_oxide"),
    ("ndpr_oxide",),
)


def add_piles(draft: Draft) -> None:
    """Draw up to two stockpiles, what they hold and whom they serve."""
    for number in range(draft.pick(*[n for n in (0, 1, 2) if n <= max(0, draft.left)])):
        _add_pile(draft, f"pile{number}", draft.pick(*PILED))


def _add_pile(draft: Draft, name: str, materials: Sequence[str]) -> None:
    tolled = {"received_as": "ndpr_metal"} if tuple(materials) == ("ndpr_oxide",) else {}
    served = {m: ["magnet0"] if tolled else draft.users_of(m) for m in materials}
    in_days = draft.pick(False, True) and all(served[m][0] == served[materials[0]][0] for m in materials)
    pile: Spec = {
        "kind": "stockpile",
        "region": draft.pick(*draft.regions, draft.facilities[draft.makers_of[materials[0]][0]]["region"]),
        **_owners(draft),
        "stocks": {m: {"opening": _pile_stock(draft, in_days)} for m in materials},
        "trigger": q(0, "d") if draft.calm else draft.pick(q(5, "d"), q(20, "d"), uniform(5, 40, "d")),
    }
    if in_days:
        alone, *others = served[materials[0]]
        pile["days_of"] = draft.pick(alone, [alone, *others])
    if draft.pick(False, True):
        pile["release_over"] = q(draft.pick(10, 30), "d")
    if not draft.calm:
        _add_terms(draft, pile, [user for users in served.values() for user in users])
    draft.facilities[name] = pile
    for material, users in served.items():
        for user in users:
            lane = draft.lane(name, user, material) | tolled
            draft.lanes[f"{name}-{user}-{material}"] = lane | draft.pick(*RELEASES)
    _add_refill(draft, name, pile, materials)


def _add_terms(draft: Draft, pile: Spec, served: Sequence[str]) -> None:
    """Draw up to three terms on which a pile lets go."""
    drawn = draft.draw(st.lists(st.sampled_from(PILE_TERMS), max_size=3, unique=True))
    pace = {"rate": draft.pick(q(0.05, "t/d"), uniform(0.01, 0.4, "t/d"))}
    if "paced" in drawn:
        pile |= draft.pick(pace, {"ration": draft.pick(q(20, "d"), uniform(5, 60, "d"))})
        if draft.pick(False, True):
            del pile["trigger"]
    if "when" in drawn:
        emergency = {"delay": draft.pick(q(0, "d"), uniform(0, 20, "d"))}
        calls = ({"start": uniform(5, 40, "d")}, {"price": q(1.07, "multiple")}, {"emergency": emergency})
        pile["when"] = draft.pick(*calls, calls[0] | calls[1], calls[1] | calls[2])
    if "first" in drawn:
        pile["first"] = [served[-1]]
    if "costs" in drawn:
        pile |= {"storage": q(900, "usd/t/year"), "capital": q(0.05, "share/year")}
    if "handling" in drawn:
        pile["handling"] = draft.pick(q(3, "d"), uniform(0, 12, "d"))
    if "decision_day" in drawn:
        pile["decision_day"] = draft.pick(q(15, "d"), uniform(5, 40, "d"))
    if "target" in drawn:
        for stock in pile["stocks"].values():
            stock["target"] = q(40, stock["opening"]["unit"])
            stock["opening"] = draft.pick(stock["opening"], q(0, "t"))


def _owners(draft: Draft) -> Spec:
    """Draw whose a pile is: one region's, pooled by all, or of all by shares, with what they lend each other."""
    if not draft.pick(False, True):
        return {"owners": [draft.regions[-1]]}
    parts = draft.pick((0.3, 0.7), (1.0, 0.0)) if len(draft.regions) == 2 else draft.pick((0.2, 0.5, 0.3), (0, 1, 0))
    shares = {region: q(part, "share") for region, part in zip(draft.regions, parts, strict=True)}
    lent = draft.pick({}, {"entitlement": q(0.4, "share")}, {"entitlement": q(1, "share")})
    return {"owners": list(draft.regions), "shares": shares} | lent


def _pile_stock(draft: Draft, in_days: bool) -> Spec:
    return draft.pick(q(30, "d"), uniform(10, 50, "d")) if in_days else draft.pick(q(2, "t"), q(15, "t"))


def _add_refill(draft: Draft, name: str, pile: Spec, materials: Sequence[str]) -> None:
    if not draft.pick(False, True):
        return
    pile["refill"] = {"rate": q(0.1, "t/d"), "price_ceiling": q(draft.pick(1.13, 1.57), "multiple")}
    if not draft.calm:
        pile["refill"] |= draft.pick({}, {}, {"budget": q(draft.pick(20_000, 500_000), "usd")})
        pile |= draft.pick({}, {}, *ROTATIONS)
    for material in materials:
        sellers = draft.makers_of[material]
        lane = draft.lane(sellers[-1], name, material) | {"share": q(1, "share")}
        draft.lanes[f"refill-{name}-{material}"] = lane
