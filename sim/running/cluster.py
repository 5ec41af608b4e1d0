"""A cluster that runs blocks of futures, by Dask: workers may come, go and die.

A task is a span of futures and needs nothing of another, so a worker that dies costs time: the scheduler gives its
spans to others. No more than two spans a thread (or 32) are under way, and each block is taken over as it is done.
"""

from __future__ import annotations

import logging
import pickle
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sim.errors import OptionError, WorkerError, not_installed
from sim.results.futures import Block
from sim.results.provenance import fingerprint
from sim.running import block_file
from sim.running.job import Advance, Job

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_S = 10
"""How long a scheduler that does not answer is waited for."""
AHEAD = 2
"""Spans under way for every thread: one that runs, and one that waits, so that no worker does."""
LEAST = 32
"""Spans under way at least, for workers that are yet to come; many clusters start them by what waits."""
_ADDRESS = re.compile(r"(tcp|tls|ws|wss|ucx)://(\[[0-9A-Fa-f:.]+\]|[^\s/:\[\]]+):\d{1,5}")
_own_fingerprint = cache(fingerprint)
_log = logging.getLogger(__name__)


class Cluster:
    """A crew of whatever workers a scheduler has."""

    def __init__(self, job: Job, client: Client, advance: Advance) -> None:
        self.job, self._client, self._advance = job, client, advance

    def take(self, job: Job) -> None:
        """Turn to another job."""
        self.job = job

    def blocks(self, gaps: Sequence[range]) -> Iterator[Block]:
        """Run the futures of all gaps, cut as suits the workers there are; yield blocks as they are done."""
        from distributed import wait

        with _losses_told():
            threads = self._threads()
            if not threads:
                _log.warning("the cluster has no worker yet; waiting for one")
            waiting = deque(self.job.spans(gaps, max(threads, 1)))
            under_way: dict[Future[Any], range] = {}
            try:
                while waiting or under_way:
                    self._hand_out(waiting, under_way)
                    with self._client.as_current():
                        done = wait(list(under_way), return_when="FIRST_COMPLETED").done
                    for future in done:
                        block = _taken_over(future, under_way.pop(future))
                        self._advance(block.replications.size)
                        yield block
            finally:
                for future in under_way:
                    future.release()

    def _hand_out(self, waiting: deque[range], under_way: dict[Future[Any], range]) -> None:
        """Submit as many spans as keep the workers busy that there are now."""
        job, expected = pickle.dumps(self.job), _own_fingerprint()
        room = max(AHEAD * self._threads(), LEAST) - len(under_way)
        for _ in range(min(room, len(waiting))):
            span = waiting.popleft()
            # The call travels as bytes: neither the scheduler nor a worker that cannot read them comes to harm.
            call = pickle.dumps(_Call(job, span, expected))
            under_way[self._client.submit(pickle.loads, call, pure=False)] = span

    def _threads(self) -> int:
        threads: int = sum(self._client.nthreads().values())
        return threads


def check_address(address: str) -> None:
    """Refuse what cannot be the address of a scheduler."""
    if not _ADDRESS.fullmatch(address):
        raise OptionError(f"--cluster {address!r} is not a scheduler's address, such as tcp://127.0.0.1:8786")


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """Have the scheduler at an address for a while; it and its workers stay as they were."""
    check_address(address)
    try:
        from distributed import Client
    except ImportError:
        raise not_installed("--cluster", "Dask", "cluster") from None
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # what it would say is said below
    try:
        client = Client(address, timeout=CONNECT_S, set_as_default=False, name="sim")
    except (OSError, ValueError) as error:
        raise WorkerError(f"no scheduler answers at {address} ({error})") from error
    try:
        yield client
    finally:
        client.close(timeout=CONNECT_S)


@contextmanager
def _losses_told() -> Iterator[None]:
    """Say in a planner's words what can go wrong between here and the workers."""
    try:
        yield
    except (CancelledError, OSError) as error:
        raise WorkerError("the cluster's scheduler went away; no results were written") from error
    except (ImportError, AttributeError) as error:
        raise WorkerError(
            f"a worker cannot load this program as it is here; install the same there ({error})"
        ) from error


def _taken_over(future: Future[Any], span: range) -> Block:
    """Return a block that is done, and let the cluster forget it."""
    from distributed import KilledWorker

    try:
        return block_file.unpacked(future.result())
    except KilledWorker as error:
        which = f"futures {span[0]:,} to {span[-1]:,}"
        raise WorkerError(
            f"worker after worker died of {which}, for want of memory perhaps; none was written"
        ) from error
    finally:
        future.release()


@dataclass(frozen=True)
class _Call:
    """What is unpickled as what `_run` returns."""

    job: bytes
    span: range
    expected: Mapping[str, str]

    def __reduce__(self) -> tuple[Callable[..., bytes], tuple[Any, ...]]:
        return _run, (self.job, self.span, self.expected)


def _run(job: bytes, span: range, expected: Mapping[str, str]) -> bytes:
    """Run a span on a worker, if it computes as the one who asks would."""
    found = _own_fingerprint()
    differ = [
        f"{name} is {found.get(name)}, not {expected[name]}" for name in expected if found.get(name) != expected[name]
    ]
    if differ:
        raise WorkerError(f"a worker ({_name()}) would give other figures: {'; '.join(differ)}; install the same there")
    return block_file.packed(pickle.loads(job).block(span))


def _name() -> str:
    from distributed import get_worker

    return str(get_worker().address)
