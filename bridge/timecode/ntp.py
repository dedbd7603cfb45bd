"""Timecode from a time server: asks it now and then, in a thread of its own.

The server's time is kept as a difference to the monotonic clock, so setting this
machine's clock does not move the timecode. Of the last answers, the one with the
smallest possible error counts: half of its way there and back, and some drift for its
age. Until the first answer, timecode is the system's time of day.
"""

from __future__ import annotations

import logging
import secrets
import socket
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from bridge.clock import ClockNs, Offset, monotonic_ns, read_offset
from bridge.errors import BridgeError, SinkError
from bridge.sinks.udp import resolve
from bridge.threads import ended
from bridge.wires.settings import split_host_port
from protocols import ntp
from protocols.errors import DecodeError

logger = logging.getLogger(__name__)

PORT: Final = 123
ANSWER_S: Final = 1.0
"""How long an answer may take."""
BURST: Final = 4
"""Questions at the start, a second apart; public servers allow that."""
BURST_S: Final = 1.0
GAP_S: Final = 64.0
"""Time between two questions after that."""
LONGEST_GAP_S: Final = 1024.0
KEPT: Final = 8
"""Answers that are compared."""
DRIFT: Final = 20e-6
"""Error of the monotonic clock, as a share of the time since an answer."""
TOLD_NS: Final = 5_000_000
"""A change of this size is logged."""
JOIN_S: Final = 0.3


@dataclass(frozen=True, slots=True)
class Sample:
    """One answer."""

    at_ns: int
    """Monotonic, when it came."""
    offset_ns: int
    """Added to the monotonic clock, it gives the server's UTC."""
    delay_ns: int
    stratum: int

    def error_ns(self, now_ns: int) -> float:
        """Return the largest likely error."""
        return self.delay_ns / 2 + DRIFT * max(now_ns - self.at_ns, 0)


def server_of(text: str) -> tuple[str, int]:
    """Return host and port of HOST or HOST:PORT.

    Raises:
        ConfigError: the port is no number.
    """
    if text.count(":") > 1 and not text.startswith("["):
        return text, PORT
    host, port = split_host_port(text, f"time server {text}")
    return host, PORT if port is None else port


def ask(server: str, clock_ns: ClockNs = monotonic_ns) -> Sample:
    """Ask a server once, and wait for its answer, about a second at most.

    Args:
        server: HOST or HOST:PORT.
        clock_ns: monotonic nanoseconds.

    Raises:
        DecodeError: the answer is of no use; `protocols.ntp.KissError` if the server
            wants to be left alone.
        BridgeError: the host is unknown or does not answer.
    """
    host, port = server_of(server)
    try:
        family, address = resolve(host, port, f"time server {server}")
    except SinkError as error:
        raise BridgeError(str(error)) from None
    nonce = secrets.randbits(64)
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asking:
            asking.settimeout(ANSWER_S)
            # Then the system drops what other machines send.
            asking.connect(address)
            asked_ns = clock_ns()
            asking.send(ntp.question(nonce))
            data = asking.recv(1024)
            heard_ns = clock_ns()
    except OSError as error:
        why = "no answer" if isinstance(error, TimeoutError) else error.strerror
        raise BridgeError(
            f"time server {server}: {why or error}; check timecode.server, and that "
            f"UDP port {port} is open"
        ) from None
    answered = ntp.answer(data, nonce)
    found = ntp.measured(answered, asked_ns, heard_ns)
    return Sample(heard_ns, found.offset_ns, found.delay_ns, answered.stratum)


class NtpReference:
    """Implements `Reference` for a time server."""

    def __init__(
        self,
        server: str,
        *,
        clock_ns: ClockNs = monotonic_ns,
        asks: Callable[[str, ClockNs], Sample] = ask,
        system: Callable[[], Offset] | None = None,
    ) -> None:
        """Start to ask.

        Args:
            server: HOST or HOST:PORT.
            clock_ns: monotonic nanoseconds.
            asks: asks once.
            system: compares the monotonic clock with the system's time of day.

        Raises:
            ConfigError: the server's port is no number.
        """
        server_of(server)
        self._server = server
        self._clock_ns = clock_ns
        self._asks = asks
        self._system = system or (lambda: read_offset(clock_ns))
        self._samples: deque[Sample] = deque(maxlen=KEPT)
        self._best: Sample | None = None
        self._failure = ""
        self._gap_s = GAP_S
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ntp", daemon=True)
        self._thread.start()

    def look(self) -> Offset:
        """Return the server's time of day, or the system's before the first answer."""
        system, best = self._system(), self._best
        return system if best is None else replace(system, utc_ns=best.offset_ns)

    def told(self) -> dict[str, Any]:
        """Return server, offset to the system's clock, delay and age."""
        best, told = self._best, {"source": "ntp", "server": self._server}
        if best is None:
            return {**told, "offset_ms": None, "failure": self._failure}
        return {
            **told,
            "offset_ms": round(self._ahead_ns(best) / 1e6, 3),
            "delay_ms": round(best.delay_ns / 1e6, 3),
            "stratum": best.stratum,
            "age_s": round((self._clock_ns() - best.at_ns) / 1e9, 1),
            "failure": self._failure,
        }

    def sentence(self) -> str:
        """Return one line."""
        best = self._best
        if best is None:
            why = self._failure or f"time server {self._server} has not answered yet"
            return f"{why}; timecode is this machine's time of day until then"
        return f"timecode follows {told_of(self._server, best, self._ahead_ns(best))}"

    def close(self) -> None:
        """End the thread; a question under way ends by itself."""
        self._stop.set()
        ended(self._thread, JOIN_S)

    def _ahead_ns(self, best: Sample) -> int:
        return best.offset_ns - self._system().utc_ns

    def _run(self) -> None:
        asked = 0
        while not self._stop.is_set():
            self._take()
            asked += 1
            if self._stop.wait(BURST_S if asked < BURST else self._gap_s):
                return

    def _take(self) -> None:
        try:
            sample = self._asks(self._server, self._clock_ns)
        except ntp.KissError as error:
            self._gap_s = min(self._gap_s * 2, LONGEST_GAP_S)
            self._fail(f"time server {self._server}: {error}; it is asked less often")
            return
        except (DecodeError, BridgeError) as error:
            self._fail(str(error))
            return
        if self._failure:
            logger.info("> time server %s answers again", self._server)
        self._failure = ""
        self._samples.append(sample)
        now_ns, before = self._clock_ns(), self._best
        best = min(self._samples, key=lambda each: each.error_ns(now_ns))
        self._best = best
        moved_ns = 0 if before is None else best.offset_ns - before.offset_ns
        if before is None or abs(moved_ns) >= TOLD_NS:
            logger.info("- %s", self.sentence())

    def _fail(self, why: str) -> None:
        if why != self._failure:
            logger.warning("x %s", why)
        self._failure = why


def told_of(server: str, sample: Sample, ahead_ns: int) -> str:
    """Return what an answer says, for people.

    Args:
        server: that answered.
        sample: its answer.
        ahead_ns: its time minus this machine's.
    """
    side = "behind" if ahead_ns >= 0 else "ahead"
    return (
        f"{server} (stratum {sample.stratum}): this machine's clock is "
        f"{abs(ahead_ns) / 1e6:.2f} ms {side}, give or take "
        f"{sample.delay_ns / 2e6:.2f} ms"
    )
