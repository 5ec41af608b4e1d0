"""The pages of the what-if page: everything is asked for by GET, and a link says the whole setting.

/                what a browser opens
/controls        the sliders of a scenario and its policies
/look            the futures of a setting so far; answers once there is more than was seen
/scenario.yaml, /report.html, /futures.parquet, /futures.csv    what can be taken away
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sim.errors import ScenarioError, SimError
from sim.report import words
from sim.spec.reading import ReadScenario
from sim.web import downloads, view
from sim.web.controls import Control, controls
from sim.web.guard import Guard
from sim.web.setting import Setting, settings
from sim.web.shelf import PILLARS, Shelf
from sim.web.sight import Sight, sight
from sim.web.studies import BusyError, Studies, Study

HERE = Path(__file__).parent
SEEN = "seen"
WAIT_S = 10.0
"""How long an answer is held back for want of news."""
MOST_READING = 8
"""Settings being read, and downloads being written, at a time; the next is told to come again."""
REPORT = HERE.parent / "report"
Make = Callable[..., bytes]


@dataclass
class Desk:
    """What answers."""

    shelf: Shelf
    seed: int
    most: int
    hands: int
    compiled: bool
    birth: str = field(default_factory=lambda: secrets.token_hex(4))
    """Tells this server from the one before it, whose versions mean nothing here."""
    _reading: int = 0

    def __post_init__(self) -> None:
        self._read = lru_cache(maxsize=64)(self._read_anew)
        self._make_room: Callable[[], None] = lambda: None  # before it is open nothing is in the way
        self._reads_in_turn, self._writes_in_turn = asyncio.Lock(), asyncio.Lock()

    @asynccontextmanager
    async def open(self, app: Starlette) -> AsyncIterator[None]:
        """Have warm processes while the pages are served."""
        self.studies = Studies(seed=self.seed, most=self.most, hands=self.hands, compiled=self.compiled)
        self._make_room = self.studies.make_room
        house = asyncio.create_task(self.studies.keep_house())
        try:
            yield
        finally:
            house.cancel()
            self.studies.end()

    async def page(self, request: Request) -> Response:
        """Return the page, at the setting of its link, or at the first scenario where the link is wrong."""
        trouble = ""
        try:
            setting, _ = settings(request.query_params.multi_items(), self.shelf.first)
            await self._reads(setting)
        except (ScenarioError, BusyError) as error:
            setting, trouble = Setting(self.shelf.first), _told(error)
        given = await self._as_given(setting)
        text = view.TEMPLATES.get_template("page.html.j2").render(
            setting=setting,
            scenarios=self.shelf.scenarios,
            most=self.most,
            trouble=trouble,
            controls=Markup(self._controls(setting, given)),
            question=given.scenario.question,
        )
        return HTMLResponse(text)

    async def moved(self, request: Request) -> Response:
        """Return the sliders that a scenario has under some policies, and its question; what was moved stays so."""
        setting, _ = settings(request.query_params.multi_items(), self.shelf.first)
        given = await self._as_given(setting)
        known = {control.id for control in controls(given.scenario)}
        kept = {id: value for id, value in setting.moved.items() if id in known}
        setting = Setting(setting.scenario, setting.policies, kept)
        await self._reads(setting)
        return JSONResponse({"controls": self._controls(setting, given), "question": given.scenario.question})

    async def look(self, request: Request) -> Response:
        """Return what is known of a setting, and of one held beside it, once it is more than was seen."""
        pairs = [(key, value) for key, value in request.query_params.multi_items() if key != SEEN]
        asked = [one for one in settings(pairs, self.shelf.first) if one is not None]
        reads = [await self._reads(one) for one in asked]
        studies = [self.studies.study(read) for read in reads]
        seen = self._seen(request.query_params.get(SEEN, ""), len(studies))
        waiting = asyncio.create_task(self.studies.look(studies, seen, WAIT_S))
        gone = asyncio.create_task(_gone(request))
        await asyncio.wait([waiting, gone], return_when=asyncio.FIRST_COMPLETED)
        left = gone.done()
        for task in (waiting, gone):
            task.cancel()
        if left:
            return Response(status_code=204)
        for study in studies:
            if study.error is not None:
                raise study.error
        return JSONResponse(self._news(asked, studies))

    def _news(self, asked: Sequence[Setting], studies: Sequence[Study]) -> dict[str, Any]:
        sights = [sight(study) for study in studies]
        known = [one for one in sights if one is not None]
        ready = len(known) == len(studies)
        futures = min(study.sample.futures for study in studies)
        return {
            "seen": "-".join([self.birth, *(str(study.version) for study in studies)]),
            "done": all(study.done for study in studies),
            "futures": futures,
            "state": self._state(futures, known),
            "parts": view.fragments(known[0], known[1] if len(known) > 1 else None) if ready else {},
            "held": asked[1].words(self.shelf) if len(asked) > 1 else "",
            "command": downloads.command(studies[0].read, max(studies[0].sample.futures, 1), self.seed),
        }

    def _state(self, futures: int, known: Sequence[Sight]) -> str:
        early = [one for one in known if not one.whole]
        if early:
            start = early[0].scenario.start_date.isoformat()
            return f"{early[0].futures} futures, until {words.date(start, early[0].days)} so far."
        if futures >= self.most:
            return f"All {words.count(futures)} futures are done."
        return (
            f"{words.count(futures)} of {words.count(self.most)} futures."
            if futures
            else "The first futures are on their way."
        )

    def _seen(self, text: str, studies: int) -> list[int]:
        """Return the versions that a browser has seen; none where they are another server's, or of other settings."""
        birth, *versions = text.split("-")
        if birth != self.birth or len(versions) != studies or not all(v.isdecimal() and len(v) < 9 for v in versions):
            return [-1] * studies
        return [int(version) for version in versions]

    def download(self, make: Make, end: str, kind: str) -> Callable[[Request], Any]:
        """Return the page that makes a file of the futures that are done."""

        async def page(request: Request) -> Response:
            setting, _ = settings(request.query_params.multi_items(), self.shelf.first)
            read = await self._reads(setting)
            study = self.studies.study(read)
            futures = study.sample.futures
            if make is downloads.scenario_file:
                found = await self._in_turn(self._writes_in_turn, make, read, max(futures, 1), self.seed)
            elif futures == 0:
                return PlainTextResponse("no future of this setting is done; open it on the page first\n", 409)
            else:
                found = await self._in_turn(self._writes_in_turn, make, read, study.sample.results(), self.seed)
            name = f"{downloads.file_name(read)}{end}"
            return Response(found, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})

        return page

    def _controls(self, setting: Setting, given: ReadScenario) -> str:
        fitting = self.shelf.policies(setting.scenario)
        sections: dict[str, dict[str, list[Control]]] = {}
        for control in controls(given.scenario):
            sections.setdefault(control.section, {}).setdefault(control.of, []).append(control)
        return view.TEMPLATES.get_template("controls.html.j2").render(
            setting=setting,
            piles=[name for name in fitting if name not in PILLARS],
            pillars={name: label for name, label in PILLARS.items() if name in fitting},
            sections=sections,
        )

    async def _as_given(self, setting: Setting) -> ReadScenario:
        """Return the scenario under the policies of a setting, before anything is moved."""
        return await self._reads(Setting(setting.scenario, setting.policies))

    async def _reads(self, setting: Setting) -> ReadScenario:
        moved = tuple(sorted(setting.moved.items()))
        found: ReadScenario = await self._in_turn(
            self._reads_in_turn, self._read, setting.scenario, setting.policies, moved
        )
        return found

    def _read_anew(
        self, scenario: str, policies: tuple[str, ...], moved: tuple[tuple[str, float], ...]
    ) -> ReadScenario:
        self._make_room()
        return Setting(scenario, policies, dict(moved)).read(self.shelf)

    async def _in_turn(self, turn: asyncio.Lock, make: Callable[..., Any], *parts: Any) -> Any:
        """Do what takes the processor a while in a thread, one after the other; refuse a long queue."""
        if self._reading >= MOST_READING:
            raise BusyError("too much is asked for at a time; come again in a moment")
        self._reading += 1
        try:
            async with turn:
                return await run_in_threadpool(make, *parts)
        finally:
            self._reading -= 1


