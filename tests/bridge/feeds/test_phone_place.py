from __future__ import annotations

import socket

import pytest

from bridge.config_file import load_config
from bridge.errors import BridgeError, ConfigError
from bridge.feeds.phone_place import FromPhone, is_phone, listening, phones_of
from bridge.feeds.spec import Spec
from bridge.feeds.table import KINDS

from .test_peers import Line

PHONES = ("ifacialmocap", "facemotion3d", "fmv3", "vts_phone")


@pytest.mark.parametrize(
    ("place", "phone"),
    [
        ("192.168.1.7", True),
        ("my-phone.local", True),
        ("[fe80::1]", True),
        ("192.168.1.7,192.168.1.8", True),
        ("192.168.1.7, phone.local", True),
        ("192.168.1.7,", False),
        ("", False),
        ("49983", False),
        ("0.0.0.0:49983", False),
        ("[::1]:49983", False),
    ],
)
def test_a_phone_has_no_port_and_a_listener_has_one(place: str, phone: bool) -> None:
    assert is_phone(place) is phone


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("ifacialmocap", "127.0.0.1:49983"),
        ("ifacialmocap:5000", "127.0.0.1:5000"),
        ("ifacialmocap:0.0.0.0:5000", "0.0.0.0:5000"),
        # Loopback leads to a phone on loopback.
        ("ifacialmocap:127.0.0.1", "127.0.0.1:49983"),
        ("ifacialmocap:127.0.0.1?listen=5000", "127.0.0.1:5000"),
        ("ifacialmocap:127.0.0.1?listen=0.0.0.0:5000", "0.0.0.0:5000"),
        ("ifacialmocap:[::1]?listen=5000", "[::1]:5000"),
    ],
)
def test_where_packets_arrive(text: str, where: str) -> None:
    spec = Spec.of(text)
    found = listening(spec, phones_of(spec, 49983), 49983)
    assert (found.place, found.query, found.text) == (where, "", text)


def test_the_phones_port_may_be_another_one() -> None:
    (phone,) = phones_of(Spec.of("fmv3:127.0.0.1?port=7"), 49983)
    assert phone.address == ("127.0.0.1", 7)
    assert phones_of(Spec.of("fmv3:7"), 49983) == ()


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("fmv3:127.0.0.1?port=0", "got port=0, expected a port from 1 to 65535"),
        ("fmv3:127.0.0.1?port=x", "got port=x"),
        ("fmv3:127.0.0.1?listen=70000", "got listen=70000"),
        ("fmv3:127.0.0.1?listen=a:b", "expected fmv3:PORT or fmv3:HOST:PORT"),
        ("fmv3:127.0.0.1?tcp=yes", "got tcp=yes, expected tcp=false or tcp=true"),
        ("ifacialmocap:127.0.0.1?version=3", "expected version=2 or version=1"),
        ("fmv3:127.0.0.1,127.0.0.1", "a phone is named twice"),
        ("fmv3:127.0.0.1,[::1]", "expected phones with IPv4"),
        ("fmv3:127.0.0.1,127.0.0.2?tcp=true", "over TCP fmv3 takes one phone"),
        ("fmv3:0", "with a port from 1 to 65535"),
        ("fmv3:nowhere.invalid", "the host 'nowhere.invalid' was not found"),
    ],
)
def test_mistakes_are_told(text: str, fact: str) -> None:
    spec = Spec.of(text)
    with pytest.raises(BridgeError) as raised:
        KINDS[spec.word].check(spec, ())
    assert fact in str(raised.value)


@pytest.mark.parametrize("word", PHONES)
def test_a_sink_that_would_send_into_the_source_is_refused(word: str) -> None:
    sinks = load_config(sinks=["livelink=127.0.0.1:5005"]).sinks
    spec = Spec.of(f"{word}:127.0.0.1?listen=5005")
    with pytest.raises(ConfigError, match="would send back to it"):
        KINDS[word].check(spec, sinks)


@pytest.mark.parametrize("word", PHONES)
def test_a_name_for_people_and_the_phones_address(word: str) -> None:
    kind, spec = KINDS[word], Spec.of(f"{word}:127.0.0.1?port=5001")
    assert kind.check(spec, ()) == f"{word}:127.0.0.1"
    assert kind.asks is not None
    assert list(kind.asks(spec)) == [("127.0.0.1", 5001)]
    assert not kind.asks(Spec.of(f"{word}:5001"))
    two = Spec.of(f"{word}:127.0.0.1,127.0.0.2?listen=127.0.0.1:5002")
    assert kind.check(two, ()) == f"{word}:127.0.0.1,127.0.0.2"
    assert [host for host, *_ in kind.asks(two)] == ["127.0.0.1", "127.0.0.2"]


def test_the_port_is_bound_only_where_the_phone_is() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    name, inlet = KINDS["fmv3"].open(Spec.of(f"fmv3:127.0.0.1?listen={free}"), ())
    try:
        assert name == "fmv3:127.0.0.1" and isinstance(inlet, FromPhone)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.2", free))
    finally:
        inlet.close()


def test_packets_of_strangers_are_skipped_with_a_bound() -> None:
    stranger, phone = ("10.0.0.1", 5), ("10.0.0.7", 5)
    line = Line((b"a", stranger), (b"b", phone), *[(b"c", stranger)] * 1000)
    inlet = FromPhone(line, ["10.0.0.7"])
    assert inlet.receive(0.1) == (b"b", phone)
    assert inlet.receive(0.1) is None
    assert len(line.waiting) == 1000 - FromPhone.SKIPPED
    inlet.send(b"x", phone)
    inlet.close()
    assert line.said == [(b"x", phone)] and line.closed == 1
