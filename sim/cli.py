"""The command line: one verb per question a planner asks, each in a module of sim.verbs.

Nothing heavy is imported before a verb needs it, so that `sim --help` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any, NoReturn

import typer

from sim.errors import ExtensionError, OptionError, ResultsError, ScenarioError, SimError
from sim.verbs.backtest import backtest
from sim.verbs.check import check
from sim.verbs.compare import compare
from sim.verbs.discover import discover
from sim.verbs.listing import listing
from sim.verbs.new import new
from sim.verbs.optimize import optimize
from sim.verbs.plot import plot
from sim.verbs.regret import regret
from sim.verbs.report import report
from sim.verbs.run import run
from sim.verbs.schema import schema
from sim.verbs.sensitivity import sensitivity
from sim.verbs.serve import serve
from sim.verbs.sweep import sweep
from sim.verbs.trace import trace
from sim.verbs.vulnerabilities import vulnerabilities

STOPPED = "sim: interrupted; no results were written"
DONE, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130

app = typer.Typer(
    name="sim",
    help="Simulate rare-earth supply disruptions, and the stockpiles that answer them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command(epilog="Example: sim run export_ban -n 1000 --policy joint_pooled")(run)
app.command(epilog="Example: sim compare export_ban --policy none --policy national_jp --policy joint_pooled")(compare)
app.command(epilog="Example: sim sweep export_ban --vary disruptions.china_ban.duration=90:360:90")(sweep)
app.command(
    epilog="Example: sim optimize export_ban --policy joint_pooled --target 'P(us.ev/line_stop_day > 1095) >= 0.95' "
    "--vary facilities.us_jp_magnet_pool.stocks.magnet_high_temperature.opening=0:9000"
)(optimize)
app.command(epilog="Example: sim sensitivity export_ban --metric all/output_lost_usd")(sensitivity)
app.command(epilog="Example: sim discover export_ban --policy joint_pooled --fails 'us.ev/shortage_days > 365'")(
    discover
)
app.command(
    epilog="Example: sim regret --scenario export_ban --scenario licensing_2025 --policy none --policy projects"
)(regret)
app.command(epilog="Example: sim vulnerabilities baseline --days 180")(vulnerabilities)
app.command(epilog="Example: sim backtest embargo_2010")(backtest)
app.command(epilog="Example: sim check export_ban --policy joint_pooled")(check)
app.command(epilog="Example: sim serve export_ban")(serve)
app.command("list", epilog="Example: sim list")(listing)
app.command(epilog="Example: sim new my_ban --extends export_ban")(new)
app.command(epilog="Example: sim trace export_ban --replication worst --policy joint_pooled --out worst.svg")(trace)
app.command(epilog="Example: sim plot results/export_ban --kind fan --of region:jp --out japan.svg")(plot)
app.command(epilog="Example: sim report results/export_ban --out ban.html")(report)
app.command(epilog="Example: sim schema > scenario.schema.json")(schema)


def _say_version(asked: bool) -> None:
    if asked:
        from sim import __version__

        typer.echo(f"sim {__version__}")
        raise typer.Exit


@app.callback()
def _sim(
    version: Annotated[
        bool, typer.Option("--version", help="Say the version and exit.", callback=_say_version, is_eager=True)
    ] = False,
) -> None:
    """Simulate rare-earth supply disruptions, and the stockpiles that answer them."""


def main() -> NoReturn:
    """Run the command line; exit with 0 done, 1 failed, 2 the input is wrong, 130 interrupted."""
    sys.exit(_guarded(lambda: app(standalone_mode=False, prog_name="sim")))


def _guarded(call: Callable[[], Any]) -> int:
    try:
        result = call()
        sys.stdout.flush()
    except (ScenarioError, ResultsError, OptionError, ExtensionError) as error:
        typer.echo(str(error), err=True)
        return WRONG_INPUT
    except SimError as error:
        typer.echo(f"sim: {error}", err=True)
        return FAILED
    except (KeyboardInterrupt, typer.Abort):
        typer.echo(STOPPED, err=True)
        return INTERRUPTED
    except OSError as error:  # stdout on a full disk, or read by nobody any more
        _let_go_of_stdout()
        typer.echo(f"sim: {error}", err=True)
        return FAILED
    except Exception as error:
        if _lacks_memory(error):
            typer.echo(f"sim: out of memory ({error}); fewer --workers need less", err=True)
            return FAILED
        show, code = getattr(error, "show", None), getattr(error, "exit_code", None)
        if show is None or code is None:
            raise
        show()
        return int(code)
    if result == INTERRUPTED:
        typer.echo(STOPPED, err=True)
    return result if isinstance(result, int) else DONE


def _lacks_memory(error: BaseException | None) -> bool:
    """Tell whether an error came of a want of memory; numpy's writer makes a ValueError of it."""
    return error is not None and (isinstance(error, MemoryError) or _lacks_memory(error.__context__))


def _let_go_of_stdout() -> None:
    """Have what is still to be printed go nowhere, or Python fails once more as it ends."""
    with suppress(OSError, ValueError):  # no file of the system's
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
