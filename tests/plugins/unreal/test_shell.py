"""The plugin's Live Link shell, against stand-ins for Unreal's types.

They are written from Epic's public documentation (`StandIn/`). This shows what the
shell does with Live Link's interface; it cannot show that it builds with an engine.
"""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import numpy as np
import pytest

from protocols import livelink, native
from protocols.bones import bone_quaternions
from protocols.channels import ARKIT, BONES, EXPRESSIONS
from protocols.export.skeleton import PARENTS
from protocols.rotation import to_matrix
from tests.ports import free_port
from tests.protocols import native_golden

from .building import Programs
from .decoder import answers


def spoken(lines: IO[str], what: str) -> dict[str, Any]:
    """Return the next of these; others are passed over."""
    for line in lines:
        found: dict[str, Any] = json.loads(line) if line.startswith("{") else {}
        if found.get("what") == what:
            return found
    raise AssertionError(f"the shell ended before {what}")


@contextmanager
def shell(programs: Programs, preset: str, wanted: int) -> Iterator[IO[str]]:
    """Run the shell until it has pushed so many frames, and once more."""
    process = subprocess.Popen(
        [programs("shell"), preset, str(wanted)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait(20)
        process.stdout.close()


@pytest.fixture
def port() -> int:
    return free_port()


def send(port: int, *names: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        for name in names:
            end.sendto(native_golden.written(name), ("127.0.0.1", port))


def test_a_face_becomes_two_subjects(programs: Programs, port: int) -> None:
    data = native_golden.written("frame_live.bin")
    preset = f"udp://127.0.0.1:{port}?subject=*&bones=1&buffer=0"
    with shell(programs, preset, 2) as lines:
        panel = spoken(lines, "panel")
        assert panel["offered"] == "udp://127.0.0.1:5561?subject=*&bones=1&buffer=0"
        assert panel["problem"].startswith("facewire: localhost is no address; write")
        assert (panel["none"], panel["left"], panel["text"]) == (True, "", preset)
        ready = spoken(lines, "ready")
        assert (ready["type"], ready["preset"]) == ("facewire", preset)
        assert ready["machine"] == f"udp://127.0.0.1:{port}"
        assert "nothing yet; start facewire" in ready["status"]
        send(port, "frame_live.bin")
        _properties_are_described(spoken(lines, "static"))
        _bones_are_described(spoken(lines, "static"))
        (expected,) = answers(programs, [data])
        _properties_are_right(spoken(lines, "frame"), expected)
        _bones_are_right(spoken(lines, "frame"), data)
        spoken(lines, "again")
        send(port, "frame_held.bin")
        assert spoken(lines, "static")["source"] == 8
        assert spoken(lines, "frame")["tracked"] == 0
        ended = spoken(lines, "ended")
        # The thread needs a moment to end, and Live Link asks until it has: once if it
        # was quick, or again.
        assert ended["asked"] in (1, 2)
        assert (ended["described"], ended["valid"]) == (2, False)


def _properties_are_described(found: dict[str, Any]) -> None:
    assert (found["subject"], found["role"]) == ("face", "ULiveLinkBasicRole")
    assert (found["source"], len(found["properties"])) == (7, 134)
    assert tuple(found["properties"][:61]) == livelink.CURVES
    doubts = [f"Doubt{name[0].upper()}{name[1:]}" for name in ARKIT]
    assert found["properties"][74:126] == doubts
    moods = [f"Mood{name.capitalize()}" for name in EXPRESSIONS]
    assert found["properties"][126:] == moods


def _bones_are_described(found: dict[str, Any]) -> None:
    assert (found["subject"], found["role"]) == ("face_bones", "ULiveLinkAnimationRole")
    bones = found["bones"]
    parents = [None if at < 0 else bones[at] for at in found["parents"]]
    assert dict(zip(bones, parents, strict=True)) == PARENTS


def _properties_are_right(found: dict[str, Any], expected: dict[str, Any]) -> None:
    assert (found["subject"], found["tracked"]) == ("face", 1)
    assert found["values"] == expected["properties"]
    frame, fraction, num, den = expected["timecode"]
    assert found["timecode"] == [frame, pytest.approx(fraction), num, den]
    # To be seen 50 ms after its capture, of which nothing is known but its arrival.
    assert -0.06 < found["age_s"] < 1.0


def _bones_are_right(found: dict[str, Any], data: bytes) -> None:
    """Each turn does to a vector in Unreal's axes what ours does in ours."""
    frame = native.decode(native.split(data)[1]).frame
    ours = dict(zip(BONES, bone_quaternions(frame.vector), strict=True))
    to_unreal = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    values = np.reshape(found["values"], (10, 7))
    assert found["subject"] == "face_bones"
    for bone, value in zip(PARENTS, values, strict=True):
        theirs = to_matrix(value[:4])
        np.testing.assert_allclose(
            theirs, to_unreal @ to_matrix(ours[bone]) @ to_unreal.T, atol=1e-6
        )
    # The head is 8.5 cm above the neck, and 1 cm before it.
    np.testing.assert_allclose(values[4, 4:], [1.0, 0.0, 8.5], atol=1e-5)


def test_without_bones_there_is_one_subject(programs: Programs, port: int) -> None:
    preset = f"udp://127.0.0.1:{port}?bones=0"
    with shell(programs, preset, 1) as lines:
        spoken(lines, "ready")
        send(port, "schema_1_2.bin", "frame_1_2.bin")
        assert spoken(lines, "static")["subject"] == "face"
        found = spoken(lines, "frame")
        assert (found["subject"], found["mood"]) == ("face", "")
        spoken(lines, "again")
        send(port, "frame_live.bin")
        assert spoken(lines, "ended")["described"] == 1


def test_the_held_expression_is_a_property_and_a_text(
    programs: Programs, port: int
) -> None:
    with shell(programs, f"udp://127.0.0.1:{port}?bones=1", 2) as lines:
        spoken(lines, "ready")
        send(port, "frame_1_3.bin")
        described, found = spoken(lines, "static"), spoken(lines, "frame")
        held = described["properties"].index("MoodHappiness")
        assert found["values"][126:] == [float(at == held) for at in range(126, 134)]
        # The subject with bones has no properties; its text says the same.
        assert (found["mood"], spoken(lines, "frame")["mood"]) == ("happiness",) * 2
        spoken(lines, "again")
        send(port, "frame_live.bin")
        spoken(lines, "ended")


def test_a_name_of_another_alphabet(programs: Programs, port: int) -> None:
    with shell(programs, f"udp://127.0.0.1:{port}?bones=0", 1) as lines:
        spoken(lines, "ready")
        send(port, "frame_held.bin")
        (expected,) = answers(programs, [native_golden.written("frame_held.bin")])
        assert spoken(lines, "static")["subject"] == expected["subject"]
        spoken(lines, "again")
        send(port, "frame_live.bin")
        spoken(lines, "ended")
