"""Load NVIDIA's Python bindings of either flavour, with one logger.

Every name used here exists in TensorRT 10.13, 10.16, 11.0 and 11.4 and in TensorRT-RTX
1.7; `tests/engines/runtime/nvidia/test_names.py` checks that. The values of enums
differ between those versions, so they are always read by name.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from engines.runtime.plan_key import Flavour
from engines.runtime.runtimes import RUNTIMES, DeviceError, load

OLDEST: Final = (10, 13)
NEWEST: Final = (12, 0)
"""The first TensorRT that is not supported."""
KEPT: Final = 200
"""Lines of the log that are kept."""

_once: Final = threading.Lock()
_loaded: Final[dict[str, Bindings]] = {}


@dataclass(frozen=True, slots=True)
class Bindings:
    """A loaded module and the logger that all of its objects share."""

    flavour: Flavour
    trt: Any
    """The module."""
    version: str
    log: Log
    logger: Any
    """Its `ILogger`; the library keeps the first one of a process for good."""


class Log:
    """The newest warnings and errors that a library wrote. Usable from any thread."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=KEPT)
        self._count = 0
        self._lock = threading.Lock()

    def add(self, line: str) -> None:
        """Keep a line. Never raises, because the library cannot handle an exception."""
        with self._lock:
            self._lines.append(line)
            self._count += 1

    def mark(self) -> int:
        """Return the number of lines so far, for `since`."""
        with self._lock:
            return self._count

    def since(self, mark: int) -> tuple[str, ...]:
        """Return the lines that were added after a mark and are still kept."""
        with self._lock:
            new = min(self._count - mark, len(self._lines))
            return tuple(self._lines)[len(self._lines) - new :]


def load_bindings(flavour: Flavour) -> Bindings:
    """Return the bindings, loaded once per process.

    Raises:
        DeviceError: not installed, libraries are missing, or the version is not
            supported.
    """
    with _once:
        if flavour not in _loaded:
            _loaded[flavour] = _load(flavour)
        return _loaded[flavour]


def _load(flavour: Flavour) -> Bindings:
    runtime = RUNTIMES[flavour]
    trt = load(flavour, runtime)
    version = str(trt.__version__)
    if flavour == "tensorrt" and not supported(version):
        raise DeviceError(
            f"tensorrt: {version} is installed, 10.13 to 11 is supported; "
            f"run: {runtime.install}"
        )
    log = Log()
    return Bindings(flavour, trt, version, log, _logger(trt, log))


def supported(version: str) -> bool:
    """Return True for TensorRT versions that this code was tested with."""
    parts = version.split(".")[:2]
    if len(parts) < 2 or not all(part.isdecimal() for part in parts):
        return False
    return OLDEST <= (int(parts[0]), int(parts[1])) < NEWEST


def _logger(trt: Any, log: Log) -> Any:
    worth = (
        trt.ILogger.Severity.INTERNAL_ERROR,
        trt.ILogger.Severity.ERROR,
        trt.ILogger.Severity.WARNING,
    )

    class Logger(trt.ILogger):  # type: ignore[misc]  # the module is untyped
        def __init__(self) -> None:
            trt.ILogger.__init__(self)

        def log(self, severity: Any, message: str) -> None:
            if severity in worth:
                log.add(message)

    return Logger()
