"""What a planner reads: the answer, the tables, the page, and the story of one future."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from invented import block, scenario
from rich.console import Console

from sim.report import words
from sim.report.answer import answer, by_region, glance, losses, short_buyers
from sim.report.page import page
from sim.report.tables import print_summary
from sim.report.told import Told
from sim.results.daily import bands
from sim.results.flows import Flow
from sim.results.futures import Event, merge
from sim.results.making import Run, manifest_of
from sim.results.metrics import LOSSES
from sim.results.milestones import Milestone
from sim.results.summary import summarise
from sim.tracing.spells import spells, together
from sim.tracing.story import story, tell

FLOWS = [
    Flow(period, element, "magnet", "cn", "use", region, tonnes)
    for period, tonnes in (("before", 800.0), ("during", 12.5))
    for element in ("ndpr", "dy")
    for region in ("jp", "us")
]
MILESTONES = [
    Milestone("control_start", "ban", 1.0, 101.0, 120.0, 139.0),
    Milestone("control_end", "ban", 0.4, 466.0, None, None),
]


def summed(**invented):
    """The summary of some invented futures."""
    return summarise(merge([block(size=40, **invented)]), scenario(), seed=7)


def drawn(changes=None, **invented) -> str:
    """The page of some invented futures."""
    results, told = merge([block(size=40, **invented)]), scenario(**(changes or {}))
    summary = summarise(results, told, seed=7)
    run = Run(7, "sim run invented --seed 7", 1.0, {"mp-2024": {"title": "MP, 2024", "address": "https://mp.example"}})
    manifest = manifest_of(told, summary, run)
    return page(Told(summary, bands(results.counts), manifest, results.columns, FLOWS, MILESTONES))


def printed(summary) -> str:
    """What the tables look like in a pipe."""
    pipe = io.StringIO()
    print_summary(summary, Console(width=80, file=pipe))
    return pipe.getvalue()


def test_families_of_a_long_name_and_large_losses_fit_80_columns():
    """No header and no figure is cut short."""
    summary = summed()
    lost = {"mean": 70_931e6, "ci95": [69_692e6, 72_170e6]}
    part = summary | {"name": "like gallium in 2023", "replications": 1000, "welfare_lost_usd": lost}
    text = printed(summary | {"families": {"gallium": part}, "welfare_lost_usd": lost})

    assert "like gallium in 2023" in text
    assert "70.9 ± 1.2" in text
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80


def test_those_whom_the_question_is_about_come_first():
    """A ban on Europe alone is told of Europe first, though others may lose more; lines stand over all bands."""
    ban = scenario().model_dump(by_alias=True, mode="json")["disruptions"]
    aimed = {id: one | {"destinations": ["eu"]} for id, one in ban.items() if "destinations" in one}
    whole, few = (regions_of(drawn(changes)) for changes in (None, {"disruptions": ban | aimed}))

    assert whole["charts"][0] == "United States"
    assert few["charts"] == ["European Union", *(name for name in whole["charts"] if name != "European Union")]
    assert few["rows"][0] == "European Union"
    assert whole["lines"].count("<polyline") == 2
    assert "<polygon" not in whole["lines"]


def regions_of(text: str) -> dict:
    """The regions of a page in the order of its charts and of its table."""
    when, who = text.partition('id="when"')[2].partition("</section>")[0], text.partition("By region")[2]
    return {
        "charts": re.findall(r"<h3>(.*?)</h3>", when),
        "rows": re.findall(r"<tr><td>(.*?)</td>", who),
        "lines": text.partition('id="prices"')[2].partition('<g class="over a"')[2].partition("</svg>")[0],
    }


def test_the_answer_is_two_sentences():
    """Who is hit hardest, how long, and when; and how high prices go."""
    shortage, price = answer(summed())

    assert shortage.startswith("In every future somebody runs short; US EV is hit hardest: ")
    assert re.search(
        r"beginning on \d+ (Jun|Jul) 2026, \d+ days after the disruption, in the median future\.$", shortage
    )
    assert re.search(r"^While the control stands, Terbium oxide peaks at [\d.]+x its opening price on the rest", price)
    assert re.search(
        r", [\d.]+x on the China market; after it is lifted stocks refill and China peaks at [\d.]+x\.$", price
    )
    assert price.count(". ") == 0


def test_the_answer_is_about_those_at_whom_controls_are_aimed():
    """A question about one country is not answered by who else suffers; nobody aimed at and short: by the hardest."""
    summary = summed()
    (_, first), *others = short_buyers(summary)
    other = next(buyer for _, buyer in others if buyer["region"] != first["region"])

    summary["aimed_at"] = [other["region"]]
    assert f"{other['name']} is hit hardest of those at whom controls are aimed" in answer(summary)[0]

    for region in ([], ["nowhere"], [first["region"]]):
        summary["aimed_at"] = region
        assert f"{first['name']} is hit hardest: " in answer(summary)[0]


def test_the_answer_names_who_loses_most_where_that_is_another():
    """A buyer of a few tonnes may be hit hardest; what a country loses is somebody else's output."""
    summary = summed()
    names = {id: buyer["name"] for id, buyer in short_buyers(summary)}
    (hardest, _), (other, _), *_ = names.items()
    assert "loses the most output" not in answer(summary)[0]

    summary["buyers"][other]["output_lost_usd"]["mean"] = 2e15

    assert answer(summary)[0].endswith(f"; {names[other]} loses the most output, USD 2,000,000.0 bn on average.")
    assert names[hardest] + " is hit hardest" in answer(summary)[0]


