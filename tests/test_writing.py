"""A scenario written out in full says the same as the files it was read from."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.spec.reading import read_scenario, with_values
from sim.spec.shipped import scenario_names
from sim.spec.writing import written
from sim.spec.yaml_strict import read_yaml

SIX_NODE = Path(__file__).parent / "scenarios" / "six_node.yaml"


POLICY = """schema_version: 1
policy: second_reserve
facilities:
  second.jp:
    kind: stockpile
    region: jp
    owners: [jp]
    stocks: {ndpr_oxide: {opening: {value: 10, unit: t, assumed: round figure}}}
    trigger: {value: 5, unit: d, assumed: round figure}
lanes:
  second-metal: {from: second.jp, to: metal.osaka, material: ndpr_oxide, transit: {value: 4, unit: d, assumed: by road}}
"""


def test_a_scenario_is_read_back_with_its_policy(tmp_path: Path) -> None:
    """What is written out is the same world, digest and all, and still knows which piles its policy added."""
    (tmp_path / "policy.yaml").write_text(POLICY)
    (tmp_path / "sources.yaml").write_text((SIX_NODE.parent / "sources.yaml").read_text())
    read = read_scenario(str(SIX_NODE), str(tmp_path / "policy.yaml"))
    changed = with_values(read, {("disruptions", "oxide-ban", "duration"): 180.0}, "a what-if")
    (tmp_path / "mine.yaml").write_text(written(changed.resolved, "a what-if\nof mine"))

    back = read_scenario(str(tmp_path / "mine.yaml"))

    assert back.digest == changed.digest
    assert back.scenario == changed.scenario
    assert back.scenario.policy_facilities == ("second.jp",)
    assert back.sources == changed.sources


@pytest.mark.slow
@pytest.mark.parametrize("name", scenario_names())
def test_every_shipped_scenario_is_read_back(name: str, tmp_path: Path) -> None:
    """No shipped scenario has anything that is lost when it is written out, nor is it too large to be read."""
    read = read_scenario(name)
    (tmp_path / "whole.yaml").write_text(written(read.resolved))

    assert read_scenario(str(tmp_path / "whole.yaml")).digest == read.digest


texts = st.one_of(
    st.text(), st.sampled_from(["NO", "1e6", "012", "true", "null", "~", "2026-01-01", ".inf", " x ", "#"])
)
values = st.recursive(
    st.one_of(st.booleans(), st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)


@given(data=st.dictionaries(texts, values, min_size=1, max_size=3))
def test_whatever_is_written_is_read_back(data: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> None:
    """No word changes its meaning between writing and the strict reader: Norway stays a country."""
    path = tmp_path_factory.mktemp("written") / "any.yaml"
    path.write_text(written(data), encoding="utf-8", errors="surrogatepass", newline="")

    assert read_yaml(path, "any").root.plain() == data


def whole(tmp_path: Path, **changes: object) -> str:
    """Write the six-node scenario out in full beside its sources, with some keys changed, and name the file."""
    (tmp_path / "sources.yaml").write_text((SIX_NODE.parent / "sources.yaml").read_text())
    path = tmp_path / "whole.yaml"
    path.write_text(written(read_scenario(str(SIX_NODE)).resolved | changes))
    return str(path)


def test_no_policy_is_laid_over_one_that_is_written_out(tmp_path: Path) -> None:
    """A file that holds a policy already refuses a second, which would not know what the first had added."""
    with pytest.raises(ScenarioError, match="no --policy over it"):
        read_scenario(whole(tmp_path), "joint_pooled")


def test_what_a_policy_is_said_to_have_added_must_stand_there(tmp_path: Path) -> None:
    """The cost of a policy is that of its piles; a pile that is not there is a mistake, named with its line."""
    with pytest.raises(ScenarioError, match=r"whole.yaml:\d+: \[reference\] policy_facilities: found \"a_dream\""):
        read_scenario(whole(tmp_path, policy_facilities=["a_dream"]))
