"""The pages of `sim serve`, asked by a program: what they answer, and what they refuse."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from sim.errors import OptionError
from sim.results import parquet
from sim.running.run import run_and_write
from sim.spec.reading import read_scenario

starlette = pytest.importorskip("starlette.testclient")

from sim.web.app import application  # noqa: E402
from sim.web.controls import CONTROLS, FLOORS, PILES, PROJECTS, RESPONSE  # noqa: E402
from sim.web.guard import COOKIE, MOST_QUERY, MOST_REQUESTS, Guard, is_loopback  # noqa: E402
from sim.web.serving import serve_page  # noqa: E402
from sim.web.shelf import Shelf  # noqa: E402

SIX_NODE = Path(__file__).parent / "scenarios" / "six_node.yaml"
OWN = """schema_version: 1
extends: six_node.yaml
name: own
horizon_d: 240
disruptions:
  oxide-ban:
    announced: {value: 20, unit: d, assumed: early}
    start: {value: 20, unit: d, assumed: early}
    duration: {value: 90, unit: d, assumed: a quarter}
facilities:
  reserve.jp:
    stocks:
      ndpr_oxide: {opening: {value: 5, unit: d, assumed: next to nothing}}
      dy_oxide: {opening: {value: 5, unit: d, assumed: next to nothing}}
"""
FUTURES = 48
SECTIONS = (CONTROLS, PILES, RESPONSE, PROJECTS, FLOORS)
TOKEN = "a-token-that-nobody-guesses"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a scenario file of our own: the six-node chain for 240 days, with a name that is no HTML."""
    folder = tmp_path_factory.mktemp("own")
    for name in ("six_node.yaml", "sources.yaml"):
        (folder / name).write_text((SIX_NODE.parent / name).read_text())
    question = "Who <script>alert(1)</script> & who not?"
    path = folder / "own.yaml"
    path.write_text(OWN + f"question: {question!r}\n")
    return path


