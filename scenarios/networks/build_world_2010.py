"""Write the network of 2010, before the embargo and the cut of the quotas.

    python scenarios/networks/build_world_2010.py [--out FILE]

Tonnes a year by lane are given or left over, and shares and demands follow, so that every plant makes what is
bought from it. What is known and what is assumed is told in the head of the file it writes.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from yaml_text import assumed, block, flow, found, text

HERE = Path(__file__).parent
HEAD = """\
# The network of 2010, as it stood in the first half of the year. Written by build_world_2010.py: do not edit.
#
# Quantities are t REO for ore and oxides, t of product for metal, magnets and swarf. Tonnes of the customs' series
# (gross weight of compounds and metals) are taken as t REO of oxide or t of metal (assumed).
# What is known, and stands here exactly (t/year):
# * Japanese imports from China: 1,884 a month in January to August 2010 (23,310 in the year less the four months of
#   the embargo and its rebound), of oxides and metals on all lanes from cn to jp; 22,608 a year. From elsewhere 5,100:
#   28,564 of all origins in 2010, less China's 23,310, at the pace of the first months.
# * China's own use: 73,000 (2009), net of what comes back as swarf.
# * Magnet blanks: 98,200, China 79.4 %, Japan 19.3 %, Europe 1.3 %; 72 % of a blank is finished magnet, as in 2024.
# * Mining: China 97 %.
# What follows: China exports about 40,000 (35,000 in the eleven months to November 2010), and mines about 135,000 with
# what is not declared (USGS: 130,000).
# The rest is assumed:
# * other_reo is one oxide, a basket of lanthanum, cerium, yttrium and the rest. Of it plants recover what is bought,
#   and no more. Samarium, europium and the like have no price of their own.
# * Half of the ionic clay is undeclared: it takes 33,000 t REO to make the Dy and Tb that are used.
# * Two grades of magnets. Dy is that of the time, before grain-boundary diffusion: 4 % of metal in the
#   high-temperature grade (nearly half of Japan's, a tenth of China's), 0.7 % in the standard one.
# * Swarf comes back in China and Japan, at 95 %; Europe's is lost. Alloy makers that buy oxide count it as metal.
# * Mountain Pass separates ore of its stock, Europe (La Rochelle, Silmet) Russian ore and Chinese concentrate.
# * lynas_malaysia and mp_restart are not open yet. Their contract shares are served by the others until they are.
# * The prices of the world are FOB China in the first quarter of 2010; China's are those less duty and the tax that
#   exporters do not get back. No floor is set.
"""
DAYS = 365
ORE_RECOVERY, SWARF_RECOVERY = 0.92, 0.95
FINISHED, MELTED = 0.72, 0.97
SWARF = (1 - FINISHED) / FINISHED
METAL = {"ndpr": 1.17, "dy": 1.148, "tb": 1.176}
GRADES = {
    "standard": {"ndpr": 0.2926, "dy": 0.008, "tb": 0.0003},
    "high_temperature": {"ndpr": 0.32, "dy": 0.045, "tb": 0.002},
}
ASSAYS = {
    "bayan_obo": (0.2066, "as in the network of 2024"),
    "sichuan": (0.165, "data README, section 2, est."),
    "ionic": (0.27, "Xunwu has 41 %, Longnan 4 %; a mean"),
    "lovozero": (0.176, "as in the network of 2024"),
    "irel": (0.1687, "as in the network of 2024"),
    "mountain_pass": (0.157, "MP reports 15.7 % NdPr"),
    "mt_weld": (0.238, "Lynas: 23.8 % NdPr"),
}
BLANKS = 98200
MAKER_SHARES = {"cn_magnets": 0.794, "jp_magnets": 0.193, "eu_magnets": 0.013}
HIGH = {"cn_magnets": 0.1, "jp_magnets": 0.45, "eu_magnets": 0.5}
JAPAN_FROM_CHINA = (23310 - 2246 - 1278 - 634 - 4080) / 8 * 12
CHINA_USE = 73000
IONIC = 33000
CHINESE_ORE_TO_EUROPE = 4000
LIGHT = {"bayan_obo": 0.75, "sichuan": 0.25}
OUTSIDE = {"lovozero": 2200, "mountain_pass": 2000, "irel": 1500}
"""t REO of ore a year."""
ABROAD = {  # finished magnets that go abroad, t a year; the rest stays at home
    ("cn_magnets", "standard"): {"jp": 3000, "us": 5500, "eu": 9500},
    ("cn_magnets", "high_temperature"): {"jp": 300, "us": 700, "eu": 1300},
    ("jp_magnets", "standard"): {"us": 700, "eu": 800},
    ("jp_magnets", "high_temperature"): {"us": 900, "eu": 940},
    ("eu_magnets", "standard"): {},
    ("eu_magnets", "high_temperature"): {},
}
LATENT = {  # what is to open, as contract shares of purchases
    ("lynas_malaysia", "jp_magnets", "ndpr_oxide"): 0.25,
    ("lynas_malaysia", "jp.glass", "ndpr_oxide"): 0.2,
    ("lynas_malaysia", "jp.catalysts_alloys", "other_oxide"): 0.3,
    ("lynas_malaysia", "jp.polishing", "other_oxide"): 0.25,
    ("mp_restart", "us.catalysts_alloys", "other_oxide"): 0.35,
    ("mp_restart", "us.polishing", "other_oxide"): 0.5,
    ("mp_restart", "us.glass", "ndpr_oxide"): 0.5,
}
ROOM = {
    "bayan_obo": (1.6, "over the flow; a by-product of iron, more is dug than separated"),
    "sichuan": (1.6, "over the flow; mines were closed for their quota, not for want of ore"),
    "ionic": (1.1, "over the flow; what is declared keeps to its yearly quota"),
    "undeclared": (1.8, "over the flow; whoever pays for it gets it"),
    "cn_light": (2.0, "over the flow; China could separate twice what it mined (from memory)"),
    "cn_ionic": (2.0, "over the flow; China could separate twice what it mined (from memory)"),
    "cn_metal": (1.6, "over the flow; makers were many and small"),
    "cn_magnets": (1.6, "over the flow; makers were many, and half of their furnaces idle (est.)"),
}
"""Capacity over flow; a fifth stands idle elsewhere."""
REGIONS = {
    "cn": "China", "jp": "Japan", "us": "United States", "eu": "Europe and the rest", "in": "India", "ru": "Russia",
    "au": "Australia", "sea": "South-East Asia",
}  # fmt: skip
COVER = {"cn": 28, "jp": 42, "us": 42, "eu": 42}
TRANSIT: dict[tuple[str, str], float | tuple[float, ...]] = {
    ("cn", "jp"): (8, 20, 40),
    ("cn", "us"): (20, 30, 40),
    ("cn", "eu"): (35, 42, 55),
    ("eu", "jp"): (35, 42, 55),
    ("us", "jp"): (18, 25, 35),
    ("in", "jp"): (18, 25, 35),
    ("sea", "jp"): (7, 10, 15),
    ("jp", "us"): (14, 20, 28),
    ("jp", "eu"): (35, 42, 55),
    ("in", "eu"): (25, 30, 40),
    ("au", "sea"): (10, 12, 16),
    ("ru", "eu"): (7, 10, 15),
}

Key = tuple[str, str, str]
"""Sender, receiver, material shipped."""


@dataclass(frozen=True)
class Use:
    """An end use: what it takes and how it answers."""

    material: str
    name: str
    priority: int
    elasticity: float
    limit: float
    value: float
    why: str


USES = {
    "motors": Use("magnet_high_temperature", "Cars, drives, turbines", 2, 0.1, 0.15, 4000, "motors of cars and drives"),
    "electronics": Use("magnet_standard", "Disks, speakers, small motors", 3, 0.1, 0.15, 600, "small motors, disks"),
    "glass": Use("ndpr_oxide", "Glass, ceramics, capacitors", 3, 0.15, 0.15, 300, "a small part of a dear product"),
    "phosphors": Use("tb_oxide", "Lamps and screens", 3, 0.15, 0.15, 5000, "a trace in every lamp"),
    "polishing": Use("other_oxide", "Polishing", 4, 0.15, 0.3, 100, "glass for screens and lenses"),
    "catalysts_alloys": Use(
        "other_oxide", "Catalysts, battery and other alloys, optical glass", 3, 0.15, 0.15, 100,
        "petrol, batteries, castings",
    ),
}  # fmt: skip
NAMES = {
    "bayan_obo": "Bayan Obo", "sichuan": "Sichuan", "ionic": "South China ionic clays",
    "undeclared": "South China ionic clays, undeclared", "lovozero": "Lovozero", "irel": "IREL beach sands",
    "mountain_pass": "Mountain Pass, ore of its stock", "mt_weld": "Mt Weld",
    "mountain_pass_mine": "Mountain Pass, mining again",
    "cn_light": "Separation of light ores, China", "cn_ionic": "Separation of ionic clays, China",
    "cn_recycling": "Swarf recycling, China", "jp_recycling": "Swarf recycling, Japan",
    "eu_separation": "La Rochelle and Silmet", "mp_separation": "Mountain Pass separation",
    "irel_separation": "IREL separation", "lynas_malaysia": "Lynas Malaysia", "mp_restart": "Mountain Pass, new plant",
    "cn_metal": "Metal makers, China", "cn_magnets": "Magnet makers, China", "jp_magnets": "Magnet makers, Japan",
    "eu_magnets": "Magnet makers, Europe",
}  # fmt: skip
PLACES = {
    "sichuan": "cn", "bayan_obo": "cn", "ionic": "cn", "undeclared": "cn", "lovozero": "ru", "irel": "in",
    "mountain_pass": "us", "mountain_pass_mine": "us", "mt_weld": "au", "lynas_malaysia": "sea",
    "mp_separation": "us", "mp_restart": "us", "irel_separation": "in",
}  # fmt: skip


def place(node: str) -> str:
    """Give the region of a facility or buyer."""
    return PLACES.get(node) or node.replace(".", "_").split("_")[0]


def magnets() -> dict[Key, float]:
    """Give finished magnets by lane."""
    tonnes: dict[Key, float] = {}
    for maker, part in MAKER_SHARES.items():
        made = BLANKS * part * FINISHED
        grades = {"high_temperature": made * HIGH[maker], "standard": made * (1 - HIGH[maker])}
        for grade, whole in grades.items():
            end = "electronics" if grade == "standard" else "motors"
            away = ABROAD[maker, grade]
            for region, amount in (away | {place(maker): whole - sum(away.values())}).items():
                tonnes[maker, f"{region}.{end}", f"magnet_{grade}"] = amount
    return tonnes


def made_of(tonnes: dict[Key, float], maker: str) -> dict[str, float]:
    """Give the oxide in a maker's finished magnets, by element."""
    held = dict.fromkeys(METAL, 0.0)
    for (shipper, _, material), amount in tonnes.items():
        if shipper == maker:
            for element, part in GRADES[material.removeprefix("magnet_")].items():
                held[element] += amount * part
    return held


