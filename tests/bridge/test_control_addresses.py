"""Which daemons run here: their files, those of dead processes, reused numbers."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import zmq

from bridge.control import Control
from bridge.control_addresses import running_daemons
from bridge.control_client import ask
from bridge.errors import BridgeError
from protocols.control import Reply, Request, decode_request, encode_reply


@pytest.fixture
def control() -> Iterator[Control]:
    made = Control(lambda request: Reply(True, "here"))
    yield made
    made.close()


@pytest.mark.parametrize("step_s", [2.0, -3600.0, 1e9])
def test_a_daemon_is_found_after_a_step_of_the_clock(
    control: Control, own_home: Path, step_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    (daemon,) = running_daemons()
    made = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda of: made(of) + step_s)
    assert running_daemons() == [daemon] and ask("take status", {}).ok
    assert ask("take status", {}, pid=os.getpid()).ok
    assert len(list(own_home.glob("daemon-*.json"))) == 1


def test_a_busy_daemon_too(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.control_addresses.KNOCK_S", 0.2)
    asked, never = threading.Event(), threading.Event()

    def hangs(request: Request) -> Reply:
        asked.set()
        never.wait(60.0)
        return Reply(True, "at last")

    control = Control(hangs)
    try:
        made = psutil.Process.create_time
        monkeypatch.setattr(psutil.Process, "create_time", lambda of: made(of) + 5.0)
        for _ in range(2):  # the second finds it busy with the first
            assert [daemon.pid for daemon in running_daemons()] == [os.getpid()]
        assert asked.is_set() and len(list(own_home.iterdir())) == 1
    finally:
        never.set()
        control.close()


def test_of_a_number_that_is_used_anew_the_file_goes(
    control: Control, own_home: Path
) -> None:
    (daemon,) = running_daemons()
    mine = {"pid": os.getpid(), "started": daemon.started + 100.0}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    for name, address, token in (
        ("daemon-1.json", nobody, daemon.token),
        # Another daemon has the port by now.
        ("daemon-2.json", daemon.address, "another one's"),
        ("daemon-3.json", "tcp://127.0.0.1:123456", daemon.token),
        ("daemon-4.json", "tcp://127.0.0.1:", daemon.token),
    ):
        told = {**mine, "address": address, "token": token}
        (own_home / name).write_text(json.dumps(told))
    assert running_daemons() == [daemon]
    assert len(list(own_home.glob("daemon-*.json"))) == 1


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="root may read everything"
)
def test_what_cannot_be_read_stays(control: Control, own_home: Path) -> None:
    (path,) = own_home.glob("daemon-*.json")
    path.chmod(0)
    assert running_daemons() == [] and path.exists()


def test_a_folder_in_place_of_a_file_stays(control: Control, own_home: Path) -> None:
    (own_home / "daemon-5.json").mkdir()
    assert [daemon.pid for daemon in running_daemons()] == [os.getpid()]


def test_files_of_dead_processes_go_and_of_living_ones_stay(
    control: Control, own_home: Path
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
    assert [daemon.pid for daemon in running_daemons()] == [os.getpid(), child.pid]
    with pytest.raises(BridgeError, match=f"--pid 77: .* use {os.getpid()}, "):
        ask("take status", {}, pid=77)
    assert ask("take status", {}, pid=os.getpid()).ok
    child.communicate(b"\n", timeout=10)
    assert [daemon.pid for daemon in running_daemons()] == [os.getpid()]
    assert [path.name for path in own_home.glob("daemon-*")] == [
        f"daemon-{os.getpid()}.json"
    ]


def test_a_file_of_an_older_daemon_is_read_and_asked_in_its_version(
    control: Control, own_home: Path
) -> None:
    """An older daemon: no key, version 1, its own wire as it was."""
    (now,) = running_daemons()
    requests: list[bytes] = []
    context = zmq.Context()
    with context.socket(zmq.REP) as older:
        older.setsockopt(zmq.LINGER, 0)
        port = older.bind_to_random_port("tcp://127.0.0.1")

        def serve() -> None:
            if older.poll(60_000):
                requests.append(older.recv())
                older.send(encode_reply(Reply(True, "recording"), 1))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        told = {
            "pid": os.getpid(),
            "started": now.started,
            "address": f"tcp://127.0.0.1:{port}",
            "token": "old",
        }
        for path in own_home.glob("daemon-*.json"):
            path.write_text(json.dumps(told))
        assert ask("take start", {"slate": "12A"}).told == "recording"
        thread.join(60.0)
        with pytest.raises(BridgeError, match=r"older version.*restart it for 'style'"):
            ask("style", {"value": "calm"})
    context.term()
    assert decode_request(requests[0]) == Request(
        "old", "take start", {"slate": "12A"}, 1
    )


@pytest.mark.parametrize(
    "changed",
    [
        *({"public_key": key} for key in ("short", "\x00" * 40, "ä" * 40, 7, None)),
        *({"version": version} for version in (0, -1, "2", None, True)),
    ],
)
def test_a_file_with_an_impossible_key_or_version_goes(
    control: Control, own_home: Path, changed: dict[str, object]
) -> None:
    (path,) = own_home.glob("daemon-*.json")
    path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))
    assert running_daemons() == [] and not path.exists()


def test_another_program_in_a_daemons_place_is_told_at_once(
    control: Control, own_home: Path
) -> None:
    (path,) = own_home.glob("daemon-*.json")
    other = zmq.curve_keypair()[0].decode()
    for key in (other, ""):
        told = {**json.loads(path.read_text()), "public_key": key}
        path.write_text(json.dumps(told))
        with pytest.raises(BridgeError, match="another program listens on its port"):
            ask("take status", {})


def test_neither_key_nor_token_is_shown(control: Control) -> None:
    (daemon,) = running_daemons()
    assert daemon.token not in repr(daemon)
    assert daemon.public_key not in repr(daemon)
