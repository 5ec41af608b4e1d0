"""Start whole processes of the command line with what no one would type: `python -m verification.fuzz_commands 1000`.

Each ends with 0, 1, 2 or 130, within a minute and a gigabyte, and never with a traceback. Words are those of a command
that works, of which none, some or all are spoilt. Nine of ten processes are born with everything imported, as start-up
is what costs; the tenth is Python's own from the first byte.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from multiprocessing import get_context
from pathlib import Path

from sim import cli
from verification.trials import IDLE, SIX_NODE, TESTS

OPENING = "facilities.reserve.jp.stocks.dy_oxide.opening"
SHORT, POLICY = str(SIX_NODE), str(IDLE)
OTHER = str(SIX_NODE.with_name("two_closures.yaml"))
VERBS: dict[str, list[list[str]]] = {
    "run": [
        [SHORT], ["-n", "4"], ["--seed", "3"], ["--policy", POLICY], ["--out", "NEW"], ["--no-twin"], ["--resume"],
        ["--json"], ["--keep-days"], ["--precision", "0.5"], ["--sampling", "antithetic"], ["-q"], ["-v"],
    ],
    "check": [[SHORT], ["--policy", POLICY], ["--deep"]],
    "compare": [
        [SHORT, "--policy", "none", "--policy", POLICY], ["-n", "4"], ["--out", "NEW"], ["--json"], ["--limit", "3"],
        ["--objective", "jp.ev/shortage_days"], ["--indifference", "0.1"], ["-q"],
    ],
    "sweep": [[SHORT, "--vary", f"{OPENING}=0:20:10"], ["-n", "4"], ["--out", "NEW"], ["--json"], ["--no-twin"]],
    "discover": [[SHORT, "--fails", "jp.ev/shortage_days > 20"], ["-n", "60"], ["--out", "NEW"], ["--json"], ["-q"]],
    "regret": [
        ["--scenario", SHORT, "--scenario", OTHER, "--policy", "none", "--policy", POLICY], ["-n", "4"],
        ["--out", "NEW"],
    ],
    "vulnerabilities": [[SHORT], ["--days", "30"], ["-n", "2"], ["--out", "NEW"], ["--start", "9"], ["--lanes"]],
    "trace": [[SHORT], ["-r", "2"], ["-n", "4"], ["--table"], ["--by", "jp.ev/unmet_t"], ["--out", "NEW.svg"]],
    "plot": [["RUN", "--kind", "fan", "--out", "NEW.svg"], ["--of", "jp.ev"], ["-q"]],
    "report": [["RUN"], ["--out", "NEW.html"], ["-q"]],
    "list": [[]],
    "new": [["mine"], ["--extends", "export_ban"], ["--out", "NEW.yaml"]],
    "schema": [[]],
    "backtest": [["gallium_2023"], ["-n", "2"], ["--out", "NEW"], ["-q"]],
    "nonsense": [["--nonsense"]],
}  # fmt: skip
"""Verb -> words that work, in pieces; `serve` does not end by itself, `optimize` and `sensitivity` take minutes."""
FEW = ["-n", "4"]
CODES = {0, 1, 2, 130}
PATIENCE_S, MEGABYTES, ADDRESSES = 60, 1024, 8 * 1024**3
"""Bytes of addresses, that is; libraries map much more than they use."""
WARM = (
    "sim.rebuilding",
    "sim.plotting",
    "sim.library.studies",
    "sim.library.runs",
    "sim.testing.check",
    "sim.scaffold",
)
TENTH = 10


def words(luck: random.Random, place: Path) -> list[str]:
    """Return what to type: the words of a verb, some of them left out, doubled, shuffled or something else."""
    verb = luck.choice(list(VERBS))
    pieces = [piece for n, piece in enumerate(VERBS[verb]) if n == 0 or luck.random() < 0.6]
    if FEW in VERBS[verb] and FEW not in pieces:
        pieces.append(FEW)
    typed = [word for piece in pieces for word in piece]
    for _ in range(luck.choice([0, 0, 0, 1, 1, 2, 5])):
        _spoil(typed, luck, place)
    if luck.random() < 0.05:
        luck.shuffle(typed)
    named = {"NEW": f"{verb}{luck.randrange(3)}", "RUN": "run"}
    for key, name in named.items():
        typed = [word.replace(key, str(place / name)) if word.startswith(key) else word for word in typed]
    return [verb, *(word.replace("\0", "?") for word in typed)]


def _spoil(typed: list[str], luck: random.Random, place: Path) -> None:
    at = luck.randrange(len(typed) + 1)
    kind = luck.random()
    if kind < 0.6:
        typed[at : at + 1] = [luck.choice(_odd(place))]
    elif kind < 0.8:
        del typed[at : at + 1]
    else:
        typed.insert(at, luck.choice(_odd(place)))


def _odd(place: Path) -> list[str]:
    """Return what a word may be in place of a good one."""
    values = ["-1", "0", "1", "nan", "1e999", "none", "x", "", "/", ".", "..", "/dev/null", "/dev/full", "a" * 300]
    values += ["sobol", "worst", "svg", "--", "--out", "--json", "-n", "--policy", "--nonsense", "all/welfare_lost_usd"]
    values += [
        str(place),
        "RUN",
        "RUN/summary.json",
        "NEW",
        SHORT,
        "export_ban",
        f"{OPENING}=1",
        "jp.ev/shortage_days > 1",
    ]
    nasty = [path for path in sorted((TESTS / "nasty").rglob("*")) if path.is_file()]
    expressions = [path.read_bytes().decode("utf-8", "replace") for path in nasty if path.parent.name == "path"]
    return values + expressions + [str(path) for path in nasty if path.parent.name in ("yaml", "results")]


def live(typed: list[str], place: Path) -> None:
    """Be the command line; leave what was said, and what it took, in files."""
    os.chdir(place)
    with (place / "said.txt").open("w") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    sys.argv = ["sim", *typed]
    try:
        cli.main()
    finally:
        used = resource.getrusage(resource.RUSAGE_SELF)
        (place / "used.txt").write_text(f"{used.ru_maxrss / 1024:.0f} {used.ru_utime + used.ru_stime:.1f}")


def ended(typed: list[str], place: Path, *, whole: bool) -> tuple[int | None, str]:
    """Return how the command line ended, None where it did not, and what it said."""
    if whole:
        try:
            command = [sys.executable, "-m", "sim", *typed]
            done = subprocess.run(command, cwd=place, capture_output=True, timeout=PATIENCE_S, check=False)
        except subprocess.TimeoutExpired:
            return None, ""
        return done.returncode, done.stderr.decode("utf-8", "replace")
    process = get_context("forkserver").Process(target=live, args=(typed, place))
    process.start()
    process.join(PATIENCE_S)
    if process.exitcode is None:
        process.kill()
    return process.exitcode, (place / "said.txt").read_text(errors="replace")


def main() -> int:
    """Type as often as is asked for; print what ended as it must not, and how the others did."""
    times, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    luck, codes, verbs, wrong, most = random.Random(seed), Counter[int | None](), Counter[str](), 0, (0.0, 0.0)
    get_context("forkserver").set_forkserver_preload(["verification.trials", *WARM])
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        ended(["run", SHORT, "-n", "2", "--out", str(place / "run"), "-q"], place, whole=False)
        for n in range(times):
            typed = words(luck, place)
            code, said = ended(typed, place, whole=n % TENTH == 0)
            codes[code] += 1
            verbs[typed[0]] += code == 0
            megabytes, seconds = map(float, (place / "used.txt").read_text().split())
            most = max(most[0], megabytes), max(most[1], seconds)
            if code not in CODES or "Traceback" in said or megabytes > MEGABYTES:
                print(code, f"{megabytes} MB", typed, said[-600:], flush=True)
                wrong += 1
    print(f"{times} processes, {wrong} wrong; exit codes {dict(codes)}; done: {dict(verbs)}")
    print(f"At most {most[0]:.0f} MB and {most[1]:.1f} s of a processor, of those born with everything imported.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