def metals(tonnes: dict[Key, float]) -> dict[Key, float]:
    """Give metal, and oxide that counts as metal, into the magnet makers, and oxide out of the recyclers."""
    lanes: dict[Key, float] = {}
    swarf = {
        where: {e: t * SWARF * SWARF_RECOVERY for e, t in made_of(tonnes, f"{where}_magnets").items()}
        for where in ("cn", "jp")
    }
    for maker in MAKER_SHARES:
        for element, oxide in made_of(tonnes, maker).items():
            need = oxide / (MELTED * FINISHED)
            if maker != "jp_magnets":
                lanes["cn_metal", maker, f"{element}_metal"] = need / METAL[element]
                continue
            lanes["jp_recycling", maker, f"{element}_oxide"] = swarf["jp"][element]
            european = 500.0 if element == "ndpr" else 0.0
            chinese = need - swarf["jp"][element] - european
            as_metal = 0.0 if element == "tb" else 0.6
            if european:
                lanes["eu_separation", maker, "ndpr_oxide"] = european
            if as_metal:
                lanes["cn_metal", maker, f"{element}_metal"] = chinese * as_metal / METAL[element]
            plant = "cn_light" if element == "ndpr" else "cn_ionic"
            lanes[plant, maker, f"{element}_oxide"] = chinese * (1 - as_metal)
    for element in METAL:
        made = sum(t for (_, _, m), t in lanes.items() if m == f"{element}_metal") * METAL[element]
        rest = made - swarf["cn"][element]
        lanes["cn_recycling", "cn_metal", f"{element}_oxide"] = swarf["cn"][element]
        ionic = IONIC * ASSAYS["ionic"][0] * ORE_RECOVERY if element == "ndpr" else rest
        lanes["cn_ionic", "cn_metal", f"{element}_oxide"] = ionic
        if element == "ndpr":
            lanes["cn_light", "cn_metal", "ndpr_oxide"] = rest - ionic
    return lanes


