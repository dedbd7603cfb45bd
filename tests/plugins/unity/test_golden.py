"""The Unity package reads what Python reads, number by number."""

from __future__ import annotations

import random
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from protocols import native, plain_osc
from protocols.channels import EXPRESSIONS
from protocols.errors import DecodeError
from tests.protocols.faces import NOON, ramp
from tests.protocols.golden import DATA, golden
from tests.protocols.native_golden import (
    FOLDER,
    expected,
    frames,
    refused,
    schemas,
    streams,
    truth,
    written,
)

from .conftest import Run

MUTATIONS = 300_000


def parsed(words: list[str]) -> dict[str, Any]:
    """Return the fields of a printed frame, in the form of `expected.json`."""

    def row(text: str) -> list[float]:
        return [float(number) for number in text.split()]

    code, doubt, mood = words[8:12], words[14], int(words[15])
    return {
        "subject": bytes.fromhex(words[0].replace("-", "")).decode(),
        "seq": int(words[1]),
        "index": int(words[2]),
        "captured_ns": int(words[3]),
        "sent_ns": int(words[4]),
        "display_ns": int(words[5]),
        "tracked": words[6] == "True",
        "confidence": float(words[7]),
        "timecode": [int(code[0]), float(code[1]), int(code[2]), int(code[3])],
        "vector": row(words[12]),
        "expression": row(words[13]),
        "doubt": None if doubt == "none" else row(doubt),
        "mood": EXPRESSIONS[mood] if mood >= 0 else "",
    }


@pytest.fixture(scope="module")
def read(run: Run) -> dict[str, list[str]]:
    """What became of each golden datagram."""
    lines = [line.split("\t") for line in run("golden", str(FOLDER)).splitlines()]
    return {name: rest for name, *rest in lines}


def test_every_datagram_is_looked_at(read: dict[str, list[str]]) -> None:
    assert set(read) == {*frames(), *schemas(), *refused()}


@pytest.mark.parametrize("name", frames())
def test_a_frame_gives_the_same_numbers(read: dict[str, list[str]], name: str) -> None:
    kind, *words = read[name]
    assert kind == "Frame"
    assert parsed(words) == expected()["frames"][name]


@pytest.mark.parametrize("name", schemas())
def test_a_schema_is_no_frame(read: dict[str, list[str]], name: str) -> None:
    assert read[name] == ["Schema"]


@pytest.mark.parametrize("name", refused())
def test_what_must_be_refused_is_refused(read: dict[str, list[str]], name: str) -> None:
    kind, why = read[name]
    assert kind == "Refused" and "expected" in why


def test_every_cut_is_refused(run: Run) -> None:
    cuts = sum(len(written(name)) for name in (*frames(), *schemas()))
    assert run("cuts", str(FOLDER)).split() == [str(cuts), "0"]


def test_broken_datagrams_never_end_the_program(run: Run) -> None:
    counts = [
        int(n) for n in run("mutations", str(FOLDER), str(MUTATIONS), "1").split()
    ]
    assert sum(counts) == MUTATIONS and counts[0] > MUTATIONS // 2


def test_broken_datagrams_mean_the_same_here_and_there(
    run: Run, tmp_path: Path
) -> None:
    chance = random.Random(1)
    broken = [mutated(chance) for _ in range(4000)]
    path = tmp_path / "broken.bin"
    path.write_bytes(b"".join(struct.pack("<i", len(data)) + data for data in broken))
    lines = run("packed", str(path)).splitlines()
    taken = 0
    for data, line in zip(broken, lines, strict=True):
        kind, *words = line.split("\t")
        topic, zero, payload = data.partition(b"\0")
        try:
            told = truth(payload) if topic.startswith(b"face.") and zero else None
        except DecodeError:
            told = None
        if kind == "Frame":
            taken += 1
            assert parsed(words) == told
        elif kind == "Refused":
            assert told is None, words
    assert taken > 400