def test_what_is_lost_is_said_apart_for_want_and_for_its_price():
    """And that use given up is worth less than a line stop; where nothing was too dear, nothing is said of it."""
    summary = summed()
    for metric, usd in zip(LOSSES, (5e9, 3e9, 2e9, 3.1e9), strict=True):
        summary[metric.name] |= {"mean": usd, "p95": 2 * usd}
    said = losses(summary)

    assert said.startswith("Output lost: USD 5.0 bn on average, USD 10.0 bn at p95. Of the mean, USD 3.0 bn could not")
    assert said.endswith("welfare lost is USD 3.1 bn.")
    assert said in " ".join(printed(summary).split())
    summary["output_priced_out_usd"]["mean"] = 0.0
    assert losses(summary) == "Output lost: USD 5.0 bn on average, USD 10.0 bn at p95."
    summary["output_lost_usd"]["mean"] = 0.0
    assert losses(summary) == ""


def test_without_peaks_in_force_the_answer_speaks_of_the_peak():
    """A run without the column, or without a control, says how high prices go and no more."""
    summary = _without_peaks_in_force(summed())

    assert answer(summary)[1].startswith("Terbium oxide peaks at ")
    assert "Peak in" not in printed(summary)
    assert "while the control stands" not in glance(summary)[-1][1]


def test_a_market_that_does_not_rise_later_is_said_once():
    """Stocks refill where that shows in the price, and where the control ends within the horizon."""
    level, forever, noisy = summed(), summed(), summed()
    for market in level["prices"]["tb_oxide"].values():
        market["peak_multiple"] = market["peak_in_force_multiple"]
    noisy["prices"]["tb_oxide"]["china"]["attributable_peak"]["p50"] = 1.0
    forever["control_end_day"]["p50"] = None

    assert "after it is lifted" not in answer(level)[1]
    assert "after it is lifted" not in answer(forever)[1]
    assert "after it is lifted" not in answer(noisy)[1]


def test_when_nobody_is_short_the_answer_says_so():
    """A calm run is an answer too."""
    calm = summed(harm=0)

    assert answer(calm)[0] == "No buyer runs short in any of the 40 futures simulated."
    assert "Who runs short" not in printed(calm)
    assert glance(calm)[0][0] == "0 %"


def test_a_figure_is_said_as_a_planner_says_it():
    """Rare is not never, nearly sure is not certain, and what is unknown is a dash."""
    assert [words.percent(share) for share in (0, 0.001, 0.5, 0.999, 1, None)] == [
        "0 %", "<1 %", "50 %", ">99 %", "100 %", "–"
    ]  # fmt: skip
    assert (words.count(0.3), words.count(1234.4), words.count(None)) == ("0.3", "1,234", "–")
    assert (words.usd(4.2e9), words.usd(-8.9e6), words.usd(0)) == ("USD 4.2 bn", "-USD 8.9 m", "USD 0")
    assert words.date("2024-02-28", 1) == "29 Feb 2024"
    assert words.short_name("Japan makers (Shin-Etsu, TDK) [G03]") == "Japan makers"


def test_tables_fit_80_columns_and_carry_no_colour_for_a_file():
    """A pipe and a log get plain text."""
    text = printed(summed())

    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text
    assert "…" not in text


def test_tables_list_by_region_the_worst_first():
    """Regions and their buyers stand by what they lose; those never short are counted."""
    regions = by_region(summed())

    assert [name for name, _ in regions] == ["United States", "European Union", "Japan"]
    assert [buyer["use"] for buyer in regions[2][1]] == ["EV", "Wind"]
    assert "Other buyers short: 5 never." in printed(summed())


