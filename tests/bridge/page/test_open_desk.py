"""The desk of a daemon: which character is on stage, and what can be asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bridge.characters.builtin import builtin_file
from bridge.characters.mapping_file import load_mapping
from bridge.characters.open_live import open_live
from bridge.characters.settings import CharacterFile
from bridge.config import Config
from bridge.daemon import Daemon
from bridge.page.open_desk import open_desk, open_stage
from bridge.page.running import Running
from bridge.wires.livelink import LiveLink
from protocols.gltf.glb import parse_glb
from tests.bridge.fakes import ListSource, ScriptedTracker, image
from tests.bridge.page.fakes import Page, ask, daemon
from tests.characters import tiny


def test_without_a_character_the_built_in_head_is_on_stage(tmp_path: Path) -> None:
    running, told = daemon(tmp_path), list[dict[str, Any]]()
    stage = open_stage(CharacterFile(), None)
    assert stage.file() == builtin_file()
    desk = open_desk(running, stage, told.append)
    message = ask(desk, Page(), "mapping get").data
    assert (message["file"], message["wires"]) == ("", False)
    desk.close()
    desk.close()


def test_the_character_of_the_settings_is_on_stage_and_on_the_wires(
    tmp_path: Path,
) -> None:
    path = tmp_path / "me.gltf"
    glb = parse_glb(tiny(["jawOpen"]))
    glb.document["buffers"][0]["uri"] = "me.bin"
    path.write_text(json.dumps(glb.document))
    (tmp_path / "me.bin").write_bytes(glb.binary)
    settings = CharacterFile(file=path)
    stage = open_stage(settings, open_live(settings))
    assert stage.file()[:4] == b"glTF"
    running = daemon(tmp_path)
    running.config = running.config.model_copy(update={"character": settings})
    desk = open_desk(running, stage, lambda message: None)
    message = ask(desk, Page(), "mapping get").data
    mapping = tmp_path / "me.character.toml"
    assert (message["file"], message["wires"]) == (str(mapping), True)
    ask(desk, Page(), "mapping set", source="jawOpen", gain=0.5)
    assert len(running.orders.given) == 1
    assert ask(desk, Page(), "mapping save").ok
    assert load_mapping(mapping).drives[0].gain == 0.5
    desk.close()


def test_a_named_mapping_is_saved_where_it_is(tmp_path: Path) -> None:
    path, other = tmp_path / "me.glb", tmp_path / "other.toml"
    path.write_bytes(tiny(["jawOpen"]))
    other.write_text('[drives]\njawOpen = { to = "jawOpen" } # mine\n')
    settings = CharacterFile(file=path, mapping=other)
    stage = open_stage(settings, open_live(settings))
    running = daemon(tmp_path)
    running.config = running.config.model_copy(update={"character": settings})
    desk = open_desk(running, stage, lambda message: None)
    ask(desk, Page(), "mapping set", source="jawOpen", gain=0.5)
    assert ask(desk, Page(), "mapping save").ok
    assert other.read_text() == (
        '[drives]\njawOpen = { to = "jawOpen", gain = 0.5 } # mine\n'
    )
    assert not (tmp_path / "me.character.toml").exists()
    desk.close()


def test_a_daemon_serves_a_desk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    source = ListSource([image(0)], wait=True)
    config = Config.model_validate({"solve": {"solver": "geometric"}}).model_copy(
        update={"sinks": [LiveLink(port=9)], "expression": "off"}
    )
    made = Daemon(config, tracker=ScriptedTracker(), source=source)
    try:
        serving: Running = made
        made.start()
        desk = open_desk(
            serving, open_stage(config.character, made.character), lambda message: None
        )
        reply = ask(desk, Page(), "mirror", value=True)
        assert reply.ok and made.orders.settings[0].mirror
        assert ask(desk, Page(), "gain", curve="jawOpen", value=0.5).ok
        assert made.orders.profiles[0].curves["jawOpen"].gain == 0.5
        assert ask(desk, Page(), "save profile").ok
        assert Path("me.toml").exists()
        assert made.orders.settings[0].profile == str(tmp_path / "me.toml")
        assert ask(desk, Page(), "character use").ok
        desk.close()
    finally:
        made.stop()
