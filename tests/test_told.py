"""What may happen, in words: as `sim check` says it before a run, and as a story tells it of one future."""

from __future__ import annotations

import numpy as np
import pytest
from invented import DAYS, number, scenario

from sim.results.futures import Event
from sim.spec.controls import Control
from sim.spec.disruption_words import sentence
from sim.spec.mentions import mentions
from sim.spec.reach import lanes_of
from sim.spec.scenario import Scenario
from sim.spec.words import describe
from sim.tracing.causes import controlled_lanes
from sim.tracing.chronicle import CONTROL_WORDS
from sim.tracing.effects import materials
from sim.tracing.standing import cutting
from sim.tracing.story import tell

CHINA_TO_JAPAN = {"authority": "cn", "destinations": ["jp"], "materials": ["dy_oxide"]}
GOOD_TO_ALL = {"authority": "cn", "destinations": ["jp", "us", "eu"], "materials": ["magnet_high"]}


def dated(kind, start=100, duration=60, **rest):
    """A disruption as YAML would have it."""
    return {"kind": kind, "start": number(start, "d"), "duration": number(duration, "d"), **rest}


def days(start, duration):
    """Days of a suspension."""
    return {"start": number(start, "d"), "duration": number(duration, "d")}


LICENCE = {
    **CHINA_TO_JAPAN,
    "applicants": 2,
    "headroom": number(1.3, "multiple"),
    "weights": [number(0.8, "share"), number(0.2, "share")],
    "freeze": number(45, "d"),
    "review": number(30, "d"),
    "approval": number(0.4, "share"),
    "changes": [{"day": number(200, "d"), "approval": number(0.9, "share"), "review": number(10, "d")}],
    "general": [{"facilities": ["jp_magnets"], "day": number(250, "d"), "share": number(0.5, "share")}],
}
QUOTA = {
    **CHINA_TO_JAPAN,
    "tonnage": number(50, "t"),
    "batches": [{"day": 0, "share": number(0.6, "share")}, {"day": 180, "share": number(0.4, "share")}],
    "pace": number(2, "multiple"),
}
BAN = {
    **CHINA_TO_JAPAN,
    "announced": number(70, "d"),
    "hoarding": number(20, "d"),
    "hoarding_for": number(90, "d"),
    "suspensions": [days(120, 10), days(140, 5)],
    "reexport": {"via": ["au"], "share": number(0.1, "share"), "lag": number(30, "d"), "markup": number(0.5, "share")},
}
HAPPENINGS = {
    "tension": dated("trigger", 50, 1, chance=number(0.3, "share")),
    "ban": dated("export_ban", **BAN),
    "licence": dated("licence", follows="tension", duration=400, **LICENCE),
    "quota": dated("quota", duration=700, **QUOTA),
    "border": dated("closure", regions=["jp"], against=["cn"], materials=["dy_oxide"]),
    "port": dated("closure", facilities=["jp_magnets"], remaining=number(0.2, "share")),
    "trace": dated(
        "content_rule",
        **GOOD_TO_ALL | {"destinations": ["us"]},
        threshold=number(0.001, "share"),
        compliance=number(0.6, "share"),
        clean_after=number(180, "d"),
    ),
    "strait": dated("freight_delay", **{"between": ["cn"], "and": ["jp", "us"], "delay": number(20, "d")}),
    "rearming": dated("demand_surge", buyers=["us.defense"], factor=number(1.5, "multiple")),
    "flood": dated("dumping", market="world", elements=["dy"], discount=number(0.5, "log")),
    "duty": dated("tariff", authority="us", origins=["cn"], materials=["magnet_high"], rate=number(0.25, "share")),
    "know_how": dated("setback", facilities=["au_oxides"], stretch=number(2, "multiple"), odds=number(0.5, "share")),
    "quake": dated("outage", facilities=["jp_magnets"], follows="tension", chance=number(0.5, "share")),
}
IN_WORDS = {
    "tension": "With a chance of 30 % (assumed), from day 50 (assumed), for 1 d (assumed), it happens, and with it",
    "ban": "Once it has stood for 30 d (assumed), 10 % (assumed) of the opening flow comes by way of au besides, 50 % "
    "(assumed) dearer. It is suspended from day 120 (assumed) for 10 d (assumed) and from day 140 (assumed) for 5 d "
    "(assumed). It is known from day 70 (assumed). Firms there then aim at 20 d (assumed) more of cover, for 90 d "
    "(assumed).",
    "licence": "From 100 d (assumed) after tension begins, if it does, for 400 d (assumed), cn lets no dy_oxide out to "
    "jp, unless licensed. Nothing is reviewed for 45 d (assumed); then 2 applicants of unequal weight on every lane "
    "wait 30 d (assumed) each, and 40 % (assumed) are granted a licence, for up to 1.3 times (assumed) "
    "their part of the lane. From 200 d (assumed) after tension begins "
    "reviews take 10 d (assumed) and 90 % (assumed) are granted. From 250 d (assumed) after tension begins a general "
    "licence opens 50 % (assumed) of the lanes of jp_magnets.",
    "quota": "cn lets no more than 50 t (assumed) a year of dy_oxide out to jp, in all, at up to 2 times (assumed) the "
    "pace of even use, given out in batches, 60 % (assumed) on day 0 and 40 % (assumed) on day 180 of its year.",
    "border": "no dy_oxide passes between jp and cn.",
    "port": "nothing passes into or out of jp_magnets, but for 20 % (assumed) of the opening flow.",
    "trace": "cn lets no magnet_high made elsewhere go to us where more than 0.1 % (assumed) of the value comes from "
    "cn; 60 % (assumed) of the firms comply, and sell such goods of other content after 180 d (assumed).",
    "strait": "what leaves from cn to jp and us, or back, is longer under way by 20 d (assumed).",
    "rearming": "use by us.defense is 1.5 times (assumed) what it would be.",
    "flood": "dumping presses dy in world 0.5 in logs (assumed) below the price that scarcity sets.",
    "duty": "us levies 25 % (assumed) on magnet_high from cn.",
    "know_how": "what is left to build of au_oxides takes 2 times (assumed) as long and the odds of au_oxides, unless "
    "open by then, are cut to 50 % (assumed) of what they were.",
    "quake": "With a chance of 50 % (assumed), from 100 d (assumed) after tension begins, if it does, for 60 d "
    "(assumed), jp_magnets stands still.",
}


