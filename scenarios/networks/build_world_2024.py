"""Write `world_2024.yaml`, the network before the controls of 2025, from the tables in `data_2024/`.

    python scenarios/networks/build_world_2024.py [--out FILE]

`tables_2024` reads them, `reconcile_2024` makes the figures agree, `lanes_2024` draws the lanes, and
`plants_2024`, `makers_2024`, `buyers_2024` and `other_uses_2024` add what those are like. The same tables
always give the same bytes.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterable
from pathlib import Path

import lanes_2024 as lanes
import reconcile_2024 as year
import tables_2024 as tables
import yaml_text as yt
from buyers_2024 import buyers
from lanes_2024 import IDS
from makers_2024 import grades_of, magnet_makers, metal_makers, piles
from plants_2024 import NOLANS_ASSAY, mines, separation

WORLD = Path(__file__).with_name("world_2024.yaml")
REGIONS = {
    "cn": "China",
    "jp": "Japan",
    "us": "United States",
    "eu": "Europe",
    "kr": "Korea",
    "sea": "South-East Asia",
    "in": "India",
    "au": "Australia",
    "mm": "Myanmar",
    "row": "Rest of the world",
}
ASSAY_SOURCES = {"M01": "est.", "M06": "MP reports 15.7 % NdPr", "M07": "Lynas has 23.8 % NdPr"}
HEADER = """\
# The network of 2024, before the controls of 2025. Written by build_world_2024.py: do not edit.
#
# An average year, from the tables in data_2024/ (most tonnages of single firms are estimates). They were
# made to agree as follows.
# * Quantities are t REO for ore, t of contained oxide for oxides, t of product for metal, magnets, scrap. The
#   content of metal and magnets is oxide-equivalent: 1.17, 1.148, 1.176 t oxide per t of NdPr, Dy, Tb metal.
# * The end-use recipes of recipes.csv are scaled by {ndpr:.4f} (NdPr), {dy:.4f} (Dy), {tb:.4f} (Tb), so that
#   the world needs what it separates. A grade's recipe is the mean of its classes by tonnage.
# * A tonne of finished magnets takes its metal / (0.97 x 0.72): 28 % of the blank is swarf, 3 % is lost.
# * Who makes which class for whom: iterative proportional fitting to flows.csv and demand.csv, Dy-rich
#   classes to Dy-rich makers first; defense from non-Chinese makers only (assumed). Makers' averages move as
#   the README foresees: Japan's hold less Dy than recipes.csv says, the lesser Chinese makers' more.
# * Non-Chinese flows of oxide and metal stand at the data's tonnage, or at the need where that is less;
#   China's metal makers balance. What the data lets these sell for non-magnet uses abroad comes here, as
#   oxide, from the plants behind them.
# * Uses of oxide but for magnets stand by kind (other_uses_2024.py, est.), those abroad all in `row`, as in the
#   data: a ban on Japan does not reach Japan's capacitors.
# * Assays are the data's (estimates), scaled per plant and element so that every plant makes what is bought
#   from it. Mt Weld stands at 29,000 t REO (definition of 2025): 13,000 t cannot hold 6,300 t NdPr.
# * Mountain Pass mined 45,455 t; {mp:,.0f} t are shipped here. Left out: 3,597 t to stock, and the ore for
#   150 t NdPr that MP made and did not sell, and for {mp_less:.0f} t that its customers do not need here.
# * Capacity of a plant in t REO of feed: its NdPr capacity x feed / NdPr made. Of an alloy maker, in t of
#   metal: in the same way. No plant is more than 90 % full.
# * Alloy makers that buy oxide count it as metal on arrival (toll reduction, assumed).
# * Swarf outside China holds {swarf:,.0f} t NdPr; {kept:.0%} of it and some of society's scrap make R02's
#   600 t; the rest is taken to be sold to China's recyclers (assumed).
# * R01 and S04 are one plant, fed by swarf and by society's scrap (old and imported, {eol:,.0f} t NdPr: the
#   residual that makes S04's output agree). Scrap is recovered at 95 % (assumed), ore at 92 %.
# * [M01] and the like in a name is its row in data_2024/nodes.csv."""


def content(parts: dict[str, float], why: str) -> dict[str, object]:
    """Write what a tonne contains, without elements that it has none of."""
    return {element: yt.assumed(part, "t/t", why) for element, part in parts.items() if part > 0}


def material(form: str, parts: dict[str, float], why: str, name: str) -> dict[str, object]:
    """Write a material."""
    return {"form": form, "name": yt.text(name), "content": content(parts, why)}


def ores(world: year.Reconciled) -> dict[str, object]:
    """Write the ores, with all that is neither NdPr nor Dy nor Tb as `other`."""
    result: dict[str, object] = {}
    for node in (*tables.MINES, "M12"):
        assay = NOLANS_ASSAY if node == "M12" else world.assay[node]
        why = ASSAY_SOURCES.get(node, "est.") + ", fitted to what is bought"
        why = "NdPr from memory, the rest a guess" if node == "M12" else why
        full = assay | {"other": 1 - math.fsum(assay.values())}
        result[f"{IDS[node]}_concentrate"] = material("concentrate", full, why, f"Concentrate of {IDS[node]}")
    segh = world.assay["SEGH"]
    full = segh | {"other": 1 - math.fsum(segh.values())}
    result["segh_concentrate"] = material("concentrate", full, "flows.csv, est.", "Lynas's unseparated heavies")
    return result


