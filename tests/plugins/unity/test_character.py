"""A character in a scene of our stand-in, driven by datagrams over loopback."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from protocols.bones import bone_quaternions, head_turn
from protocols.channels import CHANNELS, EXPRESSIONS
from protocols.frame import NO_EXPRESSION, FaceFrame
from protocols.rotation import to_unity
from tests.ports import free_port

from .listening import PATIENCE_S, Counted, Listening


def smiling() -> FaceFrame:
    """A face with every weight, a turned head and a certain happiness."""
    vector = np.zeros(len(CHANNELS), dtype=np.float32)
    vector[:52] = np.linspace(0.02, 1.0, 52)
    vector[52:67] = np.linspace(-0.12, 0.16, 15)
    expression = np.zeros(len(EXPRESSIONS), dtype=np.float32)
    expression[EXPRESSIONS.index("happiness")] = 1.0
    return FaceFrame(0, 0, "face", vector, expression)


def holding() -> FaceFrame:
    """The same face, of which only the sender says that it is happy."""
    return replace(smiling(), expression=NO_EXPRESSION, mood="happiness")


@pytest.mark.parametrize("face", [smiling(), holding()], ids=["probable", "held"])
def test_a_character_is_moved_and_becomes_neutral_again(
    harness: Path, face: FaceFrame
) -> None:
    port = free_port()
    source = f"udp://127.0.0.1:{port}"
    faces = Counted(face)
    with Listening(harness, "face", source, str(2 * PATIENCE_S)) as heard:
        assert heard.until("moving")[1:] == ["104", ""]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            for _ in range(20_000):
                end.sendto(faces.datagram(), ("127.0.0.1", port))
                line = heard.next(0.005)
                if line is not None and line.startswith("shown"):
                    break
        shown = heard.heard[-1].split("\t")
        assert heard.until("collections")[1] == "0"
        heard.until("left")
        gone = heard.until("gone")
    assert "entered" in heard.heard
    head, teeth = (numbers(text) for text in shown[1:3])
    np.testing.assert_allclose(head[:52], 100.0 * face.vector[:52], rtol=1e-5)
    np.testing.assert_allclose(teeth[:52], face.vector[:52], rtol=1e-5)
    assert head[52] == teeth[52] == 0.0
    turned, rest = numbers(shown[3]), numbers(gone[3])
    np.testing.assert_allclose(turned, world(face, rest), atol=2e-5)
    assert not np.any(numbers(gone[1])) and not np.any(numbers(gone[2]))


def numbers(text: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([float(word) for word in text.split()])


def world(
    face: FaceFrame, rest: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> tuple[float, ...]:
    """Return where a head whose rest pose is `rest` is turned to, in Unity's axes."""
    from protocols.rotation import multiply

    turn = to_unity(head_turn(bone_quaternions(face.vector)))
    x, y, z, w = rest.tolist()
    return multiply(turn, (x, y, z, w))


def test_without_a_doubt_a_face_is_shown_too(harness: Path) -> None:
    port = free_port()
    faces = Counted(replace(smiling(), doubt=None, tracked=False))
    with Listening(
        harness, "face", f"udp://127.0.0.1:{port}", str(2 * PATIENCE_S)
    ) as heard:
        heard.until("moving")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            for _ in range(20_000):
                end.sendto(faces.datagram(), ("127.0.0.1", port))
                line = heard.next(0.005)
                if line is not None and line.startswith("shown"):
                    return
    pytest.fail("nothing was shown")


CLIPS = [f"{curve[0].upper()}{curve[1:]}" for curve in CHANNELS[:52]]


@pytest.mark.parametrize(
    ("clips", "moved"),
    [
        # "Perfect Sync": the curves move their clips, and no vowel moves the mouth.
        (CLIPS, {clip: i for i, clip in enumerate(CLIPS)}),
        (["Unknown"], {"blinkLeft": 0, "blinkRight": 7}),
    ],
    ids=["52 clips", "presets"],
)
def test_the_expressions_of_a_vrm_are_moved(
    harness: Path, clips: list[str], moved: dict[str, int]
) -> None:
    port = free_port()
    face = smiling()
    faces = Counted(face)
    words = ("vrm", f"udp://127.0.0.1:{port}", str(PATIENCE_S), *clips)
    with (
        Listening(harness, *words) as heard,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end,
    ):
        for _ in range(20_000):
            end.sendto(faces.datagram(), ("127.0.0.1", port))
            if heard.next(0.005) is not None:
                break
        assert heard.until("collections")[1] == "0"
        count, driver = heard.until("moving")[1:]
        shown = weights(heard.until("shown")[1:])
        gone = weights(heard.until("gone")[1:])
    assert int(count) == len(shown) and driver == "False"
    for clip, curve in moved.items():
        assert shown[clip] == pytest.approx(face.vector[curve], rel=1e-5)
    if len(clips) == 52:
        assert set(shown) == set(clips)
    else:
        # Vowels, and a lid for each eye instead of one blink.
        vowels = {"aa", "ih", "ou", "ee", "oh"}
        assert set(shown) == {*vowels, *moved}
        assert sum(shown[vowel] for vowel in vowels) > 0.1
    assert not any(gone.values())


def weights(words: list[str]) -> dict[str, float]:
    return {name: float(value) for name, _, value in (w.partition("=") for w in words)}
