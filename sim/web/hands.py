"""Processes that stay warm for the page: each runs one span of futures at a time, and can be told to stop.

Unlike the crew of `sim.running.workers`, which runs one job to its end, a hand takes spans of any setting in any order,
tells what the first days brought while it runs, and drops what nobody waits for any more within a fraction of a second.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from threading import Lock, Thread
from typing import Any

import numpy as np

from sim.errors import SimError, WorkerError
from sim.results.futures import Block
from sim.running.experiment import run_block
from sim.running.processes import as_workers_are_born
from sim.spec.scenario import Scenario

STOP = "stop"
BETWEEN_LOOKS_S = 0.5
"""Least time between two messages of what the first days brought."""
FIRST_LOOK = 0.25
"""Part of the days from which on they are told: what a few weeks bring says little."""
DRAWN = ("price_multiple/", "delivered_share/region:", "stock_share/")
"""How the series are called that pictures show."""
PATIENCE_S = 120.0
"""A process that says nothing for so long is taken for lost."""


@dataclass(frozen=True)
class Task:
    """Some futures of a setting."""

    scenario: Scenario
    seed: int
    span: range
    watched: bool
    """Whether what the first days brought is wanted before the rest is done."""
    compiled: bool
    """Whether its days are compiled."""


@dataclass(frozen=True)
class Glimpse:
    """What the first days of a span brought, while it runs."""

    days: int
    block: Block


class Stopped:
    """A span that was stopped: nothing of it is left."""


class _StoppedError(Exception):
    """Leaves a run that nobody waits for."""


Message = Block | Glimpse | Stopped | SimError
Hear = Callable[["Hand", Message], None]


class Hand:
    """One process and the thread that listens to it."""

    def __init__(self, hear: Hear, *, compiled: bool) -> None:
        self._hear, self._compiled = hear, compiled
        self._sending = Lock()
        self._start()

    def take(self, task: Task) -> None:
        """Begin a span; what comes of it is heard later, the last of it a block, a stop or an error."""
        self._sending.acquire()  # until it is sent, so that no stop overtakes it
        Thread(target=self._follow, args=(task,), daemon=True).start()

    def stop(self) -> None:
        """Have the span that is under way dropped; where it ends by itself just then, nothing happens."""
        with suppress(OSError), self._sending:
            self._pipe.send(STOP)

    def end(self) -> None:
        """End the process at once; it holds nothing that is not here."""
        self._process.kill()
        self._process.join()

    def _start(self) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        with as_workers_are_born():
            self._process = context.Process(target=_work, args=(theirs, self._compiled), daemon=True)
            self._process.start()
        theirs.close()  # else the end of the process would not end the pipe

    def _follow(self, task: Task) -> None:
        try:
            try:
                self._pipe.send(task)
            finally:
                self._sending.release()
            while True:
                message = self._receive()
                self._hear(self, message)
                if not isinstance(message, Glimpse):
                    return
        except (EOFError, OSError):
            self.end()
            self._pipe.close()
            self._start()
            self._hear(self, WorkerError("a process that ran futures died, for want of memory perhaps"))

    def _receive(self) -> Any:
        while not wait([self._pipe], PATIENCE_S):
            self.end()
        return self._pipe.recv()


def _work(pipe: Connection, compiled: bool) -> None:
    """Run tasks as they come, until the other end of the pipe closes; load what was compiled before the first."""
    if compiled:
        from sim.compiled.ahead import warm_up

        warm_up()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError, KeyboardInterrupt):
        while True:
            match pipe.recv():
                case Task() as task:
                    pipe.send(_done(task, pipe))
                case _:
                    pass  # a stop that came after the end


def _done(task: Task, pipe: Connection) -> Message:
    said = time.monotonic()

    def advance(done: float) -> None:
        if pipe.poll() and pipe.recv() == STOP:
            raise _StoppedError

    def so_far(days: int, look: Callable[[], Block]) -> None:
        nonlocal said
        if days >= FIRST_LOOK * task.scenario.horizon_d and time.monotonic() - said >= BETWEEN_LOOKS_S:
            block = look()
            counts = {name: count for name, count in block.counts.items() if name.startswith(DRAWN)}
            pipe.send(Glimpse(days, replace(block, counts=counts)))
            said = time.monotonic()

    try:
        return run_block(
            task.scenario,
            task.seed,
            np.array(task.span),
            twin=False,
            advance=advance,
            so_far=so_far if task.watched else None,
            compiled=task.compiled,
        )
    except _StoppedError:
        return Stopped()
    except SimError as error:
        return error
