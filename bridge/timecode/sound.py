"""Sound with timecode: a WAV file that plays in real time, or a sound device.

Sound devices need the package sounddevice (the extra `sound`) and the PortAudio
library, which pip brings on Windows and macOS.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Protocol

import numpy as np

from bridge.clock import ClockNs, Wait, monotonic_ns, wait_for
from bridge.errors import CaptureError, ConfigError
from engines.installing import here
from protocols import wav
from protocols.errors import DecodeError
from protocols.ltc_decoder import HIGHEST_HZ, LOWEST_HZ, Samples

NS: Final = 1_000_000_000
BLOCK_S: Final = 0.02
"""Length of the blocks that a playing file gives."""
QUEUED: Final = 64
"""Blocks of a device that may wait; older ones are lost, which the decoder notices."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some samples of one channel."""

    samples: Samples
    end_ns: int
    """Monotonic ns at the end of its last sample."""


class SoundInput(Protocol):
    """Gives sound. `read` belongs to one thread; any thread may close."""

    name: str
    sample_rate: int
    ended: bool
    """True if nothing more will come."""

    def read(self, timeout_s: float) -> Block | None:
        """Return the next samples, or None after `timeout_s`."""

    def close(self) -> None:
        """Close it. Safe to call twice."""


def wav_blocks(path: Path, channel: int) -> tuple[wav.Header, Iterator[Samples]]:
    """Open a WAV file; return its header and its samples, 64 KiB at a time.

    Args:
        path: the file.
        channel: from 1.

    Raises:
        CaptureError: the file cannot be read, or is none with such a channel.
    """
    try:
        with path.open("rb") as file:
            header = wav.read_header(file.read(wav.HEADER))
        wav.samples(header, b"", channel - 1)
        if not LOWEST_HZ <= header.rate <= HIGHEST_HZ:
            raise DecodeError(
                f"wav: {header.rate} samples a second, expected {LOWEST_HZ} to "
                f"{HIGHEST_HZ}"
            )
    except OSError as error:
        raise CaptureError(f"{path}: cannot be read ({error.strerror})") from None
    except DecodeError as error:
        raise CaptureError(f"{path}: {error}") from None
    return header, _samples(path, header, channel - 1)


