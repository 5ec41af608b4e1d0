"""Lanes, one by one: from somebody who has the material to somebody who uses it."""

from __future__ import annotations

from collections.abc import Iterator

from sim.spec.check_matter import BALANCE, contained
from sim.spec.finding import Finding
from sim.spec.network import Buyer, Facility, Lane, Maker, Mine, SeparationPlant, Stockpile
from sim.spec.scenario import Scenario


def check_each_lane(scenario: Scenario) -> Iterator[Finding]:
    """Find lanes that ship what is not there, or what nobody can use, or that contradict themselves."""
    for key, lane in scenario.lanes.items():
        if lane.from_ == lane.to:
            yield Finding(("lanes", key, "to"), "lane", f"'{lane.to}' at both ends", "two different ends")
            continue
        yield from _shipper(key, lane, scenario)
        yield from _receiver(key, lane, scenario)
        yield from _contents(key, lane, scenario)
        yield from _keys(key, lane, scenario)


def received(lane: Lane) -> str:
    """Return the material that the lane's cargo counts as on arrival."""
    return lane.received_as or lane.material


def is_release(lane: Lane, scenario: Scenario) -> bool:
    """Tell whether the lane leaves a stockpile, or belongs to a Rapid Response: nobody orders on it."""
    return lane.response is not None or isinstance(scenario.facilities[lane.from_], Stockpile)


def shipped_by(facility: Facility) -> list[str]:
    """Return the materials that leave a facility: products, by-products, what a pile holds."""
    if isinstance(facility, Mine):
        return [facility.product]
    if isinstance(facility, SeparationPlant):
        return list(facility.products)
    if isinstance(facility, Maker):
        left = (name for recipe in facility.recipes.values() for name in recipe.byproducts)
        return [*facility.recipes, *left]
    return list(facility.stocks)


def used_by(receiver: Facility | Buyer, scenario: Scenario) -> list[str]:
    """Return the materials that a facility or a buyer takes in."""
    if isinstance(receiver, Buyer):
        return [receiver.material]
    if isinstance(receiver, Mine):
        return []
    if isinstance(receiver, SeparationPlant):
        return [name for name, material in scenario.materials.items() if contained(material)]
    if isinstance(receiver, Maker):
        return list(dict.fromkeys(name for recipe in receiver.recipes.values() for name in recipe.inputs))
    return list(receiver.stocks)


def _shipper(key: str, lane: Lane, scenario: Scenario) -> Iterator[Finding]:
    goods = shipped_by(scenario.facilities[lane.from_])
    if lane.material not in goods:
        found, allowed = f"'{lane.material}'", f"what {lane.from_} ships"
        yield Finding(("lanes", key, "material"), "lane", found, allowed, None, lane.material, goods)


def _receiver(key: str, lane: Lane, scenario: Scenario) -> Iterator[Finding]:
    receiver = scenario.buyers.get(lane.to) or scenario.facilities[lane.to]
    if isinstance(receiver, Mine):
        yield Finding(("lanes", key, "to"), "lane", f"'{lane.to}', a mine", "somebody who uses the material")
        return
    if is_release(lane, scenario) and isinstance(receiver, Stockpile):
        found = f"'{lane.to}', a stockpile"
        yield Finding(("lanes", key, "to"), "lane", found, "a plant or a buyer: a pile fills no other")
        return
    material = received(lane)
    if not _uses(receiver, material, scenario):
        path = ("lanes", key, "material" if lane.received_as is None else "received_as")
        found, goods = f"'{material}'", used_by(receiver, scenario)
        yield Finding(path, "lane", found, f"what {lane.to} uses", None, material, goods)


def _uses(receiver: Facility | Buyer, material: str, scenario: Scenario) -> bool:
    if isinstance(receiver, SeparationPlant):  # the answer without the list of all
        return bool(contained(scenario.materials[material]))
    return material in used_by(receiver, scenario)


def _contents(key: str, lane: Lane, scenario: Scenario) -> Iterator[Finding]:
    if lane.received_as is None:
        return
    sent, got = (contained(scenario.materials[name]) for name in (lane.material, lane.received_as))
    factors = [sent[element] / got[element] for element in sent if element in got]
    if sent.keys() != got.keys() or not factors or max(factors) > min(factors) * (1 + BALANCE):
        allowed = f"a material with the elements of {lane.material}, in the same proportions"
        yield Finding(("lanes", key, "received_as"), "content", f"'{lane.received_as}'", allowed)


def _keys(key: str, lane: Lane, scenario: Scenario) -> Iterator[Finding]:
    release = is_release(lane, scenario)
    if lane.requalify_after is not None and lane.qualification is None:
        path = ("lanes", key, "requalify_after")
        yield Finding(path, "missing", f"{lane.requalify_after} without `qualification`", "both, or neither")
    which = "of a Rapid Response" if lane.response is not None else "out of a stockpile"
    if release and lane.push:
        yield Finding(("lanes", key, "push"), "release", "true", f"a lane {which} without `push`")
    elif release:
        yield from _without(key, lane, ("share", "standby", "right", "qualification"), "release", which)
    elif lane.push:
        yield from _without(key, lane, ("standby", "right", "qualification"), "push", "that pushes")
        yield from _push_ends(key, lane, scenario)


def _push_ends(key: str, lane: Lane, scenario: Scenario) -> Iterator[Finding]:
    """Orders make products, so only what falls off them can be pushed, and only a plant that separates takes it."""
    facility = scenario.facilities[lane.from_]
    falls = (
        {name for recipe in facility.recipes.values() for name in recipe.byproducts}
        if isinstance(facility, Maker)
        else set()
    )
    if lane.material not in falls:
        yield Finding(
            ("lanes", key, "push"), "push", f"a push of '{lane.material}'", "a by-product of a maker's recipe"
        )
    if not isinstance(scenario.facilities.get(lane.to), SeparationPlant):
        yield Finding(
            ("lanes", key, "to"), "push", f"'{lane.to}'", "a separation plant: nobody else takes what is pushed"
        )


def _without(key: str, lane: Lane, names: tuple[str, ...], code: str, which: str) -> Iterator[Finding]:
    for name in names:
        figure = getattr(lane, name)
        if figure is not None:
            yield Finding(("lanes", key, name), code, str(figure), f"a lane {which} without `{name}`")