def oxides() -> dict[Key, float]:
    """Give oxide into all but magnets; two lanes are left over for `balanced`."""
    ndpr, other = outside_oxides()
    lanes: dict[Key, float] = {}

    def ship(material: str, end: str, **amounts: float) -> None:
        for where, amount in amounts.items():
            plant, region = where.rsplit("_", 1)
            lanes[plant, f"{region}.{end}", material] = amount

    ship("ndpr_oxide", "glass", cn_light_cn=2500, cn_light_jp=450, cn_light_us=250, cn_light_eu=100)
    ship("ndpr_oxide", "glass", eu_separation_jp=250, eu_separation_eu=ndpr["eu_separation"] - 750)
    ship("ndpr_oxide", "glass", mp_separation_us=ndpr["mp_separation"], irel_separation_eu=ndpr["irel_separation"])
    ship("tb_oxide", "phosphors", cn_ionic_cn=80, cn_ionic_jp=40, cn_ionic_us=15, cn_ionic_eu=25)
    ship("other_oxide", "polishing", cn_light_cn=10000, cn_light_jp=8500, cn_light_us=1500, cn_light_eu=2200)
    ship("other_oxide", "polishing", eu_separation_jp=1500, eu_separation_eu=800)
    ship("other_oxide", "catalysts_alloys", cn_ionic_cn=8500, cn_ionic_jp=3500, cn_ionic_eu=1500, cn_ionic_us=500)
    ship("other_oxide", "catalysts_alloys", cn_light_us=4800, cn_light_eu=2600, eu_separation_jp=1350)
    ship("other_oxide", "catalysts_alloys", mp_separation_jp=900, irel_separation_jp=600)
    ship("other_oxide", "catalysts_alloys", eu_separation_eu=other["eu_separation"] - 3650)
    ship("other_oxide", "catalysts_alloys", mp_separation_us=other["mp_separation"] - 900)
    ship("other_oxide", "catalysts_alloys", irel_separation_eu=other["irel_separation"] - 600)
    return lanes


