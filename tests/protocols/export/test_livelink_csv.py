from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from protocols import livelink
from protocols.arrays import Floats
from protocols.channels import BONES, CHANNELS, INDEX, bone_slice
from protocols.errors import DecodeError
from protocols.export.livelink_csv import decode, encode
from protocols.export.livelink_values import values_of, vectors_of
from protocols.frame import FaceFrame
from protocols.timecode import Timecode

from .made import moving
from .sheets import HEADER, row, rows, sheet

# As S88-001.csv of alexdjulin's takes (MIT) begins, 30 fps counted at 60; the numbers
# are ours, and the second row is one of its rows without a face.
REAL = """Timecode,BlendShapeCount,{names}
16:48:39:43.245,61,{values}
16:48:39:45.247,0
"""


def test_the_phones_own_rows_are_read() -> None:
    # JawRight before JawLeft, as the phone has it.
    names = [*livelink.CURVES]
    left, right = names.index("JawLeft"), names.index("JawRight")
    names[left], names[right] = "JawRight", "JawLeft"
    values = [f"{k / 100:.10f}" for k in range(61)]
    text = REAL.format(names=",".join(names), values=",".join(values))
    read = decode(text.encode())
    assert read.values[0, livelink.CURVES.index("JawRight")] == np.float32(0.15)
    assert read.values[0, livelink.CURVES.index("JawLeft")] == np.float32(0.16)
    assert read.values[0, livelink.CURVES.index("RightEyeRoll")] == np.float32(0.60)
    assert np.isnan(read.values[1]).all()
    at = ((16 * 60 + 48) * 60 + 39) * 60
    assert (read.times[0].frame, read.times[1].frame) == (at + 43, at + 45)
    assert read.times[0].subframe == pytest.approx(0.245)
    assert read.elapsed_ns.tolist() == [0, round(2.002e9 / 60)]
    assert read.notes == ()


@pytest.mark.parametrize(
    "count", ["BlendshapeCount", "BlendShapeCount", " BLENDSHAPECOUNT"]
)
def test_columns_are_found_by_name_in_any_order(count: str) -> None:
    header = [*reversed(livelink.CURVES), count, "timecode"]
    fields = [*map(str, np.arange(61)[::-1] / 61), "68", "00:00:00:01"]
    read = decode(sheet(fields, header=header))
    assert read.values[0] == pytest.approx(np.arange(61) / 61)


def test_unreals_own_dialect_is_read() -> None:
    header = ["Timecode", "FrameRate", "BlendShapeCount", *livelink.CURVES]
    fields = row("01:00:00:23.5", JawOpen=0.5)
    fields.insert(1, "23.976")
    later = row("01:00:01:00.5")
    later.insert(1, "23.976")
    text = sheet(fields, later, header=header, between=", ")
    read = decode(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    assert read.times[0] == Timecode(3600 * 24 + 23, 0.5, 24000, 1001)
    assert read.elapsed_ns[1] == pytest.approx(1001e9 / 24000, abs=1)
    assert read.values[0, livelink.CURVES.index("JawOpen")] == 0.5


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        *(("60", 60), ("30/1", 30), ("24 fps", 24), ("25.0", 25)),
        *(("30000/1001", Fraction(30000, 1001)), ("12.5", Fraction(25, 2))),
        *(("29.97", Fraction(30000, 1001)), ("59.94 FPS", Fraction(60000, 1001))),
    ],
)
def test_a_frame_rate_is_read_as_it_is_written(text: str, rate: Fraction) -> None:
    header = [*HEADER, "FrameRate"]
    read = decode(sheet([*row("00:00:00:01"), text], header=header))
    (time,) = read.times
    assert Fraction(time.rate_num, time.rate_den) == rate


@pytest.mark.parametrize("text", ["", "fast", "0", "1/0", "-30", "99999", "³⁰"])
def test_a_frame_rate_that_is_none_is_told(text: str) -> None:
    header = [*HEADER, "FrameRate"]
    with pytest.raises(DecodeError, match="line 2: FrameRate"):
        decode(sheet([*row("00:00:00:01"), text], header=header))


def test_a_rate_that_is_given_counts() -> None:
    read = decode(rows("00:00:00:29", "00:00:01:00"), Fraction(30))
    assert read.elapsed_ns.tolist() == [0, 33_333_333]
    with pytest.raises(DecodeError, match="frames below 30"):
        decode(rows("00:00:00:30"), Fraction(30))


