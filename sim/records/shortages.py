"""Who ran short, when, for how long: buyers and groups of buyers; docs/model.md, section 10."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Mask
from sim.decisions import below
from sim.entities.incidence import matrix, sum_rows
from sim.results.futures import EventKind
from sim.results.subjects import buyer_subjects, group_subjects
from sim.units import KG_PER_T
from sim.world import World

Columns = dict[str, Array]


class Shortages:
    """Counts shortage days; a row is a buyer or, after the buyers, a group with its tonnes pooled."""

    def __init__(self, world: World) -> None:
        scenario = world.scenario
        buyers, groups = buyer_subjects(scenario), group_subjects(scenario)
        self._ids = [s.id for s in buyers + groups]
        self._groups = slice(len(buyers), len(self._ids))
        number = {s.id: n for n, s in enumerate(buyers)}
        members = [(n, number[b], 1.0) for n, s in enumerate(buyers + groups) for b in s.buyers]
        self._pool = matrix(members, (len(self._ids), len(buyers)))
        shape = (len(self._ids), world.width)
        self.short: Mask = np.zeros(shape, dtype=bool)
        self.delivered_share = np.ones(shape)
        self._days, self._run, self._longest = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self._since, self._recovery = np.full(shape, np.nan), np.full(shape, np.nan)
        self._lost, self._well = np.zeros(shape), np.zeros(shape)
        self._attributable = np.zeros(shape)
        self._any_days = np.zeros((len(groups), world.width))
        self._any_attributable = np.zeros_like(self._any_days)
        self._stopped = np.zeros((len(world.rows.cohorts), world.width))
        self._line_stop = np.full((len(buyers), world.width), np.nan)
        self._notional_t, self._priced_t = np.zeros((2, len(buyers), world.width))
        self._delivered_t, self._thrifted_t, self._caught_up_t = np.zeros((3, *self._notional_t.shape))
        self._spell_t, self._forgone_t = np.zeros((2, *self._notional_t.shape))
        self._value = np.array([[b.output_value.typical] for b in scenario.buyers.values()])

    def note_day(self, world: World, day: int) -> None:
        """Count a day."""
        measures, buyers = world.scenario.measures, world.buyers
        served_t = buyers.delivered + buyers.thrifted if buyers.thrifts else buyers.delivered
        notional, delivered = self._pool @ buyers.notional, self._pool @ served_t
        was, self.short = self.short, below(delivered, measures.shortage_share * notional)
        np.divide(delivered, notional, out=self.delivered_share, where=notional > 0)
        self._lost += 1.0 - self.delivered_share
        self._notional_t += buyers.notional
        self._delivered_t += buyers.delivered
        if buyers.thrifts:
            self._thrifted_t += buyers.thrifted
        if buyers.overtime is not None:
            self._caught_up_t += buyers.overtime.caught_up
        self._priced_t += np.maximum(buyers.notional - buyers.thrifted - buyers.wanted, 0.0)
        self._forgone_t += buyers.forgone
        self._note_line_stops(world, day)
        self._note_recovery(world, day)
        if self.short.any() or was.any():
            self._note_short(world, day, was)

    def columns(self, world: World) -> Columns:
        """Return every metric, (replication,) each, of the disturbed futures."""
        own = world.disturbed
        # What nobody missed is nothing, not the rounding of sums.
        unmet_t = np.maximum(self._notional_t - self._thrifted_t - self._priced_t - self._delivered_t, 0.0)
        unmet_t[unmet_t < 1e-12 * self._notional_t] = 0.0
        losses = self._losses(world, unmet_t)
        line_stop = self._earliest(self._line_stop)
        table = {
            "shortage_days": self._days,
            "lost_production_days": self._lost,
            "longest_run_d": self._longest,
            "notional_t": self._pool @ self._notional_t,
            "delivered_t": self._pool @ self._delivered_t,
            "thrifted_t": self._pool @ self._thrifted_t,
            "caught_up_t": self._pool @ self._caught_up_t,
            "priced_out_t": self._pool @ self._priced_t,
            "unmet_t": self._pool @ unmet_t,
            **{name: self._pool @ usd for name, usd in losses.items()},
            "first_shortage_day": self._since,
            "line_stop_day": line_stop,
            "recovery_day": self._recovery,
        }
        any_first = self._earliest(self._since[: self._groups.start])[self._groups]
        any_table = {
            "shortage_days": self._any_days,
            "first_shortage_day": any_first,
            "line_stop_day": line_stop[self._groups],
        }
        if not own.all():
            table["attributable_shortage_days"] = self._attributable
            any_table["attributable_shortage_days"] = self._any_attributable
        found = {f"{i}/{m}": block[n, own] for n, i in enumerate(self._ids) for m, block in table.items()}
        groups = self._ids[self._groups]
        found |= {f"{i}:any/{m}": block[n, own] for n, i in enumerate(groups) for m, block in any_table.items()}
        return found | {f"all/{name}": sum_rows(usd)[own] for name, usd in losses.items()}

    def _losses(self, world: World, unmet_t: Array) -> Columns:
        """Return what each buyer loses, USD, (buyer, replication) each."""
        opening = world.opening_value[world.value_rows.buyer]
        gone_t = np.where(self._forgone_t < 1e-12 * self._notional_t, 0.0, self._forgone_t)
        unmet_usd = np.maximum(unmet_t - self._caught_up_t, 0.0) * self._value * KG_PER_T
        return {
            "output_lost_usd": np.maximum(unmet_t + self._priced_t - self._caught_up_t, 0.0) * self._value * KG_PER_T,
            "output_unmet_usd": unmet_usd,
            "output_priced_out_usd": self._priced_t * self._value * KG_PER_T,
            "welfare_lost_usd": unmet_usd + gone_t * opening * KG_PER_T,
        }

    def _note_short(self, world: World, day: int, was: Mask) -> None:
        short = self.short
        self._days += short
        self._run += 1.0
        self._run *= short
        np.maximum(self._longest, self._run, out=self._longest)
        self._since[short & np.isnan(self._since)] = day
        any_short = (self._pool @ short[: self._groups.start].astype(np.float64))[self._groups] > 0
        self._any_days += any_short
        if not world.disturbed.all():
            own = len(world.draws.replications)
            self._attributable[:, :own] += short[:, :own] & ~short[:, own:]
            self._any_attributable[:, :own] += any_short[:, :own] & ~any_short[:, own:]
        if world.watched:
            self._note_spells(world, was)

    def _note_spells(self, world: World, was: Mask) -> None:
        """Write down where a spell of shortage begins and ends, with the tonnes it cost."""
        n = self._groups.start
        buyers, short, was = world.buyers, self.short[:n], was[:n]
        self._spell_t += np.where(short, buyers.wanted - buyers.delivered, 0.0)
        kinds: tuple[tuple[EventKind, Mask], ...] = (("short_start", short & ~was), ("short_end", was & ~short))
        for kind, hit in kinds:
            for row in np.flatnonzero(hit.any(axis=1)):
                values = self._spell_t[row].copy() if kind == "short_end" else None
                world.note(kind, self._ids[row], hit[row], values=values)
        self._spell_t[~short] = 0.0

    def _note_line_stops(self, world: World, day: int) -> None:
        measures, buyers = world.scenario.measures, world.buyers
        wanted = buyers.share * buyers.notional[buyers.buyer]
        served = buyers.used + buyers.share * buyers.thrifted[buyers.buyer] if buyers.thrifts else buyers.used
        stopped = below(served, measures.line_stop_share * wanted)
        if not stopped.any() and not self._stopped.any():
            return
        self._stopped += 1.0
        self._stopped *= stopped
        now = (buyers.per_buyer @ (self._stopped >= measures.line_stop_d).astype(np.float64)) > 0
        new = now & np.isnan(self._line_stop)
        self._line_stop[new] = day - measures.line_stop_d + 1
        for row in np.flatnonzero(new.any(axis=1)):
            world.note("line_stop", self._ids[row], new[row])

    def _note_recovery(self, world: World, day: int) -> None:
        free = day >= world.control_end_day
        if not free.any():
            return
        need = world.scenario.measures.recovery_d
        self._well += 1.0
        self._well *= ~self.short & free
        new = (self._well >= need) & np.isnan(self._recovery)
        self._recovery[new] = day - need + 1

    def _earliest(self, days: Array) -> Array:
        """Return the earliest day of any member, NaN where none has one, (subject, replication)."""
        found = np.empty((len(self._ids), days.shape[1]))
        for row, (start, end) in enumerate(zip(self._pool.indptr[:-1], self._pool.indptr[1:], strict=True)):
            found[row] = np.fmin.reduce(days[self._pool.indices[start:end]], axis=0)
        return found
