"""The compiled days are the engine's, to 1e-9; those of results folders are not compiled."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from conftest import NO_NUMBA
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.corners import corners

from sim.errors import OptionError
from sim.running.experiment import run_block
from sim.spec import shipped
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.testing.invariants import shortened
from sim.testing.strategies import scenarios

SIX_NODE = Path(__file__).parent / "scenarios" / "six_node.yaml"

UNCOMPILED = """
import sys
import numpy as np
from sim.running.experiment import run_block
assert "numba" not in sys.modules, "loops are compiled for nobody who did not ask"
from sim.compiled.agreement import disagreement
from sim.spec.reading import read_scenario
from sim.testing.invariants import shortened

for case in sys.argv[1:]:
    name, policy, days, twin = case.split("|")
    scenario = shortened(read_scenario(name, policy or None).scenario, int(days))
    run = lambda compiled: run_block(scenario, 1, np.arange(2), twin=bool(int(twin)), compiled=compiled)
    print(*disagreement(run(False), run(True)))
"""


@pytest.fixture(scope="module")
def numba() -> None:
    """Skip, and say so in the last lines, where numba is missing."""
    if find_spec("numba") is None:
        pytest.skip(NO_NUMBA)


def test_loops_do_what_the_engine_does(numba: None) -> None:
    """What is to be compiled says the same as the engine: here as plain Python, which needs no time to compile."""
    cases = (f"{SIX_NODE}||200|1", "export_ban||25|0", "export_ban|framework|8|0", "quota_2010||30|1")
    words = [sys.executable, "-W", "error", "-c", UNCOMPILED, *cases]
    found = subprocess.run(words, capture_output=True, text=True, env=os.environ | {"NUMBA_DISABLE_JIT": "1"})
    assert found.returncode == 0, found.stderr
    worst = [float(line.split()[0]) for line in found.stdout.splitlines()]
    assert len(worst) == len(cases)
    assert max(worst) <= 1e-9, found.stdout


@given(x=st.floats(-690.0, 690.0))
@settings(max_examples=200, deadline=None)
def test_exponential_and_logarithm_are_right_to_the_last_bits(numba: None, x: float) -> None:
    """A compiled exponential, and the logarithm of it, are within two units in the last place."""
    from sim.compiled.arithmetic import exp, log

    power = math.exp(x)
    assert math.isclose(exp(x), power, rel_tol=4.5e-16)
    assert math.isclose(log(power), math.log(power), rel_tol=4.5e-16, abs_tol=1e-300)


def test_who_asks_for_compiled_days_without_numba_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra there is a sentence, not a traceback."""
    for module in [name for name in sys.modules if name.startswith("sim.compiled")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "numba", None)
    scenario = shortened(read_scenario(str(SIX_NODE)).scenario, 2)
    with pytest.raises(OptionError, match="rare-earth-sim\\[fast\\]"):
        run_block(scenario, 1, np.arange(1), compiled=True)


def test_the_page_does_without_days_that_cannot_be_compiled(numba: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A numba that does not import costs speed, and a sentence, not the page."""
    serving = pytest.importorskip("sim.web.serving")
    monkeypatch.setitem(sys.modules, "sim.compiled.ahead", None)
    said: list[str] = []
    assert not serving._compile(said.append)
    assert len(said) == 1
    assert "slower" in said[0]


def _agrees(name: str, policy: str | None, days: int, futures: int, *, twin: bool) -> None:
    scenario = read_scenario(name, policy).scenario
    _same(shortened(scenario, min(days, scenario.horizon_d)), futures, twin=twin)


def _same(scenario: Scenario, futures: int, *, twin: bool) -> None:
    from sim.compiled.agreement import LIMIT, disagreement

    engine, compiled = (
        run_block(scenario, 1, np.arange(futures), twin=twin, compiled=compiled) for compiled in (False, True)
    )
    worst, where = disagreement(engine, compiled)
    assert worst <= LIMIT, where


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(shipped.scenario_names()))
def test_every_shipped_scenario_is_the_same_compiled(numba: None, name: str) -> None:
    """Whatever a shipped scenario uses, compiled days agree with the engine's on all that is reported."""
    _agrees(name, None, 400, 24, twin=len(name) % 2 == 0)


@pytest.mark.slow
@pytest.mark.parametrize("policy", sorted(shipped.policy_names()))
def test_every_shipped_policy_is_the_same_compiled(numba: None, policy: str) -> None:
    """Piles, responses, floors and budgets do in compiled days what they do in the engine's."""
    _agrees("export_ban", policy, 400, 24, twin=False)


@pytest.mark.slow
@pytest.mark.parametrize("corner", corners())
def test_every_seldom_thing_is_the_same_compiled(numba: None, corner: str) -> None:
    """Chains made for one seldom thing each agree over all their days."""
    _same(corners()[corner], 5, twin=True)


@pytest.mark.slow
@given(scenario=scenarios(), twin=st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_scenario_is_the_same_compiled(numba: None, scenario: Scenario, twin: bool) -> None:
    """On generated networks with every mechanism compiled days agree with the engine's."""
    _same(scenario, 7, twin=twin)