def outside_oxides() -> tuple[dict[str, float], dict[str, float]]:
    """Give NdPr and other oxide that plants outside China make of their ore."""
    feeds = {
        "eu_separation": {"lovozero": OUTSIDE["lovozero"], "bayan_obo": CHINESE_ORE_TO_EUROPE},
        "mp_separation": {"mountain_pass": OUTSIDE["mountain_pass"]},
        "irel_separation": {"irel": OUTSIDE["irel"]},
    }
    ndpr = {plant: ORE_RECOVERY * sum(t * ASSAYS[ore][0] for ore, t in ores.items()) for plant, ores in feeds.items()}
    return ndpr, {plant: ORE_RECOVERY * sum(ores.values()) - ndpr[plant] for plant, ores in feeds.items()}


def balanced() -> dict[Key, float]:
    """Give all lanes but those of ore and swarf: Japan's imports from China and China's own use come out as known."""
    finished = magnets()
    lanes = metals(finished) | oxides()
    to_japan = sum(t for (a, b, _), t in lanes.items() if place(a) == "cn" and place(b) == "jp")
    lanes["cn_light", "jp.catalysts_alloys", "other_oxide"] = JAPAN_FROM_CHINA - to_japan
    at_home = sum(t for (a, b, _), t in lanes.items() if place(a) == place(b) == "cn" and b.startswith("cn."))
    magnet_metal = {e: lanes["cn_metal", "cn_magnets", f"{e}_metal"] * METAL[e] for e in METAL}
    back = {e: lanes["cn_recycling", "cn_metal", f"{e}_oxide"] for e in METAL}
    at_home += sum(magnet_metal.values()) - sum(back.values())
    lanes["cn_light", "cn.catalysts_alloys", "other_oxide"] = CHINA_USE - at_home
    return lanes | finished


