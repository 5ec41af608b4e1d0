"""What must be true of a scenario beyond its form: names that resolve, matter that balances."""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain

from sim.spec.check_budget import check_budget
from sim.spec.check_disruptions import check_disruptions
from sim.spec.check_figures import check_figures
from sim.spec.check_firms import check_firms
from sim.spec.check_floors import check_floors
from sim.spec.check_lanes import check_each_lane
from sim.spec.check_matter import check_matter
from sim.spec.check_names import check_names
from sim.spec.check_piles import check_piles
from sim.spec.check_projects import check_projects
from sim.spec.check_reach import check_reach
from sim.spec.check_responses import check_responses
from sim.spec.check_shares import check_shares
from sim.spec.finding import Finding
from sim.spec.scenario import Scenario


def check(scenario: Scenario, sources: Collection[str]) -> list[Finding]:
    """Return everything wrong with a well-formed scenario; `sources` are the keys that figures may cite.

    What can only be judged once names resolve, or once each lane or each disruption makes sense, waits for that.
    """
    found = [*check_names(scenario, sources)]
    names_resolve = not found
    disruptions = [*check_disruptions(scenario)]
    found += chain(disruptions, check_figures(scenario), check_firms(scenario))
    if not names_resolve:
        return found
    found += chain(check_projects(scenario), check_floors(scenario), check_budget(scenario))
    lanes = [*check_each_lane(scenario)]
    found += chain(check_matter(scenario), lanes)
    if not lanes:
        found += chain(check_shares(scenario), check_piles(scenario), check_responses(scenario))
    if not lanes and not disruptions:
        found += check_reach(scenario)
    return found