def mutated(chance: random.Random) -> bytes:
    """Return a frame with one byte or two changed."""
    data = bytearray(written(chance.choice(list(frames()))))
    for _ in range(chance.choice((1, 1, 2))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


@pytest.mark.parametrize("piece", [1, 7, 16_000])
def test_zmtp_streams_give_their_messages_in_any_pieces(run: Run, piece: int) -> None:
    told = expected()["streams"]
    lines = run("streams", str(FOLDER), str(piece)).splitlines()
    assert len(lines) == len(streams())
    for line in lines:
        name, state, messages, said, why = line.split("\t")
        want = told[name]
        seqs = [str(seq) for seq in want["seqs"]]
        assert messages.split(",") == (["Schema"] * want["schemas"] + seqs or [""])
        assert state == ("closed" if want["refused"] else "open")
        assert bool(why) == want["refused"]
        assert said.startswith("FF00000000000000017F0300")


def test_a_ping_is_answered_with_its_context(run: Run) -> None:
    lines = run("streams", str(FOLDER), "100").splitlines()
    (ping,) = [line for line in lines if line.startswith("zmtp_ping")]
    assert ping.split("\t")[3].endswith("0407" + b"\4PONGfw".hex().upper())


def test_curve_is_refused_with_what_to_do(run: Run) -> None:
    lines = run("streams", str(FOLDER), "64").splitlines()
    (curve,) = [line for line in lines if line.startswith("zmtp_curve")]
    assert "cannot read CURVE; send with --sink native=udp://HOST:PORT" in curve


def test_broken_zmtp_streams_never_end_the_program(run: Run) -> None:
    assert int(run("stream mutations", str(FOLDER), "30000", "1")) > 1000


def test_plain_osc_gives_its_numbers(run: Run) -> None:
    lines = [line.split("\t") for line in run("osc", str(DATA)).splitlines()]
    found = {name: rest for name, *rest in lines}
    want = native.decode(golden("native_doubt.bin")).frame
    for name in ("osc_ramp.bin", "osc_doubt.bin"):
        read = parsed(found[name])
        assert read["vector"] == want.vector.tolist()
        assert read["expression"] == want.expression.tolist()
        assert (read["tracked"], read["confidence"]) == (True, 0.75)
        assert read["timecode"][0] == 12 * 3600 * 60
    assert want.doubt is not None
    assert parsed(found["osc_doubt.bin"])["doubt"] == want.doubt.tolist()
    assert parsed(found["osc_ramp.bin"])["doubt"] is None
    assert found["native_ramp.bin"] == ["Refused"]
    assert found["vmc_ramp_0.bin"] == ["Schema"]


def test_faces_are_played_evenly_and_in_order(run: Run) -> None:
    assert dict(line.split("\t") for line in run("playback").splitlines()) == {
        "even": "even",
        "reordered": "0 2 2 2 3 3 7 7 lost 4 late 4",
        "restarted": "2 2 4 lost 0 late 1",
        "midnight": "0 1 2 3 2.50",
        "crowded": "16 True 3 False",
        "moods": "0 0 0 0 0 1 1 1 1 -1 -1 -1 -1 4 4 newest 4",
    }


def osc(mood: str, *, asked: bool = True) -> bytes:
    """Return one face as a bundle, with its held expression if `asked`."""
    (data,) = plain_osc.Encoder("face", mood=asked).encode(
        replace(ramp(), mood=mood), NOON
    )
    return data


def test_plain_osc_gives_the_held_expression(run: Run, tmp_path: Path) -> None:
    place = b"mood\0,i\0\0"
    joy = osc("happiness")
    at = joy.index(place) + len(place)
    beyond = [
        joy[:at] + struct.pack(">i", n) + joy[at + 4 :] for n in (8, -2, 2**31 - 1)
    ]
    # A number that is not whole names none; 0 would be neutral.
    broken = joy[:at].replace(place, b"mood\0,f\0\0") + joy[at:]
    datagrams = [*map(osc, EXPRESSIONS), osc(""), *beyond, joy, broken, joy]
    datagrams.append(osc("happiness", asked=False))
    for number, data in enumerate(datagrams):
        (tmp_path / f"{number:02}.bin").write_bytes(data)
    lines = [line.split("\t") for line in run("osc", str(tmp_path)).splitlines()]
    moods = [parsed(rest)["mood"] for _, *rest in lines]
    none = [""] * (1 + len(beyond))
    assert moods == [*EXPRESSIONS, *none, "happiness", "", "happiness", ""]
