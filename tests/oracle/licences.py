"""Licences: who applies, when it is reviewed, how long a grant lasts; and general licences (section 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.spec.controls import Licence
from sim.spec.quantity import Quantity

from .controls import Opening, Spell
from .dates import Dates
from .draws import Draws, constant
from .lanes import Lane

WEEK = 7


def office_day(day: int) -> int:
    """Return the first day, from one on, on which offices issue and withdraw licences."""
    return -(-day // WEEK) * WEEK


@dataclass(frozen=True)
class Authority:
    """How an authority decides in one future."""

    licence: Licence
    stream: str
    dates: Dates
    draws: Draws
    horizon: int

    @property
    def thaws(self) -> int:
        """The day on which the first review may begin."""
        freeze = self.licence.freeze
        return self.dates.first + (0 if freeze is None else self.draws.days(freeze, f"{self.stream}/freeze"))

    def approval(self, day: int) -> float:
        """Return the chance of what is decided on a day."""
        chance = self.draws.number(self.licence.approval, f"{self.stream}/approval")
        for n, change in enumerate(self.licence.changes):
            if change.approval is not None and day >= self._change_day(n):
                chance = self.draws.number(change.approval, f"{self.stream}/change/{n}/approval")
        return chance

    def review(self, day: int) -> Quantity:
        """Return how long a review takes that begins on a day."""
        review = self.licence.review
        for n, change in enumerate(self.licence.changes):
            if change.review is not None and day >= self._change_day(n):
                review = change.review
        return review

    def _change_day(self, n: int) -> int:
        return self.dates.base + self.draws.days(self.licence.changes[n].day, f"{self.stream}/change/{n}/day")

    def licensed(self, lane: Lane) -> Opening:
        """Return the weight of a lane's licence holders over that of all, times their headroom, day by day."""
        licence = self.licence
        weights = [constant(weight) for weight in licence.weights] or [1.0] * licence.applicants
        headroom = constant(licence.headroom, absent=1.0)
        held = [list(self._grants(lane, j)) for j in range(licence.applicants)]

        def part(day: int) -> float:
            holds = [any(day in grant for grant in grants) for grants in held]
            if all(holds):
                return headroom
            return headroom * sum(w for w, has in zip(weights, holds, strict=True) if has) / sum(weights)

        return part

    def _grants(self, lane: Lane, j: int) -> Iterator[Spell]:
        """Tell the story of one applicant: the spells on which it holds a licence."""
        filed, k, held_until = self.dates.first, 0, 0
        while filed < min(self.dates.end, self.horizon):
            draw = k * self.licence.applicants + j
            day = self._decision_day(filed, lane, draw)
            if self.draws.uniform(f"{self.stream}/{lane.stream}/outcome", draw) < self.approval(day):
                begins = max(day, held_until)
                held_until = office_day(begins + self._after(self.licence.term, "term"))
                yield Spell(begins, held_until)
                filed = max(held_until - self._ahead(), day)
            else:
                filed = day + self._after(self.licence.reapply, "reapply")
            k += 1

    def _decision_day(self, filed: int, lane: Lane, draw: int) -> int:
        begins = max(filed, self.thaws)
        review = self.draws.number(self.review(begins), f"{self.stream}/{lane.stream}/review", draw=draw)
        return office_day(begins + max(1, round(review)))

    def _ahead(self) -> int:
        """Return how many days before the end of a term its holder files anew."""
        renewal = self.licence.renewal
        return 0 if renewal is None else self.draws.days(renewal, f"{self.stream}/renewal")

    def _after(self, days: Quantity | None, what: str) -> int:
        """Return the days until an applicant files anew; past every end where it never does."""
        if days is None:
            return self.dates.end + self.horizon
        return self.draws.days(days, f"{self.stream}/{what}", least=1)

    def general(self, lane: Lane) -> Opening:
        """Return the widest general licence that names who ships on a lane or who receives, day by day."""
        found = []
        for n, entry in enumerate(self.licence.general):
            if {lane.shipper, lane.receiver} & set(entry.facilities):
                day = self.dates.base + self.draws.days(entry.day, f"{self.stream}/general/{n}/day")
                found.append((day, self.draws.number(entry.share, f"{self.stream}/general/{n}/share")))
        return lambda today: max((share for day, share in found if today >= day), default=0.0)
