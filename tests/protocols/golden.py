"""Golden packets: `tests/data/README.md` says where each comes from.

`python -m tests.protocols.golden` writes those that are facewire's own again. Do so
only where a wire changes on purpose; the Unreal and Unity receivers read them too.
"""

from pathlib import Path

from protocols import livelink, native, plain_osc, vmc

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
        "native_schema_1_1.bin": native.encode_schema(native.Schema("facewire")),
        "osc_doubt.bin": doubt.encode(doubting(), NOON)[0],
    }


if __name__ == "__main__":
    for name, data in own_packets().items():
        (DATA / name).write_bytes(data)
