"""The UDP port of the remote control.

One thread receives, decodes and answers. Two workers do what may wait: starting and
ending takes, and sending files. A flood of datagrams is read at a bounded pace, so that
it does not take time from the stream; the system drops the rest.
"""

from __future__ import annotations

import errno
import ipaddress
import logging
import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from bridge.binding import listen_on
from bridge.clock import monotonic_ns
from bridge.errors import SinkError
from bridge.sinks.udp import resolve
from bridge.threads import ended
from protocols import remote
from protocols.errors import DecodeError
from protocols.osc import Message, encode
from protocols.osc_reader import read
from protocols.remote import Address
from protocols.wording import shown

from .session import Session
from .settings import Remote
from .targets import RemoteTargets
from .worker import Worker

if TYPE_CHECKING:
    from bridge.daemon import Daemon

logger = logging.getLogger(__name__)

LARGEST: Final = 4096
"""Bytes of a datagram; longer ones are no commands."""
SLOT_S: Final = 0.1
"""Time between two looks at the recorder and at the end."""
PER_SLOT: Final = 64
"""Datagrams that are read in one slot: 640 a second."""
PER_PACKET: Final = 32
"""Commands of one datagram that are obeyed."""
TOLD: Final = 32
"""Refused commands that are logged in one run, each once for a machine."""
JOIN_S: Final = 0.25


class RemoteServer:
    """Obeys controllers until it is closed."""

    def __init__(
        self, settings: Remote, make: Callable[[RemoteServer], Session]
    ) -> None:
        """Bind the port; `start` begins to listen.

        Args:
            settings: where, and who may give commands.
            make: returns the session; it sends by this server's `send`.

        Raises:
            SinkError: the port cannot be bound.
        """
        self._settings = settings
        self._socket = _bound(settings)
        self._port: int = self._socket.getsockname()[1]
        self._allowed = frozenset(settings.controllers)
        self._told: set[tuple[str, str]] = set()
        self.refused = 0
        """Datagrams that were no command, or not allowed."""
        self._stop = threading.Event()
        self.takes, self.files = Worker("remote takes"), Worker("remote files")
        self._session = make(self)
        self._thread = threading.Thread(target=self._run, name="remote", daemon=True)

    @property
    def where(self) -> str:
        """The address, for people."""
        return f"{self._settings.host}:{self._port}"

    def start(self) -> None:
        """Tell the first target that facewire is there, and listen."""
        self._session.tell(remote.ACTIVATED)
        self._thread.start()
        logger.info("- remote: listens for controllers on UDP %s", self.where)

    def send(self, address: Address, message: Message) -> None:
        """Send an answer, or drop it. From any thread."""
        try:
            mapped = self._socket.family == socket.AF_INET6 and ":" not in address[0]
            host = f"::ffff:{address[0]}" if mapped else address[0]
            self._socket.sendto(encode(message), (host, address[1]))
        except (OSError, ValueError) as error:
            self._refuse(address[0], f"{message.address} cannot be sent ({error})")

    def refuse(self, sender: Address, why: str) -> None:
        """Count a refused command, and log why within a bound. From any thread."""
        self._refuse(sender[0], why)

    def close(self) -> None:
        """Say goodbye, and free the port. Safe to call twice."""
        if self._stop.is_set():
            return
        self._stop.set()
        self._session.look()
        self._session.tell(remote.DEACTIVATED)
        if self._thread.is_alive():
            ended(self._thread, JOIN_S)
        self.takes.close(JOIN_S)
        self.files.close(JOIN_S)
        self._socket.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._slot()
            self._session.look()

    def _slot(self) -> None:
        """Read for one slot of time, but not more than `PER_SLOT` datagrams."""
        end_ns = monotonic_ns() + round(SLOT_S * 1e9)
        for _ in range(PER_SLOT):
            left_s = (end_ns - monotonic_ns()) / 1e9
            if left_s <= 0.0 or self._stop.is_set():
                return
            try:
                self._socket.settimeout(left_s)
                data, sender = self._socket.recvfrom(LARGEST + 1)
            except TimeoutError:
                return
            except ConnectionResetError:
                # Windows: an earlier answer reached no program.
                continue
            except OSError:
                break
            self._obey(data, (_plain(sender[0]), sender[1]))
        self._stop.wait(max((end_ns - monotonic_ns()) / 1e9, 0.0))

    def _obey(self, data: bytes, sender: Address) -> None:
        if self._allowed and sender[0] not in self._allowed:
            self._refuse(sender[0], "it is not in remote.controllers")
            return
        try:
            if len(data) > LARGEST:
                raise DecodeError(f"remote: over {LARGEST} bytes, which is no command")
            packet = read(data)
            for why in packet.unread:
                self._refuse(sender[0], why)
            for message in packet.messages[:PER_PACKET]:
                why = self._session.obey(remote.command_of(message), sender)
                if why:
                    self._refuse(sender[0], f"{message.address}: {why}")
        except DecodeError as error:
            self._refuse(sender[0], str(error))

    def _refuse(self, host: str, why: str) -> None:
        self.refused += 1
        key = (host, why)
        if key not in self._told and len(self._told) < TOLD:
            self._told.add(key)
            logger.warning("x remote: %s: %s", host, shown(why, 300))


def open_remote(daemon: Daemon, targets: RemoteTargets) -> RemoteServer:
    """Listen for the controllers of a daemon.

    Args:
        daemon: runs.
        targets: its sink for the addresses that controllers add.

    Raises:
        SinkError: the port cannot be bound.
    """
    settings = daemon.config.remote
    server = RemoteServer(settings, partial(_session, daemon, targets, settings))
    server.start()
    return server


def _session(
    daemon: Daemon, targets: RemoteTargets, settings: Remote, server: RemoteServer
) -> Session:
    return Session(
        daemon.orders,
        daemon.recorder.status,
        targets,
        server.send,
        takes=server.takes.post,
        files=server.files.post,
        refused=server.refuse,
        subjects=daemon.subjects,
        first_target=settings.first_target(),
        reach=settings.reach,
    )


def _plain(host: str) -> str:
    """Return an IPv4 address of an IPv6 socket as IPv4."""
    found = ipaddress.ip_address(host.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)


def _bound(settings: Remote) -> socket.socket:
    where = f"{settings.host}:{settings.port}"
    family, address = resolve(settings.host, settings.port, f"remote {where}")
    try:
        return listen_on(family, address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            why = "is in use; end the program that listens there, or set remote.port"
        else:
            why = f"cannot be opened ({error.strerror}); set remote.host"
        raise SinkError(f"remote: UDP {where} {why}") from None
