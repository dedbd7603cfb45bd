"""Checks where timecode comes from, for `facewire doctor`."""

from __future__ import annotations

from pathlib import Path

from bridge.clock import read_offset
from bridge.errors import BridgeError
from bridge.finding import Finding
from protocols.errors import DecodeError

from .ntp import ask, told_of
from .open import is_file
from .settings import Timecode
from .sound import inputs, wav_blocks

PART = "timecode"


def timecode(settings: Timecode) -> Finding:
    """Return whether the source of timecode is there.

    Asks the time server once if the settings name it as the source.

    Args:
        settings: of timecode.
    """
    source = settings.source
    detail: dict[str, object] = {"source": source, "rate": str(settings.rate)}
    if source == "ntp":
        return _ntp(settings.server, detail)
    if source == "ltc":
        return _ltc(settings, detail)
    whose = "a sender's, else " if source == "source" else ""
    told = f"{whose}this machine's time of day, at {settings.rate} frames a second"
    return Finding(PART, "good", f"{told}; {_sound()}.", detail)


def _sound() -> str:
    """Return whether sound devices can be read, as a part of a sentence."""
    try:
        found = inputs()
    except BridgeError as error:
        return str(error)
    if not found:
        return "LTC can come from a WAV file, and this machine has no sound input"
    listed = ", ".join(f"{number} ({name})" for number, name, _ in found)
    return f"LTC can come from a WAV file or a sound input: {listed}"


def _ntp(server: str, detail: dict[str, object]) -> Finding:
    try:
        sample = ask(server)
    except BridgeError as error:
        return Finding(PART, "note", f"{error}.", detail)
    except DecodeError as error:
        return Finding(PART, "note", f"time server {server}: {error}.", detail)
    ahead_ns = sample.offset_ns - read_offset().utc_ns
    known = {"offset_ms": ahead_ns / 1e6, "delay_ms": sample.delay_ns / 1e6}
    told = f"time server {told_of(server, sample, ahead_ns)}."
    return Finding(PART, "good", told, {**detail, **known})


def _ltc(settings: Timecode, detail: dict[str, object]) -> Finding:
    where, channel = settings.ltc, settings.ltc_channel
    try:
        if is_file(where):
            header, _ = wav_blocks(Path(where), channel)
            told = (
                f"LTC from {where}, channel {channel} at {header.rate} Hz; "
                f"`facewire timecode read {where}` shows what is on it"
            )
        else:
            told = f"LTC from sound input {where!r}, channel {channel}; {_listed()}"
    except BridgeError as error:
        return Finding(PART, "note", f"{error}.", detail)
    return Finding(PART, "good", f"{told}.", detail)


def _listed() -> str:
    names = ", ".join(f"{number} ({name})" for number, name, _ in inputs())
    return f"this machine has {names or 'no sound input'}"
