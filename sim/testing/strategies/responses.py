"""Rapid Responses: what they send, from whom, and whom they watch."""

from __future__ import annotations

from collections.abc import Sequence

from sim.testing.quantities import Spec, q, uniform
from sim.testing.strategies.draft import Draft

SENT = (("magnet_std",), ("ndpr_oxide",), ("dy_metal",), ("dy_oxide",), ("dy_oxide", "ndpr_oxide"))
"""What a Rapid Response may send."""


def add_responses(draft: Draft) -> None:
    """Draw up to two Rapid Responses: what they send, from whom, and whom they watch."""
    for number in range(draft.pick(0, 0, 1, 2)):
        _add_response(draft, f"response{number}", draft.pick(*SENT))


def _add_response(draft: Draft, name: str, materials: Sequence[str]) -> None:
    users = list(dict.fromkeys(user for material in materials for user in _add_airlift(draft, name, material)))
    shipped = {lane["material"] for lane in draft.lanes.values() if lane.get("response") == name}
    if not users:
        return
    draft.responses[name] = {
        "watched": draft.pick(users, users[:1], list(draft.buyers)),
        "lasts": draft.pick(q(15, "d"), uniform(1, 30, "d")),
        "restores": draft.pick(q(20, "d"), uniform(5, 40, "d")),
        **_most_sent(draft, [material for material in materials if material in shipped]),
        "cool_down": draft.pick(q(10, "d"), q(0, "d"), uniform(0, 20, "d")),
        **draft.pick({}, {"keep": q(3, "d")}, {"keep": uniform(0, 9, "d")}, {"keep": q(0, "d")}),
        **draft.pick({}, {}, {"decision_day": q(15, "d")}, {"decision_day": uniform(0, 50, "d")}),
        **draft.pick({}, {"detection": q(2, "d"), "convening": q(3, "d")}, {"decision": uniform(0, 12, "d")}),
    }
    draft.responses[name] |= _watches(draft, draft.responses[name]["watched"])


def _add_airlift(draft: Draft, name: str, material: str) -> Sequence[str]:
    """Let makers and piles of a material send it to its users, who are returned."""
    users = draft.users_of(material)
    piles = [pile for pile in draft.named("pile") if material in draft.facilities[pile]["stocks"]]
    makers = draft.makers_of.get(material, [])
    senders = [*piles, *makers][: draft.pick(3, 1)] if draft.pick(True, False) else [*makers, *piles]
    for sender in senders:
        for user in users:
            lane = draft.lane(sender, user, material) | {"response": name}
            draft.lanes[f"{name}-{sender}-{user}-{material}"] = lane | draft.pick({}, {}, {"capacity": q(0.05, "t/d")})
    return users if senders else []


def _most_sent(draft: Draft, materials: Sequence[str]) -> Spec:
    """Draw the tonnage of each material, of all, or both."""
    tonnage = {m: draft.pick(q(2, "t"), q(0.3, "t"), q(0, "t"), uniform(0.5, 9, "t")) for m in materials}
    limit = draft.pick(q(1, "t"), uniform(0.2, 3, "t"))
    return draft.pick({"tonnage": tonnage}, {"tonnage": tonnage, "limit": limit}, {"limit": limit})


def _watches(draft: Draft, watched: Sequence[str]) -> Spec:
    cover = {"cover_below": q(draft.pick(11.3, 4.7, 26.1), "d")}
    if not set(watched) <= set(draft.buyers):
        return cover
    return draft.pick(cover, {"unmet_above": q(draft.pick(0.03, 0.0), "share")}, {"price_above": q(1.21, "multiple")})
