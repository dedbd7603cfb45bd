"""The golden folder of the native stream: what is pinned, and what Python reads."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterator

import pytest
import zmq

from bridge.wires.zmq import NativeReader
from protocols import native
from protocols.errors import DecodeError

from .native_golden import (
    EXPECTED,
    FOLDER,
    answers,
    expected,
    files,
    frames,
    refused,
    schemas,
    streams,
    truth,
    written,
)
from .zmtp import greeting, message, ready

PATIENCE_S = 30.0


def test_the_folder_has_these_files_and_no_others() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(files())


@pytest.mark.parametrize("name", sorted(set(files()) - {EXPECTED}))
def test_the_pinned_bytes_are_still_made(name: str) -> None:
    assert files()[name].hex(" ", 4) == written(name).hex(" ", 4)


def test_the_expected_numbers_are_still_those() -> None:
    assert json.loads(json.dumps(answers())) == expected()


@pytest.mark.parametrize("name", frames())
def test_a_frame_gives_its_numbers(name: str) -> None:
    topic, payload = native.split(written(name))
    found = truth(payload)
    assert found == expected()["frames"][name]
    assert topic == native.topic(str(found["subject"]))
    (heard,) = NativeReader()((written(name),))
    assert list(heard.values.values()) == found["vector"]


def test_only_a_sender_of_1_2_says_when_a_face_is_meant_to_be_seen() -> None:
    told = expected()["frames"]
    assert told["frame_live.bin"]["display_ns"] == 98_765_482_109_876
    for name in ("frame_1_0.bin", "frame_1_1.bin", "frame_1_2.bin", "frame_held.bin"):
        assert told[name]["display_ns"] == told[name]["captured_ns"]


@pytest.mark.parametrize("name", schemas())
def test_a_schema_is_read_and_is_no_frame(name: str) -> None:
    assert NativeReader()((written(name),)) == []


@pytest.mark.parametrize("name", refused())
def test_what_must_be_refused_is_refused(name: str) -> None:
    with pytest.raises(DecodeError):
        NativeReader()((written(name),))


@pytest.mark.parametrize("name", [*frames(), *schemas()])
def test_every_truncation_is_refused(name: str) -> None:
    whole = written(name)
    for cut in range(len(whole)):
        with pytest.raises(DecodeError):
            NativeReader()((whole[:cut],))


@pytest.fixture
def publisher() -> Iterator[tuple[zmq.Socket[bytes], int]]:
    with zmq.Context() as context, context.socket(zmq.XPUB) as opened:
        opened.setsockopt(zmq.LINGER, 0)
        opened.setsockopt(zmq.RCVTIMEO, round(PATIENCE_S * 1e3))
        yield opened, opened.bind_to_random_port("tcp://127.0.0.1")


def test_libzmq_sends_the_very_bytes_of_the_golden_stream(
    publisher: tuple[zmq.Socket[bytes], int],
) -> None:
    opened, port = publisher
    whole = written("zmtp_frames.bin")
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as end:
        # libzmq closes the connection of one who does not wait for its answers.
        end.sendall(greeting(minor=0))
        got = exactly(end, len(greeting()))
        end.sendall(ready(b"SUB"))
        got += exactly(end, len(ready(b"XPUB")))
        # A subscription is a message that begins with 1; this one is to everything.
        end.sendall(message(b"\x01"))
        assert opened.recv() == b"\x01"
        for part in parts(whole):
            opened.send_multipart(part)
        got += exactly(end, len(whole) - len(got))
    assert got.hex(" ", 4) == whole.hex(" ", 4)


def exactly(end: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size:
        more = end.recv(size - len(got))
        assert more, f"closed after {len(got)} of {size} bytes"
        got += more
    return got


def parts(stream: bytes) -> list[tuple[bytes, bytes]]:
    """Return the messages of the golden stream, read back from its bytes."""
    at = len(b"".join(streams()["zmtp_frames.bin"][:2]))
    found: list[bytes] = []
    while at < len(stream):
        wide = stream[at] & 2
        size = struct.unpack_from(">Q" if wide else ">B", stream, at + 1)[0]
        at += 9 if wide else 2
        found.append(stream[at : at + size])
        at += size
    return list(zip(found[::2], found[1::2], strict=True))
