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
from protocols.channels import ARKIT
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


def test_pictures_replace_nothing_unasked(me: Path, tmp_path: Path) -> None:
    before, rest = me.read_bytes(), tmp_path / "rest.png"
    rest.write_bytes(b"mine")
    for option in ("--picture", "--sheet"):
        with pytest.raises(CharacterError, match="exists already; --force"):
            command("inspect", str(me), option, str(rest))
        # Not even --force makes a picture of the character's own file.
        with pytest.raises(CharacterError, match=r"ends in \.png"):
            command("inspect", str(me), option, str(me), "--force")
    assert rest.read_bytes() == b"mine" and me.read_bytes() == before
    command("inspect", str(me), "--picture", str(rest), "--force")
    assert cv2.imread(str(rest)) is not None


def test_a_mapping_never_replaces_the_character(me: Path) -> None:
    before = me.read_bytes()
    with pytest.raises(CharacterError, match=r"ends in \.toml"):
        command("map", str(me), "--out", str(me), "--force")
    assert me.read_bytes() == before


@pytest.mark.parametrize("name", ["folder.toml", "none/a.toml", f"{'a' * 300}.toml"])
def test_a_place_that_cannot_be_written_is_one_sentence(me: Path, name: str) -> None:
    (me.parent / "folder.toml").mkdir()
    with pytest.raises(CharacterError) as found:
        command("map", str(me), "--out", str(me.parent / name), "--force")
    assert name in str(found.value) and "\n" not in str(found.value)


def test_a_mapping_without_eyes_shows_no_gaze(me: Path) -> None:
    path = me.with_name("me.character.toml")
    path.write_text('[drives]\njawOpen = { to = "jawOpen" }\n', encoding="utf-8")
    told = json.loads(command("inspect", str(me), "--json"))
    assert not any(name.startswith("eyeLook") for name in told["mixed"])
    assert "none: it has no bones of the eyes" in command("inspect", str(me))


def test_what_an_edited_mapping_spells_wrong_is_told(me: Path) -> None:
    path = me.with_name("me.character.toml")
    drives = "".join(f'{name} = {{ to = "{name}" }}\n' for name in ARKIT[:20])
    path.write_text(f"[drives]\n{drives}[bones]\nhead = 'Haed'\n", encoding="utf-8")
    told = json.loads(command("inspect", str(me), "--json"))["alarms"][-1]
    assert told.startswith("me.character.toml names what the character does not have:")
    assert ARKIT[1] in told and told.endswith(" more")
    path.write_text('[drives]\njawOpen = { to = "jawOpen" }\n', encoding="utf-8")
    told = json.loads(command("inspect", str(me), "--json"))["alarms"][-1]
    assert "does not have" not in told
