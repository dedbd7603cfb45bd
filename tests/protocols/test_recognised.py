import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols import plain_osc, vmc
from protocols.osc import Message, bundle, encode
from protocols.recognised import Kind, recognised

from .faces import NOON, face
from .golden import golden
from .native_golden import written


def metahuman(curves: int, version: int = 1, name: bytes = b"A" * 36) -> bytes:
    return (
        struct.pack("<HH", version, len(name))
        + name
        + struct.pack("<ifiiH", 3600, 0.25, 60, 1, curves)
        + struct.pack(f"<{curves}H", *range(curves))
        + struct.pack("<6f", *range(6))
    )


FACEMOTION = b"FMV3\x04\x01\x28\x00" + b"\0" * 200
VTUBE = b'{"Timestamp":1,"FaceFound":true,"BlendShapes":[{"k":"JawOpen","v":0.5}]}'

SPLIT = plain_osc.Encoder("x", split=True).encode(face(), NOON)

PACKETS: list[tuple[bytes, Kind | None]] = [
    (golden("livelink_iphone.bin"), "livelink"),
    (golden("livelink_no_face.bin"), "livelink"),
    *((golden(f"vmc_ramp_{i}.bin"), "vmc") for i in range(3)),
    (encode(Message(vmc.OK, (1,))), "vmc"),
    (bundle([bundle([encode(Message(vmc.OK, (1,)))])]), "vmc"),
    (golden("osc_ramp.bin"), "osc"),
    *((part, "osc") for part in SPLIT),
    (encode(Message("/avatar/parameters/JawOpen", (0.5,))), "other_osc"),
    (metahuman(251), "metahuman"),
    (metahuman(251, version=2), "metahuman"),
    (metahuman(3, name=b"abc"), "metahuman"),
    (metahuman(251, version=3), None),
    (b"jawOpen-12|=head#-21.4,-6.0,-6.6,-0.03,-0.1,-0.6|", "ifacialmocap"),
    (FACEMOTION, "fmv3"),
    (VTUBE, "vts_phone"),
    (b"\0" * 1785 * 2, "openseeface"),
    (b"", None),
    (b"hello", None),
    (b"{}", None),
    (golden("native_ramp.bin"), None),
    (written("frame_1_2.bin"), "native"),
    (written("frame_held.bin"), "native"),
    (written("frame_later.bin"), "native"),
    (written("schema_1_0.bin"), "native"),
    (written("refused_topic.bin"), None),
    (b"face.anna\0", None),
]


@pytest.mark.parametrize(("data", "kind"), PACKETS, ids=range(len(PACKETS)))
def test_every_known_packet_is_recognised(data: bytes, kind: Kind | None) -> None:
    assert recognised(data) == kind


def test_the_metahuman_packet_has_the_size_that_people_see() -> None:
    assert len(metahuman(251)) == 584


@given(st.binary(max_size=300))
@pytest.mark.parametrize("start", [b"", b"#bundle\0", b"\x06\0\0", b"\x01\0", b"/"])
def test_garbage_raises_nothing(start: bytes, data: bytes) -> None:
    recognised(start + data)