def materials(world: year.Reconciled) -> dict[str, object]:
    """Write all materials."""
    result: dict[str, object] = {"# ores, t REO": None, **ores(world), "# oxides and metals": None}
    for element, name in zip(tables.ELEMENTS, ("NdPr", "Dy", "Tb"), strict=True):
        result[f"{element}_oxide"] = material("oxide", {element: 1.0}, "by definition", f"{name} oxide")
        ratio = tables.OXIDE_PER_METAL[element]
        result[f"{element}_metal"] = material("metal", {element: ratio}, "stoichiometry", f"{name} metal, alloy")
    result["# magnets, and their swarf, which is as rich"] = None
    for form in ("magnet", "scrap"):
        for grade, fraction in world.magnet_fraction.items():
            parts = {e: f * tables.OXIDE_PER_METAL[e] for e, f in fraction.items()}
            key = grade if form == "magnet" else grade.replace("magnet_", "swarf_")
            title = key.replace("_", " ").capitalize()
            result[key] = material(form, parts, "recipes.csv, est.: mean of its classes, scaled", title)
    result["# society's scrap"] = None
    for recycler, key in (("S04", "eol_scrap"), ("R02", "ex_china_eol_scrap")):
        why = "28 % NdPr; Dy and Tb are the residual of what is recycled"
        result[key] = material("scrap", world.eol_content[recycler], why, "End-of-life and imported scrap")
    return result


def scrap_lanes() -> Iterable[tuple[str, str]]:
    """Lanes from society's scrap to the recyclers, their only orders; swarf is pushed."""
    for sender, receiver, scrap in (
        ("cn_scrap_collection", "cn_scrap_recycling", "eol_scrap"),
        ("ex_china_scrap_collection", "ex_china_recycling", "ex_china_eol_scrap"),
    ):
        fields = {
            "from": sender,
            "to": receiver,
            "material": scrap,
            "share": yt.assumed(1.0, "share", "its only order"),
            "transit": yt.assumed(2.0, "d", "flows.csv"),
        }
        yield f"{sender}-{receiver}", yt.flow(fields)


def all_lanes(world: year.Reconciled) -> dict[str, object]:
    """Write the lanes, one line each, in groups."""
    grades = {maker: grades_of(world, maker) for maker in tables.MAGNETS}
    groups = {
        "# ore to separation": [lane.line() for lane in lanes.ore_lanes(world)],
        "# society's scrap to recyclers": list(scrap_lanes()),
        "# oxides, metals and alloys": [lane.line() for lane in lanes.traded_lanes(world)],
        "# magnets to buyers": [lane.line() for lane in lanes.magnet_lanes(world)],
        "# oxides for other uses": [lane.line() for lane in lanes.nonmagnet_lanes(world)],
        "# swarf to recyclers, pushed": [lane.line() for lane in lanes.swarf_lanes(world, grades)],
        "# latent: no flow in 2024": [lane.line() for lane in lanes.latent_lanes(world)],
        "# piles: release and refill": [lane.line() for lane in lanes.pile_lanes()],
    }
    result: dict[str, object] = {}
    for title, lines in groups.items():
        result[title] = None
        for name, line in lines:
            if name in result:
                raise ValueError(f"two lanes are named {name}")
            result[name] = line
    return result


def header(world: year.Reconciled) -> str:
    """Write what a reader should know first."""
    abroad = [maker for maker in world.swarf_share if maker not in (*tables.CHINESE_MAKERS, "G07")]
    swarf = {m: year.swarf_of(world.magnets, world.magnet_fraction, m)["ndpr"] for m in abroad}
    kept = math.fsum(world.swarf_share[m] * t for m, t in swarf.items()) / math.fsum(swarf.values())
    return HEADER.format(
        **world.scale,
        mp=math.fsum(feed.reo_t for feed in world.feeds if feed.mine == "M06"),
        mp_less=1294 - 150 - world.sold("S06")["ndpr"],
        swarf=math.fsum(swarf.values()),
        kept=kept,
        eol=world.eol_t["S04"] * world.eol_content["S04"]["ndpr"],
    )


def document(world: year.Reconciled) -> str:
    """Write the whole file."""
    china = yt.flow({"name": "China", "regions": "[cn]"})
    rest = yt.flow({"name": "Rest of the world", "regions": f"[{', '.join(r for r in REGIONS if r != 'cn')}]"})
    sections: dict[str, object] = {
        "schema_version": "1",
        "elements": "[ndpr, dy, tb, other]",
        "regions": {key: yt.flow({"name": name}) for key, name in REGIONS.items()},
        "markets": {"china": china, "world": rest},
        "materials": materials(world),
        "facilities": {
            "# mines": None,
            **mines(world),
            "# separation and recycling": None,
            **separation(world),
            "# metal and alloy": None,
            **metal_makers(world),
            "# magnets": None,
            **magnet_makers(world),
            "# piles": None,
            **piles(),
        },
        "buyers": buyers(world),
        "lanes": all_lanes(world),
    }
    return "\n".join([header(world), *yt.block(sections)]) + "\n"


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description="Write the network of 2024.")
    parser.add_argument("--out", type=Path, default=WORLD)
    document_text = document(year.reconcile())
    parser.parse_args().out.write_text(document_text, encoding="utf-8")


if __name__ == "__main__":
    main()
