"""The wires that imitate a phone, from the command line to what arrives."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

from bridge.binding import Address
from bridge.config_file import load_config
from bridge.errors import BridgeError, ConfigError, SinkError
from bridge.feeds.inlet import Inlet
from bridge.feeds.report import Report, Setup, Talker
from bridge.feeds.spec import Spec
from bridge.feeds.table import KINDS
from bridge.inspect.endpoint import parse_endpoint
from bridge.inspect.tally import Ledger
from bridge.inspect.watch import listen, open_receiver
from bridge.sinks.open import open_sink
from bridge.sinks.sink import Sink
from bridge.wires.fmv3 import Fmv3
from bridge.wires.ifacialmocap import IFacialMocap
from bridge.wires.vts_phone import VtsPhone
from protocols.channels import ARKIT, INDEX
from protocols.ifacialmocap_requests import Request
from protocols.timecode import Timecode
from tests.bridge.faces import face
from tests.bridge.fakes import PATIENCE_S, until
from tests.ports import free_port, free_ports

TIME = Timecode(7, 0.0, 60)
SMILE = face(5, "anna", jawOpen=0.5, mouthSmileLeft=0.75)


@contextmanager
def opened(target: IFacialMocap | Fmv3 | VtsPhone) -> Iterator[Sink]:
    sink = open_sink(target, ["anna"])
    try:
        yield sink
    finally:
        sink.close()


def received(
    inlet: Inlet, talker: Talker, sink: Sink, phone: Address | None = None
) -> Report:
    """Show a face again and again until a source has read it.

    The phone is answered where it sends from, unless its address is given.
    """
    found: list[Report] = []
    address, now_ns = phone, 0

    def step() -> bool:
        nonlocal address, now_ns
        now_ns += 50_000_000
        for data in talker.due(now_ns):
            assert address is not None
            inlet.send(data, address)
        sink.send(SMILE, TIME)
        for _ in range(5):
            came = inlet.receive(0.02)
            if came is None:
                break
            address = phone or came[1]
            found.extend(talker(came[0], now_ns))
        return bool(found)

    until(step, PATIENCE_S)
    return found[-1]


def check_smile(report: Report) -> None:
    assert report.vector is not None and report.given is not None
    assert report.vector[INDEX["jawOpen"]] == pytest.approx(0.5, abs=0.005)
    assert report.vector[INDEX["mouthSmileLeft"]] == pytest.approx(0.75, abs=0.005)
    assert report.given[:52].all()


@pytest.mark.parametrize("word", ["ifacialmocap", "fmv3"])
def test_without_being_asked_it_sends_to_its_address(word: str) -> None:
    port = free_port()
    kind, spec = KINDS[word], Spec.of(f"{word}:{port}")
    _, inlet = kind.open(spec, ())
    talker = kind.reader(Setup("127.0.0.1", place=spec.place))
    assert isinstance(talker, Talker)
    target = load_config(sinks=[f"{word}=127.0.0.1:{port}"]).sinks[0]
    assert isinstance(target, IFacialMocap | Fmv3)
    try:
        with opened(target) as sink:
            check_smile(received(inlet, talker, sink))
            assert sink.sent > 0 and sink.failed == 0
            until(lambda: sink.answered is (True if word == "fmv3" else None))
    finally:
        inlet.close()


@pytest.mark.parametrize("word", ["ifacialmocap", "fmv3"])
def test_it_answers_a_source_that_asks(word: str) -> None:
    """Our imitation of the phone and our own source shake hands."""
    here, there = free_ports()
    # iFacialMocap answers to one port of every computer, whoever asks from where.
    listen = f"127.0.0.1:{there}"
    target: IFacialMocap | Fmv3 = IFacialMocap(port=here, listen=listen)
    if word == "fmv3":
        target = Fmv3(port=here, listen=listen, tcp_port=there)
    kind = KINDS[word]
    spec = Spec.of(f"{word}:127.0.0.1?port={there}&listen={here}")
    _, inlet = kind.open(spec, ())
    talker = kind.reader(Setup("127.0.0.1", 0.35, {}, spec.place))
    assert isinstance(talker, Talker) and kind.asks is not None
    (phone,) = kind.asks(spec)
    try:
        with opened(target) as sink:
            check_smile(received(inlet, talker, sink, phone))
            until(lambda: sink.answered is True)
            for data in talker.bye():
                inlet.send(data, phone)
    finally:
        inlet.close()


@pytest.mark.parametrize("word", ["ifacialmocap", "fmv3", "vts_phone"])
def test_what_its_sink_sends_inspect_shows(word: str) -> None:
    target = parse_endpoint(f"{word}:{free_port()}")
    assert isinstance(target, IFacialMocap | Fmv3 | VtsPhone)
    receiver, ledger = open_receiver(target), Ledger()
    frames = listen(receiver, word, ledger, 0.05)
    try:
        with opened(target) as sink:
            found = []

            def shown() -> bool:
                sink.send(SMILE, TIME)
                found.append(next(frames))
                return found[-1] is not None

            until(shown, PATIENCE_S)
            heard = found[-1]
    finally:
        receiver.close()
    assert heard is not None
    assert heard.values["jawOpen"] == pytest.approx(0.5)
    assert list(heard.values)[:52] == list(ARKIT)
    assert heard.tracked is True and ledger.malformed == 0
    assert heard.exact is (word == "fmv3")


def test_a_source_asks_our_imitation_of_vtube_studios_phone() -> None:
    phone, computer = free_ports()
    spec = Spec.of(f"vts_phone:127.0.0.1?port={phone}&listen={computer}")
    kind = KINDS["vts_phone"]
    _, inlet = kind.open(spec, ())
    options = {"listen": str(computer)}
    talker = kind.reader(Setup("127.0.0.1", 0.35, options, spec.place))
    assert isinstance(talker, Talker) and kind.asks is not None
    try:
        with opened(VtsPhone(port=phone)) as sink:
            report = received(inlet, talker, sink, kind.asks(spec)[0])
            check_smile(report)
            assert report.time is not None and sink.answered is True
    finally:
        inlet.close()


def test_a_port_where_somebody_asks_already_is_told() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        with pytest.raises(SinkError, match="is in use; close the program"):
            open_sink(VtsPhone(port=other.getsockname()[1]), ["anna"])


def test_a_held_face_is_told_as_no_face() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.bind(("127.0.0.1", 0))
        end.settimeout(PATIENCE_S)
        with opened(IFacialMocap(port=end.getsockname()[1], version=2)) as sink:
            sink.send(replace(SMILE, tracked=False), TIME)
            assert end.recv(4096).startswith(b"trackingStatus&0|")


def test_a_port_that_the_receiving_program_has_is_told() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        with pytest.raises(SinkError, match="Leave `listen` out"):
            open_sink(Fmv3(listen=f"127.0.0.1:{port}"), ["anna"])


@pytest.mark.parametrize("text", ["0.0.0.0:x", "0.0.0.0:70000", ":49983"])
def test_a_wrong_address_to_listen_at_is_a_sentence(text: str) -> None:
    with pytest.raises(ConfigError, match=r"listen.*expected HOST or HOST:PORT"):
        load_config(sinks=[f"fmv3=127.0.0.1:5?listen={text}"])


def test_a_phone_has_one_face() -> None:
    with pytest.raises(BridgeError, match="face"):
        load_config(sinks=["ifacialmocap=127.0.0.1:5?face=0"])


def test_garbage_is_logged_once_and_delays_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    here, there = free_ports()
    target = IFacialMocap(port=here, listen=f"127.0.0.1:{there}")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.bind(("127.0.0.1", here))
        end.settimeout(PATIENCE_S)
        with caplog.at_level(logging.WARNING), opened(target) as sink:
            for _ in range(2000):
                end.sendto(b"\xff" * 100, ("127.0.0.1", there))

            def as_asked() -> bool:
                end.sendto(Request("ifacialmocap", 2).encode(), ("127.0.0.1", there))
                sink.send(SMILE, TIME)
                return b"&" in end.recv(4096)

            until(as_asked, PATIENCE_S)
    told = [each for each in caplog.records if "is not used" in each.getMessage()]
    assert len(told) == 1


def test_a_sink_can_be_closed_twice_and_then_sends_nothing() -> None:
    sink = open_sink(IFacialMocap(port=free_port()), ["anna"])
    sink.close()
    sink.close()
    sink.send(SMILE, TIME)
    assert sink.sent == 0 and np.isfinite(SMILE.vector).all()