def _samples(path: Path, header: wav.Header, channel: int) -> Iterator[Samples]:
    size = max(65_536 // header.frame, 1) * header.frame
    with path.open("rb") as file:
        file.seek(header.start)
        left = header.size
        while left is None or left > 0:
            data = file.read(size if left is None else min(size, left))
            if not data:
                return
            left = None if left is None else left - len(data)
            yield wav.samples(header, data, channel)


class WavInput:
    """Implements `SoundInput`: plays a file once, in real time, from now on."""

    def __init__(
        self,
        path: Path,
        channel: int,
        clock_ns: ClockNs = monotonic_ns,
        wait: Wait = wait_for,
    ) -> None:
        """Open the file; see `wav_blocks`.

        Args:
            path: the file.
            channel: from 1.
            clock_ns: monotonic nanoseconds.
            wait: waits until a block has been played.
        """
        header, blocks = wav_blocks(path, channel)
        self.name = path.name
        self.sample_rate = header.rate
        self.ended = False
        self._pieces = _cut(blocks, round(header.rate * BLOCK_S))
        self._clock_ns = clock_ns
        self._wait = wait
        self._stop = threading.Event()
        self._start_ns = clock_ns()
        self._count = 0
        self._next: Samples | None = None

    def read(self, timeout_s: float) -> Block | None:
        """Return the next samples once they have been played."""
        if self._next is None:
            self._next = next(self._pieces, None)
        if self._next is None:
            self.ended = True
            self._wait(self._stop, timeout_s)
            return None
        end = self._count + len(self._next)
        end_ns = self._start_ns + end * NS // self.sample_rate
        left_s = (end_ns - self._clock_ns()) / NS
        if left_s > 0.0:
            stopped = self._wait(self._stop, min(left_s, timeout_s))
            if stopped or left_s > timeout_s:
                return None
        block, self._next, self._count = Block(self._next, end_ns), None, end
        return block

    def close(self) -> None:
        """End a waiting `read`."""
        self._stop.set()
        self.ended = True


def _cut(blocks: Iterator[Samples], size: int) -> Iterator[Samples]:
    for block in blocks:
        for at in range(0, len(block), size):
            yield block[at : at + size]


def sounddevice() -> ModuleType:
    """Return the package that opens sound devices.

    Raises:
        ConfigError: it, or the library that it needs, is not installed.
    """
    try:
        import sounddevice as found
    except ImportError:
        told = f"install it with `{here().install('sounddevice')}`"
    except OSError:
        told = "install PortAudio (on Debian and Ubuntu: apt install libportaudio2)"
    else:
        module: ModuleType = found
        return module
    raise ConfigError(f"timecode from a sound device needs sounddevice: {told}")


def inputs(module: ModuleType | None = None) -> list[tuple[int, str, int]]:
    """Return number, name and channels of each sound input.

    Raises:
        ConfigError: see `sounddevice`.
    """
    listed = (module or sounddevice()).query_devices()
    return [
        (number, str(one["name"]), int(one["max_input_channels"]))
        for number, one in enumerate(listed)
        if one["max_input_channels"] > 0
    ]


class DeviceInput:
    """Implements `SoundInput` for a sound device."""

    def __init__(
        self,
        device: str,
        channel: int,
        clock_ns: ClockNs = monotonic_ns,
        module: ModuleType | None = None,
    ) -> None:
        """Open a device.

        Args:
            device: a number, a part of a name, or "default".
            channel: from 1.
            clock_ns: monotonic nanoseconds.
            module: sounddevice, or what stands in for it.

        Raises:
            ConfigError: see `sounddevice`, or there is no such device or channel.
            CaptureError: the device cannot be opened.
        """
        sd: Any = module or sounddevice()
        self.ended = False
        self._clock_ns = clock_ns
        self._channel = channel - 1
        self._blocks: queue.Queue[Block] = queue.Queue(QUEUED)
        number = _chosen(device, channel, inputs(sd))
        try:
            about = sd.query_devices(number, "input")
            self.sample_rate = int(about["default_samplerate"])
            self.name = str(about["name"])
            self._stream = sd.InputStream(
                device=number,
                channels=channel,
                samplerate=self.sample_rate,
                dtype="float32",
                latency="low",
                callback=self._take,
            )
            self._stream.start()
        except Exception as error:
            raise CaptureError(
                f"sound device {device!r}: cannot be opened ({error}); choose another "
                "one with timecode.ltc, `facewire timecode devices` lists them"
            ) from None

    def read(self, timeout_s: float) -> Block | None:
        """Return the oldest block that waits."""
        try:
            return self._blocks.get(timeout=timeout_s)
        except queue.Empty:
            return None

    def close(self) -> None:
        """Close the device."""
        if not self.ended:
            self.ended = True
            self._stream.close()

    def _take(self, data: Any, frames: int, times: Any, status: object) -> None:
        """Keep a block. Called by PortAudio's own thread."""
        late_s = float(times.currentTime - times.inputBufferAdcTime)
        length_s = frames / self.sample_rate
        if not 0.0 <= late_s < 1.0:
            # Some drivers do not know when the sound was taken.
            late_s = length_s
        end_ns = self._clock_ns() - round((late_s - length_s) * NS)
        samples = np.array(data[:, self._channel], dtype=np.float32)
        # If nobody has read, the newest block counts; the decoder finds its place
        # again. The reader may take a block at the same time.
        if self._blocks.full():
            with suppress(queue.Empty):
                self._blocks.get_nowait()
        with suppress(queue.Full):
            self._blocks.put_nowait(Block(samples, end_ns))


def _chosen(device: str, channel: int, found: list[tuple[int, str, int]]) -> int | None:
    """Return a device's number; None for the default one."""
    if device == "default":
        return None
    for number, name, channels in found:
        same = device == str(number) if device.isdecimal() else None
        if same is None:
            same = device.casefold() in name.casefold()
        if same and channels >= channel:
            return number
    listed = "; ".join(f"{number} {name} ({ch})" for number, name, ch in found)
    raise ConfigError(
        f"sound device {device!r} with {channel} channels: not found; expected one of: "
        f"{listed or 'none, this machine has no sound input'}"
    )
