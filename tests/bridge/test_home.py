import os
from pathlib import Path

import pytest

from bridge.errors import BridgeError
from bridge.home import curve_keys, device_id, home


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
        home()
