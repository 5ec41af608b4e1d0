"""Hold the engine against the oracle: `python -m verification.agree [GENERATED [SEED]]`; needs the extra `testing`.

Every shipped scenario over its first days, every shipped policy under a year's ban, chains made for one seldom thing
each, and generated scenarios with their undisturbed twins. The oracle (tests/oracle/) was written from docs/model.md
and shares no code with the engine's day. A future is compared up to the first decision that is too close to call, or
up to the day on which one part in 1e13 of the opening stocks would show; both are counted.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.spec.shipped import policy_names, scenario_names
from sim.testing.check import shortened
from sim.testing.strategies import scenarios
from verification.trials import TESTS

sys.path.insert(0, str(TESTS))  # where the oracle lives

from oracle.agreement import Agreement, agreements
from oracle.corners import corners

BAN, BAN_DAYS = "export_ban", 240
DAYS = {"embargo_2010": 500, "quota_2010": 400, "price_dumping": 500, "graphite_2023": 500, "licensing_2025": 400}
"""Scenario -> days that reach into what happens in it; the others take `MOST_DAYS`."""
MOST_DAYS = 365
HEAD = (
    "| what | scenarios | futures, twins among them | days compared | whole | to a coin toss | to where a nudge shows "
    "| numbers | farthest off | metrics | farthest off |",
    "|---|---|---|---|---|---|---|---|---|---|---|",
)
HOW = settings(deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


@dataclass
class Row:
    """What was compared of one kind."""

    what: str
    scenarios: int = 0
    found: list[Agreement] = field(default_factory=list)

    def add(self, found: list[Agreement]) -> None:
        """Count a scenario; tell at once where the two differ."""
        self.scenarios += 1
        self.found += found
        for one in found:
            if not one.holds:
                print(f"DIFFERS ({self.what}, {self.scenarios}): {one.story}; {one.metric_story}", flush=True)

    def told(self) -> str:
        """Return a line of the table."""
        days, most = sum(one.days for one in self.found), sum(one.horizon_d for one in self.found)
        nudged = sum(one.nudged for one in self.found)
        whole = sum(one.days == one.horizon_d for one in self.found)
        numbers = sum(one.numbers for one in self.found)
        metrics = [one for one in self.found if one.metrics]
        cells = [self.what, self.scenarios, len(self.found), f"{days:,} of {most:,}", whole]
        cells += [len(self.found) - whole - nudged, nudged, f"{numbers:,}", _far(one.worst for one in self.found)]
        cells += [f"{sum(one.metrics for one in metrics):,}", _far(one.worst_metric for one in metrics)]
        return f"| {' | '.join(map(str, cells))} |"


def _far(differences: Iterator[float]) -> str:
    return f"{max(differences, default=0.0):.0e}"


def shipped() -> Iterator[Row]:
    """Compare every shipped scenario, a row each, then every policy under the ban."""
    for name in scenario_names():
        row = Row(f"`{name}`")
        row.add(agreements(shortened(read_scenario(name).scenario, DAYS.get(name, MOST_DAYS)), 1, 7))
        yield row
    for policy in policy_names():
        row = Row(f"`{BAN}`, `{policy}`")
        row.add(agreements(shortened(read_scenario(BAN, policy).scenario, BAN_DAYS), 1, 5, twin=False))
        yield row


def made() -> Row:
    """Compare the chains that were made for what is drawn too seldom."""
    row = Row("made for one seldom thing each")
    for chain in corners().values():
        row.add(agreements(chain, 1, 0))
    return row


def generated(n: int, luck: int) -> Row:
    """Compare generated scenarios, each in a future of its own."""
    row = Row("generated")

    @seed(luck)
    @settings(HOW, max_examples=n)
    @given(scenario=scenarios(), key=st.integers(0, 999), replication=st.integers(0, 9999))
    def hold(scenario: Scenario, key: int, replication: int) -> None:
        row.add(agreements(scenario, key, replication))

    hold()
    return row


def main() -> int:
    """Print the table; return 1 where a number differs."""
    n, luck = ([int(word) for word in sys.argv[1:3]] + [500, 1][len(sys.argv[1:3]) :])[:2]
    print(*HEAD, sep="\n")
    rows = list[Row]()
    for row in _all(n, luck):
        rows.append(row)
        print(row.told(), flush=True)
    total = Row("all", sum(row.scenarios for row in rows), [one for row in rows for one in row.found])
    print(total.told())
    worst = max(total.found, key=lambda one: one.worst)
    print(f"\nFarthest off: {worst.story}")
    return int(not all(one.holds for one in total.found))


def _all(n: int, luck: int) -> Iterator[Row]:
    yield made()
    yield generated(n, luck)
    yield from shipped()


if __name__ == "__main__":
    sys.exit(main())
