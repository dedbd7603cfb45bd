"""A character that is named in the settings, from its file to the packets."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import numpy as np
import pytest

from bridge.characters.live import LiveCharacter, live
from bridge.characters.open_live import open_live
from bridge.characters.settings import CharacterFile
from bridge.config_file import load_config
from bridge.errors import BridgeError, CharacterError, ConfigError
from bridge.sinks.open import open_routes
from bridge.wires.livelink import LiveLink
from bridge.wires.osc import Osc
from bridge.wires.settings import Target
from bridge.wires.table import WIRES
from bridge.wires.vmc import Vmc
from engines.character.mapping import Drive, Mapping
from protocols.channels import ARKIT, INDEX, Vector, pascal
from protocols.frame import FaceFrame
from protocols.osc_reader import ignore_left_out
from protocols.timecode import Timecode
from tests.bridge.faces import vector
from tests.characters import tiny
from tests.engines.character.rigs import clip, straight

TIME = Timecode(0, 0.0, 60)
BONES = {bone: bone for bone in ("neck", "head", "leftEye", "rightEye")}


def file(folder: Path, mapping: str = "") -> Path:
    path = folder / "me.glb"
    path.write_bytes(tiny(["jawOpen", "mouthSmileLeft", "mouthPucker", "Other"]))
    if mapping:
        (folder / "me.character.toml").write_text(mapping, "utf-8")
    return path


def test_settings_without_a_character_have_none() -> None:
    assert open_live(CharacterFile()) is None
    assert load_config().character == CharacterFile()


def test_a_character_is_recognised_and_what_it_gets_is_logged_in_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    found = open_live(CharacterFile(file=file(tmp_path)))
    assert found is not None
    assert set(found.retarget().names) == {"jawOpen", "mouthSmileLeft", "mouthPucker"}
    (line, *_) = [record.getMessage() for record in caplog.records]
    assert line == "- me: 3 of 52 curves, turns as a whole, no gaze (recognised)"


def test_the_mapping_beside_a_character_wins(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    path = file(tmp_path, '[drives]\ncheekPuff = { to = ["Other", "Gone"] }\n')
    found = open_live(CharacterFile(file=path))
    assert found is not None
    assert [drive.source for drive in found.mapping.drives] == ["cheekPuff"]
    assert "(me.character.toml)" in caplog.text
    assert (
        "me.character.toml names what the character does not have: Gone" in caplog.text
    )


def test_a_named_mapping_wins_over_the_one_beside(tmp_path: Path) -> None:
    path = file(tmp_path, "[drives]\n")
    other = tmp_path / "other.toml"
    other.write_text('[drives]\njawOpen = { to = "Other" }\n', "utf-8")
    found = open_live(CharacterFile(file=path, mapping=other))
    assert found is not None
    assert found.retarget().names == ("Other",)


@pytest.mark.parametrize(
    ("settings", "error", "told"),
    [
        ({"file": "absent.glb"}, CharacterError, "absent.glb"),
        ({"file": "me.fbx"}, CharacterError, "expected a file .glb"),
        ({"mapping": "me.toml"}, ConfigError, "no character.file is given"),
        ({"file": "me.glb", "mapping": "no.toml"}, ConfigError, "no such mapping"),
    ],
)
def test_mistakes_are_one_sentence(
    tmp_path: Path,
    settings: dict[str, str],
    error: type[BridgeError],
    told: str,
) -> None:
    file(tmp_path)
    paths = {key: tmp_path / name for key, name in settings.items()}
    with pytest.raises(error, match=told):
        open_live(CharacterFile.model_validate(paths))


def sent(
    target: Target, character: LiveCharacter | None, frame: Vector, port: socket.socket
) -> dict[str, float]:
    """What a receiver of a sink reads, by name."""
    aimed = target.model_copy(update={"port": port.getsockname()[1]})
    (route,) = open_routes([aimed], ["face"], character)
    route.publish(FaceFrame(0, 0, "face", frame), TIME)
    route.close()
    read = WIRES[target.kind].reader(ignore_left_out)
    while True:
        for one in read((port.recv(65536),)):
            return dict(one.values)


def perfect(*, gain: float = 1.0) -> LiveCharacter:
    clips = tuple(clip(pascal(name), {at: 1.0}) for at, name in enumerate(ARKIT))
    drives = tuple(Drive(n, (f"clip:{pascal(n)}",), gain) for n in ARKIT)
    return live(straight(targets=ARKIT, clips=clips), Mapping(drives, BONES))


def test_vmc_has_the_names_of_the_character_and_no_presets(port: socket.socket) -> None:
    got = sent(Vmc(port=9), perfect(gain=0.5), vector(jawOpen=0.8), port)
    assert got["jawOpen"] == pytest.approx(0.4)
    assert {name for name in got if "." not in name} == set(ARKIT)
    bones = {name.partition(".")[0] for name in got if "." in name}
    assert bones == {pascal(bone) for bone in BONES}


def test_without_a_character_vmc_has_presets_as_before(port: socket.socket) -> None:
    got = sent(Vmc(port=9), None, vector(), port)
    assert {"Joy", "Fun", "happy", "surprised"} <= set(got)


def test_presets_that_are_asked_for_are_sent_beside_a_character(
    port: socket.socket,
) -> None:
    got = sent(Vmc(port=9, presets="vrm0"), perfect(), vector(), port)
    assert {"Joy", "Angry", "Sorrow", "Fun"} <= set(got)


def test_presets_off_plays_no_emotion(port: socket.socket) -> None:
    rig = straight(targets=["A", "B"])
    character = live(rig, Mapping((Drive("happy", ("A",)), Drive("aa", ("B",)))))
    got = sent(Vmc(port=9, presets="off"), character, vector(), port)
    assert {name for name in got if "." not in name} == {"B"}
    got = sent(Vmc(port=9), character, vector(), port)
    assert {name for name in got if "." not in name} == {"A", "B"}


@pytest.mark.parametrize("target", [LiveLink(port=9), Osc(port=9)])
def test_wires_with_the_52_names_get_fitted_curves(
    target: Target, port: socket.socket
) -> None:
    frame = vector(jawOpen=0.8, mouthClose=1.0, eyeLookUpLeft=0.7)
    got = sent(target, perfect(gain=0.5), frame, port)
    assert got["jawOpen"] == pytest.approx(0.4, abs=1e-3)
    # Lips close no further than the jaw opens.
    assert got["mouthClose"] == pytest.approx(0.4, abs=1e-3)


def test_a_sink_mirrors_first_and_then_fits(port: socket.socket) -> None:
    left = Mapping((Drive("mouthSmileLeft", ("A",), gain=0.5),))
    character = live(straight(targets=["A"]), left)
    frame = vector(mouthSmileRight=0.8)
    got = sent(Vmc(port=9, mirror=True), character, frame, port)
    assert got["A"] == pytest.approx(0.4)


def test_the_frame_itself_keeps_the_actors_curves(port: socket.socket) -> None:
    frame = vector(jawOpen=0.8)
    before = frame.copy()
    sent(Vmc(port=9), perfect(gain=0.5), frame, port)
    np.testing.assert_array_equal(frame, before)


def test_the_doubt_is_fitted_as_the_weights_are() -> None:
    doubt = perfect(gain=0.5).finish.doubt(np.full(52, 0.4, dtype=np.float32))
    assert doubt[INDEX["jawOpen"]] == pytest.approx(0.2)
