"""Where it flows, as a Sankey diagram: the layout, which any canvas can draw, and inline SVG of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sim.report import words
from sim.results.flows import Flow

WIDTH, HEIGHT = 1000, 440
TOP, EDGE, BAR, GAP = 26, 4, 10, 11
COLUMNS = {"mine": 0.0, "scrap": 0.0, "separation": 1.0, "metal": 2.0, "magnet": 3.0, "use": 4.0}
"""Where the stages stand; half a column on what receives from its own, before whom it serves a stockpile."""
TITLES = {0.0: "Mines and scrap", 1.0: "Separation", 2.0: "Metal", 3.0: "Magnets", 4.0: "Use"}
LETTER = 10.5
"""As far apart as two names must be, and as high as a bar with a name."""
SHADES = 9
"""Colours of the style sheet for regions; the largest have one of their own, the others share the last."""
LEAST_SHARE = 0.0005
"""Of the largest column: what is thinner is in the table alone."""

Place = tuple[float, str, str]
"""Column, stage, region."""


@dataclass(frozen=True)
class Bar:
    """What a stage of a region passes on or takes in."""

    column: float
    stage: str
    region: str
    t_per_year: float
    x: float
    y: float
    height: float


@dataclass(frozen=True)
class Ribbon:
    """A flow between two bars, from the right side of one to the left side of the other."""

    flow: Flow
    x: tuple[float, float]
    y: tuple[float, float]
    """Tops at both ends."""
    height: float


@dataclass(frozen=True)
class Layout:
    """Bars and ribbons on a canvas of `WIDTH` by `HEIGHT`, y from the top."""

    bars: list[Bar]
    ribbons: list[Ribbon]


def rank(flows: Iterable[Flow]) -> list[str]:
    """Return regions by what leaves and reaches them in all, the largest first: their order and their colours."""
    total: dict[str, float] = defaultdict(float)
    for flow in flows:
        total[flow.from_region] += flow.t_per_year
        total[flow.to_region] += flow.t_per_year
    return sorted(total, key=lambda region: (-total[region], region))


def scale_of(periods: Sequence[Sequence[Flow]]) -> float:
    """Return the height of a t/year that lets the fullest column of any of these pictures fit."""
    scales = []
    for flows in periods:
        columns: dict[float, list[float]] = defaultdict(list)
        for place, tonnes in _totals(_placed(flows)).items():
            columns[place[0]].append(tonnes)
        for found in columns.values():
            room = HEIGHT - TOP - EDGE - GAP * (len(found) - 1)
            scales.append(room / sum(found) if sum(found) > 0 else 0.0)
    return min(scales, default=0.0)


def layout(flows: Sequence[Flow], regions: Sequence[str], scale: float) -> Layout:
    """Place flows of one period, regions of a column in the given order, `scale` high per t/year."""
    placed = _placed(flows)
    bars = _bars(_totals(placed), regions, scale)
    order = {place: n for n, place in enumerate(bars)}
    left, right = ({place: bar.y for place, bar in bars.items()} for _ in range(2))
    tops = {}
    for n in sorted(range(len(placed)), key=lambda n: (order[placed[n][0]], order[placed[n][1]])):
        source, _, flow = placed[n]
        tops[n] = right[source]
        right[source] += flow.t_per_year * scale
    ribbons = []
    for n in sorted(range(len(placed)), key=lambda n: (order[placed[n][1]], order[placed[n][0]])):
        source, target, flow = placed[n]
        height = flow.t_per_year * scale
        x = (bars[source].x + BAR, bars[target].x)
        ribbons.append(Ribbon(flow, x, (tops[n], left[target]), height))
        left[target] += height
    return Layout(list(bars.values()), ribbons)


def draw(label: str, found: Layout, regions: Sequence[str], names: Mapping[str, str]) -> Markup:
    """Return the picture as inline SVG; each ribbon and bar says what it is where one points at it."""
    shapes = [_ribbon(ribbon, shade(ribbon.flow.from_region, regions), names) for ribbon in found.ribbons]
    shapes += [_bar(bar, shade(bar.region, regions), names) for bar in found.bars]
    for x, y, side, text in labels(found.bars, names):
        shapes.append(Markup('<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(side, x, y, text))
    heads = Markup("").join(
        Markup('<text class="{}" x="{:.0f}" y="14">{}</text>').format(_side(column), _x(column) + BAR / 2, title)
        for column, title in TITLES.items()
        if any(bar.column == column for bar in found.bars)
    )
    return Markup('<svg class="sankey" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>').format(
        WIDTH, HEIGHT, label, heads, Markup("").join(shapes)
    )


def shade(region: str, regions: Sequence[str]) -> int:
    """Return the number of a region's colour in the style sheet, from 1."""
    return min(regions.index(region) + 1, SHADES)


def way(flow: Flow, names: Mapping[str, str]) -> str:
    """Say a flow's way: `China separation to Japan metal`."""
    start, end = (names.get(region, region) for region in (flow.from_region, flow.to_region))
    return f"{start} {flow.from_stage} to {end} {flow.to_stage}"


