"""Hypothesis strategies: small, valid, varied scenarios.

A drawn scenario is a chain of mines, separation plants, metal makers, magnet makers and buyers, each stage
supplied by the one above under a drawn scheme of contract shares and standby lanes; then, perhaps, swarf,
stockpiles, Rapid Responses, projects, price floors, noise, growth, up to three habits of firms, and up to four
disruptions (happenings.py).
Draws are few and from menus, so that failures stay readable.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

from sim.spec.check_reach import check_reach
from sim.spec.scenario import Scenario
from sim.testing.happenings import Happenings, Network
from sim.testing.quantities import Spec, among, exponential, q, triangular, uniform

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[T]], T]

OXIDE_CONTENT = {"ndpr": 1.0, "dy": 1.0, "tb": 1.0}
METAL_CONTENT = {"ndpr": 1.17, "dy": 1.147}
ASSAYS = (
    {"ndpr": 0.2, "dy": 0.01, "tb": 0.002},
    {"ndpr": 0.16, "dy": 0.04, "tb": 0.006},
    {"ndpr": 0.25, "dy": 0.004, "tb": 0.001},
)
GRADES = {"magnet_std": {"ndpr": 0.35, "dy": 0.011}, "magnet_hot": {"ndpr": 0.3, "dy": 0.055}}
BLANK = 1.38
"""Tonnes of blank per tonne of magnet; what is machined off is swarf."""


TRANSITS = (
    q(1, "d"), q(4, "d"), q(2, "week"), uniform(2, 9, "d"), triangular(5, 10, 30, "d"), exponential(6, "d")
)  # fmt: skip
COVERS = (q(5, "d"), q(15, "d"), q(0, "d"), uniform(5, 30, "d"), q(40, "d"))
LEADS = (q(1, "d"), q(3, "d"), q(8, "d"), uniform(2, 12, "d"))
SCHEMES = ("sole", "sole", "split", "standby", "qualifying")
LAPSES: tuple[Spec, ...] = (
    {"qualification": q(12, "d"), "requalify_after": q(10, "d")},
    {"qualification": uniform(5, 30, "d"), "requalify_after": uniform(1, 25, "d")},
)
"""Terms of lanes that must be qualified anew when they were shut for so long."""
NERVOUS: Spec = {"times": "nerves"}
"""What multiplies a figure with the one parameter that drawn scenarios have."""
HABITS = (
    "spot", "backlog", "catch_up", "long_elasticity", "contract_lag", "floor", "thrifty_buyer", "thrifty_maker",
    "idle", "growth_until", "doubt", "speculation", "decay",
)  # fmt: skip
"""What firms may do besides, floors under prices, and doubt about how both answer."""
COHORTS = (
    ((1.0, q(20, "d")),),
    ((0.6, q(7, "d")), (0.4, q(40, "d"))),
    ((0.5, q(3, "d")), (0.3, uniform(5, 25, "d")), (0.2, q(30, "d"))),
)
PILE_TERMS = ("paced", "when", "first", "handling", "decision_day", "target", "costs")
ROTATIONS: tuple[Spec, ...] = (
    {"rotation": {"over": q(40, "d")}},
    {"rotation": {"over": uniform(20, 400, "d"), "discount": q(0.2, "share")}},
)
SENT = (("magnet_std",), ("ndpr_oxide",), ("dy_metal",), ("dy_oxide",), ("dy_oxide", "ndpr_oxide"))
"""What a Rapid Response may send."""
RELEASES: tuple[Spec, ...] = ({}, {}, {"capacity": q(0.05, "t/d")}, {"freight": q(3, "usd/kg")})
PILED = (
    ("ndpr_oxide", "dy_oxide"),
    ("dy_oxide",),
    ("ndpr_metal",),
    ("magnet_std",),
    ("dy_metal", "dy_oxide"),
    ("ndpr_oxide",),
)


class Chain:
    """A scenario that is being drawn, as the plain dict it will be read from."""

    def __init__(self, draw: Draw[Any], max_facilities: int, horizon: int, *, calm: bool) -> None:
        self.draw = draw
        self.horizon = horizon
        self.calm = calm
        self.with_tb = self.pick(False, True)
        self.regions = self.pick(("cn", "jp"), ("cn", "jp", "us"))
        self.facilities: dict[str, Spec] = {}
        self.buyers: dict[str, Spec] = {}
        self.lanes: dict[str, Spec] = {}
        self.disruptions: dict[str, Spec] = {}
        self.responses: dict[str, Spec] = {}
        self.projects: dict[str, Spec] = {}
        self.floors: dict[str, Spec] = {}
        self.makers_of: dict[str, list[str]] = {}
        """Material -> the facilities that ship it."""
        self.grows = not calm and self.pick(False, True)
        self.left = 0 if horizon > 365 else max_facilities - 4
        self.habits: list[str] = draw(st.lists(st.sampled_from(HABITS), max_size=3, unique=True))

    # Drawing

    def pick(self, *menu: T) -> T:
        """Draw from a menu."""
        drawn: T = self.draw(st.sampled_from(menu))
        return drawn

    def number_of(self, *menu: int) -> int:
        """Draw a number of facilities of a stage, one at least, while the allowance lasts."""
        number = self.pick(*[n for n in menu if n - 1 <= self.left])
        self.left -= number - 1
        return number

    # Materials

    @property
    def oxides(self) -> list[str]:
        """The separated elements' oxides."""
        return ["ndpr_oxide", "dy_oxide", *(["tb_oxide"] if self.with_tb else [])]

    @property
    def elements(self) -> list[str]:
        """What is balanced."""
        return [oxide.removesuffix("_oxide") for oxide in self.oxides] + ["other"]

    def materials(self) -> dict[str, Spec]:
        """Return every material with its content."""
        found = {oxide: _material("oxide", {oxide.removesuffix("_oxide"): 1.0}) for oxide in self.oxides}
        for element, content in METAL_CONTENT.items():
            found[f"{element}_metal"] = _material("metal", {element: content})
        for grade, parts in GRADES.items():
            found[grade] = _material("magnet", parts)
        found["swarf"] = _material("scrap", GRADES["magnet_std"])
        for number, assay in enumerate(ASSAYS):
            parts = {e: c for e, c in assay.items() if e in self.elements}
            found[f"conc{number}"] = _material("concentrate", parts | {"other": 1 - sum(parts.values())})
        return found

    # Facilities and buyers

    def add_buyers(self) -> None:
        """Draw two to four buyers, and the grades they need."""
        for number in range(self.pick(2, 3, 4)):
            region = self.regions[(number + 1) % len(self.regions)]
            material = "magnet_std" if number == 0 else self.pick("magnet_std", "magnet_hot", *self.oxides[2:])
            cohorts = self.pick(*COHORTS)
            self.buyers[f"{region}.use{number}"] = {
                "region": region,
                "end_use": f"use{number}",
                "material": material,
                "demand": q(self.pick(30, 100, 250) / (50 if material == "tb_oxide" else 1), "t/year"),
                "priority": self.pick(2, 1, 3),
                "cohorts": [{"share": q(share, "share"), "cover": cover} for share, cover in cohorts],
                "output_value": q(1000, "usd/kg"),
                **self._moods(),
            }

    def _moods(self) -> Spec:
        growth = self.pick(None, 0.2, -0.1) if self.grows else None
        elasticity = self.pick(None, 0.3)
        found = {} if growth is None else {"growth": q(growth, "share/year")}
        if growth is not None and "growth_until" in self.habits:
            found["growth_until"] = self.pick(q(40, "d"), q(0.2, "year"), q(0, "d"))
        if "long_elasticity" in self.habits and self.pick(True, False):
            long = q(0.6, "elasticity")
            found["long_elasticity"] = self._doubted(long, uniform(0.2, 0.8, "elasticity"), long | NERVOUS)
        if "thrifty_buyer" in self.habits and self.pick(True, False):
            found["thrift"] = self._answer() | {"limit": q(self.pick(0.2, 0.05), "share")}
        if elasticity is None:
            return found
        short = q(elasticity, "elasticity")
        return found | {"elasticity": self._doubted(short, short | NERVOUS)}

    def _doubted(self, plain: Spec, *doubted: Spec) -> Spec:
        """Return what is certain, or in doubt where there is any."""
        return self.pick(*doubted) if "doubt" in self.habits else plain

    def _answer(self) -> Spec:
        """Draw from when firms answer to a price; at opening prices they never do."""
        return {
            "starts_at": q(self.pick(1.02, 1.3), "multiple"),
            "full_at": q(self.pick(1.5, 3.0), "multiple"),
            "lag": q(self.pick(10, 1, 60), "d"),
        }

    @property
    def grades(self) -> list[str]:
        """The magnets that somebody buys, in order of the file."""
        bought = {buyer["material"] for buyer in self.buyers.values()}
        return [grade for grade in GRADES if grade in bought]

    @property
    def magnets_tpd(self) -> float:
        """All magnets bought per day."""
        wanted = [b["demand"]["value"] for b in self.buyers.values() if b["material"] in GRADES]
        return float(sum(wanted)) / 365

    def add_plants(self) -> None:
        """Draw mines, separation plants, metal makers and magnet makers, sized for what the buyers need."""
        self._add_mines(self.number_of(1, 2, 3))
        self._add_separation(self.number_of(1, 2))
        self._add_metal(self.number_of(1, 2))
        self._add_magnets(self.number_of(1, 2))

    def _plant(self, kind: str, typical_tpd: float) -> Spec:
        size = self.pick(400.0, 100.0) if self.calm else self.pick(4.0, 1.3, 0.8)
        return {
            "kind": kind,
            "region": self.pick(*self.regions),
            "capacity": q(round(size * typical_tpd, 4), "t/d"),
            "lead": self.pick(*LEADS),
            "cover": self.pick(*COVERS),
            **self._idle(typical_tpd),
        }

    def _idle(self, typical_tpd: float) -> Spec:
        if "idle" not in self.habits or not self.pick(True, False):
            return {}
        return {"idle": self._answer() | {"capacity": q(round(0.6 * typical_tpd, 4), "t/d")}}

    def _thrift(self, recipes: dict[str, Spec]) -> Spec:
        """Let a maker learn to do with less of some of its inputs, where drawn."""
        inputs = list(dict.fromkeys(material for recipe in recipes.values() for material in recipe["inputs"]))
        if "thrifty_maker" not in self.habits or not self.pick(True, False):
            return {}
        limit = {"limit": q(self.pick(0.25, 0.1), "share")}
        return {"thrift": {material: self._answer() | limit for material in inputs[-self.pick(1, 2) :]}}

    def _add(self, name: str, plant: Spec, products: Sequence[str]) -> None:
        self.facilities[name] = plant
        for product in products:
            self.makers_of.setdefault(product, []).append(name)

    def _add_mines(self, number: int) -> None:
        for i in range(number):
            plant = self._plant("mine", 4 * self.magnets_tpd) | {"product": f"conc{i}"}
            self._add(f"mine{i}", plant, [f"conc{i}"])

    def _add_separation(self, number: int) -> None:
        for i in range(number):
            plant = self._plant("separation", 5 * self.magnets_tpd) | {
                "products": self.oxides,
                "recovery": {e: q(self.pick(0.9, 0.8), "share") for e in self.elements if e != "other"},
                "feed_cover": self.pick(*COVERS),
            }
            cost = self.pick(None, None, 1.0, *([] if self.calm else [14.0]))
            if cost is not None:
                plant["operating_cost"] = q(cost, "usd/kg")
            self._add(f"sep{i}", plant, self.oxides)

    def _add_metal(self, number: int) -> None:
        for i in range(number):
            recipes = {
                f"{e}_metal": {"inputs": {f"{e}_oxide": q(round(content * 1.02, 6), "t/t")}}
                for e, content in METAL_CONTENT.items()
            }
            plant = self._plant("maker", 0.5 * self.magnets_tpd)
            plant |= {"stage": "metal", "recipes": recipes, "feed_cover": self.pick(*COVERS)} | self._thrift(recipes)
            self._add(f"metal{i}", plant, list(recipes))

    def _add_magnets(self, number: int) -> None:
        self.has_swarf = not self.calm and self.pick(False, True)
        for i in range(number):
            grades = self.grades if i == 0 else self.grades[: self.pick(1, 2)]
            plant = self._plant("maker", self.magnets_tpd)
            recipes = {grade: self._magnet_recipe(grade) for grade in grades}
            plant |= {"stage": "magnet", "recipes": recipes, "feed_cover": self.pick(*COVERS)} | self._thrift(recipes)
            self._add(f"magnet{i}", plant, grades)

    def _magnet_recipe(self, grade: str) -> Spec:
        blank = {e: part * BLANK * 1.01 for e, part in GRADES[grade].items()}
        if grade == "magnet_hot":
            blank["ndpr"] = (0.3 + 0.38 * 0.35) * 1.01
        inputs = {f"{e}_metal": q(round(blank[e] / METAL_CONTENT[e], 6), "t/t") for e in blank}
        return {"inputs": inputs} | ({"byproducts": {"swarf": q(0.38, "t/t")}} if self.has_swarf else {})

    # Lanes

    def add_lanes(self) -> None:
        """Supply every group from the stage above, and push swarf to a separation plant."""
        for name, plant in list(self.facilities.items()):
            if plant["kind"] == "separation":
                self._supply(name, [(mine, self.facilities[mine]["product"]) for mine in self._named("mine")])
            elif plant["kind"] == "maker":
                for material in dict.fromkeys(m for r in plant["recipes"].values() for m in r["inputs"]):
                    self._supply(name, [(maker, material) for maker in self.makers_of[material]])
        for name, buyer in self.buyers.items():
            self._supply(name, [(maker, buyer["material"]) for maker in self.makers_of[buyer["material"]]])
        self._toll_reduction()
        if self.has_swarf:
            self._push_swarf()

    def _named(self, stage: str) -> list[str]:
        return [name for name in self.facilities if name.startswith(stage)]

    def _supply(self, receiver: str, sellers: Sequence[tuple[str, str]]) -> None:
        scheme = self.pick(*SCHEMES) if len(sellers) > 1 else "sole"
        turn = self.pick(*range(len(sellers)))
        shares = {"split": [0.5, 0.3, 0.2] if len(sellers) == 3 else [0.6, 0.4]}.get(scheme, [1.0])
        for i, (seller, material) in enumerate([*sellers[turn:], *sellers[:turn]]):
            lane = self._lane(seller, receiver, material)
            if i < len(shares):
                lane["share"] = q(shares[i], "share")
                if scheme == "split" and i == 0:
                    lane["standby"] = q(0.5, "multiple")
            else:
                lane["standby"] = q(1.0, "multiple")
                if scheme == "qualifying":
                    lane["qualification"] = self.pick(q(10, "d"), uniform(5, 40, "d"))
            if not self.calm:
                lane |= self.pick({}, {}, {}, *LAPSES)
            if scheme == "sole" and i > 0:
                continue
            self._dress(lane)
            self.lanes[f"{seller}-{receiver}-{material}"] = lane

    def _lane(self, seller: str, receiver: str, material: str) -> Spec:
        return {"from": seller, "to": receiver, "material": material, "transit": self.pick(*TRANSITS)}

    def _dress(self, lane: Spec) -> None:
        lane |= self.pick(*[dress for dress in _DRESSES if not (self.calm and "capacity" in dress)])

    def _toll_reduction(self) -> None:
        """Let a magnet maker buy oxide that counts as metal, where drawn."""
        magnet, sep = self.pick(None, *self._named("magnet")), self._named("sep")[-1]
        if magnet is None:
            return
        lane = self._lane(sep, magnet, "ndpr_oxide") | {"received_as": "ndpr_metal"}
        terms = self.pick(
            {"share": q(0.3, "share")},
            {"standby": q(0.7, "multiple")},
            {"standby": q(0.7, "multiple"), "qualification": q(15, "d")},
        )
        for other in self.lanes.values():
            same = (other["to"], other["material"]) == (magnet, "ndpr_metal")
            if same and "share" in terms and "share" in other:
                other["share"] = q(0.7 * other["share"]["value"], "share")
        self.lanes[f"toll-{magnet}"] = lane | terms

    def _push_swarf(self) -> None:
        """Push each magnet maker's swarf to one separation plant; the last may live on swarf alone."""
        recycler = self._named("sep")[-1]
        if len(self._named("sep")) > 1 and self.pick(False, True):
            for name in [n for n, lane in self.lanes.items() if lane["to"] == recycler]:
                del self.lanes[name]
        for magnet in self._named("magnet"):
            lane = self._lane(magnet, recycler, "swarf")
            self.lanes[f"swarf-{magnet}"] = lane | {"push": True, "share": q(1, "share")}

    # Stockpiles

    def add_piles(self) -> None:
        """Draw up to two stockpiles, what they hold and whom they serve."""
        for number in range(self.pick(*[n for n in (0, 1, 2) if n <= max(0, self.left)])):
            self._add_pile(f"pile{number}", self.pick(*PILED))

    def _add_pile(self, name: str, materials: Sequence[str]) -> None:
        tolled = {"received_as": "ndpr_metal"} if tuple(materials) == ("ndpr_oxide",) else {}
        served = {m: ["magnet0"] if tolled else self._users_of(m) for m in materials}
        in_days = self.pick(False, True) and all(served[m][0] == served[materials[0]][0] for m in materials)
        pile: Spec = {
            "kind": "stockpile",
            "region": self.pick(*self.regions, self.facilities[self.makers_of[materials[0]][0]]["region"]),
            **self._owners(),
            "stocks": {m: {"opening": self._pile_stock(in_days)} for m in materials},
            "trigger": q(0, "d") if self.calm else self.pick(q(5, "d"), q(20, "d"), uniform(5, 40, "d")),
        }
        if in_days:
            alone, *others = served[materials[0]]
            pile["days_of"] = self.pick(alone, [alone, *others])
        if self.pick(False, True):
            pile["release_over"] = q(self.pick(10, 30), "d")
        if not self.calm:
            self._add_terms(pile, [user for users in served.values() for user in users])
        self.facilities[name] = pile
        for material, users in served.items():
            for user in users:
                lane = self._lane(name, user, material) | tolled
                self.lanes[f"{name}-{user}-{material}"] = lane | self.pick(*RELEASES)
        self._add_refill(name, pile, materials)

    def _add_terms(self, pile: Spec, served: Sequence[str]) -> None:
        """Draw up to three terms on which a pile lets go."""
        drawn = self.draw(st.lists(st.sampled_from(PILE_TERMS), max_size=3, unique=True))
        pace = {"rate": self.pick(q(0.05, "t/d"), uniform(0.01, 0.4, "t/d"))}
        if "paced" in drawn:
            pile |= self.pick(pace, {"ration": self.pick(q(20, "d"), uniform(5, 60, "d"))})
            if self.pick(False, True):
                del pile["trigger"]
        if "when" in drawn:
            emergency = {"delay": self.pick(q(0, "d"), uniform(0, 20, "d"))}
            calls = ({"start": uniform(5, 40, "d")}, {"price": q(1.07, "multiple")}, {"emergency": emergency})
            pile["when"] = self.pick(*calls, calls[0] | calls[1], calls[1] | calls[2])
        if "first" in drawn:
            pile["first"] = [served[-1]]
        if "costs" in drawn:
            pile |= {"storage": q(900, "usd/t/year"), "capital": q(0.05, "share/year")}
        if "handling" in drawn:
            pile["handling"] = self.pick(q(3, "d"), uniform(0, 12, "d"))
        if "decision_day" in drawn:
            pile["decision_day"] = self.pick(q(15, "d"), uniform(5, 40, "d"))
        if "target" in drawn:
            for stock in pile["stocks"].values():
                stock["target"] = q(40, stock["opening"]["unit"])
                stock["opening"] = self.pick(stock["opening"], q(0, "t"))

    def _owners(self) -> Spec:
        """Draw whose a pile is: one region's, pooled by all, or of all by shares, with what they lend each other."""
        if not self.pick(False, True):
            return {"owners": [self.regions[-1]]}
        parts = self.pick((0.3, 0.7), (1.0, 0.0)) if len(self.regions) == 2 else self.pick((0.2, 0.5, 0.3), (0, 1, 0))
        shares = {region: q(part, "share") for region, part in zip(self.regions, parts, strict=True)}
        lent = self.pick({}, {"entitlement": q(0.4, "share")}, {"entitlement": q(1, "share")})
        return {"owners": list(self.regions), "shares": shares} | lent

    def _pile_stock(self, in_days: bool) -> Spec:
        return self.pick(q(30, "d"), uniform(10, 50, "d")) if in_days else self.pick(q(2, "t"), q(15, "t"))

    def _users_of(self, material: str) -> list[str]:
        """Return whom a pile of this material may serve: all of them, or the first."""
        users = [
            name
            for name, plant in self.facilities.items()
            if any(material in recipe["inputs"] for recipe in plant.get("recipes", {}).values())
        ]
        users += [name for name, buyer in self.buyers.items() if buyer["material"] == material]
        return users[: self.pick(1, 4)]

    def _add_refill(self, name: str, pile: Spec, materials: Sequence[str]) -> None:
        if not self.pick(False, True):
            return
        pile["refill"] = {"rate": q(0.1, "t/d"), "price_ceiling": q(self.pick(1.13, 1.57), "multiple")}
        if not self.calm:
            pile["refill"] |= self.pick({}, {}, {"budget": q(self.pick(20_000, 500_000), "usd")})
            pile |= self.pick({}, {}, *ROTATIONS)
        for material in materials:
            sellers = self.makers_of[material]
            lane = self._lane(sellers[-1], name, material) | {"share": q(1, "share")}
            self.lanes[f"refill-{name}-{material}"] = lane

    # Rapid Responses

    def add_responses(self) -> None:
        """Draw up to two Rapid Responses: what they send, from whom, and whom they watch."""
        for number in range(self.pick(0, 0, 1, 2)):
            self._add_response(f"response{number}", self.pick(*SENT))

    def _add_response(self, name: str, materials: Sequence[str]) -> None:
        users = list(dict.fromkeys(user for material in materials for user in self._add_airlift(name, material)))
        shipped = {lane["material"] for lane in self.lanes.values() if lane.get("response") == name}
        if not users:
            return
        self.responses[name] = {
            "watched": self.pick(users, users[:1], list(self.buyers)),
            "lasts": self.pick(q(15, "d"), uniform(1, 30, "d")),
            "restores": self.pick(q(20, "d"), uniform(5, 40, "d")),
            **self._most_sent([material for material in materials if material in shipped]),
            "cool_down": self.pick(q(10, "d"), q(0, "d"), uniform(0, 20, "d")),
            **self.pick({}, {"keep": q(3, "d")}, {"keep": uniform(0, 9, "d")}, {"keep": q(0, "d")}),
            **self.pick({}, {}, {"decision_day": q(15, "d")}, {"decision_day": uniform(0, 50, "d")}),
            **self.pick({}, {"detection": q(2, "d"), "convening": q(3, "d")}, {"decision": uniform(0, 12, "d")}),
        }
        self.responses[name] |= self._watches(self.responses[name]["watched"])

    def _add_airlift(self, name: str, material: str) -> Sequence[str]:
        """Let makers and piles of a material send it to its users, who are returned."""
        users = self._users_of(material)
        piles = [pile for pile in self._named("pile") if material in self.facilities[pile]["stocks"]]
        makers = self.makers_of.get(material, [])
        senders = [*piles, *makers][: self.pick(3, 1)] if self.pick(True, False) else [*makers, *piles]
        for sender in senders:
            for user in users:
                lane = self._lane(sender, user, material) | {"response": name}
                self.lanes[f"{name}-{sender}-{user}-{material}"] = lane | self.pick(
                    {}, {}, {"capacity": q(0.05, "t/d")}
                )
        return users if senders else []

    def _most_sent(self, materials: Sequence[str]) -> Spec:
        """Draw the tonnage of each material, of all, or both."""
        tonnage = {m: self.pick(q(2, "t"), q(0.3, "t"), q(0, "t"), uniform(0.5, 9, "t")) for m in materials}
        limit = self.pick(q(1, "t"), uniform(0.2, 3, "t"))
        return self.pick({"tonnage": tonnage}, {"tonnage": tonnage, "limit": limit}, {"limit": limit})

    def _watches(self, watched: Sequence[str]) -> Spec:
        cover = {"cover_below": q(self.pick(11.3, 4.7, 26.1), "d")}
        if not set(watched) <= set(self.buyers):
            return cover
        return self.pick(cover, {"unmet_above": q(self.pick(0.03, 0.0), "share")}, {"price_above": q(1.21, "multiple")})

    # Disturbances

    def add_disruptions(self, markets: Sequence[str]) -> None:
        """Draw up to four disruptions, and a plant that opens later, for certain or not."""
        late = self.pick(None, None, *[n for n in self.facilities if n[-1] == "1" and not n.startswith("pile")])
        if late is not None:
            odds = self.pick({}, {}, {"odds": q(0.5, "share")})
            self.facilities[late] |= {"opens": self.pick(q(12, "d"), uniform(5, 50, "d"))} | odds
        network = Network(
            regions=self.regions,
            markets=markets,
            facilities=self.facilities,
            buyers=self.buyers,
            lanes=self.lanes,
            elements=self.elements[:-1],
            magnets_tpd=self.magnets_tpd,
            horizon=self.horizon,
        )
        self.disruptions = Happenings(self.draw, network).all()

    def add_projects(self) -> None:
        """Support plants that open late, where there are any: up to two projects, not all of which can pay for all."""
        late = [name for name, plant in self.facilities.items() if "opens" in plant]
        for number in range(self.pick(0, 1, 2) if late else 0):
            permits = {"permits": q(self.pick(0.5, 1), "share"), "shortened_to": q(self.pick(0.4, 0), "share")}
            terms = [permits, permits | {"odds": q(1.7, "multiple")}, {"odds": q(3, "multiple")}]
            self.projects[f"project{number}"] = {
                "decision_day": self.pick(q(6, "d"), q(0, "d"), uniform(0, 25, "d")),
                "budget": q(self.pick(9e6, 3e6), "usd"),
                "plants": {name: self.pick(*terms) | {"grant": q(2e6, "usd"), "loan": q(1e6, "usd")} for name in late},
            }

    def add_floors(self) -> None:
        """Pay a floor to some separation plants, at times above any price, at times out of a small budget."""
        plants = self._named("sep")
        if self.pick(False, True):
            producers = self.pick(plants, plants[:1])
            floor: Spec = {
                "producers": producers,
                "least": self.pick({"ndpr": q(63, "usd/kg")}, {"ndpr": q(200, "usd/kg"), "dy": q(220, "usd/kg")}),
                "decision_day": self.pick(q(10, "d"), q(0, "d"), uniform(0, 40, "d")),
            }
            floor |= self._offtake(producers)
            self.floors["floor"] = floor | self.pick({}, {"budget": q(200000, "usd")}, {"budget": q(0, "usd")})

    def _offtake(self, producers: Sequence[str]) -> Spec:
        """Let some of the producers' customers claim a share of what there is, or so many tonnes of one thing."""
        sold = [one for one in self.lanes.values() if one["from"] in producers and "response" not in one]
        if not sold or self.pick(True, False):
            return {}
        takers = list(dict.fromkeys(one["to"] for one in sold))
        rate = {sold[-1]["material"]: q(self.pick(0.02, 0.3), "t/d")}
        claim = self.pick({"share": q(self.pick(0.5, 1), "share")}, {"rate": rate})
        return {"offtake": {"takers": takers[-self.pick(1, 2) :]} | claim}

    # The rest

    def markets(self) -> dict[str, Spec]:
        """Return one market per region, or the first region against the rest."""
        apart = self.pick(False, True)
        parts = [[region] for region in self.regions] if apart else [["cn"], list(self.regions[1:])]
        return {f"market{i}": {"name": f"market {i}", "regions": regions} for i, regions in enumerate(parts)}

    def prices(self, markets: Sequence[str]) -> Spec:
        """Return how prices form."""
        opening = {"ndpr": 60.0, "dy": 230.0, "tb": 800.0}
        elements: dict[str, Spec] = {
            e: {
                "oxide": f"{e}_oxide",
                "opening": {m: q(opening[e] * (1 + 0.1 * i), "usd/kg") for i, m in enumerate(markets)},
            }
            for e in self.elements[:-1]
        }
        if not self.calm and self.pick(False, True):
            elements["dy"]["volatility"] = q(0.4, "log/sqrt(year)")
        if "floor" in self.habits:
            low = self.pick(0.97, 0.7)
            quoted = self.pick(tuple(markets), tuple(markets)[:1])
            for e in self.pick(("ndpr", "dy"), ("dy",)):
                elements[e]["floor"] = {m: q(low * elements[e]["opening"][m]["value"], "usd/kg") for m in quoted}
        return self._slow_prices() | {
            "elements": elements,
            "products": {"magnet_std": {"conversion": q(30, "usd/kg")}},
            "scarcity_slope": self._doubted(q(self.pick(1.2, 0.4), "elasticity"), among([0.4, 1.2, 0.9], "elasticity")),
            "cover_floor": q(0.1, "share"),
            "cover_ceiling": self._doubted(q(3, "multiple"), uniform(1.1, 3, "multiple")),
            "unmet_slope": self._doubted(q(1.0, "log"), among([0.0, 2.0, 1.0], "log"), uniform(0, 2, "log")),
            "adjustment": self._doubted(q(self.pick(15, 45), "d"), among([40.0, 15.0, 25.0], "d")),
            "tie": self._doubted(q(20, "d"), triangular(10, 20, 60, "d")),
            "noise_persistence": q(60, "d"),
            "netback_exponent": q(self.pick(1, 0, 2.5), "elasticity"),
            "response_threshold": self._doubted(q(1.2, "multiple"), uniform(1, 2, "multiple")),
            "response_smoothing": self._doubted(q(self.pick(30, 5), "d"), among([5.0, 10.0, 30.0], "d")),
        }

    def _slow_prices(self) -> Spec:
        found: Spec = {}
        if "long_elasticity" in self.habits:
            found["long_smoothing"] = self._doubted(q(90, "d"), uniform(60, 200, "d"))
        if "decay" in self.habits:
            found["decay"] = self.pick(q(100, "d"), uniform(30, 200, "d"), q(10, "d"))
        if "contract_lag" in self.habits:
            found["contract_lag"] = q(self.pick(30, 1, 90), "d")
        return found

    def _manners(self) -> Spec:
        """Draw how short sellers sell, what stays on the book, and who makes up for lost output."""
        found: Spec = {}
        if "spot" in self.habits:
            found["spot_share"] = q(self.pick(0.3, 1.0), "share")
        if "backlog" in self.habits:
            found["backlog_share"] = self._doubted(q(self.pick(0.5, 0.9), "share"), among([0.9, 0.0, 0.5], "share"))
        if "speculation" in self.habits:
            found["speculation"] = {
                "cover": self.pick(q(10, "d"), q(40, "d") | NERVOUS, uniform(5, 20, "d")),
                "starts_at": q(self.pick(1.02, 1.2), "multiple"),
                "full_at": self.pick(q(1.5, "multiple"), uniform(1.3, 2, "multiple")),
                "memory": q(self.pick(20, 60), "d"),
            }
        if "catch_up" in self.habits:
            found["catch_up"] = {"share": q(self.pick(0.6, 1.0), "share"), "rate": q(self.pick(0.1, 0.02), "share")}
        return found

    def _budget(self, added: Sequence[str]) -> Spec:
        """Let a policy have one budget for all it pays for, where that is anything."""
        if not (added or self.projects or self.floors):
            return {}
        return self.pick({}, {}, {"budget": q(1.5e6, "usd")}, {"budget": q(6e6, "usd")})

    def scenario(self, markets: dict[str, Spec]) -> Scenario:
        """Put everything together and read it."""
        added = [name for name in self._named("pile") if self.pick(True, False)]
        whole: Spec = {
            "schema_version": 1,
            "name": "drawn",
            "question": "Does the model do what its text says?",
            "start_date": "2026-01-01",
            "horizon_d": self.horizon,
            "elements": self.elements,
            "regions": {region: {"name": region} for region in self.regions},
            "markets": markets,
            "materials": self.materials(),
            "facilities": self.facilities,
            "buyers": self.buyers,
            "lanes": self.lanes,
            "order_ceiling": q(self.pick(2, 1.2), "multiple"),
            "allocation_memory": self.pick(q(30, "d"), q(7, "d"), q(1, "year")),
            "parameters": {"nerves": self._doubted(q(1.5, "multiple"), among([2.0, 1.0, 0.5], "multiple"))},
            "families": self.pick({}, FAMILIES),
            "prices": self.prices(list(markets)),
            "disruptions": self.disruptions,
            "policy_facilities": added,
            "responses": self.responses,
            "projects": self.projects,
            "floors": self.floors,
            **self._budget(added),
            **self._manners(),
        }
        if not self.calm and self.pick(False, True):
            whole["demand_noise"] = {"volatility": q(0.1, "share"), "persistence": q(40, "d")}
        return Scenario.model_validate(whole)


