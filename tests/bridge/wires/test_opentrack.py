"""The wire `opentrack`, from the command line to what arrives."""

from __future__ import annotations

import math
import socket

import pytest

from bridge.config_file import load_config
from bridge.inspect.endpoint import parse_endpoint
from bridge.inspect.tally import Ledger
from bridge.inspect.watch import listen, open_receiver
from bridge.sinks.open import open_routes, open_sink
from bridge.wires.opentrack import OPENTRACK, OpenTrack
from bridge.wires.wire import Probe
from protocols import opentrack
from protocols.timecode import Timecode
from tests.bridge.faces import face
from tests.bridge.fakes import PATIENCE_S
from tests.ports import free_port

TIME = Timecode(7, 0.0, 60)


def test_the_command_line_sets_every_factor() -> None:
    text = "opentrack=10.0.0.5:4243?x=-1&y=0&z=2&yaw=-1&pitch=0.5&roll=0"
    (target,) = load_config(sinks=[text]).sinks
    assert isinstance(target, OpenTrack)
    assert target.where == "10.0.0.5:4243"
    assert target.factors() == (-1.0, 0.0, 2.0, -1.0, 0.5, 0.0)


def test_the_doctor_looks_at_its_port() -> None:
    assert OPENTRACK.probe(OpenTrack()) == Probe("127.0.0.1", 4242, "UDP", ours=False)


def test_what_its_sink_sends_inspect_shows() -> None:
    target = parse_endpoint(f"opentrack:{free_port()}")
    receiver, ledger = open_receiver(target), Ledger()
    sink = open_sink(target, ["anna"])
    try:
        sink.send(face(5, "anna", head__y=0.5, headPosition__z=-0.6), TIME)
        heard = next(listen(receiver, "opentrack", ledger, PATIENCE_S))
    finally:
        sink.close()
        receiver.close()
    assert heard is not None and heard.subject == "head"
    assert heard.values["head.yaw"] == pytest.approx(-math.degrees(0.5), abs=1e-4)
    assert heard.values["head.z"] == pytest.approx(60.0, abs=1e-4)
    assert (ledger.packets, ledger.malformed) == (1, 0)


def test_only_the_first_face_reaches_the_one_head_and_a_mirror_turns_it() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.bind(("127.0.0.1", 0))
        end.settimeout(PATIENCE_S)
        target = OpenTrack(port=end.getsockname()[1], mirror=True)
        (route,) = open_routes([target], ["anna", "ben"])
        try:
            route.publish(face(1, "ben", head__y=0.1), TIME)
            route.publish(face(1, "anna", head__y=0.25), TIME)
            pose = opentrack.decode(end.recv(64))
        finally:
            route.close()
    assert pose.yaw == pytest.approx(math.degrees(0.25), abs=1e-4)