def _static(kind: str, *files: Path) -> Callable[[Request], Any]:
    """Return the page of files that a browser needs besides."""
    text = "".join(file.read_text() for file in files)

    async def page(request: Request) -> Response:
        return Response(text, media_type=kind)

    return page


def application(
    shelf: Shelf, *, seed: int, most: int, hands: int, token: str | None, compiled: bool = False
) -> Starlette:
    """Return the pages; with a token, only those who have it are let in."""
    desk = Desk(shelf, seed, most, hands, compiled)

    routes = [
        Route("/", desk.page),
        Route("/controls", desk.moved),
        Route("/look", desk.look),
        Route("/scenario.yaml", desk.download(downloads.scenario_file, ".yaml", "application/yaml")),
        Route("/report.html", desk.download(downloads.report_file, ".html", "text/html")),
        Route("/futures.parquet", desk.download(downloads.parquet_file, ".parquet", "application/vnd.apache.parquet")),
        Route("/futures.csv", desk.download(downloads.csv_file, ".csv", "text/csv")),
        Route("/style.css", _static("text/css", REPORT / "style.css", HERE / "page.css")),
        Route("/charts.js", _static("text/javascript", REPORT / "page.js")),
        Route("/page.js", _static("text/javascript", HERE / "page.js")),
    ]
    return Starlette(
        routes=routes,
        lifespan=desk.open,
        middleware=[Middleware(Guard, token=token)],
        exception_handlers={ScenarioError: _wrong, BusyError: _busy, SimError: _failed},
    )


async def _gone(request: Request) -> None:
    while not await request.is_disconnected():
        await asyncio.sleep(0.1)


def _told(error: Exception) -> str:
    """Say what is wrong, without the names of files, which are nobody's business."""
    if isinstance(error, ScenarioError):
        return " ".join(f"{one.field}: found {one.found}; {one.allowed}." for one in error.problems[:4])
    return str(error)


async def _wrong(request: Request, error: Exception) -> Response:
    return JSONResponse({"trouble": _told(error)}, 422)


async def _busy(request: Request, error: Exception) -> Response:
    return JSONResponse({"trouble": str(error)}, 503, headers={"retry-after": "2"})


async def _failed(request: Request, error: Exception) -> Response:
    return JSONResponse({"trouble": str(error)}, 500)
