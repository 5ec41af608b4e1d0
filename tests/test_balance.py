"""The books of elements: what they are off by, and of what."""

from __future__ import annotations

import numpy as np
import pytest
from oracle.small_chains import one_product

from sim import engine
from sim.assembly import assemble
from sim.chance.draws import Draws
from sim.errors import ModelError
from sim.records.balance import Balance
from sim.records.ledger import Ledger
from sim.world import World


def lived() -> tuple[World, Balance]:
    """Return twenty days of an undisturbed chain, three futures, and its books still open."""
    world = assemble(one_product(horizon=20), Draws(1, np.arange(3)))
    books = Balance(world)
    engine.run(world, Ledger(world))
    return world, books


@pytest.mark.parametrize(
    ("row", "told"), [(("plant", "ndpr_oxide"), "ndpr is off by 0.00534"), (("mine", "ore"), "other is off by 0.00222")]
)
def test_a_tonne_out_of_nowhere_is_found(row: tuple[str, str], told: str) -> None:
    """Of NdPr 147.2 t are there on opening, and 40 t are mined; of the rest of the ore 200 t and 160 t.

    A tonne of oxide is 1 of 187.2, and a tonne of ore 0.8 of 360, more than the 0.2 of 187.2 that it is of NdPr.
    """
    world, books = lived()
    world.works.stock[world.rows.works.index(row), 1] += 1

    with pytest.raises(ModelError, match=f"^the balance of {told} of its throughput$"):
        books.close(world)


def test_every_future_has_books_of_its_own() -> None:
    """What is off in one is not in another, and a hundred billionth is let pass as rounding."""
    world, books = lived()
    world.works.stock[world.rows.works.index(("plant", "ndpr_oxide")), 1] += 1e-8

    assert books.close(world) == pytest.approx([0, 1e-8 / 187.2, 0], abs=1e-14)
