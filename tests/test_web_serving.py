"""The what-if page as it is served: bursts, processes that die, and the end of it all."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pyarrow.parquet as pq
import pytest
from conftest import NO_NUMBA
from numpy.testing import assert_allclose
from test_web_pages import OWN, SIX_NODE

PATIENCE_S = 60


@contextmanager
def serving(
    own: Path, port: int = 0, futures: int = 96, workers: int = 2, how: str = "--exact"
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve the page as a planner does, and give its address; it is interrupted in the end, and must go."""
    command = [sys.executable, "-m", "sim", "serve", str(own), how, "--port", str(port)]
    command += ["-n", str(futures), "--workers", str(workers)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        found = next(filter(None, (re.search(r"http://\S+", line) for line in process.stdout)), None)
        assert found is not None, process.stderr.read()
        yield process, found[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=PATIENCE_S)
        process.stdout.close()
        process.stderr.close()


def small(folder: Path) -> Path:
    """Write a scenario file of our own that runs in a second."""
    for name in ("six_node.yaml", "sources.yaml"):
        (folder / name).write_text((SIX_NODE.parent / name).read_text())
    (folder / "own.yaml").write_text(OWN)
    return folder / "own.yaml"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a scenario file of our own that runs in a second."""
    return small(tmp_path_factory.mktemp("own"))


def asked(address: str) -> tuple[int, dict[str, Any]]:
    """Ask for an address; return the status and the answer."""
    try:
        with urlopen(address, timeout=PATIENCE_S) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            text = error.read().decode()
            return error.code, json.loads(text) if text.startswith("{") else {"trouble": text}


def finished(address: str, link: str = "") -> dict[str, Any]:
    """Look at a setting until all its futures are done."""
    end, seen = time.monotonic() + PATIENCE_S, ""
    while time.monotonic() < end:
        status, found = asked(f"{address}look?{link}&seen={seen}")
        assert status == 200, found
        if found["done"]:
            return found
        seen = found["seen"]
    pytest.fail("no end")


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that run futures."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(one) for one in found if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]


@pytest.mark.slow
def test_a_burst_takes_nothing_down(own: Path) -> None:
    """Of 150 settings asked for at once some are answered, the others told to come again; then all is as before."""
    with serving(own) as (process, address), ThreadPoolExecutor(75) as crowd:
        links = [f"{address}look?oxide-ban.duration={days}" for days in range(150)]
        answers = list(crowd.map(asked, links))

        assert {status for status, _ in answers} <= {200, 503}
        assert all("come again" in answer["trouble"] for status, answer in answers if status == 503)
        assert any(status == 503 for status, _ in answers)
        assert finished(address, "oxide-ban.duration=33")["futures"] == 96
        assert process.poll() is None


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_a_process_that_dies_is_replaced(own: Path) -> None:
    """Killed in the middle of its work, a process costs the page no answer."""
    with serving(own, futures=2_000, workers=1) as (server, address):
        asked(f"{address}look?oxide-ban.leak=0.4")
        (victim,) = children(server.pid)
        os.kill(victim, signal.SIGKILL)
        time.sleep(0.5)
        assert finished(address, "oxide-ban.leak=0.4")["futures"] == 2_000
        assert children(server.pid) != [victim]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_nothing_is_left_of_a_server_that_was_killed(own: Path) -> None:
    """Even one that could not clean up after itself leaves no process behind, and its address can be taken again."""
    with serving(own, futures=2_000) as (server, address):
        asked(f"{address}look?oxide-ban.leak=0.4")
        left = children(server.pid)
        server.kill()
        server.wait()
        end = time.monotonic() + PATIENCE_S
        while any(_runs(one) for one in left):
            assert time.monotonic() < end
            time.sleep(0.1)
        with socket.socket() as again:
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            again.bind(("127.0.0.1", int(address.rstrip("/").rpartition(":")[2])))
        assert len(left) == 2


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("after_s", [0.0, 0.3])
def test_an_end_in_the_middle_of_work_is_quiet(own: Path, end: signal.Signals, after_s: float) -> None:
    """Whoever ends the server while futures run reads of no error: neither its processes' nor its own."""
    with serving(own, futures=2_000) as (server, address):
        asked(f"{address}look?oxide-ban.leak=0.4")
        time.sleep(after_s)
        server.send_signal(end)
        assert server.stderr is not None
        assert "Traceback" not in server.stderr.read()


def _runs(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.slow
def test_compiled_days_are_the_engines_on_the_page(own: Path) -> None:
    """With compiled days the page hands out the futures of the engine, to 1e-9; 200 of them come first."""
    if find_spec("numba") is None:
        pytest.skip(NO_NUMBA)
    tables = []
    for how in ("--exact", "--compiled"):
        with serving(own, futures=220, how=how) as (_, address):
            assert finished(address)["futures"] == 220
            with urlopen(f"{address}futures.parquet") as answer:
                tables.append(pq.read_table(BytesIO(answer.read())))
    assert tables[0].column_names == tables[1].column_names
    for exact, compiled in zip(*tables, strict=True):
        assert_allclose(exact.to_numpy(), compiled.to_numpy(), rtol=1e-9, atol=1e-9)
