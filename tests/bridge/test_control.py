"""The control socket of a daemon."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import zmq

from bridge.control import Control
from bridge.control_addresses import running_daemons, send
from bridge.control_client import ask
from bridge.errors import BridgeError
from bridge.takes.read import read_recording
from bridge.takes.recorder import Recorder
from protocols.control import Reply, Request
from tests.bridge.takes.made import frame_of, take


def test_a_take_is_started_and_stopped_from_outside(
    recorder: Recorder, tmp_path: Path
) -> None:
    assert ask("take status", {}).told == "nothing is being recorded"
    assert ask("take status", {}).state["pid"] == str(os.getpid())
    folder = tmp_path / "elsewhere"
    arguments = {"slate": "12A", "number": "4", "folder": str(folder)}
    started = ask("take start", arguments)
    assert started.ok and started.told.startswith("recording 12A 004 0:00 into ")
    made = take(count=5)
    for i in range(5):
        recorder.publish(frame_of(made, i), made.timecodes[i])
    state = ask("take status", {}).state
    assert (state["recording"], state["frames"]) == ("yes", "5")
    again = ask("take start", {})
    assert not again.ok and "stop that take first" in again.told
    path = folder / "12A_004.mcap"
    stopped = ask("take stop", {}, pid=os.getpid())
    assert stopped.told == f"recorded {path}: 5 frames"
    assert stopped.state["file"] == str(path) and stopped.state["recording"] == "no"
    assert len(read_recording(path).takes[0].index) == 5
    assert ask("take stop", {}).told == "nothing is being recorded"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"number": "two"}, "number 'two'"),
        ({"number": "0"}, "expected 1 to 999999"),
        ({"folder": "here"}, "expected a full path"),
        ({"folder": "/a\0b"}, "expected a full path"),
        ({"slate": "a/b"}, "slate 'a/b'"),
        ({"colour": "red"}, "unknown argument colour"),
    ],
)
@pytest.mark.usefixtures("recorder")
def test_what_cannot_be_done_is_a_sentence(
    arguments: dict[str, str], part: str
) -> None:
    reply = ask("take start", arguments)
    assert not reply.ok and part in reply.told


def test_without_curve_in_this_zeromq_the_token_protects(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bridge.control.zmq.has", lambda of: False)
    control = Control(lambda request: Reply(True, "here"))
    try:
        (daemon,) = running_daemons()
        assert daemon.public_key == "" and daemon.version == 2
        assert "no CURVE; only a token protects" in caplog.text
        assert ask("take status", {}).told == "here"
        assert ask("calibrate", {}).told == "here"
        wrong = replace(daemon, token="wrong")
        assert send(wrong, Request("wrong", "status"), 60_000).told == (
            "the token is not this daemon's"
        )
    finally:
        control.close()


def test_a_command_that_fails_is_answered_and_the_next_one_heard(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def answer(request: Request) -> Reply:
        if request.do == "take start":
            raise ZeroDivisionError("no such luck")
        # A file's name on Linux may be no text.
        return Reply(True, "recording \udcff.mcap")

    control = Control(answer)
    try:
        failed = ask("take start", {})
        assert not failed.ok and failed.told == "it failed: no such luck"
        assert "a request failed" in caplog.text
        assert ask("take status", {}).told == "recording ?.mcap"
        with pytest.raises(BridgeError, match=r"take start: .* is not valid text"):
            ask("take start", {"slate": "\udcff"})
        assert ask("take status", {}).ok
    finally:
        control.close()


class Broken:
    """A socket that fails so often, as a bug of libzmq's or ours would have it."""

    def __init__(self, of: zmq.SyncSocket, times: int) -> None:
        self._of, self.left = of, times

    def __getattr__(self, name: str) -> object:
        return getattr(self._of, name)

    def poll(self, *arguments: int) -> int:
        if self.left:
            self.left -= 1
            raise zmq.ZMQError(zmq.EFSM)
        return self._of.poll(*arguments)


def test_a_fault_of_the_socket_is_told_once_and_passes(
    recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    control = Control(lambda request: Reply(True, "here"))
    control._socket = Broken(control._socket, 3)  # type: ignore[assignment]
    try:
        while control._socket.left:
            threading.Event().wait(0.01)
        assert ask("take status", {}).told == "here"
        assert caplog.text.count("a request is lost") == 1
    finally:
        control.close()


def test_without_a_daemon_it_is_said_what_to_do(own_home: Path) -> None:
    control = Control(lambda request: Reply(True, "here"))
    assert ask("take status", {}).told == "here"
    control.close()
    control.close()
    assert not list(own_home.iterdir())
    with pytest.raises(BridgeError, match="no facewire is running here"):
        ask("take status", {})
