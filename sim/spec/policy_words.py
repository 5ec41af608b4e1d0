"""What we choose to do beyond stockpiles, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from sim.spec.phrases import listed, told, told_day
from sim.spec.policies import Offtake, RapidResponse, Support
from sim.spec.scenario import Scenario


def responses(scenario: Scenario) -> Iterator[str]:
    """Say of each Rapid Response what calls it, how long that takes, and what it sends whom."""
    for key, response in scenario.responses.items():
        lanes = [lane for lane in scenario.lanes.values() if lane.response == key]
        senders, receivers = dict.fromkeys(lane.from_ for lane in lanes), dict.fromkeys(lane.to for lane in lanes)
        parts = [f"{told(tonnes)} of {material}" for material, tonnes in response.tonnage.items()]
        whole = [] if response.limit is None else [f"{told(response.limit)} in all"]
        most = listed([*parts, *whole])
        since = f" From {told_day(response.decision_day)} on it" if response.decision_day else " It"
        yield (
            f"Rapid Response {key} is called {_when(response)}.{since} begins {_after(response)}, and for "
            f"{told(response.lasts)} sends up to {most} from {listed(senders)} to {listed(receivers)}, as far as their "
            f"projected cover is below {told(response.restores)}; then it cannot be called for "
            f"{told(response.cool_down)}."
        )


def _when(response: RapidResponse) -> str:
    if response.cover_below is not None:
        return f"when the projected cover of one of {listed(response.watched)} is below {told(response.cover_below)}"
    if response.unmet_above is not None:
        return f"when more than {told(response.unmet_above)} of the use of {listed(response.watched)} goes unmet"
    assert response.price_above is not None
    dear = f"{told(response.price_above)} the opening value"
    return f"when what one of {listed(response.watched)} buys costs more than {dear}"


def _after(response: RapidResponse) -> str:
    parts = (("detection", response.detection), ("convening", response.convening), ("decision", response.decision))
    spent = [f"{told(quantity)} of {name}" for name, quantity in parts if quantity is not None]
    return f"after {listed(spent)}" if spent else "the day after"


def projects(scenario: Scenario) -> Iterator[str]:
    """Say of each project what it gives to whom, from when, and out of what."""
    for key, project in scenario.projects.items():
        given = "; ".join(f"{name}: {_given(support)}" for name, support in project.plants.items())
        when, budget = told_day(project.decision_day), told(project.budget)
        yield f"Project {key} supports on {when}, out of {budget}, plants not open by then. {given}."


def _given(support: Support) -> str:
    money = ((support.grant, "granted"), (support.loan, "lent"), (support.equity, "of equity"))
    parts = [f"{told(amount)} {how}" for amount, how in money if amount is not None]
    if support.permits is not None and support.shortened_to is not None:
        parts.append(f"{told(support.permits)} of what is left to build takes {told(support.shortened_to)} of its time")
    if support.odds is not None:
        parts.append(f"its odds are {told(support.odds)} what they were")
    return listed(parts)


def floors(scenario: Scenario) -> Iterator[str]:
    """Say of each price floor who gets it, and from when."""
    for key, floor in scenario.floors.items():
        least = listed(f"{told(price)} for {element}" for element, price in floor.least.items())
        most = f", up to {told(floor.budget)} in all" if floor.budget is not None else ""
        since = f"from {told_day(floor.decision_day)} on"
        first = f" {_taken(floor.offtake)}" if floor.offtake is not None else ""
        yield f"Price floor {key} pays {listed(floor.producers)} up to {least} {since}{most}.{first}"


def _taken(offtake: Offtake) -> str:
    if offtake.share is not None:
        return f"Of what these have, {listed(offtake.takers)} may claim {told(offtake.share)} first."
    claimed = listed(f"{told(rate)} of {material}" for material, rate in offtake.rate.items())
    return f"Of each of these, {listed(offtake.takers)} may claim {claimed} first."