def happening(**kept):
    """The invented scenario with some of the happenings, or with others."""
    return scenario(disruptions={name: HAPPENINGS[name] if one is ... else one for name, one in kept.items()})


def told(events, of):
    """The story of one future, by day, without dates."""
    lines = tell([Event(day, kind, i, np.array([0]), values=value) for day, kind, i, value in events], {}, of, 0)
    return [line.split(": ", 1)[-1] for line in lines]


def over(i, first, end):
    """A control, or else an effect, from one day to another."""
    start, finish = ("control_start", "control_end") if i in ("ban", "licence", "quota") else ("begins", "ends")
    return [(first, start, i, None), (end, finish, i, None)]


def short(first, end, buyer="jp.ev"):
    """A shortage."""
    return [(first, "short_start", buyer, None), (end, "short_end", buyer, np.array([9.0]))]


@pytest.mark.parametrize("name", HAPPENINGS)
def test_every_kind_is_said_in_words(name):
    """When, for how long, who and how much, with the origin of every figure."""
    words = sentence(scenario(disruptions=HAPPENINGS).disruptions[name])

    assert IN_WORDS[name] in words
    assert words.endswith(".")


def test_a_freeze_as_long_as_the_control_is_told_as_no_review_at_all():
    """Of applicants and approvals nothing is said where files are never opened; a day less, and it is."""

    def said(freeze):
        licence = HAPPENINGS["licence"] | {"freeze": number(freeze, "d")}
        return sentence(happening(tension=..., licence=licence).disruptions["licence"])

    assert "No file is ever opened" in said(400)
    assert "applicants" not in said(400)
    assert "Nothing is reviewed for 399 d (assumed); then 2 applicants" in said(399)


