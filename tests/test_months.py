"""What is told month by month: what left, and what came in a voyage later."""

from __future__ import annotations

import pytest
from oracle.small_chains import ban, one_product

from sim.results.futures import merge
from sim.running.experiment import run_blocks


def test_trade_is_counted_where_it_leaves_or_where_it_arrives() -> None:
    """1.8 t leave a day but on days 20 to 79, and arrive ten days later; both are of January to April 2026."""
    flow = {"origins": ["cn"], "destinations": ["jp"], "materials": ["ndpr_oxide"]}
    flows = {"out": flow, "in": flow | {"counted": "arrival"}}
    scenario = one_product(disruptions={"ban": ban(20, 60)}, monthly={"exports": flows}, horizon=120)
    months = merge(run_blocks(scenario, 1, 1, twin=False)).monthly
    start = scenario.start_date

    assert start.isoformat() == "2026-01-01"
    assert months["2026-01"]["exports_t/out"] == pytest.approx(20 * 1.8)
    assert months["2026-01"]["imports_t/in"] == pytest.approx(30 * 1.8)
    assert months["2026-02"]["exports_t/out"] == months["2026-02"]["imports_t/in"] == 0
    assert months["2026-03"]["exports_t/out"] > 10 * 1.8
    assert months["2026-03"]["imports_t/in"] == pytest.approx(0)
