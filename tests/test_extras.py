"""What is not installed is said in one sentence, with the line that installs it, and nothing is written."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest
from command_line import SHORT, sim

from sim import read
from sim.errors import OptionError

EXTRAS = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"][
    "optional-dependencies"
]
FIGURE = "facilities.reserve.jp.stocks.dy_oxide.opening=0:40"
OUT = ("--out", "new")
VERBS = {
    "cluster": ("distributed", ("run", str(SHORT), "-n", "2", "--cluster", "tcp://127.0.0.1:1", *OUT)),
    "web": ("uvicorn", ("serve",)),
    "optimize": (
        "optuna",
        ("optimize", str(SHORT), "--vary", FIGURE, "--target", "P(jp.ev/shortage_days <= 9) >= 0.5", *OUT),
    ),
    "discover": ("sklearn", ("discover", str(SHORT), "--fails", "jp.ev/shortage_days > 9", *OUT)),
    "sensitivity": ("SALib", ("sensitivity", str(SHORT), *OUT)),
    "plot": ("matplotlib", ("plot", "run", "--kind", "fan", "--out", "new.svg")),
}
ASKED = r"(sim|--)?[ \w]+ needs [\w -]+, which is not installed: pip install 'rare-earth-sim\[(\w+)\]'"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished run."""
    here = tmp_path_factory.mktemp("extras")
    assert sim("run", str(SHORT), "-n", "1", "--no-twin", "-q", "--out", "run", cwd=here).returncode == 0
    return here


def _uninstall(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a package, and what was made with it, be as if it were not there."""
    for name in [name for name in sys.modules if name.partition(".")[0] == package or name.startswith("sim.web")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)


@pytest.mark.parametrize("extra", VERBS)
def test_a_verb_says_what_it_lacks(extra: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line on stderr that names an extra there is, exit code 2, and no folder left behind."""
    package, words = VERBS[extra]
    _uninstall(package, monkeypatch)
    done = sim(*words, cwd=place)

    said = re.fullmatch(ASKED, done.stderr.strip())
    assert (done.returncode, done.stdout) == (2, "")
    assert said is not None, done.stderr
    assert said[2] == extra in EXTRAS
    assert [path.name for path in place.iterdir()] == ["run"]


@pytest.mark.parametrize("library", ["pandas", "xarray"])
def test_a_frame_says_what_it_lacks(library: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In Python the same sentence comes as an error."""
    results = read(place / "run")
    _uninstall(library, monkeypatch)

    with pytest.raises(OptionError, match=ASKED):
        getattr(results, f"to_{library}")()
    assert any(one.startswith(library) for one in EXTRAS["analysis"])