def test_a_material_with_a_comma_in_its_name_stays_one_in_a_list():
    """Who counts the goods of a ban does not count an alloy twice."""
    base = scenario()
    named = base.materials["dy_oxide"].model_copy(update={"name": "Dy metal, alloy"})
    renamed = base.model_copy(update={"materials": {**base.materials, "dy_oxide": named}})

    assert materials(renamed, ["dy_oxide", "dy_oxide"]) == "Dy metal/alloy and Dy metal/alloy"


def test_a_control_of_no_day_is_called_a_threat():
    """It is said before the run that nothing will be stopped."""
    threat = scenario(disruptions={"threat": dated("export_ban", duration=0, **CHINA_TO_JAPAN)}).disruptions["threat"]

    assert sentence(threat).endswith("It lasts no day: a threat.")


def test_every_kind_of_disruption_has_an_example_here():
    """A new kind wants its sentence."""
    kinds = {disruption["kind"] for disruption in HAPPENINGS.values()}

    assert kinds == set(_schema_kinds())


def test_how_firms_behave_is_said_in_a_line():
    """What is kept on the book, made up, traded freely, thrifted and started again."""
    answer = {"starts_at": number(1.5, "multiple"), "full_at": number(3, "multiple"), "lag": number(90, "d")}
    base = scenario().model_dump(by_alias=True, exclude_none=True)
    base["buyers"]["jp.ev"] |= {"thrift": answer | {"limit": number(0.2, "share")}}
    base["facilities"]["au_oxides"] |= {
        "idle": answer | {"capacity": number(100, "t/year")},
        "opens": number(90, "d"),
        "odds": number(0.5, "share"),
    }
    base |= {
        "backlog_share": number(0.6, "share"),
        "catch_up": {"share": number(0.5, "share"), "rate": number(0.1, "share")},
        "spot_share": number(0.2, "share"),
        "monthly": {"exports": {"oxides": {"origins": ["cn"], "materials": ["dy_oxide"]}}},
    }
    base["prices"] |= {"contract_lag": number(60, "d")}
    base["prices"]["elements"]["dy"] |= {"floor": {"china": number(100, "usd/kg")}}
    lines = describe(Scenario.model_validate(base))

    assert (
        "Firms: 60 % (assumed) of what they miss stays on order; 50 % (assumed) of lost output is made up, by at most "
        "10 % (assumed) of use a day; 20 % (assumed) of what is scarce goes by today's orders and prices; 1 user can "
        "learn to thrift; 1 plant can start idle capacity; 1 planned plant may never open."
    ) in lines
    assert "Prices: dy has a floor; what is paid follows the quote by 60 d (assumed)." in lines
    assert "Told month by month: prices, line stops, and oxides." in lines
    assert not any(line.startswith(("Firms", "Told month")) for line in describe(scenario()))


def test_names_are_found_wherever_a_disruption_mentions_them():
    """Both ends of a delay, who resells, who is licensed, what is followed."""
    found = {".".join(map(str, one.path)): (one.sort, one.names) for one in mentions(scenario(disruptions=HAPPENINGS))}

    assert found["disruptions.strait.and"] == ("regions", ("jp", "us"))
    assert found["disruptions.ban.reexport.via"] == ("regions", ("au",))
    assert found["disruptions.licence.general.0.facilities"] == ("places", ("jp_magnets",))
    assert found["disruptions.port.facilities"] == ("facilities", ("jp_magnets",))
    assert found["disruptions.know_how.facilities"] == ("plants", ("au_oxides",))
    assert found["disruptions.flood.elements"] == ("priced", ("dy",))
    assert found["disruptions.quake.follows"] == ("disruptions", "tension")


