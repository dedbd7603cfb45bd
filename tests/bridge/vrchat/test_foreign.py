"""Other people's OSCQuery, python-oscquery, found by mDNS and read as VRChat's."""

from __future__ import annotations

import socket

import pytest

from bridge.vrchat.discovery import Discovery, Found
from bridge.vrchat.services import MulticastServices
from protocols.vrcft import Plan
from tests.bridge.fakes import PATIENCE_S, until

from .multicast import LOOPBACK, need_multicast


def test_it_is_found_and_its_parameters_are_read() -> None:
    need_multicast()
    package = "pythonoscquery"
    why = "no python-oscquery; the extra `dev` has it"
    service_module = pytest.importorskip(f"{package}.osc_query_service", reason=why)
    space_module = pytest.importorskip(f"{package}.shared.osc_address_space")
    node_module = pytest.importorskip(f"{package}.shared.osc_path_node")
    access = pytest.importorskip(f"{package}.shared.osc_access").OSCAccess
    space = space_module.OSCAddressSpace()
    node = node_module.OSCPathNode
    root = "/avatar/parameters"
    for path, value in (
        (f"{root}/FT/v2/JawOpen", 0.0),
        (f"{root}/v2/JawX1", True),
        (f"{root}/v2/JawX2", False),
        (f"{root}/VRCEmote", 0),
        ("/avatar/change", "avtr_a"),
    ):
        space.add_node(node(path, value=[value], access=access.READWRITE_VALUE))
    space.add_node(node(f"{root}/v2/Viseme", value=[0.0], access=access.READONLY_VALUE))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    name = "VRChat-Client-AB12CD"
    service = service_module.OSCQueryService(space, name, port, 9123)
    first = Found(Plan(), 9000)
    discovery = None
    try:
        service.start()
        discovery = Discovery(
            "vrchat",
            "127.0.0.1",
            first,
            services=lambda: MulticastServices(interfaces=LOOPBACK),
            every_s=0.05,
        )
        found = discovery
        until(lambda: found.found != first, PATIENCE_S)
    finally:
        web = service.http_server
        service.stop()
        if web is not None:
            web.server_close()
        if discovery is not None:
            discovery.close()
    assert found.found.port == 9123
    assert [address for address, _ in found.found.plan.floats] == [
        f"{root}/FT/v2/JawOpen"
    ]
    (group,) = found.found.plan.bits
    assert [address for address, _ in group.bits] == [
        f"{root}/v2/JawX1",
        f"{root}/v2/JawX2",
    ]
