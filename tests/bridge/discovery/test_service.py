"""What is found in the network becomes a line that says what to do."""

from __future__ import annotations

import pytest

from bridge.discovery.service import (
    APPLE,
    FACEWIRE,
    OSC,
    OSCQUERY,
    Service,
    row_of,
    row_of_beacon,
)
from protocols.vts_beacon import Beacon

HERE = "192.168.1.7"


@pytest.mark.parametrize(
    ("kind", "name", "properties", "what", "told"),
    [
        (OSCQUERY, "VRChat-Client-AB", {}, "VRChat", f"--sink vrchat={HERE}"),
        (OSC, "VRChat-Client-AB", {}, "VRChat", f"--sink vrchat={HERE}"),
        (OSCQUERY, "Chataigne", {}, "OSCQuery", f"http://{HERE}:9000/?HOST_INFO"),
        (OSC, "TouchDesigner", {}, "OSC", f"--sink osc={HERE}:9000"),
        (OSC, "facewire on a", {}, "facewire, remote control", "controller of Live"),
        (OSC, "x", {"software": "facewire"}, "facewire, remote control", "controller"),
        (FACEWIRE, "a", {"what": "stream"}, "facewire, stream", "zmq:tcp://"),
        (FACEWIRE, "a", {"what": "monitor"}, "facewire, monitor page", "token"),
        (FACEWIRE, "a", {"what": "new"}, "facewire", "another version"),
        (APPLE, "aa:bb", {}, "iPhone or iPad", f"--source ifacialmocap:{HERE}"),
    ],
)
def test_a_service_says_what_to_do_next(
    kind: str, name: str, properties: dict[str, str], what: str, told: str
) -> None:
    row = row_of(Service(kind, name, HERE, 9000, properties))
    assert row.what == what
    assert told in row.next


def test_the_number_of_a_phones_hardware_is_not_shown() -> None:
    assert row_of(Service(APPLE, "aa:bb:cc", HERE, 62078)).name == ""


def test_addresses_of_ipv6_are_in_brackets() -> None:
    assert row_of(Service(OSC, "a", "fe80::1", 9000)).where == "[fe80::1]:9000"


def test_a_vtube_studio_whose_api_is_off_says_how_to_switch_it_on() -> None:
    on = row_of_beacon(Beacon(True, 8001, "id", "VTube Studio"), HERE)
    off = row_of_beacon(Beacon(False, 8001, "id", ""), HERE)
    assert on.next == f"facewire run --sink vts={HERE}:8001"
    assert "Start API" in off.next and off.name == "VTube Studio"
