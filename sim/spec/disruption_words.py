"""Every kind of disruption in plain words."""

from __future__ import annotations

from sim import units
from sim.spec.controls import Bar, ContentRule, Control, Licence, Quota
from sim.spec.dated import Dated, Trigger
from sim.spec.disruptions import (
    AddedDisruption,
    Closure,
    DemandSurge,
    Disruption,
    Dumping,
    FreightDelay,
    Outage,
    Setback,
    Tariff,
)
from sim.spec.phrases import listed, told, told_day
from sim.spec.quantity import Quantity


def sentence(disruption: Disruption) -> str:
    """Say what happens, from when, for how long and with what chance."""
    match disruption:
        case Control():
            return _control(disruption)
        case Outage():
            return _outage(disruption)
        case _:
            return f"{_when(disruption)} {_effect(disruption)}."


def _effect(disruption: Disruption) -> str:
    match disruption:
        case Closure():
            return _shut(disruption)
        case ContentRule():
            return _ruled(disruption)
        case FreightDelay():
            goods = listed(disruption.materials) if disruption.materials else "what leaves"
            ends = f"from {listed(disruption.between)} to {listed(disruption.and_)}, or back"
            return f"{goods} {ends}, is longer under way by {told(disruption.delay)}"
        case DemandSurge():
            return f"use by {listed(disruption.buyers)} is {told(disruption.factor)} what it would be"
        case Dumping():
            pressed = f"{listed(disruption.elements)} in {disruption.market}"
            return f"dumping presses {pressed} {told(disruption.discount)} below the price that scarcity sets"
        case Tariff():
            goods, origins = listed(disruption.materials), listed(disruption.origins)
            return f"{disruption.authority} levies {told(disruption.rate)} on {goods} from {origins}"
        case Setback():
            return _set_back(disruption)
        case Trigger():
            return "it happens, and with it what follows it"
        case AddedDisruption():
            return disruption.effect()
        case _:
            return disruption.kind


def _when(dated: Dated | Outage) -> str:
    """Say with what chance, from when and for how long; a scheduled outage has all that, too."""
    assert dated.start is not None
    assert dated.duration is not None
    chance = f"With a chance of {told(dated.chance)}, from" if dated.chance else "From"
    whose = f" {dated.follows} begins, if it does" if dated.follows else ""
    return f"{chance} {_from(dated.start, dated)}{whose}, for {told(dated.duration)},"


def _from(day: Quantity, dated: Dated | Outage) -> str:
    """Say a day that counts from day 0, or else from what is followed."""
    return f"{told(day)} after" if dated.follows else told_day(day)


def _day(day: Quantity, dated: Dated) -> str:
    return f"{_from(day, dated)} {dated.follows} begins" if dated.follows else told_day(day)


def _control(control: Control) -> str:
    parts = [f"{_when(control)} {control.authority} lets {_let_out(control)}."]
    if isinstance(control, Bar) and control.reexport is not None:
        again = control.reexport
        dearer = f", {told(again.markup)} dearer" if again.markup else ""
        parts.append(
            f"Once it has stood for {told(again.lag)}, {told(again.share)} of the opening flow comes by way of "
            f"{listed(again.via)} besides{dearer}."
        )
    if isinstance(control, Licence):
        parts += _licensing(control)
    if control.duration.support == (0, 0):
        parts.append("It lasts no day: a threat.")
    if control.suspensions:
        times = (f"from {_day(one.start, control)} for {told(one.duration)}" for one in control.suspensions)
        parts.append(f"It is suspended {listed(times)}.")
    if control.announced:
        parts.append(f"It is known from {_day(control.announced, control)}.")
    if control.price_jump:
        parts.append(f"Prices there then step by {told(control.price_jump)}.")
    if control.hoarding and control.hoarding_for:
        parts.append(
            f"Firms there then aim at {told(control.hoarding)} more of cover, for {told(control.hoarding_for)}."
        )
    return " ".join(parts)


