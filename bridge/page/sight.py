"""Decides which pages may see the camera picture, the most private thing here."""

from __future__ import annotations

import ipaddress
from typing import Any


def may_see(picture: str, peer: Any) -> bool:
    """Return True if a page may see camera pictures.

    Args:
        picture: as in the settings: local, everywhere or off.
        peer: the address of the browser, as a socket gives it.
    """
    if picture == "everywhere":
        return True
    return picture == "local" and is_here(peer)


def is_here(peer: Any) -> bool:
    """Return True if an address of a socket is this machine's loopback."""
    try:
        address = ipaddress.ip_address(str(peer[0]).partition("%")[0])
    except (TypeError, IndexError, ValueError):
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback
