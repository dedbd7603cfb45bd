"""The plugin's ZeroMQ subscriber reads the bytes of a publisher."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.protocols import native_golden, zmtp

from .building import GOLDEN, Programs, run

STREAMS = native_golden.expected()["streams"]


def read(programs: Programs, path: Path, chunk: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        run([programs("stream"), path, str(chunk)], timeout_s=60)
    )
    return found


@pytest.mark.parametrize("chunk", [1, 7, 100_000])
@pytest.mark.parametrize("name", STREAMS)
def test_a_golden_stream(programs: Programs, name: str, chunk: int) -> None:
    found = read(programs, GOLDEN / name, chunk)
    assert {key: found[key] for key in STREAMS[name]} == STREAMS[name]
    assert bool(found["problem"]) is STREAMS[name]["refused"]


def test_what_is_sent(programs: Programs) -> None:
    found = read(programs, GOLDEN / "zmtp_ping.bin", 1)
    # 3.0: what a later version may send is answered, but not asked for.
    hello = zmtp.greeting(minor=0)
    assert bytes.fromhex(found["sent"]) == b"".join(
        (
            hello[:1] + bytes(8) + hello[9:],
            zmtp.ready(b"SUB"),
            zmtp.frame(b"\1face."),
            zmtp.frame(b"\1schema"),
            zmtp.command(b"PONG", b"fw"),
        )
    )


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_that_ends_early_is_no_problem(
    programs: Programs, name: str, tmp_path: Path
) -> None:
    data = native_golden.written(name)
    for size in range(0, len(data), max(1, len(data) // 12)):
        part = tmp_path / "part.bin"
        part.write_bytes(data[:size])
        found = read(programs, part, 64)
        assert len(found["seqs"]) <= len(STREAMS[name]["seqs"])


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (zmtp.greeting(b"PLAIN") + zmtp.ready(b"PUB"), "mechanism PLAIN"),
        (zmtp.greeting() + zmtp.message(b"face.x", b""), "before it was ready"),
        (zmtp.greeting() + zmtp.command(b"HELLO", b""), "sent HELLO"),
        (zmtp.greeting() + zmtp.frame(b"", zmtp.COMMAND), "without a name"),
        (zmtp.greeting() + zmtp.frame(b"\x09READY", zmtp.COMMAND), "without a name"),
        (zmtp.greeting() + zmtp.command(b"READY", b"\x04ab"), "broken READY"),
        (
            zmtp.greeting() + zmtp.command(b"READY", b"\1a\xff\xff\xff\xff"),
            "broken READY",
        ),
        (zmtp.greeting() + b"\x08\x00", "unknown kind"),
        (zmtp.greeting() + b"\x05\x00", "unknown kind"),
        (
            zmtp.greeting()
            + zmtp.ready(b"PUB")
            + zmtp.command(b"PING", b"\0\0x") * 900,
            "never reads",
        ),
    ],
)
def test_what_is_wrong_is_said(
    programs: Programs, tmp_path: Path, said: bytes, words: str
) -> None:
    path = tmp_path / "said.bin"
    path.write_bytes(said)
    found = read(programs, path, 100_000)
    assert found["refused"] is True
    assert words in found["problem"]


def test_messages_that_are_not_ours_are_counted(
    programs: Programs, tmp_path: Path
) -> None:
    path = tmp_path / "said.bin"
    path.write_bytes(
        zmtp.greeting()
        + zmtp.ready(b"XPUB")
        + zmtp.message(b"one part")
        + zmtp.message(b"face.x", b"no map")
        + zmtp.message(b"face." + b"x" * 2000, b"a long topic")
        + zmtp.command(b"LATER", b"what a later version may say")
        + zmtp.message(
            native_golden.written("frame_1_2.bin").partition(b"\0")[0],
            native_golden.written("frame_1_2.bin").partition(b"\0")[2],
        )
    )
    found = read(programs, path, 100_000)
    assert (found["bad"], found["seqs"], found["refused"]) == (3, [7], False)
