"""What is being looked into: a study per setting, refined by a few warm processes as long as somebody waits for it.

All of it happens on one event loop; hands talk to it from threads of their own, through `call_soon_threadsafe`.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field

from sim.errors import SimError, WorkerError
from sim.results.futures import Block
from sim.spec.reading import ReadScenario
from sim.web.hands import Glimpse, Hand, Message, Stopped, Task
from sim.web.sample import COMPILED, Sample, Start, spans

MOST_WAITED_FOR = 12
"""Settings that people may wait for at a time; the next is told to come again."""
MOST_BYTES = 768 * 2**20
"""Memory that finished futures may take; those looked at longest ago go first, but never what is waited for."""
GRACE_S = 1.0
"""Nobody's for so long, a setting is dropped: time for a browser to ask anew."""
BETWEEN_LOOKS_S, BEFORE_WHOLE_S = 0.3, 0.6
"""Least time from one picture of first days to the next, and to the whole."""
READING_S = 0.25
"""A setting that nobody has asked for is read in so long; nothing is refined meanwhile."""
DRAWING_S = 0.1
"""A process that is done waits so long for its next futures: the processor draws what they brought first."""
MOST_DEATHS = 2
"""Processes that may die over a setting before it is given up."""


class BusyError(SimError):
    """More is asked for at a time than the page takes on."""


@dataclass(eq=False)
class Study:
    """One setting and its futures so far."""

    read: ReadScenario
    most: int
    start: Start = field(default_factory=Start)
    sample: Sample = field(default_factory=Sample)
    early: dict[int, Sample] = field(default_factory=dict)
    """Days -> what so many brought to the first futures, until these are done."""
    version: int = 0
    """Rises with everything new."""
    error: SimError | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: deque[range] = field(default_factory=deque)
    askers: int = 0
    asked_at: float = 0.0
    begun_at: float = 0.0
    told_at: float = 0.0
    deaths: int = 0

    def __post_init__(self) -> None:
        self.waiting.extend(spans(self.most, self.start))

    @property
    def first(self) -> int:
        """How many futures are the first."""
        return min(self.start.futures, self.most)

    def among_first(self, span: range) -> bool:
        """Say whether a span is of the first futures."""
        return span.start < self.first

    @property
    def has_first(self) -> bool:
        """Whether the first futures are there."""
        return self.sample.futures >= self.first

    @property
    def done(self) -> bool:
        """Whether all its futures are there."""
        return self.sample.futures >= self.most

    def later(self, span: range) -> None:
        """Put a span back that was not finished."""
        self.waiting = deque(sorted([span, *self.waiting], key=lambda one: one.start))

    def glimpsed(self, glimpse: Glimpse) -> bool:
        """Take in what the first days of a span brought; say whether that is now known of all first futures."""
        sample = self.early.setdefault(glimpse.days, Sample())
        sample.add(glimpse.block)
        return sample.futures == self.first

    def told(self) -> None:
        """Wake up who waits for news."""
        self.version += 1
        self.news.set()
        self.news = asyncio.Event()


