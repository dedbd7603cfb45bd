"""The daemon takes a face from each kind of phone, and sends it on."""

from __future__ import annotations

import os
import select
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing

import pytest

from bridge.clock import monotonic_ns
from bridge.wires.fmv3 import Fmv3
from bridge.wires.ifacialmocap import IFacialMocap
from protocols import livelink
from protocols.errors import DecodeError
from protocols.ifacialmocap_requests import Request
from tests.bridge.fakes import until
from tests.ports import free_ports

from .fake_phones import FakePhone, SinkPhone, StreamPhone, TextPhone, VtsPhone
from .test_end_to_end import PATIENCE_S, facewire, number
from .test_end_to_end import bound as receiving

JAW, SMILE_LEFT = (
    livelink.CURVES.index("JawOpen"),
    livelink.CURVES.index("MouthSmileLeft"),
)

Makes = Callable[[int, int], FakePhone]
"""Makes a phone of its own port and of the computer's."""

KINDS: dict[str, tuple[str, Makes, list[Request | str]]] = {
    "ifacialmocap": (
        "ifacialmocap:127.0.0.1?port={phone}&listen={computer}",
        TextPhone,
        [Request("ifacialmocap", 2)],
    ),
    "ifacialmocap, tcp": (
        "ifacialmocap:127.0.0.1?port={phone}&listen={computer}&tcp=true",
        TextPhone,
        [Request("ifacialmocap", 2, tcp=True), Request("ifacialmocap", stop=True)],
    ),
    "facemotion3d": (
        "facemotion3d:127.0.0.1?port={phone}&listen={computer}",
        TextPhone,
        [Request("facemotion3d"), Request("facemotion3d", stop=True)],
    ),
    "ifacialmocap, our imitation": (
        "ifacialmocap:127.0.0.1?port={phone}&listen={computer}",
        lambda phone, computer: SinkPhone(
            IFacialMocap(host="127.0.0.2", port=computer, listen=f"127.0.0.1:{phone}")
        ),
        [],
    ),
    "ifacialmocap, tcp, our imitation": (
        "ifacialmocap:127.0.0.1?port={phone}&listen={computer}&tcp=true",
        lambda phone, computer: SinkPhone(
            IFacialMocap(port=9, listen=f"127.0.0.1:{phone}", tcp_port=computer)
        ),
        [],
    ),
    "fmv3, our imitation": (
        "fmv3:127.0.0.1?port={phone}&listen={computer}",
        lambda phone, computer: SinkPhone(
            Fmv3(port=9, listen=f"127.0.0.1:{phone}", tcp_port=phone)
        ),
        [],
    ),
    "fmv3, started by the phone": (
        "fmv3:{computer}",
        lambda phone, computer: SinkPhone(Fmv3(port=computer)),
        [],
    ),
    "fmv3, tcp, our imitation": (
        "fmv3:127.0.0.1?port={phone}&listen={computer}&tcp=true",
        lambda phone, computer: SinkPhone(
            Fmv3(port=9, listen=f"127.0.0.1:{phone}", tcp_port=phone)
        ),
        [],
    ),
    "fmv3, tcp": (
        "fmv3:127.0.0.1?port={phone}&listen={computer}&tcp=true",
        lambda phone, computer: StreamPhone(phone),
        ["HELLO", "STOP"],
    ),
    "vts_phone": (
        "vts_phone:127.0.0.1?port={phone}&listen={computer}",
        lambda phone, computer: VtsPhone(phone),
        ["asked"],
    ),
}


def smile_of(end: socket.socket) -> livelink.Packet | None:
    """One packet with a face that has arrived: the last one read."""
    found = None
    while select.select([end], [], [], 0.02)[0]:
        try:
            packet = livelink.decode(end.recv(65_536))
        except DecodeError:
            continue
        if packet.values is not None and packet.values[JAW] > 0.1:
            found = packet
    return found


@pytest.mark.parametrize("name", KINDS)
def test_a_phone_replaces_the_camera(name: str) -> None:
    form, makes, expected = KINDS[name]
    at_phone, at_computer = free_ports()
    source = form.format(phone=at_phone, computer=at_computer)
    with ExitStack() as stack:
        end = stack.enter_context(receiving())
        phone = stack.enter_context(closing(makes(at_phone, at_computer)))
        process = stack.enter_context(
            facewire(
                *("run", "--source", source, "--quiet"),
                *("--sink", f"livelink=127.0.0.1:{number(end)}"),
                *("--set", "shape.motion=off", "--set", "subjects=['anna']"),
                # A face that comes after held ones is blended in, otherwise.
                *("--set", "shape.hold.return_s=0"),
            )
        )
        end_ns = monotonic_ns() + round(PATIENCE_S * 1e9)
        packet = None
        while packet is None:
            assert monotonic_ns() < end_ns, "no face came out in time"
            assert process.poll() is None, process.communicate()[0]
            phone.step()
            packet = smile_of(end)
        assert packet.subject == "anna" and packet.values is not None
        assert packet.values[JAW] == pytest.approx(0.5, abs=0.005)
        assert packet.values[SMILE_LEFT] == pytest.approx(0.75, abs=0.005)
        if name == "vts_phone":
            assert (packet.time.rate_num, packet.time.rate_den) == (60, 1)
        if os.name == "posix":
            process.terminate()
            told, _ = process.communicate(timeout=PATIENCE_S)
            assert process.returncode == 0, told

            def ended() -> bool:
                phone.step()
                return phone.asked[-1:] == expected[-1:]

            until(ended)
        assert phone.asked[:1] == expected[:1]


@pytest.mark.skipif(sys.platform != "linux", reason="needs 127.0.0.2 without setup")
def test_two_phones_are_two_actors() -> None:
    at_phones, at_computer = free_ports()
    hosts = "127.0.0.1,127.0.0.2"
    with ExitStack() as stack:
        end = stack.enter_context(receiving())
        phones = [
            stack.enter_context(closing(TextPhone(at_phones, at_computer, host)))
            for host in hosts.split(",")
        ]
        stack.enter_context(
            facewire(
                *("run", "--quiet", "--faces", "2"),
                "--source",
                f"ifacialmocap:{hosts}?port={at_phones}&listen={at_computer}",
                *("--sink", f"livelink=127.0.0.1:{number(end)}"),
                *("--set", "shape.motion=off", "--set", "subjects=['anna', 'ben']"),
            )
        )
        seen: set[str] = set()

        def both() -> bool:
            # One after the other, because of what has arrived the last one is told.
            for phone in phones:
                phone.step()
                packet = smile_of(end)
                if packet is not None:
                    seen.add(packet.subject)
            return seen == {"anna", "ben"}

        until(both, PATIENCE_S)