def test_names_with_brackets_are_no_markup():
    """A region may be called what it likes; it neither vanishes from a table nor breaks it."""
    regions = {"jp": "Japan [north]", "us": "[/bold] x", "eu": "EU [red]", "cn": "China", "au": "[/]"}
    markets = {"china": ("[link]", ["cn"]), "world": ("World [dim]", ["jp", "us", "eu", "au"])}
    told = scenario(
        regions={id: {"name": name} for id, name in regions.items()},
        markets={id: {"name": name, "regions": members} for id, (name, members) in markets.items()},
    )
    text = printed(summarise(merge([block(size=40)]), told, seed=7))

    for name in ("Japan [north]", "[/bold] x", "EU [red]", "[link]", "World [dim]"):
        assert text.count(name) >= 2, name


def test_who_is_short_for_the_price_is_named():
    """Whoever forgoes more for the price than it is refused is named, in the tables and on the page."""
    summary = summed()
    for buyer in summary["buyers"].values():
        buyer["priced_out_t"]["mean"] = 0.0
    assert "because it is dear" not in printed(summary)

    summary["buyers"]["jp.wind"]["priced_out_t"]["mean"] = 1e6
    assert "Short because it is dear, not because it is refused: Japan wind." in printed(summary)
    results, told = merge([block(size=40)]), scenario()
    html = page(Told(summary, bands(results.counts), manifest_of(told, summary, Run(7, "sim run", 1.0, {}))))
    assert "<p>Short because it is dear, not because it is refused: Japan wind.</p>" in html


def test_a_page_says_what_the_cost_of_a_policy_is():
    """Purchases, storage, capital and delivery, less what releases fetch and what is left."""
    results, told = merge([block(size=40)]), scenario()
    summary = summarise(results, told, seed=7)
    summary["policy_cost_usd"]["mean"] = 3e6
    html = page(Told(summary, bands(results.counts), manifest_of(told, summary, Run(7, "sim run", 1.0, {}))))

    assert "purchases, storage, capital and delivery, less releases" in html


def test_a_page_has_its_sections_in_order():
    """Question, answer, how sure, who, when, where, prices, piles, policies, causes, checks, how to repeat it."""
    html = drawn()
    titles = re.findall(r"<h2[^>]*>(.*?)</h2>", html)

    assert titles == [
        "How sure is this", "Who runs short", "When", "Where it flows", "Prices", "Stockpiles", "Policies side by side",
        "What drives it", "Model checks", "Run it again",
    ]  # fmt: skip
    assert "<h1>Who runs short, and when, if China stops Dy, Tb and magnets for a year?</h1>" in html
    assert "sim run invented --seed 7" in html
    assert all(f'id="{anchor}"' in html for anchor in re.findall(r'href="#(\w+)"', html))


def test_a_page_asks_nothing_of_any_host():
    """No image, no font, no style from elsewhere, no script but its own; links are only followed by hand."""
    html = drawn()
    asking = re.findall(r"<(?:img|iframe|object|embed|source|video|audio|form)\b|url\(|@import|\bsrc=|fetch\(", html)

    assert not asking
    assert re.findall(r"<link [^>]*>", html) == ['<link rel="icon" href="data:,">']
    assert len(html.encode()) < 6 * 2**20


def test_a_page_lets_no_script_run_but_its_own():
    """The policy of the page names the digest of the one script that stands in it."""
    html = drawn({"question": "<script>alert(1)</script>"})
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

    assert f"script-src 'sha256-{digest}'\"" in html
    assert "default-src 'none'" in html


def test_every_number_in_the_tables_is_in_the_summary():
    """Nothing is told of buyers, groups and prices that summary.json does not say."""
    bare = _bare()
    html, summary = page(bare), bare.summary
    tables = html[html.index('id="who"') : html.index('id="policies"')]
    cells = [cell for cell in re.findall(r"<td[^>]*>([^<]*)</td>", tables) if re.search(r"\d", cell)]
    known = {
        say(number)
        for number in _leaves(summary)
        for say in (
            words.count,
            words.percent,
            words.usd,
            words.multiple,
            words.days,
            lambda n: words.date("2026-01-01", n),
        )
        if say is words.usd or abs(number) < 1e5
    } | {one["name"] for kind in ("groups", "families") for one in summary[kind].values()}

    assert len(cells) > 150
    assert set(cells) <= known


def _leaves(node):
    if isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            yield from _leaves(child)
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield node


def test_a_page_marks_what_happens_in_most_futures():
    """What begins in every future has its day on the chart of all who are short; what comes in fewer than half none."""
    html = drawn()

    assert html.count('data-at="120"') == 3
    assert "Ban in force: 1 May 2026 in the median future (90 of 100: 12 Apr 2026 to 20 May 2026)" in html
    assert "Ban lifted" not in html


