"""What the remote control does with each command, and whom it answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.orders.order import SetPause, StartTake, StopTake
from bridge.remote.peers import MOST, Peers
from bridge.remote.session import slate_of, told
from protocols import remote
from protocols.osc import Message
from protocols.timecode import Timecode

from .stage import Answers, Desk, session

ANN = ("10.0.0.5", 40_000)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACEWIRE_HOME", str(tmp_path))


def test_a_new_target_is_confirmed_to_the_new_target() -> None:
    answers = Answers()
    obey = session(Desk(), answers)[0].obey
    assert not obey(remote.SetSendTarget(("10.0.0.5", 8001)), ANN)
    assert answers.sent == [(("10.0.0.5", 8001), remote.TARGET_CONFIRMED)]
    obey(remote.BatteryQuery(), ANN)
    (level,) = answers.to(8001)[-1].args
    assert isinstance(level, float) and 0.0 <= level <= 1.0
    obey(remote.ThermalsQuery(), ANN)
    assert answers.to(8001)[-1].args[0] in (0, 1, 2, 3)


def test_a_take_has_the_slate_and_the_number_that_were_set() -> None:
    desk, answers = Desk(), Answers()
    obey = session(desk, answers, first=("10.0.0.9", 7))[0].obey
    obey(remote.SetSlate("12B"), ANN)
    obey(remote.SetTake(3), ANN)
    obey(remote.RecordStart(), ANN)
    assert desk.asked == [StartTake("12B", 3)]
    obey(remote.RecordStop(), ANN)
    obey(remote.RecordStart(), ANN)
    # The number was for one take.
    assert desk.asked[1:] == [StopTake(), StartTake("12B", None)]
    obey(remote.RecordStop(), ANN)
    obey(remote.RecordStart("Night/Ext?", 8), ANN)
    assert desk.asked[-1] == StartTake("Night_Ext_", 8)
    assert answers.addresses == [
        *("/SlateConfirm", "/RecordStartConfirm", "/RecordStopConfirm"),
        *("/RecordStartConfirm", "/RecordStopConfirm", "/RecordStartConfirm"),
    ]


def test_the_stop_names_files_that_can_be_fetched() -> None:
    desk, answers = Desk(), Answers()
    obey = session(desk, answers, first=("10.0.0.9", 7))[0].obey
    obey(remote.RecordStart("12B", 3), ANN)
    obey(remote.RecordStop(), ANN)
    time, csv, video = answers.sent[-1][1].args
    assert time == "00:00:00:00.000"
    assert isinstance(csv, str) and csv.endswith("12B_003_anna_cal.csv")
    assert Path(csv).is_absolute()
    assert video == ""
    assert "no file of a take" in obey(
        remote.Transport(("10.0.0.5", 9), "/etc/passwd"), ANN
    )
    assert "no file of a take" in obey(remote.Transport(("10.0.0.5", 9), "../x"), ANN)


def test_a_take_is_not_lost_because_its_number_exists() -> None:
    desk, answers = Desk(taken=(("12B", 3),)), Answers()
    obey = session(desk, answers)[0].obey
    obey(remote.RecordStart("12B", 3), ANN)
    assert desk.status.recording and desk.status.number == 41
    assert desk.asked == [StartTake("12B", 3), StartTake("12B", 0)]
    assert answers.addresses == []  # Nobody has named a target.


@pytest.mark.parametrize("number", [0, -1, 1_000_000])
def test_a_number_that_no_take_can_have_is_the_next_free_one(number: int) -> None:
    desk = Desk()
    session(desk, Answers())[0].obey(remote.RecordStart("12B", number), ANN)
    assert desk.asked == [StartTake("12B", 0)]


def test_a_second_start_changes_nothing_and_is_not_confirmed() -> None:
    desk, answers = Desk(), Answers()
    obey = session(desk, answers, first=("10.0.0.9", 7))[0].obey
    obey(remote.RecordStart("12B", 3), ANN)
    obey(remote.RecordStart("13", 1), ANN)
    assert desk.status.slate == "12B"
    assert answers.addresses == ["/RecordStartConfirm"]
    assert answers.refused == ["stop that take first"]


def test_takes_that_others_start_and_end_are_told_too() -> None:
    desk, answers = Desk(), Answers()
    made, _ = session(desk, answers, first=("10.0.0.9", 7))
    made.look()
    desk.ask(StartTake("A", 1))
    made.look()
    made.look()
    desk.ask(StopTake())
    made.look()
    assert answers.addresses == ["/RecordStartConfirm", "/RecordStopConfirm"]


def test_stopping_the_session_pauses_the_faces() -> None:
    desk, answers = Desk(), Answers()
    obey = session(desk, answers)[0].obey
    obey(remote.Session(False), ANN)
    obey(remote.Session(True), ANN)
    assert desk.posted == [SetPause(True), SetPause(False)]
    # Without any target, the sender itself is answered.
    assert answers.sent == [
        (ANN, Message("/ARSessionStopConfirm")),
        (ANN, Message("/ARSessionStartConfirm")),
    ]


def test_streams_go_where_they_are_sent_and_only_to_the_sender() -> None:
    made, targets = session(Desk(), Answers())
    assert not made.obey(remote.AddLiveLink(("10.0.0.5", 11111)), ANN)
    refused = made.obey(remote.AddLiveLink(("10.0.0.6", 11111)), ANN)
    assert 'remote.reach = "anywhere"' in refused
    assert "anywhere" in made.obey(remote.SetSendTarget(("10.0.0.6", 1)), ANN)
    assert "anywhere" in made.obey(remote.Transport(("10.0.0.6", 1), "x"), ANN)
    assert targets.addresses == (("10.0.0.5", 11111),)
    made.obey(remote.Stream(False), ANN)
    assert not targets.streaming
    made.obey(remote.Stream(True), ANN)
    assert targets.streaming
    made.obey(remote.VideoDisplay(False), ANN)
    made.obey(remote.ClearLiveLink(), ANN)
    assert targets.addresses == ()


def test_ten_addresses_are_the_most_as_in_the_app() -> None:
    made, targets = session(Desk(), Answers(), reach="anywhere")
    for port in range(1, 13):
        told = made.obey(remote.AddLiveLink(("127.0.0.1", port)), ANN)
        assert bool(told) is (port > 10)
    assert not made.obey(remote.AddLiveLink(("127.0.0.1", 1)), ANN)
    assert len(targets.addresses) == 10
    targets.close()


def test_controllers_keep_their_own_targets_and_are_bounded() -> None:
    peers = Peers(("9.9.9.9", 9))
    assert peers.answers_to(ANN) == ("9.9.9.9", 9)
    for number in range(MOST + 3):
        peers.set((f"10.0.1.{number}", 1), (f"10.0.1.{number}", 8000))
    assert len(peers.all()) == MOST
    assert peers.answers_to(("10.0.1.9", 1)) == ("10.0.1.9", 8000)
    # Another socket of the same machine.
    assert peers.answers_to(("10.0.1.9", 2)) == ("10.0.1.9", 8000)
    # The oldest was forgotten; the last one set is answered, as in the app.
    assert peers.answers_to(("10.0.1.0", 1)) == ("10.0.1.10", 8000)
    assert Peers().answers_to(ANN) == ANN
    assert Peers().all() == ()


@pytest.mark.parametrize(
    ("name", "slate"),
    [("12B", "12B"), ("a/b\\c:d", "a_b_c_d"), ("..", "Take"), (" . ", "Take")],
)
def test_every_slate_of_a_controller_is_a_file_name(name: str, slate: str) -> None:
    assert slate_of(name) == slate
    assert slate_of("x" * 200) == "x" * 64


def test_a_timecode_is_told_as_in_the_csv() -> None:
    assert told(Timecode(2182883, 0.394297, 60)) == "10:06:21:23.394"