@pytest.mark.parametrize(
    "none",
    [
        row("00:00:00:02", 0),
        ["00:00:00:02", "0"],
        ["00:00:00:02", "61", *[""] * 61],
        ["00:00:00:02", "61", "nan", *["0"] * 60],
        ["00:00:00:02", "0", "stale", *["0"] * 60],
    ],
)
def test_a_row_without_a_face(none: list[str]) -> None:
    read = decode(sheet(row("00:00:00:01", JawOpen=1), none, row("00:00:00:03")))
    assert np.isnan(read.values).all(axis=1).tolist() == [False, True, False]


def test_midnight_is_passed() -> None:
    read = decode(rows("23:59:59:59", "00:00:00:00", "00:00:00:01.5"))
    assert read.elapsed_ns.tolist() == [0, 16_666_667, 41_666_667]
    assert [time.frame for time in read.times] == [60 * 86_400 - 1, 0, 1]


def test_other_columns_and_absent_angles_are_told() -> None:
    header = [*HEADER[:-6], "Joy", "", "Anger"]
    fields = row("00:00:00:01", JawOpen=0.5)[:-6]
    read = decode(sheet([*fields, "1", "", "x"], header=header))
    assert read.notes == (
        "no columns LeftEyeYaw, LeftEyePitch, LeftEyeRoll, RightEyeYaw, "
        "RightEyePitch, RightEyeRoll: those angles are 0",
        "left out 2 other columns: 'Joy', 'Anger'",
    )
    assert not read.values[0, -6:].any()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"\xff\xfeT\x00i\x00", "no header of a Live Link Face take"),
        (b"a,b\n1,2\n", "no header of a Live Link Face take; expected a line Timecode"),
        (
            sheet(header=HEADER[1:40]),
            "line 1: no column timecode, mouthlowerdownright, mouthupperupleft and 12",
        ),
        (sheet(), "no row below the header"),
        (sheet(row("00:00:00:01"), header=[*HEADER, "JawOpen"]), "two columns jawopen"),
        (rows("00:00:00:60"), "line 2: frame number 60, expected frames below 60"),
        (rows("00:00:60:00"), "line 2: timecode"),
        (rows("00:60:00:00"), "line 2: timecode"),
        (rows("00:00:00:0.5.5"), "line 2: timecode"),
        (rows("12.5"), "timecode '12.5', expected HH:MM:SS:FF.fff"),
        (
            sheet(row("00:00:00:01", "many")),
            "line 2: the count of blend shapes is 'many'",
        ),
        (sheet(row("00:00:00:01")[:-1]), "line 2: 62 fields, and the header has 63"),
        (sheet(["00:00:00:01"]), "line 2: 1 fields"),
        (
            sheet(row("00:00:00:01", JawOpen=50_000)),
            "line 2: JawOpen is 50000, expected",
        ),
        (sheet(row("00:00:00:01", JawOpen=float("inf"))), "line 2: JawOpen is inf"),
    ],
)
def test_what_is_wrong_is_named(data: bytes, message: str) -> None:
    with pytest.raises(DecodeError, match=message):
        decode(data)


def test_every_truncation_is_read_or_a_decode_error() -> None:
    data = sheet(row("00:00:00:01", JawOpen=0.5), row("00:00:00:02"))
    whole = 0
    for cut in range(len(data)):
        try:
            whole += len(decode(data[:cut]).times)
        except DecodeError:
            continue
    assert whole > 0


@given(st.binary(max_size=300))
@example(b"\x00")
@example(b'"')
def test_garbage_never_raises_anything_else(data: bytes) -> None:
    with pytest.raises(DecodeError):
        decode(data)


FIELD = st.one_of(
    st.text(max_size=6),
    st.sampled_from(["00:00:00:01", "23:59:59:59.9", "999:9:9:1e9", "0", "61", "-1"]),
    st.sampled_from(["nan", "inf", "1e999", '"', '"\n', "\r", "1_0", "0x1", "\0"]),
)


@given(st.lists(st.lists(FIELD, max_size=4), max_size=6), st.integers(0, 63))
def test_rows_of_garbage_never_raise_anything_else(
    bad: list[list[str]], at: int
) -> None:
    good = row("00:00:00:01")
    mixed = [good[:at] + fields + good[at + len(fields) :] for fields in bad]
    text = "\n".join(",".join(fields) for fields in (HEADER, good, *mixed, *bad))
    try:
        read = decode(text.encode("utf-8", "surrogatepass"))
    except DecodeError:
        return
    assert len(read.times) == len(read.values) == len(read.elapsed_ns) >= 1
    assert (np.diff(read.elapsed_ns) > 0).all()


