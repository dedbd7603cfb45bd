"""The bytes of ZMTP 3, written from its specification (rfc.zeromq.org/spec/23).

A connection begins with a greeting of 64 bytes from both ends, then a READY command
from both, then messages. Ours is the publisher's side, for golden files; the tests of
the plugins also talk to libzmq itself.

libzmq closes the connection of a subscriber that sends its READY or its subscriptions
before libzmq's own turn. It does so too as soon as it knows that the mechanisms differ:
a subscriber that wants to say "encrypted" must send only the first 12 bytes of its
greeting until it has the publisher's 64.

    greeting  FF, 8 bytes, 7F; u8 major, u8 minor; 20 bytes mechanism, padded with 0;
              u8 1 for the server of a mechanism; 31 bytes 0
    frame     u8 flags: 1 more follows, 2 the length has 8 bytes, 4 a command;
              u8 or u64 big-endian length; the body
    command   u8 length of the name, the name, data
    READY     any number of: u8 length of a name, the name, u32 length, value
"""

from __future__ import annotations

MORE, LONG, COMMAND = 1, 2, 4


def greeting(
    mechanism: bytes = b"NULL", *, minor: int = 1, as_server: bool = False
) -> bytes:
    """Return the first 64 bytes of a connection."""
    # libzmq writes an 8 byte length of 1 there, which ZMTP 1 would read.
    signature = b"\xff" + (1).to_bytes(8, "big") + b"\x7f"
    head = signature + bytes([3, minor]) + mechanism.ljust(20, b"\0")
    return head + bytes([as_server]) + bytes(31)


def frame(body: bytes, flags: int = 0) -> bytes:
    """Return one frame; its length has 8 bytes if it must."""
    if len(body) < 256:
        return bytes([flags, len(body)]) + body
    return bytes([flags | LONG]) + len(body).to_bytes(8, "big") + body


def message(*parts: bytes) -> bytes:
    """Return the frames of one message."""
    *first, last = parts
    return b"".join(frame(part, MORE) for part in first) + frame(last)


def command(name: bytes, data: bytes) -> bytes:
    """Return one command."""
    return frame(bytes([len(name)]) + name + data, COMMAND)


def ready(socket_type: bytes) -> bytes:
    """Return the command that ends the handshake of the mechanism NULL."""
    name = b"Socket-Type"
    size = len(socket_type).to_bytes(4, "big")
    return command(b"READY", bytes([len(name)]) + name + size + socket_type)
