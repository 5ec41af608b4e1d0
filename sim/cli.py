"""The command line: one verb per question a planner asks.

Nothing heavy is imported before a verb needs it, so that `sim --help` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from sim.errors import ResultsError, ScenarioError, SimError
from sim.options import (
    FuturesOption,
    NoTwinOption,
    OutOption,
    PolicyOption,
    PrecisionOption,
    QuietOption,
    ScenarioArgument,
    SeedOption,
    VerboseOption,
    WorkersOption,
)
from sim.terminal import command_line, progress_of, say_overrides, tell

if TYPE_CHECKING:
    from sim.spec.reading import ReadScenario

STOPPED = "sim: interrupted; no results were written"
DONE, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130

app = typer.Typer(
    name="sim",
    help="Simulate rare-earth supply disruptions, and the stockpiles that answer them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command(epilog="Example: sim run export_ban -n 1000 --policy joint_pooled")
def run(
    scenario: ScenarioArgument,
    n: Annotated[
        int | None,
        typer.Option(
            "-n",
            "--max-n",
            min=1,
            max=1_000_000,
            help="Futures, 1000 unless told; with --precision at most so many, 16384 unless told.",
        ),
    ] = None,
    seed: SeedOption = 1,
    workers: WorkersOption = None,
    precision: PrecisionOption = None,
    policy: PolicyOption = None,
    no_twin: NoTwinOption = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from what the same run has left, where that was stopped.")
    ] = False,
    out: OutOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print summary.json; tables go to stderr.")] = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Run a scenario: who runs short, when, for how long, and what prices do."""
    from sim.folder import default_folder
    from sim.precision import MOST
    from sim.report.tables import print_summary
    from sim.running import run_and_write

    read = _read(scenario, policy, verbose=verbose)
    folder = out or default_folder(read.scenario)
    n, news = n or (1000 if precision is None else MOST), list[str]()
    try:
        with progress_of(n, quiet) as advance:
            summary = run_and_write(
                read, folder, n=n, seed=seed, twin=not no_twin, workers=workers, precision=precision, resume=resume,
                command=command_line(), advance=advance, say=news.append,
            )  # fmt: skip
    except BaseException:
        for line in news:
            typer.echo(line, err=True)
        raise
    tell(summary, print_summary, folder, as_json=as_json, quiet=quiet, news=news)