def sold(lanes: dict[Key, float], plant: str) -> dict[str, float]:
    """Give what leaves a plant, by material."""
    total: dict[str, float] = defaultdict(float)
    for (shipper, _, material), amount in lanes.items():
        if shipper == plant:
            total[material] += amount
    return total


def ores(lanes: dict[Key, float]) -> dict[Key, float]:
    """Give ore by lane: light ore as much as the NdPr needs that no clay gives."""
    mean = sum(part * ASSAYS[ore][0] for ore, part in LIGHT.items())
    light = sold(lanes, "cn_light")["ndpr_oxide"] / (ORE_RECOVERY * mean)
    amounts: dict[Key, float] = {(ore, "cn_light", f"{ore}_ore"): light * part for ore, part in LIGHT.items()}
    amounts["ionic", "cn_ionic", "ionic_ore"] = 0.5 * IONIC
    amounts["undeclared", "cn_ionic", "ionic_ore"] = 0.5 * IONIC
    amounts["lovozero", "eu_separation", "lovozero_ore"] = OUTSIDE["lovozero"]
    amounts["bayan_obo", "eu_separation", "bayan_obo_ore"] = CHINESE_ORE_TO_EUROPE
    amounts["mountain_pass", "mp_separation", "mountain_pass_ore"] = OUTSIDE["mountain_pass"]
    amounts["irel", "irel_separation", "irel_ore"] = OUTSIDE["irel"]
    return amounts


def nameplate(name: str, flow_tpy: float) -> str:
    """Write a nameplate."""
    times, why = ROOM.get(name, (1.25, "over the flow; a fifth stands idle, est."))
    return assumed(flow_tpy * times, "t/year", f"{times:g} {why}")


def part(value: float, why: str) -> str:
    """Write a content or a recipe, t/t."""
    return assumed(value, "t/t", why)


def materials(lanes: dict[Key, float]) -> dict[str, object]:
    """Write what is held and shipped."""
    heavy = sold(lanes, "cn_ionic")
    written: dict[str, object] = {}
    for ore, (ndpr, why) in ASSAYS.items():
        content = {"ndpr": ndpr}
        if ore == "ionic":
            content |= {e: heavy[f"{e}_oxide"] / (ORE_RECOVERY * IONIC) for e in ("dy", "tb")}
            why += "; Dy and Tb as much as is bought"
        content["other_reo"] = 1 - sum(content.values())
        lines = {e: part(c, why) for e, c in content.items()}
        written[f"{ore}_ore"] = {"form": "concentrate", "name": text(f"Ore of {NAMES[ore]}"), "content": lines}
    for element in (*METAL, "other"):
        key = "other_reo" if element == "other" else element
        written[f"{element}_oxide"] = {"form": "oxide", "content": {key: part(1, "by definition")}}
    for element, factor in METAL.items():
        written[f"{element}_metal"] = {"form": "metal", "content": {element: part(factor, "stoichiometry")}}
    for grade, content in GRADES.items():
        why = "recipes of 2024 for NdPr; Dy and Tb of the time, est."
        for form, kind in (("magnet", "magnet"), ("scrap", "swarf")):
            lines = {e: part(c, why) for e, c in content.items()}
            written[f"{kind}_{grade}"] = {"form": form, "content": lines}
    return written


def plant_times(lead: float, cover: float, feed: float | None) -> dict[str, object]:
    """Write how long a plant takes and what it holds."""
    times: dict[str, object] = {"lead": assumed(lead, "d", "as in the network of 2024")}
    times["cover"] = assumed(cover, "d", "as in the network of 2024")
    if feed is not None:
        times["feed_cover"] = assumed(feed, "d", "China and Europe as in 2024; Japan six weeks, est.")
    return times


