"""The phone's take.json: what is read of it, and what is written."""

from __future__ import annotations

import contextlib
import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import DecodeError
from protocols.export.livelink_take import (
    FILE_ORDER,
    PhoneTake,
    decode_take,
    encode_take,
    encode_video,
)
from protocols.livelink import CURVES

TOLD = {"slate": "MySlate", "take": 3, "subject": "iPhone", "frames": 589}


def test_the_keys_that_are_known_are_read_and_the_others_are_not() -> None:
    data = json.dumps({**TOLD, "calibrated": False, "deviceModel": [1], "x": None})
    assert decode_take(data.encode("utf-8-sig")) == PhoneTake(
        "MySlate", 3, "iPhone", calibrated=False, frames=589
    )
    assert decode_take(data.encode("utf-16")).frames == 589


def test_what_is_written_is_read() -> None:
    take = PhoneTake("12A", 999_999, "ännä 養", calibrated=True, frames=0)
    data = encode_take(take, {"software": "facewire"})
    assert decode_take(data) == take
    assert json.loads(data)["facewire"] == {"software": "facewire"}
    assert decode_take(encode_take(PhoneTake(), {})) == PhoneTake()


WRONG: dict[str, tuple[object, ...]] = {
    "slate": ("", 5, None, ["a"], "x" * 257),
    "take": (0, -1, 1.5, True, "3", 10**6, 10**40),
    "frames": (-1, False, 2.0, 10**10),
    "calibrated": (0, 1, "true"),
    "subject": ("", {}, "x" * 257, "a\0b", " \t"),
}


@pytest.mark.parametrize(
    "wrong",
    [{key: value} for key, values in WRONG.items() for value in values],
    ids=str,
)
def test_a_value_of_another_kind_is_left_out(wrong: dict[str, Any]) -> None:
    assert decode_take(json.dumps(wrong).encode()) == PhoneTake()


def test_half_of_a_pair_is_replaced() -> None:
    assert decode_take(b'{"subject": "a\\ud800"}').subject == "a?"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "it is empty"),
        (b"[]", "expected an object"),
        (b'{"slate": ', "not JSON"),
        (b"\xff\xff", "cannot be read as text"),
        (b"[" * 100_000, "nested too deep"),
    ],
)
def test_a_file_that_is_none_is_a_decode_error(data: bytes, told: str) -> None:
    with pytest.raises(DecodeError, match=told):
        decode_take(data)


def test_every_cut_is_a_decode_error_or_a_take() -> None:
    data = encode_take(PhoneTake("a", 1, "b", calibrated=True, frames=2), {"c": "d"})
    for size in range(len(data) - 1):
        with pytest.raises(DecodeError):
            decode_take(data[:size])


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_garbage_is_a_decode_error_or_a_take(data: bytes) -> None:
    with contextlib.suppress(DecodeError):
        assert isinstance(decode_take(data), PhoneTake)


@pytest.mark.slow
def test_a_million_mutations_are_decode_errors_or_takes() -> None:
    rng = random.Random(4)
    golden = json.dumps({**TOLD, "calibrated": True, "more": {"a": [1, "é"]}}).encode()
    for _ in range(10**6):
        data = bytearray(golden)
        for _ in range(rng.randrange(1, 4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        with contextlib.suppress(DecodeError):
            decode_take(bytes(data))


def test_the_video_is_described_by_the_keys_that_readers_use() -> None:
    assert json.loads(encode_video(29.97, 640, 480)) == {
        "FrameRate": 29.97,
        "Dimensions": {"width": 640, "height": 480},
    }


def test_the_files_order_is_that_of_the_wire_but_for_two_pairs() -> None:
    differ = [
        name for name, other in zip(FILE_ORDER, CURVES, strict=True) if name != other
    ]
    assert differ == ["JawRight", "JawLeft", "MouthRight", "MouthLeft"]
    assert sorted(FILE_ORDER) == sorted(CURVES)
