"""How long the what-if page takes from a moved slider to its pictures, on export_ban.

    python benchmarks/what_if_page.py [SETTINGS] [--exact] [--workers 2]

Wall time is what a planner waits; processor time is that of the server and its processes together. A setting is one
that nobody has asked for before. Days are compiled where numba is there, and 200 futures are the first; `--exact` has
the engine's, and 32.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

from telling import tell


def main() -> None:
    """Serve the page, move its sliders, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("settings", type=int, nargs="?", default=20)
    parser.add_argument("--exact", action="store_true")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    first = 32 if given.exact or find_spec("numba") is None else 200
    command = [sys.executable, "-m", "sim", "serve", "export_ban", "--port", "0", "--workers", str(given.workers)]
    command += ["--exact"] * given.exact
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        found = next(filter(None, (re.search(r"http://\S+", line) for line in server.stdout)))
        chance = random.Random(1)
        took = []
        try:
            look(found[0], "", server.pid, first)
            for _ in range(given.settings):
                link = f"china_ban.duration={chance.randint(30, 700)}&china_ban.leak={chance.randint(1, 300) / 1000}"
                took.append(look(found[0], link, server.pid, first))
        finally:
            server.terminate()
    futures = f"{first} futures"
    names = ("first pictures, wall", "first pictures, processor", f"{futures}, wall", f"{futures}, processor")
    rows = []
    for name, sample in zip(names, zip(*took, strict=True), strict=True):
        ordered = sorted(sample)
        middle, p95 = ordered[len(ordered) // 2], ordered[-(-95 * len(ordered) // 100) - 1]
        rows.append({"until": name, "median_s": middle, "p95_s": p95, "least_s": ordered[0]})
    tell(f"the what-if page, {given.settings} settings of export_ban, {given.workers} processes", rows)


def look(address: str, link: str, pid: int, first: int) -> tuple[float, float, float, float]:
    """Ask until the first futures are there; return wall and processor seconds to the first pictures and to these."""
    begun, spent, seen, pictures = time.perf_counter(), processor_s(pid), "", None
    while True:
        with urlopen(f"{address}look?scenario=export_ban&{link}&seen={seen}") as answer:
            news = json.load(answer)
        seen, now = news["seen"], (time.perf_counter() - begun, processor_s(pid) - spent)
        pictures = pictures or (now if news["parts"] else None)
        if news["futures"] >= first:
            assert pictures is not None
            return *pictures, *now


def processor_s(pid: int) -> float:
    """Return the processor time of a process and those it has started, s (Linux)."""
    proc = Path("/proc")
    children = (proc / f"{pid}/task/{pid}/children").read_text().split()
    stats = [(proc / f"{one}/stat").read_text().rpartition(")")[2].split() for one in (pid, *children)]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / 100


if __name__ == "__main__":
    main()
