import tomllib

import pytest

from bridge.config import Config
from bridge.config_file import load_config
from bridge.errors import ConfigError
from bridge.wires.settings import Target
from bridge.wires.table import WIRES, default_targets, kinds, places
from bridge.wires.wire import Probe
from bridge.wires.zmq import ZMQ, Zmq

FOR_ALL = set(Target.model_fields)
"""Settings that every sink has; the file tells of them once."""


KINDS = (
    "livelink",
    "vmc",
    "osc",
    "zmq",
    "native",
    "vts",
    "vrchat",
    "ifacialmocap",
    "fmv3",
    "vts_phone",
    "resonite",
    "opentrack",
    "openseeface",
)


def test_the_words_of_the_wires() -> None:
    assert tuple(WIRES) == KINDS
    assert kinds() == f"{', '.join(KINDS[:-1])} or {KINDS[-1]}"
    for kind, wire in WIRES.items():
        assert f"{kind}={wire.settings.WHERE} ({wire.help})" in places()


def test_the_default_ports_are_those_that_hosts_listen_on() -> None:
    places = {kind: wire.settings().where for kind, wire in WIRES.items()}
    assert places == {
        "livelink": "127.0.0.1:11111",
        "vmc": "127.0.0.1:39539",
        "osc": "127.0.0.1:9050",
        "zmq": "tcp://127.0.0.1:5560",
        "native": "udp://127.0.0.1:5561",
        "vts": "127.0.0.1:8001",
        "vrchat": "127.0.0.1:9000",
        "ifacialmocap": "127.0.0.1:49983",
        "fmv3": "127.0.0.1:49983",
        "vts_phone": "127.0.0.1:21412",
        "resonite": "127.0.0.1:9015",
        "opentrack": "127.0.0.1:4242",
        "openseeface": "127.0.0.1:11573",
    }


def test_the_default_sinks_come_from_the_table() -> None:
    assert Config().sinks == default_targets()
    assert [sink.kind for sink in default_targets()] == ["livelink", "vmc", "zmq"]


@pytest.mark.parametrize("kind", WIRES)
def test_a_sample_has_every_setting_with_its_default(kind: str) -> None:
    wire = WIRES[kind]
    (table,) = tomllib.loads(wire.sample)["sinks"]
    assert wire.settings.model_validate(table) == wire.settings()
    for name in set(wire.settings.model_fields) - FOR_ALL:
        # Without a default it stands there as a comment.
        assert name in table or f"\n# {name} = " in wire.sample


@pytest.mark.parametrize("kind", WIRES)
def test_a_place_is_read_as_it_is_shown(kind: str) -> None:
    default = WIRES[kind].settings()
    assert load_config(sinks=[f"{kind}={default.where}"]).sinks == [default]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("0.0.0.0:5570", "tcp://0.0.0.0:5570"),
        ("10.0.0.1", "tcp://10.0.0.1:5560"),
        ("[::1]:1", "tcp://[::1]:1"),
        ("ipc:///tmp/face", "ipc:///tmp/face"),
    ],
)
def test_a_zeromq_address_is_completed(text: str, address: str) -> None:
    assert load_config(sinks=[f"zmq={text}"]).sinks == [Zmq(address=address)]


def test_a_wrong_zeromq_address_is_a_sentence() -> None:
    with pytest.raises(ConfigError, match="expected tcp://HOST:PORT"):
        load_config(sinks=["zmq=udp://127.0.0.1:1"])
    with pytest.raises(ConfigError, match="a port from 1 to 65535"):
        load_config(sinks=["zmq=127.0.0.1:x"])


@pytest.mark.parametrize(
    ("address", "probe"),
    [
        ("tcp://127.0.0.1:5560", Probe("127.0.0.1", 5560, "TCP", ours=True)),
        ("tcp://*:5560", Probe("", 5560, "TCP", ours=True)),
        ("tcp://127.0.0.1:*", None),
        ("tcp://127.0.0.1:99999", None),
        ("ipc:///tmp/face", None),
        ("inproc://face", None),
    ],
)
def test_the_doctor_looks_at_a_port_where_there_is_one(
    address: str, probe: Probe | None
) -> None:
    assert ZMQ.probe(Zmq(address=address)) == probe
