"""The monitor page of a running daemon: opens its parts, and closes them in order."""

from __future__ import annotations

import errno
import ipaddress
import logging
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

from bridge.clock import ClockNs, monotonic_ns
from bridge.errors import BridgeError
from bridge.user_folder import page_token

from .door import Door
from .files import Character
from .gate import Gate
from .hearing import Desk
from .hub import Hub, Stage
from .server import PageServer
from .settings import Monitor
from .sight import is_here
from .status import StatusMaker, hello

if TYPE_CHECKING:
    from bridge.daemon import Daemon

logger = logging.getLogger(__name__)

TAKEN: Final = {errno.EADDRINUSE, errno.EACCES}


class MonitorPage:
    """Serves the page of one daemon until it is closed."""

    def __init__(
        self,
        daemon: Daemon,
        settings: Monitor,
        *,
        stage: Stage | None = None,
        character: Character = lambda: None,
        clock_ns: ClockNs = monotonic_ns,
    ) -> None:
        """Listen, and serve in threads once `start` is called.

        Args:
            daemon: is shown and controlled.
            settings: of the page.
            stage: the character that pages show; None to show none.
            character: gives the file of that character.
            clock_ns: monotonic nanoseconds.

        Raises:
            BridgeError: the address cannot be listened on.
        """
        self._character, self._clock_ns = character, clock_ns
        self._settings = settings
        with ExitStack() as stack:
            door = open_door(settings.host, settings.port, clock_ns)
            stack.callback(door.close)
            here = door.getsockname()
            outside = not is_here(here)
            names = _names() if outside else ()
            self._gate = Gate(page_token(), door.port, names, outside)
            self._door = door
            self.hub = Hub(
                daemon.tap,
                hello(daemon),
                StatusMaker(daemon, clock_ns),
                stage=stage,
                own_time=daemon.feed.own_time,
                picture_rate=settings.picture_rate,
                clock_ns=clock_ns,
            )
            self._opened = stack.pop_all()
        self._opened.callback(self.hub.close)
        if outside:
            logger.warning(
                "- monitor: other machines can open the page with its address; what "
                "it sends is not encrypted"
            )

    @property
    def address(self) -> str:
        """The address to open, with the token in its fragment."""
        host = _shown_host(self._door.getsockname()[0])
        return f"http://{host}:{self._gate.port}/#token={self._gate.token}"

    def start(self, desk: Desk) -> None:
        """Serve pages.

        Args:
            desk: does what they ask; closed by `close`.
        """
        self._opened.callback(desk.close)
        server = PageServer(
            self._door,
            self._gate,
            self.hub,
            desk,
            self._character,
            picture=self._settings.picture,
            clock_ns=self._clock_ns,
        )
        self.hub.beat = server.check
        self._opened.callback(server.close)

    def close(self) -> None:
        """Close all pages, and stop listening. Safe to call twice."""
        self._opened.close()


def open_door(host: str, port: int, clock_ns: ClockNs = monotonic_ns) -> Door:
    """Listen on an address; if another program has the port, on a free port.

    Raises:
        BridgeError: the host is none of this machine's addresses.
    """
    try:
        found = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (socket.gaierror, UnicodeError):
        raise BridgeError(
            f"monitor.host: {host!r} was not found; expected an address of this "
            "machine, as 127.0.0.1 or 192.168.1.20"
        ) from None
    # IPv4 first: that is how people write addresses.
    found.sort(key=lambda row: row[0] != socket.AF_INET)
    family, _, _, _, address = found[0]
    try:
        return Door(family, address, clock_ns)
    except OSError as error:
        if error.errno not in TAKEN or port == 0:
            raise BridgeError(
                f"monitor.host: cannot listen on {host} port {port} "
                f"({error.strerror or error}); expected an address of this machine"
            ) from None
    door = open_door(host, 0, clock_ns)
    logger.warning(
        "- monitor: another program uses port %d, so the page is on port %d; is "
        "facewire running already?",
        port,
        door.port,
    )
    return door


def _names() -> tuple[str, ...]:
    name = socket.gethostname().lower()
    return name, f"{name.partition('.')[0]}.local"


def _shown_host(bound: str) -> str:
    """Return the host of the printed address for a bound one."""
    address: Any = ipaddress.ip_address(bound.partition("%")[0])
    if address.is_unspecified:
        return "127.0.0.1" if address.version == 4 else "[::1]"
    return f"[{address}]" if address.version == 6 else str(address)