def client(own: Path, token: str | None = None, base_url: str = "http://localhost") -> Any:
    """Return a client of the pages, one process behind them."""
    app = application(Shelf(str(own)), seed=1, most=FUTURES, hands=1, token=token)
    return starlette.TestClient(app, base_url=base_url, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def page(own: Path) -> Iterator[Any]:
    """Return a client of pages that are open, all tests long."""
    with client(own) as found:
        yield found


def looked(page: Any, link: str = "") -> dict[str, Any]:
    """Look at a setting until all its futures are done."""
    seen, found = "", {"done": False}
    while not found["done"]:
        answer = page.get(f"/look?{link}&seen={seen}")
        assert answer.status_code == 200, answer.text
        found = answer.json()
        seen = found["seen"]
    return found


def test_an_answer_is_refined_until_all_futures_are_done(page: Any) -> None:
    """A link brings pictures of few futures first and of all of them in the end, none taken back on the way."""
    futures, seen = [0], ""
    while futures[-1] < FUTURES:
        answer = page.get(f"/look?seen={seen}").json()
        futures, seen = [*futures, answer["futures"]], answer["seen"]

    assert futures == sorted(futures)
    assert answer["done"]
    assert answer["state"] == "All 48 futures are done."
    assert 'role="img"' in answer["parts"]["prices"]
    assert "Japan" in answer["parts"]["short"]


def test_numbers_are_those_of_sim_run(page: Any, own: Path, tmp_path: Path) -> None:
    """The scenario that is downloaded, run on the command line, has the page's futures to the last bit."""
    link = "oxide-ban.duration=60&oxide-ban.leak=0.2"
    looked(page, link)
    taken = page.get(f"/scenario.yaml?{link}")
    (tmp_path / "sources.yaml").write_text((own.parent / "sources.yaml").read_text())
    (tmp_path / "taken.yaml").write_bytes(taken.content)
    (tmp_path / "page.parquet").write_bytes(page.get(f"/futures.parquet?{link}").content)
    read = read_scenario(str(tmp_path / "taken.yaml"))
    run_and_write(read, tmp_path / "out", n=FUTURES, seed=1, twin=False)

    assert taken.headers["content-disposition"] == 'attachment; filename="own.what_if.yaml"'
    assert read.scenario.disruptions["oxide-ban"].duration.value == 60  # type: ignore[union-attr]
    mine, theirs = (pq.read_table(tmp_path / name) for name in ("page.parquet", "out/replications.parquet"))
    assert mine.equals(theirs)
    rows = list(csv.reader(io.StringIO(page.get(f"/futures.csv?{link}").text)))
    assert rows[0] == mine.column_names
    assert len(rows) == FUTURES + 1
    assert "<!doctype html>" in page.get(f"/report.html?{link}").text
    assert parquet.read_replications(tmp_path / "page.parquet")["replication"].size == FUTURES


def test_a_longer_ban_is_worse_and_the_difference_is_paired(page: Any) -> None:
    """Beside a held setting every figure says by how much it differs over the same futures."""
    found = looked(page, "oxide-ban.duration=100&held.oxide-ban.duration=20")

    assert found["held"] == "Oxide ban, lasts: 20 days"
    assert 'class="way more"' in found["parts"]["short"]
    assert "Held setting" in found["parts"]["delivered"]
    same = looked(page, "oxide-ban.duration=20&held.oxide-ban.duration=20")
    assert 'class="way more"' not in same["parts"]["short"] + same["parts"]["glance"]


def test_a_page_shows_its_text_as_text(page: Any) -> None:
    """What a scenario file says is text, whatever it looks like."""
    shown = page.get("/").text

    assert "<script>alert" not in shown
    assert "Who &lt;script&gt;alert(1)&lt;/script&gt; &amp; who not?" in shown
    assert "<b>" not in page.get("/?policy=%3Cb%3E").text


def test_the_page_lets_no_other_script_or_style_run(page: Any) -> None:
    """The policy that a browser enforces names no 'unsafe-inline', no 'unsafe-eval', and no other host."""
    answer = page.get("/")
    policy = answer.headers["content-security-policy"]

    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert " style=" not in answer.text + "".join(looked(page)["parts"].values())
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("oxide-ban.duration=-5", "0 to 240 days"),
        ("oxide-ban.leak=7", "0 to 100 %"),
        ("oxide-ban.leak=x", "a finite number"),
        ("scenario=..%2F..%2Fetc%2Fpasswd", "one of 17 names"),
        ("policy=%2Fetc%2Fpasswd", "there is none to name"),
        ("held.oxide-ban.leak=-1", "0 to 100 %"),
    ],
)
def test_crafted_links_are_told_what_is_wrong(page: Any, link: str, says: str, own: Path) -> None:
    """A slider out of range, a path for a name: 422, the words of what is allowed, and no path of this machine."""
    for path in ("/look", "/controls", "/futures.csv"):
        if path == "/look" or "held" not in link:
            answer = page.get(f"{path}?{link}")
            assert (answer.status_code, says in answer.json()["trouble"]) == (422, True), answer.text
            assert str(own.parent) not in answer.text
    assert page.get(f"/?{link}").status_code == 200