FAMILIES: Spec = {"tense": {"name": "tense", "sets": [2, 0]}, "calm": {"name": "calm", "sets": [1]}}
HORIZONS = (30, 60, 90, 120, 150, 60, 90, 120, 400)
"""The last one sees the end of a quota's year; its networks are the smallest."""
_DRESSES: tuple[Spec, ...] = (
    {},
    {},
    {"freight": q(2, "usd/kg")},
    {"capacity": q(0.3, "t/d")},
    {"right": q(0.1, "t/d")},
    {"stream": "pinned"},
    {"right": q(0.02, "t/d"), "freight": q(15, "usd/kg"), "capacity": uniform(0.5, 3, "t/d")},
)


def _material(form: str, content: dict[str, float]) -> Spec:
    return {"form": form, "content": {element: q(part, "t/t") for element, part in content.items()}}


@st.composite
def scenarios(draw: Draw[Any], max_facilities: int = 10, max_horizon: int = 400, calm: bool = False) -> Scenario:
    """Draw a scenario; a calm one has no noise, no growth, capacity for all, and nothing that happens."""
    horizon = draw(st.sampled_from([days for days in HORIZONS if days <= max_horizon]))
    chain = Chain(draw, max_facilities, horizon, calm=calm)
    chain.add_buyers()
    chain.add_plants()
    chain.add_lanes()
    chain.add_piles()
    markets = chain.markets()
    if not calm:
        chain.add_disruptions(list(markets))
        chain.add_responses()
        chain.add_projects()
        chain.add_floors()
    return chain.scenario(markets)


