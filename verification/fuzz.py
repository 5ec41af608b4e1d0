"""Feed the readers what no one would write: `python -m verification.fuzz TRIAL [libFuzzer options]`.

Coverage-guided, by atheris (`pip install 'rare-earth-sim[fuzz]'`), which sees every branch of `sim`. Trials are
those of `verification.trials`. Whatever comes in, it is read or refused by an error of the program's own, within two
seconds and a gigabyte. Each way to break that is told once, and its input is left in `fuzz-found`; it then belongs into
tests/nasty/TRIAL/. Options are libFuzzer's, such as -runs=100000 or -max_total_time=600.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1] / "tests"
FOUND = Path("fuzz-found")
SECONDS, MEGABYTES = 2, 1024


def main() -> None:
    """Feed one of the trials until the options say stop, or until it hangs or takes too much memory."""
    import atheris

    name = sys.argv[1]
    with atheris.instrument_imports(include=["sim"]):
        from verification.trials import TRIALS

        trial = TRIALS[name]
        for first in range(8):  # what is read or made once is not what is looked for
            trial(bytes([first]))
    corpus = [str(folder) for folder in [TESTS / "nasty" / name] if folder.is_dir()]
    FOUND.mkdir(exist_ok=True)
    limits = [f"-timeout={SECONDS}", f"-rss_limit_mb={MEGABYTES}", f"-artifact_prefix={FOUND}/{name}-"]
    limits += ["-len_control=0", f"-max_len={4096 if name == 'yaml' else 512}"]
    kept = tempfile.mkdtemp(prefix="sim-fuzz-")
    atheris.Setup([sys.argv[0], *limits, *sys.argv[2:], kept, *corpus], Minded(name, trial))
    atheris.Fuzz()


class Minded:
    """A trial that goes on after it was broken, and tells each way to break it once."""

    def __init__(self, name: str, trial: Callable[[bytes], object]) -> None:
        self._name, self._trial = name, trial
        self._known = set[str]()

    def __call__(self, content: bytes) -> None:
        """Try an input."""
        try:
            self._trial(content)
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{type(error).__name__} {last.filename}:{last.lineno}"
            if where not in self._known:
                self._known.add(where)
                path = FOUND / f"{self._name}-{hashlib.blake2b(where.encode(), digest_size=4).hexdigest()}"
                path.write_bytes(content)
                print(f"BROKEN {path}: {error!r}"[:400], *traceback.format_tb(error.__traceback__)[-3:], flush=True)


if __name__ == "__main__":
    main()
