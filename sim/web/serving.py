"""Serves the pages at an address until it is told to stop."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from importlib.util import find_spec

import uvicorn

from sim.errors import OptionError
from sim.running.workers import WORTH_A_PROCESS, workers_for
from sim.web.app import application
from sim.web.guard import MOST_REQUESTS, TOKEN, is_loopback
from sim.web.shelf import Shelf

FEWEST_HANDS = 2
"""One of them is left for who comes new while the other refines."""
SHORTEST_TOKEN = 16


def serve_page(
    scenario: str | None,
    *,
    host: str,
    port: int,
    most: int,
    seed: int,
    hands: int | None,
    token: str | None,
    say: Callable[[str], None],
    compiled: bool = False,
) -> None:
    """Serve the page until interrupted; say where it is.

    Where `compiled`, days are, if numba is there.

    Raises `ScenarioError` where the scenario is wrong, `OptionError` where the token is short or the address taken.
    """
    shelf = Shelf(scenario)
    shelf.read(shelf.first)
    open_to_others = not is_loopback(host)
    if token is not None and len(token) < SHORTEST_TOKEN:
        raise OptionError(f"--token has {len(token)} characters; at least {SHORTEST_TOKEN}, hard to guess, are needed")
    if open_to_others or token is not None:
        token = token or secrets.token_urlsafe(24)
    listening = _listening(host, port)
    workers = hands or max(FEWEST_HANDS, workers_for(FEWEST_HANDS * 32 * WORTH_A_PROCESS))
    fast = compiled and _compile(say)
    link = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}/"
    say(f"The what-if page is at {link}{f'?{TOKEN}={token}' if token else ''} (Ctrl-C ends it).")
    if open_to_others:
        say("Whoever has this link can use the page. It is not encrypted: put it behind a proxy that is.")
    app = application(shelf, seed=seed, most=most, hands=workers, token=token, compiled=fast)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=4 * MOST_REQUESTS,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=1,
        h11_max_incomplete_event_size=32_768,
    )
    with listening:
        uvicorn.Server(config).run(sockets=[listening])


def _compile(say: Callable[[str], None]) -> bool:
    """Compile the days, and say whether they are; without numba nothing is said."""
    if find_spec("numba") is None:
        return False
    try:
        from sim.compiled.ahead import compile_once

        compile_once(say)
    except (ImportError, OSError) as error:  # a numba that does not know this numpy, or no folder to keep them in
        say(f"The days of the model are not compiled, so the page is slower: {error}")
        return False
    return True


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket at an address, before anything else is begun."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind)
        try:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind(address)
            found.listen()  # who comes before all is ready waits, and is not refused
        except OSError:
            found.close()
            raise
    except OSError as error:
        raise OptionError(
            f"{host}:{port} is no address that is free here ({error.strerror}); see --host, --port"
        ) from error
    return found
