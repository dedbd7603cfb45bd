from __future__ import annotations

from pathlib import Path

import pytest

from bridge.characters.mapping_file import beside
from bridge.characters.write import check_out, write_new
from bridge.errors import CharacterError


def test_a_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    path = beside(tmp_path / "me.vrm")
    assert path.name == "me.character.toml"
    write_new(path, b"one")
    write_new(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(CharacterError, match="cannot be written"):
        write_new(tmp_path / "none" / "me.character.toml", b"")


def test_others_may_read_it_as_any_new_file(tmp_path: Path) -> None:
    usual, path = tmp_path / "usual", tmp_path / "me.character.toml"
    usual.write_bytes(b"")
    write_new(path, b"")
    assert path.stat().st_mode == usual.stat().st_mode


def test_a_link_to_nowhere_is_there(tmp_path: Path) -> None:
    path = tmp_path / "me.toml"
    path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(CharacterError, match="exists already"):
        check_out(path, ".toml", force=False)
    check_out(path, ".toml", force=True)
