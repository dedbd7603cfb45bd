"""A time server on loopback is followed, and one that fails is told in a sentence."""

from __future__ import annotations

import logging
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bridge.clock import ClockNs, Offset, monotonic_ns, read_offset
from bridge.errors import BridgeError, ConfigError
from bridge.timecode.ntp import NtpReference, Sample, ask, server_of
from protocols.errors import DecodeError
from protocols.ntp import KissError, ntp_time
from tests.bridge.fakes import until

HOUR_NS = 3_600_000_000_000
SYSTEM = Offset(utc_ns=1_000 * HOUR_NS, zone_ns=HOUR_NS)


@contextmanager
def time_server(ahead_ns: int, *, stratum: int = 2) -> Iterator[str]:
    """Serve the system's time, put ahead; yield its address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                data, peer = server.recvfrom(64)
                now = ntp_time(monotonic_ns() + read_offset().utc_ns + ahead_ns)
                nonce = int.from_bytes(data[40:48], "big")
                head = struct.pack(">BBbbII4s", 0x24, stratum, 6, -20, 0, 0, b"RATE")
                server.sendto(head + struct.pack(">4Q", now, nonce, now, now), peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        ended.set()
        server.sendto(bytes(48), server.getsockname())
        thread.join(10.0)


def test_a_server_is_asked_and_its_time_is_measured() -> None:
    with time_server(HOUR_NS) as address:
        sample = ask(address)
    ahead_ns = sample.offset_ns - read_offset().utc_ns
    # The error is half of the way at most, and the system may be slewed meanwhile.
    assert abs(ahead_ns - HOUR_NS) <= sample.delay_ns / 2 + 1_000_000
    assert sample.stratum == 2


def test_a_server_that_wants_peace_is_left_alone() -> None:
    with time_server(0, stratum=0) as address, pytest.raises(KissError, match="RATE"):
        ask(address)


def test_nobody_there_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.timecode.ntp.ANSWER_S", 0.1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(BridgeError, match=r"no answer; check timecode\.server"):
            ask(address)
    with pytest.raises(BridgeError, match="was not found"):
        ask("nowhere.invalid")


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("time.apple.com", "time.apple.com", 123),
        ("10.0.0.1:1123", "10.0.0.1", 1123),
        ("::1", "::1", 123),
        ("[::1]:1123", "::1", 1123),
    ],
)
def test_a_server_may_have_a_port(text: str, host: str, port: int) -> None:
    assert server_of(text) == (host, port)


def test_a_port_that_is_no_number_is_refused() -> None:
    with pytest.raises(ConfigError, match="expected HOST:PORT"):
        server_of("10.0.0.1:ntp")


class Asked:
    """Gives samples and errors in turn; then fails for good."""

    def __init__(self, *answers: Sample | Exception) -> None:
        self._answers = list(answers)
        self.count = 0

    def __call__(self, server: str, clock_ns: ClockNs) -> Sample:
        self.count += 1
        if not self._answers:
            raise BridgeError("no more")
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def reference(asked: Asked) -> NtpReference:
    return NtpReference("stage", clock_ns=lambda: 0, asks=asked, system=lambda: SYSTEM)


def test_before_an_answer_it_is_the_system_and_afterwards_the_server() -> None:
    made = reference(Asked())
    until(lambda: "no more" in made.sentence())
    assert made.look() == SYSTEM
    assert made.told()["offset_ms"] is None
    made.close()
    sample = Sample(0, SYSTEM.utc_ns + 12_340_000, 2_000_000, 1)
    made = reference(Asked(sample))
    until(lambda: made.look() != SYSTEM)
    assert made.look() == Offset(SYSTEM.utc_ns + 12_340_000, HOUR_NS)
    assert made.told()["offset_ms"] == 12.34
    assert (made.told()["delay_ms"], made.told()["stratum"]) == (2.0, 1)
    assert "clock is 12.34 ms behind, give or take 1.00 ms" in made.sentence()
    made.close()
    made.close()


def test_the_answer_with_the_shortest_way_counts() -> None:
    quick = Sample(0, SYSTEM.utc_ns + 1_000_000, 1_000_000, 2)
    slow = Sample(0, SYSTEM.utc_ns + 90_000_000, 200_000_000, 2)
    asked = Asked(quick, slow)
    made = reference(asked)
    until(lambda: asked.count >= 3)
    assert made.told()["offset_ms"] == 1.0
    made.close()


def test_failures_are_logged_once_and_answers_again_too(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sample = Sample(0, SYSTEM.utc_ns, 0, 2)
    with caplog.at_level(logging.INFO):
        made = reference(Asked(DecodeError("ntp: wrong"), sample, KissError("RATE")))
        until(lambda: "asked less often" in caplog.text)
    made.close()
    assert caplog.text.count("ntp: wrong") == 1
    assert "answers again" in caplog.text