def test_a_page_shows_what_flows_before_and_during():
    """A picture for every element and period, and a table of all ways."""
    html = drawn()

    assert len(re.findall("data-picture", html)) >= 6
    assert "China magnet to Japan use</td><td>1,600</td><td>25</td>" in html
    assert "This run kept no flows" in page(_bare())


def _bare():
    results, told = merge([block(size=40)]), scenario()
    summary = summarise(results, told, seed=7)
    return Told(summary, bands(results.counts), manifest_of(told, summary, Run(7, "sim run", 1.0, {})))


def test_a_page_is_well_formed():
    """Every tag that is opened is closed, in order."""
    open_tags: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag not in {"meta", "link", "br"}:
                open_tags.append(tag)

        def handle_startendtag(self, tag, attrs):
            pass

        def handle_endtag(self, tag):
            assert open_tags.pop() == tag

    Tags().feed(drawn())
    assert not open_tags


def test_what_a_scenario_says_is_never_markup():
    """A question with a script in it is a question with a script in it."""
    html = drawn({"question": "<script>alert(1)</script>", "not_modelled": ["<img src=x>"]})

    assert "<script>alert" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_page_names_sources_assumptions_and_what_is_left_out():
    """Every cited key, every assumed number, everything not modelled."""
    html = drawn()

    assert "MP, 2024" in html
    assert "argus-2024" in html
    assert "invented for a test" in html
    assert "samarium-cobalt magnets" in html


def test_a_page_without_twin_shortage_or_prices_still_stands():
    """A calm run without a twin has a page that says so."""
    html = drawn(harm=0, twin=False)

    assert "Nobody: every buyer gets what it needs" in html
    assert "nan" not in html.lower().split("<body>")[1]


def test_a_story_tells_one_future_by_day():
    """The ban, who runs short of what and why, and the end, with dates."""
    lines = story(block(first=3, size=1), scenario(), 3)
    days = [int(day) for day in re.findall(r", day (\d+)", "\n".join(lines))]

    assert lines[0] == "Future 3 of invented_ban, no policy added: 730 days from 1 Jan 2026."
    assert days == sorted(days)
    ban = next(line for line in lines if "In force" in line)
    assert "China's ban on Dysprosium oxide, Terbium oxide and high-temperature magnet" in ban
    short = next(line for line in lines if "Runs short" in line)
    assert "60 % of what they buy (Chinese magnet makers)" in short
    assert "Japanese magnet makers, 80 % of their Dysprosium oxide (Chinese oxides)" in short
    assert any("JOGMEC stockpile has run dry: Dysprosium oxide" in line for line in lines)
    assert "7 buyers ran short" in lines[-1]


def test_a_story_out_of_a_block_tells_no_other_future():
    """Events of neighbours stay out; series of several futures are blurred and left out."""
    alone, among = story(block(first=3, size=1), scenario(), 3), story(block(size=8), scenario(), 3)

    assert [line for line in among if "Runs short" in line] == [line for line in alone if "Runs short" in line]
    assert not any("Prices" in line for line in among)
    with pytest.raises(ValueError, match="not in this block"):
        story(block(size=2), scenario(), 3)


def test_a_future_in_which_nothing_happens_is_told_too():
    """No event, no series: a beginning and an end."""
    assert tell([], {}, scenario(), 0)[1:] == ["Nobody ran short."]


def test_short_breaks_do_not_end_a_spell():
    """Two shortages a week apart are one, with the days short of both; one that lasts has no end."""
    events = [
        _event(10, "short_start"),
        _event(20, "short_end", 5.0),
        _event(27, "short_start"),
        _event(30, "short_end", 1.0),
        _event(300, "short_start"),
    ]
    first, second = spells(events, 365)

    assert (first.first, first.end, first.short_d, first.unmet_t) == (10, 30, 13, 6.0)
    assert (second.first, second.end, second.short_d, second.unmet_t) == (300, None, 65, None)


def test_neighbours_are_told_together():
    """What happens within a week is one sentence."""
    assert together([(12, "b"), (10, "a"), (17, "c")]) == [(10, 12, ["a", "b"]), (17, 17, ["c"])]


def test_who_cuts_use_for_the_price_is_not_said_to_be_refused():
    """A buyer that missed nothing it would have bought was priced out."""
    lines = tell([_event(10, "short_start"), _event(40, "short_end", 0.0)], {}, scenario(), 0)

    assert "Uses less since it has become dear: Japan (EV)." in lines[1]


def _event(day, kind, value=None):
    return Event(day, kind, "jp.ev", np.array([0]), values=None if value is None else np.array([value]))


def _without_peaks_in_force(summary):
    for markets in summary["prices"].values():
        for stats in markets.values():
            stats["peak_in_force_multiple"] = dict.fromkeys(stats["peak_in_force_multiple"])
    return summary
