"""Finished blocks of a run, kept beside its results folder until these are whole.

`.<name>-kept/` holds run.json (which run it is) and a file per block, named after its first future and the one after
its last. A run that was stopped, even by a power cut, is gone on with from there; one that finished leaves nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from sim.documents import Json
from sim.errors import ResultsError
from sim.results.day_files import file_of, together
from sim.results.futures import Block, Event, Results, merge_on_disk
from sim.results.replace import sweep
from sim.running import block_file

RUN = "run.json"
_BLOCK = re.compile(r"(\d+)-(\d+)\.block")
_OURS = re.compile(
    r"run\.json|(run|columns)\.unfinished|\d+-\d+\.(block|unfinished|parquet|parquet-[0-9a-f]{8}\.unfinished)"
)


class Kept:
    """The finished blocks of one run, on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[range, Path] = {}
        for path in folder.iterdir():
            if found := _BLOCK.fullmatch(path.name):
                self._files[range(int(found[1]), int(found[2]))] = path

    @property
    def futures(self) -> int:
        """How many futures are kept."""
        return sum(map(len, self._files))

    def fit(self, stops: Sequence[int], together: int = 1) -> None:
        """Let go of blocks that reach over one of the stops of the run, or past the last: they were cut for another.

        So is one that ends elsewhere than at a multiple of `together` futures or the last stop.
        """
        stages = [range(first, end) for first, end in pairwise([0, *stops])]
        for span in list(self._files):
            inside = any(stage.start <= span.start and span.stop <= stage.stop for stage in stages)
            if not inside or (span.stop % together and span.stop != stops[-1]):
                self._files.pop(span).unlink()

    def gaps(self, stage: range) -> list[range]:
        """Return the futures of a stage that are yet to be run."""
        inside = sorted((span for span in self._files if span.start in stage), key=lambda span: span.start)
        bounds = [stage.start, *(bound for span in inside for bound in (span.start, span.stop)), stage.stop]
        return [range(first, end) for first, end in zip(bounds[::2], bounds[1::2], strict=True) if first < end]

    def keep(self, block: Block) -> None:
        """Put a block by."""
        span = range(int(block.replications[0]), int(block.replications[-1]) + 1)
        path = self.folder / f"{span.start:07}-{span.stop:07}.block"
        try:
            block_file.save(path, block)
        except OSError as error:
            raise ResultsError(f"{path} could not be written: {error}") from error
        self._files[span] = path

    def results(self, end: int) -> Results:
        """Return the results of the futures before `end`, read from disk as they are wanted, while this is open."""
        columns = self.folder / "columns.unfinished"
        try:
            return merge_on_disk(self.blocks(end), _Events(self, end), end, columns)
        except OSError as error:
            raise ResultsError(f"{columns} could not be written: {error}") from error

    def days(self, end: int) -> list[Path]:
        """Return the files of every day of the futures before `end`; all must be there."""
        paths = [self.folder / file_of(span) for span in together(range(end))]
        if missing := [path for path in paths if not path.exists()]:
            raise ResultsError(f"{missing[0]} is not there: with --cluster it must be on a disk that the workers share")
        return paths

    def within(self, stage: range) -> Iterator[Block]:
        """Read the blocks of a stage, one at a time, in order."""
        for span in sorted(self._files, key=lambda span: span.start):
            if stage.start <= span.start and span.stop <= stage.stop:
                yield block_file.load(self._files[span])

    def blocks(self, end: int) -> Iterator[Block]:
        """Read the blocks of the futures before `end`, one at a time, in order."""
        for span in sorted(self._files, key=lambda span: span.start):
            if span.stop <= end:
                yield block_file.load(self._files[span])


@dataclass(frozen=True)
class _Events:
    """The events of the futures before `end`, a block's at a time, as often as one likes."""

    kept: Kept
    end: int

    def __iter__(self) -> Iterator[Sequence[Event]]:
        return (block.events for block in self.kept.blocks(self.end))


@contextmanager
def keeping(results: Path, run: Json, *, resume: bool, say: Callable[[str], None]) -> Iterator[Kept]:
    """Keep the blocks of a run beside its results folder; gone once the run is, kept where it is stopped.

    `run` says which run it is; what another left is refused when it is to be resumed, and cleared away when not.
    """
    results = results.resolve()
    folder = results.with_name(f".{results.name}-kept")
    made = [parent for parent in folder.parents if not parent.exists()]
    with _locked(folder):
        sweep(results)
        if not resume or not (folder / RUN).exists():
            _begin(folder, run)
        _check(folder / RUN, run)
        kept = Kept(folder)
        try:
            yield kept
        except BaseException:
            if kept.futures:
                say(f"{kept.futures:,} finished futures are kept: the same command with --resume goes on from there.")
            else:
                _remove(folder, made)
            raise
        _remove(folder, [])


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Have a folder for this process alone; a lock ends with its process, however that ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise ResultsError(f"{folder} cannot be made: {error}") from error
    try:
        if not _alone(handle, folder):
            raise ResultsError(f"another run to the same results is at work (in {folder}); name another with --out")
        yield
    finally:
        os.close(handle)


def _alone(handle: int, folder: Path) -> bool:
    """Lock the folder; False where another run has it, or had and took it away in this moment."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(handle), folder.stat())
    except (BlockingIOError, FileNotFoundError):
        return False
    except OSError:  # a disk without locks: nothing is lost but the warning
        return True


def _begin(folder: Path, run: Json) -> None:
    """Empty the folder of what an earlier run left, and of nothing else, and say in it which run this is."""
    paths = sorted(folder.iterdir(), key=lambda path: path.name != RUN)  # run.json first: blocks are then nobody's
    foreign = [path.name for path in paths if not _OURS.fullmatch(path.name)]
    if foreign:
        raise ResultsError(f"{folder} holds what is not ours ({foreign[0]}); move it away")
    fresh = folder / "run.unfinished"
    try:
        for path in paths:
            path.unlink()
        fresh.write_text(json.dumps(run, indent=1) + "\n", encoding="utf-8")
        fresh.rename(folder / RUN)
    except OSError as error:
        raise ResultsError(f"{folder} cannot be written to: {error}") from error


def _remove(folder: Path, parents: Sequence[Path]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):  # one that is not empty is no longer only ours
        for parent in parents:
            parent.rmdir()


def _check(path: Path, run: Json) -> None:
    """Refuse to go on with another run than the one that was stopped."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResultsError(f"{path} cannot be read: {error}; run without --resume to start anew") from error
    differ = [f"{name} was {_shown(kept, name)}, is {_shown(run, name)}" for name in run if kept.get(name) != run[name]]
    if differ:
        raise ResultsError(
            f"what is kept in {path.parent} is of another run: {'; '.join(differ)}. "
            "Run without --resume to start anew, or name another folder with --out"
        )


def _shown(run: Json, name: str) -> str:
    return json.dumps(run.get(name))