@app.command(epilog="Example: sim compare export_ban --policy none --policy national_jp --policy joint_pooled")
def compare(
    scenario: ScenarioArgument,
    policy: Annotated[
        list[str], typer.Option("--policy", metavar="P", help="A policy file, or a shipped name; give two or more.")
    ],
    n: FuturesOption = 1000,
    seed: SeedOption = 1,
    limit: Annotated[
        float, typer.Option("--limit", min=0, metavar="DAYS", help="Shortage days that a priority buyer can bear.")
    ] = 10,
    objective: Annotated[
        str | None,
        typer.Option(metavar="SUBJECT/METRIC", help="What should be low.", show_default="days short of all buyers"),
    ] = None,
    indifference: Annotated[
        float | None, typer.Option(min=0, help="A lead that does not matter.", show_default="1 % of the baseline")
    ] = None,
    no_twin: NoTwinOption = False,
    workers: WorkersOption = None,
    out: OutOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print compare.json; tables go to stderr.")] = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Compare policies over the same futures: which is better, how sure that is, and what it costs."""
    from sim.comparing import compare_and_write, default_comparison_folder, read_policies
    from sim.report.comparison_tables import print_comparison

    reads = read_policies(scenario, policy)
    if verbose:
        say_overrides(reads)
    folder = out or default_comparison_folder(reads[0].scenario)
    with progress_of(n * len(reads), quiet) as advance:
        comparison = compare_and_write(
            reads,
            folder,
            n=n,
            seed=seed,
            twin=not no_twin,
            workers=workers,
            limit_d=limit,
            objective=objective,
            indifference=indifference,
            command=command_line(),
            advance=advance,
        )
    tell(comparison, print_comparison, folder, as_json=as_json, quiet=quiet)


@app.command(epilog="Example: sim sweep export_ban --vary disruptions.china_ban.duration=90:360:90")
def sweep(
    scenario: ScenarioArgument,
    vary: Annotated[
        list[str],
        typer.Option(
            "--vary",
            metavar="PATH=A:B:STEP",
            help="The path of a figure, and its values in its own unit: from A to B, or V,V,...; give one or two.",
        ),
    ],
    n: FuturesOption = 256,
    seed: SeedOption = 1,
    policy: PolicyOption = None,
    no_twin: NoTwinOption = False,
    workers: WorkersOption = None,
    out: OutOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print sweep.json; tables go to stderr.")] = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Vary a figure over the same futures: shortage and cost as a curve, and what one more unit buys."""
    from sim.folder import default_folder
    from sim.report.sweep_tables import print_sweep
    from sim.spec.variation import grid, variations
    from sim.sweeping import sweep_and_write

    read = _read(scenario, policy, verbose=verbose)
    varied = variations(vary, read.scenario)
    folder = out or default_folder(read.scenario, ".sweep")
    with progress_of(n * len(grid(varied)), quiet) as advance:
        document = sweep_and_write(
            read,
            varied,
            folder,
            n=n,
            seed=seed,
            twin=not no_twin,
            workers=workers,
            command=command_line(),
            advance=advance,
        )
    tell(document, print_sweep, folder, as_json=as_json, quiet=quiet)


@app.command(epilog="Example: sim vulnerabilities baseline --days 180")
def vulnerabilities(
    scenario: ScenarioArgument,
    days: Annotated[int, typer.Option("--days", min=1, max=36_500, help="Days that each thing is lost.")] = 180,
    start: Annotated[int, typer.Option("--start", min=0, max=36_500, help="First day of the loss.")] = 60,
    lanes: Annotated[bool, typer.Option("--lanes", help="Lose lanes, too; there are hundreds.")] = False,
    n: FuturesOption = 32,
    seed: SeedOption = 1,
    policy: PolicyOption = None,
    workers: WorkersOption = None,
    out: OutOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print vulnerabilities.json; tables go to stderr.")] = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Lose every plant and country, one at a time: which loss hurts most, and whom."""
    from sim.folder import default_folder
    from sim.losing import Trial, lose_and_write
    from sim.report.vulnerability_tables import print_vulnerabilities

    read = _read(scenario, policy, verbose=verbose)
    folder = out or default_folder(read.scenario, ".vulnerabilities")
    trial = Trial(read.scenario, start, days, lanes=lanes)
    with progress_of(n * trial.runs, quiet) as advance:
        document = lose_and_write(
            read, trial, folder, n=n, seed=seed, workers=workers, command=command_line(), advance=advance
        )
    tell(document, print_vulnerabilities, folder, as_json=as_json, quiet=quiet)


@app.command(epilog="Example: sim backtest embargo_2010")
def backtest(
    episodes: Annotated[
        list[str] | None, typer.Argument(metavar="[EPISODE]...", help="Shipped names or files; all that are shipped.")
    ] = None,
    n: FuturesOption = 512,
    seed: SeedOption = 1,
    workers: WorkersOption = None,
    out: OutOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print backtest.json; tables go to stderr.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Play history again: what was observed against the model's band, fitted or not."""
    from sim.backtesting import backtest_and_write
    from sim.report.backtest_tables import print_backtest
    from sim.spec import shipped
    from sim.spec.reading_episode import read_episode

    read = [read_episode(name) for name in episodes or shipped.episode_names()]
    folder = out or Path("results") / "backtest"
    with progress_of(n * len({one.episode.scenario for one in read}), quiet) as advance:
        document = backtest_and_write(
            read, folder, n=n, seed=seed, workers=workers, command=command_line(), advance=advance
        )
    tell(document, print_backtest, folder, as_json=as_json, quiet=quiet)


@app.command()
def check(scenario: ScenarioArgument, policy: PolicyOption = None) -> None:
    """Say a scenario in words, and run the model's invariants on it."""
    from sim.checking import check_model
    from sim.spec.words import describe

    read = _read(scenario, policy)
    for line in describe(read.scenario):
        typer.echo(line)
    typer.echo()
    broken = False
    for result in check_model(read.scenario):
        typer.echo(f"{'holds ' if result.holds else 'BROKEN'}  {result.claim}: {result.found}")
        broken |= not result.holds
    if broken:
        raise typer.Exit(FAILED)


@app.command("list")
def list_() -> None:
    """List the scenarios, networks, policies and episodes of history that are shipped."""
    from sim.spec import shipped

    for title, names in (
        ("Scenarios", shipped.scenario_names()),
        ("Networks", shipped.network_names()),
        ("Policies", shipped.policy_names()),
        ("Episodes", shipped.episode_names()),
    ):
        typer.echo(f"{title}: {', '.join(names)}")


@app.command()
def trace(
    scenario: ScenarioArgument,
    replication: Annotated[
        int, typer.Option("--replication", "-r", min=0, max=10**12, help="Number of the future.")
    ] = 0,
    seed: SeedOption = 1,
    policy: PolicyOption = None,
) -> None:
    """Tell the story of one future: what happened, who ran short, when and why."""
    from sim.running import trace as tell

    read = _read(scenario, policy)
    for line in tell(read.scenario, seed, replication):
        typer.echo(line)


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    import json

    from sim.spec.schema import file_schema

    typer.echo(json.dumps(file_schema(), indent=2))


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
    sys.exit(_guarded(lambda: app(standalone_mode=False)))


def _guarded(call: Callable[[], Any]) -> int:
    try:
        result = call()
    except (ScenarioError, ResultsError) as error:
        typer.echo(str(error), err=True)
        return WRONG_INPUT
    except SimError as error:
        typer.echo(f"sim: {error}", err=True)
        return FAILED
    except (KeyboardInterrupt, typer.Abort):
        typer.echo(STOPPED, err=True)
        return INTERRUPTED
    except Exception as error:
        show, code = getattr(error, "show", None), getattr(error, "exit_code", None)
        if show is None or code is None:
            raise
        show()
        return int(code)
    if result == INTERRUPTED:
        typer.echo(STOPPED, err=True)
    return result if isinstance(result, int) else DONE


def _read(scenario: str, policy: str | None, *, verbose: bool = False) -> ReadScenario:
    from sim.spec.reading import read_scenario

    read = read_scenario(scenario, policy)
    if verbose:
        say_overrides([read])
    return read


if __name__ == "__main__":
    main()
