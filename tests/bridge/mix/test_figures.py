"""What people and programs see of a mix: figures, the live table, doctor."""

from __future__ import annotations

import io
import json
from dataclasses import replace

from rich.console import Console

from bridge.errors import BridgeError
from bridge.live_table import Screen
from bridge.metrics import Stopwatch
from bridge.mix.doctor import mix_of
from bridge.mix.figures import PartFigures, figures_of, line
from bridge.mix.part import Part
from bridge.mix.regions import REGIONS, shares
from bridge.mix.weights import Rank
from protocols.control import Reply
from tests.bridge.test_live_table import at

from .fake_feed import FakeFeed, solved

BASE = PartFigures(
    *("base", "camera:0", "live", 29.97, 0.0, True, 0),
    shares(1.0 - REGIONS["eyes"]),
)
PHONE = PartFigures(
    *("phone", "livelink:127.0.0.1:11112", "live", 60.0, -41.234, False, 2),
    shares(0.25 * REGIONS["eyes"] + REGIONS["expression"]),
)


def test_shares_are_told_by_region() -> None:
    assert BASE.used_for() == "brows, mouth, head, body, position, expression"
    assert PHONE.used_for() == "lids 25 %, gaze 25 %, expression"
    assert replace(BASE, shares=shares(REGIONS["all"])).used_for() == "all"
    assert replace(BASE, shares={}).used_for() == "-"


def test_a_source_is_one_sentence() -> None:
    assert PHONE.sentence() == (
        "phone (livelink:127.0.0.1:11112) live, 60/s, delay -41 ms, used for "
        "lids 25 %, gaze 25 %, expression"
    )
    assert "delay measuring" in replace(PHONE, delay_ms=None).sentence()
    assert line([]) == ""
    assert line([BASE, PHONE]).count("; ") == 1


def test_json_can_be_read_again() -> None:
    told = json.loads(json.dumps(PHONE.as_json()))
    assert told["rate_hz"] == 60.0 and told["shares"]["lids"] == 0.25
    assert PartFigures(**told).as_json() == told


def test_the_state_follows_what_was_heard() -> None:
    feed = FakeFeed("fake")
    part = Part("layer", feed, Rank(1, REGIONS["eyes"]), Stopwatch())
    weights = REGIONS["eyes"]

    def state(heard: object, now_ns: int) -> str:
        return figures_of(part, heard, weights, now_ns).state  # type: ignore[arg-type]

    assert state(None, 0) == "waiting"
    heard = part.take(solved(0.5, at_ns=1_000))
    assert state(heard, 2_000) == "live"
    assert state(heard, 10**9) == "silent"
    assert state(part.take(solved(None, at_ns=3_000)), 4_000) == "no face"
    assert state(part.take(solved(None, at_ns=5_000, held=True)), 6_000) == "silent"
    feed.close()
    assert state(heard, 2_000) == "ended"
    part.failure = BridgeError("gone")
    assert state(heard, 2_000) == "failed"


def test_the_live_table_has_a_row_for_each_source_on_80_columns() -> None:
    console, screen = Console(file=io.StringIO(), width=80), Screen()
    silent = replace(PHONE, layer="tracker", state="silent", delay_ms=None)
    screen.add(replace(at(1, 30), mix=(BASE, PHONE, silent), wait_ms=35.0))
    console.print(screen)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    for told in ("35 ms held back", "phone", "-41 ms", "silent", "measuring", "60.0"):
        assert told in shown
    assert max(len(row.rstrip()) for row in shown.splitlines()) <= 80
    assert "phone (livelink" in screen.line()


def test_the_status_has_the_figures() -> None:
    told = replace(at(1, 30), mix=(BASE, PHONE), wait_ms=35.0)
    assert [one["layer"] for one in told.as_json()["mix"]] == ["base", "phone"]
    assert told.as_json()["mix_wait_ms"] == 35.0
    assert "phone (livelink" in told.sentence()
    assert at(1, 30).as_json()["mix"] == []


def reply(mix: object) -> Reply:
    return Reply(True, "fine", report=json.dumps({"mix": mix}))


def test_doctor_lists_the_sources_of_a_running_facewire() -> None:
    silent = replace(PHONE, state="silent")
    told = reply([BASE.as_json(), silent.as_json()])
    base, phone = mix_of(7, lambda do, arguments, pid: told)
    assert (base.state, phone.state) == ("good", "note")
    assert base.sentence.startswith("facewire (process 7): base (camera:0) live")
    assert phone.detail["pid"] == 7 and phone.detail["delay_ms"] == -41.234


def test_doctor_says_nothing_of_a_facewire_without_a_mix() -> None:
    assert mix_of(7, lambda do, arguments, pid: reply([])) == []
    assert mix_of(7, lambda do, arguments, pid: Reply(True, "fine")) == []


def test_doctor_notes_a_facewire_that_does_not_answer_or_is_another_version() -> None:
    def silent(do: str, arguments: dict[str, str], pid: int | None) -> Reply:
        raise BridgeError("does not answer")

    (finding,) = mix_of(7, silent)
    assert finding.state == "note" and "does not answer" in finding.sentence
    (finding,) = mix_of(7, lambda do, arguments, pid: reply([{"layer": "x"}]))
    assert finding.state == "note"
