"""The wire `resonite`, from the command line to what arrives."""

from __future__ import annotations

import socket

from bridge.config_file import load_config
from bridge.inspect.endpoint import parse_endpoint
from bridge.inspect.tally import Ledger
from bridge.inspect.watch import listen, open_receiver
from bridge.sinks.open import open_sink
from bridge.wires.resonite import RESONITE, Resonite
from bridge.wires.wire import Probe
from protocols.timecode import Timecode
from tests.bridge.faces import face
from tests.bridge.fakes import PATIENCE_S

TIME = Timecode(7, 0.0, 60)


def test_the_command_line() -> None:
    assert load_config(sinks=["resonite"]).sinks == [Resonite()]
    (target,) = load_config(sinks=["resonite=10.0.0.5:9000?rate=30"]).sinks
    assert target == Resonite(host="10.0.0.5", port=9000, rate=30.0)


def test_the_doctor_looks_at_its_port() -> None:
    assert RESONITE.probe(Resonite()) == Probe("127.0.0.1", 9015, "UDP", ours=False)


def test_what_its_sink_sends_inspect_shows() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        target = parse_endpoint(f"resonite:{probe.getsockname()[1]}")
    receiver, ledger = open_receiver(target), Ledger()
    sink = open_sink(target, ["anna"])
    frames = (f for f in listen(receiver, "resonite", ledger, PATIENCE_S) if f)
    try:
        sink.send(face(5, "anna", jawOpen=0.5, mouthSmileLeft=0.25), TIME)
        heard = next(frames)
    finally:
        sink.close()
        receiver.close()
    assert heard.values["jawOpen"] == 0.5 and heard.values["mouthSmileLeft"] == 0.25
    assert heard.tracked is True and heard.values["gaze.2"] == -1.0
    assert ledger.malformed == 0 and not ledger.left_out
