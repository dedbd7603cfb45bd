"""A daemon's ear, over a real socket."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import zmq
from hypothesis import given
from hypothesis import strategies as st

from bridge.control import Control, ask, ears
from bridge.errors import BridgeError
from bridge.takes.commanded import obey
from bridge.takes.read import read_recording
from bridge.takes.recorder import Orders, Recorder
from bridge.takes.take import About
from protocols.control import Reply, Request, decode_reply, encode_request

from .made import frame_of, take


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    made = Recorder(Orders(tmp_path / "takes"), About())
    control = Control(lambda request: obey(made, request))
    yield made
    control.close()
    made.close()


def test_a_take_is_started_and_stopped_from_outside(
    recorder: Recorder, tmp_path: Path
) -> None:
    assert ask("status", {}).told == "nothing is being recorded"
    assert ask("status", {}).state["pid"] == str(os.getpid())
    folder = tmp_path / "elsewhere"
    arguments = {"slate": "12A", "number": "4", "folder": str(folder)}
    started = ask("start", arguments)
    assert started.ok and started.told.startswith("recording 12A 004 0:00 into ")
    made = take(count=5)
    for i in range(5):
        recorder.publish(frame_of(made, i), made.timecodes[i])
    state = ask("status", {}).state
    assert (state["recording"], state["frames"]) == ("yes", "5")
    again = ask("start", {})
    assert not again.ok and "stop that take first" in again.told
    path = folder / "12A_004.mcap"
    stopped = ask("stop", {}, pid=os.getpid())
    assert stopped.told == f"recorded {path}: 5 frames"
    assert stopped.state["file"] == str(path) and stopped.state["recording"] == "no"
    assert len(read_recording(path).takes[0].index) == 5
    assert ask("stop", {}).told == "nothing is being recorded"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"number": "two"}, "number 'two'"),
        ({"number": "0"}, "expected 1 to 999999"),
        ({"folder": "here"}, "expected a full path"),
        ({"folder": "/a\0b"}, "expected a full path"),
        ({"slate": "a/b"}, "slate 'a/b'"),
        ({"colour": "red"}, "no such argument: colour"),
    ],
)
@pytest.mark.usefixtures("recorder")
def test_what_cannot_be_done_is_a_sentence(
    arguments: dict[str, str], part: str
) -> None:
    reply = ask("start", arguments)
    assert not reply.ok and part in reply.told


def speak(address: str, data: bytes) -> bytes:
    context = zmq.Context()
    try:
        with context.socket(zmq.REQ) as socket:
            socket.setsockopt(zmq.LINGER, 0)
            socket.setsockopt(zmq.RCVTIMEO, 10_000)
            socket.connect(address)
            socket.send(data)
            return socket.recv()
    finally:
        context.term()


def test_nobody_is_heard_without_the_token(recorder: Recorder, own_home: Path) -> None:
    (ear,) = ears()
    (path,) = own_home.glob("daemon-*.json")
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for token in ("x", ear.token[:-1], ear.token + "x", "ä"):
        told = speak(ear.address, encode_request(Request(token, "start")))
        assert decode_reply(told) == Reply(False, "the token is not this daemon's")
    assert not recorder.status().recording


def test_garbage_is_answered_and_does_no_harm(recorder: Recorder) -> None:
    (ear,) = ears()

    @given(st.binary(max_size=64))
    def garbage(data: bytes) -> None:
        assert not decode_reply(speak(ear.address, data)).ok

    garbage()
    assert ask("status", {}).ok and not recorder.status().recording


def test_files_of_dead_processes_go_and_of_living_ones_stay(
    recorder: Recorder, own_home: Path
) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    other = {
        "pid": child.pid,
        "started": psutil.Process(child.pid).create_time(),
        "address": "tcp://127.0.0.1:9",
        "token": "t",
    }
    written = own_home / f"daemon-{child.pid}.json"
    written.write_text(json.dumps(other))
    # A number that another process has now.
    (own_home / "daemon-1.json").write_text(json.dumps({**other, "pid": os.getpid()}))
    (own_home / "daemon-2.json").write_text(json.dumps({**other, "started": 0.0}))
    for i, odd in enumerate(('{"pid": 1', "[]", "{}", "\xff", "[" * 4000)):
        (own_home / f"daemon-odd{i}.json").write_text(odd)
    assert [ear.pid for ear in ears()] == [os.getpid(), child.pid]
    with pytest.raises(BridgeError, match=f"--pid 77: .* there is {os.getpid()}, "):
        ask("status", {}, pid=77)
    assert ask("status", {}, pid=os.getpid()).ok
    child.communicate(b"\n", timeout=10)
    assert [ear.pid for ear in ears()] == [os.getpid()]
    assert [path.name for path in own_home.glob("daemon-*")] == [
        f"daemon-{os.getpid()}.json"
    ]
    assert not recorder.status().recording


def test_without_a_daemon_it_is_said_what_to_do(own_home: Path) -> None:
    control = Control(lambda request: Reply(True, "here"))
    assert ask("status", {}).told == "here"
    control.close()
    control.close()
    assert not list(own_home.iterdir())
    with pytest.raises(BridgeError, match="no facewire is running here"):
        ask("status", {})
