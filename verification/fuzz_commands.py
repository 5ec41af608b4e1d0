"""Start whole processes of the command line with what no one would type: `python -m verification.fuzz_commands 100`.

Each ends with 0, 1, 2 or 130, within a minute and a gigabyte or two of addresses, and never with a traceback.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from verification.trials import SIX_NODE, TESTS

VERBS = {
    "run": ["-n", "--seed", "--policy", "--out", "--precision", "--sampling", "--resume", "--json", "--keep-days"],
    "check": ["--policy", "--json", "--deep"],
    "compare": ["--policy", "-n", "--out", "--objective"],
    "sweep": ["--vary", "-n", "--out", "--policy"],
    "optimize": ["--target", "--vary", "-n", "--out"],
    "discover": ["--fails", "-n", "--out"],
    "sensitivity": ["--metric", "-n", "--out"],
    "regret": ["--scenario", "--policy", "-n", "--out"],
    "vulnerabilities": ["--days", "-n", "--out"],
    "backtest": ["-n", "--out"],
    "trace": ["--replication", "--out", "--policy"],
    "plot": ["--kind", "--of", "--out"],
    "report": ["--out"],
    "list": ["--json"],
    "new": ["--extends", "--out"],
    "schema": [],
    "nonsense": ["--nonsense"],
}
"""Verb -> options worth a try; `serve` does not end by itself."""
ALONE = {"list", "schema"}
TAME = ["4", "2", "none", "jp.ev", "all/output_lost_usd", "jp.ev/shortage_days > 1", "out.svg", "plain"]
CODES = {0, 1, 2, 130}
PATIENCE_S = 60
ADDRESSES = 4 * 1024**3
"""Bytes; libraries map much more than they use."""


def words(luck: random.Random, place: Path) -> list[str]:
    """Return what to type: a verb, a file or two, some options with values that need not suit them."""
    nasty = sorted(str(path) for path in (TESTS / "nasty").rglob("*") if path.is_file())
    expressions = [path.read_bytes().decode("utf-8", "replace") for path in (TESTS / "nasty" / "path").iterdir()]
    values = ["4", "-1", "0", "nan", "1e999", "none", "x", "", "/", ".", "..", "/dev/null", "/dev/full", "a" * 300]
    values += [str(place), str(place / "new"), str(place / "run"), str(SIX_NODE), "sobol", "worst", "jp.ev", "svg"]
    values += [text.replace("\0", "?") for text in expressions]
    files = [str(SIX_NODE)] * 4 + [str(place / "run")] * 2 + nasty + values
    verb = luck.choice(list(VERBS))
    tame = luck.random() < 0.5  # else next to nothing gets past the first look at it
    if tame:
        files, values = [str(SIX_NODE), str(SIX_NODE), str(place / "run")], [*TAME, str(place / "new")]
    typed = [verb, *luck.choices(files, k=0 if verb in ALONE and tame else luck.choice([0, 1, 1, 1, 1, 2]))]
    for option in luck.sample(VERBS[verb], min(len(VERBS[verb]), luck.randrange(4))):
        typed += [option, luck.choice(values)] if luck.random() < 0.9 else [option]
    if "-n" in VERBS[verb] and "-n" not in typed:
        typed += ["-n", "4"]
    return typed


def ended(typed: list[str], place: Path) -> subprocess.CompletedProcess[bytes]:
    """Return how the command line ended."""
    return subprocess.run(
        [sys.executable, "-m", "sim", *typed],
        cwd=place,
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES)),
    )


def main() -> int:
    """Type as often as is asked for; print what ended as it must not, and how the others did."""
    times, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    luck, codes, wrong = random.Random(seed), Counter[int](), 0
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        ended(["run", str(SIX_NODE), "-n", "2", "--out", str(place / "run"), "-q"], place)
        for _ in range(times):
            typed = words(luck, place)
            try:
                done = ended(typed, place)
            except subprocess.TimeoutExpired:
                print(f"no end within {PATIENCE_S} s: {typed}", flush=True)
                wrong += 1
                continue
            codes[done.returncode] += 1
            if done.returncode not in CODES or b"Traceback" in done.stderr:
                print(done.returncode, typed, done.stderr.decode("utf-8", "replace")[-300:], flush=True)
                wrong += 1
    print(f"{times} processes, {wrong} wrong; exit codes {dict(sorted(codes.items()))}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