class Studies:
    """All settings looked into, and the processes that do it."""

    def __init__(self, *, seed: int, most: int, hands: int, compiled: bool) -> None:
        self.seed, self.most, self._compiled = seed, most, compiled
        self._start = Start(COMPILED, min(hands, 4)) if compiled else Start()
        self._studies: OrderedDict[str, Study] = OrderedDict()
        self._loop = asyncio.get_running_loop()
        self._busy: dict[Hand, tuple[Study, range]] = {}
        self._hands = [Hand(self._hear, compiled=compiled) for _ in range(hands)]
        self._idle = list(self._hands)
        self._stopping: set[Hand] = set()
        self._refines_from = 0.0

    def study(self, read: ReadScenario) -> Study:
        """Return the study of a setting, the one there is or a new one."""
        study = self._studies.get(read.digest)
        if study is None:
            wanted = sum(self._wanted(one) for one in self._studies.values())
            if wanted >= MOST_WAITED_FOR:
                raise BusyError(f"{MOST_WAITED_FOR} settings are being looked into already; come again in a moment")
            study = self._studies[read.digest] = Study(read, self.most, self._start)
        self._studies.move_to_end(read.digest)
        study.asked_at = self._loop.time()
        return study

    def make_room(self) -> None:
        """Stop what only refines for a moment, since reading a setting takes the processor too; from any thread."""
        self._loop.call_soon_threadsafe(self._make_room)

    def _make_room(self) -> None:
        self._refines_from = self._loop.time() + READING_S
        for hand in self._refining():
            self._stop(hand)

    async def look(self, studies: list[Study], seen: list[int], wait_s: float) -> None:
        """Wait until there is more of any study than was seen, but no longer than `wait_s`."""
        for study in studies:
            study.askers += 1
        try:
            self._assign()
            if all(study.version <= version for study, version in zip(studies, seen, strict=True)):
                waits = [asyncio.ensure_future(study.news.wait()) for study in studies]
                await asyncio.wait(waits, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
                for wait in waits:
                    wait.cancel()
        finally:
            for study in studies:
                study.askers -= 1
                study.asked_at = self._loop.time()

    async def keep_house(self) -> None:
        """Stop what nobody waits for any more, and forget what is too much to keep; for ever."""
        while True:
            await asyncio.sleep(GRACE_S / 4)
            for hand, (study, _) in self._busy.items():
                if not self._wanted(study):
                    self._stop(hand)
            self._forget()
            self._assign()

    def end(self) -> None:
        """End all processes."""
        for hand in self._hands:
            hand.end()

    def _wanted(self, study: Study) -> bool:
        return study.error is None and (study.askers > 0 or self._loop.time() - study.asked_at < GRACE_S)

    def _assign(self) -> None:
        """Give every idle hand the next span of the study that has got least; make room for a first one."""
        wanted = self._to_begin()
        while wanted and self._idle:
            study = min(wanted, key=lambda one: one.waiting[0].start)
            span, hand = study.waiting.popleft(), self._idle.pop()
            if span.start == 0:
                study.begun_at = study.told_at = self._loop.time()
            self._busy[hand] = study, span
            watched = study.among_first(span)
            hand.take(Task(study.read.scenario, self.seed, span, watched=watched, compiled=self._compiled))
            wanted = self._to_begin()
        firsts = sum(study.among_first(span) for study in wanted for span in study.waiting) - len(self._stopping)
        for hand in sorted(self._refining(), key=lambda one: -self._busy[one][1].start)[: max(firsts, 0)]:
            self._stop(hand)

    def _refining(self) -> list[Hand]:
        """Return the processes that refine a setting, and were not told to stop."""
        busy = (hand for hand, (study, span) in self._busy.items() if not study.among_first(span))
        return [hand for hand in busy if hand not in self._stopping]

    def _to_begin(self) -> list[Study]:
        refines = self._loop.time() >= self._refines_from
        wanted = (study for study in self._studies.values() if study.waiting and self._wanted(study))
        return [one for one in wanted if one.among_first(one.waiting[0]) or (refines and one.has_first)]

    def _stop(self, hand: Hand) -> None:
        if hand not in self._stopping:
            self._stopping.add(hand)
            hand.stop()

    def _hear(self, hand: Hand, message: Message) -> None:
        self._loop.call_soon_threadsafe(self._note, hand, message)

    def _note(self, hand: Hand, message: Message) -> None:
        study, span = self._busy[hand]
        if isinstance(message, Glimpse):
            if study.glimpsed(message) and self._worth_drawing(study, message):
                study.told()
                study.told_at = self._loop.time()
            return
        del self._busy[hand]
        self._stopping.discard(hand)
        self._idle.append(hand)
        match message:
            case Stopped():
                study.later(span)
            case WorkerError():
                study.deaths += 1
                study.later(span)
                study.error = message if study.deaths >= MOST_DEATHS else None
            case SimError():
                study.error = message
            case block:
                study.sample.add(block)
        if study.error or study.has_first:  # drawing a part of the first would hold up the others
            study.early.clear()
            study.told()
        if isinstance(message, Block):
            self._loop.call_later(DRAWING_S, self._assign)
        else:
            self._assign()

    def _worth_drawing(self, study: Study, glimpse: Glimpse) -> bool:
        """Say whether there is time to look at first days before there is more."""
        now, part = self._loop.time(), glimpse.days / study.read.scenario.horizon_d
        left_s = (now - study.begun_at) * (1.0 - part) / part
        return now - study.told_at >= BETWEEN_LOOKS_S and left_s >= BEFORE_WHOLE_S

    def _forget(self) -> None:
        held = sum(study.sample.nbytes for study in self._studies.values())
        for name, study in list(self._studies.items()):
            idle = not self._wanted(study) and all(study is not one for one, _ in self._busy.values())
            if idle and (held > MOST_BYTES or study.error is not None or study.sample.futures == 0):
                held -= study.sample.nbytes
                del self._studies[name]
