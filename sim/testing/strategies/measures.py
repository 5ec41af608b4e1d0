"""What happens to the chain, and what governments do for plants: disruptions, projects, price floors."""

from __future__ import annotations

from collections.abc import Sequence

from sim.testing.happenings import Happenings, Network
from sim.testing.quantities import Spec, q, uniform
from sim.testing.strategies.draft import Draft


def add_disruptions(draft: Draft, markets: Sequence[str]) -> None:
    """Draw up to four disruptions, and a plant that opens later, for certain or not."""
    late = draft.pick(None, None, *[n for n in draft.facilities if n[-1] == "1" and not n.startswith("pile")])
    if late is not None:
        odds = draft.pick({}, {}, {"odds": q(0.5, "share")})
        draft.facilities[late] |= {"opens": draft.pick(q(12, "d"), uniform(5, 50, "d"))} | odds
    network = Network(
        regions=draft.regions,
        markets=markets,
        facilities=draft.facilities,
        buyers=draft.buyers,
        lanes=draft.lanes,
        elements=draft.elements[:-1],
        magnets_tpd=draft.magnets_tpd,
        horizon=draft.horizon,
    )
    draft.disruptions = Happenings(draft.draw, network).all()


def add_projects(draft: Draft) -> None:
    """Support plants that open late, where there are any: up to two projects, not all of which can pay for all."""
    late = [name for name, plant in draft.facilities.items() if "opens" in plant]
    for number in range(draft.pick(0, 1, 2) if late else 0):
        permits = {"permits": q(draft.pick(0.5, 1), "share"), "shortened_to": q(draft.pick(0.4, 0), "share")}
        terms = [permits, permits | {"odds": q(1.7, "multiple")}, {"odds": q(3, "multiple")}]
        draft.projects[f"project{number}"] = {
            "decision_day": draft.pick(q(6, "d"), q(0, "d"), uniform(0, 25, "d")),
            "budget": q(draft.pick(9e6, 3e6), "usd"),
            "plants": {name: draft.pick(*terms) | {"grant": q(2e6, "usd"), "loan": q(1e6, "usd")} for name in late},
        }


def add_floors(draft: Draft) -> None:
    """Pay a floor to some separation plants, at times above any price, at times out of a small budget."""
    plants = draft.named("sep")
    if draft.pick(False, True):
        producers = draft.pick(plants, plants[:1])
        floor: Spec = {
            "producers": producers,
            "least": draft.pick({"ndpr": q(63, "usd/kg")}, {"ndpr": q(200, "usd/kg"), "dy": q(220, "usd/kg")}),
            "decision_day": draft.pick(q(10, "d"), q(0, "d"), uniform(0, 40, "d")),
        }
        floor |= _offtake(draft, producers)
        draft.floors["floor"] = floor | draft.pick({}, {"budget": q(200000, "usd")}, {"budget": q(0, "usd")})


def _offtake(draft: Draft, producers: Sequence[str]) -> Spec:
    """Let some of the producers' customers claim a share of what there is, or so many tonnes of one thing."""
    sold = [one for one in draft.lanes.values() if one["from"] in producers and "response" not in one]
    if not sold or draft.pick(True, False):
        return {}
    takers = list(dict.fromkeys(one["to"] for one in sold))
    rate = {sold[-1]["material"]: q(draft.pick(0.02, 0.3), "t/d")}
    claim = draft.pick({"share": q(draft.pick(0.5, 1), "share")}, {"rate": rate})
    return {"offtake": {"takers": takers[-draft.pick(1, 2) :]} | claim}
