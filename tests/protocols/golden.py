"""Golden packets: `tests/data/README.md` says where each comes from.

`python -m tests.protocols.golden` writes those that are facewire's own again. Do so
only where a wire changes on purpose; the Unreal and Unity receivers read them too.
"""

from pathlib import Path

import numpy as np

from protocols import livelink, native, page, plain_osc, vmc

from .faces import NOON, doubting, face, ramp

DATA = Path(__file__).parent.parent / "data"


def golden(name: str) -> bytes:
    return (DATA / name).read_bytes()


def own_packets() -> dict[str, bytes]:
    first, frame = face(), ramp()
    character, plain = vmc.Encoder(), plain_osc.Encoder("face")
    doubt = plain_osc.Encoder("face", doubt=True)
    # The first frame starts the clock, so that the second is at one second.
    character.encode(first)
    plain.encode(first, NOON)
    doubt.encode(first, NOON)
    return {
        "livelink_ramp.bin": livelink.Encoder("dev0", "face").encode(frame, NOON),
        **{
            f"vmc_ramp_{i}.bin": datagram
            for i, datagram in enumerate(character.encode(frame))
        },
        "osc_ramp.bin": plain.encode(frame, NOON)[0],
        "native_ramp.bin": native.encode(frame, NOON, seq=7, sent_ns=1_000_250_000),
        "native_doubt.bin": native.encode(
            doubting(), NOON, seq=7, sent_ns=1_000_250_000
        ),
        "page_frame.bin": page.encode_frame(
            doubting(),
            2,
            seq=9,
            captured_ms=1000.0,
            sent_ms=1010.5,
            raw=ramp().vector[51::-1],
        ),
        "page_picture.bin": page.encode_picture(
            b"jpeg",
            (640, 480),
            [
                page.Outline(0, np.array([[320, 240], [640, 480]], np.float32)),
                page.Outline(1, np.array([[-9, 999]], np.float32), True, True),
            ],
            seq=5,
            captured_ms=1000.0,
        ),
        "osc_doubt.bin": doubt.encode(doubting(), NOON)[0],
    }


if __name__ == "__main__":
    for name, data in own_packets().items():
        (DATA / name).write_bytes(data)
