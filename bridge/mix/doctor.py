"""What `facewire doctor` says about the sources of a mix that runs on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from bridge.control_addresses import running_daemons
from bridge.control_client import ask
from bridge.errors import BridgeError
from bridge.finding import Finding, State
from protocols.control import Reply

from .figures import PartFigures

PART: Final = "mix"

Asks = Callable[[str, dict[str, str], int | None], Reply]
"""Sends a request to a running facewire. See `bridge.control_client.ask`."""


def mixes() -> list[Finding]:
    """Return a finding for each source that a facewire on this machine mixes."""
    return [one for daemon in running_daemons() for one in mix_of(daemon.pid)]


def mix_of(pid: int, ask: Asks = ask) -> list[Finding]:
    """Return a finding for each source of one facewire; none if it mixes nothing.

    Args:
        pid: the process number of the facewire.
        ask: sends a request to it.
    """
    try:
        reply = ask("status", {}, pid)
        told = json.loads(reply.report) if reply.ok and reply.report else {}
        parts = [read_figures(one) for one in told.get("mix", ())]
    except (BridgeError, ValueError, TypeError, AttributeError) as error:
        return [Finding(PART, "note", f"facewire (process {pid}): {error}.")]
    return [finding(pid, one) for one in parts]


def finding(pid: int, figures: PartFigures) -> Finding:
    """Return the finding of one source."""
    state: State = "good" if figures.state == "live" else "note"
    detail = {"pid": pid, **figures.as_json()}
    told = f"facewire (process {pid}): {figures.sentence()}."
    return Finding(PART, state, told, detail)


def read_figures(told: dict[str, Any]) -> PartFigures:
    """Return figures from JSON values.

    Raises:
        TypeError: a field is missing or unknown, as from another version.
    """
    return PartFigures(**told)
