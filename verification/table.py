"""The table that `make verify` prints, in Markdown, so that it can be put into the documentation as it is."""

from __future__ import annotations

from verification.case import Case, Finding

HEAD = (
    "| case | quantity | formula | expected | simulated | interval (99.9 %), or farthest off | verdict |",
    "|---|---|---|---|---|---|---|",
)


def lines(case: Case, findings: list[Finding]) -> list[str]:
    """Return a row per quantity of a case; the first has the formula."""
    formula = case.heading()["formula"].replace("|", "\\|")
    return [_row(finding, "" if row else formula) for row, finding in enumerate(findings)]


def _row(finding: Finding, formula: str) -> str:
    cells = (
        finding.case,
        finding.what,
        formula,
        f"{finding.expected:.6g}",
        f"{finding.simulated:.6g}",
        _interval(finding),
        "holds" if finding.holds else "**off**",
    )
    return f"| {' | '.join(cells)} |"


def _interval(finding: Finding) -> str:
    if not finding.by_chance:
        return f"by {abs(finding.simulated - finding.expected):.0e}"
    low, high = finding.simulated - finding.half_width, finding.simulated + finding.half_width
    return f"{low:.6g} to {high:.6g}"