def test_a_disruption_reaches_the_lanes_it_is_about():
    """A border stops what crosses it, a port what comes in or out; a pile's release is not counted by a quota."""
    world = scenario(disruptions=HAPPENINGS | {"home": dated("quota", **QUOTA | {"authority": "jp"})})
    lanes = {i: lanes_of(one, world) for i, one in world.disruptions.items()}

    assert lanes["ban"] == lanes["quota"] == lanes["border"] == ["cn-jp.dy"]
    assert {"cn-jp.dy", "au-jp.dy", "pile-jp.dy", "jp-us.ev"} <= set(lanes["port"])
    assert {"cn-jp.dy", "cn-us.ev", "jp-cn.ev"} <= set(lanes["strait"])
    assert lanes["trace"] == ["jp-us.ev", "jp-us.wind", "jp-us.defense"]
    assert lanes["duty"] == ["cn-us.ev", "cn-us.wind", "cn-us.defense"]
    assert lanes["home"] == lanes["tension"] == lanes["flood"] == []


def test_a_threat_is_told_as_one():
    """A control that is announced and lasts no day does not come into force."""
    lines = told([(70, "announced", "ban", None)], happening(ban=...))

    assert lines[1] == (
        "Becomes known: China's ban on Dysprosium oxide to Japan; it does not come into force in these 730 days."
    )


def test_a_control_on_no_lane_is_told_as_one():
    """It closes nothing, but may have moved prices."""
    nothing = dated("export_ban", **CHINA_TO_JAPAN | {"materials": ["tb_oxide"]})
    lines = told(over("ban", 100, 160), happening(ban=nothing))

    assert lines[1] == "In force: China's ban on Terbium oxide to Japan. It stands on no lane."


def test_a_suspension_is_told_while_the_control_stands():
    """Two that overlap are one; what lies outside the control's days is no news, nor is an end with the control's."""
    suspended = [(20, 30), (120, 130), (125, 140), (155, 200)]
    events = over("ban", 100, 160)
    events += [one for a, b in suspended for one in ((a, "suspended", "ban", None), (b, "resumed", "ban", None))]
    lines = tell([Event(day, kind, i, np.array([0])) for day, kind, i, _ in events], {}, happening(ban=...), 0)
    ban = "China's ban on Dysprosium oxide to Japan"

    assert [line.split(", day ")[1] for line in lines if "uspended" in line or "again" in line] == [
        f"120: Suspended: {ban}.",
        f"140: Applied again after 20 days: {ban}.",
        f"155: Suspended: {ban}.",
    ]


def test_a_quota_is_told_with_its_batches():
    """What its lanes share, and the tonnes of every batch."""
    batches = [(100, "batch", "quota", np.array([30.0])), (280, "batch", "quota", np.array([20.0]))]
    lines = told([*over("quota", 100, 700), *batches], happening(quota=...))
    quota = "China's quota on Dysprosium oxide to Japan"

    assert f"In force: {quota}. One lane shares what is given out; cargo at sea arrives." in lines
    assert f"Of a quota 30 t are given out: {quota}." in lines
    assert f"Of a quota 20 t are given out: {quota}." in lines
    assert f"Lifted after 600 days: {quota}." in lines


@pytest.mark.parametrize(
    ("name", "begun", "ended"),
    [
        (
            "border",
            "Shut: Japan towards China, for Dysprosium oxide. One lane closes; cargo at sea arrives.",
            "Open again after 60 days: Japan towards China, for Dysprosium oxide.",
        ),
        (
            "port",
            "Shut: Japanese magnet makers. 15 lanes all but close; cargo at sea arrives.",
            "Open again after 60 days: Japanese magnet makers.",
        ),
        (
            "trace",
            "Content rule: China on high-temperature magnet made elsewhere, to United States. 3 lanes come under it as "
            "far as what is shipped holds too much.",
            "Content rule lifted after 60 days: China on high-temperature magnet made elsewhere, to United States.",
        ),
        (
            "strait",
            "Longer under way by 20 days: all goods from China to Japan and United States, or back. 10 lanes are "
            "slower.",
            "On time again after 60 days: all goods from China to Japan and United States, or back.",
        ),
        (
            "rearming",
            "Use rises to 1.5x: United States (US defense).",
            "Use as before after 60 days: United States (US defense).",
        ),
        (
            "flood",
            "Dumping begins: Dysprosium oxide (rest of the world).",
            "Dumping ends after 60 days: Dysprosium oxide (rest of the world).",
        ),
        (
            "duty",
            "Tariff of 25 %: United States on high-temperature magnet from China. 3 lanes pay it.",
            "Tariff lifted after 60 days: United States on high-temperature magnet from China.",
        ),
    ],
)
def test_other_disruptions_are_told_when_they_begin_and_end(name, begun, ended):
    """What it is, whom it is about, how many lanes, and how long it lasted."""
    assert told(over(name, 100, 160), happening(**{name: ...}))[1:-1] == [begun, ended]