def node(name: str, kind: str) -> dict[str, object]:
    """Write the head of a facility."""
    return {"name": text(NAMES[name]), "kind": kind, "region": place(name)}


def mines(amounts: dict[Key, float]) -> dict[str, object]:
    """Write the mines."""
    mined: dict[str, float] = defaultdict(float)
    for (mine, _, _), amount in amounts.items():
        mined[mine] += amount
    written: dict[str, object] = {}
    for mine, amount in mined.items():
        ore = "ionic" if mine == "undeclared" else mine
        room = nameplate(mine, amount)
        lead = 60 if ore == "ionic" else 7
        written[mine] = node(mine, "mine") | {"product": f"{ore}_ore", "capacity": room} | plant_times(lead, 28, None)
    late = {
        "mt_weld": (22000, "mt_weld_ore", "first and second stage; mined and stocked before the plant opens"),
        "mountain_pass_mine": (19050, "mountain_pass_ore", "the plan of 2010"),
    }
    for mine, (capacity, product, why) in late.items():
        size = assumed(capacity, "t/year", why)
        written[mine] = node(mine, "mine") | {"product": product, "capacity": size} | plant_times(14, 28, None)
    return written


def separation(lanes: dict[Key, float], amounts: dict[Key, float]) -> dict[str, object]:
    """Write the plants that separate; of other_reo they recover what is bought, no more."""
    written: dict[str, object] = {}
    for plant in ("cn_light", "cn_ionic", "eu_separation", "mp_separation", "irel_separation"):
        feeds = {ore: t for (_, to, ore), t in amounts.items() if to == plant}
        feed = sum(t for (_, to, _), t in amounts.items() if to == plant)
        if plant == "cn_ionic":
            feeds = {"ionic_ore": feed}
        products = sold(lanes, plant)
        heavy = (products["dy_oxide"] + products["tb_oxide"]) / ORE_RECOVERY if plant == "cn_ionic" else 0.0
        held = feed - sum(t * ASSAYS[ore.removesuffix("_ore")][0] for ore, t in feeds.items()) - heavy
        recovery = {e: assumed(ORE_RECOVERY, "share", "data README: about 0.92") for e in ("ndpr", "dy", "tb")}
        recovery = recovery if plant == "cn_ionic" else {"ndpr": recovery["ndpr"]}
        recovery["other_reo"] = assumed(products["other_oxide"] / held, "share", "what is bought, and no more")
        size = nameplate(plant, feed)
        written[plant] = separator(plant, sorted(products), recovery, size, 60 if plant == "cn_ionic" else 35)
    return written | recyclers(lanes) | late_separation()


def separator(plant: str, products: list[str], recovery: dict[str, str], size: str, lead: float) -> dict[str, object]:
    """Write one of them."""
    made = {"products": f"[{', '.join(products)}]", "recovery": recovery, "capacity": size}
    return node(plant, "separation") | made | plant_times(lead, 10.5, 10.5)


def recyclers(lanes: dict[Key, float]) -> dict[str, object]:
    """Write the recyclers, which take all the swarf there is."""
    written: dict[str, object] = {}
    for where in ("cn", "jp"):
        swarf = SWARF * sum(sold(lanes, f"{where}_magnets").values())
        recovery = {e: assumed(SWARF_RECOVERY, "share", "share of scrap recovered") for e in METAL}
        size = assumed(swarf * 1.5, "t/year", "of scrap; half as much again as falls off")
        products = [f"{e}_oxide" for e in METAL]
        written[f"{where}_recycling"] = separator(f"{where}_recycling", products, recovery, size, 45)
    return written


def late_separation() -> dict[str, object]:
    """Write the plants to come, as they were planned; dates are those on which they sold their first tonnes."""
    written: dict[str, object] = {}
    late = {
        "lynas_malaysia": (11000, (1000, 1140, 1300), "first stage of the plan of 2010; first oxide early in 2013"),
        "mp_restart": (8000, (760, 950, 1150), "19,050 planned, under half of it in the first years; from mid-2012"),
    }
    for plant, (size, opens, why) in late.items():
        recovery = {e: assumed(ORE_RECOVERY, "share", "data README: about 0.92") for e in ("ndpr", "other_reo")}
        one = separator(plant, ["ndpr_oxide", "other_oxide"], recovery, assumed(size, "t/year", why), 35)
        written[plant] = one | {"opens": assumed(opens, "d", why + " (from memory)")}
    return written