def networks(max_facilities: int = 10, max_horizon: int = 400) -> st.SearchStrategy[Scenario]:
    """Draw a scenario in which nothing happens, nothing grows and there is capacity for all."""
    return scenarios(max_facilities, max_horizon, calm=True)


@st.composite
def policies(draw: Draw[Any], max_facilities: int = 10, max_horizon: int = 400) -> tuple[Scenario, Scenario]:
    """Draw a scenario, and the same under a policy: piles, Rapid Responses, projects, price floors."""
    under = draw(scenarios(max_facilities, max_horizon).filter(_stands_without_policy))
    return without_policy(under), under


def _stands_without_policy(under: Scenario) -> bool:
    """Whether no disruption is about lanes of the policy alone, and would be about none without it."""
    return not any(check_reach(without_policy(under)))


def without_policy(scenario: Scenario) -> Scenario:
    """Return the scenario without anything that a policy added, lanes included."""
    piles = set(scenario.policy_facilities)
    lanes = {
        i: lane for i, lane in scenario.lanes.items() if lane.response is None and not piles & {lane.from_, lane.to}
    }
    kept = {i: one for i, one in scenario.facilities.items() if i not in piles}
    gone: Spec = {"responses": {}, "projects": {}, "floors": {}, "budget": None, "policy_facilities": ()}
    return scenario.model_copy(update=gone | {"lanes": lanes, "facilities": kept})
