"""Processes that stay warm for the page: each runs one span of futures at a time, and can be told to stop.

Unlike the crew of `sim.running.workers`, which runs one job to its end, a hand takes spans of any setting in any order,
tells what the first days brought while it runs, and drops what nobody waits for any more within a fraction of a second.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from threading import Lock, Thread
from typing import Any

import numpy as np

from sim.arrays import Array, Index
from sim.chance.draws import plain_uniforms
from sim.errors import SimError, WorkerError
from sim.results.futures import Block
from sim.running.experiment import run_block
from sim.running.processes import as_workers_are_born
from sim.spec.scenario import Scenario

STOP = "stop"
LOOKS = (0.3, 0.7)
"""Parts of the days after which what they brought is told; the same in every process, so that spans can be joined."""
DRAWN = ("price_multiple/", "delivered_share/region:", "stock_share/")
"""How the series are called that pictures show, here and in a report; the others stay in the process."""
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


class Remembered:
    """The luck of first futures, which is the same in every setting and takes a third of assembling one to draw."""

    def uniforms(self, seed: int, stream: str, draws: range, replications: Index) -> Array:
        """Return what `sim.chance.draws.plain_uniforms` does, of replications without a gap."""
        return _uniforms(seed, stream, draws, range(int(replications[0]), int(replications[-1]) + 1))


@lru_cache(maxsize=8192)
def _uniforms(seed: int, stream: str, draws: range, span: range) -> Array:
    return plain_uniforms(seed, stream, draws, np.array(span))


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
        self._sending, self._over = Lock(), False
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
        """End the process at once and for good; it holds nothing that is not here."""
        self._over = True
        self._kill()

    def _kill(self) -> None:
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
            self._kill()
            self._pipe.close()
            if self._over:
                return
            self._start()
            self._hear(self, WorkerError("a process that ran futures died, for want of memory perhaps"))

    def _receive(self) -> Any:
        while not wait([self._pipe], PATIENCE_S):
            self._kill()
        return self._pipe.recv()


def _work(pipe: Connection, compiled: bool) -> None:
    """Run tasks as they come, until the other end of the pipe closes; load what was compiled before the first."""
    if compiled:
        from sim.compiled.ahead import warm_up

        warm_up()
    gc.collect()
    gc.freeze()  # else looking through all that was imported is a tenth of a run
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            match pipe.recv():
                case Task() as task:
                    pipe.send(_done(task, pipe))
                case _:
                    pass  # a stop that came after the end


def _done(task: Task, pipe: Connection) -> Message:
    looks = [part * task.scenario.horizon_d for part in LOOKS]

    def advance(done: float) -> None:
        if pipe.poll() and pipe.recv() == STOP:
            raise _StoppedError

    def so_far(days: int, look: Callable[[], Block]) -> None:
        if looks and days >= looks[0]:
            looks.pop(0)
            pipe.send(Glimpse(days, _drawn(look())))

    try:
        block = run_block(
            task.scenario,
            task.seed,
            np.array(task.span),
            twin=False,
            luck=Remembered() if task.watched else None,
            advance=advance,
            so_far=so_far if task.watched else None,
            compiled=task.compiled,
        )
        return _drawn(block)
    except _StoppedError:
        return Stopped()
    except SimError as error:
        return error


def _drawn(block: Block) -> Block:
    return replace(block, counts={name: count for name, count in block.counts.items() if name.startswith(DRAWN)})