def test_what_is_drawn_is_not_given_a_number():
    """Each future has its own delay and its own surge, which events do not carry."""
    spread = {"uniform": [0.5, 0.9], "unit": "multiple", "assumed": "test"}
    late = {"uniform": [5, 9], "unit": "d", "assumed": "test"}
    world = happening(
        rearming=HAPPENINGS["rearming"] | {"factor": spread}, strait=HAPPENINGS["strait"] | {"delay": late}
    )
    lines = told([*over("rearming", 100, 160), *over("strait", 100, 160)], world)

    assert "Use falls: United States (US defense)." in lines
    assert any(line.startswith("Longer under way: all goods") for line in lines)


def test_who_is_shut_off_is_told_so():
    """A closure is a cause, as a control is, and both together are named together."""
    closed, both = happening(port=...), happening(port=..., ban=dated("export_ban", **GOOD_TO_ALL))
    alone = _shortage(closed, "port", "jp.ev")
    events = [*over("port", 90, 200), *over("ban", 90, 200), *short(100, 150, "us.ev")]
    (together,) = (one for one in told(events, both) if "Runs short" in one)

    assert alone == "Runs short: Japan (EV). Shut off: 40 % of what they buy (Japanese magnet makers)."
    assert "Under export control or shut off: 100 % of what they buy" in together
    assert "Under a content rule: 40 % of what they buy" in _shortage(happening(trace=...), "trace", "us.ev")
    assert controlled_lanes(both, ["port", "ban"])["jp-jp.ev"] == {"port"}


def test_a_suspended_control_is_no_cause():
    """While it stands aside, what runs short does so for another reason."""
    world = happening(ban=dated("export_ban", **GOOD_TO_ALL))
    events = [*over("ban", 90, 300), (100, "suspended", "ban", None), (200, "resumed", "ban", None)]
    lines = told([*events, *short(150, 180)], world)

    spans = cutting([Event(day, kind, i, np.array([0])) for day, kind, i, _ in events], world)
    assert [(span.first, span.end) for span in spans] == [(90, 100), (200, 300)]
    assert any("Runs short: Japan (EV). Controls were lifted 50 days before" in line for line in lines)


def test_controls_are_called_by_their_kind():
    """A control without words of its own would be told as `control of`."""
    world = scenario(disruptions=HAPPENINGS)
    assert {one.kind for one in world.disruptions.values() if isinstance(one, Control)} == set(CONTROL_WORDS)


def _shortage(world, cause, buyer):
    """The sentence on who runs short and why while one disruption stands."""
    return next(one for one in told([*over(cause, 90, 200), *short(100, 150, buyer)], world) if "Runs short" in one)


def _schema_kinds():
    disruptions = Scenario.model_json_schema()["properties"]["disruptions"]
    return disruptions["additionalProperties"]["discriminator"]["mapping"]


AIRLIFT = {
    "watched": ["jp.ev"],
    "cover_below": number(10, "d"),
    "detection": number(3, "d"),
    "decision": number(4, "d"),
    "lasts": number(30, "d"),
    "restores": number(20, "d"),
    "tonnage": {"magnet_high": number(50, "t")},
    "cool_down": number(60, "d"),
}


