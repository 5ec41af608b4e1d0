"""What is counted besides what is shipped."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from oracle.small_chains import one_product

from sim import engine, extensions
from sim.assembly import assemble
from sim.chance.draws import Draws
from sim.errors import ExtensionError
from sim.records.ledger import Ledger
from sim.results import metrics
from sim.results.metrics import Metric


class Count:
    """What the engine can count with."""

    metrics: tuple[Metric, ...] = ()

    def __init__(self, world: Any) -> None:
        """Look at a world."""

    def note_day(self, world: Any, day: int, shipped: Any) -> None:
        """Take note of a day."""

    def columns(self, world: Any) -> dict[str, Any]:
        """Have counted nothing."""
        return {}


def counting(names: list[str]) -> type[Count]:
    """Return what counts so."""
    return type("Own", (Count,), {"metrics": tuple(Metric(name, "d", "so") for name in names)})


def installed(monkeypatch: pytest.MonkeyPatch, **named: Any) -> None:
    """Let packages be there that count so."""
    monkeypatch.setattr(extensions, "loaded", lambda group: named if group == "metrics" else {})
    monkeypatch.setattr(extensions, "refused", lambda *words: ExtensionError(", ".join(words)))


def test_what_packages_count_comes_in_the_order_of_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them may count several things."""
    installed(monkeypatch, queues=counting(["queue_d", "queue_t"]), ships=counting(["ships"]))

    assert [metric.name for metric in metrics.added()] == ["queue_d", "queue_t", "ships"]


@pytest.mark.parametrize("named", [{"queues": ["shortage_days"]}, {"one": ["queue_d"], "queues": ["queue_d"]}])
def test_no_two_things_are_counted_under_one_name(monkeypatch: pytest.MonkeyPatch, named: dict[str, list[str]]) -> None:
    """Neither what is shipped nor another package's; it is said which, and whose."""
    installed(monkeypatch, **{name: counting(names) for name, names in named.items()})

    with pytest.raises(
        ExtensionError, match=f"^metrics, queues, counts '{named['queues'][0]}', as something else does$"
    ):
        metrics.added()


@pytest.mark.parametrize(
    "what", [len, counting([]), type("Bare", (Count,), {"metrics": [Metric("queue_d", "d", "so")]})]
)
def test_what_nobody_could_count_with_is_refused(monkeypatch: pytest.MonkeyPatch, what: Any) -> None:
    """A function, a class that counts nothing, or says so in the wrong way."""
    installed(monkeypatch, queues=what)
    why = "is no class" if what is len else "has no `metrics`, a tuple of `sim.results.metrics.Metric`"

    with pytest.raises(ExtensionError, match=f"^metrics, queues, {re.escape(why)}$"):
        metrics.added()


def test_a_count_that_does_not_look_at_days_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said whose it is, and what it lacks."""
    blind = type("Blind", (), {"metrics": counting(["queue_d"]).metrics, "__init__": lambda self, world: None})
    installed(monkeypatch, queues=blind)

    with pytest.raises(ExtensionError, match=r"^metrics, queues, has no `note_day\(self, world, day, shipped\)`"):
        metrics.added()


def ledger_of(monkeypatch: pytest.MonkeyPatch, told: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of two days of two futures and their twins, with a package that tells so."""
    queues = type("Queues", (counting(["queue_d"]),), {"columns": lambda self, world: told})
    installed(monkeypatch, queues=queues)
    world = assemble(one_product(horizon=2), Draws(1, np.arange(2), copies=2))
    ledger = Ledger(world)
    engine.run(world, ledger)
    return ledger.block(world).columns


def test_what_packages_count_stands_beside_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number per future, without the twins' ones."""
    columns = ledger_of(monkeypatch, {"all/far/queue_d": np.arange(4.0), "all/queue_d": np.ones(4)})

    assert columns["all/far/queue_d"].tolist() == [0, 1]
    assert columns["all/queue_d"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("name", "size", "why"),
    [
        ("queue_d", 4, "'queue_d', not <subject>/<one of its metrics>"),
        ("all/other_d", 4, "'all/other_d', not <subject>/<one of its metrics>"),
        ("all/queue_d", 2, "'all/queue_d' of shape (2,), not a number per future, (4,)"),
    ],
)
def test_columns_that_nobody_could_read_are_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, size: int, why: str
) -> None:
    """Of nobody, of another name, or too few: it is said whose they are."""
    with pytest.raises(ExtensionError, match=f"^metrics, queues, returns {re.escape(why)}$"):
        ledger_of(monkeypatch, {name: np.zeros(size)})
