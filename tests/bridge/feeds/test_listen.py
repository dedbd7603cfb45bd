import socket
from collections.abc import Iterator

import pytest

from bridge.capture.open import open_source
from bridge.config_file import load_config
from bridge.errors import BridgeError, CaptureError, ConfigError
from bridge.feeds.listen import is_own, listen, reaches
from bridge.feeds.spec import Spec
from bridge.feeds.table import is_packets


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        yield other.getsockname()[1]


@pytest.fixture
def free() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port: int = other.getsockname()[1]
        return port


@pytest.mark.parametrize(
    ("spec", "host", "port"),
    [
        ("livelink:11112", "127.0.0.1", 11112),
        ("LiveLink:0.0.0.0:11111", "0.0.0.0", 11111),
        ("livelink:stage.local:1", "stage.local", 1),
        ("livelink:[::1]:65535", "::1", 65535),
    ],
)
def test_loopback_unless_told_otherwise(spec: str, host: str, port: int) -> None:
    assert is_packets(spec)
    assert Spec.of(spec).host_and_port() == (host, port)


@pytest.mark.parametrize(
    "spec", ["livelink", "livelink:", "livelink:0", "livelink:65536", "livelink:a:b"]
)
def test_other_forms_are_refused_with_the_right_one(spec: str) -> None:
    with pytest.raises(ConfigError, match="expected livelink:PORT or livelink:HOST"):
        Spec.of(spec).host_and_port()


@pytest.mark.parametrize("spec", ["camera:0", "demo", "0", "livelink.mp4"])
def test_sources_of_pictures_are_none_of_packets(spec: str) -> None:
    assert not is_packets(spec)


def test_who_wants_pictures_is_told_that_there_are_none() -> None:
    with pytest.raises(ConfigError, match="no pictures; expected camera:N"):
        open_source("livelink:11112")


@pytest.mark.parametrize(
    ("sent", "bound", "comes"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "0.0.0.0", True),
        ("127.0.0.1", "::", True),
        ("0.0.0.0", "127.0.0.1", True),
        ("192.0.2.7", "0.0.0.0", True),
        ("192.0.2.8", "0.0.0.0", False),
        ("192.0.2.7", "127.0.0.1", False),
        ("127.0.0.1", "192.0.2.7", False),
        ("192.0.2.7", "192.0.2.7", True),
    ],
)
def test_what_reaches_a_port_of_ours(sent: str, bound: str, comes: bool) -> None:
    assert reaches(sent, bound, lambda host: host == "192.0.2.7") is comes


def test_an_address_of_this_machine_is_known() -> None:
    assert is_own("127.0.0.1") and not is_own("192.0.2.8")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("source", ["livelink:11111", "livelink:0.0.0.0:11111"])
def test_a_loop_is_refused_in_one_sentence(source: str, host: str) -> None:
    sinks = load_config(sinks=[f"livelink={host}:11111"]).sinks
    with pytest.raises(ConfigError) as caught:
        listen(Spec.of(source), sinks)
    assert str(caught.value) == (
        f"source {source}: the sink livelink={host}:11111 would send back to it; "
        "listen on another port, as in --source livelink:11112, or send to another "
        "host, as in --sink livelink=HOST:11111"
    )


def test_a_taken_port_is_told(taken: int) -> None:
    with pytest.raises(CaptureError, match="is in use; close the program"):
        listen(Spec.of(f"livelink:{taken}"), ())


def test_an_address_of_another_machine_and_an_unknown_name_are_told(free: int) -> None:
    with pytest.raises(CaptureError, match="expected an address of this machine"):
        listen(Spec.of(f"livelink:192.0.2.8:{free}"), ())
    with pytest.raises(BridgeError, match="the host 'nowhere"):
        listen(Spec.of(f"livelink:nowhere.invalid:{free}"), ())


def test_the_port_is_bound_under_a_name_for_people(free: int) -> None:
    name, port = listen(Spec.of(f"livelink:{free}"), ())
    with port:
        assert name == f"livelink:127.0.0.1:{free}"
        assert port.getsockname() == ("127.0.0.1", free)


def test_options_follow_a_question_mark() -> None:
    spec = Spec.of("Kind:0.0.0.0:5?a=1&b=2")
    assert spec.word == "kind" and spec.host_and_port() == ("0.0.0.0", 5)
    assert spec.options(("a", "b")) == {"a": "1", "b": "2"}
    assert Spec.of("kind").host_and_port(7) == ("127.0.0.1", 7)
    for text in ("kind:5?c=1", "kind:5?a", "kind:5?a="):
        with pytest.raises(ConfigError, match="the option"):
            Spec.of(text).options(("a",))
