import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.feeds.livelink import read, vector_of
from engines.motion.body import jaw_turn
from protocols import livelink
from protocols.channels import ARKIT, POSITION_SLICE, WEIGHTS_SLICE, Vector, bone_slice
from protocols.errors import DecodeError
from protocols.frame import FaceFrame
from protocols.timecode import Timecode
from tests.protocols.golden import DATA

TIME = Timecode(3600, 0.25, 60)
NECK = 0.35

angles = st.floats(-0.75, 0.75, width=32)
turns = st.tuples(angles, angles, angles)


def solved(
    weights: Vector, head: tuple[float, ...], *eyes: tuple[float, ...]
) -> Vector:
    """A face as facewire solves it: head and neck share the turn, the jaw follows."""
    vector = np.zeros(85, dtype=np.float32)
    vector[WEIGHTS_SLICE] = weights
    turn = np.array(head)
    vector[bone_slice("head")] = (1.0 - NECK) * turn
    vector[bone_slice("neck")] = NECK * turn
    vector[bone_slice("leftEye")], vector[bone_slice("rightEye")] = eyes
    vector[bone_slice("jaw")] = jaw_turn(vector[WEIGHTS_SLICE].tolist())
    return vector


@given(
    st.lists(st.floats(0.0, 1.0, width=32), min_size=52, max_size=52),
    *(turns, turns, turns),
)
def test_what_facewire_sends_it_reads_as_the_same_curves_and_bones(
    weights: list[float],
    head: tuple[float, ...],
    left: tuple[float, ...],
    right: tuple[float, ...],
) -> None:
    vector = solved(np.array(weights, dtype=np.float32), head, left, right)
    frame = FaceFrame(0, 0, "anna", vector)
    data = livelink.Encoder("device", "anna").encode(frame, TIME)
    report = read(data, NECK)
    assert report.key == ("device", "anna") and report.time == TIME
    assert report.vector is not None
    back = report.vector
    np.testing.assert_array_equal(back[WEIGHTS_SLICE], vector[WEIGHTS_SLICE])
    np.testing.assert_allclose(back, vector, atol=5e-4)


def test_the_golden_packets_are_read() -> None:
    built = read((DATA / "livelink_built.bin").read_bytes(), NECK)
    assert built.time == TIME and built.vector is not None
    vector = built.vector
    assert vector[ARKIT.index("eyeBlinkLeft")] == 1.0
    assert vector[ARKIT.index("jawOpen")] == 0.5
    # Yaw is positive to the actor's right, and a turn about y to the left.
    whole = vector[bone_slice("head")] + vector[bone_slice("neck")]
    np.testing.assert_allclose(whole, [0.0, -0.25, 0.0], atol=1e-6)
    assert not vector[POSITION_SLICE].any()
    assert read((DATA / "livelink_no_face.bin").read_bytes(), NECK).vector is None
    phone = read((DATA / "livelink_iphone.bin").read_bytes(), NECK)
    assert (
        phone.vector is not None
        and phone.time is not None
        and phone.time.frame == 2182883
    )


def test_weights_are_brought_within_0_and_1() -> None:
    values = np.full(61, 7.0, dtype=np.float32)
    values[1] = -3.0
    vector = vector_of(values, NECK)
    assert vector[0] == 1.0 and vector[1] == 0.0 and np.isfinite(vector).all()


@given(
    st.lists(
        st.floats(width=32, allow_nan=False, allow_infinity=False),
        min_size=61,
        max_size=61,
    )
)
def test_any_finite_numbers_make_a_finite_face(values: list[float]) -> None:
    vector = vector_of(np.array(values, dtype=np.float32), NECK)
    assert np.isfinite(vector).all()


@pytest.mark.parametrize(
    "time",
    [
        Timecode(-1, 0.0, 60),
        Timecode(3600, 0.0, 2**31 - 1),
        Timecode(2**31 - 1, 0.999, 24856),
    ],
)
def test_a_timecode_that_no_wire_can_carry_is_refused(time: Timecode) -> None:
    data = livelink.encode(livelink.Packet("device", "anna", time, None))
    with pytest.raises(DecodeError, match="timecode"):
        read(data, NECK)


@given(st.binary(max_size=400))
def test_garbage_is_refused_and_nothing_else(data: bytes) -> None:
    with pytest.raises(DecodeError):
        read(data, NECK)


def test_every_truncation_is_refused_but_the_one_without_a_face() -> None:
    data = (DATA / "livelink_built.bin").read_bytes()
    whole = len((DATA / "livelink_no_face.bin").read_bytes())
    for size in range(len(data)):
        if size == whole:
            assert read(data[:size], NECK).vector is None
            continue
        with pytest.raises(DecodeError):
            read(data[:size], NECK)