def _let_out(control: Control) -> str:
    ends = f"{listed(control.materials, 'or')} out to {listed(control.destinations)}"
    if isinstance(control, Quota):
        return f"no more than {told(control.tonnage)} a year of {ends}, in all{_given_out(control)}"
    leak = f", but for {told(control.leak)} of the opening flow" if isinstance(control, Bar) and control.leak else ""
    return f"no {ends}{leak}{', unless licensed' if isinstance(control, Licence) else ''}"


def _given_out(quota: Quota) -> str:
    pace = f", at up to {told(quota.pace)} the pace of even use" if quota.pace else ", evenly"
    if len(quota.batches) < 2:
        return pace
    batches = listed(f"{told(batch.share)} on day {batch.day}" for batch in quota.batches)
    return f"{pace}, given out in batches, {batches} of its year"


def _licensing(licence: Licence) -> list[str]:
    unequal = " of unequal weight" if licence.weights else ""
    good = f", good for {told(licence.term)}" if licence.term else ""
    good += f" and renewed from {told(licence.renewal)} before" if licence.term and licence.renewal else ""
    good += f", for up to {told(licence.headroom)} their part of the lane" if licence.headroom else ""
    again = f"; who is refused applies anew after {told(licence.reapply)}" if licence.reapply else ""
    frozen = f"Nothing is reviewed for {told(licence.freeze)}; then " if licence.freeze else ""
    parts = [
        f"{frozen}{licence.applicants} applicants{unequal} on every lane wait {told(licence.review)} each, and "
        f"{told(licence.approval)} are granted a licence{good}{again}."
    ]
    if _is_frozen_throughout(licence):
        parts = ["No file is ever opened: it is frozen for as long as it stands."]
    for change in licence.changes:
        review = [f"reviews take {told(change.review)}"] if change.review else []
        approval = [f"{told(change.approval)} are granted"] if change.approval else []
        parts.append(f"From {_day(change.day, licence)} {listed([*review, *approval])}.")
    parts += [
        f"From {_day(one.day, licence)} a general licence opens {told(one.share)} of the lanes of "
        f"{listed(one.facilities)}."
        for one in licence.general
    ]
    return parts


def _is_frozen_throughout(licence: Licence) -> bool:
    if licence.freeze is None:
        return False
    least = licence.freeze.support[0] * units.factor(licence.freeze.unit)
    return least >= licence.duration.support[1] * units.factor(licence.duration.unit)


def _outage(outage: Outage) -> str:
    one = len(outage.facilities) == 1
    works = ("works" if one else "work") if outage.remaining else ("stands still" if one else "stand still")
    if outage.remaining:
        works += f" at {told(outage.remaining)} of capacity"
    plants = listed(outage.facilities)
    alone = "" if one else ", each on its own"
    if outage.mtbf is not None and outage.mttr is not None:
        return (
            f"By chance {plants} {works}{alone}: on average for {told(outage.mttr)}, "
            f"after {told(outage.mtbf)} without failure (both exponential)."
        )
    return f"{_when(outage)} {plants} {works}."


def _ruled(rule: ContentRule) -> str:
    goods, ends = listed(rule.materials, "or"), f"made elsewhere go to {listed(rule.destinations)}"
    return (
        f"{rule.authority} lets no {goods} {ends} where more than {told(rule.threshold)} of the value comes from "
        f"{rule.authority}; {told(rule.compliance)} of the firms comply, and sell such goods of other content after "
        f"{told(rule.clean_after)}"
    )


def _shut(closure: Closure) -> str:
    goods = f"no {listed(closure.materials, 'or')}" if closure.materials else "nothing"
    shut = listed(closure.regions or closure.facilities or (), "or")
    ways = f"between {shut} and {listed(closure.against, 'or')}" if closure.against else f"into or out of {shut}"
    left = f", but for {told(closure.remaining)} of the opening flow" if closure.remaining else ""
    return f"{goods} passes {ways}{left}"


def _set_back(setback: Setback) -> str:
    plants = listed(setback.facilities)
    effects = [f"what is left to build of {plants} takes {told(setback.stretch)} as long"] if setback.stretch else []
    if setback.odds:
        effects.append(f"the odds of {plants}, unless open by then, are cut to {told(setback.odds)} of what they were")
    return listed(effects)
