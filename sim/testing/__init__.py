"""For whoever adds to the model, and wants to prove that nothing broke.

* `invariants`: what must hold of any scenario, as functions that give a `Claim`.
* `relations`: the same scenario told in another way (other tonnes, other names, another order), and what must stay.
* `strategies`: networks, scenarios and policies for hypothesis to draw; needs the extra `testing`.
* `diary`: every row of every day of some futures, by name.

`sim check` and `sim check --deep` run the very same functions on a user's file.
docs/guides/test_your_own.md has an example.
"""

from sim.testing import relations
from sim.testing.invariants import (
    Claim,
    goes_on_as_it_began,
    has_the_twin_it_says,
    is_alone_as_in_company,
    keeps_its_books,
    moves_no_other_draw,
    serves_classes_in_order,
    shortened,
    splits_anywhere,
    stands_still,
    undisturbed,
)

__all__ = [
    "Claim",
    "goes_on_as_it_began",
    "has_the_twin_it_says",
    "is_alone_as_in_company",
    "keeps_its_books",
    "moves_no_other_draw",
    "relations",
    "serves_classes_in_order",
    "shortened",
    "splits_anywhere",
    "stands_still",
    "undisturbed",
]
