"""All cases, group by group."""

from __future__ import annotations

from verification import failing, flows, licensing, pricing, stocks
from verification.case import Case

CASES: tuple[Case, ...] = (*flows.CASES, *failing.CASES, *stocks.CASES, *licensing.CASES, *pricing.CASES)
