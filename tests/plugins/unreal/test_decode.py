"""The plugin reads datagrams as Python does: golden ones, cut ones, mutated ones."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import pytest

from protocols import livelink, native
from protocols.channels import EXPRESSIONS
from protocols.errors import DecodeError
from protocols.frame import FaceFrame
from tests.protocols import native_golden

from .building import GOLDEN, Programs, run
from .decoder import answers

EXPECTED = native_golden.expected()
FRAMES = EXPECTED["frames"]


def test_units(programs: Programs) -> None:
    assert ", 0 failed" in run([programs("units")], timeout_s=60)


@pytest.mark.parametrize("name", FRAMES)
def test_a_golden_frame_gives_the_expected_numbers(
    programs: Programs, name: str
) -> None:
    (found,) = answers(programs, [native_golden.written(name)])
    found.pop("properties")
    assert found == FRAMES[name]


@pytest.mark.parametrize("name", FRAMES)
def test_the_properties_begin_with_those_of_live_link_face(
    programs: Programs, name: str
) -> None:
    data = native_golden.written(name)
    (found,) = answers(programs, [data])
    frame = native.decode(native.split(data)[1]).frame
    values = found["properties"]
    # float32 against Python's float64.
    np.testing.assert_allclose(values[:61], livelink.values(frame), atol=2e-6)
    np.testing.assert_allclose(values[61:64], _unreal_cm(frame), rtol=1e-6)
    assert values[64:66] == [float(frame.tracked), pytest.approx(frame.confidence)]
    assert values[66:74] == frame.expression.tolist()
    unknown = [0.5] * 52
    assert values[74:126] == (unknown if frame.doubt is None else frame.doubt.tolist())
    assert values[126:] == [float(name == frame.mood) for name in EXPRESSIONS]


def _unreal_cm(frame: FaceFrame) -> list[float]:
    x, y, z = frame.vector[-3:].tolist()
    return [100 * z, -100 * x, 100 * y]


@pytest.mark.parametrize("name", EXPECTED["schemas"])
def test_a_golden_schema_is_known(programs: Programs, name: str) -> None:
    (found,) = answers(programs, [native_golden.written(name)])
    assert found["minor"] == EXPECTED["schemas"][name]
    assert found["known"] is True


def test_another_order_of_channels_is_noticed(programs: Programs) -> None:
    data = native_golden.written("schema_1_2.bin")
    (found,) = answers(programs, [data.replace(b"jawLeft", b"jawLost")])
    assert found["known"] is False


@pytest.mark.parametrize("name", EXPECTED["refused"])
def test_a_golden_broken_datagram_is_refused(programs: Programs, name: str) -> None:
    (found,) = answers(programs, [native_golden.written(name)])
    assert set(found) == {"refused"}


@pytest.mark.parametrize("name", [*FRAMES, *EXPECTED["schemas"]])
def test_every_truncation_is_refused(programs: Programs, name: str) -> None:
    data = native_golden.written(name)
    found = answers(programs, [data[:size] for size in range(len(data))])
    assert all(set(answer) == {"refused"} for answer in found)


def test_mutations_are_judged_as_python_judges_them(programs: Programs) -> None:
    """The same are read, with the same numbers, and the same are refused."""
    draw = random.Random(21)
    whole = [native_golden.written(name) for name in FRAMES]
    mutated = [_mutated(draw.choice(whole), draw) for _ in range(4000)]
    found = answers(programs, mutated)
    read = 0
    for data, answer in zip(mutated, found, strict=True):
        expected = _python(data)
        if expected is None:
            assert "refused" in answer, data.hex()
        else:
            answer.pop("properties", None)
            assert answer == expected, data.hex()
            read += 1
    assert 500 < read < 3500


def _mutated(data: bytes, draw: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(draw.randint(1, 3)):
        at = draw.randrange(len(out))
        match draw.randrange(4):
            case 0:
                out[at] = draw.randrange(256)
            case 1:
                out[at] ^= 1 << draw.randrange(8)
            case 2:
                del out[at]
            case _:
                out.insert(at, draw.choice(b"\x00\x01\x80\x90\xa0\xc0\xc4\xcf\xd9\xdc"))
    return bytes(out)


def _python(data: bytes) -> dict[str, Any] | None:
    """Return what Python makes of a datagram; None where it, or the plugin, must
    refuse it."""
    try:
        topic, packed = native.split(data)
        if not topic.startswith(native.FACE_TOPICS):
            return None
        truth: dict[str, Any] = json.loads(json.dumps(native_golden.truth(packed)))
    except DecodeError:
        return None
    times = (truth[name] for name in ("captured_ns", "sent_ns", "display_ns"))
    # The plugin keeps times in 64 bits with a sign.
    return truth if all(time < 2**63 for time in times) else None


def test_a_few_thousand_mutations_break_nothing(programs: Programs) -> None:
    _fuzz(programs, 6000, seed=1)


@pytest.mark.slow
def test_300_000_mutations_break_nothing(programs: Programs) -> None:
    for seed in range(2, 5):
        _fuzz(programs, 100_000, seed)


def _fuzz(programs: Programs, count: int, seed: int) -> None:
    found = json.loads(
        run([programs("fuzz"), GOLDEN, str(count), str(seed)], timeout_s=240)
    )
    assert found["mutations"] == count
    # Neither all refused nor all read: the mutations are of a useful size.
    assert found["frames"] > count / 50
    assert found["refused"] > count / 4
    assert found["closed"] > count / 10
