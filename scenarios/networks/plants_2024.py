"""Mines, separation plants and recyclers of 2024, and what all plants have in common."""

from __future__ import annotations

import math

import lanes_2024 as lanes
import reconcile_2024 as year
import tables_2024 as tables
import yaml_text as yt
from lanes_2024 import IDS, REGION_OF

AVAILABILITY, UTILISATION = 0.95, 0.97
HEADROOM = 0.9
"""Plants are at most this full, so that losses can be made up (data README, traps)."""
CAPACITY_SOURCES = {
    "M04": "reuters-myanmar-2024",
    "M06": "mp-materials",
    "M11": "serra-verde",
    "S05": "lynas-quarterlies",
    "S07": "irel-toyotsu",
    "S09": "energy-fuels",
    "G04": "shin-etsu-hai-phong",
    "G05": "star-group",
    "G07": "neo-narva",
    "G08": "us-magnet-plants",
}
OPENS = {
    "S05H": ((120, 150, 240), "heavy line announced for mid-2025"),
    "S10": ((365, 730, 1095), "projects.csv: Lacq, Eneabba and Carina for 2026 to 2028"),
    "M12": ((1095, 1460, 2190), "projects.csv: 2027 at the earliest, slipping; 2028-29 est."),
    "G07": ((210, 250, 330), "plant announced for 2025"),
}
ODDS = {
    "S05H": (0.95, "building has begun"),
    "S10": (0.7, "financed in part; one of three is enough"),
    "M12": (0.5, "investment decision slipping"),
    "G07": (0.95, "building is done"),
}
NOLANS_ASSAY = {"ndpr": 0.26, "dy": 0.0035, "tb": 0.0009}


def nodes() -> dict[str, dict[str, str]]:
    """Read the node table by id."""
    return {row["id"]: row for row in tables.rows("nodes")}


def placed(node: str, kind: str, name: str = "") -> dict[str, object]:
    """Write the fields that every facility has."""
    title = name or nodes()[node]["name"]
    return {"name": yt.text(f"{title} [{node}]"), "kind": kind, "region": REGION_OF[node]}


def timing(node: str, feed: bool = True, lead: float | None = None, weeks: float | None = None) -> dict[str, object]:
    """Write lead and cover: the working inventory of the table, half as feed and half as product."""
    row = nodes().get(node, {})
    lead = float(row["process_lead_days_EST"] or 60) if lead is None else lead
    weeks = float(row["working_inventory_weeks_EST"] or 4) if weeks is None else weeks
    part = 0.5 if feed else 1.0
    fields: dict[str, object] = {
        "lead": yt.assumed(max(1.0, lead), "d", "nodes.csv, est."),
        "cover": yt.assumed(
            weeks * 7 * part, "d", f"nodes.csv, est.: {weeks:g} weeks{' in two halves' if feed else ''}"
        ),
    }
    return fields | ({"feed_cover": yt.assumed(weeks * 7 * part, "d", "the other half")} if feed else {})


def opening(node: str) -> dict[str, object]:
    """Write the day of commissioning of what does not run yet."""
    if node not in OPENS:
        return {}
    return {
        "opens": yt.assumed(OPENS[node][0], "d", OPENS[node][1]),
        "odds": yt.assumed(ODDS[node][0], "share", ODDS[node][1]),
    }


def capacity(node: str, flow: float, nameplate: float, note: str = "") -> str:
    """Write a capacity: the table's nameplate, or the flow with room above it where that is more."""
    if nameplate >= flow / HEADROOM:
        if node in CAPACITY_SOURCES:
            return yt.found(nameplate, "t/year", CAPACITY_SOURCES[node], note)
        return yt.assumed(nameplate, "t/year", "nodes.csv, est.", note)
    return yt.assumed(flow / HEADROOM, "t/year", f"the flow / {HEADROOM:g}", note)


def mines(world: year.Reconciled) -> dict[str, object]:
    """Write the mines, and society's scrap, which is collected to order like an ore."""
    result: dict[str, object] = {}
    for node in (*tables.MINES, "M12"):
        flow = math.fsum(feed.reo_t for feed in world.feeds if feed.mine == node)
        nameplate = float(nodes()[node]["capacity"])
        if node == "M12":
            nameplate /= tables.RECOVERY * NOLANS_ASSAY["ndpr"]
        room = flow / AVAILABILITY / UTILISATION
        text = (
            capacity(node, 0.0, nameplate, "4,440 t NdPr by its assay" if node == "M12" else "")
            if nameplate >= room
            else yt.assumed(room, "t/year", "the flow / 0.95 availability / 0.97 utilisation")
        )
        result[IDS[node]] = {
            **placed(node, "mine"),
            "product": f"{IDS[node]}_concentrate",
            "capacity": text,
            **timing(node, feed=False),
            **opening(node),
        }
    for recycler, key, region in (
        ("S04", "cn_scrap_collection", "cn"),
        ("R02", "ex_china_scrap_collection", "jp"),
    ):
        room = world.eol_t[recycler] / AVAILABILITY / UTILISATION
        result[key] = {
            "name": yt.text(f"Collection of society's scrap for {IDS[recycler]}"),
            "kind": "mine",
            "region": region,
            "product": "eol_scrap" if recycler == "S04" else "ex_china_eol_scrap",
            "capacity": yt.assumed(room, "t/year", "t of scrap: the flow / 0.95 / 0.97"),
            "idle": {
                "capacity": yt.assumed(
                    0.3 * room, "t/year", "data README, section 11: scrap answers to price with 0.3"
                ),
                "starts_at": yt.assumed(1.5, "multiple", "collecting more must pay"),
                "full_at": yt.assumed(3, "multiple", "a guess"),
                "lag": yt.assumed(180, "d", "collection is organised within half a year"),
            },
            **timing("R01", feed=False, lead=1.0, weeks=2.0),
        }
    return result


