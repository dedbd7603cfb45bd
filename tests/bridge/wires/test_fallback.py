"""Vowels and blinks over VMC for models without the 52 curves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from bridge.feeds.report import Setup
from bridge.feeds.vmc import VmcFaces
from bridge.wires.fallback import NAMES, Fallback, fallback, values
from bridge.wires.table import WIRES
from bridge.wires.vmc import Vmc
from engines.character.sources import vowels
from protocols import vmc
from protocols.channels import INDEX
from protocols.frame import FaceFrame
from protocols.timecode import Timecode
from protocols.vmc_receiver import Assembler
from tests.bridge.faces import face

SPEAKING = face(3, "anna", jawOpen=0.3, mouthPucker=0.2, eyeBlinkLeft=0.75)


def received(frame: FaceFrame, **options: object) -> dict[str, float]:
    target = Vmc.model_validate(options)
    sink = WIRES["vmc"].open_sink(target, ["anna"])
    encode = sink._encode  # type: ignore[attr-defined]
    assembler = Assembler()
    datagrams: Sequence[bytes] = encode(frame, Timecode(0, 0.0, 60))
    frames = [done for data in datagrams for done in assembler.feed(bytes(data))]
    sink.close()
    (found,) = frames
    return found.values


def test_nothing_is_added_unless_it_is_asked_for() -> None:
    plain = received(SPEAKING)
    assert not set(plain) & {*NAMES["vrm0"], *NAMES["vrm1"]}
    assert fallback("off") is None


@pytest.mark.parametrize("version", ["vrm0", "vrm1", "both"])
def test_vowels_and_blinks_are_sent_beside_the_curves(version: Fallback) -> None:
    plain, more = received(SPEAKING), received(SPEAKING, fallback=version)
    assert plain.items() <= more.items()
    names = NAMES["vrm0"] + NAMES["vrm1"] if version == "both" else NAMES[version]
    assert set(more) - set(plain) == set(names)
    expected = vowels(SPEAKING.vector[:52].tolist())
    for first in range(0, len(names), 8):
        sent = [more[name] for name in names[first : first + 5]]
        assert sent == pytest.approx(expected)
        assert [more[name] for name in names[first + 5 : first + 8]] == [0.0, 0.75, 0.0]


def test_no_eye_closes_twice() -> None:
    for left, right in ((1.0, 1.0), (0.5, 0.25), (0.0, 1.0)):
        frame = face(0, "anna", eyeBlinkLeft=left, eyeBlinkRight=right)
        both, one, other = values(frame.vector)[5:].tolist()
        assert (both + one, both + other) == (left, right)
        assert min(one, other) == 0.0


def test_what_is_sent_moves_a_face_again() -> None:
    target = Vmc(fallback="vrm0")
    extra = fallback(target.fallback)
    assert extra is not None
    only = vmc.Encoder(vmc.VmcStyle(bones="off"), rows=(), extra=extra)
    read = VmcFaces(Setup("127.0.0.1"))
    frame = face(0, "anna", jawOpen=0.4, eyeBlinkLeft=0.5, eyeBlinkRight=1.0)
    (report,) = (r for data in only.encode(frame) for r in read(data, 0))
    assert report.vector is not None
    for name in ("jawOpen", "eyeBlinkLeft", "eyeBlinkRight"):
        assert report.vector[INDEX[name]] == pytest.approx(
            frame.vector[INDEX[name]], abs=0.05
        )
    assert np.isfinite(report.vector).all()


def test_datagrams_stay_small() -> None:
    extra = fallback("both")
    style = vmc.VmcStyle(names="both", presets="both", jaw=True)
    for data in vmc.Encoder(style, extra=extra).encode(SPEAKING):
        assert len(data) <= 1472
