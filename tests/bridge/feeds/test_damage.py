"""Damaged packets for the reader of each source: refused, or read as a sound face."""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence
from typing import Final

import numpy as np
import pytest

from bridge.feeds.report import FAR, FULL_TURN, Report, Setup
from bridge.feeds.table import KINDS
from bridge.wires.openseeface import tracked
from protocols import openseeface, vmc
from protocols.channels import ARKIT, POSITION_SLICE, ROTATION_SLICE
from protocols.errors import DecodeError
from protocols.frame import FaceFrame
from tests.protocols.golden import golden
from tests.protocols.native_golden import written

MANY: Final = 1_000_000
PARTS: Final = 10
"""A million packets take minutes, and a test has five of them."""


def performed() -> FaceFrame:
    vector = np.linspace(-0.5, 0.9, 85).astype(np.float32)
    return FaceFrame(0, 0, "anna", vector)


PACKETS: Final[dict[str, Sequence[bytes]]] = {
    "livelink": [golden("livelink_iphone.bin"), golden("livelink_no_face.bin")],
    "native": [written("frame_live.bin"), written("frame_1_0.bin")],
    "zmq": [written("schema_1_2.bin"), written("frame_live.bin")],
    "vmc": [
        *vmc.Encoder(vmc.VmcStyle(presets="both")).encode(performed()),
        golden("vmc_bundle.bin"),
    ],
    "openseeface": [openseeface.encode([tracked(performed(), 0, 1.7e9)])],
}

NUMBERS: Final = [
    struct.pack(form, value)
    for form in ("<f", ">f")
    for value in (0.5, -1.0, 1e30, float("nan"), float("inf"))
] + [b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"/VMC", b",sf\0"]


def damaged(rng: random.Random, data: bytes) -> bytes:
    """Return a packet with a few bytes changed, cut out or put in."""
    out = bytearray(data)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(out) + 1)
        match rng.randrange(5):
            case 0:
                out[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                number = rng.choice(NUMBERS)
                out[at : at + len(number)] = number
            case 2:
                del out[at : at + rng.randrange(1, 40)]
            case 3:
                out[at:at] = rng.choice(NUMBERS)
            case _:
                # Aligned, as most numbers are: the packet stays one.
                at -= at % 4
                out[at : at + 4] = rng.choice(NUMBERS)[: len(out) - at]
    return bytes(out)


def check(report: Report) -> None:
    """Assert that everything after a feed can use a report."""
    assert report.index is None or isinstance(report.index, int)
    assert 0.0 <= report.confidence <= 1.0
    if report.expression is not None:
        assert np.isfinite(report.expression).all()
    if report.doubt is not None:
        assert report.doubt.min() >= 0.0 and report.doubt.max() <= 1.0
    vector = report.vector
    if vector is None:
        return
    assert vector.shape == (85,) and vector.dtype == np.float32
    weights, turns = vector[: len(ARKIT)], vector[ROTATION_SLICE]
    assert weights.min() >= 0.0 and weights.max() <= 1.0
    assert np.abs(turns).max() <= FULL_TURN
    assert np.abs(vector[POSITION_SLICE]).max() <= FAR


def survives(word: str, count: int, seed: int = 0) -> None:
    """Feed damaged packets, and then whole ones, which must be read."""
    reader, rng, seen = KINDS[word].reader(Setup("10.0.0.7")), random.Random(seed), 0
    for number in range(count):
        whole = PACKETS[word][number % len(PACKETS[word])]
        try:
            reports = reader(damaged(rng, whole), number * 1_000_000)
        except DecodeError:
            continue
        for report in reports:
            check(report)
            seen += 1
    assert seen > 0
    after = [
        report
        for _ in range(3)
        for data in PACKETS[word]
        for report in reader(data, count * 1_000_000)
    ]
    assert any(report.vector is not None for report in after)


@pytest.mark.parametrize("word", PACKETS)
def test_damaged_packets_do_no_harm(word: str) -> None:
    survives(word, 3000)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("word", PACKETS)
def test_a_million_damaged_packets_do_no_harm(word: str, part: int) -> None:
    survives(word, MANY // PARTS, seed=part)
