import json
import os
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

import bridge.user_folder
from bridge.errors import BridgeError
from bridge.user_folder import (
    curve_keys,
    device_id,
    keep_plugin_token,
    plugin_token,
    user_folder,
)
from engines.file_lock import hold
from engines.runtime.runtimes import DeviceError


def test_a_device_id_is_made_once_a_subject_and_kept(own_home: Path) -> None:
    anna, ben = device_id("anna"), device_id("ben")
    assert anna != ben
    assert len(anna) == 36 and anna == anna.upper()
    assert device_id("anna") == anna
    assert (own_home / "devices.json").exists()


def test_keys_are_made_once_and_fit_curve(own_home: Path) -> None:
    public, secret = curve_keys()
    assert len(public) == len(secret) == 40
    assert curve_keys() == (public, secret)


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_only_the_owner_can_read_the_keys(own_home: Path) -> None:
    curve_keys()
    assert (own_home / "curve.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"{", b"[1]", b'{"a": 1}', b"\xff"])
def test_a_damaged_file_is_named_and_not_overwritten(
    own_home: Path, content: bytes
) -> None:
    path = own_home / "devices.json"
    path.write_bytes(content)
    with pytest.raises(BridgeError, match=r"devices\.json.*delete it"):
        device_id("anna")
    assert path.read_bytes() == content


def test_a_folder_that_cannot_be_made_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("FACEWIRE_HOME", str(tmp_path / "file" / "below"))
    with pytest.raises(BridgeError, match="set FACEWIRE_HOME"):
        user_folder()


def test_two_that_ask_at_once_both_keep_what_they_got(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, both = bridge.user_folder._read, threading.Barrier(2)

    def read_and_wait(path: Path) -> dict[str, str]:
        found = read(path)
        # Both have read before either writes, unless one is kept out meanwhile.
        with suppress(threading.BrokenBarrierError):
            both.wait(0.5)
        return found

    monkeypatch.setattr(bridge.user_folder, "_read", read_and_wait)
    with ThreadPoolExecutor(2) as pool:
        anna, ben = pool.map(device_id, ("anna", "ben"))
        keys, again = pool.map(lambda _: curve_keys(), range(2))
    known = json.loads((own_home / "devices.json").read_text("utf-8"))
    assert known == {"anna": anna, "ben": ben}
    assert keys == again


def test_many_daemons_lose_no_id(own_home: Path) -> None:
    ask = "import sys; from bridge.user_folder import device_id; "
    ask += "[print(device_id(f'{sys.argv[1]} {i}')) for i in range(10)]"
    asking = [
        subprocess.Popen([sys.executable, "-c", ask, str(n)], stdout=subprocess.PIPE)
        for n in range(4)
    ]
    told = [each.communicate(timeout=120)[0].decode().split() for each in asking]
    known = json.loads((own_home / "devices.json").read_text("utf-8"))
    given = {f"{n} {i}": told[n][i] for n in range(4) for i in range(10)}
    assert known == given and len(set(given.values())) == 40


def test_one_that_never_lets_go_is_a_sentence(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge.user_folder, "WAIT_S", 0.1)
    with (
        hold(own_home / "devices.lock", lambda: True),
        pytest.raises(BridgeError, match=r"devices\.json: another facewire"),
    ):
        device_id("anna")
    assert device_id("anna")


@pytest.mark.parametrize("kind", [OSError, DeviceError])
def test_without_locks_what_is_known_is_read_all_the_same(
    kind: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = device_id("anna")

    def refuse(*_: object) -> None:
        raise kind("this disk knows no locks")

    monkeypatch.setattr(bridge.user_folder, "hold", refuse)
    assert device_id("anna") == anna
    assert device_id("ben") == device_id("ben")


def test_a_file_that_notepad_saved_is_read(own_home: Path) -> None:
    (own_home / "devices.json").write_text('{"anna": "X"}', "utf-8-sig")
    assert device_id("anna") == "X"


def test_keys_that_are_none_are_named(own_home: Path) -> None:
    (own_home / "curve.json").write_text('{"public": "a", "secret": "b"}')
    with pytest.raises(BridgeError, match=r"curve\.json: expected two keys of 40"):
        curve_keys()


def test_a_folder_that_cannot_be_written_is_a_sentence(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "mkstemp", full)
    with pytest.raises(BridgeError, match=r"devices\.json.*No space.*FACEWIRE_HOME"):
        device_id("anna")


def test_tokens_of_plugins_are_kept_by_place_and_forgotten(own_home: Path) -> None:
    assert plugin_token("127.0.0.1:8001") is None
    keep_plugin_token("127.0.0.1:8001", "a")
    keep_plugin_token("10.0.0.5:8001", "b")
    assert plugin_token("127.0.0.1:8001") == "a"
    keep_plugin_token("127.0.0.1:8001", None)
    keep_plugin_token("127.0.0.1:8001", None)
    assert plugin_token("127.0.0.1:8001") is None
    assert plugin_token("10.0.0.5:8001") == "b"
    if sys.platform != "win32":
        (path,) = own_home.rglob("vtube_studio.json")
        assert path.stat().st_mode & 0o077 == 0
