"""Mines, separation plants, metal makers and magnet makers, sized for what the buyers need."""

from __future__ import annotations

from collections.abc import Sequence

from sim.testing.quantities import Spec, q, uniform
from sim.testing.strategies.draft import COVERS, GRADES, METAL_CONTENT, Draft

BLANK = 1.38
"""Tonnes of blank per tonne of magnet; what is machined off is swarf."""
LEADS = (q(1, "d"), q(3, "d"), q(8, "d"), uniform(2, 12, "d"))


def add_plants(draft: Draft) -> None:
    """Draw mines, separation plants, metal makers and magnet makers, sized for what the buyers need."""
    _add_mines(draft, draft.number_of(1, 2, 3))
    _add_separation(draft, draft.number_of(1, 2))
    _add_metal(draft, draft.number_of(1, 2))
    _add_magnets(draft, draft.number_of(1, 2))


def _plant(draft: Draft, kind: str, typical_tpd: float) -> Spec:
    size = draft.pick(400.0, 100.0) if draft.calm else draft.pick(4.0, 1.3, 0.8)
    return {
        "kind": kind,
        "region": draft.pick(*draft.regions),
        "capacity": q(round(size * typical_tpd, 4), "t/d"),
        "lead": draft.pick(*LEADS),
        "cover": draft.pick(*COVERS),
        **_idle(draft, typical_tpd),
    }


def _idle(draft: Draft, typical_tpd: float) -> Spec:
    if "idle" not in draft.habits or not draft.pick(True, False):
        return {}
    return {"idle": draft.answer() | {"capacity": q(round(0.6 * typical_tpd, 4), "t/d")}}


def _thrift(draft: Draft, recipes: dict[str, Spec]) -> Spec:
    """Let a maker learn to do with less of some of its inputs, where drawn."""
    inputs = list(dict.fromkeys(material for recipe in recipes.values() for material in recipe["inputs"]))
    if "thrifty_maker" not in draft.habits or not draft.pick(True, False):
        return {}
    limit = {"limit": q(draft.pick(0.25, 0.1), "share")}
    return {"thrift": {material: draft.answer() | limit for material in inputs[-draft.pick(1, 2) :]}}


def _add(draft: Draft, name: str, plant: Spec, products: Sequence[str]) -> None:
    draft.facilities[name] = plant
    for product in products:
        draft.makers_of.setdefault(product, []).append(name)


def _add_mines(draft: Draft, number: int) -> None:
    for i in range(number):
        plant = _plant(draft, "mine", 4 * draft.magnets_tpd) | {"product": f"conc{i}"}
        _add(draft, f"mine{i}", plant, [f"conc{i}"])


def _add_separation(draft: Draft, number: int) -> None:
    for i in range(number):
        plant = _plant(draft, "separation", 5 * draft.magnets_tpd) | {
            "products": draft.oxides,
            "recovery": {e: q(draft.pick(0.9, 0.8), "share") for e in draft.elements if e != "other"},
            "feed_cover": draft.pick(*COVERS),
        }
        cost = draft.pick(None, None, 1.0, *([] if draft.calm else [14.0]))
        if cost is not None:
            plant["operating_cost"] = q(cost, "usd/kg")
        _add(draft, f"sep{i}", plant, draft.oxides)


def _add_metal(draft: Draft, number: int) -> None:
    for i in range(number):
        recipes = {
            f"{e}_metal": {"inputs": {f"{e}_oxide": q(round(content * 1.02, 6), "t/t")}}
            for e, content in METAL_CONTENT.items()
        }
        plant = _plant(draft, "maker", 0.5 * draft.magnets_tpd)
        plant |= {"stage": "metal", "recipes": recipes, "feed_cover": draft.pick(*COVERS)} | _thrift(draft, recipes)
        _add(draft, f"metal{i}", plant, list(recipes))


def _add_magnets(draft: Draft, number: int) -> None:
    draft.has_swarf = not draft.calm and draft.pick(False, True)
    for i in range(number):
        grades = draft.grades if i == 0 else draft.grades[: draft.pick(1, 2)]
        plant = _plant(draft, "maker", draft.magnets_tpd)
        recipes = {grade: _magnet_recipe(draft, grade) for grade in grades}
        plant |= {"stage": "magnet", "recipes": recipes, "feed_cover": draft.pick(*COVERS)} | _thrift(draft, recipes)
        _add(draft, f"magnet{i}", plant, grades)


def _magnet_recipe(draft: Draft, grade: str) -> Spec:
    blank = {e: part * BLANK * 1.01 for e, part in GRADES[grade].items()}
    if grade == "magnet_hot":
        blank["ndpr"] = (0.3 + 0.38 * 0.35) * 1.01
    inputs = {f"{e}_metal": q(round(blank[e] / METAL_CONTENT[e], 6), "t/t") for e in blank}
    return {"inputs": inputs} | ({"byproducts": {"swarf": q(0.38, "t/t")}} if draft.has_swarf else {})
