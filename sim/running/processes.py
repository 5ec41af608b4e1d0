"""Processes that run pieces of work side by side: blocks of futures, above all.

Each has a pipe of its own: work and its pieces go in, futures done and what came of a piece come out. No lock is
shared, so one that dies cannot hold up another; a worker whose parent is gone finds its pipe closed and ends by itself.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import connection, get_context, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from sim.errors import SimError, WorkerError
from sim.results.futures import Block
from sim.running.job import Advance, Work

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Set to 1, they keep linear algebra from starting threads beside as many processes as there are cores."""


@dataclass(frozen=True)
class _Piece:
    """A piece on its way to a worker."""

    number: int
    of: Any


@dataclass(frozen=True, eq=False)
class _Done:
    """What came of a piece."""

    number: int
    found: Any


class Processes:
    """A crew of processes; in this process where one worker is enough."""

    job: Any
    """The work in hand; a `sim.running.job.Job` for whom this is a crew."""

    def __init__(self, job: Work, advance: Advance) -> None:
        self.job, self._advance = job, advance
        self._processes: dict[Connection, BaseProcess] = {}

    def blocks(self, gaps: Sequence[range]) -> Iterator[Block]:
        """Run the futures of all gaps, cut as suits the crew; yield blocks as they are done, in any order."""
        spans = self.job.spans(gaps, max(len(self._processes), 1))
        return (block for _, block in self.pieces(spans))

    def pieces(self, pieces: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        """Run all pieces of the work in hand; yield the number of each and what came of it, in any order."""
        if self._processes:
            yield from self._shared(pieces)
        else:
            yield from ((number, self.job.block(piece, self._advance)) for number, piece in enumerate(pieces))

    def start(self, workers: int) -> None:
        """Start so many processes; one worker is this process."""
        # Spawned, not forked: a fork copies threads' locks and not the threads.
        context = get_context("spawn")
        with as_workers_are_born():
            for _ in range(workers if workers > 1 else 0):
                ours, theirs = context.Pipe()
                process = context.Process(target=_work, args=(theirs,), daemon=True)
                process.start()
                theirs.close()  # else the end of the process would not end the pipe
                self._processes[ours] = process
        self.take(self.job)  # not one by one above, where each would wait for the one before to wake up

    def take(self, job: Work) -> None:
        """Turn to other work, when nothing of another is under way."""
        self.job = job
        for pipe in self._processes:
            self._hand(pipe, job)

    def end(self) -> None:
        """End all processes at once, whatever they are doing; they hold nothing that is not here."""
        for pipe, process in self._processes.items():
            pipe.close()
            process.kill()
            process.join()
        self._processes.clear()

    def _shared(self, pieces: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        waiting, busy = deque(_Piece(number, piece) for number, piece in enumerate(pieces)), set[Connection]()
        idle = list(self._processes)
        while waiting or busy:
            while idle and waiting:
                busy.add(self._hand(idle.pop(), waiting.popleft()))
            for pipe in connection.wait(list(busy)):
                assert isinstance(pipe, Connection)
                message = self._receive(pipe)
                if isinstance(message, _Done):
                    busy.remove(pipe)
                    idle.append(pipe)
                    yield message.number, message.found
                else:
                    self._advance(message)

    def _hand(self, pipe: Connection, what: Work | _Piece) -> Connection:
        try:
            pipe.send(what)
        except OSError:
            raise self._death(pipe) from None
        return pipe

    def _receive(self, pipe: Connection) -> Any:
        try:
            message = pipe.recv()
        except (EOFError, OSError):
            raise self._death(pipe) from None
        if isinstance(message, SimError):
            raise message
        return message

    def _death(self, pipe: Connection) -> WorkerError:
        process = self._processes[pipe]
        process.join()
        code = process.exitcode or 0
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return WorkerError(
            f"a worker process died ({how}), for want of memory perhaps; no results were written. "
            f"Fewer than {len(self._processes)} --workers need less."
        )


@contextmanager
def as_workers_are_born() -> Iterator[None]:
    """Let children inherit one thread each, and deafness to Ctrl-C: it is for the parent, which ends them."""
    resource_tracker.ensure_running()  # it would lift the mask if it were started below
    added = [name for name in ONE_THREAD if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for name in added:
            del os.environ[name]


def _work(pipe: Connection) -> None:
    """Take work, and run pieces of the latest as they come in, until the other end of the pipe closes."""
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        work: Work = pipe.recv()
        while True:
            match pipe.recv():
                case _Piece() as piece:
                    _run(work, piece, pipe)
                case other:
                    work = other


def _run(work: Work, piece: _Piece, pipe: Connection) -> None:
    try:
        pipe.send(_Done(piece.number, work.block(piece.of, pipe.send)))
    except SimError as error:
        pipe.send(error)
    except MemoryError as error:
        pipe.send(WorkerError(f"a worker process ran out of memory ({error}). Fewer --workers need less."))
