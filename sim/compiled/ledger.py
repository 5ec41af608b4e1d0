"""The ledger whose daily counts are compiled; what it hands over is what `sim.records.ledger.Ledger` does."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sim.compiled import counting
from sim.compiled.rows import firsts, sparse
from sim.records.daily import Daily
from sim.records.ledger import Ledger
from sim.records.shocks import NEAR, STEPS, PriceShocks
from sim.records.shortages import Shortages
from sim.results.bins import bins_of
from sim.world import World


class CompiledLedger(Ledger):
    """Keeps what results are made of, for worlds that nobody watches closely."""

    def __init__(self, world: World, days: Path | None = None) -> None:
        super().__init__(world, days)
        if not world.watched:
            self._shortages = CompiledShortages(world)
            self._shocks = CompiledShocks(world)
            self._daily = CompiledDaily(world, self._shocks)


class CompiledShortages(Shortages):
    """Counts shortage days."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._first, self._member, _ = sparse(self._pool)
        self._cohorts = firsts(world.buyers.buyer, len(world.buyers.notional))
        self._running = np.zeros(len(self._ids), dtype=bool)
        self._running_cohorts = np.zeros(len(world.rows.cohorts), dtype=bool)
        self._new = np.zeros_like(world.buyers.notional, dtype=bool)
        self._hit = np.zeros(self._any_days.shape, dtype=bool)
        self._none = np.zeros((0, world.width))

    def note_day(self, world: World, day: int) -> None:
        """Count a day."""
        measures, buyers = world.scenario.measures, world.buyers
        of_day = (buyers.notional, buyers.delivered, buyers.thrifted)
        counting.serve(
            self._first,
            self._member,
            *of_day,
            measures.shortage_share,
            self.short,
            self.delivered_share,
            self._lost,
        )
        counting.add_up(
            *of_day,
            self._none if buyers.overtime is None else buyers.overtime.caught_up,
            buyers.wanted,
            buyers.forgone,
            self._notional_t,
            self._delivered_t,
            self._thrifted_t,
            self._caught_up_t,
            self._priced_t,
            self._forgone_t,
        )
        self._stop_lines(world, day)
        free = day >= world.control_end_day
        if free.any():
            counting.recover(day, measures.recovery_d, free, self.short, self._well, self._recovery)
        some = self._running.any()
        counting.spell(day, self.short, self._running, self._days, self._run, self._longest, self._since)
        if some or self._running.any():
            self._note_any(world)

    def _note_any(self, world: World) -> None:
        counting.short_of_any(self._first, self._member, self._groups.start, self.short, self._hit)
        counting.add_where(self._hit, self._any_days)
        if not world.disturbed.all():
            own = len(world.draws.replications)
            self._attributable[:, :own] += self.short[:, :own] & ~self.short[:, own:]
            self._any_attributable[:, :own] += self._hit[:, :own] & ~self._hit[:, own:]

    def _stop_lines(self, world: World, day: int) -> None:
        measures, buyers = world.scenario.measures, world.buyers
        stops = counting.stop_lines(
            self._cohorts,
            buyers.share,
            buyers.notional,
            buyers.thrifted,
            buyers.used,
            measures.line_stop_share,
            measures.line_stop_d,
            self._running_cohorts,
            self._stopped,
            self._line_stop,
            self._new,
        )
        if stops:
            self._line_stop[self._new] = day - measures.line_stop_d + 1
            for row in np.flatnonzero(self._new.any(axis=1)):
                world.note("line_stop", self._ids[row], self._new[row])


class CompiledShocks(PriceShocks):
    """Follows prices."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._uses = sparse(self._used_as)
        self._steps = np.array(list(STEPS.values()))
        self._all_above = np.zeros((len(STEPS), *self.multiple.shape))
        self._above = dict(zip(STEPS, self._all_above, strict=True))

    def note_day(self, world: World, day: int) -> None:
        """Count a day at its closing prices."""
        in_force = (world.disruption_day <= day) & (day < world.control_end_day)
        counting.shock(
            day,
            world.value,
            self._rows,
            self._opening,
            in_force,
            bool(in_force.any()),
            self.multiple,
            self._peak,
            self._peak_in_force,
            self._steps,
            self._all_above,
            NEAR,
            self._last_far,
        )
        counting.pay(
            world.value,
            self._rows,
            self._opening,
            *self._uses,
            world.buyers.delivered,
            self._contract_lag_d,
            self._paid,
            self._bought_t,
            self._extra_usd,
        )
        if not world.disturbed.all():
            own = len(world.draws.replications)
            ratio = self.multiple[:, :own] / self.multiple[:, own:]
            np.maximum(self._peak_ratio[:, :own], ratio, out=self._peak_ratio[:, :own])


class CompiledDaily(Daily):
    """Counts the spread over the futures."""

    def note_day(self, world: World, day: int, shortages: Shortages, shocks: PriceShocks) -> None:
        """Count a day."""
        stock = world.part("piles")
        held = np.divide(stock, self._full, out=np.ones_like(stock), where=self._full > 0)
        values = {"delivered_share": shortages.delivered_share, "price_multiple": shocks.multiple, "stock_share": held}
        for kind, counts in self._counts.items():
            bins = bins_of(kind)
            counting.spread(values[kind], self._own, bins.log, bins.origin, bins.per_unit, counts[day])
