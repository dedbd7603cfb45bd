"""The character of the pages: its message, its postures, and its changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bridge.characters.builtin import builtin_character, builtin_file
from bridge.errors import CharacterError
from bridge.page.character_message import licence_line
from bridge.page.stage import Stage
from bridge.page.staged import Tried
from engines.character.character import Slot, character
from engines.character.mapping import Drive, Gaze, Lids, Mapping
from engines.character.retarget import Retarget
from protocols.channels import ARKIT
from protocols.frame import NO_EXPRESSION
from protocols.gltf.vrm import Licence
from protocols.page_posture import TESTED, decode_posture
from tests.bridge.faces import face
from tests.characters import scene, tiny
from tests.engines.character.rigs import chances

NAMES = ["jawOpen", "smile", "happy"]
FILE = tiny(NAMES, skinned=True)
ME = character("me", scene(FILE))
MAPPING = Mapping(
    (
        Drive("jawOpen", ("jawOpen",), gain=0.5),
        Drive("mouthSmileLeft", ("smile",)),
        Drive("happy", ("happy",), gain=0.8),
    ),
    {"head": "Head"},
    Gaze("none"),
    Lids(),
)


def stage() -> Stage:
    return Stage(ME, MAPPING, FILE)


def test_a_posture_has_what_the_character_gets_from_a_frame() -> None:
    made = stage()
    frame = face(3, jawOpen=0.8, mouthSmileLeft=0.4, head__y=0.3)
    data = made.posture(frame, 2)
    assert data is not None
    posture = decode_posture(data)
    wanted = Retarget(ME, MAPPING).perform(frame.vector, NO_EXPRESSION, 0)
    assert (posture.face, posture.flags, posture.character) == (2, 0, 1)
    assert posture.captured_ms == frame.captured_ns / 1e6
    assert np.array_equal(posture.weights, wanted.weights)
    assert posture.weights.tolist() == pytest.approx([0.4, 0.4, 0.0])
    assert {node: turn.tolist() for node, turn in posture.turns.items()} == {
        node: turn.tolist() for node, turn in wanted.turns.items()
    }
    assert posture.turns


def test_every_face_has_emotions_of_its_own() -> None:
    made = stage()
    glad = replace(face(0), expression=chances(happiness=1.0))
    for index in range(60):
        frame = replace(glad, captured_ns=index * 33_333_333)
        first = made.posture(frame, 0)
    second = made.posture(replace(face(0), captured_ns=2_000_000_000), 1)
    assert first is not None and second is not None
    assert decode_posture(first).weights[2] > 0.7
    assert decode_posture(second).weights[2] == 0.0


def test_a_character_gets_a_new_number_and_a_mapping_does_not() -> None:
    made = stage()
    assert made.number == 1
    made.remap(Mapping((Drive("jawOpen", ("smile",)),)))
    assert made.number == 1
    data = made.posture(face(0, jawOpen=1.0), 0)
    assert data is not None
    assert decode_posture(data).weights.tolist() == [0.0, 1.0, 0.0]
    made.put(*builtin_character(), builtin_file())
    assert made.number == 2
    data = made.posture(face(0, jawOpen=1.0), 0)
    assert data is not None
    assert decode_posture(data).character == 2
    assert len(decode_posture(data).weights) == 52
    assert made.file() == builtin_file()


def test_solo_leaves_the_other_drives_out_on_pages_only() -> None:
    made = stage()
    made.remap(MAPPING, {"mouthSmileLeft"})
    data = made.posture(face(0, jawOpen=1.0, mouthSmileLeft=1.0), 0)
    assert data is not None
    assert decode_posture(data).weights.tolist() == [0.0, 1.0, 0.0]
    assert made.now.mapping == MAPPING


@pytest.mark.parametrize(
    ("source", "value", "weights"),
    [
        ("jawOpen", 1.0, [0.5, 0.0, 0.0]),
        ("mouthSmileLeft", 0.25, [0.0, 0.25, 0.0]),
        ("happy", 1.0, [0.0, 0.0, 0.8]),
        ("happy", 0.5, [0.0, 0.0, 0.4]),
        ("sad", 1.0, [0.0, 0.0, 0.0]),
    ],
)
def test_a_tested_source_acts_alone_whatever_the_face_does(
    source: str, value: float, weights: list[float]
) -> None:
    made = stage()
    made.test(Tried(source, value))
    frame = face(0, mouthSmileLeft=0.9, jawOpen=0.9, head__y=0.5)
    data = made.posture(frame, 0)
    assert data is not None
    posture = decode_posture(data)
    assert posture.flags == TESTED
    assert posture.weights.tolist() == pytest.approx(weights)
    assert not posture.turns
    made.test(None)
    data = made.posture(frame, 0)
    assert data is not None
    assert decode_posture(data).weights.tolist() == pytest.approx([0.45, 0.9, 0.0])


def test_the_message_has_what_a_page_needs_to_draw() -> None:
    made = stage()
    message = made.message()
    assert message["type"] == "character"
    assert message["number"] == 1
    assert message["name"] == "me"
    assert message["url"] == "/character/1.glb"
    assert message["slots"] == [[0, 0, "jawOpen"], [0, 1, "smile"], [0, 2, "happy"]]
    assert message["nodes"] == [1]
    assert message["bytes"] == len(FILE)
    assert message["vrm"] is None
    assert message["facing"] == 1
    gets = {row["curve"]: row for row in message["gets"]}
    assert list(gets) == list(ARKIT)
    assert gets["jawOpen"] == {"curve": "jawOpen", "to": ["jawOpen"], "how": "own"}
    assert gets["mouthClose"]["how"] == "others"
    assert gets["cheekPuff"] == {"curve": "cheekPuff", "to": [], "how": "nothing"}


def test_a_licence_is_one_line() -> None:
    licence = Licence("Ann", ("A", "B"), "CC_BY", "", (), ("commercial use",))
    assert licence_line(licence) == "Ann; by A, B; CC_BY; forbids commercial use"
    assert licence_line(None) == ""


def test_too_many_morph_targets_are_refused() -> None:
    many = replace(ME, slots=(Slot(0, 0, "a"),) * 65_536)
    with pytest.raises(CharacterError, match="me: has 65536 morph targets, at most"):
        Stage(many, MAPPING, FILE)
    with pytest.raises(CharacterError, match="can be shown"):
        stage().put(many, MAPPING, FILE)
