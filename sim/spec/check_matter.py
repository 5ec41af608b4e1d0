"""Matter: what materials contain, what recipes make of it, and what prices are quoted for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sim.spec.finding import Finding, Path
from sim.spec.network import Maker, Material, SeparationPlant
from sim.spec.quantity import Quantity
from sim.spec.scenario import Scenario

BALANCE = 1e-9
"""Relative error that a balance may have: what rounding leaves."""
_MOST_PER_TONNE = {"concentrate": 1.0, "scrap": 1.0, "oxide": 1.0, "metal": 1.3, "magnet": 1.3}
"""Oxide-equivalent in a tonne; a tonne of metal counts as up to 1.25 t of its oxide (scandium apart)."""


def check_matter(scenario: Scenario) -> Iterator[Finding]:
    """Find contents that cannot be, recipes that make an element, and prices quoted for the wrong thing."""
    for key, material in scenario.materials.items():
        yield from _content(("materials", key, "content"), material)
    for key, facility in scenario.facilities.items():
        if isinstance(facility, Maker):
            for product in facility.recipes:
                yield from _recipe(("facilities", key, "recipes", product), facility, product, scenario)
        elif isinstance(facility, SeparationPlant):
            yield from _products(("facilities", key, "products"), facility, scenario)
    yield from _prices(scenario)


def contained(material: Material) -> dict[str, float]:
    """Return the elements that a tonne of the material contains, none of them 0."""
    return {element: ratio.typical for element, ratio in material.content.items() if ratio.typical > 0}


def _content(path: Path, material: Material) -> Iterator[Finding]:
    total = sum(contained(material).values())
    most = _MOST_PER_TONNE[material.form]
    if total > most + BALANCE:
        allowed = f"at most {most:g} t of elements in a tonne of {material.form}"
        yield Finding(path, "content", f"{total:.10g} t", allowed)


def _recipe(path: Path, maker: Maker, product: str, scenario: Scenario) -> Iterator[Finding]:
    recipe = maker.recipes[product]
    for name in recipe.byproducts:
        if name in maker.recipes:
            allowed = "a material that this plant does not make as a product"
            yield Finding((*path, "byproducts", name), "balance", f"'{name}'", allowed)
    used = _elements(recipe.inputs.items(), scenario.materials)
    made = _elements(recipe.byproducts.items(), scenario.materials)
    for element, ratio in contained(scenario.materials[product]).items():
        made[element] = made.get(element, 0.0) + ratio
    over = [e for e, amount in made.items() if amount > used.get(e, 0.0) + BALANCE * amount]
    if over:
        found = " and ".join(f"{made[element]:.10g} t of {element}" for element in over)
        given = " and ".join(f"{used.get(element, 0.0):.10g} t" for element in over)
        allowed = f"at most the {given} in its inputs"
        yield Finding(path, "balance", f"{found} in what a tonne of {product} makes", allowed)


def _elements(goods: Iterable[tuple[str, Quantity]], materials: Mapping[str, Material]) -> dict[str, float]:
    total: dict[str, float] = {}
    for name, amount in goods:
        for element, ratio in contained(materials[name]).items():
            total[element] = total.get(element, 0.0) + amount.typical * ratio
    return total


def _products(path: Path, plant: SeparationPlant, scenario: Scenario) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for number, product in enumerate(plant.products):
        elements = contained(scenario.materials[product])
        if not elements:
            found = f"'{product}' without any element"
            yield Finding((*path, number), "balance", found, "a product of the feed")
        for element in elements:
            if element in seen:
                found = f"{element} in both {seen[element]} and {product}"
                yield Finding((*path, number), "balance", found, "each element in one product of a plant")
            seen[element] = product


def _prices(scenario: Scenario) -> Iterator[Finding]:
    for element, price in scenario.prices.elements.items():
        here = ("prices", "elements", element)
        elements = list(contained(scenario.materials[price.oxide]))
        if elements != [element]:
            found = f"'{price.oxide}', which contains {', '.join(elements) or 'nothing'}"
            yield Finding((*here, "oxide"), "content", found, f"a material that contains {element} alone")
        absent = [market for market in scenario.markets if market not in price.opening]
        if absent:
            found = f"no price in {', '.join(absent)}"
            yield Finding((*here, "opening"), "missing", found, "an opening price in every market")
