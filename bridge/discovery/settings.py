"""The settings of the announcement. This module imports pydantic."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bridge.section import Section


class Announce(Section):
    """Tell the network by mDNS (Bonjour) what other machines can reach here."""

    enabled: bool = False
    """Announce the remote control, ZeroMQ streams and the monitor page, each only if
    it listens outside loopback. No key and no token is announced."""
    name: Annotated[str, Field(max_length=40)] = ""
    """Name in the lists of other machines; empty is "facewire on" and the name of
    this machine."""
