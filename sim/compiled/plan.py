"""The plan in compiled loops: the days on which one is due are found as the engine finds them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index
from sim.compiled import aiming, planning
from sim.compiled.rows import Sparse, sparse
from sim.disruptions import qualification
from sim.engine import Day
from sim.entities.plan_levels import Level
from sim.world import World


@dataclass(frozen=True)
class Draft:
    """A plan in the making for some futures, (row, column of these)."""

    columns: Index
    hard: Array
    passing: Array
    shares: Array
    lost: Array
    use: Array
    out: Array
    flow: Array
    pushed: Array

    @classmethod
    def of(cls, world: World, columns: Index) -> Draft:
        """Begin a draft."""
        lanes, n = world.lanes, len(columns)
        return cls(
            columns,
            hard=np.empty((len(lanes.specs), n)),
            passing=np.empty((len(lanes.specs), n)),
            shares=np.empty((lanes.n_pull, n)),
            lost=np.empty((lanes.n_groups, n)),
            use=np.zeros((lanes.n_groups, n)),
            out=np.zeros((lanes.n_shippers, n)),
            flow=np.zeros((len(lanes.specs), n)),
            pushed=np.zeros((lanes.n_groups, n)),
        )


@dataclass(frozen=True)
class Step:
    """A level of the plan, its matrices taken apart."""

    level: Level
    recipes: Index
    makers: Index
    bill: Sparse
    falls: Sparse
    pushed: Sparse
    sent: Sparse
    drawn: Sparse
    bought: Sparse

    @classmethod
    def of(cls, level: Level) -> Step:
        """Take a level apart, its recipes in the order of their turns."""
        turns = np.concatenate([np.zeros(0, np.int64), *level.turns]).astype(np.int64)
        return cls(
            level,
            level.recipes[turns].astype(np.int64),
            level.recipe_maker[turns].astype(np.int64),
            *(sparse(m) for m in (level.bill, level.falls, level.pushed, level.sent, level.drawn, level.bought)),
        )


class PlannedDay(Day):
    """A day whose plan is compiled."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._steps = [Step.of(level) for level in world.plan.levels]
        n_lanes = len(world.lanes.specs)
        self._ever_capped, self._ever_leaky = np.zeros((2, n_lanes), dtype=bool)
        self._crossing = [sparse(crossing) for crossing in world.market.crossing]
        self._imports = sparse(world.market.imports)
        self._held_by = sparse(world.market.held)
        self._served_by = sparse(self._to_served)
        self._going = np.zeros_like(self._ceiling_t)

    def _plan_anew(self, columns: Index, day: int) -> None:
        lanes, draft = self._world.lanes, self._draft(columns, day)
        wanted = np.zeros((len(lanes.specs), len(columns)), dtype=bool)
        needs = (lanes.asked, lanes.lapsed, lanes.limits.standing, wanted)
        if planning.want(columns, lanes.group, lanes.n_pull, draft.lost, draft.use, *needs):
            qualification.ask(self._world, wanted, columns)
        self._aim_at(draft)

    def _lapse(self) -> None:
        world, lanes = self._world, self._world.lanes
        if len(lanes.lapsing):
            of = (lanes.qualified, lanes.lapsed, lanes.limits.standing)
            if not planning.nothing_lapses(lanes.lapsing, lanes.closed_d, lanes.requalify_after_d, *of):
                qualification.lapse(world)

    def _mark_up_anew(self, columns: Index) -> None:
        lanes, market = self._world.lanes, self._world.market
        passing = (lanes.limits.standing, lanes.lapsed, lanes.expected.standing)
        flow, dearer = market.opening_flow_tpd, lanes.markups.standing
        aiming.mark_up(columns, *self._imports, *passing, flow, dearer, market.markup)

    def _draft(self, columns: Index, day: int) -> Draft:
        world, lanes, plan = self._world, self._world.lanes, self._world.plan
        draft = Draft.of(world, columns)
        planning.share_today(
            columns,
            lanes.limits.standing,
            lanes.lapsed,
            lanes.expected.standing,
            lanes.qualified,
            lanes.group,
            lanes.share,
            lanes.standby,
            lanes.n_pull,
            draft.hard,
            draft.passing,
            draft.shares,
            draft.lost,
        )
        draft.use[plan.buyers] = plan.notional_tpd(day, columns)
        for step in self._steps:
            self._add(step, draft)
        for made, block in (
            (draft.use, plan.use_tpd),
            (draft.out, plan.out_tpd),
            (draft.flow, plan.flow_tpd),
            (draft.shares, plan.share),
            (draft.use[plan.buyers], plan.demand_tpd),
        ):
            planning.keep(columns, made, block)
        transit, delays = lanes.transit_d, lanes.delays.standing
        to = (lanes.group, lanes.received, draft.flow, self._feeding_served)
        aiming.under_way(columns, transit, delays, *to, plan.pipeline_t, self._meant_t)
        return draft

    def _add(self, step: Step, draft: Draft) -> None:
        lanes, level, columns = self._world.lanes, step.level, draft.columns
        most, opening, thrift = self._world.plan.capacities, self._world.plan.opening_tpd, self._world.makers.thrift
        out, use, flow = draft.out, draft.use, draft.flow
        if len(level.mines):
            planning.dig(columns, level.mines, most.mine_tpd, out)
        if len(level.recipes):
            recipes = (step.recipes, step.makers, most.maker_tpd, opening, *step.bill, thrift, *step.falls)
            planning.make(columns, *recipes, out, use)
            if len(level.push):
                planning.push(level.push, lanes.share, lanes.shipper, draft.passing, out, flow)
        if len(level.products):
            planning.separate(
                columns,
                level.plants,
                level.plant_groups,
                level.products,
                level.owner,
                most.plant_tpd,
                planning.multiply(*step.sent, flow, lanes.push.start),
                planning.multiply(*step.pushed, flow, lanes.push.start),
                planning.multiply(*step.drawn, draft.shares, 0),
                planning.multiply(*step.bought, draft.shares, 0),
                draft.pushed,
                use,
                out,
            )
        if len(level.lanes):
            orders = (lanes.group, lanes.received, lanes.shipper, draft.shares, draft.pushed)
            planning.pull(level.lanes, *orders, use, flow, out)

    def _aim_at(self, draft: Draft) -> None:
        world, lanes, plan, normal = self._world, self._world.lanes, self._world.plan, self._world.normal
        columns, hoards, cover, at = draft.columns, normal.hoards.standing, normal.group_cover_d, world.rows.stock
        held = np.zeros((world.rows.n_stock, len(columns)))
        aiming.aim_groups(
            columns,
            draft.use,
            cover,
            hoards,
            plan.pipeline_t,
            self._opening_pipeline_t,
            self._order_ceiling,
            self._ceiling_t,
            self._group_target_t,
            self._usual_target_t,
        )
        feeds = (len(world.rows.maker_feeds), world.rows.feed_group, lanes.receiver, lanes.received)
        aiming.aim_feeds(columns, *feeds, draft.flow, draft.use, cover, hoards, held)
        buyers = world.buyers
        aiming.aim_cohorts(
            columns,
            buyers.buyer,
            world.rows.cohort_group,
            buyers.share,
            normal.cohort_cover_d,
            hoards,
            plan.demand_tpd,
            buyers.target_t,
            held[at["cohorts"]],
        )
        targets = (world.works.cover_d, normal.work_cover_d, self._work_target_t, held[at["works"]])
        aiming.aim_works(columns, draft.out, *targets)
        aiming.aim_lanes(
            columns,
            draft.hard,
            lanes.capacity_tpd,
            world.opening_flow_tpd,
            draft.shares,
            lanes.received,
            lanes.n_pull,
            self._order_factor,
            self._carries,
            self._leaks,
            self._ever_capped,
            self._ever_leaky,
        )
        self._capped, self._leaky = np.flatnonzero(self._ever_capped), np.flatnonzero(self._ever_leaky)
        market = world.market
        planning.keep(columns, planning.multiply(*self._held_by, held, 0), market.normal_held)
        for crossing, tie in zip(self._crossing, market.tie, strict=True):
            aiming.tie(columns, *crossing, draft.passing, market.opening_flow_tpd, tie)
