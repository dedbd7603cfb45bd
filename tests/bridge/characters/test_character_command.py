from __future__ import annotations

import json
from pathlib import Path

import cv2
import pytest
from typer.testing import CliRunner

from bridge.characters.mapping_file import load_mapping
from bridge.commands.character import character
from bridge.errors import CharacterError, ConfigError
from engines.character.mapping import Drive
from tests.characters import tiny, vrm0

ATTACK = "\x1b]0;owned\x07\u202e"
CURVES = ["jawOpen", "eyeBlinkLeft", "eyeBlinkRight", "Fcl_BRW_Angry", "Odd"]


def command(*arguments: str, columns: int = 80) -> str:
    environment = {"COLUMNS": str(columns)}
    done = CliRunner(env=environment).invoke(character, list(arguments))
    if done.exception is not None:
        raise done.exception
    return done.stdout


@pytest.fixture
def me(tmp_path: Path) -> Path:
    path = tmp_path / "me.glb"
    path.write_bytes(tiny(CURVES))
    return path


def test_what_a_character_can_do_is_shown(me: Path) -> None:
    told = command("inspect", str(me))
    assert told.splitlines()[0].startswith("me.glb  glTF")
    assert "jawOpen" in told and "eyeBlink " in told and "browDown" in told
    assert "Not moved" in told and "Odd" in told


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(me: Path, columns: int) -> None:
    told = command("inspect", str(me), columns=columns)
    assert max(map(len, told.splitlines())) <= columns


def test_scripts_get_json(me: Path) -> None:
    told = json.loads(command("inspect", str(me), "--json"))
    assert told["file"] == "me.glb"
    assert told["own"]["jawOpen"] == ["jawOpen"]
    assert told["by"]["browDownLeft"] == "name"
    assert told["unused"] == ["Odd"]
    assert "tongueOut" in told["missing"]
    assert "mouthClose" in told["mixed"]


def test_a_licence_is_shown_with_what_it_forbids(tmp_path: Path) -> None:
    path = tmp_path / "me.vrm"
    path.write_bytes(tiny(CURVES, vrm0=vrm0()))
    told = json.loads(command("inspect", str(path), "--json"))
    shown = command("inspect", str(path), columns=400)
    assert told["format"] == "VRM 0.x"
    assert told["licence"]["title"] in shown
    for sentence in told["licence"]["forbids"]:
        assert sentence in shown


def test_hostile_names_act_on_no_terminal(tmp_path: Path) -> None:
    path = tmp_path / "me.glb"
    path.write_bytes(tiny([*CURVES, ATTACK]))
    for told in (
        command("inspect", str(path)),
        command("inspect", str(path), "--json"),
        command("map", str(path)),
    ):
        assert "\x1b" not in told and "\x07" not in told and "\u202e" not in told


def test_pictures_are_written(me: Path, tmp_path: Path) -> None:
    rest, sheet = tmp_path / "rest.png", tmp_path / "sheet.png"
    command("inspect", str(me), "--picture", str(rest), "--sheet", str(sheet))
    assert cv2.imread(str(rest)).shape == (512, 512, 3)
    assert cv2.imread(str(sheet)).shape[1] > 512


def test_a_mapping_is_written_beside_and_never_replaced_unasked(me: Path) -> None:
    told = command("map", str(me))
    path = me.with_name("me.character.toml")
    assert told.startswith(str(path))
    drives = {drive.source: drive for drive in load_mapping(path).drives}
    assert drives["jawOpen"].to == ("jawOpen",)
    path.write_text("# mine\n")
    with pytest.raises(CharacterError, match="exists already; --force"):
        command("map", str(me))
    assert path.read_text() == "# mine\n"
    command("map", str(me), "--force")
    assert load_mapping(path).drives == tuple(drives.values())


def test_an_edited_mapping_wins(me: Path) -> None:
    path = me.with_name("me.character.toml")
    path.write_text('[drives]\ntongueOut = { to = "Odd" }\n', encoding="utf-8")
    told = json.loads(command("inspect", str(me), "--json"))
    assert told["own"] == {"tongueOut": ["Odd"]}
    assert told["by"] == {"tongueOut": "file"}
    assert "me.character.toml beside it" in told["alarms"][-1]
    path.write_text("[drives]\ntongue = 3\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"drives\.tongue"):
        command("inspect", str(me))


def test_a_mapping_goes_where_it_is_asked_to(me: Path, tmp_path: Path) -> None:
    out = tmp_path / "other.toml"
    command("map", str(me), "--out", str(out))
    assert Drive("jawOpen", ("jawOpen",)) in load_mapping(out).drives


def test_what_is_no_character_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CharacterError, match=r"none\.glb"):
        command("inspect", str(tmp_path / "none.glb"))