def thrift(limit: float, why: str, full: float) -> dict[str, object]:
    """Write how somebody learns to do with less, as in the network of 2024."""
    return {
        "limit": assumed(limit, "share", why),
        "starts_at": assumed(1.5, "multiple", "as in the network of 2024"),
        "full_at": assumed(full, "multiple", "as in the network of 2024"),
        "lag": assumed(540, "d", "as in the network of 2024"),
    }


def makers(lanes: dict[Key, float]) -> dict[str, object]:
    """Write the makers of metal and of magnets."""
    made = sold(lanes, "cn_metal")
    recipes: dict[str, object] = {
        f"{e}_metal": {"inputs": {f"{e}_oxide": part(factor, "stoichiometry")}} for e, factor in METAL.items()
    }
    size = nameplate("cn_metal", sum(made.values()))
    written: dict[str, object] = {
        "cn_metal": node("cn_metal", "maker")
        | {"stage": "metal", "capacity": size}
        | plant_times(14, 7, 10.5)
        | {"recipes": recipes}
    }
    for maker in MAKER_SHARES:
        size = nameplate(maker, sum(sold(lanes, maker).values()))
        why = "data README, section 11: up to half of the heavy elements in three years"
        learns = {f"{e}_metal": thrift(0.5, why, 5) for e in ("dy", "tb")}
        feed = 42 if maker == "jp_magnets" else 10.5
        one = node(maker, "maker") | {"stage": "magnet", "capacity": size} | plant_times(45, 10.5, feed)
        written[maker] = one | {"thrift": learns, "recipes": magnet_recipes(maker)}
    return written


def magnet_recipes(maker: str) -> dict[str, object]:
    """Write the recipes of a magnet maker."""
    recipes: dict[str, object] = {}
    for grade, content in GRADES.items():
        per = MELTED * FINISHED
        inputs = {f"{e}_metal": part(c / METAL[e] / per, "recipe / (0.97 x 0.72)") for e, c in content.items()}
        recipe: dict[str, object] = {"inputs": inputs}
        if maker != "eu_magnets":
            recipe["byproducts"] = {
                f"swarf_{grade}": found(SWARF, "t/t", "argus-scrap-2025", "28 % of blanks; 25 to 30 % found")
            }
        recipes[f"magnet_{grade}"] = recipe
    return recipes


def buyers(lanes: dict[Key, float]) -> dict[str, object]:
    """Write the buyers: what they use is what their lanes bring."""
    demand: dict[str, float] = defaultdict(float)
    for (_, to, _), amount in lanes.items():
        if "." in to:
            demand[to] += amount
    return {name: buyer(name, tonnes) for name, tonnes in sorted(demand.items())}


def buyer(name: str, tonnes: float) -> dict[str, object]:
    """Write one of them."""
    region, end = name.split(".")
    use = USES[end]
    known = "data README sections 4 and 6 and 10; the split among end uses is an estimate"
    cover = COVER[region] / (2 if use.material.startswith("magnet") else 1)
    around = f"around {cover:g} d, est."
    spread = ((0.4, 1 / 2.1), (0.35, 1 / 1.05), (0.25, 2 / 1.05))
    cohorts = [
        flow({"share": assumed(s, "share", "a spread"), "cover": assumed(cover * c, "d", around)}) for s, c in spread
    ]
    return {
        "region": region,
        "end_use": end,
        "name": text(f"{use.name}, {REGIONS[region]}"),
        "material": use.material,
        "demand": assumed(tonnes, "t/year", known),
        "priority": use.priority,
        "elasticity": assumed(
            use.elasticity, "elasticity", "data README, section 11: -0.05 to -0.15 in six months", times="response"
        ),
        "thrift": thrift(use.limit, "Sprecher 2017: substitution of 10 % of demand a year", 4),
        "output_value": assumed(use.value, "usd/kg", use.why),
        "cohorts": cohorts,
    }  # fmt: skip


