"""The fit finds what is known by other means."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.spec import shipped
from sim.spec.quantity import Quantity
from sim.spec.reading import read_scenario
from sim.spec.yaml_strict import read_yaml
from verification.calibrate import INDEPENDENT, STEERED, Array, fit, keep, read_prior, text, together

PARAMETERS = shipped.folder() / "parameters"


class Bell:
    """Two parameters, of which the first was seen to be 1, give or take a half; the second nobody saw."""

    prior = {(name,): Quantity(uniform=(0, 1), unit="share", assumed="test") for name in ("seen", "unseen")}
    name = "bell"
    steered = [0]

    def play(self, z: Array, seed: int) -> tuple[Array, Array]:
        """Return every try as often as chance has it, and its misfit in the one target."""
        played = z[np.random.default_rng(seed).integers(len(z), size=len(z))]
        return played, (played[:, :1] - 1) / 0.5 / np.sqrt(INDEPENDENT)


def test_the_fit_of_a_bell_is_the_bell_that_bayes_has() -> None:
    """A standard normal seen at 1 +- 0.5 is a normal of mean 0.8 and variance 0.2; the other stays as it was."""
    tries = together(fit(Bell(), waves=3, tries=2048, seed=1)[1:])
    z = tries.z[keep(tries, 4000, seed=2)]

    assert z.mean(axis=0) == pytest.approx([0.8, 0], abs=0.06)
    assert z.std(axis=0) == pytest.approx([0.2**0.5, 1], abs=0.06)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """The file of fitted parameters holds those of the prior, in their order, each in doubt or as certain as there."""
    prior = read_prior(PARAMETERS / "prior.yaml")
    doubted = [name for name, quantity in prior.items() if not quantity.is_constant]
    (tmp_path / "fitted.yaml").write_text(text(prior, {name: np.array([0.25, 0.5]) for name in doubted}))
    read = read_prior(tmp_path / "fitted.yaml")

    assert list(read) == list(prior)
    assert all(read[name].among == (0.25, 0.5) for name in doubted)
    assert all(read[name] == prior[name] for name in prior if name not in doubted)
    assert set(STEERED) <= set(doubted)


def test_the_families_that_are_written_are_read_as_such(tmp_path: Path) -> None:
    """With the numbers of their sets, and what a planner calls them; the shipped ones have half of the sets each."""
    prior = read_prior(PARAMETERS / "prior.yaml")
    doubted = {name: np.array([0.25, 0.5]) for name, quantity in prior.items() if not quantity.is_constant}
    (tmp_path / "fitted.yaml").write_text(text(prior, doubted, {"gallium_2023": [1], "embargo_2010": [0]}))
    families = read_yaml(tmp_path / "fitted.yaml", "fitted.yaml").root.plain()["families"]

    assert families["gallium_2023"] == {"name": "like gallium in 2023", "sets": [1]}
    shipped = read_scenario("embargo_2010").scenario.families
    assert {id: (family.name, len(family.sets)) for id, family in shipped.items()} == {
        "embargo_2010": ("like 2010", 128), "gallium_2023": ("like gallium in 2023", 128),
    }  # fmt: skip


def test_those_like_gallium_do_not_speculate() -> None:
    """What sets of one family have in common tells that they are numbered as they are drawn."""
    scenario = read_scenario("export_ban").scenario
    assert scenario.speculation is not None
    cover = np.array(scenario.speculation.cover.among)

    assert not cover[list(scenario.families["gallium_2023"].sets)].any()
    assert (cover[list(scenario.families["embargo_2010"].sets)] > 0).all()


def test_the_shipped_fit_has_a_value_for_every_parameter_in_doubt() -> None:
    """As many sets of each, within what was held possible, and scenarios draw from them."""
    prior, fitted = (read_prior(PARAMETERS / f"{name}.yaml") for name in ("prior", "fitted"))
    sets = {name: quantity.among for name, quantity in fitted.items() if not prior[name].is_constant}

    assert list(fitted) == list(prior)
    assert all(values is not None and len(values) == 256 for values in sets.values())
    for name, values in sets.items():
        low, high = prior[name].support
        assert values is not None
        assert low * 0.999 <= min(values)
        assert max(values) <= high * 1.001
    assert read_scenario("embargo_2010").scenario.prices.decay.among == sets["prices", "decay"]  # type: ignore[union-attr]
