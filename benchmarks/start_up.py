"""How long it takes to begin: `sim --help` and a run of one future, beside a bare `import numpy`.

    python benchmarks/start_up.py [--scenario export_ban] [--repeats 7] [--quick]

Each is a process of its own, and the least of some repeats, taken in turn.
"""

from __future__ import annotations

import argparse
import tempfile

from telling import child, tell


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="export_ban")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="each twice")
    given = parser.parse_args()
    one = ("-m", "sim", "run", given.scenario, "-n", "1", "--no-twin", "--workers", "1", "-q", "--out", "out")
    jobs = {
        "python -c pass": ("-c", "pass"),
        "import numpy": ("-c", "import numpy"),
        "import scipy.sparse, scipy.special, pyarrow.parquet, pydantic": (
            "-c",
            "import scipy.sparse, scipy.special, pyarrow.parquet, pydantic",
        ),
        "sim --help": ("-m", "sim", "--help"),
        "sim check": ("-m", "sim", "check", given.scenario),
        "sim run -n 1": one,
    }
    found: dict[str, list[float]] = {name: [] for name in jobs}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(2 if given.quick else given.repeats):
            for name, words in jobs.items():
                found[name].append(child(*words, folder=folder)[0])
    least = {name: min(times) for name, times in found.items()}
    base = least["import numpy"]
    rows = [{"what": name, "seconds": time, "times_import_numpy": time / base} for name, time in least.items()]
    tell(f"start-up, {given.scenario}", rows)


if __name__ == "__main__":
    main()
