"""Run every case and print the table: `python -m verification`, or some: `python -m verification pipeline_stock`."""

from __future__ import annotations

import sys

from verification import table
from verification.catalogue import CASES


def main(names: list[str]) -> int:
    """Print a line per quantity; return 1 where one is off."""
    chosen = [case for case in CASES if not names or case.name in names]
    if unknown := set(names) - {case.name for case in chosen}:
        sys.exit(f"no such case: {', '.join(sorted(unknown))}; there are {', '.join(case.name for case in CASES)}")
    print(*table.HEAD, sep="\n")
    failed = 0
    for case in chosen:
        findings = case.findings()
        failed += sum(not finding.holds for finding in findings)
        print(*table.lines(case, findings), sep="\n", flush=True)
    print(f"\n{len(chosen)} cases, {failed} quantities off.")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