@pytest.mark.parametrize("path", ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/sim/web/app.py", "/own.yaml"])
def test_no_file_can_be_reached(page: Any, path: str) -> None:
    """The page has nine addresses, and none of them is a file of this machine."""
    assert page.get(path).status_code == 404


def test_nothing_can_be_sent(page: Any) -> None:
    """Settings come in links; bodies, however large, are refused before they are read, and so are endless links."""
    assert page.post("/look", content=b"x" * 5_000_000).status_code == 405
    assert page.request("GET", "/look", content=b"x" * 5_000_000).status_code == 413
    assert page.request("GET", "/look", content=iter([b"x"])).status_code == 413
    assert page.get("/look?x=" + "1" * MOST_QUERY).status_code == 414


def test_a_name_that_is_not_this_machine_is_refused(own: Path) -> None:
    """A page of another name that points here (DNS rebinding) gets nothing; nor does one that asks across sites."""
    with client(own, base_url="http://attacker.example") as other:
        assert other.get("/").status_code == 421
    with client(own) as here:
        across = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
        assert here.get("/look", headers=across).status_code == 403
        assert here.get("/", headers=across | {"sec-fetch-mode": "navigate"}).status_code == 200


def test_strangers_need_the_token(own: Path) -> None:
    """Bound to others, nothing is told to who has no token, or a wrong one; the right link sets a cookie."""
    with client(own, TOKEN, "http://planner.example") as stranger:
        for path in ("/", "/look", "/page.js", "/futures.csv", f"/look?token={TOKEN}"):
            assert stranger.get(path).status_code == 401
        for wrong in ("", TOKEN[:-1], TOKEN + "x", "\u00e9", "a" * 500):
            assert stranger.get("/", params={"token": wrong}).status_code == 401
            assert stranger.get("/", headers={"cookie": f"{COOKIE}={wrong.encode().hex()}"}).status_code == 401
        answer = stranger.get(f"/?token={TOKEN}&oxide-ban.leak=0.2", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/?oxide-ban.leak=0.2")
        assert "httponly" in answer.headers["set-cookie"].lower()
        assert stranger.get("/").status_code == 200


def test_more_requests_than_can_be_served_are_refused() -> None:
    """Past so many requests under way the next is told to come again; it costs nothing, and all is well after."""
    guard = Guard(app=None, token=None)  # type: ignore[arg-type]
    scope = {"type": "http", "method": "GET", "headers": [(b"host", b"localhost")], "query_string": b"", "path": "/"}
    guard._under_way = MOST_REQUESTS
    refused = guard._refusal(scope)
    guard._under_way -= 1

    assert refused is not None
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
    assert guard._refusal(scope) is None


def test_downloads_wait_for_futures(page: Any) -> None:
    """Of a setting that nobody has looked at there is a scenario, and no data."""
    assert page.get("/futures.csv?oxide-ban.leak=0.77").status_code == 409
    assert page.get("/scenario.yaml?oxide-ban.leak=0.77").status_code == 200


def test_another_servers_versions_mean_nothing(page: Any) -> None:
    """A browser that was open while the server was started anew gets its pictures again."""
    looked(page)
    answer = page.get("/look?seen=00000000-999").json()

    assert answer["done"]
    assert answer["parts"]


def test_every_pillar_has_its_switch_and_its_sliders(page: Any) -> None:
    """With all policies laid over a scenario its page has all sections, each slider labelled, bounded and explained."""
    policies = ("national_jp", "rapid_response", "projects", "price_floor", "recycling")
    shown = page.get("/?scenario=export_ban" + "".join(f"&policy={name}" for name in policies)).text

    assert shown.count(" checked>") == 4
    assert [shown.count(f"<summary>{title}<") for title in SECTIONS] == [1] * 5
    sliders = re.findall(r'<input type="range" id="([^"]+)"[^>]* aria-describedby="([^"]+)" aria-valuetext="', shown)
    assert len(sliders) == shown.count('type="range"') >= 12
    assert all(f'for="{id}"' in shown and f'id="{note}"' in shown for id, note in sliders)


def test_sliders_that_stay_keep_their_place(page: Any) -> None:
    """Where another policy is chosen, what was moved stays moved if it is still there."""
    answer = page.get(
        "/controls?scenario=export_ban&policy=joint_pooled&china_ban.leak=0.5&us_jp_oxide_pool.stock=2000"
    )
    without = page.get("/controls?scenario=export_ban&china_ban.leak=0.5&us_jp_oxide_pool.stock=2000")

    assert 'value="2000.0"' in answer.json()["controls"]
    assert 'value="0.5"' in without.json()["controls"]
    assert "us_jp_oxide_pool" not in without.json()["controls"]
    assert json.dumps("Who runs short, when and for how long")[1:-1] in without.json()["question"]


@pytest.mark.parametrize(
    ("host", "alone"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("10.1.2.3", False)],
)
def test_what_is_loopback(host: str, alone: bool) -> None:
    """Only addresses that no other machine can reach do without a token."""
    assert is_loopback(host) is alone


def test_an_address_that_is_taken_is_told() -> None:
    """A wrong address or a short token is told before any process is started."""
    with pytest.raises(OptionError, match="no address that is free here"):
        serve_page(str(SIX_NODE), host="192.0.2.1", port=80, most=32, seed=1, hands=1, token=None, say=print)
    with pytest.raises(OptionError, match="at least 16"):
        serve_page(str(SIX_NODE), host="127.0.0.1", port=0, most=32, seed=1, hands=1, token="short", say=print)