def responding():
    """The invented scenario with a Rapid Response from Japan's own makers."""
    lanes = scenario().model_dump(mode="json", by_alias=True, exclude_none=True)["lanes"]
    air = {"from": "jp_magnets", "to": "jp.ev", "material": "magnet_high", "transit": number(3, "d")}
    return scenario(responses={"allied_airlift": AIRLIFT}, lanes=lanes | {"air": air | {"response": "allied_airlift"}})


def test_a_response_is_said_in_words():
    """What calls it, how long that takes, what it sends, and when it may be called again."""
    [said] = [line for line in describe(responding()) if line.startswith("Rapid Response")]

    assert "when the projected cover of one of jp.ev is below 10 d" in said
    assert "begins after 3 d (assumed) of detection and 4 d (assumed) of decision" in said
    assert "sends up to 50 t (assumed) of magnet_high from jp_magnets to jp.ev" in said


def test_a_response_is_told_from_its_call_to_its_tonnes():
    """When it is called, how long it took to decide, and what it has sent."""
    days = [(10, "response_called", None), (17, "response_start", None), (47, "response_end", np.array([42.0]))]
    lines = told([(day, kind, "allied_airlift", value) for day, kind, value in days], responding())

    assert lines[1:4] == [
        "Allied airlift is called.",
        "Allied airlift is decided 7 days later, and sends.",
        "Allied airlift has sent 42 t.",
    ]


def test_support_is_told_by_project_and_day():
    """Who is supported, by which project, with how much money in all."""
    events = [
        Event(180, "supported", plant, np.array([0]), "coordinated_investment", np.array([usd]))
        for plant, usd in (("au_oxides", 2e8), ("jp_magnets", 1e8))
    ]
    lines = tell(events, {}, scenario(), 0)

    assert any(
        line.endswith("Coordinated investment supports Lynas and Japanese magnet makers with USD 300.0 m.")
        for line in lines
    )


def test_a_floor_is_told_when_it_begins_to_pay_and_what_it_has_paid():
    """When it begins to pay whom, and what it has paid when it pays no more."""
    floor = {
        "producers": ["au_oxides"],
        "least": {"dy": number(300, "usd/kg")},
        "decision_day": number(9, "d"),
        "offtake": {"takers": ["jp_magnets"], "share": number(0.65, "share")},
    }
    having = scenario(floors={"lynas_dy": floor})
    lines = told([(40, "floor_start", "lynas_dy", None), (90, "floor_end", "lynas_dy", np.array([2.5e6]))], having)
    [said] = [line for line in describe(having) if line.startswith("Price floor")]

    assert lines[1:3] == [
        "Price floor lynas_dy begins to pay Lynas.",
        "Price floor lynas_dy has paid USD 2.5 m since it began to.",
    ]
    assert "Of what these have, jp_magnets may claim 65 % (assumed) first." in said


def test_a_rotated_pile_is_not_said_to_release():
    """What is on its way is missing from the pile, and that is no release; what it has sold is told."""
    pile = scenario().model_dump(mode="json", by_alias=True, exclude_none=True)["facilities"]["jp_pile"]
    rotated = pile | {"rotation": {"over": number(5, "year")}}
    facilities = scenario().model_dump(mode="json", by_alias=True, exclude_none=True)["facilities"]
    stock = {"stock_share/jp_pile/dy_oxide": np.where(np.arange(DAYS) < 300, 0.99, 0.4)}
    events = [
        Event(0, "rotation_start", "jp_pile", np.array([0])),
        Event(300, "rotation_end", "jp_pile", np.array([0]), values=np.array([19.7])),
    ]
    stock["stock_share/jp_pile/dy_oxide"][0] = 1.0
    lines = [
        " ".join(tell(events, stock, scenario(facilities=facilities | {"jp_pile": one}), 0)) for one in (pile, rotated)
    ]

    assert "begins to release" in lines[0]
    assert "begins to release" not in lines[1]
    assert "is half empty" in lines[1]
    assert "JOGMEC stockpile begins to sell old stock and to buy as much anew." in lines[1]
    assert "JOGMEC stockpile has sold 20 t of old stock since it began to." in lines[1]
