"""mDNS for real, on loopback."""

from __future__ import annotations

import socket

from zeroconf import IPVersion, ServiceInfo, Zeroconf

from bridge.vrchat.services import SERVICE, MulticastServices, Service
from tests.bridge.fakes import PATIENCE_S, until

from .multicast import LOOPBACK, need_multicast


def test_a_service_is_found_and_others_are_not() -> None:
    need_multicast()
    advertiser = Zeroconf(LOOPBACK, ip_version=IPVersion.V4Only)
    services = MulticastServices(interfaces=LOOPBACK)
    try:
        for name, port in (("VRChat-Client-AB12CD", 1234), ("SomethingElse", 4321)):
            advertiser.register_service(
                ServiceInfo(
                    SERVICE,
                    f"{name}.{SERVICE}",
                    port=port,
                    addresses=[socket.inet_aton("127.0.0.1")],
                    server=f"{name}.local.",
                )
            )
        until(lambda: bool(services.look()), PATIENCE_S)
        assert services.look() == [Service("127.0.0.1", 1234)]
    finally:
        advertiser.close()
        services.close()
        services.close()
    assert services.look() == []
