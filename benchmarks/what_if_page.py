"""How long the what-if page takes from a moved slider to its pictures, on export_ban.

    python benchmarks/what_if_page.py [SETTINGS]

Wall time is what a planner waits; processor time, of the server and its one process together, is what that would be on
a machine that does nothing else. A setting is one that nobody has asked for before.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

FIRST = 32


def main(settings: int) -> None:
    """Serve the page with one process, move its sliders, and print what it took."""
    command = [sys.executable, "-m", "sim", "serve", "export_ban", "--port", "0", "--workers", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found is not None
        chance = random.Random(1)
        took = []
        try:
            look(found[0], "", server.pid)
            for _ in range(settings):
                link = f"china_ban.duration={chance.randint(30, 700)}&china_ban.leak={chance.randint(1, 300) / 1000}"
                took.append(look(found[0], link, server.pid))
        finally:
            server.terminate()
    names = ("first pictures, wall", "first pictures, processor", "32 futures, wall", "32 futures, processor")
    for name, sample in zip(names, zip(*took, strict=True), strict=True):
        ordered = sorted(sample)
        print(
            f"{name}: median {ordered[len(ordered) // 2]:.2f} s, p95 {ordered[-(-95 * len(ordered) // 100) - 1]:.2f} s"
        )


def look(address: str, link: str, pid: int) -> tuple[float, float, float, float]:
    """Ask until 32 futures are there; return wall and processor seconds to the first pictures and to these."""
    begun, spent, seen, first = time.perf_counter(), processor_s(pid), "", None
    while True:
        with urlopen(f"{address}look?scenario=export_ban&{link}&seen={seen}") as answer:
            news = json.load(answer)
        seen, now = news["seen"], (time.perf_counter() - begun, processor_s(pid) - spent)
        first = first or (now if news["parts"] else None)
        if news["futures"] >= FIRST:
            assert first is not None
            return *first, *now


def processor_s(pid: int) -> float:
    """Return the processor time of a process and those it has started, s (Linux)."""
    proc = Path("/proc")
    children = (proc / f"{pid}/task/{pid}/children").read_text().split()
    stats = [(proc / f"{one}/stat").read_text().rpartition(")")[2].split() for one in (pid, *children)]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / 100


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
