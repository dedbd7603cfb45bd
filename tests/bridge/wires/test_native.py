"""The wire `native`, from the command line to what arrives."""

from __future__ import annotations

import socket

import pytest

from bridge.config_file import load_config
from bridge.errors import ConfigError
from bridge.inspect.endpoint import parse_endpoint
from bridge.inspect.tally import Ledger
from bridge.inspect.watch import listen, open_receiver
from bridge.sinks.open import open_sink
from bridge.wires.native import NATIVE, Native
from bridge.wires.wire import Probe
from protocols import native
from protocols.timecode import Timecode
from tests.bridge.faces import face
from tests.bridge.fakes import PATIENCE_S
from tests.ports import free_port

TIME = Timecode(7, 0.0, 60)


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("native", "127.0.0.1", 5561),
        ("native=udp://10.0.0.5:6000", "10.0.0.5", 6000),
        ("native=10.0.0.5:6000", "10.0.0.5", 6000),
        ("native=udp://10.0.0.5", "10.0.0.5", 5561),
        ("native=udp://[::1]:6000", "::1", 6000),
    ],
)
def test_an_address_is_read_with_or_without_its_scheme(
    text: str, host: str, port: int
) -> None:
    assert load_config(sinks=[text]).sinks == [Native(host=host, port=port)]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("native=tcp://10.0.0.5:6000", "got tcp://, expected udp://HOST:PORT"),
        ("native=udp://10.0.0.5:x", "expected HOST:PORT with a port from 1 to 65535"),
    ],
)
def test_a_wrong_address_is_a_sentence(text: str, fact: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load_config(sinks=[text])
    assert fact in str(raised.value)


def test_the_doctor_looks_at_its_port() -> None:
    assert NATIVE.probe(Native()) == Probe("127.0.0.1", 5561, "UDP", ours=False)


def test_what_its_sink_sends_inspect_shows() -> None:
    target = parse_endpoint(f"native:{free_port()}")
    receiver, ledger = open_receiver(target), Ledger()
    sink = open_sink(target, ["anna", "ben"])
    frames = listen(receiver, "native", ledger, PATIENCE_S)
    try:
        sink.send(face(5, "anna", jawOpen=0.5), TIME)
        sink.send(face(5, "ben"), TIME)
        assert next(frames) is None  # The schema.
        anna, ben = next(frames), next(frames)
    finally:
        sink.close()
        receiver.close()
    assert anna is not None and ben is not None
    assert (anna.subject, anna.values["jawOpen"]) == ("anna", 0.5)
    assert (ben.subject, ben.stamp, ben.exact) == ("ben", 0, True)
    assert anna.age_ms is not None
    assert (ledger.packets, ledger.malformed, sink.sent) == (3, 0, 2)


def test_the_first_datagram_is_the_schema_and_a_frame_fits_one_ip_packet() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.bind(("127.0.0.1", 0))
        end.settimeout(PATIENCE_S)
        sink = open_sink(Native(port=end.getsockname()[1]), ["face"])
        sink.send(face(1), TIME)
        sink.close()
        first, second = end.recv(65_536), end.recv(65_536)
    assert native.split(first)[0] == native.SCHEMA_TOPIC and len(first) < 4096
    assert native.split(second)[0] == b"face.face" and len(second) < 1472
