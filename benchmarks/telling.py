"""What benchmarks share: time, memory, a table and a line of JSON."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence

Row = Mapping[str, str | int | float]


def seconds(job: Callable[[], object], repeats: int = 1) -> float:
    """Return the least time that a job took, s of the wall: what else the machine does only adds."""
    found = []
    for _ in range(repeats):
        begun = time.perf_counter()
        job()
        found.append(time.perf_counter() - begun)
    return min(found)


def child(*words: str, folder: str | None = None) -> tuple[float, float]:
    """Run Python with these words; return how long it took, s, and the most memory it had, MiB."""
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, *words], cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"python {' '.join(words)} ended with {process.returncode}")
    return time.perf_counter() - begun, usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Return the slope of log cost over log size, by least squares: cost grows as size to this power."""
    xs, ys = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


def tell(what: str, rows: Sequence[Row], **besides: object) -> None:
    """Print rows as a table, and all as a line of JSON."""
    print(what)
    names = list(rows[0])
    cells = [names, *([_shown(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[n]) for line in cells) for n in range(len(names))]
    for line in cells:
        print("  " + "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))
    for name, value in besides.items():
        print(f"  {name.replace('_', ' ')}: {_shown(value) if isinstance(value, int | float) else value}")
    print(json.dumps({"what": what, "rows": [dict(row) for row in rows], **besides}), flush=True)


def _shown(value: object) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
