"""What hypothesis lets happen to a drawn network: up to four disruptions, aimed at lanes that are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import strategies as st

from sim.testing.quantities import Spec, exponential, q, triangular, uniform

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[T]], T]

KINDS = (
    "export_ban", "licence", "quota", "outage", "closure", "tariff", "export_ban", "licence", "quota", "closure",
    "freight_delay", "demand_surge", "dumping", "tariff", "setback", "trigger", "content_rule",
)  # fmt: skip
ACROSS = ("quota", "closure", "freight_delay", "tariff")
"""What there must be a lane across a border for."""
MATERIALS = (
    (), ("ndpr_oxide", "dy_oxide"), ("dy_oxide",), ("ndpr_metal", "dy_metal"), ("magnet_std", "magnet_hot"),
    ("dy_oxide", "dy_metal", "magnet_std"), ("conc0", "conc1"),
)  # fmt: skip
STARTS = (q(10, "d"), q(0, "d"), uniform(5, 40, "d"), q(25, "d"))
DURATIONS = (q(30, "d"), q(7, "d"), triangular(10, 30, 100, "d"), q(60, "d"), q(0, "d"))
LONG = (q(2, "year"), q(390, "d"), q(500, "d"), q(300, "d"))
NEWS: tuple[Spec, ...] = (
    {},
    {"price_jump": q(0.3, "log"), "jumping": ["dy"]},
    {"announced": q(3, "d"), "price_jump": uniform(0.1, 0.5, "log")},
    {"announced": uniform(0, 30, "d"), "price_jump": q(0.2, "log")},
)
HOARDING: tuple[Spec, ...] = (
    {},
    {},
    {"hoarding": q(12, "d"), "hoarding_for": q(20, "d")},
    {"hoarding": uniform(3, 30, "d"), "hoarding_for": triangular(5, 20, 60, "d")},
    {"hoarding": q(12, "d") | {"times": "nerves"}, "hoarding_for": q(20, "d")},
)
SUSPENSIONS: tuple[list[Spec], ...] = (
    [],
    [],
    [{"start": q(20, "d"), "duration": q(10, "d")}],
    [{"start": uniform(10, 40, "d"), "duration": q(8, "d")}, {"start": q(35, "d"), "duration": exponential(9, "d")}],
)
LEAKS: tuple[Spec, ...] = ({}, {"leak": q(0.07, "share")}, {"leak": uniform(0.0, 0.3, "share")})
RESALE: tuple[Spec, ...] = (
    {"share": q(0.25, "share"), "lag": q(10, "d")},
    {"share": uniform(0.1, 0.95, "share"), "lag": uniform(0, 20, "d")},
    {"share": uniform(0.1, 0.5, "share"), "lag": uniform(0, 9, "d"), "markup": q(0.6, "share")},
    {"share": q(0.4, "share"), "lag": q(5, "d"), "markup": uniform(0.2, 3, "share")},
)
LICENCES: tuple[Spec, ...] = (
    {"applicants": 3, "review": uniform(2, 40, "d"), "approval": q(0.6, "share"), "term": q(10, "d")}
    | {"renewal": q(9, "d")}
    | {"reapply": q(5, "d")},
    {"applicants": 1, "review": q(4, "d"), "approval": uniform(0.2, 0.9, "share"), "headroom": q(0.7, "multiple")},
    {"applicants": 3, "review": q(6, "d"), "approval": q(0.7, "share"), "reapply": uniform(3, 9, "d")}
    | {"headroom": q(1.25, "multiple")}
    | {"weights": [q(0.5, "share"), q(0.25, "share"), q(0.25, "share")]},
)
FREEZES: tuple[Spec, ...] = ({}, {}, {"freeze": q(9, "d")}, {"freeze": uniform(2, 25, "d")})
CHANGES: tuple[list[Spec], ...] = (
    [],
    [],
    [{"day": q(25, "d"), "approval": q(0, "share")}],
    [{"day": uniform(5, 30, "d"), "approval": uniform(0.5, 1, "share")}, {"day": q(20, "d"), "review": q(2, "d")}],
    [{"day": q(15, "d"), "approval": q(1, "share"), "review": exponential(5, "d")}],
)
BATCHES: tuple[tuple[tuple[int, float], ...], ...] = (
    (), ((0, 0.5), (182, 0.5)), ((0, 0.4), (15, 0.6)), ((0, 0.25), (20, 0.0), (40, 0.75)),
)  # fmt: skip
REMAINING: tuple[Spec, ...] = ({}, {"remaining": q(0.4, "share")}, {"remaining": uniform(0.1, 0.6, "share")})


@dataclass
class Network:
    """What is there to be hit."""

    regions: Sequence[str]
    markets: Sequence[str]
    facilities: dict[str, Spec]
    buyers: dict[str, Spec]
    lanes: dict[str, Spec]
    elements: Sequence[str]
    magnets_tpd: float
    horizon: int

    def region(self, place: str) -> str:
        """Return where a facility or a buyer stands."""
        return str((self.facilities.get(place) or self.buyers[place])["region"])

    @property
    def crossings(self) -> list[tuple[str, str, str]]:
        """From where to where what is shipped across a border, but for what piles let go."""
        ends = [self.ends(lane) for lane in self.lanes.values() if not lane["from"].startswith("pile")]
        return [end for end in dict.fromkeys(ends) if end[0] != end[1]]

    @property
    def abroad(self) -> list[tuple[str, str, str]]:
        """A region, and where to what is shipped on some lane that does not touch it."""
        ends = list(dict.fromkeys(self.ends(lane) for lane in self.lanes.values()))
        return [(region, *end[1:]) for end in ends for region in self.regions if region not in end[:2]]

    def ends(self, lane: Spec) -> tuple[str, str, str]:
        """Return from where to where what is shipped on a lane."""
        return self.region(lane["from"]), self.region(lane["to"]), lane["material"]

    def seller(self, here: str, there: str, material: str) -> str:
        """Return who ships a material from one region to another."""
        return next(str(lane["from"]) for lane in self.lanes.values() if self.ends(lane) == (here, there, material))

    def firms_under(self, control: Spec) -> list[str]:
        """Return who ships or receives what is controlled."""
        lanes = [
            lane
            for lane in self.lanes.values()
            if self.region(lane["from"]) == control["authority"]
            and self.region(lane["to"]) in control["destinations"]
            and lane["material"] in control["materials"]
        ]
        return list(dict.fromkeys(lane[end] for lane in lanes for end in ("from", "to")))

    @property
    def plants(self) -> list[str]:
        """The facilities that work."""
        return [name for name, facility in self.facilities.items() if facility["kind"] != "stockpile"]


class Happenings:
    """Disruptions that are being drawn, as plain dicts."""

    def __init__(self, draw: Draw[Any], network: Network) -> None:
        self.draw = draw
        self.network = network
        self.aims: list[tuple[str, str, str]] = []

    def pick(self, *menu: T) -> T:
        """Draw from a menu."""
        drawn: T = self.draw(st.sampled_from(menu))
        return drawn

    def all(self) -> dict[str, Spec]:
        """Return up to four; a year and more is there to see a quota's year end."""
        can_be = [kind for kind in KINDS if self.network.crossings or kind not in ACROSS]
        can_be = [kind for kind in can_be if self.network.abroad or kind != "content_rule"]
        kinds = [self.pick(*can_be) for _ in range(self.pick(1, 0, 2, 3, 2, 3, 4))]
        if self.network.horizon > 365 and "quota" in can_be:
            kinds = ["quota", *kinds[:2]]
        found: dict[str, Spec] = {}
        for number, kind in enumerate(kinds):
            found[f"{kind}{number}"] = getattr(self, f"_{kind}")() | {"kind": kind}
        self._chances(found)
        return dict(reversed(found.items())) if self.pick(False, True) else found

    def _chances(self, found: dict[str, Spec]) -> None:
        """Let some come by chance, some follow others, some share their luck."""
        earlier: list[str] = []
        for name, one in found.items():
            if "start" not in one:
                continue
            leader = self.pick(None, None, None, *earlier[-2:], *[n for n in earlier if n.startswith("trigger")])
            chance = self.pick(None, None, None, None, 0.5)
            one |= {} if leader is None else {"follows": leader}
            one |= {} if chance is None else {"chance": q(chance, "share")}
            one |= self.pick({}, {}, {}, {}, {}, {}, {"stream": "shared"})
            earlier.append(name)

    def _days(self, *durations: Spec) -> Spec:
        return {"start": self.pick(*STARTS), "duration": self.pick(*(durations or DURATIONS))}

    def _aim(self) -> tuple[str, str, str]:
        """Return from where to where what is shipped across a border if anything is: often, what was hit before."""
        nothing = (self.network.regions[0], self.network.regions[1], "dy_oxide")
        known = self.pick(*self.aims, *self.aims, None)
        if known is None:
            known = self.pick(*(self.network.crossings or [nothing]))
            self.aims.append(known)
        return known

    def _control(self) -> Spec:
        authority, destination, material = self._aim()
        others = [region for region in self.network.regions if region not in (authority, destination)]
        control = self._days(*(LONG if self.network.horizon > 365 else ())) | self.pick(*NEWS) | self.pick(*HOARDING)
        spells = self.pick(*SUSPENSIONS)
        return control | {
            "authority": authority,
            "destinations": [destination, *others[: self.pick(0, 1)]],
            "materials": list(dict.fromkeys([material, *self.pick(*MATERIALS)])),
            **({"suspensions": spells} if spells else {}),
        }

    def _bar(self) -> Spec:
        bar = self._control() | self.pick(*LEAKS)
        free = [region for region in self.network.regions if region not in (bar["authority"], *bar["destinations"])]
        resale = self.pick(*RESALE, None)
        return bar if resale is None or not free else bar | {"reexport": {"via": free, **resale}}

    def _export_ban(self) -> Spec:
        return self._bar()

    def _licence(self) -> Spec:
        licence = self._bar() | self.pick(*LICENCES) | self.pick(*FREEZES)
        changes, general = self.pick(*CHANGES), self._general(licence)
        return licence | ({"changes": changes} if changes else {}) | ({"general": general} if general else {})

    def _general(self, licence: Spec) -> list[Spec]:
        """Name firms that ship or receive what is licensed, where there are any."""
        firms = self.network.firms_under(licence)
        if not firms or not self.pick(False, True):
            return []
        one, other = self.pick(*firms), self.pick(*firms)
        wide = self.pick(uniform(0, 1, "share"), q(1, "share"))
        entries = [
            {"facilities": [one], "day": q(15, "d"), "share": q(0.5, "share")},
            {"facilities": list(dict.fromkeys([other, one])), "day": uniform(5, 40, "d"), "share": wide},
        ]
        return entries[: self.pick(1, 2)]

    def _quota(self) -> Spec:
        days = self.pick(12, 4, 40, 0) * (8 if self.network.horizon > 365 else 1)
        tonnes = round(days * self.network.magnets_tpd, 3)
        tonnage = self.pick(q(tonnes, "t"), q(tonnes, "t"), uniform(tonnes / 2, tonnes * 2, "t"))
        batches = [{"day": day, "share": q(share, "share")} for day, share in self.pick(*BATCHES)]
        pace = self.pick({}, {}, {"pace": q(2, "multiple")}, {"pace": q(50, "multiple")})
        control = self._control()
        control["materials"] += self.pick([], [], ["swarf"] if "swarf" not in control["materials"] else [])
        return control | {"tonnage": tonnage} | ({"batches": batches} if batches else {}) | pace

    def _content_rule(self) -> Spec:
        authority, there, material = self.pick(*self.network.abroad)
        return self._days(*(LONG if self.network.horizon > 365 else ())) | {
            "authority": authority,
            "destinations": [there],
            "materials": list(dict.fromkeys([material, *self.pick(*MATERIALS)])),
            "threshold": self.pick(q(0.25, "share"), q(0.01, "share"), uniform(0.05, 0.6, "share")),
            "compliance": self.pick(q(0.8, "share"), q(1, "share"), uniform(0.3, 1, "share")),
            "clean_after": self.pick(q(12, "d"), uniform(5, 60, "d"), q(0, "d")),
        }

    def _closure(self) -> Spec:
        here, there, material = self._aim()
        seller = self.network.seller(here, there, material)
        others = [region for region in self.network.regions if region not in (here, there)]
        shut: Spec = self.pick(
            {"regions": [here]},
            {"regions": [there], "against": [here]},
            {"regions": [here, *others]},
            {"facilities": [seller]},
            {"facilities": list(dict.fromkeys([seller, "mine0"])), "against": [there]},
        )
        several = list(dict.fromkeys([material, "dy_metal", "conc0"]))
        goods = self.pick({}, {}, {"materials": [material]}, {"materials": several})
        return self._days(q(7, "d"), q(20, "d"), uniform(3, 30, "d")) | shut | goods | self.pick(*REMAINING)

    def _outage(self) -> Spec:
        plants = self.network.plants
        first = self.pick(*plants)
        hit = self.pick([first], list(dict.fromkeys([first, plants[-1]])))
        when = self.pick(
            {"start": q(8, "d"), "duration": q(15, "d")},
            {"start": uniform(2, 30, "d"), "duration": exponential(12, "d")},
            {"mtbf": q(20, "d"), "mttr": q(5, "d")},
        )
        return {"facilities": hit} | when | self.pick(*REMAINING)

    def _freight_delay(self) -> Spec:
        here, there, material = self._aim()
        delay = self.pick(q(10, "d"), uniform(2, 25, "d"), q(3, "d"))
        goods = self.pick({}, {}, {"materials": [material]})
        between = list(dict.fromkeys([here, *self.pick((), (), self.network.regions[:1])]))
        return self._days() | {"between": between, "and": [there], "delay": delay} | goods

    def _demand_surge(self) -> Spec:
        buyers = list(self.network.buyers)
        factor = self.pick(q(1.6, "multiple"), q(0.5, "multiple"), uniform(0.8, 2, "multiple"))
        return self._days() | {"buyers": buyers[: self.pick(1, 2, 4)], "factor": factor}

    def _dumping(self) -> Spec:
        elements = list(self.pick(("ndpr",), ("ndpr", "dy"), self.network.elements))
        discount = self.pick(q(0.8, "log"), uniform(0.1, 2.5, "log"))
        return self._days() | {"market": self.pick(*self.network.markets), "elements": elements, "discount": discount}

    def _tariff(self) -> Spec:
        here, there, material = self._aim()
        rate = self.pick(q(0.25, "share"), uniform(0.1, 1.5, "share"))
        goods = list(dict.fromkeys([material, *self.pick(*MATERIALS)]))
        return self._days() | {"authority": there, "origins": [here], "materials": goods, "rate": rate}

    def _setback(self) -> Spec:
        """Set back plants that are to open late; where none is, let one that is there open late."""
        late = [name for name in self.network.plants if "opens" in self.network.facilities[name]]
        if not late:
            late = [self.network.plants[-1]]
            self.network.facilities[late[0]]["opens"] = q(14, "d")
        harm = self.pick(
            {"stretch": q(2, "multiple")},
            {"stretch": uniform(1, 3, "multiple"), "odds": q(0.5, "share")},
            {"odds": uniform(0.3, 1, "share")},
        )
        return {"start": self.pick(q(5, "d"), q(0, "d"), uniform(0, 20, "d"))} | {
            "duration": self.pick(q(40, "d"), q(10, "d"), exponential(20, "d")), "facilities": late,
        } | harm  # fmt: skip

    def _trigger(self) -> Spec:
        return self._days()
