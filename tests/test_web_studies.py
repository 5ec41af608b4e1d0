"""Who runs what on the what-if page: whatever is asked for, stopped or finished when, every future comes once."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.results.futures import Block
from sim.web import studies
from sim.web.hands import Glimpse, Hear, Message, Stopped, Task
from sim.web.studies import Studies

MOST, SETTINGS, HANDS = 900, 4, 2
moves = st.lists(
    st.tuples(
        st.sampled_from(["ask", "ask", "room", "look", "answer", "answer", "answer"]), st.integers(0, SETTINGS - 1)
    )
)


REFINED = [("ask", 0), ("answer", 0), ("answer", 1), ("look", 0)]
"""After these the first setting is refined."""


class Fake:
    """A process that answers when it is told to."""

    def __init__(self, hear: Hear, *, compiled: bool) -> None:
        self.hear, self.task, self.stopped = hear, None, False

    def take(self, task: Task) -> None:
        """Be given a span: one at a time."""
        assert self.task is None
        self.task, self.stopped = task, False

    def stop(self) -> None:
        """Be told to drop it."""
        self.stopped = True

    def answer(self, message: Message) -> None:
        """Say something; all but a glimpse ends the span."""
        if not isinstance(message, Glimpse):
            self.task = None
        self.hear(self, message)


def block(span: range) -> Block:
    """Return futures of which only the numbers matter."""
    return Block(np.array(span), {"all/future": np.array(span, dtype=np.float64)}, {}, ())


async def settle() -> None:
    """Let everything happen that is due."""
    for _ in range(4):
        await asyncio.sleep(0)


async def play(steps: list[tuple[str, int]], late: bool) -> None:
    """Ask, make room, look at first days and answer in some order, then answer all; `late` processes stop too late."""
    desk = Studies(seed=1, most=MOST, hands=HANDS, compiled=True)
    reads = [SimpleNamespace(digest=str(n), scenario=SimpleNamespace(horizon_d=10)) for n in range(SETTINGS)]
    asked = {}

    async def answer(hand: Fake) -> None:
        if hand.task is not None:
            hand.answer(Stopped() if hand.stopped and not late else block(hand.task.span))
        await settle()
        running = [one.task for one in desk._hands if one.task is not None]
        assert len({(id(task.scenario), task.span.start) for task in running}) == len(running)
        waits = sum(span.start < study.first for study in asked.values() for span in study.waiting)
        assert not (waits and desk._idle)
        refining = [one for one in desk._hands if one.task is not None and not one.task.watched]
        whose = {id(study.read.scenario): study for study in asked.values()}
        assert all(whose[id(one.task.scenario)].has_first for one in refining)
        stopped = sum(one.stopped for one in refining)
        assert stopped >= min(waits, len(refining))

    for move, number in steps:
        hand = desk._hands[number % HANDS]
        if move == "ask":
            asked[number] = desk.study(reads[number])
            await desk.look([asked[number]], [-1], 0)
        elif move == "room":
            desk.make_room()
            await asyncio.sleep(0)
            assert all(one.stopped for one in desk._hands if one.task is not None and not one.task.watched)
        elif move == "look" and hand.task is not None and hand.task.watched:
            hand.answer(Glimpse(5, block(hand.task.span)))
        else:
            await answer(hand)
        await settle()
    for _ in range(40 * SETTINGS):
        desk._assign()
        for hand in desk._hands:
            await answer(hand)
    for study in asked.values():
        assert study.done
        assert np.array_equal(study.sample.column("all/future"), np.arange(MOST))
        assert not study.early


@given(steps=moves, late=st.booleans())
def test_every_future_of_every_setting_comes_once(steps: list[tuple[str, int]], late: bool) -> None:
    """No span is run twice at a time, the first futures of a setting wait for nobody's refinement, and all end."""
    at_once = {"Hand": Fake, "GRACE_S": 1e9, "DRAWING_S": 0.0, "READING_S": 0.0}
    with patch.multiple(studies, **at_once):
        asyncio.run(play([*REFINED, *steps], late))