def received_as(receiver: str, material: str) -> str:
    """Give what a cargo counts as: oxide counts as metal at magnet makers."""
    return material.replace("_oxide", "_metal") if receiver.endswith("_magnets") else material


def all_lanes(lanes: dict[Key, float], amounts: dict[Key, float]) -> dict[str, object]:
    """Write every lane; shares are those of the tonnes received."""
    groups: dict[tuple[str, str], float] = defaultdict(float)
    latent: dict[tuple[str, str], float] = defaultdict(float)
    every = amounts | lanes
    for key, amount in every.items():
        groups[group(key)] += amount * gain(key)
    for key, share in LATENT.items():
        latent[group(key)] += share
    written: dict[str, object] = {"# ore, metal, oxide, magnets": None}
    for key, amount in every.items():
        share = amount * gain(key) / groups[group(key)] * (1 - latent[group(key)])
        written["-".join((*key[:2], key[2]))] = lane(key, share, "from the tonnes a year")
    written["# plants to come"] = None
    for key in (
        ("mt_weld", "lynas_malaysia", "mt_weld_ore"),
        ("mountain_pass_mine", "mp_restart", "mountain_pass_ore"),
    ):
        written["-".join(key)] = lane(key, 1.0, "its only feed")
    for key, share in LATENT.items():
        written["-".join(key)] = lane(
            key, share, "contracts of the plan of 2010, est.; served by others until it opens"
        )
    written["# swarf"] = None
    for where in ("cn", "jp"):
        for grade in GRADES:
            key = (f"{where}_magnets", f"{where}_recycling", f"swarf_{grade}")
            written["-".join(key)] = lane(key, 1.0, "all of it", push=True)
    return written


def gain(key: Key) -> float:
    """Give tonnes received per tonne shipped."""
    booked = received_as(key[1], key[2])
    return 1.0 if booked == key[2] else 1 / METAL[key[2].removesuffix("_oxide")]


def group(key: Key) -> tuple[str, str]:
    """Name the purchase a lane is part of."""
    one = key[1] in PLANTS_OF_ONE_FEED or "." in key[1]
    return key[1], "" if one else received_as(key[1], key[2])


PLANTS_OF_ONE_FEED = {"cn_light", "cn_ionic", "eu_separation", "mp_separation", "irel_separation"}


def lane(key: Key, share: float, why: str, push: bool = False) -> str:
    """Write one lane."""
    shipper, receiver, material = key
    ends = place(shipper), place(receiver)
    booked = received_as(receiver, material)
    days = TRANSIT.get(ends, 3)
    told = (
        "data README, section 8: days at sea, and a week or two for papers and customs" if ends in TRANSIT else "inland"
    )
    return flow(
        {
            "from": shipper,
            "to": receiver,
            "material": material,
            "received_as": booked if booked != material else None,
            "share": assumed(share, "share", why),
            "transit": assumed(days, "d", told),
            "push": "true" if push else None,
        }
    )


def world() -> dict[str, object]:
    """Write the whole network."""
    lanes = balanced()
    amounts = ores(lanes)
    markets = {
        "china": flow({"name": "China", "regions": "[cn]"}),
        "world": flow({"name": "Rest of the world", "regions": "[jp, us, eu, in, ru, au, sea]"}),
    }
    facilities = {"# mines": None} | mines(amounts) | {"# separation": None} | separation(lanes, amounts)
    return {
        "schema_version": 1,
        "elements": "[ndpr, dy, tb, other_reo]",
        "regions": {key: flow({"name": name}) for key, name in REGIONS.items()},
        "markets": markets,
        "materials": materials(lanes),
        "facilities": facilities | {"# metal and magnets": None} | makers(lanes),
        "buyers": buyers(lanes),
        "lanes": all_lanes(lanes, amounts),
    }


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE / "world_2010.yaml")
    out: Path = parser.parse_args().out
    out.write_text(HEAD + "\n".join(block(world())) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
