"""`sim regret`: policies are held against the best one in each scenario, over the same futures."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cli import sim as run_sim
from test_optimize import BAN, CHAIN, PILE

import sim
from sim.errors import ScenarioError
from sim.spec.reading import read_scenario
from sim.studies.regret.document import Played, regret
from sim.studies.regret.words import findings
from sim.studies.yardstick import yardstick

LOST, SHORT = "all/output_lost_usd", "all/buyer_shortage_days"


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> Path:
    """Two scenarios, a short and a long ban, and two piles, of 20 days of use and of 3."""
    folder = tmp_path_factory.mktemp("regret")
    shutil.copy(CHAIN, folder)
    for name, days in (("short", 6), ("long", 24)):
        text = BAN.replace("DURATION", f"value: {days}").replace("name: ban", f"name: {name}")
        (folder / f"{name}.yaml").write_text(text)
    (folder / "pile.yaml").write_text(PILE)
    (folder / "small.yaml").write_text(PILE.replace("policy: pile", "policy: small").replace("value: 20", "value: 3"))
    return folder


@pytest.fixture(scope="module")
def known(here: Path) -> dict:
    """Regret in days short, which are (ban - 4 - pile)+."""
    scenarios, policies = ([str(here / f"{name}.yaml") for name in names] for names in (SCENARIOS, POLICIES))
    return sim.regret(scenarios, policies, here / "known", n=3, objective=SHORT)


SCENARIOS, POLICIES = ("short", "long"), ("small", "pile")


def test_regret_is_known_where_days_short_are(known: dict) -> None:
    """A pile of 3 days is as good as one of 20 under a ban of 6 days, and 17 days worse under one of 24."""
    results = known["results"]
    found = {name: [results[name]["policies"][policy]["regret"]["mean"] for policy in POLICIES] for name in SCENARIOS}

    assert found == {"short": [0, 0], "long": [17, 0]}
    assert known["worst"]["small"] | {"ci95": None} == {"scenario": "long", "mean": 17, "ci95": None}
    assert known["least_regret"] == "pile"
    assert findings(known)[0] == "pile is best in every scenario, or as good as the best."
    assert "small at worst: 17" in " ".join(findings(known))


def test_the_folder_holds_a_row_per_scenario_and_policy(known: dict, here: Path) -> None:
    """regret.json is what was returned, regrets.parquet the same as rows, and the page names every policy."""
    rows = pq.read_table(here / "known" / "regrets.parquet").to_pylist()

    assert json.loads((here / "known" / "regret.json").read_text()) == known
    assert [(row["scenario"], row["policy"]) for row in rows] == [(s, p) for s in SCENARIOS for p in POLICIES]
    assert [row["regret"] for row in rows] == [0, 0, 17, 0]
    assert "Which policy is a good one whatever happens?" in (here / "known" / "report.html").read_text()


def test_the_command_line_tells_the_same_within_80_columns(known: dict, here: Path) -> None:
    """`sim regret` with the files named finds what `sim.regret` does."""
    words = [word for name in SCENARIOS for word in ("--scenario", f"{name}.yaml")]
    words += [word for name in POLICIES for word in ("--policy", f"{name}.yaml")]
    done = run_sim("regret", *words, "-n", "3", "--objective", SHORT, "--json", "--out", "cli", cwd=here)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == known
    assert all(len(line) <= 80 for line in done.stderr.splitlines()[:-1])
    assert "A: small; B: pile" in done.stderr


@pytest.mark.parametrize(
    ("scenarios", "policies", "message"),
    [
        (("short",), POLICIES, "at least two; for one there is `sim compare`"),
        (("short", "short"), POLICIES, "'short' more than once"),
        (SCENARIOS, ("pile",), "at least two"),
        (SCENARIOS, ("pile", "pile"), "'pile' more than once"),
        (SCENARIOS, ("pile", "bile"), "bile.yaml"),
    ],
)
def test_what_is_wrong_is_told(here: Path, scenarios, policies, message: str) -> None:
    """Fewer than two of either, one twice, one that is not there."""
    with pytest.raises(ScenarioError) as refused:
        sim.regret(
            [str(here / f"{name}.yaml") for name in scenarios],
            [str(here / f"{name}.yaml") for name in policies],
            here / "wrong",
        )
    assert message in str(refused.value)
    assert not (here / "wrong").exists()


@given(
    lost=st.lists(
        st.lists(st.lists(st.integers(0, 99), min_size=4, max_size=4), min_size=3, max_size=3), min_size=2, max_size=3
    )
)
def test_somebody_is_best_everywhere_and_nobody_is_better(here_scenario, lost: list[list[list[int]]]) -> None:
    """In every scenario one policy has no regret and none has less than none; the least worst regret is the least."""
    scenario, by = here_scenario
    played = [
        Played(
            scenario.model_copy(update={"name": f"s{number}"}),
            by,
            {f"p{n}": {LOST: np.array(one, float), "all/policy_cost_usd": np.zeros(4)} for n, one in enumerate(table)},
        )
        for number, table in enumerate(lost)
    ]
    told = regret(played, futures=4, seed=1)
    means = np.array(lost).mean(axis=2)
    worst = (means - means.min(axis=1, keepdims=True)).max(axis=0)

    assert [told["worst"][f"p{n}"]["mean"] for n in range(3)] == pytest.approx(worst)
    assert told["worst"][told["least_regret"]]["mean"] == pytest.approx(worst.min())
    for result in told["results"].values():
        regrets = [one["regret"]["mean"] for one in result["policies"].values()]
        assert min(regrets) == result["policies"][result["best"]]["regret"]["mean"] == 0


@pytest.fixture(scope="module")
def here_scenario(here: Path):
    """A scenario, and output lost as what should be low."""
    scenario = read_scenario(str(here / "short.yaml")).scenario
    return scenario, yardstick([scenario], LOST, twin=False)