def recovery(shares: dict[str, float], why: str) -> dict[str, object]:
    """Write a plant's recovery."""
    other = "what stays with the heavies in SEGH, 600 t REO a year"
    return {
        element: yt.assumed(share, "share", other if element == "other" else why) for element, share in shares.items()
    }


def feed_t(world: year.Reconciled, plant: str) -> float:
    """Give what a separation plant is fed, t of feed a year."""
    if plant in world.eol_t:
        kept = {m: s if plant == "R02" else 1 - s for m, s in world.swarf_share.items() if m != "G07"}
        swarf = (part * math.fsum(world.grade_t(m).values()) for m, part in kept.items())
        return world.eol_t[plant] + tables.SWARF_PER_MAGNET * math.fsum(swarf)
    return math.fsum(f.reo_t for f in world.feeds if f.plant == plant) + (tables.SEGH_T if plant == "S02" else 0.0)


def plant_products(world: year.Reconciled, plant: str) -> tuple[list[str], dict[str, float]]:
    """Give what a plant makes, and its recovery."""
    sold = world.sold(plant)
    made = [e for e in tables.ELEMENTS if sold[e] > 0]
    share = tables.SCRAP_RECOVERY if plant in world.eol_t else tables.RECOVERY
    recovered = {e: share for e in made}
    products = [f"{e}_oxide" for e in made]
    if plant == "S05":
        ore, segh = world.assay["M07"], world.assay["SEGH"]
        other = tables.SEGH_T * (1 - segh["dy"] - segh["tb"])
        other /= tables.MT_WELD_REO_T * (1 - math.fsum(ore.values()))
        recovered |= {"dy": share, "tb": share, "other": other}
        products.append("segh_concentrate")
    return products, recovered


def separation(world: year.Reconciled) -> dict[str, object]:
    """Write the separation plants and recyclers."""
    result: dict[str, object] = {}
    for plant in tables.PLANTS:
        row, fed = nodes()[plant], feed_t(world, plant)
        nameplate = float(row["capacity"]) * fed / world.sold(plant)["ndpr"]
        products, recovered = plant_products(world, plant)
        lead = 60.0 if plant == "S04" else None
        name = "China's scrap recycling: collection R01 and separation" if plant == "S04" else ""
        why = "share of scrap recovered" if plant in world.eol_t else "data README: about 0.92"
        unit = "t of scrap" if plant in world.eol_t else "t REO of feed"
        note = f"{unit}; the table has {float(row['capacity']):,.0f} {row['capacity_unit'].split(';')[0]}"
        result[IDS[plant]] = {
            **placed(plant, "separation", name),
            "products": f"[{', '.join(products)}]",
            "recovery": recovery(recovered, why),
            "capacity": capacity(plant, fed, nameplate, note),
            **timing(plant, lead=lead),
        }
    return result | latent_separation(world)


def latent_separation(world: year.Reconciled) -> dict[str, object]:
    """Write the separation plants that make next to nothing in 2024."""
    monazite, clay = world.assay["M08"], world.assay["M11"]
    tonnes = {
        "S05H": (lanes.HEAVY_LINE_REO_T, "SEGH feed"),
        "S09": (925 / (tables.RECOVERY * monazite["ndpr"]), "t REO of feed: 925 t NdPr by monazite's assay"),
        "S10": (
            750 / (tables.RECOVERY * (clay["dy"] + clay["tb"])),
            "t REO of feed: 750 t Dy+Tb by Serra Verde's assay",
        ),
    }
    made = {"S05H": ("dy", "tb"), "S09": tables.ELEMENTS, "S10": ("dy", "tb")}
    source = {"S05H": "lynas-quarterlies", "S09": "energy-fuels", "S10": "iluka-eneabba"}
    result: dict[str, object] = {}
    for plant, elements in made.items():
        name = "Lynas Malaysia, heavy line" if plant == "S05H" else ""
        lead, weeks = (60.0, 4.0) if plant == "S05H" else (None, None)
        result[IDS[plant]] = {
            **placed(plant, "separation", name),
            "products": f"[{', '.join(f'{e}_oxide' for e in elements)}]",
            "recovery": recovery({e: tables.RECOVERY for e in elements}, "as at other plants"),
            "capacity": yt.found(tonnes[plant][0], "t/year", source[plant], tonnes[plant][1]),
            **timing(plant, lead=lead, weeks=weeks),
            **opening(plant),
        }
    return result
