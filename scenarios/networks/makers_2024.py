"""Metal, alloy and magnet makers of 2024, and the piles that exist."""

from __future__ import annotations

import math

import reconcile_2024 as year
import tables_2024 as tables
import yaml_text as yt
from lanes_2024 import IDS, REGION_OF
from plants_2024 import capacity, nodes, opening, placed, timing

PILES = {
    "STK_JP": (
        "X03",
        (0, 18, 60),
        (0, 18, 60),
        "a target of 60 days (S11), amounts secret; data README, traps",
        20,
    ),
    "STK_KR": ("G05", (0, 180, 360), (0, 30, 100), "Nd: about 180 days of car makers' use; else a guess", 14),
}


def metal_recipes(node: str) -> dict[str, object]:
    """Write oxide to metal where oxide is reduced, metal to alloy elsewhere; Tb and Dy first."""
    elements = ("ndpr",) if node == "X02" else ("tb", "dy", "ndpr")
    result: dict[str, object] = {}
    for e in elements:
        if node in ("X01", "X02"):
            inputs = {f"{e}_oxide": yt.assumed(tables.OXIDE_PER_METAL[e], "t/t", "stoichiometry")}
        else:
            inputs = {f"{e}_metal": yt.assumed(1.0, "t/t", "alloy is counted by its metals")}
        result[f"{e}_metal"] = {"inputs": inputs}
    return result


def metal_makers(world: year.Reconciled) -> dict[str, object]:
    """Write metal and alloy makers. Their capacity is that of NdPr, in t of all their metals."""
    result: dict[str, object] = {}
    for node in tables.METAL:
        sold, table = world.sold(node), float(nodes()[node]["capacity"])
        metal = math.fsum(t / tables.OXIDE_PER_METAL[e] for e, t in sold.items())
        note = f"t of metal; the table has {table:,.0f} t NdPr ox-eq/yr"
        result[IDS[node]] = {
            **placed(node, "maker"),
            "stage": "metal",
            "capacity": capacity(node, metal, table * metal / sold["ndpr"], note),
            **timing(node),
            "recipes": metal_recipes(node),
        }
    return result


def grades_of(world: year.Reconciled, maker: str) -> tuple[str, ...]:
    """Give the grades a maker makes, or may once it is qualified."""
    made = world.grade_t(maker)
    if maker in ("G05", "G08"):
        return tables.GRADES
    return tuple(grade for grade in tables.GRADES if grade in made) or tables.GRADES[1:]


def thrift() -> dict[str, object]:
    """Write how magnet makers learn to do with less of the heavy elements, by grain-boundary diffusion."""
    learning = {
        "limit": yt.assumed(0.5, "share", "data README, section 11: up to half of the heavy elements in three years"),
        "starts_at": yt.assumed(1.5, "multiple", "the furnaces must pay"),
        "full_at": yt.assumed(5, "multiple", "at five times the price all lines are changed"),
        "lag": yt.assumed(540, "d", "Nissan cut its Dy by 40 % within two years of the peak of 2011"),
    }
    return {f"{e}_metal": learning for e in ("dy", "tb")}


def magnet_makers(world: year.Reconciled) -> dict[str, object]:
    """Write the magnet makers; they serve the grades in the order of GRADES."""
    result: dict[str, object] = {}
    per_t = tables.MELT_YIELD * tables.FINISHED_PER_BLANK
    for maker in tables.MAGNETS:
        flow = math.fsum(world.grade_t(maker).values())
        recipes: dict[str, object] = {}
        for grade in grades_of(world, maker):
            inputs = {
                f"{e}_metal": yt.assumed(part / per_t, "t/t", "recipe / (0.97 x 0.72)")
                for e, part in world.magnet_fraction[grade].items()
            }
            swarf = yt.found(tables.SWARF_PER_MAGNET, "t/t", "argus-scrap-2025", "28 % of blanks; 25 to 30 % found")
            recipes[grade] = {
                "inputs": inputs,
                "byproducts": {grade.replace("magnet_", "swarf_"): swarf},
            }
        result[IDS[maker]] = {
            **placed(maker, "maker"),
            "stage": "magnet",
            "capacity": capacity(maker, flow, float(nodes()[maker]["capacity"])),
            **timing(maker),
            **opening(maker),
            "thrift": thrift(),
            "recipes": recipes,
        }
    return result


def piles() -> dict[str, object]:
    """Write the piles that exist. America's are unknown, and left to policies."""
    result: dict[str, object] = {}
    for node, (user, light, heavy, why, trigger) in PILES.items():
        stocks = {
            f"{e}_oxide": {"opening": yt.assumed(light if e == "ndpr" else heavy, "d", why)} for e in tables.ELEMENTS
        }
        result[IDS[node]] = {
            **placed(node, "stockpile"),
            "owners": f"[{REGION_OF[node]}]",
            "days_of": IDS[user],
            "stocks": stocks,
            "trigger": yt.assumed(trigger, "d", "below the cover its user holds anyway"),
            "release_over": yt.assumed(30, "d", "no faster than a month"),
            "refill": {
                "rate": yt.assumed(60, "t/year", "modest"),
                "price_ceiling": yt.assumed(1.2, "multiple", "a public buyer waits"),
            },
        }
    return result