@given(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))
def test_angles_come_back_from_our_bones(yaw: float, pitch: float, roll: float) -> None:
    values = np.zeros((1, len(livelink.CURVES)), np.float32)
    values[0, 52:] = [yaw, pitch, roll, pitch, yaw, roll, roll, pitch, yaw]
    assert values_of(vectors_of(values)) == pytest.approx(values, abs=2e-6)


def test_to_the_right_down_and_left_are_the_wires() -> None:
    values = np.zeros((1, len(livelink.CURVES)), np.float32)
    values[0, 52:55] = [0.3, 0.0, 0.0]
    (vector,) = vectors_of(values)
    # To the actor's right, and +y turns to the left.
    assert vector[bone_slice("head")] == pytest.approx([0.0, -0.3, 0.0])
    values[0, 52:] = [0, 0, 0, 0, 0.2, 0, 0, 0, 0.1]
    (vector,) = vectors_of(values)
    assert vector[bone_slice("leftEye")] == pytest.approx([0.2, 0.0, 0.0])
    assert vector[bone_slice("rightEye")] == pytest.approx([0.0, 0.0, -0.1])


def test_the_values_are_those_of_the_wire() -> None:
    vectors = moving().vectors
    vectors[3, :] = np.nan
    vectors[4, 0] = 2.0
    for vector, values in zip(vectors, values_of(vectors), strict=True):
        frame = FaceFrame(0, 0, "a", vector.copy())
        assert values == pytest.approx(livelink.values(frame), abs=1e-6)


def test_every_bone_of_the_chain_turns_the_head() -> None:
    for bone in BONES:
        vectors = np.zeros((1, len(CHANNELS)), np.float32)
        vectors[0, INDEX[f"{bone}.y"]] = 0.25
        told = values_of(vectors)[0, livelink.CURVES.index("HeadYaw")]
        chain = bone in ("head", "neck", "upperChest", "chest", "spine")
        assert told == pytest.approx(-0.25 if chain else 0.0)


def test_a_row_to_the_letter() -> None:
    values = np.zeros((1, len(livelink.CURVES)), np.float32)
    values[0, livelink.CURVES.index("EyeBlinkLeft")] = 0.25
    values[0, livelink.CURVES.index("RightEyeRoll")] = -0.5
    header, line = "".join(encode(values, [Timecode(4_165_775, 0.2725, 60)])).split()
    assert header.startswith("Timecode,BlendShapeCount,EyeBlinkLeft,EyeLookDownLeft,")
    assert header.endswith(
        ",HeadYaw,HeadPitch,HeadRoll,LeftEyeYaw,LeftEyePitch,"
        "LeftEyeRoll,RightEyeYaw,RightEyePitch,RightEyeRoll"
    )
    zeros = ",0.0000000000" * 59
    assert line == f"19:17:09:35.272,61,0.2500000000{zeros},-0.5000000000"


@pytest.mark.parametrize(
    ("time", "written"),
    [
        (Timecode(0, 0.0, 30), "00:00:00:00.000"),
        (Timecode(1, 0.5, 30), "00:00:00:03.000"),
        (Timecode(86_400 * 60 - 1, 0.9996, 60), "00:00:00:00.000"),
        (Timecode(30, 0.0, 30000, 1001), "00:00:01:00.060"),
        (Timecode(89, 0.0, 24), "00:00:03:42.500"),
    ],
)
def test_any_rate_is_written_at_60(time: Timecode, written: str) -> None:
    values = np.zeros((1, len(livelink.CURVES)), np.float32)
    line = "".join(encode(values, [time])).splitlines()[1]
    assert line.startswith(f"{written},61,")


@given(st.integers(0, 60 * 86_400 - 1), st.integers(0, 999))
def test_times_come_back(frame: int, part: int) -> None:
    values: Floats = np.zeros((1, len(livelink.CURVES)), np.float32)
    text = "".join(encode(values, [Timecode(frame, part / 1000, 60)]))
    (time,) = decode(text.encode()).times
    assert time.frame == frame and time.subframe == pytest.approx(part / 1000)


def test_values_come_back_to_ten_digits() -> None:
    rng = np.random.default_rng(3)
    values = rng.random((40, len(livelink.CURVES))).astype(np.float32)
    times = [Timecode(100 + k, 0.25, 60) for k in range(40)]
    read = decode("".join(encode(values, times)).encode())
    np.testing.assert_allclose(read.values, values, rtol=0, atol=6e-8)
    assert read.times == tuple(times)