def _placed(flows: Sequence[Flow]) -> list[tuple[Place, Place, Flow]]:
    """Return each flow that can be seen with the places it joins."""
    fullest = max(_columns(flows).values(), default=0.0)
    seen = [flow for flow in flows if flow.t_per_year > LEAST_SHARE * fullest]
    passed_on = {(f.to_stage, f.to_region) for f in seen if f.from_stage == f.to_stage and f.from_region != f.to_region}
    placed = []
    for flow in seen:
        target = _place(flow.to_stage, flow.to_region, passed_on)
        if flow.to_stage == "stockpile":
            target = (_column(flow.from_stage) + 0.5, "stockpile", flow.to_region)
        source = _place(flow.from_stage, flow.from_region, passed_on)
        if flow.from_stage == "stockpile":
            source = (target[0] - 0.5, "stockpile", flow.from_region)
        if source != target:
            placed.append((source, target, flow))
    return placed


def _columns(flows: Sequence[Flow]) -> dict[float, float]:
    total: dict[float, float] = defaultdict(float)
    for flow in flows:
        total[_column(flow.to_stage)] += flow.t_per_year
    return total


def _place(stage: str, region: str, passed_on: set[tuple[str, str]]) -> Place:
    return _column(stage) + 0.5 * ((stage, region) in passed_on), stage, region


def _column(stage: str) -> float:
    return COLUMNS.get(stage, 0.5)


def _totals(placed: Sequence[tuple[Place, Place, Flow]]) -> dict[Place, float]:
    """Return what passes each place: the larger of what reaches and what leaves it."""
    into: dict[Place, float] = defaultdict(float)
    out: dict[Place, float] = defaultdict(float)
    for source, target, flow in placed:
        out[source] += flow.t_per_year
        into[target] += flow.t_per_year
    return {place: max(into[place], out[place]) for place in {**into, **out}}


def _bars(totals: Mapping[Place, float], regions: Sequence[str], scale: float) -> dict[Place, Bar]:
    bars: dict[Place, Bar] = {}
    below: dict[float, float] = defaultdict(lambda: TOP)
    for place in sorted(totals, key=lambda place: (place[0], regions.index(place[2]), place[1])):
        column, stage, region = place
        if column % 1 and column not in below and bars:
            # Beside the first and largest of its stage, whose ribbons it would else hide.
            below[column] += next((bar.height for bar in bars.values() if bar.column == column - 0.5), 0.0)
        height = max(totals[place] * scale, 0.6)
        bars[place] = Bar(column, stage, region, totals[place], _x(column), below[column], height)
        below[column] += height + GAP
    return bars


def _x(column: float) -> float:
    return EDGE + (WIDTH - 2 * EDGE - BAR) * column / max(TITLES)


def _side(column: float) -> str:
    return "start" if column == 0 else "end" if column == max(TITLES) else "middle"


def _ribbon(ribbon: Ribbon, number: int, names: Mapping[str, str]) -> Markup:
    (x0, x1), (y0, y1), h = ribbon.x, ribbon.y, ribbon.height
    bend = (x0 + x1) / 2
    path = (
        f"M{x0:.1f} {y0:.1f}C{bend:.1f} {y0:.1f} {bend:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
        f"v{h:.2f}C{bend:.1f} {y1 + h:.1f} {bend:.1f} {y0 + h:.1f} {x0:.1f} {y0 + h:.1f}z"
    )
    told = f"{way(ribbon.flow, names)}: {words.count(ribbon.flow.t_per_year)} t a year"
    return Markup('<path class="ribbon o{}" d="{}"><title>{}</title></path>').format(number, path, told)


def _bar(bar: Bar, number: int, names: Mapping[str, str]) -> Markup:
    told = f"{names.get(bar.region, bar.region)}, {bar.stage}: {words.count(bar.t_per_year)} t a year"
    return Markup(
        '<rect class="bar o{}" x="{:.1f}" y="{:.1f}" width="{}" height="{:.1f}"><title>{}</title></rect>'
    ).format(number, bar.x, bar.y, BAR, bar.height, told)


def labels(bars: Sequence[Bar], names: Mapping[str, str]) -> Iterator[tuple[float, float, str, str]]:
    """Yield x, y, side and text of names that find room, largest regions first: on the edges, else of large bars."""
    taken: dict[float, float] = {}
    for bar in bars:
        y, last = bar.y + bar.height / 2 + 4, bar.column == max(TITLES)
        on_edge = last or bar.column == 0
        if y - taken.get(bar.column, 0.0) >= LETTER and (on_edge or bar.height >= LETTER):
            taken[bar.column] = y
            name = names.get(bar.region, bar.region)
            text = f"{name} {bar.stage}" if bar.stage in ("scrap", "stockpile") else name
            yield (bar.x - 4, y, "end", text) if last else (bar.x + BAR + 4, y, "start", text)
