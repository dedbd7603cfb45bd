"""Another character for the wires while frames are sent."""

from __future__ import annotations

import socket
import threading

import pytest

from bridge.characters.live import live
from bridge.orders.character import character_order
from bridge.orders.handler import OrderHandler
from bridge.sinks.open import Route, open_routes
from bridge.wires.livelink import LiveLink
from bridge.wires.osc import Osc
from bridge.wires.settings import Target
from bridge.wires.table import WIRES
from bridge.wires.vmc import Vmc
from engines.character.mapping import Drive, Mapping
from protocols.frame import FaceFrame
from protocols.osc_reader import ignore_left_out
from protocols.timecode import Timecode
from tests.bridge.faces import vector
from tests.bridge.sinks.test_open import ListSink
from tests.engines.character.rigs import straight

TIME = Timecode(0, 0.0, 60)
MOUTH = live(
    straight(targets=["Mouth"]), Mapping((Drive("jawOpen", ("Mouth",), gain=0.5),))
)
BROW = live(straight(targets=["Brow"]), Mapping((Drive("browInnerUp", ("Brow",)),)))


def opened(target: Target, port: socket.socket) -> list[Route]:
    aimed = target.model_copy(update={"port": port.getsockname()[1]})
    return open_routes([aimed], ["face"], MOUTH)


def heard(kind: str, route: Route, port: socket.socket) -> dict[str, float]:
    frame = FaceFrame(0, 0, "face", vector(jawOpen=0.8, browInnerUp=0.6))
    route.publish(frame, TIME)
    read = WIRES[kind].reader(ignore_left_out)
    while True:
        for one in read((port.recv(65536),)):
            return {name: v for name, v in one.values.items() if "." not in name}


def test_vmc_gets_the_names_of_the_new_character_and_of_none(
    port: socket.socket,
) -> None:
    routes = opened(Vmc(port=9), port)
    handler = OrderHandler([], threading.Lock(), solver="", motion="", routes=routes)
    assert heard("vmc", routes[0], port) == {"Mouth": pytest.approx(0.4)}
    told = handler.apply(character_order(routes, BROW))
    assert told == f"the wires send for {BROW.character.name}"
    assert heard("vmc", routes[0], port) == {"Brow": pytest.approx(0.6)}
    assert handler.apply(character_order(routes, None)).endswith("for no character")
    got = heard("vmc", routes[0], port)
    assert {"Joy", "happy", "jawOpen"} <= set(got)
    assert got["jawOpen"] == pytest.approx(0.8)
    routes[0].close()


@pytest.mark.parametrize("target", [LiveLink(port=9), Osc(port=9)])
def test_wires_with_the_52_names_get_the_new_gains(
    target: Target, port: socket.socket
) -> None:
    routes = opened(target, port)
    handler = OrderHandler([], threading.Lock(), solver="", motion="", routes=routes)
    got = heard(target.kind, routes[0], port)
    assert got["jawOpen"] == pytest.approx(0.4, abs=1e-3)
    handler.apply(character_order(routes, None))
    got = heard(target.kind, routes[0], port)
    assert got["jawOpen"] == pytest.approx(0.8, abs=1e-3)
    routes[0].close()


def test_a_mirror_of_the_sink_stays(port: socket.socket) -> None:
    routes = opened(Vmc(port=9, mirror=True), port)
    smile = live(
        straight(targets=["L"]), Mapping((Drive("mouthSmileLeft", ("L",), gain=0.5),))
    )
    routes[0].wear(routes[0].fitting(smile))
    frame = FaceFrame(0, 0, "face", vector(mouthSmileRight=0.8))
    routes[0].publish(frame, TIME)
    read = WIRES["vmc"].reader(ignore_left_out)
    found: dict[str, float] = {}
    while not found:
        for one in read((port.recv(65536),)):
            found = dict(one.values)
    assert found["L"] == pytest.approx(0.4)
    routes[0].close()


def test_a_change_waits_for_a_frame_that_is_being_sent() -> None:
    sending, let = threading.Event(), threading.Event()

    class Slow(ListSink):
        def send(self, frame: FaceFrame, time: Timecode) -> None:
            sending.set()
            assert let.wait(30.0)
            super().send(frame, time)

    route = Route(Slow(), ["face"])
    frame = FaceFrame(0, 0, "face", vector(jawOpen=0.8))
    publishing = threading.Thread(target=route.publish, args=(frame, TIME))
    publishing.start()
    assert sending.wait(30.0)
    wearing = threading.Thread(target=route.wear, args=(route.fitting(None),))
    wearing.start()
    assert wearing.is_alive()
    let.set()
    for thread in (publishing, wearing):
        thread.join(30.0)
        assert not thread.is_alive()
