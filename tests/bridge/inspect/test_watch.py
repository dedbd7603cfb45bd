import io
import json
import socket
import threading
from collections.abc import Callable

import pytest
from rich.console import Console

from bridge.errors import BridgeError, ConfigError, SinkError
from bridge.inspect.endpoint import parse_endpoint
from bridge.inspect.receive import UdpReceiver
from bridge.inspect.watch import inspect_json, inspect_live
from bridge.wires.livelink import LiveLink
from bridge.wires.osc import Osc
from bridge.wires.settings import Target
from bridge.wires.vmc import Vmc
from bridge.wires.zmq import Zmq
from protocols import livelink, vmc
from protocols.osc import Message, bundle, encode
from protocols.timecode import Timecode
from tests.bridge.faces import face
from tests.ports import free_port


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("livelink", LiveLink(host="127.0.0.1", port=11111)),
        ("vmc:39540", Vmc(port=39540)),
        ("osc=0.0.0.0:9000", Osc(host="0.0.0.0", port=9000)),
        ("osc=10.0.0.1", Osc(host="10.0.0.1", port=9050)),
        ("zmq", Zmq(address="tcp://127.0.0.1:5560")),
        ("zmq:5570", Zmq(address="tcp://127.0.0.1:5570")),
        ("zmq=10.0.0.1", Zmq(address="tcp://10.0.0.1:5560")),
        ("zmq=tcp://10.0.0.1:5", Zmq(address="tcp://10.0.0.1:5")),
    ],
)
def test_what_can_be_typed(text: str, target: Target) -> None:
    assert parse_endpoint(text) == target


@pytest.mark.parametrize("text", ["unreal", "livelink:x", "vmc=host:0", "zmq=fax://1"])
def test_what_cannot(text: str) -> None:
    with pytest.raises(ConfigError, match=f"inspect {text}: "):
        parse_endpoint(text)


class Talker:
    """Sends datagrams round and round until told to stop."""

    def __init__(self, port: int, data: list[bytes]) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._talk, args=(port, data))

    def _talk(self, port: int, data: list[bytes]) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
            while not self._stop.wait(0.01):
                for datagram in data:
                    opened.sendto(datagram, ("127.0.0.1", port))

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join()


def packet(name: str = "anna") -> bytes:
    encoder = livelink.Encoder("device", name)
    return encoder.encode(face(1, name, jawOpen=0.5), Timecode(1, 0.0, 60))


def lines(
    run: Callable[[], None], capture: pytest.CaptureFixture[str]
) -> list[dict[str, object]]:
    run()
    return [json.loads(line) for line in capture.readouterr().out.splitlines()]


def test_json_gives_a_line_a_frame_and_goes_on_after_garbage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    port = free_port()
    target = LiveLink(port=port)
    with Talker(port, [b"\x07garbage", packet()]):
        told = lines(lambda: inspect_json(target, None, 3, 10.0), capsys)
    frames = [line for line in told if "subject" in line]
    assert len(frames) == 3
    assert all(line["subject"] == "anna" and line["tracked"] for line in frames)
    values = frames[0]["values"]
    assert isinstance(values, dict) and values["jawOpen"] == 0.5
    assert any("version 07, expected 06" in str(line.get("malformed")) for line in told)


def test_silence_ends_with_a_sentence() -> None:
    target = LiveLink(port=free_port())
    with pytest.raises(BridgeError, match=r"0 of 2 frames arrived on 127\.0\.0\.1:\d+"):
        inspect_json(target, None, 2, 0.05)


def test_the_live_table_shows_subjects_bars_and_problems() -> None:
    port = free_port()
    console = Console(file=io.StringIO(), width=160, force_terminal=True)
    with Talker(port, [packet(), packet("ben"), b"junk"]):
        inspect_live(LiveLink(port=port), None, console, 0.5)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    for part in ("anna", "ben", "jawOpen", "tracked", "malformed", "jitter ms"):
        assert part in shown


def test_json_tells_once_of_each_kind_that_is_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    port = free_port()
    camera, other = (
        encode(Message(address, (1.0,))) for address in ("/VMC/Ext/Cam", "/other")
    )
    frame = [encode(Message("/VMC/Ext/T", (1.0,))), encode(Message(vmc.APPLY))]
    with Talker(port, [camera, other, packet(), bundle(frame)]):
        told = lines(
            lambda: inspect_json(Vmc(port=port), None, 5, 30.0),
            capsys,
        )
    left = [line["left_out"] for line in told if "left_out" in line]
    assert sorted(map(str, left)) == ["/VMC/Ext/Cam", "/other"]
    (foreign,) = [line for line in told if "foreign" in line]
    assert foreign["foreign"] == "livelink"


def test_a_taken_port_is_a_sentence() -> None:
    port = free_port()
    first = UdpReceiver("127.0.0.1", port)
    with pytest.raises(SinkError, match=f"UDP 127.0.0.1:{port} is in use"):
        UdpReceiver("127.0.0.1", port)
    first.close()
