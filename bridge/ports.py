"""Checks the ports of sinks and sources, for `facewire doctor`."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import Any, Final

from bridge.binding import is_taken
from bridge.config import Config
from bridge.feeds.kind import Kind
from bridge.feeds.spec import LOOPBACK
from bridge.feeds.table import KINDS
from protocols.wording import either

from .finding import Finding, State
from .wires.settings import Target
from .wires.table import WIRES
from .wires.wire import Probe, Wire

SOCKETS: Final = {"UDP": socket.SOCK_DGRAM, "TCP": socket.SOCK_STREAM}


def ports(config: Config) -> list[Finding]:
    """Return for every sink with a port whether a program uses the port."""
    findings = []
    for sink in config.sinks:
        probe = WIRES[sink.kind].probe(sink)
        if probe is None:
            continue
        kind = SOCKETS[probe.transport]
        taken = is_taken(socket.AF_INET, (probe.host, probe.port), kind)
        detail = {"port": probe.port, "taken": taken}
        state: State = "note" if probe.ours and taken else "good"
        told = _own_port(sink, taken) if probe.ours else _port(sink, probe, taken)
        findings.append(Finding(sink.kind, state, told, detail))
    return findings


def _own_port(sink: Target, taken: bool) -> str:
    """Return a sentence about a port that facewire listens on."""
    if not taken:
        return f"{sink.where} is free."
    return (
        f"{sink.where} is in use, so facewire run cannot start; end the other program "
        "(it may be facewire itself), or choose another address with "
        f"--sink {sink.kind}={sink.WHERE}."
    )


def _port(sink: Target, probe: Probe, taken: bool) -> str:
    """Return a sentence about a port that facewire sends to."""
    told = f"{probe.transport} {probe.port}: "
    if taken:
        return f"{told}a receiver listens on this machine."
    return (
        f"{told}no receiver listens on this machine; frames are sent all the same. "
        "For a receiver on another machine use "
        f"--sink {sink.kind}=HOST:{probe.port}."
    )


def receivers(wires: Iterable[Wire[Any]] = tuple(WIRES.values())) -> Finding:
    """Return which programs listen here for wires that are off by default."""
    found: dict[str, str] = {}
    looked: dict[str, str] = {}
    for wire in wires:
        probe = None if wire.default else wire.probe(wire.settings())
        if probe is None or probe.ours:
            continue
        place = f"{probe.transport} {probe.port}"
        looked[wire.kind] = place
        kind = SOCKETS[probe.transport]
        if is_taken(socket.AF_INET, (probe.host, probe.port), kind):
            found[wire.kind] = f"{place} ({wire.help}: --sink {wire.kind})"
    detail = {"ports": looked, "taken": sorted(found)}
    if found:
        told = f"a program listens on {' and on '.join(found.values())}."
        return Finding("receivers", "good", told, detail)
    told = (
        "no other program that facewire can send to listens on this machine; "
        "`facewire run --help` lists them under --sink."
    )
    return Finding("receivers", "option", told, detail)


def sources(kinds: Iterable[Kind] = tuple(KINDS.values())) -> Finding:
    """Return for every source with a usual port whether it can listen there."""
    known = {kind.word: kind.port for kind in kinds if kind.port is not None}
    taken = {
        word: port
        for word, port in known.items()
        if is_taken(socket.AF_INET, (LOOPBACK, port), socket.SOCK_DGRAM)
    }
    detail = {"ports": known, "taken": sorted(taken)}
    if taken:
        told = ", ".join(f"UDP {port} ({word})" for word, port in taken.items())
        word, port = next(iter(taken.items()))
        return Finding(
            "sources",
            "option",
            f"another program uses {told}; to listen elsewhere, name the port here and "
            f"in the sender, as in --source {word}:{port + 1}.",
            detail,
        )
    listed = either(f"{word} (UDP {port})" for word, port in known.items())
    return Finding("sources", "good", f"--source can listen for {listed}.", detail)
